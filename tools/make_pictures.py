"""Takes the pictures of README and guide from the real window: `make pictures`.

    make_pictures.py [PROJECT] [--to FOLDER] [--only NAME …]

Without a project it is the demo's. The project is copied first, preferences and logs go to a
folder that is thrown away, and the window always has the same size, so that pictures can be made
again and compared. What a picture needs is waited for, never a time.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget

from core.training.settings import TrainingSettings
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.shipped import resources_folder
from mogvae_gui.state.preferences import Preferences
from mogvae_gui.views.export_dialog import ExportDialog
from mogvae_gui.views.import_report_dialog import ImportReportDialog
from mogvae_gui.views.library_model import CHAIR_ID
from mogvae_gui.views.theme import theme
from mogvae_gui.window_process import make_application

DialogType = TypeVar("DialogType", bound=QDialog)

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIZE = QSize(1360, 860)
LONGEST_WAIT_S = 300.0
SHOWN_EPOCHS = 25  # of the training in the picture
# The first of these that the project has is on the stage.
CHAIRS = ("plaid-chair", "oak-chair", "armchair")


def main(arguments: Sequence[str]) -> int:
    """Take all pictures, or those that were named."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ[name] = str(home / name.lower())
        application = make_application("pictures")
        theme().install("dark")
        studio = Studio(Preferences(knows_latent_space=True))
        studio.window.resize(SIZE)
        studio.window.show()
        try:
            photographer = Photographer(studio, options.to, home)
            for name, take in photographer.pictures(options.project).items():
                if not options.only or name in options.only:
                    print(name)
                    take()
        finally:
            studio.window.close_now()
            application.processEvents()
    return 0


class Photographer:
    """Brings the window into the state that a picture is of, and takes it."""

    def __init__(self, studio: Studio, target: Path, home: Path) -> None:
        self._studio = studio
        self._target = target
        self._home = home
        target.mkdir(parents=True, exist_ok=True)

    def pictures(self, project: Path | None) -> dict[str, Callable[[], None]]:
        """Each picture by its name, in the order in which they are taken."""
        self._open(project)
        return {
            "window": self.window,
            "window-light": self.window_light,
            "error-colouring": self.error_colouring,
            "latent-space": self.latent_space,
            "selection": self.selection,
            "walk": self.walk,
            "sheet": self.sheet,
            "worst-region": self.worst_region,
            "wipe": self.wipe,
            "bookmarks": self.bookmarks,
            "found": self.found,
            "export": self.export,
            "training": self.training,
            "empty-project": self.empty_project,
            "import-report": self.import_report,
            "time": self.time,
        }

    def window(self) -> None:
        """A chair and its reconstruction, in the dark theme."""
        self._save("window")

    def window_light(self) -> None:
        """The same in the light theme."""
        theme().choose("light")
        self._save("window-light")
        theme().choose("dark")

    def error_colouring(self) -> None:
        """Both clouds coloured by their distance to each other."""
        self._studio.stage.colouring = "error"
        self._settle()
        stage = self._studio.window.stage
        self._save("error-colouring", stage.mapTo(self._studio.window, QPoint(0, 0)), stage.size())
        self._studio.stage.colouring = "height"

    def worst_region(self) -> None:
        """The worst region of a reconstruction, ringed on both sides."""
        studio, stage = self._studio, self._studio.window.stage
        studio.stage.colouring = "error"
        stage.next_region_action.trigger()
        self._until(lambda: not stage.is_gliding, "the camera is there")
        self._settle()
        self._save("worst-region", stage.mapTo(studio.window, QPoint(0, 0)), stage.size())
        studio.stage.colouring = "height"
        stage.reset_action.trigger()

    def wipe(self) -> None:
        """Both clouds in one view."""
        studio, stage = self._studio, self._studio.window.stage
        studio.stage.overlay = "wipe"
        self._settle()
        self._save("wipe", stage.mapTo(studio.window, QPoint(0, 0)), stage.size())
        studio.stage.overlay = "off"

    def bookmarks(self) -> None:
        """A few bookmarks in their dock."""
        studio, window = self._studio, self._studio.window
        window.bookmarks.add_action.trigger()
        for component in (0, 3, 5):
            window.latent.components.component_chosen.emit(component)
            self._until(partial(self._is_mean_shown, component), "a mean is decoded")
            window.bookmarks.add_action.trigger()
        window.bookmarks_dock.raise_()
        self._settle()
        self._save("bookmarks")
        window.library_dock.raise_()
        self._choose_chair()
        studio.bookmark_presenter.delete([one.id for one in studio.bookmarks.bookmarks])

    def _is_mean_shown(self, component: int) -> bool:
        return self._shown_component() == component

    def found(self) -> None:
        """A file that was dropped on the latent space."""
        studio, strip = self._studio, self._studio.window.latent.found
        chair = resources_folder() / "chairs" / "kenney" / "lounge-design-chair.glb"
        files = sorted((resources_folder() / "chairs" / "kenney").glob("*.glb"))
        studio.finds.find([chair if chair.exists() else files[-1]])
        self._until(strip.isVisible, "the file is found")
        self._until(self._found_is_measured, "it is measured")
        self._save("found")
        strip.close_button.click()
        self._choose_chair()

    def _found_is_measured(self) -> bool:
        metrics = self._studio.stage.metrics
        return metrics is not None and metrics.emd is not None

    def time(self) -> None:
        """A small run as it was at one of its first epochs, in a project of its own."""
        studio, bar = self._studio, self._studio.window.latent.time
        self._make_project("Sixty chairs")
        studio.imports.make_chairs(60, seed=1)
        self._until(
            lambda: len(studio.project.chairs) == 60 and not studio.jobs.is_busy, "chairs are made"
        )
        settings: TrainingSettings = studio.training.settings
        studio.training.settings = settings.with_changes(points_per_step=256, epochs=12)
        studio.trainings.start()
        self._until(lambda: studio.training.status == "done", "the run is trained")
        self._until(bar.isVisible, "the run has kept epochs")
        studio.window.banners.clear()
        bar.slider.setValue(4)
        self._until(lambda: studio.latent.epoch is not None, "an early epoch is in view")
        self._settle()
        self._save("time")
        studio.training.settings = settings

    def latent_space(self) -> None:
        """The latent space, larger, with a component's mean decoded."""
        window = self._studio.window
        layout = window.layout_state()
        window.resizeDocks([window.latent_dock], [560], Qt.Orientation.Horizontal)
        for dock in window.findChildren(QDockWidget):
            if window.dockWidgetArea(dock) == Qt.DockWidgetArea.BottomDockWidgetArea:
                dock.hide()
        window.latent.components.component_chosen.emit(0)
        self._until(lambda: self._shown_component() == 0, "the component's mean is decoded")
        window.latent.view.reset_camera()
        self._settle()
        self._save("latent-space")
        window.show_layout(layout)
        self._choose_chair()

    def selection(self) -> None:
        """Armchairs chosen, and how dining chairs become armchairs."""
        studio = self._studio
        panel = studio.window.selection
        studio.window.selection_dock.raise_()
        for letter, family in (("A", "dining"), ("B", "armchair")):
            chosen = [c.id for c in studio.project.chairs if c.metadata.get("family") == family]
            studio.project.selected = tuple(chosen)
            panel.slot_filled.emit(letter, "chosen")
        panel.difference_button.click()
        self._until(
            lambda: (shown := studio.stage.reconstruction) is not None and shown.arrows is not None,
            "the difference is decoded",
        )
        self._settle()
        self._save("selection")
        studio.window.training_dock.raise_()
        self._choose_chair()

    def walk(self) -> None:
        """A walk over the components' means, both ways drawn."""
        studio, window = self._studio, self._studio.window
        window.walk_dock.raise_()
        studio.walks.add_means()
        self._until(lambda: studio.walk.paths is not None, "the ways are found")
        cards = window.walk.strip
        self._until(lambda: all(card.picture for card in cards.cards), "the stops are drawn")
        window.walk.slider.setValue(studio.walk.steps // 3)
        self._until(self._probe_is_shown, "the walker is decoded")
        self._save("walk")
        studio.walk.stops = ()

    def sheet(self) -> None:
        """A plane of decoded chairs."""
        window = self._studio.window
        window.sheet_dock.raise_()
        cells = self._studio.sheet.settings.cells
        self._until(lambda: window.sheet.grid.drawn == cells**2, "the sheet is drawn")
        self._save("sheet")
        window.training_dock.raise_()
        self._choose_chair()

    def _probe_is_shown(self) -> bool:
        shown, probe = self._studio.stage.reconstruction, self._studio.latent.probe
        return shown is not None and probe is not None and shown.code == probe.code

    def export(self) -> None:
        """The window with the dialog that exports."""
        self._studio.window.export_action.trigger()
        dialog = self._dialog(ExportDialog)
        dialog.folder.setText("~/Documents/MoG-VAE Studio exports")
        self._save("export", dialog=dialog)
        dialog.reject()

    def training(self) -> None:
        """A training under way."""
        studio = self._studio
        settings: TrainingSettings = studio.training.settings
        # Few points, for the picture's sake: the training in it is not looked at any further.
        studio.training.settings = settings.with_changes(points_per_step=256, epochs=60)
        studio.trainings.start()
        self._until(
            lambda: (
                (report := studio.training.last_report) is not None and report.epoch >= SHOWN_EPOCHS
            ),
            f"{SHOWN_EPOCHS} epochs are trained",
        )
        studio.trainings.pause_or_resume()  # what is shown holds still
        self._until(lambda: studio.stage.reconstruction is not None, "the stage follows")
        self._settle()
        studio.trainings.pause_or_resume()
        self._save("training")
        studio.trainings.stop()
        self._until(lambda: not studio.training.is_busy, "the training has stopped")
        studio.training.settings = settings
        studio.window.banners.clear()

    def import_report(self) -> None:
        """The report on a drop in which not everything was well, into a project of its own."""
        studio = self._studio
        self._make_project("Chairs from a friend")
        studio.imports.import_into_library([self._odd_files()])
        banners = studio.window.banners
        self._until(lambda: bool(banners.banners) and not studio.jobs.is_busy, "the import is done")
        self._settle()
        banners.banners[0].action_button.click()
        dialog = self._dialog(ImportReportDialog)
        self._save("import-report", dialog=dialog)
        dialog.close()
        banners.clear()

    def empty_project(self) -> None:
        """A project with nothing in it yet."""
        self._make_project("My chairs")
        self._save("empty-project")

    def _make_project(self, name: str) -> None:
        self._studio.projects.make(self._home / name)
        self._until(lambda: not self._studio.project.chairs, "the new project is open")

    def _open(self, project: Path | None) -> None:
        studio = self._studio
        if project is None:
            studio.projects.open_demo()
        else:
            copy = self._home / project.name
            shutil.copytree(project, copy)
            studio.projects.open_folder(copy)
        self._until(lambda: studio.latent.map is not None, "the run is in view")
        self._choose_chair()

    def _choose_chair(self) -> None:
        """Put a chair that is easily recognised on the stage, measured."""
        studio = self._studio
        by_name = {chair.name: chair.id for chair in studio.project.chairs}
        wanted = [by_name[name] for name in CHAIRS if name in by_name]
        chosen = wanted[0] if wanted else studio.project.chairs[0].id
        studio.probe.go_to_chair(chosen)

        def is_measured() -> bool:
            shown, metrics = studio.stage.reconstruction, studio.stage.metrics
            is_shown = shown is not None and shown.chair_id == chosen
            return is_shown and metrics is not None and metrics.emd is not None

        self._until(is_measured, "the chair is decoded and measured")
        self._settle()

    def _shown_component(self) -> int | None:
        shown = self._studio.stage.reconstruction
        return None if shown is None else shown.component

    def _odd_files(self) -> Path:
        """A folder as people have them: good chairs, one of them twice, and what is no chair."""
        folder = self._home / "chairs from a friend"
        folder.mkdir()
        kenney = resources_folder() / "chairs" / "kenney"
        for file in sorted(kenney.glob("chair*.glb")):
            shutil.copy(file, folder)
        shutil.copy(kenney / "chair.glb", folder / "chair copy.glb")
        (folder / "notes.obj").write_text("Chairs to model: oak, two arms, high back.\n")
        (folder / "cut short.off").write_text("OFF\n8 6 0\n0 0 0\n1 0 0\n")
        return folder

    def _dialog(self, kind: type[DialogType]) -> DialogType:
        """The open dialog of that kind."""
        found: list[DialogType] = []

        def is_open() -> bool:
            found[:] = [
                widget
                for widget in QApplication.topLevelWidgets()
                if isinstance(widget, kind) and widget.isVisible()
            ]
            return bool(found)

        self._until(is_open, f"{kind.__name__} is open")
        return found[0]

    def _settle(self) -> None:
        """Wait until every thumbnail in sight is drawn and nothing is left to paint."""
        self._until(self._thumbnails_are_drawn, "the thumbnails are drawn")
        for _ in range(3):
            QApplication.processEvents()

    def _thumbnails_are_drawn(self) -> bool:
        view, model = self._studio.window.library.list, self._studio.window.library.model
        seen = view.viewport().rect()
        for row in range(model.rowCount()):
            index = model.index(row)
            if view.visualRect(index).intersects(seen) and not model.thumbnail(
                str(index.data(CHAIR_ID))
            ):
                return False
        return True

    def _until(self, is_so: Callable[[], bool], words: str) -> None:
        """Let the window live until the condition holds."""
        ends_at = time.monotonic() + LONGEST_WAIT_S
        loop = QEventLoop()
        while not is_so():
            if time.monotonic() > ends_at:
                raise SystemExit(f"Waited in vain until {words}.")
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)

    def _save(
        self,
        name: str,
        corner: QPoint | None = None,
        size: QSize | None = None,
        dialog: QDialog | None = None,
    ) -> None:
        """Save the window, or a part of it, with a dialog before it."""
        self._settle()
        picture = self._studio.window.grab()
        if dialog is not None:
            _draw_before(picture, dialog.grab())
        if corner is not None and size is not None:
            picture = picture.copy(corner.x(), corner.y(), size.width(), size.height())
        path = self._target / f"{name}.png"
        if not picture.save(str(path)):
            raise SystemExit(f"{path} could not be written.")


def _draw_before(picture: QPixmap, dialog: QPixmap) -> None:
    """Draw a dialog in the middle, the rest dimmed as a system's shadow would."""
    corner = QPoint(
        (picture.width() - dialog.width()) // 2, (picture.height() - dialog.height()) // 2
    )
    painter = QPainter(picture)
    painter.fillRect(picture.rect(), QColor(0, 0, 0, 90))
    painter.fillRect(dialog.rect().translated(corner).adjusted(-1, -1, 1, 1), QColor(90, 100, 112))
    painter.drawPixmap(corner, dialog)
    painter.end()


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Takes the pictures of README and guide.")
    parser.add_argument("project", nargs="?", type=Path, help="a project folder; else the demo")
    parser.add_argument("--to", type=Path, default=PICTURES, help="where pictures go")
    parser.add_argument("--only", nargs="*", default=[], help="names of pictures")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
