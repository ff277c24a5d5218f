"""Opens, makes and copies projects."""

from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from core.demo import install_demo
from core.errors import StudioError
from core.project import Project, is_project
from core.project_copy import CopyProgress, copy_project
from mogvae_gui.presenters.jobs import JobRequest, Jobs, Progress, nothing
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.project_access import Opened, ProjectAccess
from mogvae_gui.shipped import resources_folder
from mogvae_gui.state.preferences import Preferences, data_folder
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.workers.job import Job

BUSY = "A training is running in this project. Stop it first; everything learnt is kept."


class ProjectPresenter(QObject):
    """One project at a time."""

    leaving = Signal()  # the open project is about to be left
    shown = Signal()  # another project is open and every presenter knows

    def __init__(
        self,
        state: ProjectState,
        training: TrainingState,
        preferences: Preferences,
        window: MainWindow,
        jobs: Jobs,
        access: ProjectAccess,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._training = training
        self._preferences = preferences
        self._window = window
        self._jobs = jobs
        self._access = access
        self._notices = notices
        self._missing: frozenset[str] = frozenset()  # recent projects that are not there
        self._looking: Job | None = None
        window.new_action.triggered.connect(self._on_new)
        window.open_action.triggered.connect(self._on_open)
        window.open_demo_action.triggered.connect(self._on_open_demo)
        window.save_as_action.triggered.connect(self._on_save_as)
        window.recent_chosen.connect(self._on_recent_chosen)
        window.recent_opened.connect(self._on_recent_opened)
        window.forget_missing_chosen.connect(self._on_forget_missing)
        access.take_over_requested.connect(self._on_take_over_requested)
        state.events.project.connect(self._show_project)
        self._show_project()

    def open_folder(self, folder: Path, then: Callable[[], None] = nothing) -> None:
        """Open the project in this folder, off the GUI thread; `then` follows when it is shown."""
        self._open(f"Opening {folder.name}", lambda: folder, then)

    def open_demo(self, then: Callable[[], None] = nothing) -> None:
        """Open the demo project, a copy that belongs to the person."""
        packed, own = resources_folder() / "demo", data_folder() / "Demo"
        self._open("Opening the demo project", lambda: install_demo(packed, own), then)

    def _open(self, label: str, find: Callable[[], Path], then: Callable[[], None]) -> None:
        if self._is_busy():
            return

        def opening() -> Generator[None, None, Opened]:
            yield None
            return self._access.open(find())

        def show(opened: Opened) -> None:
            self._state.is_opening = False
            self._show(opened)
            self._say_problems(opened.project.problems)
            then()

        self._state.is_opening = True
        self._jobs.start(JobRequest(label, opening, on_success=show, on_end=self._on_opening_ended))

    def make(self, folder: Path) -> None:
        """Make an empty project in this folder."""
        if self._is_busy():
            return
        try:
            Project.create(folder)
            self._show(self._access.open(folder))
        except (StudioError, OSError) as error:
            self._notices.say_error(error, "Making the project")

    def _show(self, opened: Opened) -> None:
        project = opened.project
        self.leaving.emit()
        self._access.hold(opened)
        self._state.selected = ()
        self._state.chairs = project.library.chairs
        self._state.project = project
        self.shown.emit()
        self._access.let_go()
        self._preferences.remember_project(project.folder)
        self._window.show_recent(self._preferences.recent)

    def stop(self) -> None:
        """End the thread that looks for recent projects."""
        if self._looking is not None:
            self._looking.cancel_and_wait()
            self._looking = None

    @Slot()
    def _on_recent_opened(self) -> None:
        """Look which are there, off the GUI thread: a disk of the network may take its time."""
        self._window.show_recent(self._preferences.recent)
        if self._looking is None:
            folders = tuple(self._preferences.recent)
            self._looking = Job(lambda: _missing_of(folders), "looking for projects", self)
            self._looking.succeeded.connect(self._on_looked)
            self._looking.ended.connect(self._on_looking_ended)
            self._looking.start()

    @Slot(object)
    def _on_looked(self, missing: frozenset[str]) -> None:
        self._missing = missing
        self._window.show_missing(missing)

    @Slot()
    def _on_looking_ended(self) -> None:
        if self._looking is not None:
            self._looking.deleteLater()
            self._looking = None

    @Slot()
    def _on_forget_missing(self) -> None:
        self._preferences.recent = [
            folder for folder in self._preferences.recent if folder not in self._missing
        ]
        self._window.show_recent(self._preferences.recent)

    def _say_problems(self, problems: tuple[str, ...]) -> None:
        """Name what is missing or damaged; the rest is open."""
        if len(problems) == 1:
            self._notices.say("warning", problems[0])
        elif problems:
            self._notices.say(
                "warning",
                f"{len(problems)} things in this project are missing or damaged; the rest is open. "
                "Details names them.",
                "\n\n".join(problems),
            )

    def _show_project(self) -> None:
        project = self._state.project
        name = project.folder.name if project is not None else ""
        self._window.show_project(name, has_project=project is not None)
        self._window.show_recent(self._preferences.recent)

    def _is_busy(self) -> bool:
        if self._training.is_busy:
            self._notices.say("warning", BUSY)
            return True
        if self._jobs.is_busy:
            self._notices.say(
                "warning", "Something is still being done in this project; wait or cancel it first."
            )
            return True
        return False

    def _ask_folder(self, title: str, *, must_exist: bool) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(data_folder()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if must_exist:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setFileMode(QFileDialog.FileMode.AnyFile)
            dialog.setLabelText(QFileDialog.DialogLabel.FileName, "Project name")
        data_folder().mkdir(parents=True, exist_ok=True)
        return dialog

    @Slot()
    def _on_open_demo(self) -> None:
        self.open_demo()

    @Slot()
    def _on_new(self) -> None:
        dialog = self._ask_folder("New project", must_exist=False)
        dialog.fileSelected.connect(self._on_new_chosen)
        dialog.open()

    @Slot(str)
    def _on_new_chosen(self, folder: str) -> None:
        self.make(Path(folder))

    @Slot()
    def _on_open(self) -> None:
        dialog = self._ask_folder("Open project", must_exist=True)
        dialog.fileSelected.connect(self._on_recent_chosen)
        dialog.open()

    def _on_opening_ended(self) -> None:
        self._state.is_opening = False

    @Slot(object)
    def _on_take_over_requested(self, folder: Path) -> None:
        self.open_folder(folder)

    @Slot(str)
    def _on_recent_chosen(self, folder: str) -> None:
        self.open_folder(Path(folder))

    @Slot()
    def _on_save_as(self) -> None:
        if self._state.project is None or self._is_busy():
            return
        dialog = self._ask_folder("Save project as", must_exist=False)
        dialog.fileSelected.connect(self._on_save_as_chosen)
        dialog.open()

    @Slot(str)
    def _on_save_as_chosen(self, chosen: str) -> None:
        project = self._state.project
        if project is None:
            return
        source, target = project.folder, Path(chosen)

        self.leaving.emit()  # the copy has what the window looks like now
        self._jobs.start(
            JobRequest(
                "Copying the project",
                lambda: copy_project(source, target),
                on_success=self._on_copied,
                on_cancel=lambda: self._notices.say("info", "Nothing was copied."),
                as_progress=_copy_progress,
            )
        )

    def _on_copied(self, folder: Path) -> None:
        self._jobs.all_done.connect(
            lambda: self.open_folder(folder), Qt.ConnectionType.SingleShotConnection
        )


def _missing_of(folders: tuple[str, ...]) -> Generator[None, None, frozenset[str]]:
    missing = set()
    for folder in folders:
        yield None
        if not is_project(Path(folder)):
            missing.add(folder)
    return frozenset(missing)


def _copy_progress(step: CopyProgress) -> Progress:
    return (step.done_bytes, step.total_bytes, step.file)
