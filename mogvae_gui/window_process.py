"""Everything that a process with a window sets up once."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from mogvae_gui.first_paint import FirstPaint
from mogvae_gui.garbage_collection import GarbageCollection
from mogvae_gui.log import log_crashes, report_uncaught, start_logging
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.shipped import resources_folder
from mogvae_gui.state.preferences import APP_NAME, load_preferences, log_path
from mogvae_gui.views.graphics import prepare_graphics
from mogvae_gui.views.theme import theme


class UncaughtErrors(QObject):
    """Carries errors of any thread to the banner in the main thread."""

    arose = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.arose.connect(self._on_arose, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def _on_arose(self, error: BaseException) -> None:
        self._studio.notices.say_error(error, "Something")


class LateModel(QObject):
    """Lets the model be loaded once the window, and what the project looked like, are painted.

    Importing torch holds up the interpreter for a second, and with it every painting.
    """

    LONGEST_WAIT_MS = 1000  # for a project to open, after the window is painted

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._is_painted = False
        self._has_nothing_to_show = False
        studio.first_looks.settled.connect(self._on_settled)

    @Slot()
    def on_window_painted(self) -> None:
        self._is_painted = True
        wait_ms = 0 if self._has_nothing_to_show else self.LONGEST_WAIT_MS
        QTimer.singleShot(wait_ms, self._studio.model.begin)

    @Slot(bool)
    def _on_settled(self, shows: bool) -> None:
        if shows:
            view = self._studio.window.stage.original.view
            view.plotter.frameSwapped.connect(self._studio.model.begin)
        elif self._is_painted:
            self._studio.model.begin()
        else:
            self._has_nothing_to_show = True


def make_application(version: str) -> QApplication:
    """The application object with its name, icon and OpenGL sharing."""
    prepare_graphics()
    application = QApplication(["mogvae"])
    application.setApplicationName(APP_NAME)
    application.setApplicationVersion(version)
    application.setDesktopFileName("mogvae-studio")
    application.setWindowIcon(QIcon(str(resources_folder() / "logo.svg")))
    return application


def open_window(paths: list[Path], version: str) -> int:
    """Show the window and return when it is closed."""
    start_logging(log_path())
    log_crashes(log_path().with_name("crash.log"))
    application = make_application(version)
    preferences = load_preferences()
    wanted = preferences.theme
    theme().install("dark" if wanted == "dark" else "light" if wanted == "light" else "system")
    garbage = GarbageCollection(application)
    studio = Studio(preferences, model_waits=True)
    uncaught = UncaughtErrors(studio)
    report_uncaught(uncaught.arose.emit)
    first_paint = FirstPaint(studio.window)
    first_paint.done.connect(garbage.begin)
    late_model = LateModel(studio)
    first_paint.done.connect(late_model.on_window_painted)
    studio.window.show()
    # The window is painted before the project is read.
    QTimer.singleShot(0, studio, lambda: studio.open(paths))
    return application.exec()
