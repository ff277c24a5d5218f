"""A sentence that stays for as long as it is true; no button closes it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from mogvae_gui.views.banner import Banner
from mogvae_gui.views.theme import GRID


class LastingBanner(QWidget):
    """Takes no room while it has nothing to say."""

    action_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner: Banner | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(GRID, 4, GRID, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is said; empty while nothing is."""
        return self._banner.sentence if self._banner is not None else ""

    @property
    def banner(self) -> Banner | None:
        """What is shown."""
        return self._banner

    def show_sentence(self, sentence: str, action_text: str = "") -> None:
        """Say this from now on, with a button where one can do something; an empty one goes."""
        if self._banner is not None:
            self._layout.removeWidget(self._banner)
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
        if sentence:
            self._banner = Banner("info", sentence, action_text, parent=self)
            self._banner.close_button.hide()
            self._banner.action_chosen.connect(self.action_chosen)
            self._layout.addWidget(self._banner)
        self.setVisible(bool(sentence))
