"""Everything that a process with a window sets up once."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from mogvae_gui.first_paint import FirstPaint
from mogvae_gui.garbage_collection import GarbageCollection
from mogvae_gui.log import report_uncaught, start_logging
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
    application = make_application(version)
    preferences = load_preferences()
    wanted = preferences.theme
    theme().install("dark" if wanted == "dark" else "light" if wanted == "light" else "system")
    garbage = GarbageCollection(application)
    studio = Studio(preferences)
    uncaught = UncaughtErrors(studio)
    report_uncaught(uncaught.arose.emit)
    FirstPaint(studio.window).done.connect(garbage.begin)
    studio.window.show()
    # The window is painted before the project is read.
    QTimer.singleShot(0, studio, lambda: studio.open(paths))
    return application.exec()
