"""Says in the status bar where models are computed, before anything was trained."""

from PySide6.QtCore import QObject, Slot

from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.workers.model_worker import FindDevice


class DevicePresenter(QObject):
    """Asks the model's thread, which loads torch behind the window; a training tells its own."""

    def __init__(
        self, project: ProjectState, training: TrainingState, window: MainWindow, model: ModelLink
    ) -> None:
        super().__init__(window)
        self._training = training
        self._window = window
        self._model = model
        self._asked: FindDevice | None = None
        model.answered.connect(self._on_answered)
        # With the project, so that its run comes into view first.
        project.events.project.connect(self._ask)
        training.events.settings.connect(self._ask)

    def _ask(self) -> None:
        question = FindDevice(self._training.settings.device)
        if question != self._asked:
            self._asked = question
            self._model.ask(question)

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if isinstance(question, FindDevice) and not self._training.is_busy:
            wanted = device_words(question.wanted)
            self._window.show_device(device_words(str(answer)) if answer else f"{wanted} not found")


def device_words(device: str) -> str:
    """A device as people call it."""
    return {"cpu": "CPU", "mps": "GPU (Metal)"}.get(device, device.replace("cuda", "GPU"))
