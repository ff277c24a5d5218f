"""Shows the decoded mean of every component beside its name."""

from PySide6.QtCore import QElapsedTimer, QObject, Slot

from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.views.component_list import ComponentList
from mogvae_gui.workers.model_worker import DrawMeans, FollowTraining, LoadEpoch, LoadRun

PICTURE_PX = 72
LIVE_INTERVAL_MS = 5_000  # while a training goes on; drawing takes time from it


class ComponentPicturesPresenter(QObject):
    """Asks for new pictures when the model in view has changed and the list can be seen."""

    def __init__(self, latent: LatentState, view: ComponentList, model: ModelLink) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._latest = QElapsedTimer()
        self._are_outdated = False
        model.answered.connect(self._on_answered)
        latent.events.run_name.connect(self._on_run_name)
        view.came_into_sight.connect(self._on_sight)

    def _on_run_name(self) -> None:
        self._view.show_pictures([])
        self._latest.invalidate()  # those of another run must not wait

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if isinstance(question, DrawMeans) and isinstance(answer, list):
            self._view.show_pictures(answer)
        elif isinstance(question, LoadRun | LoadEpoch):
            self._draw()
        elif isinstance(question, FollowTraining):
            is_due = not self._latest.isValid() or self._latest.elapsed() > LIVE_INTERVAL_MS
            if is_due:
                self._draw()
            else:
                self._are_outdated = True

    @Slot()
    def _on_sight(self) -> None:
        if self._are_outdated:
            self._draw()

    def _draw(self) -> None:
        """Ask for pictures now, or as soon as somebody can see them."""
        self._are_outdated = not self._view.isVisible()
        if not self._are_outdated:
            self._latest.start()
            self._model.ask(DrawMeans(PICTURE_PX))
