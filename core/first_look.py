"""What a run's view begins with, kept beside the run: seen before the model itself is loaded.

    first-look.npz   codes and components as the window shows them, and one chair's reconstruction

Loading torch takes more than a second, drawing what the model said the last time takes none. The
file is only a copy of what the model says: it holds for one checkpoint, one list of chairs and one
cloud, is not read for any other, and may be deleted.

Axes: chairs n, latent size d, components K, points N.
"""

import dataclasses
import io
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Float32

from core import atomic
from core.array_files import load_arrays
from core.components import Components
from core.errors import StudioError
from core.library import Chair, Library
from core.pair_metrics import PairMetrics
from core.training.checkpoint import read_position

FIRST_LOOK_FILE: Final = "first-look.npz"

_FORMAT: Final = 1

Points = Float32[np.ndarray, "points 3"]


@dataclass(frozen=True, eq=False)
class FirstLook:
    """A run as it is seen first."""

    codes: Float32[np.ndarray, "chairs latent"]
    responsibilities: Float32[np.ndarray, "chairs components"]
    components: Components | None
    chair_id: str  # whose reconstruction this is
    normals: Points  # of the chair's own cloud
    back_error: Float32[np.ndarray, " points"]  # distance of its points to the reconstruction
    code: tuple[float, ...]
    points: Points  # the reconstruction
    points_normals: Points
    error: Float32[np.ndarray, " points"]  # distance of its points to the chair's cloud
    metrics: PairMetrics
    denser_than: float | None  # share of the chairs' codes that lie where the prior is thinner


def read_first_look(
    run_folder: Path, library: Library, chairs: Sequence[Chair]
) -> FirstLook | None:
    """The look that was kept, None where there is none that holds."""
    path = run_folder / FIRST_LOOK_FILE
    if not path.exists():
        return None
    try:
        arrays = load_arrays(path)
        facts = json.loads(str(arrays["facts"]))
        if facts["format"] != _FORMAT:
            return None
        if facts["of"] != _what_it_is_of(run_folder, library, chairs, facts["chair_id"]):
            return None
        return _look(facts, arrays)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, MemoryError, StudioError):
        return None  # the model itself will say what is wrong, if anything is


def write_first_look(
    run_folder: Path, library: Library, chairs: Sequence[Chair], look: FirstLook
) -> None:
    """Keep this look of the run's last checkpoint, atomically. Raises OSError, RunError."""
    facts = {
        "format": _FORMAT,
        "of": _what_it_is_of(run_folder, library, chairs, look.chair_id),
        "chair_id": look.chair_id,
        "code": look.code,
        "metrics": dataclasses.asdict(look.metrics),
        "denser_than": look.denser_than,
    }
    arrays: dict[str, Any] = {
        "codes": look.codes,
        "responsibilities": look.responsibilities,
        "normals": look.normals,
        "back_error": look.back_error,
        "points": look.points,
        "points_normals": look.points_normals,
        "error": look.error,
    }
    if look.components is not None:
        arrays["means"] = look.components.means
        arrays["covariances"] = look.components.covariances
        arrays["weights"] = look.components.weights
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, facts=np.array(json.dumps(facts)), **arrays)
    atomic.write_bytes(run_folder / FIRST_LOOK_FILE, content.getvalue())


def _look(facts: dict[str, Any], arrays: dict[str, Any]) -> FirstLook:
    components = None
    if "means" in arrays:
        components = Components(arrays["means"], arrays["covariances"], arrays["weights"])
    return FirstLook(
        codes=arrays["codes"],
        responsibilities=arrays["responsibilities"],
        components=components,
        chair_id=facts["chair_id"],
        normals=arrays["normals"],
        back_error=arrays["back_error"],
        code=tuple(facts["code"]),
        points=arrays["points"],
        points_normals=arrays["points_normals"],
        error=arrays["error"],
        metrics=PairMetrics(**facts["metrics"]),
        denser_than=facts["denser_than"],
    )


def _what_it_is_of(
    run_folder: Path, library: Library, chairs: Sequence[Chair], chair_id: str
) -> list[Any]:
    """The checkpoint, the chairs and the cloud, such that any change of them is told."""
    position = read_position(run_folder)
    # All clouds by their names, for those of another project have the same ids.
    ids = zlib.crc32(" ".join(f"{chair.id} {chair.posed_hash}" for chair in chairs).encode())
    # A run of another project may have the same name, epochs and chairs: the seconds tell them.
    checkpoint = None if position is None else [position.epochs_done, position.elapsed_s]
    cloud = zlib.crc32(np.ascontiguousarray(library.cloud(library.chair(chair_id))).data)
    return [checkpoint, len(chairs), ids, cloud]
