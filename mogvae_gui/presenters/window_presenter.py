"""The window itself: theme, layout, help, and closing without losing anything."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox

from core import __version__
from core.cores import usable_cores
from mogvae_gui.log import recent_errors
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.session_parts import as_text, from_text
from mogvae_gui.shipped import guide_path
from mogvae_gui.state.preferences import Preferences, log_path
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.graphics import graphics
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.theme import theme

COPY_WITH_MESSAGES = "copy-diagnostics-with-messages"
_LIBRARIES = (
    *("torch", "lightning-fabric", "numpy", "scipy", "PySide6-Essentials", "vtk", "pyvista"),
    *("pyvistaqt", "trimesh"),
)
THEMES = ("system", "dark", "light")


class WindowPresenter(QObject):
    """Restores the window as it was left and remembers it when it closes."""

    leave_requested = Signal()  # a training runs, and the window is to go when it has ended

    def __init__(
        self,
        window: MainWindow,
        training: TrainingState,
        preferences: Preferences,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._training = training
        self._preferences = preferences
        self._notices = notices
        self._question: QMessageBox | None = None
        self._is_leaving = False
        window.close_requested.connect(self._on_close_requested)
        window.theme_chosen.connect(self._on_theme_chosen)
        window.log_action.triggered.connect(self._on_open_log)
        window.guide_action.triggered.connect(self._on_open_guide)
        window.diagnostics_action.triggered.connect(self._on_copy_diagnostics)
        window.about_action.triggered.connect(self._on_about)
        notices.action_chosen.connect(self._on_notice_action)
        choice = preferences.theme if preferences.theme in THEMES else "system"
        window.show_theme(choice)
        self._restore()

    def remember(self) -> None:
        """Keep where everything is for the next start."""
        window = self._window
        self._preferences.geometry = as_text(window.saveGeometry())
        self._preferences.layout = as_text(window.layout_state())
        self._preferences.save()

    def _restore(self) -> None:
        if self._preferences.geometry:
            self._window.restoreGeometry(from_text(self._preferences.geometry))
        if self._preferences.layout:
            self._window.show_layout(from_text(self._preferences.layout))

    @Slot()
    def _on_close_requested(self) -> None:
        if not self._training.is_busy:
            self._window.close_now()
            return
        if self._question is not None or self._is_leaving:
            return
        question = QMessageBox(self._window)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle("Training")
        question.setText("A training is running.")
        question.setInformativeText(
            "Close now? It ends its present step and keeps everything, and you can train on from "
            "where it is."
        )
        close = question.addButton("Stop and close", QMessageBox.ButtonRole.AcceptRole)
        question.setDefaultButton(
            question.addButton("Keep training", QMessageBox.ButtonRole.RejectRole)
        )
        close.clicked.connect(self._on_stop_and_close)
        question.finished.connect(self._on_question_finished)
        self._question = question
        question.open()

    @Slot()
    def _on_stop_and_close(self) -> None:
        if self._training.is_busy:
            self._is_leaving = True
            self.leave_requested.emit()
        else:  # it ended while the question was open
            self._window.close_now()

    @Slot()
    def _on_question_finished(self) -> None:
        self._question = None

    @Slot(str)
    def _on_theme_chosen(self, choice: str) -> None:
        for known in THEMES:
            if known == choice:
                self._preferences.theme = known
                theme().choose(known)  # type: ignore[arg-type]
        self._window.show_theme(self._preferences.theme)

    @Slot()
    def _on_open_log(self) -> None:
        path = log_path()
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._notices.say("info", f"The log file is {path}.")

    @Slot()
    def _on_open_guide(self) -> None:
        path = guide_path()
        if path is None or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._notices.say("info", f"The user guide is {path or 'in docs/guide.md'}.")

    @Slot()
    def _on_copy_diagnostics(self) -> None:
        QGuiApplication.clipboard().setText(diagnostics())
        if not recent_errors.errors:
            self._notices.say("success", "Versions, device and graphics are on the clipboard.")
            return
        self._notices.say(
            "success",
            "Versions, device, graphics and where the last errors arose are on the clipboard, "
            "without names and paths. Their messages may hold some.",
            action="Copy with messages",
            action_key=COPY_WITH_MESSAGES,
        )

    @Slot(str)
    def _on_notice_action(self, key: str) -> None:
        if key == COPY_WITH_MESSAGES:
            QGuiApplication.clipboard().setText(diagnostics(with_messages=True))

    @Slot()
    def _on_about(self) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("About MoG-VAE Studio")
        box.setText(f"<b>MoG-VAE Studio {__version__}</b>")
        box.setInformativeText(
            "Look into generative shape models: train a VAE and a mixture-of-Gaussians VAE on "
            "chairs, walk through the latent space, compare honestly, take shapes out.\n\n"
            "MIT licence. Icons by Lucide (ISC). The sample chairs' makers and licences are in "
            "ATTRIBUTION.csv beside them."
        )
        box.open()


def diagnostics(*, with_messages: bool = False) -> str:
    """What a person who helps would ask for.

    No path of the person's disk and no name of theirs, unless they agree to `with_messages`.
    """
    versions = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    lines = [
        f"MoG-VAE Studio {__version__}",
        f"Python {sys.version.split()[0]}, {platform.platform()}, {usable_cores()} cores",
        versions,
        f"Device: {_device()}",
        f"OpenGL: {graphics().renderer or 'none'}",
        f"Window system: {QGuiApplication.platformName()}",
    ]
    errors = recent_errors.errors
    lines.append(f"Last errors: {len(errors) or 'none'}")
    lines += [error.full if with_messages else error.anonymous for error in errors]
    return "\n".join(lines)


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"


def _device() -> str:
    """Of torch where it is loaded: to load it takes seconds."""
    torch = sys.modules.get("torch")
    if torch is None:
        return "nothing computed yet"
    gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "no GPU"
    return f"{gpu}, {torch.get_num_threads()} threads"
