"""The training generator."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.errors import StudioError
from core.library import Library
from core.processes_together import is_first, on_this_machine, started_together
from core.threads import shared_threads, torch_threads
from core.training.corresponding import correspond
from core.training.device import make_fabric
from core.training.failures import as_training_error, unexpected_words
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
    threads = run.settings.threads or shared_threads(on_this_machine())
    with torch_threads(threads), _sentences(run) as place:
        if run.settings.loss == "mse":
            if is_first():
                yield from correspond(Library.open(request.library_folder))
            if started_together():
                make_fabric(run.settings.device).barrier()
        place.session = session = Session(request)
        try:
            yield from _reports(session)
        finally:
            session.close()


@dataclass
class _Place:
    """Where an error came from."""

    session: Session | None = None

    @property
    def device(self) -> str:
        return "cpu" if self.session is None else self.session.device_words

    def note(self, sentence: str) -> None:
        if self.session is not None:
            self.session.fail(sentence)


@contextmanager
def _sentences(run: Run) -> Iterator[_Place]:
    """Turn errors of disk, memory and device into a sentence, and note it in the run.

    A session that could not begin notes nothing: the run may be another's who trains it.
    """
    place = _Place()
    try:
        yield place
    except StudioError as error:
        place.note(str(error))
        raise
    except Exception as error:
        device = place.device
        told = as_training_error(error, run, device)
        place.note(unexpected_words(error, run) if told is None else str(told))
        if told is None:
            raise
        raise told from error


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
