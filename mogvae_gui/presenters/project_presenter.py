"""Opens, makes and copies projects."""

import shutil
from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog

from core.demo import install_demo
from core.errors import ProjectError, StudioError
from core.project import Project
from mogvae_gui.presenters.jobs import JobRequest, Jobs, nothing
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.project_access import Opened, ProjectAccess
from mogvae_gui.shipped import resources_folder
from mogvae_gui.state.preferences import Preferences, data_folder
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.main_window import MainWindow

BUSY = "A training is running in this project. Stop it first; everything learnt is kept."


class ProjectPresenter(QObject):
    """One project at a time."""

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
        window.new_action.triggered.connect(self._on_new)
        window.open_action.triggered.connect(self._on_open)
        window.open_demo_action.triggered.connect(self._on_open_demo)
        window.save_as_action.triggered.connect(self._on_save_as)
        window.recent_chosen.connect(self._on_recent_chosen)
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
            self._show(opened)
            self._say_problems(opened.project.problems)
            then()

        self._jobs.start(JobRequest(label, opening, on_success=show))

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
        self._access.hold(opened)
        self._state.selected = ()
        self._state.chairs = project.library.chairs
        self._state.project = project
        self._preferences.remember_project(project.folder)
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

        def copying() -> Generator[None, None, Path]:
            yield None
            if target.exists():
                raise ProjectError(f"{target} is there already. Choose another name.")
            shutil.copytree(source, target)
            return target

        self._jobs.start(JobRequest("Copying the project", copying, on_success=self._on_copied))

    def _on_copied(self, folder: Path) -> None:
        self._jobs.all_done.connect(
            lambda: self.open_folder(folder), Qt.ConnectionType.SingleShotConnection
        )
