"""The demo project: shipped small, put in place when it is first opened.

It is an ordinary project, but for two things. Its clouds ship as 16-bit steps of 1/32767 (half a
step is 1.5e-5 of the radius, far below the distance between points), a quarter of float32 when
compressed. Weights ship compressed without loss.
"""

import gzip
import json
import shutil
import tempfile
import zlib
from pathlib import Path

import numpy as np

from core.array_files import load_arrays
from core.atomic import flush_folder_to_disk, flush_to_disk
from core.errors import ProjectError
from core.library.cloud_file import append
from core.library.index import INDEX_FILE
from core.project import PROJECT_FILE
from core.project_lock import LOCK_FILES
from core.training.checkpoint import OPTIMISER_FOLDER, WEIGHTS_FILE

_LEFT_OUT_OF_RUNS = (OPTIMISER_FOLDER, "snapshots", ".trash")  # large, and not needed to look

PACKED_CLOUDS = "clouds.npz"
PACKED_ENDING = ".gz"
STEPS = 32767  # normalised clouds lie within -1 and 1


def pack_demo(project: Path, target: Path) -> None:
    """Copy a project into `target` with its clouds packed; what was at `target` goes."""
    if target.exists():
        shutil.rmtree(target)
    clouds_file = _clouds_file(project)
    shutil.copytree(
        project,
        target,
        ignore=lambda folder, names: [
            name
            for name in names
            if name in (clouds_file.name, "events", *_LEFT_OUT_OF_RUNS, *LOCK_FILES)
        ],
    )
    index = json.loads((project / "library" / INDEX_FILE).read_text(encoding="utf-8"))
    clouds = np.fromfile(clouds_file, dtype="<f4").reshape(-1, index["points"], 3)
    steps = np.clip(np.rint(clouds * STEPS), -STEPS, STEPS).astype("<i2")
    np.savez_compressed(target / "library" / PACKED_CLOUDS, clouds=steps)
    for weights in target.glob(f"runs/*/{WEIGHTS_FILE}"):
        packed = weights.with_name(weights.name + PACKED_ENDING)
        packed.write_bytes(gzip.compress(weights.read_bytes(), mtime=0))
        weights.unlink()


def install_demo(packed: Path, target: Path) -> Path:
    """Put the shipped demo in place as the person's own project, unless it is there already.

    It appears whole or not at all, also where two programs start for the first time at once.
    Returns its folder. Raises ProjectError.
    """
    if (target / PROJECT_FILE).exists():
        return target
    if not (packed / PROJECT_FILE).exists():
        raise ProjectError(f"The demo project is missing at {packed}. Install the program again.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".demo-", dir=target.parent, ignore_cleanup_errors=True
        ) as temporary:
            copy = Path(temporary) / "demo"
            shutil.copytree(packed, copy)
            _make_writable(copy)  # whoever installed the program may have shipped it for reading
            _unpack(copy, packed)
            _flush(copy)
            copy.rename(target)
        flush_folder_to_disk(target.parent)
    except OSError as error:
        if (target / PROJECT_FILE).exists():  # another start was quicker
            return target
        raise ProjectError(
            f"The demo project could not be put at {target} ({error.strerror or error}). Check "
            "free space and permissions there, or open a project of your own."
        ) from error
    return target


def _make_writable(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o700 if path.is_dir() else 0o600))


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            flush_folder_to_disk(path)
        else:
            flush_to_disk(path)
    flush_folder_to_disk(folder)


def _unpack(demo: Path, shipped: Path) -> None:
    try:
        _unpack_files(demo)
    except (ValueError, LookupError, TypeError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ProjectError(
            f"The demo project at {shipped} is damaged ({error}). Install the program again."
        ) from error


def _unpack_files(demo: Path) -> None:
    archive = demo / "library" / PACKED_CLOUDS
    clouds = load_arrays(archive)["clouds"].astype(np.float32) / np.float32(STEPS)
    archive.unlink()
    append(_clouds_file(demo), 0, clouds)
    for packed_file in demo.glob(f"runs/*/*{PACKED_ENDING}"):
        packed_file.with_suffix("").write_bytes(gzip.decompress(packed_file.read_bytes()))
        packed_file.unlink()


def _clouds_file(project: Path) -> Path:
    index = json.loads((project / "library" / INDEX_FILE).read_text(encoding="utf-8"))
    return project / "library" / str(index["clouds"])
