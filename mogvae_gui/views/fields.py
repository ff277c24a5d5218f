"""Fields to edit one setting each. Unless in use they leave the mouse wheel to their page."""

import math
import re

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QPaintEvent, QPalette, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

_NUMBER_BEGINS = re.compile(r"[+-]?\d*[.,]?\d*([eE][+-]?\d*)?")
# Style sheets cannot pad the text of a spin box; this lines it up with the other fields.
_TEXT_MARGIN = 4
# A step of a number that spans decades goes to its next neighbour among these.
_LADDER = (1.0, 2.0, 5.0, 10.0)


class ChoiceBox(QComboBox):
    """A combo box that scrolling past does not change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)

    def paintEvent(self, event: QPaintEvent) -> None:
        # As Qt paints it, but words that do not fit end in dots rather than in half a letter.
        painter = QStylePainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        style = self.style()
        room = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        option.currentText = self.fontMetrics().elidedText(
            self.currentText() or self.placeholderText(),
            Qt.TextElideMode.ElideRight,
            room.width(),
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:
        frame = 2 * self.view().frameWidth() + 4 * _TEXT_MARGIN
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + frame)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class IntegerBox(QSpinBox):
    """A whole number; it counts as edited when it is committed, not at every key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)
        self.setGroupSeparatorShown(True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberBox(QDoubleSpinBox):
    """A number of at most `decimals` places; it counts as edited when it is committed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)
        self.setLocale(QLocale(QLocale.Language.C))

    def textFromValue(self, value: float) -> str:
        text = super().textFromValue(value)
        return text.rstrip("0").rstrip(".") if "." in text else text

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ScientificBox(NumberBox):
    """A number that spans decades, such as a learning rate: "0.001", "3e-05".

    Its arrows go 1, 2, 5, 10 within each decade.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(12)  # how fine a value may be, not how many places are shown

    def textFromValue(self, value: float) -> str:
        return f"{value:.6g}"

    def valueFromText(self, text: str) -> float:
        try:
            return float(self._bare(text).replace(",", "."))
        except ValueError:
            return self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        bare = self._bare(text)
        if not _NUMBER_BEGINS.fullmatch(bare):
            return QValidator.State.Invalid, text, position
        try:
            value = float(bare.replace(",", "."))
        except ValueError:
            return QValidator.State.Intermediate, text, position
        inside = self.minimum() <= value <= self.maximum()
        state = QValidator.State.Acceptable if inside else QValidator.State.Intermediate
        return state, text, position

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            value = _next_rung(value, up=steps > 0)
        self.setValue(value)
        self.selectAll()

    def _bare(self, text: str) -> str:
        return text.removeprefix(self.prefix()).removesuffix(self.suffix()).strip()


def _next_rung(value: float, *, up: bool) -> float:
    """Return the next of …, 0.1, 0.2, 0.5, 1, 2, … above or below `value`; 0 leads to 1e-6."""
    if value <= 0:
        return 1e-6 if up else 0.0
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    share = value / decade  # 1 to 10
    if up:
        rung = next(rung for rung in _LADDER if rung > share * (1 + 1e-6))
        return float(f"{rung * decade:.6g}")
    below = [rung for rung in _LADDER if rung < share * (1 - 1e-6)]
    return float(f"{(below[-1] if below else 0.5) * decade:.6g}")
