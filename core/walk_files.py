"""A walk leaves: as a table of codes, numbered clouds, GIF or MP4. Each appears whole or not.

Axes: steps of the walk n, latent size d.
"""

import csv
import io
import math
import shutil
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from core import __version__
from core.atomic import replaced_atomically, write_json, write_text
from core.errors import StudioError
from core.export import PLAN_FORMATS, Shape, export_shape
from core.frame import Frame

FORMAT = PLAN_FORMATS["walk"]
Pixels = UInt8[np.ndarray, "height width 3"]
Progress = tuple[int, int]  # steps done, of how many


@dataclass(frozen=True)
class WalkStop:
    """A place that a walk leads over."""

    label: str
    code: tuple[float, ...]
    chair_id: str | None = None  # where it is a chair's own code
    component: int | None = None  # where it is a component's mean

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "label": self.label,
            "code": list(self.code),
            "chair": self.chair_id,
            "component": self.component,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "WalkStop":
        """Undoes `as_json`. KeyError, TypeError or ValueError where something is wrong."""
        code = tuple(float(value) for value in content["code"])
        if not code or not all(map(math.isfinite, code)):
            raise ValueError(f"a stop at {code}")
        chair, component = content["chair"], content["component"]
        return cls(
            str(content["label"]),
            code,
            None if chair is None else str(chair),
            None if component is None else int(component),
        )


@dataclass(frozen=True)
class WalkPlan:
    """What it takes to make an exported walk again."""

    stops: tuple[WalkStop, ...]
    way: str  # "straight" or "along"
    steps: int


@dataclass(frozen=True, eq=False)
class Walk:
    """What is walked, step by step, and where it comes from."""

    codes: Float[np.ndarray, "n latent"]
    log_density: Float[np.ndarray, " n"]  # nats
    way: str  # "straight" or "along"
    stops: tuple[WalkStop, ...]
    run: str
    settings: dict[str, Any]
    epoch: int | None = None  # of the run, where it is not the run as it is now
    prior_fitted: Mapping[str, Any] | None = None  # `about.origin_of_prior` of the run

    def as_json(self) -> dict[str, Any]:
        """Its provenance."""
        return {
            "format": FORMAT,
            "program": f"MoG-VAE Studio {__version__}",
            "kind": "walk",
            "run": self.run,
            "epoch": self.epoch,
            "way": self.way,
            "stops": [stop.label for stop in self.stops],
            "stop_places": [stop.as_json() for stop in self.stops],
            "steps": len(self.codes),
            "codes": [[float(value) for value in code] for code in self.codes],
            "settings": self.settings,
            "prior_fitted": None if self.prior_fitted is None else dict(self.prior_fitted),
        }


def plan_of_walk(content: Mapping[str, Any], name: str) -> WalkPlan:
    """Undo `Walk.as_json`, read from the file `name`. Raises StudioError with a sentence."""
    places = content.get("stop_places")
    if places is None:
        raise StudioError(
            f"{name} does not say where the stops of its walk lie, for it was written by an "
            "earlier version of this program. Export the walk again."
        )
    try:
        stops = tuple(WalkStop.from_json(place) for place in places)
        way, steps = content["way"], content["steps"]
        if way not in ("straight", "along") or not isinstance(steps, int):
            raise ValueError(f"a way {way!r} of {steps!r} steps")
        if len(stops) < 2 or len({len(stop.code) for stop in stops}) != 1:
            raise ValueError(f"{len(stops)} stops of one space")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StudioError(
            f"{name}: the walk in it is damaged ({error}). Export the walk again."
        ) from error
    return WalkPlan(stops, way, steps)


def write_codes(walk: Walk, path: Path) -> None:
    """A CSV: a row a step, with the share of the way, the log density and the code."""
    content = io.StringIO()
    table = csv.writer(content, lineterminator="\n")
    axes = [f"z{axis + 1}" for axis in range(walk.codes.shape[1])]
    table.writerow(["step", "share", "log_density_nats", *axes])
    shares = np.linspace(0.0, 1.0, len(walk.codes))
    for step, (share, log_density, code) in enumerate(
        zip(shares, walk.log_density, walk.codes, strict=True), start=1
    ):
        table.writerow([step, f"{share:.6g}", f"{log_density:.9g}", *(f"{v:.9g}" for v in code)])
    try:
        write_text(path, content.getvalue())
    except OSError as error:
        raise _refused(path, error) from error


def write_clouds(
    walk: Walk,
    clouds: Iterable[Float[np.ndarray, "points 3"]],
    folder: Path,
    suffix: str,
    frame: Frame | None,
) -> Generator[Progress, None, Path]:
    """Numbered clouds, each with its JSON, in a new folder that appears when all are there."""
    total = len(walk.codes)
    digits = len(str(total))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        target = _free_folder(folder)
        with tempfile.TemporaryDirectory(prefix=".walk-", dir=folder.parent) as temporary:
            made = Path(temporary) / "walk"
            made.mkdir()
            for step, (code, cloud) in enumerate(zip(walk.codes, clouds, strict=True), start=1):
                shape = Shape(
                    f"step {step}",
                    cloud,
                    frame,
                    kind="decoded",
                    run=walk.run,
                    code=tuple(float(value) for value in code),
                    settings=walk.settings,
                    epoch=walk.epoch,
                    prior_fitted=walk.prior_fitted,
                )
                path = made / f"step-{step:0{digits}}.{suffix}"
                export_shape(shape, path, own_units=frame is not None)
                yield step, total
            write_codes(walk, made / "codes.csv")
            write_json(made / "walk.json", walk.as_json())
            shutil.move(made, target)
    except OSError as error:
        raise _refused(folder, error) from error
    return target


def write_gif(
    walk: Walk, frames: Iterator[Pixels], path: Path, steps_per_s: float
) -> Generator[Progress, None, Path]:
    """An animation that loops, for pages and slides; its provenance in a JSON beside it."""
    from PIL import Image

    total = len(walk.codes)
    images = []
    for step, pixels in enumerate(frames, start=1):
        image = Image.fromarray(pixels)
        images.append(image.quantize(256, dither=Image.Dither.NONE))
        yield step, total
    try:
        with replaced_atomically(path) as temporary, temporary.open("wb") as file:
            images[0].save(
                file,
                format="GIF",
                save_all=True,
                append_images=images[1:],
                duration=max(20, round(1000 / steps_per_s)),  # ms; shorter ones are slowed down
                loop=0,
            )
        write_json(path.with_suffix(".json"), walk.as_json())
    except OSError as error:
        raise _refused(path, error) from error
    return path


def write_mp4(
    walk: Walk, frames: Iterator[Pixels], path: Path, steps_per_s: float
) -> Generator[Progress, None, Path]:
    """A film, H.264, that every player shows; its provenance in a JSON beside it."""
    import av

    total = len(walk.codes)
    try:
        with (
            replaced_atomically(path) as temporary,
            av.open(str(temporary), "w", format="mp4") as container,
        ):
            stream = container.add_stream("libx264", rate=max(1, round(steps_per_s)))
            stream.pix_fmt = "yuv420p"  # the one that every player knows
            stream.options = {"crf": "18"}
            for step, pixels in enumerate(frames, start=1):
                if step == 1:
                    stream.height, stream.width = pixels.shape[:2]  # even numbers
                container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
                yield step, total
            container.mux(stream.encode())
        write_json(path.with_suffix(".json"), walk.as_json())
    except OSError as error:
        raise _refused(path, error) from error
    return path


def _free_folder(folder: Path) -> Path:
    """`folder`, numbered where it is taken: nothing is overwritten."""
    target, number = folder, 2
    while target.exists():
        target, number = folder.with_name(f"{folder.name}-{number}"), number + 1
    return target


def _refused(path: Path, error: OSError) -> StudioError:
    return StudioError(
        f"{path} could not be written ({error.strerror or error}). "
        "Check free space and permissions, or choose another place."
    )
