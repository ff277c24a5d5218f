"""Keeps the Runs dock in step with the project's folder and with the run in view."""

from PySide6.QtCore import QObject, QTimer, Slot

from core.project import Project
from core.run_list import RunEntry
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.run_rows import run_details, run_rows
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.runs_state import RunsState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.runs_panel import RunsPanel
from mogvae_gui.workers.run_list_worker import ListRuns, RunListWorker
from mogvae_gui.workers.threads import WorkerThread

LOOK_AGAIN_MS = 3_000
"""While the dock is seen: other programs train too, and epochs go by."""


class RunListPresenter(QObject):
    """Looks at the runs in a thread of its own; choosing a row puts that run in view."""

    def __init__(
        self,
        state: RunsState,
        project: ProjectState,
        latent: LatentState,
        training: TrainingState,
        evaluation: EvaluationState,
        panel: RunsPanel,
        runs: RunsPresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._latent = latent
        self._training = training
        self._panel = panel
        self._runs = runs
        self._notices = notices
        self._newest: ListRuns | None = None
        self._worker = RunListWorker()
        self._thread = WorkerThread(self._worker, "runs", self)
        self._worker.answered.connect(self._on_listed)
        self._worker.failed.connect(self._on_not_listed)
        self._thread.start()
        self._look_again = QTimer(self)
        self._look_again.setInterval(LOOK_AGAIN_MS)
        self._look_again.timeout.connect(self.look)
        panel.run_chosen.connect(self._on_run_chosen)
        panel.visibility_changed.connect(self._on_visibility_changed)
        project.events.project.connect(self._on_project)
        project.events.read_only.connect(self._show_details)
        latent.events.run_name.connect(self._on_run_in_view)
        training.events.status.connect(self._on_training)
        evaluation.events.table.connect(self.look)
        state.events.entries.connect(self._show)
        state.events.chosen.connect(self._show_chosen)
        state.events.watched.connect(self._show)
        self._on_project()

    @Slot()
    def look(self) -> None:
        """Look at the project's runs; the dock shows them when that is done."""
        project = self._project.project
        if project is not None:
            self._newest = ListRuns(project)
            self._worker.ask(self._newest)

    def stop(self) -> None:
        """End the thread; what was written in the notes is kept."""
        self._panel.save_notes()
        self._look_again.stop()
        self._worker.forget()
        self._thread.end()

    @Slot(object, object)
    def _on_listed(self, question: ListRuns, entries: tuple[RunEntry, ...]) -> None:
        if question is not self._newest or question.project is not self._project.project:
            return
        if entries != self._state.entries:
            self._state.entries = entries
        if self._state.chosen is None:
            self._state.chosen = self._latent.run_name

    @Slot(object, object)
    def _on_not_listed(self, question: ListRuns, error: Exception) -> None:
        if question is self._newest:
            self._notices.say_error(error, "Looking at the runs")

    def _on_project(self, _project: Project | None = None) -> None:
        self._panel.save_notes()
        self._state.chosen = None
        self._state.entries = ()
        self.look()

    @Slot(bool)
    def _on_visibility_changed(self, visible: bool) -> None:
        if visible:
            self.look()
            self._look_again.start()
        else:
            self._look_again.stop()

    def _on_training(self) -> None:
        if self._training.is_busy:
            self._state.chosen = self._training.run_name
        self.look()

    def _on_run_in_view(self, name: str | None) -> None:
        self._state.chosen = name
        self._show()
        self.look()

    @Slot(str)
    def _on_run_chosen(self, name: str) -> None:
        self._state.chosen = name
        entry = self._state.entry(name)
        # A run that trains is followed until another is chosen, and again when it is.
        if entry is not None and (entry.has_weights or name == self._runs.live):
            self._runs.show_run(name)

    def _show(self) -> None:
        self._panel.show_runs(
            run_rows(self._state.entries, self._latent.run_name, self._state.watched)
        )
        self._show_chosen()

    def _show_chosen(self) -> None:
        self._panel.show_chosen(self._state.chosen)
        self._show_details()

    def _show_details(self) -> None:
        entry = self._state.entry(self._state.chosen)
        can_edit = not self._project.read_only and entry is not None
        self._panel.show_details(None if entry is None else run_details(entry, can_edit))
