"""Fits a mixture to the codes of a run without components, as a new run."""

from PySide6.QtCore import QObject, Slot

from core.errors import StudioError
from core.figure_progress import FigureProgress
from core.fit_checks import USUAL_COMPONENTS, check_enough_chairs, reason_not_fitted
from core.fitted_runs import check_fit, fitted_name, fitting
from core.model_choices import MAXIMUM_COMPONENTS
from core.project import Project
from core.run_list import RunEntry
from mogvae_gui.presenters.dialog_job import start_from_dialog
from mogvae_gui.presenters.jobs import JobRequest, Jobs, Progress
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.run_list_presenter import RunListPresenter
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.runs_state import RunsState
from mogvae_gui.views.fit_dialog import FitDialog
from mogvae_gui.views.runs_panel import RunsPanel


class RunFitPresenter(QObject):
    """Says whether the chosen run can get a mixture, asks for its size, and makes the run."""

    def __init__(
        self,
        state: RunsState,
        project: ProjectState,
        panel: RunsPanel,
        runs: RunsPresenter,
        run_list: RunListPresenter,
        jobs: Jobs,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._panel = panel
        self._runs = runs
        self._list = run_list
        self._jobs = jobs
        self._notices = notices
        panel.fit_requested.connect(self.ask)
        state.events.entries.connect(self._show_can_fit)
        state.events.chosen.connect(self._show_can_fit)
        project.events.read_only.connect(self._show_can_fit)
        self._show_can_fit()

    @Slot(str)
    def ask(self, name: str) -> None:
        """Show the dialog that fits a mixture to a run."""
        project = self._project.project
        if project is None:
            return
        dialog = FitDialog(name, USUAL_COMPONENTS, MAXIMUM_COMPONENTS, self._panel.window())
        _FitQuestion(self, dialog, project, name)
        dialog.open()

    def make(
        self, dialog: FitDialog, project: Project, run: str, components: int, name: str
    ) -> None:
        """Make the run that the dialog asks for, or say in it why not."""
        if self._project.project is not project:  # another was opened behind the dialog
            dialog.reject()
            return
        try:
            check_fit(project, run, components, name)
        except StudioError as error:
            dialog.show_problem(str(error))
            return
        start_from_dialog(
            dialog,
            JobRequest(
                f"Fitting a mixture to {run}",
                lambda: fitting(project, run, components, name=name),
                on_success=lambda made: self._show_made(project, run, made.name),
                as_progress=_progress,
            ),
            "Fitting a mixture",
            self._jobs,
            self._notices,
        )

    def _show_made(self, project: Project, parent: str, name: str) -> None:
        self._list.look()
        if self._project.project is project:
            self._runs.show_run(name)
            self._notices.say(
                "success", f"{name} is made: {parent} with a mixture fitted to its codes."
            )

    def _show_can_fit(self) -> None:
        reason = self._project.read_only or _reason_not(self._state.entry(self._state.chosen))
        self._panel.show_can_fit(not reason, reason)


class _FitQuestion(QObject):
    """One dialog; another may be asked while this one's job runs."""

    def __init__(
        self, presenter: RunFitPresenter, dialog: FitDialog, project: Project, run: str
    ) -> None:
        super().__init__(dialog)
        self._presenter = presenter
        self._dialog = dialog
        self._project = project
        self._run = run
        dialog.components_edited.connect(self._on_components_edited)
        dialog.fit_requested.connect(self._on_fit_requested)
        self._on_components_edited(USUAL_COMPONENTS)

    @Slot(int)
    def _on_components_edited(self, components: int) -> None:
        self._dialog.show_name(fitted_name(self._project, self._run, components))
        try:
            check_enough_chairs(self._project.library, components)
            self._dialog.show_problem("")
        except StudioError as error:
            self._dialog.show_problem(str(error))

    @Slot(int, str)
    def _on_fit_requested(self, components: int, name: str) -> None:
        self._presenter.make(self._dialog, self._project, self._run, components, name)


def _reason_not(entry: RunEntry | None) -> str:
    if entry is None:
        return "Choose a run first."
    if entry.settings is None:
        return "The run is damaged."
    if reason := reason_not_fitted(entry.settings):
        return reason
    if entry.standing == "training":
        return f"{entry.name} is being trained. Wait for its end, or stop it."
    if not entry.has_weights or entry.epochs_done < 1:
        return "There are no codes to fit a mixture to yet. Train the run for at least one epoch."
    return ""


def _progress(step: FigureProgress) -> Progress:
    return (step.done, step.total, step.doing)
