"""Takes a sheet out of the program, on a page of print size."""

from collections.abc import Generator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot

from core.errors import StudioError
from core.export import free_path
from core.sheet_file import A_PLACE, PAGES_MM, THE_MEAN, SheetPage, SheetPlan, write_sheet
from core.sheets import Sheet
from core.training.about import origin_of_prior
from mogvae_gui.presenters.exports_folder import exports_folder
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.model_in_view import ModelInView, ModelSource
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.sheet_presenter import SheetPresenter
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
        sheets: SheetPresenter,
        in_view: ModelInView,
        jobs: Jobs,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._project = project
        self._latent = latent
        self._window = window
        self._sheets = sheets
        self._in_view = in_view
        self._jobs = jobs
        self._notices = notices
        self._folder = exports_folder()
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
        sheet, run = self._state.sheet, self._latent.run_name
        if self._project.project is None or sheet is None or run is None:
            return
        try:
            source = self._in_view.source()
        except StudioError as error:
            self._notices.say_error(error)
            return
        self._folder = choice.path.parent
        asked = choice.path
        choice = replace(choice, path=free_path(asked.parent, asked.stem, asked.suffix))
        through = THE_MEAN if self._state.through == "mean" else A_PLACE
        title = "Sheet of decoded chairs" if sheet.across else "Chairs along each direction"
        provenance = {
            "title": title,
            "through": through,
            "run": run,
            "epoch": source.epoch,
            "prior_fitted": origin_of_prior(source.folder),
        }
        self._jobs.start(
            JobRequest(
                "Exporting the sheet",
                lambda: _written(sheet, choice, source, provenance),
                on_success=self._notices.say_saved,
                as_progress=lambda progress: (progress[0], progress[1], "row by row"),
            )
        )

    @Slot(object)
    def reopen(self, plan: SheetPlan) -> None:
        """Show a sheet that was exported; its run is in view."""
        self._sheets.restore(
            {
                "run": self._latent.run_name,
                "settings": asdict(plan.settings),
                "middle": None if plan.middle is None else list(plan.middle),
            }
        )
        self._sheets.renew()


def _written(
    sheet: Sheet, choice: SheetExportChoice, source: ModelSource, provenance: dict[str, Any]
) -> Generator[tuple[int, int], None, Path]:
    model = source.load()
    if model.latent != sheet.codes.shape[2]:
        raise StudioError("The run was trained anew meanwhile. Draw the sheet again.")
    width, height = PAGES_MM[choice.page]
    file_format = "svg" if choice.path.suffix.lower() == ".svg" else "png"
    page = SheetPage(width, height, choice.dpi, "svg" if file_format == "svg" else "png")
    return (yield from write_sheet(sheet, model.decode, page, choice.path, provenance))
