"""Walk, sheet, slots and pins as a hand uses them: real clicks, drags and keys, real dialogs."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.code_groups import analogy
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.sheet_export_dialog import SheetExportDialog
from mogvae_gui.views.walk_export_dialog import WalkExportDialog
from tests.gui.menus import choose_from_list, choose_from_menu
from tests.gui.mouse import drag
from tests.journeys.hands import (
    button_of,
    click_chair,
    click_middle,
    click_tab,
    drag_probe,
    write,
)
from tests.journeys.waiting import A_MINUTE, settled, shown

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_that_a_hand_walks_from_a_bookmark_loops_speeds_up_and_drags_the_profile(
    opened: Studio, qtbot: QtBot, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    studio, panel = opened, opened.window.walk
    drag_probe(studio, qtbot, 50, -30)
    QTest.keyClick(studio.window, Qt.Key.Key_D, CONTROL)
    (bookmark,) = studio.bookmarks.bookmarks
    click_tab(studio, "Walk")
    click_chair(studio, 3)
    settled(studio, qtbot)
    QTest.keyClick(studio.window, Qt.Key.Key_W, CONTROL | SHIFT)
    assert [stop.chair_id for stop in studio.walk.stops] == [studio.project.selected[0]]
    choose_from_menu(panel.add_button, "Bookmark", bookmark.name)
    assert [stop.label for stop in studio.walk.stops][1] == bookmark.name
    assert studio.walk.stops[1].code == bookmark.place.code
    qtbot.waitUntil(lambda: studio.walk.walked is not None, timeout=A_MINUTE)

    # Four times as fast and without a loop it comes to its end and rests there.
    choose_from_list(panel.speed, "4")
    assert studio.walk.speed == 4.0
    loop = button_of(panel, "Walk in a loop")
    click_middle(loop)
    assert not studio.walk.loops
    click_middle(panel.play_button)
    assert studio.walk.is_playing
    qtbot.waitUntil(lambda: not studio.walk.is_playing, timeout=A_MINUTE)
    assert studio.walk.step == studio.walk.steps - 1
    picture("by-hand-1-end")

    # In a loop it comes round again.
    click_middle(loop)
    assert studio.walk.loops
    steps: list[int] = []
    studio.walk.events.step.connect(steps.append)
    click_middle(panel.play_button)
    qtbot.waitUntil(lambda: any(np.diff(steps) < -30), timeout=A_MINUTE)
    click_middle(panel.play_button)
    assert not studio.walk.is_playing

    # Along the profile the probe follows the hand.
    plot = panel.profile.plot.viewport()
    left = panel.profile.plot.view.sceneBoundingRect()
    height = plot.height() / 2
    drag(plot, (left.left() + 8, height), (left.left() + left.width() * 0.75, height))
    share = studio.walk.step / (studio.walk.steps - 1)
    assert share == pytest.approx(0.75, abs=0.05)
    assert panel.profile.cursor_share == pytest.approx(share)
    assert studio.walk.walked is not None
    assert studio.latent.probe is not None
    expected = studio.walk.walked.codes_at([share])[0]
    assert studio.latent.probe.code == pytest.approx(expected, abs=1e-5)

    # It leaves as an animation and as a table, through the dialog.
    write(panel.steps, "3")
    qtbot.waitUntil(lambda: studio.walk.steps == 3)
    for kind, name in (("GIF", "walk.gif"), ("CSV", "codes.csv")):
        click_middle(panel.export_button)
        qtbot.waitUntil(lambda: len(studio.window.findChildren(WalkExportDialog)) == 1)
        (dialog,) = studio.window.findChildren(WalkExportDialog)
        choose_from_list(dialog.kind, kind)
        with qtbot.waitSignal(studio.jobs.all_done, timeout=A_MINUTE):
            write(dialog.path, str(tmp_path / "out" / name), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not studio.window.findChildren(WalkExportDialog))
    with Image.open(tmp_path / "out" / "walk.gif") as animation:
        assert animation.n_frames == 3
        assert np.asarray(animation.convert("RGB")).std() > 5
    with (tmp_path / "out" / "codes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(rows[-1][f"z{axis}"]) for axis in (1, 2, 3)] == pytest.approx(
        bookmark.place.code, abs=1e-5
    )
    told = json.loads((tmp_path / "out" / "walk.json").read_text())
    assert told["stops"][1] == bookmark.name


def test_that_a_hand_exports_a_sheet_as_svg(
    opened: Studio, qtbot: QtBot, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    studio, panel = opened, opened.window.sheet
    click_tab(studio, "Sheet")
    write(panel.cells, "3")
    qtbot.waitUntil(lambda: panel.grid.drawn == 9, timeout=A_MINUTE)
    click_middle(button_of(panel, "Export the sheet…"))
    qtbot.waitUntil(lambda: len(studio.window.findChildren(SheetExportDialog)) == 1)
    (dialog,) = studio.window.findChildren(SheetExportDialog)
    choose_from_list(dialog.file_format, "SVG")
    choose_from_list(dialog.page, "Slide")
    write(dialog.dpi, "72")
    write(dialog.path, str(tmp_path / "out" / "chairs.svg"))
    picture("by-hand-2-sheet")
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_MINUTE):
        click_middle(dialog.export_button)

    root = ElementTree.parse(tmp_path / "out" / "chairs.svg").getroot()
    assert len(list(root.iter("{http://www.w3.org/2000/svg}image"))) == 9
    told = json.loads((tmp_path / "out" / "chairs.json").read_text())
    assert told["settings"]["cells"] == 3


def test_that_a_hand_fills_the_slots_and_reckons(
    opened: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, panel = opened, opened.window.selection
    QTest.keyClick(studio.window, Qt.Key.Key_5, ALT)
    qtbot.waitUntil(panel.isVisible)
    chair_id = click_chair(studio, 4)
    settled(studio, qtbot)
    chair = studio.project.current
    assert chair is not None
    choose_from_menu(panel.slots["A"], chair.name)
    choose_from_menu(panel.slots["B"], "The mean of component 2")
    assert not panel.analogy_button.isEnabled()
    place = drag_probe(studio, qtbot, -40, 30)
    choose_from_menu(panel.slots["C"], "The place of the probe")
    qtbot.waitUntil(
        lambda: all(slot._picture is not None for slot in panel.slots.values()), timeout=A_MINUTE
    )
    picture("by-hand-3-slots")

    click_middle(panel.analogy_button)
    title = f"{chair.name} − Component 2 + Probe"
    qtbot.waitUntil(
        lambda: studio.window.stage.reconstruction.title.text() == title, timeout=A_MINUTE
    )
    latent_map = studio.latent.map
    assert latent_map is not None
    assert latent_map.components is not None
    first, second = latent_map.code_of(chair_id), latent_map.components.means[1]
    assert first is not None
    expected = analogy(first, tuple(float(value) for value in second), place)
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == pytest.approx(expected, abs=1e-6)
    choose_from_menu(panel.slots["B"], "Nothing")
    assert not panel.analogy_button.isEnabled()


def test_that_a_hand_pins_chairs_goes_to_one_and_unpins_it(
    opened: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, panel = opened, opened.window.pinned
    QTest.keyClick(studio.window, Qt.Key.Key_9, ALT)
    qtbot.waitUntil(lambda: not studio.window.pinned_dock.visibleRegion().isEmpty())
    first = click_chair(studio, 2)
    click_middle(panel.empty.button("pin"))
    second = click_chair(studio, 5)
    QTest.keyClick(studio.window, Qt.Key.Key_K, CONTROL | SHIFT)
    assert list(studio.pinned.pinned) == [first, second]
    qtbot.waitUntil(
        lambda: all(card.figure.text().startswith("CD") for card in panel.cards), timeout=A_MINUTE
    )
    settled(studio, qtbot)
    picture("by-hand-4-pins")

    click_middle(panel.cards[0].pictures[1])
    shown(studio, qtbot)
    assert studio.project.selected == (first,)
    assert panel.cards[0].hasFocus()
    QTest.keyClick(panel.cards[0], Qt.Key.Key_Delete)
    assert list(studio.pinned.pinned) == [second]
    assert len(studio.project.chairs) == 12  # Delete was about the pin
