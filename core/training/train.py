"""The training generator."""

from collections.abc import Iterator

import torch

from core.errors import StudioError, TrainingError
from core.threads import torch_threads
from core.training.reports import EpochReport, StepReport, TrainingRequest
from core.training.run import Run
from core.training.session import Session


def train(request: TrainingRequest) -> Iterator[StepReport | EpochReport]:
    """Train a run, a report at a time.

    A plain generator: not advancing it is a pause, and closing it stops the training and writes a
    checkpoint, in the middle of an epoch too. A training that was stopped and resumed gives the
    same weights as one that was not, bit for bit on a CPU with the same number of threads.
    Advance and close it in one thread.

    Raises TrainingError or RunError with a sentence for the person; the last good checkpoint stays.
    An exception other than closing leaves the last checkpoint as it is.
    """
    settings = Run.open(request.run_folder).settings
    with torch_threads(settings.threads):
        session = Session(request)
        try:
            yield from _reports(session)
        except StudioError as error:
            session.fail(str(error))
            raise
        except torch.OutOfMemoryError as error:
            message = (
                f"{session.run.name}: the memory of {session.settings.device!r} is full. Choose a "
                f"smaller batch (now {session.settings.batch}) or fewer points per step (now "
                f"{session.settings.points_per_step}). The last checkpoint is kept."
            )
            session.fail(message)
            raise TrainingError(message) from error
        except OSError as error:
            message = (
                f"{session.run.folder}: the run could not be written ({error.strerror or error}). "
                "Make room on the disk or check permissions. The last checkpoint is kept."
            )
            raise TrainingError(message) from error
        finally:
            session.close()


def _reports(session: Session) -> Iterator[StepReport | EpochReport]:
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
