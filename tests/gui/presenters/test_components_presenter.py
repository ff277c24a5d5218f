"""Components as things: named, shown alone, sampled in a gallery, steered towards."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core.component_names import NAMES_FILE, read_component_names
from core.export import FORMAT
from core.steering import CERTAIN
from core.training.run import Run
from mogvae_gui.presenters import components_presenter
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.component_gallery import ComponentGallery
from mogvae_gui.views.export_dialog import ExportDialog
from tests.gui.conftest import A_WHILE
from tests.gui.mouse import LEFT, NO_KEY, double_click
from tests.small_project import COMPONENTS, RUN


@pytest.fixture
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures that are drawn in a moment."""
    monkeypatch.setattr(components_presenter, "AT_ONCE", 3)
    monkeypatch.setattr(components_presenter, "PICTURE", 16)


def run_of(studio: Studio) -> Run:
    project = studio.project.project
    assert project is not None
    return Run.open(project.runs_folder / RUN)


def row_of(studio: Studio, component: int) -> QPoint:
    components = studio.window.latent.components
    studio.window.latent.show_tab("components")
    QApplication.processEvents()  # laid out when first seen
    components.scrollToItem(components._items()[component])
    return components.visualItemRect(components._items()[component]).center()


def rename(studio: Studio, component: int, name: str) -> None:
    """As a hand does: click, F2, type, Enter."""
    components = studio.window.latent.components
    QTest.mouseClick(components.viewport(), LEFT, NO_KEY, row_of(studio, component))
    components.rename_action.trigger()
    editor = components.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, name)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    for _ in range(3):
        QApplication.processEvents()  # the delegate takes it in a moment


@pytest.mark.usefixtures("paints")
def test_that_a_name_is_kept_with_the_run_and_shown_wherever_the_component_is(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio, panel = open_studio, open_studio.window.latent
    rename(studio, 1, "Stools")

    assert read_component_names(run_of(studio).folder) == {1: "Stools"}
    assert panel.components._items()[1].text(0) == "Stools"
    assert panel.steering.towards.itemText(1) == "Stools"
    panel.components.component_chosen.emit(1)
    qtbot.waitUntil(
        lambda: studio.window.stage.reconstruction.title.text() == "Stools", timeout=A_WHILE
    )
    studio.latent.run_name = None
    assert studio.latent.name_of(1) == "Component 2"
    studio.latent.run_name = RUN
    assert studio.latent.name_of(1) == "Stools"

    rename(studio, 1, " ")
    assert read_component_names(run_of(studio).folder) == {}
    assert panel.components._items()[1].text(0) == "2"


def test_that_a_name_follows_into_walk_slots_bookmarks_and_the_way_back(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio, window = open_studio, open_studio.window
    studio.walks.add_component(1)
    window.selection.slot_filled.emit("A", "component:1")
    rename(studio, 1, "Stools")

    assert [card.label for card in window.walk.strip.cards] == ["Stools"]
    offered = [action.text() for action in window.walk._components.actions()]
    assert offered == ["Component 1", "Stools", "Component 3"]
    assert "Stools" in window.selection.slots["A"].toolTip()
    studio.walks.add_component(1)
    assert studio.walk.stops[1].label == "Stools"

    window.latent.components.component_chosen.emit(1)
    qtbot.waitUntil(lambda: window.stage.reconstruction.title.text() == "Stools", timeout=A_WHILE)
    studio.history.settle()
    window.bookmarks.add_action.trigger()
    assert [one.name for one in studio.bookmarks.bookmarks] == ["Stools"]
    studio.probe.go_to((0.0, 0.0, 0.0))
    studio.history.settle()
    assert "Back to Stools" in window.back_action.toolTip()

    rename(studio, 1, " ")
    assert [stop.label for stop in studio.walk.stops] == ["Component 2"] * 2


def test_that_damaged_names_are_a_sentence_and_the_numbers_are_back(open_studio: Studio) -> None:
    studio = open_studio
    (run_of(studio).folder / NAMES_FILE).write_text("{")
    studio.latent.run_name = None
    studio.latent.run_name = RUN

    (banner,) = studio.window.banners.banners
    assert "Delete the file" in banner.sentence
    assert studio.latent.component_names == {}


def test_that_one_component_is_shown_alone_and_all_again(open_studio: Studio) -> None:
    studio, components = open_studio, open_studio.window.latent.components
    components.setCurrentItem(components._items()[2])
    components.solo_action.trigger()
    assert studio.latent.hidden_components == frozenset({0, 1})
    shown = studio.window.latent.view._ellipsoids
    assert [ellipsoid.component for ellipsoid in shown] == [2]
    assert components._items()[0].checkState(0) == Qt.CheckState.Unchecked

    components.all_action.trigger()
    assert len(studio.window.latent.view._ellipsoids) == COMPONENTS


def test_that_a_double_click_opens_a_gallery_whose_samples_are_gone_to_and_exported(
    open_studio: Studio, few_samples: None, tmp_path: Path, qtbot: QtBot
) -> None:
    studio, components = open_studio, open_studio.window.latent.components
    place = row_of(studio, 2)
    double_click(components.viewport(), place.x(), place.y())
    gallery = studio.window.findChild(ComponentGallery)
    assert gallery is not None
    qtbot.waitUntil(lambda: gallery.samples.count() == 3, timeout=A_WHILE)
    QTest.mouseClick(gallery.more_button, LEFT)
    qtbot.waitUntil(lambda: gallery.samples.count() == 6, timeout=A_WHILE)
    assert [gallery.samples.item(n).text() for n in (0, 5)] == ["seed 0", "seed 5"]

    model = run_of(studio).model()
    view = gallery.samples
    for row, keys in ((4, NO_KEY), (1, Qt.KeyboardModifier.ControlModifier)):
        place = view.visualItemRect(view.item(row)).center()
        QTest.mouseClick(view.viewport(), LEFT, keys, place)
    wanted = model.sample(1, seed=1, component=2)
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == pytest.approx(tuple(wanted[0]))
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.title == "Component 3, sample of seed 1"
        ),
        timeout=A_WHILE,
    )

    assert gallery.export_button.text() == "Export 2…"
    QTest.mouseClick(gallery.export_button, LEFT)
    qtbot.waitUntil(lambda: studio.window.findChild(ExportDialog) is not None)
    dialog = studio.window.findChild(ExportDialog)
    assert dialog is not None
    dialog.folder.setText(str(tmp_path / "out"))
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        QTest.mouseClick(dialog.export_button, LEFT)
    notes = [json.loads(path.read_text()) for path in sorted((tmp_path / "out").glob("*.json"))]
    assert [(note["kind"], note["seed"], note["component"]) for note in notes] == [
        ("sample", 1, 3),
        ("sample", 4, 3),
    ]
    assert notes[0]["code"] == pytest.approx(wanted[0].tolist())
    assert notes[0]["format"] == FORMAT
    gallery.close()


def test_that_an_epoch_of_a_training_does_not_take_the_steering_slider_from_under_a_hand(
    open_studio: Studio,
) -> None:
    studio, row = open_studio, open_studio.window.latent.steering
    latent_map = studio.latent.map
    assert latent_map is not None
    assert latent_map.components is not None
    studio.probe.go_to(tuple(float(value) for value in latent_map.components.means[0] + 0.7))
    row.component_chosen.emit(2)
    row.slider.setSliderDown(True)
    row.slider.setValue(60)
    assert studio.latent.probe is not None
    there = studio.latent.probe.code

    moved = dataclasses.replace(latent_map.components, means=latent_map.components.means + 0.01)
    studio.latent.map = dataclasses.replace(latent_map, components=moved)

    assert row.slider.value() == 60
    row.slider.setValue(70)
    row.slider.setValue(60)
    assert studio.latent.probe.code == there
    row.slider.setSliderDown(False)
    assert row.slider.value() == 0  # the next way begins here, towards where the component is now
    row.slider.setValue(100)
    assert studio.latent.probe.code != there
    studio.latent.map = dataclasses.replace(latent_map)
    assert row.slider.value() == 0  # no hand is on it


def test_that_steering_raises_the_responsibility_step_by_step(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio, row = open_studio, open_studio.window.latent.steering
    latent_map = studio.latent.map
    assert latent_map is not None
    assert latent_map.components is not None
    start = tuple(float(value) for value in latent_map.components.means[0] + 0.7)
    studio.probe.go_to(start)
    row.component_chosen.emit(2)
    model = run_of(studio).model()
    seen = []
    for value in range(0, 101, 10):
        row.slider.setValue(value)
        assert studio.latent.probe is not None
        code = np.array([studio.latent.probe.code], dtype=np.float32)
        seen.append(float(model.responsibilities(code)[0, 2]))
        assert row.slider.value() == value
        assert row.share.text() == f"{seen[-1]:.0%}"
    assert (np.diff(np.minimum(seen, CERTAIN)) >= -1e-6).all()
    assert seen[-1] > seen[0]

    row.slider.setValue(0)
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == pytest.approx(start)
    row.slider.setValue(60)
    studio.probe.go_to((0.0, 0.0, 0.0))  # put elsewhere: a new way begins
    assert row.slider.value() == 0
