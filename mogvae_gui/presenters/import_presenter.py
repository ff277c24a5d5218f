"""Brings chairs in: drops, the import dialogs, made chairs; then says how it went."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog

from core.importing import ImportProgress, ImportReport, ReadingProcesses, import_paths
from core.shape_files import CLOUD_SUFFIXES, MESH_SUFFIXES
from mogvae_gui.presenters.jobs import JobRequest, Jobs, Progress
from mogvae_gui.presenters.library_edits import LibraryEditPresenter
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.import_report_dialog import ImportReportDialog, ReportRow
from mogvae_gui.views.made_chairs_dialog import MadeChairsDialog
from mogvae_gui.views.main_window import MainWindow

SHOW_REPORT = "show-import-report"


class ImportSteps(Protocol):
    """An import that goes on as it is iterated; closing it keeps what came in so far."""

    def __iter__(self) -> Iterator[ImportProgress | ImportReport]: ...

    def close(self) -> object: ...


class ImportPresenter(QObject):
    """Starts imports and reports on them."""

    def __init__(
        self,
        state: ProjectState,
        window: MainWindow,
        jobs: Jobs,
        edits: LibraryEditPresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._window = window
        self._jobs = jobs
        self._edits = edits
        self._notices = notices
        self._last_report: ImportReport | None = None
        self._reading = ReadingProcesses()
        window.paths_hover.connect(self._on_paths_hover)
        window.import_files_action.triggered.connect(self._on_import_files)
        window.import_folder_action.triggered.connect(self._on_import_folder)
        window.made_chairs_action.triggered.connect(self._on_made_chairs)
        window.library.import_requested.connect(self._on_import_files)
        window.library.made_chairs_requested.connect(self._on_made_chairs)
        notices.action_chosen.connect(self._on_notice_action)

    @property
    def reading(self) -> ReadingProcesses:
        """What reads files, for jobs of the same queue: one at a time may use it."""
        return self._reading

    def import_into_library(self, paths: list[Path]) -> None:
        """Read files and folders into the library of the open project."""
        project = self._state.project
        if project is None:
            self._notices.say(
                "warning", "There is no project to put chairs in. Make or open one first."
            )
            return
        if self._may_not_change():
            return
        importer = import_paths(project.library, paths, reading=self._reading)
        self._start("Importing", importer, lambda: importer.report)

    def stop(self) -> None:
        """End the processes that read files; no import may be running."""
        self._reading.close()

    def make_chairs(self, count: int, seed: int) -> None:
        """Add parametric chairs."""
        from core.made_chairs import add_made_chairs  # which the start does without

        project = self._state.project
        if project is None or self._may_not_change():
            return
        library = project.library
        before = len(library)
        self._start(
            "Making chairs",
            add_made_chairs(library, count, seed),
            lambda: ImportReport(added=library.chairs[before:]),
        )

    def _may_not_change(self) -> bool:
        """Whether the project is only shown, or about to be left; says so."""
        if self._state.is_opening:
            self._notices.say("warning", "Another project is being opened; try again in a moment.")
            return True
        reason = self._state.read_only
        if reason:
            self._notices.say("warning", f"{reason} Nothing can come in here meanwhile.")
        return bool(reason)

    def _start(
        self,
        label: str,
        steps: ImportSteps,
        report_so_far: Callable[[], ImportReport],
    ) -> None:
        project = self._state.project

        def until_report() -> Generator[ImportProgress | ImportReport, None, ImportReport]:
            report = ImportReport()
            with closing(steps) as open_steps:  # cancelling keeps what came in so far
                for step in open_steps:
                    if isinstance(step, ImportReport):
                        report = step
                    yield step
            return report

        def on_end() -> None:
            if project is not None and self._state.project is project:
                self._state.chairs = project.library.chairs

        self._jobs.start(
            JobRequest(
                label,
                until_report,
                on_success=self._on_report,
                on_cancel=lambda: self._on_report(report_so_far()),
                on_end=on_end,
                as_progress=_as_progress,
            )
        )

    def _on_report(self, report: ImportReport) -> None:
        self._last_report = report
        project = self._state.project
        if project is None:
            return
        self._state.chairs = project.library.chairs
        self._edits.chairs_came_in(report.added)
        shown = [chair.id for chair in report.added]
        shown += [refusal.twin_id for refusal in report.refused if refusal.twin_id is not None]
        if shown:
            self._state.selected = (shown[0],)
        summary = summarised(report)
        kind = "success" if not report.refused and not report.warnings else "warning"
        if not report.added:
            unread = any(not refusal.there_already for refusal in report.refused)
            kind = "error" if unread else "warning"
        more = bool(report.refused or report.warnings)
        self._notices.say(
            kind,  # type: ignore[arg-type]
            summary,
            action="Show report" if more else "",
            action_key=SHOW_REPORT,
        )

    @Slot()
    def _on_paths_hover(self) -> None:
        self._reading.warm_up()

    @Slot(str)
    def _on_notice_action(self, key: str) -> None:
        if key == SHOW_REPORT and self._last_report is not None:
            dialog = ImportReportDialog(
                summarised(self._last_report), report_rows(self._last_report), self._window
            )
            dialog.undo_requested.connect(self._on_undo_import)
            dialog.stand_up_requested.connect(self._edits.stand_up)
            dialog.remove_requested.connect(self._edits.remove)
            dialog.chair_chosen.connect(self._on_chair_chosen)
            dialog.show()

    @Slot(str)
    def _on_chair_chosen(self, chair_id: str) -> None:
        if self._state.chair(chair_id) is not None:
            self._state.selected = (chair_id,)

    @Slot()
    def _on_undo_import(self) -> None:
        if self._last_report is not None:
            there = {chair.id for chair in self._state.chairs}
            ids = [chair.id for chair in self._last_report.added if chair.id in there]
            if ids:
                self._window.library.remove_requested.emit(ids)

    @Slot()
    def _on_import_files(self) -> None:
        if self._may_not_change():
            return
        self._reading.warm_up()
        dialog = QFileDialog(self._window, "Import chairs")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(shape_file_filters())
        dialog.filesSelected.connect(self._on_files_chosen)
        dialog.open()

    @Slot()
    def _on_import_folder(self) -> None:
        self._reading.warm_up()
        dialog = QFileDialog(self._window, "Import a folder of chairs")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(self._on_files_chosen)
        dialog.open()

    @Slot(list)
    def _on_files_chosen(self, files: list[str]) -> None:
        if files:
            self.import_into_library([Path(file) for file in files])

    @Slot()
    def _on_made_chairs(self) -> None:
        if self._state.project is None or self._may_not_change():
            return
        from core.made_chairs import FAMILIES

        dialog = MadeChairsDialog(len(FAMILIES), self._window)
        dialog.accepted_with.connect(self._on_made_chairs_accepted)
        dialog.open()

    @Slot(int, int)
    def _on_made_chairs_accepted(self, count: int, seed: int) -> None:
        self.make_chairs(count, seed)


def summarised(report: ImportReport) -> str:
    """The report in a sentence."""
    there = sum(refusal.there_already for refusal in report.refused)
    unread = len(report.refused) - there
    if there > 1 and not report.added and not unread:
        return f"Nothing new: these {there:,} chairs are in the library already."
    parts = [_count(len(report.added), "chair", "came in")]
    if there:
        parts.append(_count(there, "chair", "already there"))
    if unread:
        parts.append(_count(unread, "file", "could not be read"))
    if report.warnings:
        parts.append(_count(len(report.warnings), "thing", "worth a look"))
    if not report.added and len(report.refused) == 1:
        return f"Nothing came in. {report.refused[0].reason}"
    return ", ".join(parts) + "."


def report_rows(report: ImportReport) -> list[ReportRow]:
    """The report as rows, the worst first."""
    rows = [
        ReportRow("refused", refusal.file, refusal.reason)
        for refusal in report.refused
        if not refusal.there_already
    ]
    rows += [
        ReportRow("warning", refusal.file, refusal.reason, refusal.twin_id or "")
        for refusal in report.refused
        if refusal.there_already
    ]
    rows += [
        ReportRow("warning", warning.file, warning.warning, warning.chair_id or "")
        for warning in report.warnings
    ]
    warned = {warning.file for warning in report.warnings}
    rows += [
        ReportRow("added", chair.source, f"came in as {chair.name} ({chair.split})", chair.id)
        for chair in report.added
        if chair.source not in warned
    ]
    return rows


def _as_progress(step: ImportProgress | ImportReport) -> Progress:
    if isinstance(step, ImportReport):
        return (1, 1, "")
    return (step.done, step.total, step.name)


def _count(number: int, noun: str, verb: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'} {verb}"


def shape_file_filters() -> list[str]:
    """What a dialog that opens shapes lists, for its box of kinds."""
    endings = " ".join(f"*{ending}" for ending in sorted({*MESH_SUFFIXES, *CLOUD_SUFFIXES}))
    return [f"Meshes and point clouds ({endings})", "All files (*)"]
