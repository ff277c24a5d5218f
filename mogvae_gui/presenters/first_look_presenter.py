"""Shows what a run looked like the last time, until its model is loaded and answers itself."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.first_look import FirstLook
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.state.latent_state import LatentMap, LatentState, Probe
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.stage_state import ShownCloud, StageState
from mogvae_gui.workers.first_look_worker import FirstLookWorker, LookAtRun, SeenRun
from mogvae_gui.workers.model_worker import LoadRun
from mogvae_gui.workers.threads import WorkerThread

SPACE_AFTER_MS = 50  # the clouds are drawn meanwhile


class FirstLookPresenter(QObject):
    """Asks for a look whenever a run is to be loaded into an empty view.

    What it sets, the model's own answer replaces a second or two later by the same.
    """

    settled = Signal(bool)  # whether there was a look to show

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        stage: StageState,
        runs: RunsPresenter,
    ) -> None:
        super().__init__(runs)
        self._project = project
        self._latent = latent
        self._stage = stage
        self._worker = FirstLookWorker()
        self._thread = WorkerThread(self._worker, "first look", self)
        self._worker.answered.connect(self._on_answered)
        self._worker.failed.connect(self._on_failed)
        runs.loading.connect(self._on_loading)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._worker.forget()
        self._thread.end()

    @Slot(object)
    def _on_loading(self, question: LoadRun) -> None:
        if self._latent.run_name is None:
            self._worker.ask(LookAtRun(question.folder, question.library, question.chairs))

    @Slot(object, object)
    def _on_answered(self, question: LookAtRun, seen: SeenRun | None) -> None:
        shows = seen is not None and self._is_awaited(question)
        if seen is not None and shows:
            self._show(question, seen)
        self.settled.emit(shows)

    @Slot(object, object)
    def _on_failed(self, _question: object, _error: object) -> None:
        self.settled.emit(False)  # loading the run says the same error in words

    def _is_awaited(self, question: LookAtRun) -> bool:
        project = self._project.project
        return (
            project is not None
            and question.library is project.library
            and question.chairs == self._project.chairs
            and self._latent.run_name is None
        )

    def _show(self, question: LookAtRun, seen: SeenRun) -> None:
        """The clouds, and once they are drawn the space, whose shells take longer to make."""
        current = self._project.current
        is_chosen = current is not None and current.id == seen.look.chair_id  # as it was left
        if self._latent.probe is None and (current is None or is_chosen):
            self._show_chair(question, seen.look)
        QTimer.singleShot(SPACE_AFTER_MS, self, lambda: self._show_space(question, seen))

    def _show_chair(self, question: LookAtRun, look: FirstLook) -> None:
        chair = question.library.chair(look.chair_id)
        self._stage.original = ShownCloud(
            chair.name,
            question.library.cloud(chair),
            look.normals,
            error=look.back_error,
            chair_id=chair.id,
            frame=chair.frame,
        )
        self._stage.metrics = look.metrics
        self._stage.reconstruction = ShownCloud(
            f"Reconstruction of {chair.name}",
            look.points,
            look.points_normals,
            error=look.error,
            chair_id=chair.id,
            code=look.code,
            frame=chair.frame,
        )
        if self._project.current is None:
            self._project.selected = (chair.id,)

    def _show_space(self, question: LookAtRun, seen: SeenRun) -> None:
        if not self._is_awaited(question):
            return
        look = seen.look
        self._latent.settings = seen.settings
        self._latent.run_name = question.folder.name
        self._latent.map = LatentMap(
            tuple(chair.id for chair in question.chairs),
            look.codes,
            look.responsibilities,
            look.components,
        )
        if self._latent.probe is None and self._project.selected[:1] == (look.chair_id,):
            self._latent.probe = Probe(look.code, chair_id=look.chair_id)
            self._latent.denser_than = look.denser_than
