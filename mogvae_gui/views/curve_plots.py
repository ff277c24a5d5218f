"""The plots of a training: loss terms, one of a choice of others, and the components' usage."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from mogvae_gui.views.fields import ChoiceBox
from mogvae_gui.views.plots import Curve, CurvePlot, UsagePlot
from mogvae_gui.views.theme import GRID

# Okabe & Ito's colours again, each in a depth that reads on its theme.
LOSS_CURVES = (
    Curve("loss", "loss", "#e3e8ee", "#1b222b"),
    Curve("reconstruction", "reconstruction", "#56b4e9", "#0072b2"),
    Curve("test_reconstruction", "test", "#f0a53a", "#b86e00", dashed=True),
    Curve("kl", "KL", "#d98bb9", "#a34d80"),
)
OTHER_CURVES = (
    Curve("learning_rate", "Learning rate", "#58a6ff", "#1a66c9"),
    Curve("active_units", "Active units", "#56c28d", "#1c7a4d"),
    Curve("beta", "Beta", "#d98bb9", "#a34d80"),
    Curve("chairs_per_s", "Chairs per second", "#f0a53a", "#b86e00"),
)


class CurvePlots(QWidget):
    """Three plots side by side, or the loss above the other two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = CurvePlot("", LOSS_CURVES, log=True)
        self.choice = ChoiceBox()
        self.choice.setToolTip("Choose what this plot shows")
        self.choice.setAccessibleName("What the second plot shows")
        self.choice.setProperty("flat", True)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.other = CurvePlot("", OTHER_CURVES, legend=False)
        self.other.title.hide()
        self.other.header.insertWidget(0, self.choice)
        self.usage = UsagePlot("Components")
        for curve in OTHER_CURVES:
            self.choice.addItem(curve.label, curve.name)
        self.choice.currentIndexChanged.connect(self._on_choice_changed)
        self._on_choice_changed(0)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self.arrange(is_tall=False)

    def arrange(self, *, is_tall: bool) -> None:
        """Put the loss above the other two where the dock is tall, before them where it is wide."""
        places = ((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1))
        if not is_tall:
            places = ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1))
        for plot, place in zip((self.loss, self.other, self.usage), places, strict=True):
            self._grid.addWidget(plot, *place)
        for column, stretch in enumerate((1, 1, 0) if is_tall else (13, 5, 5)):
            self._grid.setColumnStretch(column, stretch)

    @Slot(int)
    def _on_choice_changed(self, index: int) -> None:
        name = str(self.choice.itemData(index))
        self.other.show_only(name, log=name == "learning_rate")
