"""Takes an evaluation out of the program: as CSV for programs, as one HTML page for people."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from core.errors import StudioError
from core.evaluation_report import write_csv, write_page
from mogvae_gui.presenters.exports_folder import exports_folder
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.main_window import MainWindow

OPEN_PAGE = "open-evaluation-page"


class EvaluationExportPresenter(QObject):
    """Asks where to, writes, and says where it is."""

    def __init__(
        self,
        state: EvaluationState,
        project: ProjectState,
        window: MainWindow,
        jobs: Jobs,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._project = project
        self._window = window
        self._jobs = jobs
        self._notices = notices
        self._page: Path | None = None  # the last that was written
        self._folder = exports_folder()
        window.evaluation.csv_requested.connect(self._on_csv)
        window.evaluation.page_requested.connect(self._on_page)
        notices.action_chosen.connect(self._on_notice_action)

    def save_csv(self, path: Path) -> None:
        """Write the table, a row for each chair."""
        table = self._state.table
        if table is None:
            return
        self._folder = path.parent

        def writing() -> Generator[None, None, Path]:
            yield None
            write_csv(table, path)
            return path

        self._start(
            "Saving the table", lambda: _with_sentence(writing(), path), self._notices.say_saved
        )

    def save_page(self, path: Path) -> None:
        """Write the page, with pictures of the worst, median and best chair."""
        table, project = self._state.table, self._project.project
        if table is None or project is None:
            return
        self._folder = path.parent
        folders = [
            project.runs_folder / run for run in (table.run, table.against) if run is not None
        ]
        metric = self._state.metric
        self._start(
            "Saving the page",
            lambda: _with_sentence(write_page(table, metric, project.library, folders, path), path),
            self._on_page_saved,
        )

    def _start(
        self,
        label: str,
        make: Callable[[], Generator[Any, None, Path]],
        on_success: Callable[[Path], None],
    ) -> None:
        self._jobs.start(
            JobRequest(
                label,
                make,
                on_success=on_success,
                as_progress=lambda step: step if step is not None else (0, 0, ""),
            )
        )

    def _ask(self, title: str, suffix: str, kind: str) -> QFileDialog | None:
        table = self._state.table
        if table is None:
            return None
        runs = table.run if table.against is None else f"{table.run} and {table.against}"
        name = f"Evaluation of {runs}, {table.split}.{suffix}"
        dialog = QFileDialog(self._window, title, str(self._folder / name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{kind} (*.{suffix})")
        dialog.setDefaultSuffix(suffix)
        return dialog

    @Slot()
    def _on_csv(self) -> None:
        dialog = self._ask("Save evaluation as CSV", "csv", "Tables")
        if dialog is not None:
            dialog.fileSelected.connect(self._on_csv_chosen)
            dialog.open()

    @Slot()
    def _on_page(self) -> None:
        dialog = self._ask("Save evaluation as HTML", "html", "Pages")
        if dialog is not None:
            dialog.fileSelected.connect(self._on_page_chosen)
            dialog.open()

    @Slot(str)
    def _on_csv_chosen(self, file: str) -> None:
        self.save_csv(Path(file))

    @Slot(str)
    def _on_page_chosen(self, file: str) -> None:
        self.save_page(Path(file))

    def _on_page_saved(self, path: Path) -> None:
        self._page = path
        self._notices.say_saved(path, "Open", OPEN_PAGE)

    @Slot(str)
    def _on_notice_action(self, key: str) -> None:
        if key == OPEN_PAGE and self._page is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._page)))


def _with_sentence(steps: Generator[Any, None, Path], path: Path) -> Generator[Any, None, Path]:
    try:
        return (yield from steps)
    except OSError as error:
        raise StudioError(
            f"{path} could not be written ({error.strerror or error}). "
            "Check free space and permissions, or choose another folder."
        ) from error
