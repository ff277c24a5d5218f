"""Takes a sheet out of the program, on a page of print size."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Slot

from core.errors import StudioError
from core.export import free_path
from core.sheet_file import PAGES_MM, SheetPage, write_sheet
from core.sheets import Sheet
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.sheet_state import SheetState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.sheet_export_dialog import SheetExportChoice, SheetExportDialog


class SheetExportPresenter(QObject):
    """Decodes and draws off the GUI thread, with progress; a cancelled export leaves no file."""

    def __init__(
        self,
        state: SheetState,
        project: ProjectState,
        latent: LatentState,
        window: MainWindow,
        jobs: Jobs,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._project = project
        self._latent = latent
        self._window = window
        self._jobs = jobs
        self._notices = notices
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        self._folder = Path(documents or Path.home()) / "MoG-VAE Studio exports"
        window.sheet.export_requested.connect(self._on_export_requested)

    @Slot()
    def _on_export_requested(self) -> None:
        if self._state.sheet is None:
            self._notices.say("info", "Open the Sheet dock first: it shows what will be exported.")
            return
        dialog = SheetExportDialog(self._folder, self._window)
        dialog.accepted_with.connect(self.export)
        dialog.open()

    @Slot(object)
    def export(self, choice: SheetExportChoice) -> None:
        """Write the sheet that is shown, as it is now."""
        project, sheet, run = self._project.project, self._state.sheet, self._latent.run_name
        if project is None or sheet is None or run is None:
            return
        self._folder = choice.path.parent
        asked = choice.path
        choice = replace(choice, path=free_path(asked.parent, asked.stem, asked.suffix))
        through = "the mean of the codes" if self._state.through == "mean" else "a chosen place"
        title = "Sheet of decoded chairs" if sheet.across else "Chairs along each direction"
        provenance = {"title": title, "through": through, "run": run}
        folder = project.runs_folder / run
        self._jobs.start(
            JobRequest(
                "Exporting the sheet",
                lambda: _written(sheet, choice, folder, provenance),
                on_success=self._on_exported,
                as_progress=lambda progress: (progress[0], progress[1], "row by row"),
            )
        )

    def _on_exported(self, path: Path) -> None:
        self._notices.say("success", f"Saved {path.name} in {path.parent}.")


def _written(
    sheet: Sheet, choice: SheetExportChoice, run_folder: Path, provenance: dict[str, str]
) -> Generator[tuple[int, int], None, Path]:
    # Imported in the job's thread: it brings torch.
    from core.training.run import Run

    model = Run.open(run_folder).model()
    if model.latent != sheet.codes.shape[2]:
        raise StudioError("The run was trained anew meanwhile. Draw the sheet again.")
    width, height = PAGES_MM[choice.page]
    file_format = "svg" if choice.path.suffix.lower() == ".svg" else "png"
    page = SheetPage(width, height, choice.dpi, "svg" if file_format == "svg" else "png")
    return (yield from write_sheet(sheet, model.decode, page, choice.path, provenance))
