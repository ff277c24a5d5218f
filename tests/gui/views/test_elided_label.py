"""A line that does not fit ends in dots."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from mogvae_gui.views.elided_label import ElidedLabel


def drawn(label: ElidedLabel, text: str) -> object:
    label.setText(text)
    return label.grab().toImage()


def test_that_words_which_fit_are_whole_and_longer_ones_end_in_dots(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(label.fontMetrics().horizontalAdvance("a short name") + 4, 20)
    long = "a short name that goes on and on"
    cut = label.fontMetrics().elidedText(
        long, Qt.TextElideMode.ElideRight, label.contentsRect().width()
    )
    assert drawn(label, long) == drawn(label, cut)
    assert drawn(label, "a short name") != drawn(label, cut)
    label.setText(long)
    assert label.text() == long
