"""The window: its actions, drops from anywhere, docks that are remembered, and its closing."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.theme import theme
from tests.gui.spies import said

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close_now()


def files(*names: str) -> QMimeData:
    content = QMimeData()
    content.setUrls([QUrl(name) for name in names])
    return content


def drag_over(target: QWidget, content: QMimeData) -> bool:
    event = QDragEnterEvent(QPoint(20, 20), COPY, content, LEFT, NO_KEY)
    event.ignore()
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def drop_on(target: QWidget, content: QMimeData, place: QPoint | None = None) -> None:
    place = QPoint(20, 20) if place is None else place
    QApplication.sendEvent(target, QDropEvent(QPointF(place), COPY, content, LEFT, NO_KEY))


def menu_actions(menu: QWidget) -> list[QAction]:
    """Everything below a menu, sub-menus included."""
    found: list[QAction] = []
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            found += menu_actions(below)
        elif not action.isSeparator():
            found.append(action)
    return found


# Actions


def test_that_no_two_actions_of_the_window_share_a_shortcut(window: MainWindow) -> None:
    wide = (Qt.ShortcutContext.WindowShortcut, Qt.ShortcutContext.ApplicationShortcut)
    keys = Counter(
        key.toString()
        for action in window.findChildren(QAction)
        if action.shortcutContext() in wide
        for key in action.shortcuts()
    )

    assert {key: count for key, count in keys.items() if count > 1} == {}


def test_that_every_action_of_the_tool_bars_is_in_a_menu_too(window: MainWindow) -> None:
    in_menus = set(menu_actions(window.menuBar()))
    for action in (
        window.open_action,
        window.import_files_action,
        window.made_chairs_action,
        window.train_action,
        window.pause_action,
        window.stop_action,
        window.export_action,
        window.undo_action,
        window.redo_action,
        window.latent.sample_action,
        window.latent.find_action,
        window.latent.reset_action,
        window.stage.link_action,
        window.stage.reset_action,
        window.stage.picture_action,
        *window.stage.colouring_actions,
    ):
        assert action in in_menus, action.text()


def test_that_tool_buttons_say_what_they_do(window: MainWindow) -> None:
    silent = [
        action.text()
        for action in (
            window.open_action,
            window.import_files_action,
            window.made_chairs_action,
            window.train_action,
            window.pause_action,
            window.stop_action,
            window.export_action,
            window.undo_action,
            window.redo_action,
        )
        if not action.toolTip() or action.icon().isNull()
    ]

    assert silent == []


def test_that_a_project_is_needed_before_chairs_come_in(window: MainWindow) -> None:
    needs = (window.import_files_action, window.made_chairs_action, window.save_as_action)
    assert not any(action.isEnabled() for action in needs)
    assert window.windowTitle() == "MoG-VAE Studio"

    window.show_project("Chairs", has_project=True)

    assert all(action.isEnabled() for action in needs)
    assert window.windowTitle() == "Chairs — MoG-VAE Studio"


def test_that_recent_projects_are_offered(window: MainWindow, qtbot: QtBot) -> None:
    chosen = QSignalSpy(window.recent_chosen)
    window.show_recent(["/somewhere/Chairs & more", "/elsewhere/Old"])
    first = window._recent_menu.actions()[0]

    first.trigger()

    assert said(chosen) == [["/somewhere/Chairs & more"]]
    assert "/somewhere/Chairs &amp; more" in first.toolTip()  # a name is no markup
    # A single ampersand in a menu is not shown: it underlines the next letter.
    assert first.text() == "Chairs && more"
    window.show_recent([])
    assert not window._recent_menu.isEnabled()


def test_that_a_theme_is_chosen_in_the_menu_and_marked(window: MainWindow) -> None:
    chosen = QSignalSpy(window.theme_chosen)
    window.show_theme("dark")
    assert said(chosen) == []
    marked = [action.data() for action in window._themes.actions() if action.isChecked()]
    assert marked == ["dark"]

    window._themes.actions()[2].trigger()

    assert said(chosen) == [["light"]]


# Drops


def test_that_files_dropped_on_the_window_come_out_as_paths(window: MainWindow) -> None:
    dropped = QSignalSpy(window.paths_dropped)
    content = files("file:///tmp/a%20chair.obj", "file:///tmp/St%C3%BChle")
    assert drag_over(window, content)
    assert window._drops.hint.isVisible()

    drop_on(window, content)

    assert said(dropped) == [[[Path("/tmp/a chair.obj"), Path("/tmp/Stühle")]]]
    assert not window._drops.hint.isVisible()


@pytest.mark.parametrize("content", [("https://example.org/chair.obj",), ()])
def test_that_what_is_no_file_is_not_taken(window: MainWindow, content: tuple[str, ...]) -> None:
    dropped = QSignalSpy(window.paths_dropped)

    assert not drag_over(window, files(*content))
    assert not window._drops.hint.isVisible()
    drop_on(window, files(*content))

    assert dropped.count() == 0


def test_that_the_hint_goes_when_files_are_taken_away_again(window: MainWindow) -> None:
    drag_over(window, files("file:///tmp/a.obj"))
    QApplication.sendEvent(window, QDragLeaveEvent())

    assert not window._drops.hint.isVisible()


def test_that_no_widget_keeps_drops_from_the_window(window: MainWindow) -> None:
    """A widget that accepts drops itself would swallow the files."""
    takers = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.acceptDrops() and drag_over(widget, files("file:///tmp/a.obj"))
    ]

    assert takers == []


def test_that_the_hint_lies_over_fields_that_came_later(window: MainWindow) -> None:
    field = QLineEdit(window.training)
    field.setGeometry(10, 10, 100, 30)
    field.show()
    drag_over(window, files("file:///tmp/a.obj"))

    assert window.childAt(field.mapTo(window, QPoint(20, 10))) is window._drops.hint


@pytest.mark.parametrize("restored", [False, True])
def test_that_a_floating_dock_takes_drops_itself_and_a_docked_one_leaves_them_to_the_window(
    window: MainWindow, qtbot: QtBot, restored: bool
) -> None:
    window.latent.show_model_there(True)
    window.latent_dock.setFloating(True)
    if restored:
        floating = window.layout_state()
        window.latent_dock.setFloating(False)
        window.show_layout(floating)
    qtbot.waitUntil(window.latent_dock.isFloating)
    qtbot.waitUntil(window.latent.view.isVisible)
    dock, view, content = window.latent_dock, window.latent.view, files("file:///tmp/a.obj")
    beside, on_space = QSignalSpy(window.paths_dropped), QSignalSpy(window.paths_dropped_to_find)
    hovered = QSignalSpy(window.paths_hover)

    assert dock.acceptDrops()
    assert drag_over(dock, content)
    assert dock.drops.hint.isVisible()
    assert hovered.count() == 1
    drop_on(dock, content, view.mapTo(dock, view.rect().center()))
    assert said(on_space) == [[[Path("/tmp/a.obj")]]]
    assert not dock.drops.hint.isVisible()
    assert beside.count() == 0
    drag_over(dock, content)
    drop_on(dock, content, QPoint(5, dock.height() - 5))
    assert said(beside) == [[[Path("/tmp/a.obj")]]]

    dock.setFloating(False)
    assert not dock.acceptDrops()


def test_that_any_floating_dock_takes_drops(window: MainWindow) -> None:
    window.library_dock.setFloating(True)
    dropped = QSignalSpy(window.paths_dropped)

    assert window.library_dock.acceptDrops()
    drag_over(window.library_dock, files("file:///tmp/a.obj"))
    drop_on(window.library_dock, files("file:///tmp/a.obj"))

    assert said(dropped) == [[[Path("/tmp/a.obj")]]]


# Docks


def docks(window: MainWindow) -> list[QDockWidget]:
    return [window.library_dock, window.latent_dock, window.training_dock]


def test_that_a_layout_is_remembered_and_reset(window: MainWindow) -> None:
    first = window.layout_state()
    window.library_dock.hide()
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, window.latent_dock)
    changed = window.layout_state()
    assert changed != first

    window.reset_layout()
    assert window.library_dock.isVisible()
    assert window.dockWidgetArea(window.latent_dock) == Qt.DockWidgetArea.RightDockWidgetArea

    assert window.show_layout(changed)
    assert not window.library_dock.isVisible()
    assert window.dockWidgetArea(window.latent_dock) == Qt.DockWidgetArea.BottomDockWidgetArea


def test_that_a_layout_that_is_none_changes_nothing(window: MainWindow) -> None:
    before = window.layout_state()

    assert not window.show_layout(QByteArray(b"nonsense"))

    assert window.layout_state() == before


def test_that_a_floating_view_still_draws(window: MainWindow, qtbot: QtBot) -> None:
    """A dock that floats makes its view's OpenGL context anew."""
    window.latent.show_model_there(True)
    window.latent_dock.setFloating(True)
    QApplication.processEvents()
    view = window.latent.view
    drawn = QSignalSpy(view.plotter.frameSwapped)

    theme().choose("dark")
    qtbot.waitUntil(lambda: drawn.count() > 0)

    assert view.picture().pixelColor(4, 4).lightness() < 90
    window.latent_dock.setFloating(False)
    QApplication.processEvents()
    assert view.picture().pixelColor(4, 4).lightness() < 90


def test_that_every_dock_has_a_key_that_hides_and_shows_it(window: MainWindow) -> None:
    by_key = {action.shortcut().toString(): action for action in menu_actions(window.menuBar())}
    for number, dock in enumerate(docks(window), start=1):
        action = by_key[f"Alt+{number}"]
        assert dock.windowTitle() in action.text()
        action.trigger()
        assert not dock.isVisible()
        action.trigger()
        assert dock.isVisible()


@pytest.mark.parametrize("size", [(1280, 720), (960, 600)])
def test_that_the_window_fits_small_screens(window: MainWindow, size: tuple[int, int]) -> None:
    window.resize(*size)
    QApplication.processEvents()

    assert (window.width(), window.height()) == size
    assert window.stage.original.view.width() > 150
    assert window.stage.original.view.height() > 80


# The end


def test_that_closing_asks_first_and_closes_when_told(window: MainWindow) -> None:
    requested, closing = QSignalSpy(window.close_requested), QSignalSpy(window.closing)

    window.close()
    assert window.isVisible()
    assert (requested.count(), closing.count()) == (1, 0)

    window.close_now()
    assert not window.isVisible()
    assert closing.count() == 1
    assert window.stage.original.view.is_closed
    assert window.stage.reconstruction.view.is_closed
    assert window.latent.view.is_closed


def test_that_one_wish_to_close_is_enough_where_nobody_objects(window: MainWindow) -> None:
    """Closing again from within is passed over by Qt, so the first wish must be granted itself."""
    window.close_requested.connect(window.close_now)
    closing = QSignalSpy(window.closing)

    window.close()

    assert not window.isVisible()
    assert closing.count() == 1


def test_that_a_closed_window_is_not_closed_again(window: MainWindow) -> None:
    closing = QSignalSpy(window.closing)
    window.close_now()
    window.close_now()
    window.close()

    assert closing.count() == 1


def test_that_no_tab_bar_lies_about_that_belongs_to_no_docks(
    window: MainWindow, qtbot: QtBot
) -> None:
    def shown() -> list[str]:
        bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window]
        return sorted(
            " ".join(bar.tabText(index) for index in range(bar.count()))
            for bar in bars
            if bar.isVisible()
        )

    def are_distinct() -> bool:
        return len(shown()) == len(set(shown())) == 2

    qtbot.waitUntil(are_distinct)
    window.reset_layout()
    qtbot.waitUntil(are_distinct)
    state = window.layout_state()
    window.runs_dock.raise_()
    window.show_layout(state)
    qtbot.waitUntil(are_distinct)


def test_that_no_label_shows_the_tags_that_dress_it(window: MainWindow) -> None:
    dressed = [label for label in window.findChildren(QLabel) if "</" in label.text()]

    assert dressed  # the two at the ends of the slider between the clouds
    assert {label.textFormat() for label in dressed} == {Qt.TextFormat.RichText}
