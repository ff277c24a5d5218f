"""Shows the decoded mean of every component beside its name."""

from PySide6.QtCore import QElapsedTimer, QObject, Slot

from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.views.component_list import ComponentList
from mogvae_gui.workers.model_worker import DrawMeans, FollowTraining, LoadEpoch, LoadRun

PICTURE_PX = 72
LIVE_INTERVAL_MS = 5_000  # while a training goes on; drawing takes time from it


class ComponentPicturesPresenter(QObject):
    """Asks for new pictures when the model in view has changed."""

    def __init__(self, latent: LatentState, view: ComponentList, model: ModelLink) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._latest = QElapsedTimer()
        model.answered.connect(self._on_answered)
        latent.events.run_name.connect(self._on_run_name)

    def _on_run_name(self) -> None:
        self._view.show_pictures([])

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if isinstance(question, DrawMeans) and isinstance(answer, list):
            self._view.show_pictures(answer)
        elif isinstance(question, LoadRun | LoadEpoch) or (
            isinstance(question, FollowTraining)
            and (not self._latest.isValid() or self._latest.elapsed() > LIVE_INTERVAL_MS)
        ):
            self._latest.start()
            self._model.ask(DrawMeans(PICTURE_PX))
