"""The training generator."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import torch

from core.errors import StudioError, TrainingError
from core.library import Library
from core.threads import torch_threads
from core.training.corresponding import correspond
from core.training.reports import Report, TrainingRequest
from core.training.run import Run
from core.training.session import Session


def train(request: TrainingRequest) -> Generator[Report, None, None]:
    """Train a run, a report at a time.

    A plain generator: not advancing it is a pause, and closing it stops the training and writes a
    checkpoint, in the middle of an epoch too. A training that was stopped and resumed gives the
    same weights as one that was not, bit for bit on a CPU with the same number of threads.
    Advance and close it in one thread.

    Raises TrainingError or RunError with a sentence for the person; the last good checkpoint stays.
    An exception other than closing leaves the last checkpoint as it is.
    """
    run = Run.open(request.run_folder)
    with torch_threads(run.settings.threads), _sentences(run):
        if run.settings.loss == "mse":
            yield from correspond(Library.open(request.library_folder))
        session = Session(request)
        try:
            yield from _reports(session)
        except StudioError as error:
            session.fail(str(error))
            raise
        finally:
            session.close()


@contextmanager
def _sentences(run: Run) -> Iterator[None]:
    """Turn errors of the disk and of a GPU's memory into a sentence."""
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"{run.folder}: the run could not be read or written ({error.strerror or error}). "
            "Make room on the disk or check permissions. The last checkpoint is kept."
        ) from error
    except torch.OutOfMemoryError as error:
        settings = run.settings
        message = (
            f"{run.name}: the memory of the device is full. Choose a smaller batch (now "
            f"{settings.batch}) or fewer points per step (now {settings.points_per_step}). "
            "The last checkpoint is kept."
        )
        run.write_state("error", run.state.epochs_done, message)
        raise TrainingError(message) from error


def _reports(session: Session) -> Generator[Report, None, None]:
    session.begin()
    try:
        for report in session.advance():
            session.clock.pause()
            yield report
            session.clock.start()
    except GeneratorExit:
        session.save("end" if session.finished else "stop")
        raise
    session.save("end")
