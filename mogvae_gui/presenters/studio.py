"""The whole program, put together: states, window, presenters."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget

from core.project import is_project
from core.sheet_file import SheetPlan
from core.walk_files import WalkPlan
from mogvae_gui.presenters.arithmetic_presenter import ArithmeticPresenter
from mogvae_gui.presenters.bookmark_presenter import BookmarkPresenter
from mogvae_gui.presenters.comparison_presenter import ComparisonPresenter
from mogvae_gui.presenters.component_pictures import ComponentPicturesPresenter
from mogvae_gui.presenters.components_presenter import ComponentsPresenter, SteeringPresenter
from mogvae_gui.presenters.device_presenter import DevicePresenter
from mogvae_gui.presenters.evaluation_export_presenter import EvaluationExportPresenter
from mogvae_gui.presenters.evaluation_presenter import EvaluationPresenter
from mogvae_gui.presenters.evaluation_view_presenter import EvaluationViewPresenter
from mogvae_gui.presenters.export_presenter import ExportPresenter
from mogvae_gui.presenters.exported_views import ExportedViewPresenter
from mogvae_gui.presenters.find_presenter import FindPresenter
from mogvae_gui.presenters.first_look_presenter import FirstLookPresenter
from mogvae_gui.presenters.hint_presenter import HintPresenter
from mogvae_gui.presenters.history_presenter import HistoryPresenter
from mogvae_gui.presenters.hover_presenter import CodeErrorsPresenter, HoverPresenter
from mogvae_gui.presenters.import_presenter import ImportPresenter
from mogvae_gui.presenters.jobs import Jobs
from mogvae_gui.presenters.latent_presenter import LatentPresenter
from mogvae_gui.presenters.library_edits import LibraryEditPresenter
from mogvae_gui.presenters.library_presenter import LibraryPresenter
from mogvae_gui.presenters.model_figures_presenter import ModelFiguresPresenter
from mogvae_gui.presenters.model_in_view import ModelInView
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.pinned_presenter import PinnedPresenter
from mogvae_gui.presenters.place_presenter import PlacePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.presenters.project_access import ProjectAccess
from mogvae_gui.presenters.project_presenter import ProjectPresenter
from mogvae_gui.presenters.run_edits_presenter import RunEditsPresenter
from mogvae_gui.presenters.run_fit_presenter import RunFitPresenter
from mogvae_gui.presenters.run_fork_presenter import RunForkPresenter
from mogvae_gui.presenters.run_list_presenter import RunListPresenter
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.presenters.selection_dock_presenter import SelectionDockPresenter
from mogvae_gui.presenters.selection_presenter import SelectionPresenter
from mogvae_gui.presenters.session_parts import SessionParts
from mogvae_gui.presenters.session_presenter import SessionPresenter
from mogvae_gui.presenters.sheet_export_presenter import SheetExportPresenter
from mogvae_gui.presenters.sheet_presenter import SheetPresenter
from mogvae_gui.presenters.stage_presenter import StagePresenter
from mogvae_gui.presenters.stage_tools import StageToolsPresenter
from mogvae_gui.presenters.time_presenter import TimePresenter
from mogvae_gui.presenters.training_presenter import TrainingPresenter
from mogvae_gui.presenters.walk_export_presenter import WalkExportPresenter
from mogvae_gui.presenters.walk_player import WalkPlayer
from mogvae_gui.presenters.walk_presenter import WalkPresenter
from mogvae_gui.presenters.warm_up import WarmUp
from mogvae_gui.presenters.watch_presenter import WatchPresenter
from mogvae_gui.presenters.window_presenter import WindowPresenter
from mogvae_gui.state.bookmark_state import BookmarkState
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.notice_state import NoticeState
from mogvae_gui.state.pin_state import PinState
from mogvae_gui.state.preferences import Preferences
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.runs_state import RunsState
from mogvae_gui.state.selection_state import SelectionState
from mogvae_gui.state.sheet_state import SheetState
from mogvae_gui.state.stage_state import StageState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.state.walk_state import WalkState
from mogvae_gui.views.latent_tracks import LatentTracks
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.theme import theme


class Studio(QObject):
    """Owns everything; `window` is what a person sees."""

    def __init__(self, preferences: Preferences, *, model_waits: bool = False) -> None:
        """With `model_waits` no model is loaded before `model.begin()`; looks are shown."""
        super().__init__()
        with theme().dressed_last():
            self._put_together(preferences, model_waits)

    def _put_together(self, preferences: Preferences, model_waits: bool) -> None:
        self.preferences = preferences
        self.project = ProjectState()
        self.stage = StageState()
        self.latent = LatentState()
        self.training = TrainingState()
        self.evaluation = EvaluationState()
        self.selection = SelectionState()
        self.pinned = PinState()
        self.window = window = MainWindow()
        self.notices = NoticePresenter(NoticeState(), window.banners)
        self.jobs = Jobs(window.task_bar, self.notices)
        self.model = ModelLink(window, waits=model_waits)
        self.in_view = ModelInView(self.project, self.latent, self.training, self.model)
        self.edits = LibraryEditPresenter(self.project, window, self.jobs, self.notices)
        self.imports = ImportPresenter(self.project, window, self.jobs, self.edits, self.notices)
        self.library = LibraryPresenter(self.project, window.library)
        self.stage_presenter = StagePresenter(self.stage, self.training, window, self.notices)
        self.probe = ProbePresenter(self.project, self.latent, self.stage, self.model, self.notices)
        self.latent_presenter = LatentPresenter(
            self.latent, self.project, window.latent, self.probe
        )
        self.component_pictures = ComponentPicturesPresenter(
            self.latent, window.latent.components, self.model
        )
        self.runs = RunsPresenter(
            self.project, self.latent, window.latent, self.model, self.probe, self.notices
        )
        self.runs.settled.connect(self.latent_presenter.renew_axes)
        self.first_looks = FirstLookPresenter(self.project, self.latent, self.stage, self.runs)
        self.trainings = TrainingPresenter(
            self.training,
            self.project,
            self.latent,
            window,
            self.model,
            self.probe,
            self.runs,
            self.notices,
        )
        self._make_evaluation()
        self._make_selection()
        self._make_history()
        self._make_runs()
        self._make_walk()
        self.stage_tools = StageToolsPresenter(self.stage, window.stage)
        self._make_find()
        self.time = TimePresenter(
            self.project,
            self.latent,
            self.training,
            window.latent.time,
            self.model,
            self.runs,
            self.probe,
            self.notices,
        )
        self.places.epoch_wanted.connect(self.time.go_to_epoch)
        self.time.epoch_shown.connect(self.places.on_epoch_shown)
        self.time.epoch_missing.connect(self.places.on_epoch_missing)
        self.pins = PinnedPresenter(
            self.pinned,
            self.project,
            self.latent,
            self.training,
            self.evaluation,
            window.pinned,
            self.model,
            self.probe,
            self.notices,
        )
        self.exports = ExportPresenter(
            self.project,
            self.stage,
            self.latent,
            window,
            self.in_view,
            self.jobs,
            self.notices,
            self.places.here,
        )
        self._make_components()
        self.access = ProjectAccess(self.project, window)
        self.projects = ProjectPresenter(
            self.project, self.training, preferences, window, self.jobs, self.access, self.notices
        )
        self.warm_up = WarmUp(window)
        self.window_presenter = WindowPresenter(window, self.training, preferences, self.notices)
        self.device = DevicePresenter(self.project, self.training, window, self.model)
        self._make_session()
        window.paths_dropped.connect(self._on_paths_dropped)
        self._is_kept = False  # how the window looks, for the next time
        self.window_presenter.leave_requested.connect(self._on_leave_requested)
        self.trainings.left.connect(self._on_left)
        window.closing.connect(self.stop)

    def open(self, paths: list[Path]) -> None:
        """Open a project folder, or put files into the demo; the demo where nothing is named."""
        if len(paths) == 1 and is_project(paths[0]):
            self.projects.open_folder(paths[0])
            return
        self.projects.open_demo(
            then=lambda: self.imports.import_into_library(paths) if paths else None
        )

    def _make_session(self) -> None:
        """What the window looks like is kept with the project, and shown again on opening."""
        self.session = SessionPresenter(self.project, self.preferences, self.notices)
        self.session_parts = SessionParts(
            self.session,
            self.project,
            self.stage,
            self.latent,
            self.training,
            self.evaluation,
            self.selection,
            self.preferences,
            self.window,
        )
        self.hints = HintPresenter(self.preferences, self.window.latent)
        self.hints.learnt.connect(self.session.touch)
        for name, part in (
            ("pinned", self.pins),
            ("walk", self.walks),
            ("sheet", self.sheets),
        ):
            self.session.keep(name, part.kept, part.restore)
        walk, sheet = self.walk.events, self.sheet.events
        for changed in (
            *(self.pinned.events.pinned, sheet.settings, sheet.pinned),
            *(walk.stops, walk.way, walk.steps, walk.speed, walk.loops),
        ):
            changed.connect(self.session.touch)
        self.projects.leaving.connect(self.session.flush)
        self.projects.shown.connect(self.session.restore)

    def _make_evaluation(self) -> None:
        """The Evaluation dock. Its jobs take minutes and hold up no others."""
        window, state = self.window, self.evaluation
        self.evaluation_jobs = Jobs(window.evaluation_bar, self.notices)
        self.evaluations = EvaluationPresenter(
            state,
            self.project,
            self.latent,
            self.training,
            window,
            self.evaluation_jobs,
            self.notices,
        )
        self.evaluation_view = EvaluationViewPresenter(
            state, self.project, self.latent, window.evaluation, self.evaluations, self.probe
        )
        self.comparison = ComparisonPresenter(
            state, self.project, self.latent, self.stage, window, self.notices
        )
        self.evaluation_exports = EvaluationExportPresenter(
            state, self.project, window, self.evaluation_jobs, self.notices
        )
        self.model_figures = ModelFiguresPresenter(
            state,
            self.project,
            self.latent,
            self.training,
            window.evaluation.model_figures,
            self.evaluation_jobs,
        )
        self.trainings.run_ended.connect(self.model_figures.on_run_ended)
        self.trainings.run_ended.connect(self.evaluations.on_run_ended)
        self.trainings.run_ended.connect(self.comparison.on_run_ended)

    def _make_components(self) -> None:
        """What is done with one component of the mixture."""
        panel = self.window.latent
        self.components = ComponentsPresenter(
            self.project,
            self.latent,
            panel,
            self.model,
            self.in_view,
            self.probe,
            self.exports,
            self.notices,
        )
        self.steering = SteeringPresenter(self.latent, panel, self.probe)
        self.hovering = HoverPresenter(
            self.project, self.latent, panel.view, self.window.library.model, self.library
        )
        self.code_errors = CodeErrorsPresenter(self.evaluation, self.latent, panel)

    def _make_selection(self) -> None:
        """What is chosen, and what is done with it."""
        window, state = self.window, self.selection
        self.selections = SelectionPresenter(self.project, self.latent, window, self.probe)
        self.selection_dock = SelectionDockPresenter(
            state,
            self.project,
            self.latent,
            window.selection,
            window.library,
            self.library,
            self.probe,
        )
        self.arithmetic = ArithmeticPresenter(
            state, self.project, self.latent, window.selection, self.model, self.probe
        )

    def _make_find(self) -> None:
        """What is dropped on the latent space is looked for."""
        self.finds = FindPresenter(
            self.project,
            self.latent,
            self.window.latent.found,
            self.model,
            self.probe,
            self.imports,
            self.jobs,
            self.notices,
        )
        self.finds.file_chosen.connect(self._on_dropped_to_find)
        self.window.paths_dropped_to_find.connect(self._on_dropped_to_find)
        self.window.latent.find_action.triggered.connect(self.finds.ask_for_file)

    def _make_history(self) -> None:
        """Where one has been and where one wants to be again."""
        window, project = self.window, self.project
        self.bookmarks = BookmarkState()
        self.places = PlacePresenter(
            project, self.latent, window, self.model, self.runs, self.probe, self.notices
        )
        self.exported_views = ExportedViewPresenter(project, self.places, self.notices)
        self.history = HistoryPresenter(
            project, self.latent, self.training, window, self.edits, self.places
        )
        self.bookmark_presenter = BookmarkPresenter(
            self.bookmarks,
            project,
            self.latent,
            self.stage,
            window.bookmarks,
            self.edits,
            self.places,
            self.notices,
        )

    def _make_runs(self) -> None:
        """The Runs dock."""
        panel, state = self.window.runs, RunsState()
        self.run_list = RunListPresenter(
            state,
            self.project,
            self.latent,
            self.training,
            self.evaluation,
            panel,
            self.runs,
            self.notices,
        )
        self.run_edits = RunEditsPresenter(
            state,
            self.project,
            self.training,
            panel,
            self.runs,
            self.run_list,
            self.trainings,
            self.evaluations,
            self.edits,
            self.notices,
        )
        self.run_forks = RunForkPresenter(
            state,
            self.project,
            self.training,
            panel,
            self.run_list,
            self.trainings,
            self.jobs,
            self.notices,
        )
        self.run_fits = RunFitPresenter(
            state,
            self.project,
            panel,
            self.runs,
            self.run_list,
            self.jobs,
            self.notices,
        )
        self.watching = WatchPresenter(
            state,
            self.project,
            self.training,
            self.window,
            self.runs,
            self.run_list,
            self.trainings,
            self.notices,
        )

    def _make_walk(self) -> None:
        """The Walk dock and the Sheet dock."""
        self.walk = WalkState()
        tracks = LatentTracks(self.window.latent.view)
        self.walks = WalkPresenter(
            self.walk,
            self.project,
            self.latent,
            self.bookmarks,
            self.window.walk,
            tracks,
            self.model,
            self.probe,
            self.notices,
        )
        self.runs.renamed.connect(self.walks.follow_rename)
        self.walk_player = WalkPlayer(self.walk, self.latent, self.window.walk, self.probe)
        self.walk_exports = WalkExportPresenter(
            self.walk,
            self.project,
            self.latent,
            self.window,
            self.in_view,
            self.jobs,
            self.notices,
        )
        self.sheet = SheetState()
        self.sheets = SheetPresenter(
            self.sheet,
            self.latent,
            self.window.sheet,
            tracks,
            self.model,
            self.probe,
            self.notices,
        )
        self.sheet_exports = SheetExportPresenter(
            self.sheet,
            self.project,
            self.latent,
            self.window,
            self.sheets,
            self.in_view,
            self.jobs,
            self.notices,
        )
        self.exported_views.walk_reached.connect(self._on_walk_reached)
        self.exported_views.sheet_reached.connect(self._on_sheet_reached)

    @Slot(object)
    def _on_walk_reached(self, plan: WalkPlan) -> None:
        self.window.walk_dock.show()
        self.window.walk_dock.raise_()
        self.walks.refill(plan)

    @Slot(object)
    def _on_sheet_reached(self, plan: SheetPlan) -> None:
        self.window.sheet_dock.show()
        self.window.sheet_dock.raise_()
        self.sheet_exports.reopen(plan)

    @Slot()
    def stop(self) -> None:
        """End every thread; everything learnt and made is on disk afterwards."""
        self._keep_window()
        self.history.stop()
        self.warm_up.stop()
        self.hints.stop()
        self.walk_player.stop()
        self.walks.stop()
        self.sheets.stop()
        self.time.stop()
        self.pins.stop()
        self.trainings.stop_and_wait()
        self.jobs.stop_all()
        self.imports.stop()
        self.evaluation_jobs.stop_all()
        self.evaluations.stop()
        self.comparison.stop()
        self.watching.stop()
        self.run_list.stop()
        self.run_edits.stop()
        self.first_looks.stop()
        self.model.stop()
        self.runs.stop()
        self.stage_presenter.stop()
        self.library.stop()
        self.projects.stop()
        self.exported_views.stop()
        self.exports.pictures.stop()
        self.access.release()  # last, for until here something of the project may be written

    def _keep_window(self) -> None:
        """Keep how it looks, once: what is hidden afterwards was not hidden by anybody."""
        if self._is_kept:
            return
        self._is_kept = True
        self.window_presenter.remember()
        self.session.stop()
        self.session_parts.stop()

    @Slot()
    def _on_leave_requested(self) -> None:
        """The window goes at once, and closes when the training has ended its step and saved."""
        self._keep_window()
        for widget in (*self.window.findChildren(QWidget), self.window):
            if widget.isWindow():  # docks that float, and open dialogs
                widget.hide()
        self.trainings.leave()

    @Slot()
    def _on_left(self) -> None:
        self.window.close_now()
        # Qt ends the program with the last window that is seen, and this one was not any more.
        if not any(widget.isVisible() for widget in QApplication.topLevelWidgets()):
            QApplication.quit()

    @Slot(list)
    def _on_dropped_to_find(self, paths: list[Path]) -> None:
        if is_project(paths[0]) or paths[0].suffix.lower() == ".json":
            self._on_paths_dropped(paths)
        else:
            self.finds.find(paths)

    @Slot(list)
    def _on_paths_dropped(self, paths: list[Path]) -> None:
        if len(paths) == 1 and is_project(paths[0]):
            self.projects.open_folder(paths[0])
        elif len(paths) == 1 and paths[0].suffix.lower() == ".json":
            self.exported_views.open(paths[0])
        else:
            self.imports.import_into_library(paths)
