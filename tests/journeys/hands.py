"""What a hand does in the window: finds a thing, clicks it, drags it, writes into it."""

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionSlider,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from tests.gui.mouse import LEFT, NO_KEY, click, drag
from tests.journeys.waiting import settled

CONTROL = Qt.KeyboardModifier.ControlModifier


def click_middle(widget: QWidget) -> None:
    click(widget, widget.width() / 2, widget.height() / 2)


def write(field: QLineEdit | QSpinBox, text: str, key: Qt.Key = Qt.Key.Key_Tab) -> None:
    """Click into a field, type over what is there, and leave it."""
    click(field, 12, field.height() / 2)
    QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, key)


def click_tab(studio: Studio, title: str) -> None:
    """Click a tab of the window: of docks that lie behind one another, or within a dock."""
    for bar in studio.window.findChildren(QTabBar):
        for place in range(bar.count()):
            if bar.tabText(place) == title and bar.isVisible():
                QTest.mouseClick(bar, LEFT, NO_KEY, bar.tabRect(place).center())
                QApplication.processEvents()
                return
    raise AssertionError(f"There is no tab {title}.")


def button_of(parent: QWidget, text: str) -> QToolButton:
    """The button of an action that is called so."""
    for button in parent.findChildren(QToolButton):
        action = button.defaultAction()
        if action is not None and text in (action.text(), action.iconText()):
            return button
    raise AssertionError(f"There is no button {text}.")


def tool_button(studio: Studio, text: str) -> QWidget:
    """A button of the main tool bar."""
    bar = studio.window.findChild(QToolBar, "mainTools")
    assert isinstance(bar, QToolBar)
    for action in bar.actions():
        if action.iconText() == text:
            return bar.widgetForAction(action)
    raise AssertionError(f"There is no button {text}.")


def click_card(view: QAbstractItemView, row: int, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    """Click a row or a card of a list."""
    QTest.mouseClick(view.viewport(), LEFT, keys, middle_of_card(view, row))


def middle_of_card(view: QAbstractItemView, row: int) -> QPoint:
    """Bring a row or a card into sight; its middle in the list's viewport."""
    index = view.model().index(row, 0)
    view.scrollTo(index)
    place: QRect = view.visualRect(index)
    return place.center()


def click_chair(studio: Studio, row: int) -> str:
    """Click a card of the library; its chair's id."""
    click_card(studio.window.library.list, row)
    return studio.project.selected[0]


def drag_probe(studio: Studio, qtbot: QtBot, right: float, down: float) -> tuple[float, ...]:
    """Drag the probe in the latent space; where it is then."""
    view, probe = studio.window.latent.view, studio.latent.probe
    assert studio.latent.axes is not None
    assert probe is not None
    ((x, y),) = view.pixels_of(studio.latent.axes.positions(np.array([probe.code])))[0]
    drag(view.plotter, (x, y), (x + right, y + down))
    settled(studio, qtbot)
    assert studio.latent.probe is not None
    assert studio.latent.probe.code != probe.code
    return studio.latent.probe.code


def handle_of(slider: QSlider) -> tuple[float, float]:
    """The middle of a slider's handle."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    complex_control = QStyle.ComplexControl.CC_Slider
    middle = slider.style().subControlRect(complex_control, option, part, slider).center()
    return middle.x(), middle.y()


def drag_handle(slider: QSlider, share: float) -> None:
    """Drag a slider's handle so far along it: 0 to its left end, 1 to its right end."""
    x, y = handle_of(slider)
    drag(slider, (x, y), (4 + share * (slider.width() - 8), y))
