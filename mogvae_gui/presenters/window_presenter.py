"""The window itself: theme, layout, help, and closing without losing anything."""

import platform
import sys

from PySide6.QtCore import QByteArray, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox

from core import __version__
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.shipped import guide_path
from mogvae_gui.state.preferences import Preferences, log_path
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.graphics import graphics
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.theme import theme

THEMES = ("system", "dark", "light")


class WindowPresenter(QObject):
    """Restores the window as it was left and remembers it when it closes."""

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
        window.close_requested.connect(self._on_close_requested)
        window.theme_chosen.connect(self._on_theme_chosen)
        window.log_action.triggered.connect(self._on_open_log)
        window.guide_action.triggered.connect(self._on_open_guide)
        window.diagnostics_action.triggered.connect(self._on_copy_diagnostics)
        window.about_action.triggered.connect(self._on_about)
        choice = preferences.theme if preferences.theme in THEMES else "system"
        window.show_theme(choice)
        self._restore()

    def remember(self) -> None:
        """Keep where everything is for the next start."""
        window = self._window
        self._preferences.geometry = _as_text(window.saveGeometry())
        self._preferences.layout = _as_text(window.layout_state())
        self._preferences.save()

    def _restore(self) -> None:
        if self._preferences.geometry:
            self._window.restoreGeometry(_from_text(self._preferences.geometry))
        if self._preferences.layout:
            self._window.show_layout(_from_text(self._preferences.layout))

    @Slot()
    def _on_close_requested(self) -> None:
        if not self._training.is_busy:
            self._window.close_now()
            return
        if self._question is not None:
            return
        question = QMessageBox(self._window)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle("Training")
        question.setText("A training is running.")
        question.setInformativeText(
            "Close now? It stops cleanly, and you can train on from where it is."
        )
        close = question.addButton("Stop and close", QMessageBox.ButtonRole.AcceptRole)
        question.setDefaultButton(
            question.addButton("Keep training", QMessageBox.ButtonRole.RejectRole)
        )
        close.clicked.connect(self._window.close_now)
        question.finished.connect(self._on_question_finished)
        self._question = question
        question.open()

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
        self._notices.say("success", "Versions, device and graphics are on the clipboard.")

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


def diagnostics() -> str:
    """What a person who helps would ask for; no private paths."""
    import PySide6
    import pyvista
    import torch
    import vtkmodules

    device = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "no GPU"
    return "\n".join(
        [
            f"MoG-VAE Studio {__version__}",
            f"Python {sys.version.split()[0]}, {platform.platform()}",
            f"torch {torch.__version__} ({device}), {torch.get_num_threads()} threads",
            f"PySide6 {PySide6.__version__}, PyVista {pyvista.__version__}, "
            f"VTK {vtkmodules.__version__}",
            f"OpenGL: {graphics().renderer or 'none'}",
        ]
    )


def _as_text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode()


def _from_text(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode())
