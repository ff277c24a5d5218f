"""A form made from plain descriptions of settings: groups that fold, in as many columns as fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from superqt import QCollapsible, QElidingLabel

from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.fields import ChoiceBox, IntegerBox, NumberBox, ScientificBox
from mogvae_gui.views.icons import icon
from mogvae_gui.views.theme import GRID

FieldKind = Literal["choice", "integer", "number", "scientific", "flag", "text"]

_COLUMN_WIDTH = 240
_EDITOR_WIDTH = 128
_ROW_HEIGHT = 24
_LARGEST_INTEGER = 2**31 - 1  # of Qt's spin box for integers; a seed may be larger


@dataclass(frozen=True)
class SettingField:
    """How one setting is shown and edited."""

    name: str  # what `value_edited` and `show_values` call it
    label: str
    tooltip: str = ""
    kind: FieldKind = "number"
    minimum: float = 0.0
    maximum: float = 1_000_000.0
    step: float = 1.0  # "scientific" steps 1, 2, 5, 10 instead
    decimals: int = 3  # places after the point; "scientific" shows what it needs
    choices: tuple[tuple[object, str], ...] = ()  # (value, words) of kind "choice"
    group: str = ""  # heading that it stands under
    unit: str = ""  # behind the number, e.g. "chairs"
    minimum_text: str = ""  # words shown in place of the minimum, e.g. "all" for 0


Editor = QCheckBox | ChoiceBox | IntegerBox | NumberBox | QLineEdit


class SettingsForm(QScrollArea):
    """Shows settings in groups; says what the user edits, in the type of the setting's kind."""

    value_edited = Signal(str, object)  # name, value

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, SettingField] = {}
        self._editors: dict[str, Editor] = {}
        self._labels: dict[str, QElidingLabel] = {}
        self._groups: list[QCollapsible] = []
        self._columns: list[QVBoxLayout] = []
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = QWidget()
        self._page.setObjectName("scrolled")
        self._row = QHBoxLayout(self._page)
        self._row.setContentsMargins(GRID, 0, GRID // 2, GRID)
        self._row.setSpacing(2 * GRID)
        self.setWidget(self._page)

    def show_fields(self, fields: Iterable[SettingField]) -> None:
        """Build the form anew; groups come in the order in which they are first named."""
        self._clear()
        grouped: dict[str, list[SettingField]] = {}
        for field in fields:
            self._fields[field.name] = field
            grouped.setdefault(field.group, []).append(field)
        for title, members in grouped.items():
            self._groups.append(self._make_group(title, members))
        self._deal(self._column_count(), force=True)

    def show_values(self, values: Mapping[str, object]) -> None:
        """Show values by name; names without a field are passed over. Emits nothing."""
        for name, value in values.items():
            editor = self._editors.get(name)
            if editor is None:
                continue
            with QSignalBlocker(editor):  # showing a value is not editing it
                _show(editor, value)

    def show_enabled(self, enabled: Mapping[str, bool]) -> None:
        """Show by name which settings can be edited."""
        for name, is_enabled in enabled.items():
            if name in self._editors:
                self._editors[name].setEnabled(is_enabled)
                self._labels[name].setEnabled(is_enabled)

    def editor(self, name: str) -> Editor:
        """Return the widget that edits the setting `name`."""
        return self._editors[name]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._deal(self._column_count())

    def _clear(self) -> None:
        for group in self._groups:
            group.setParent(None)
            group.deleteLater()
        self._fields.clear()
        self._editors.clear()
        self._labels.clear()
        self._groups.clear()

    def _make_group(self, title: str, members: Sequence[SettingField]) -> QCollapsible:
        group = QCollapsible(
            title,
            expandedIcon=icon("chevron-down", "muted", "muted"),
            collapsedIcon=icon("chevron-right", "muted", "muted"),
        )
        group.setDuration(0)
        button = group.toggleButton()
        button.setStyleSheet("")  # the application's sheet shows the keyboard's focus
        button.setProperty("group", True)
        outer = group.layout()
        if outer is not None:
            outer.setContentsMargins(0, 0, 0, 0)
            outer.setSpacing(2)
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(4, 0, 0, 4)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(0, 1)
        for row, field in enumerate(members):
            self._add_row(grid, row, field)
        grid.setRowStretch(len(members), 1)  # the group leaves some pixels below
        group.setContent(content)
        group.expand(animate=False)
        return group

    def _add_row(self, grid: QGridLayout, row: int, field: SettingField) -> None:
        editor = self._make_editor(field)
        tooltip = wrapped(field.tooltip) if field.tooltip else ""
        editor.setToolTip(tooltip)
        editor.setAccessibleName(field.label)
        editor.setAccessibleDescription(field.tooltip)
        label = QElidingLabel(field.label)
        label.setProperty("role", "muted")
        label.setToolTip(tooltip)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        label.setBuddy(editor)
        grid.addWidget(label, row, 0)
        grid.setRowMinimumHeight(row, _ROW_HEIGHT)
        if isinstance(editor, QCheckBox):
            grid.addWidget(editor, row, 1, Qt.AlignmentFlag.AlignLeft)
        else:
            editor.setFixedWidth(_EDITOR_WIDTH)
            grid.addWidget(editor, row, 1)
        grid.setColumnMinimumWidth(1, _EDITOR_WIDTH)
        self._editors[field.name] = editor
        self._labels[field.name] = label

    def _make_editor(self, field: SettingField) -> Editor:
        edited = partial(self._on_edited, field.name)
        if field.kind == "flag":
            flag = QCheckBox()
            flag.toggled.connect(edited)
            return flag
        if field.kind == "choice":
            choice = ChoiceBox()
            for value, words in field.choices:
                choice.addItem(words, value)
            choice.currentIndexChanged.connect(
                lambda index: self._on_edited(field.name, choice.itemData(index))
            )
            return choice
        if field.kind == "integer" and field.maximum > _LARGEST_INTEGER:
            large = NumberBox()
            large.setDecimals(0)
            large.setRange(field.minimum, field.maximum)
            large.valueChanged.connect(lambda value: self._on_edited(field.name, int(value)))
            return _with_words(large, field)
        if field.kind == "integer":
            whole = IntegerBox()
            whole.setRange(int(field.minimum), int(field.maximum))
            whole.setSingleStep(max(1, int(field.step)))
            whole.valueChanged.connect(edited)
            return _with_words(whole, field)
        if field.kind == "text":
            line = QLineEdit()
            line.editingFinished.connect(lambda: self._on_edited(field.name, line.text()))
            return line
        number = ScientificBox() if field.kind == "scientific" else NumberBox()
        if field.kind == "number":
            number.setDecimals(field.decimals)
            number.setSingleStep(field.step)
        number.setRange(field.minimum, field.maximum)
        number.valueChanged.connect(edited)
        return _with_words(number, field)

    def _on_edited(self, name: str, value: object) -> None:
        self.value_edited.emit(name, value)

    def _column_count(self) -> int:
        room = self.viewport().width() + 2 * GRID
        fitting = max(1, room // (_COLUMN_WIDTH + 2 * GRID))
        return int(min(fitting, max(1, len(self._groups))))

    def _deal(self, count: int, *, force: bool = False) -> None:
        """Put the groups, in order, into `count` columns of about equal height."""
        if not force and count == len(self._columns):
            return
        for column in self._columns:
            while column.count():
                column.takeAt(0)
            self._row.removeItem(column)
            column.deleteLater()
        self._columns = [QVBoxLayout() for _ in range(count)]
        for column in self._columns:
            column.setSpacing(GRID // 2)
            self._row.addLayout(column, 1)
        heights = [group.sizeHint().height() for group in self._groups]
        for group, index in zip(self._groups, _even_parts(heights, count), strict=True):
            self._columns[index].addWidget(group)
        for column in self._columns:
            column.addStretch(1)


def _even_parts(heights: Sequence[int], count: int) -> list[int]:
    """Return the part of each of `heights`, kept in order, so that the tallest part is lowest."""
    if not heights:
        return []
    limit = max(heights)
    while True:
        parts, part, filled = [], 0, 0
        for height in heights:
            if filled and filled + height > limit:
                part, filled = part + 1, 0
            parts.append(part)
            filled += height
        if part < count:
            return parts
        limit += GRID


def _show(editor: Editor, value: object) -> None:
    if isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    elif isinstance(editor, ChoiceBox):
        editor.setCurrentIndex(editor.findData(value))
    elif isinstance(editor, IntegerBox):
        editor.setValue(int(str(value)))
    elif isinstance(editor, NumberBox):
        editor.setValue(float(str(value)))
    else:
        editor.setText(str(value))


def _with_words(box: IntegerBox | NumberBox, field: SettingField) -> IntegerBox | NumberBox:
    if field.unit:
        box.setSuffix(f" {field.unit}")
    if field.minimum_text:
        box.setSpecialValueText(field.minimum_text)
    return box
