"""The latent space is a place to walk in whatever its size: a trained run of 2, 8 and 64 axes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.project import Project
from core.steering import CERTAIN, Gaussians
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.export_dialog import ExportDialog
from mogvae_gui.views.latent_view import PICK_RADIUS_PX, LatentView
from tests.gui.menus import choose_from_list
from tests.gui.mouse import LEFT, NO_KEY, click, double_click, drag, draw, wheel
from tests.journeys.hands import (
    button_of,
    click_chair,
    click_middle,
    click_tab,
    middle_of_card,
    tool_button,
    write,
)
from tests.journeys.test_ways_back import drop_over
from tests.journeys.waiting import A_MINUTE, settled, shown
from tests.small_project import quick_settings, train_run
from tests.small_shapes import stool_mesh, write_obj

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def zoom_in_and_out(view: LatentView) -> None:
    """Turn the wheel up and down again: what lies apart lies farther apart, and as before."""

    def spread() -> float:
        return float(np.ptp(view.pixels_of(view._positions)[0], axis=0).max())

    before = spread()
    wheel(view.plotter, 2)
    assert spread() > 1.1 * before
    wheel(view.plotter, -2)
    assert spread() == pytest.approx(before, rel=0.05)


def come_near_a_code(view: LatentView) -> tuple[int, tuple[float, float]]:
    """Turn the wheel until a code lies apart from all others; its row, and its pixel."""
    size = np.array([view.width(), view.height()])
    for _ in range(80):
        pixels, _ = view.pixels_of(view._positions)
        others = np.linalg.norm(pixels[:, None] - pixels, axis=2)
        np.fill_diagonal(others, np.inf)
        inside = ((pixels > 8) & (pixels < size - 8)).all(axis=1)
        nearest = np.where(inside, others.min(axis=1), 0.0)
        row = int(nearest.argmax())
        if nearest[row] > 2 * PICK_RADIUS_PX:
            return row, (float(pixels[row, 0]), float(pixels[row, 1]))
        before = view.pose
        wheel(view.plotter, 1)
        assert view.pose != before
    raise AssertionError("No code lies apart.")


def empty_pixel(view: LatentView) -> tuple[float, float]:
    """A place of the view where nothing lies."""
    pixels, _ = view.pixels_of(view._positions)
    for x in range(12, view.width() - 12, 9):
        for y in range(12, view.height() - 12, 9):
            far = np.hypot(pixels[:, 0] - x, pixels[:, 1] - y).min() > 25
            if far and view._component_under(QPoint(x, y).toPointF()) is None:
                return float(x), float(y)
    raise AssertionError("the view is full")


@pytest.mark.parametrize("latent", [2, 8, 64])
def test_that_a_person_walks_in_a_space_of_any_size(
    latent: int,
    studio: Studio,
    own_project: Project,
    qtbot: QtBot,
    tmp_path: Path,
    picture: Callable[[str], None],
) -> None:
    window, view = studio.window, studio.window.latent.view
    name = f"{latent} axes"
    # Enough to tell chairs apart: a younger model gives all of them one code.
    settings = quick_settings(epochs=30).with_changes(beta=0.0005, learning_rate=5e-3)
    train_run(own_project, name, settings.with_changes(latent=latent))
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    if studio.latent.run_name != name:
        choose_from_list(window.latent.runs, name)
    qtbot.waitUntil(lambda: studio.latent.run_name == name, timeout=A_MINUTE)
    settled(studio, qtbot)
    latent_map = studio.latent.map
    assert latent_map is not None
    assert latent_map.codes.shape[1] == latent
    assert len(window.latent.sliders.sliders) == latent
    assert window.latent.axes.isVisible() == (latent > 3)

    go_somewhere(studio, view, qtbot)
    picture(f"latent-{latent}-probe")
    if latent > 3:
        look_along_others(studio, latent, qtbot)
    choose_with_a_box(studio, view, qtbot)
    walk_and_lay_a_sheet(studio, qtbot)
    picture(f"latent-{latent}-sheet")
    keep_and_come_back(studio, view, qtbot)
    find_and_take_out(studio, qtbot, tmp_path)
    go_back_in_time(studio, qtbot)


def go_somewhere(studio: Studio, view: LatentView, qtbot: QtBot) -> None:
    """Nearer, a code, empty space, a drag, a slider, steering: each is decoded."""
    zoom_in_and_out(view)
    code, pixel = come_near_a_code(view)
    click(view.plotter, *pixel)
    shown(studio, qtbot)
    latent_map = studio.latent.map
    assert latent_map is not None
    chair_id = latent_map.chair_ids[code]
    assert studio.latent.probe is not None
    assert studio.latent.probe.chair_id == chair_id
    assert studio.latent.probe.code == pytest.approx(latent_map.code_of(chair_id), abs=1e-4)
    assert studio.project.selected == (chair_id,)
    chair = studio.project.chair(chair_id)
    assert chair is not None
    assert studio.window.stage.original.title.text() == chair.name
    click_middle(button_of(studio.window.latent, "Show the whole space"))
    click(view.plotter, *empty_pixel(view))
    shown(studio, qtbot)
    here = studio.latent.probe.code
    assert studio.latent.probe.chair_id is None
    ((x, y),) = view.pixels_of(view._probe[None])[0] if view._probe is not None else ((0, 0),)
    drag(view.plotter, (x, y), (x + 30, y - 20))
    shown(studio, qtbot)
    moved = studio.latent.probe.code
    assert moved != here
    slider = studio.window.latent.sliders.sliders[-1]._slider  # the part that takes keys
    slider.setFocus()
    is_high = slider.value() > (slider.minimum() + slider.maximum()) / 2
    QTest.keyClick(slider, Qt.Key.Key_PageDown if is_high else Qt.Key.Key_PageUp)
    shown(studio, qtbot)
    assert studio.latent.probe.code[:-1] == moved[:-1]
    assert (studio.latent.probe.code[-1] < moved[-1]) == is_high
    components = studio.latent.map.components if studio.latent.map is not None else None
    assert components is not None
    mixture = Gaussians.of(components)
    component = studio.window.latent.steering.towards.currentIndex()
    before = mixture.responsibility(np.array([studio.latent.probe.code]), component)[0]
    steering = studio.window.latent.steering.slider
    steering.setFocus()
    QTest.keyClick(steering, Qt.Key.Key_End)
    shown(studio, qtbot)
    after = mixture.responsibility(np.array([studio.latent.probe.code]), component)[0]
    assert after >= min(before, CERTAIN) - 1e-6


def look_along_others(studio: Studio, latent: int, qtbot: QtBot) -> None:
    """Other dimensions, then principal components; the probe stays where it is."""
    before = studio.latent.probe
    box = studio.window.latent.axes
    choose_from_list(box, "z4 z5 z6")
    assert studio.latent.axes is not None
    assert studio.latent.axes.labels == ("z4", "z5", "z6")
    choose_from_list(box, "Principal")
    assert studio.latent.axes.basis.shape == (latent, 3)
    np.testing.assert_allclose(
        studio.latent.axes.basis.T @ studio.latent.axes.basis, np.eye(3), atol=1e-5
    )
    assert studio.latent.probe == before
    shown(studio, qtbot)


def choose_with_a_box(studio: Studio, view: LatentView, qtbot: QtBot) -> None:
    """Drag a box around all codes; then find the way from one group to the other."""
    view.plotter.setFocus()
    QTest.keyClick(view.plotter, Qt.Key.Key_B)
    pixels, _ = view.pixels_of(view._positions)
    low, high = pixels.min(axis=0) - 8, pixels.max(axis=0) + 8
    corners = [(max(1.0, low[0]), max(1.0, low[1]))]
    corners += [(min(view.width() - 2.0, high[0]), min(view.height() - 2.0, high[1]))]
    draw(view.plotter, corners)
    assert len(studio.project.selected) == len(studio.project.chairs)
    panel = studio.window.selection
    click_tab(studio, "Selection")
    click_middle(panel.average_button)
    shown(studio, qtbot)
    codes = studio.latent.map.codes if studio.latent.map is not None else None
    assert codes is not None
    assert studio.latent.probe is not None
    np.testing.assert_allclose(studio.latent.probe.code, codes.mean(axis=0), atol=1e-4)
    QTest.keyClick(studio.window, Qt.Key.Key_Escape)


def walk_and_lay_a_sheet(studio: Studio, qtbot: QtBot) -> None:
    """A walk over the means along the density; a sheet, and a strip for each direction."""
    window = studio.window
    click_tab(studio, "Walk")
    click_middle(window.walk.empty.button("means"))
    qtbot.waitUntil(lambda: studio.walk.paths is not None, timeout=A_MINUTE)
    paths = studio.walk.paths
    assert paths is not None
    assert paths.along.minimum >= paths.straight.minimum - 1e-6
    sheet = window.sheet
    click_tab(studio, "Sheet")
    qtbot.waitUntil(lambda: sheet.is_seen, timeout=A_MINUTE)
    all_drawn(studio, qtbot)
    choose_from_list(sheet.kind, "Strip per axis")
    all_drawn(studio, qtbot)
    assert studio.sheet.sheet is not None
    latent = studio.sheet.sheet.codes.shape[2]
    assert studio.sheet.sheet.codes.shape[0] == min(latent, studio.sheet.settings.strips)


def all_drawn(studio: Studio, qtbot: QtBot) -> None:
    """Until the sheet has every picture."""

    def are() -> bool:
        sheet = studio.sheet.sheet
        return sheet is not None and studio.window.sheet.grid.drawn == sheet.codes[..., 0].size

    qtbot.waitUntil(are, timeout=A_MINUTE)


def keep_and_come_back(studio: Studio, view: LatentView, qtbot: QtBot) -> None:
    """A bookmark, elsewhere, back by undo and by the bookmark."""
    click(view.plotter, *empty_pixel(view))
    settled(studio, qtbot)
    there = studio.places.here()
    QTest.keyClick(studio.window, Qt.Key.Key_D, CONTROL)
    settled(studio, qtbot)
    click_chair(studio, 2)
    settled(studio, qtbot)
    click_middle(tool_button(studio, "Undo"))
    settled(studio, qtbot)
    assert studio.places.here().key == there.key
    click_chair(studio, 5)
    settled(studio, qtbot)
    click_tab(studio, "Bookmarks")
    cards = studio.window.bookmarks.list
    middle = middle_of_card(cards, 0)
    double_click(cards.viewport(), middle.x(), middle.y())
    settled(studio, qtbot)
    assert studio.places.here() == there
    click_tab(studio, "Library")


def find_and_take_out(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    """A dropped mesh is found; what is decoded leaves as a surface in own units."""
    window = studio.window
    write_obj(tmp_path / "stool.obj", stool_mesh())
    drop_over(studio, window.latent.view, tmp_path / "stool.obj", lambda: None)
    qtbot.waitUntil(window.latent.found.isVisible, timeout=A_MINUTE)
    click_chair(studio, 3)
    shown(studio, qtbot)
    QTest.keyClick(window, Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: window.findChild(ExportDialog) is not None)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    write(dialog.folder, str(tmp_path / "out"))
    choose_from_list(dialog.form, dialog.form.itemText(dialog.form.findData("skin")))
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_MINUTE):
        QTest.mouseClick(dialog.export_button, LEFT)
    files = [path for path in (tmp_path / "out").iterdir() if path.suffix != ".json"]
    assert len(trimesh.load(files[0], force="mesh").faces) > 100


def go_back_in_time(studio: Studio, qtbot: QtBot) -> None:
    """The first kept epoch, by a click on the bar."""
    time = studio.window.latent.time
    QTest.mouseClick(time.slider, LEFT, NO_KEY, QPoint(2, time.slider.height() // 2))
    qtbot.waitUntil(lambda: studio.latent.epoch is not None, timeout=A_MINUTE)
    shown(studio, qtbot)
