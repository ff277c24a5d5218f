"""The one model in view: a thread that answers, shared by the presenters that ask."""

from PySide6.QtCore import QObject, Signal, Slot

from mogvae_gui.workers.model_worker import ModelWorker
from mogvae_gui.workers.threads import WorkerThread


class ModelLink(QObject):
    """Passes questions to the model's thread and answers back to the main thread."""

    answered = Signal(object, object)  # question, answer
    failed = Signal(object, object)  # question, Exception

    def __init__(self, parent: QObject, *, waits: bool = False) -> None:
        """With `waits` nothing is answered before `begin`: the first answer loads torch."""
        super().__init__(parent)
        self._worker = ModelWorker()
        self._thread = WorkerThread(self._worker, "model", self)
        self._worker.answered.connect(self._on_answered)
        self._worker.failed.connect(self._on_failed)
        self._has_begun = False
        if not waits:
            self.begin()

    @property
    def dropped(self) -> int:
        """Questions that were overtaken by newer ones and never computed."""
        return self._worker.dropped

    @Slot()
    def begin(self) -> None:
        """Answer what was asked and what will be. Again, or after the end, it does nothing."""
        if not self._has_begun:
            self._has_begun = True
            self._thread.start()

    def ask(self, question: object) -> None:
        """Ask; `answered` follows unless a newer question of the kind overtakes this one."""
        self._worker.ask(question)

    def stop(self) -> None:
        """End the thread."""
        self._has_begun = True
        self._worker.forget()
        self._thread.end()

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        self.answered.emit(question, answer)

    @Slot(object, object)
    def _on_failed(self, question: object, error: object) -> None:
        self.failed.emit(question, error)
