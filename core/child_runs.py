"""Runs that begin with another one's weights: there as a whole, or not at all."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import atomic
from core.errors import RunError
from core.project import Project
from core.training.metrics_log import METRICS_FILE, read_metrics
from core.training.run import Run


@contextmanager
def child_folder(project: Project, name: str) -> Iterator[Path]:
    """A folder to fill, which becomes the project's run `name` when that is done.

    On an error nothing is left of it. Raises OSError as the disk does.
    """
    with tempfile.TemporaryDirectory(prefix=".fork-", dir=project.runs_folder) as temporary:
        folder = Path(temporary) / name
        yield folder
        folder.rename(project.runs_folder / name)


def copy_curves(parent: Run, folder: Path, epochs: int) -> None:
    """Let the curves of the run in `folder` begin with those of its parent up to an epoch.

    Raises OSError.
    """
    lines = [record for record in read_metrics(parent.folder) if record["epoch"] <= epochs]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    atomic.write_text(folder / METRICS_FILE, text)


@contextmanager
def refusals_told(folder: Path, verb: str) -> Iterator[None]:
    """Turn what the disk refuses to do with a run into a RunError with a sentence."""
    try:
        yield
    except OSError as error:
        raise RunError(
            f"{folder}: the run could not be {verb} ({error.strerror or error}). Check free "
            "space and permissions, and that no other program has it open."
        ) from error
