"""A file dropped on the latent space is found, not added; an exported JSON opens its view."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from core.places import Place
from mogvae_gui.presenters import history_presenter
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.export_dialog import ExportChoice
from tests.gui.conftest import A_WHILE
from tests.gui.mouse import drag
from tests.gui.presenters.test_history_presenter import (
    choose,
    move_probe,
    state_of,
    wait_until_decoded,
)
from tests.small_project import CHAIRS
from tests.small_shapes import chair_mesh, stool_mesh, write_obj, write_off

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_presenter, "SETTLED_MS", 3_600_000)


def drop_at(studio: Studio, target: QWidget, paths: list[Path]) -> None:
    """Drag files into the window, over a widget, and let them fall."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = target.mapTo(studio.window, target.rect().center())
    for event in (
        QDragEnterEvent(QPoint(5, 5), COPY, content, LEFT, NO_KEY),
        QDragMoveEvent(place, COPY, content, LEFT, NO_KEY),
        QDropEvent(QPointF(place), COPY, content, LEFT, NO_KEY),
    ):
        QApplication.sendEvent(studio.window, event)
        assert event.isAccepted()


def wait_until_found(studio: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(studio.window.latent.found.isVisible, timeout=A_WHILE)


def test_that_a_shape_dropped_on_the_space_is_shown_with_its_neighbours_and_stays_out(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    file = tmp_path / "mine.obj"
    write_obj(file, stool_mesh())
    drop_at(studio, studio.window.latent.view, [file])
    wait_until_found(studio, qtbot)

    assert len(studio.project.chairs) == CHAIRS
    assert not studio.project.selected
    original, reconstruction = studio.stage.original, studio.stage.reconstruction
    assert original is not None
    assert reconstruction is not None
    assert original.title == "mine"
    assert reconstruction.title == "Reconstruction of mine"
    assert original.error is not None
    assert studio.stage.metrics is not None
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == reconstruction.code

    # The slow, obvious twin: distances between codes, by hand.
    latent_map = studio.latent.map
    assert latent_map is not None
    code = np.array(studio.latent.probe.code)
    distances = [float(np.sqrt(((code - each) ** 2).sum())) for each in latent_map.codes]
    nearest = sorted(range(CHAIRS), key=distances.__getitem__)
    strip = studio.window.latent.found
    ids = [card.property("chairId") for card in strip.cards]
    assert ids == [latent_map.chair_ids[row] for row in nearest[: len(ids)]]
    assert len(ids) == 4

    strip.cards[1].click()
    wait_until_decoded(studio, qtbot)
    assert studio.project.selected == (ids[1],)
    assert strip.isVisible()
    strip.return_button.click()
    assert studio.stage.reconstruction is not None
    assert studio.stage.reconstruction.title == "Reconstruction of mine"


def test_that_undo_comes_back_to_a_shape_that_was_found_and_redo_to_the_neighbour(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    wait_until_decoded(studio, qtbot)
    studio.history.settle()
    states = [state_of(studio)]
    write_obj(tmp_path / "mine.obj", stool_mesh())
    drop_at(studio, studio.window.latent.view, [tmp_path / "mine.obj"])
    wait_until_found(studio, qtbot)
    shown = studio.stage.metrics
    strip = studio.window.latent.found
    steps: list[Callable[[], object]] = [
        lambda: None,  # what was found
        lambda: strip.cards[1].click(),
        lambda: strip.return_button.click(),
        lambda: move_probe(studio),  # with the found shape beside it
        lambda: choose(studio, 2),
    ]
    for step in steps:
        step()
        wait_until_decoded(studio, qtbot)
        studio.history.settle()
        states.append(state_of(studio))

    studio.window.latent.found.close_button.click()  # it is held all the same
    for expected in reversed(states[:-1]):
        studio.window.undo_action.trigger()
        wait_until_decoded(studio, qtbot)
        assert state_of(studio) == expected
    for expected in states[1:]:
        studio.window.redo_action.trigger()
        wait_until_decoded(studio, qtbot)
        assert state_of(studio) == expected
        if expected == states[1]:
            assert studio.stage.original is not None
            assert studio.stage.original.title == "mine"
            assert studio.stage.original.error is not None
            assert studio.stage.reconstruction is not None
            assert studio.stage.reconstruction.title == "Reconstruction of mine"
            assert studio.stage.metrics is not None
            assert shown is not None
            assert studio.stage.metrics.cd_1 == shown.cd_1
    assert not studio.window.redo_action.isEnabled()


def test_that_what_was_found_comes_in_when_asked_and_only_then(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    file = tmp_path / "mine.off"
    write_off(file, chair_mesh())
    drop_at(studio, studio.window.latent.view, [file])
    wait_until_found(studio, qtbot)

    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.window.latent.found.add_button.click()
    assert [chair.name for chair in studio.project.chairs[CHAIRS:]] == ["mine"]
    assert not studio.window.latent.found.add_button.isEnabled()
    studio.window.latent.found.close_button.click()
    assert not studio.window.latent.found.isVisible()


def test_that_a_drop_beside_the_space_is_an_import(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    write_off(tmp_path / "mine.off", chair_mesh())
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        drop_at(open_studio, open_studio.window.stage, [tmp_path / "mine.off"])

    assert len(open_studio.project.chairs) == CHAIRS + 1
    assert not open_studio.window.latent.found.isVisible()


def test_that_a_folder_on_the_space_is_a_sentence_and_no_import(
    open_studio: Studio, tmp_path: Path
) -> None:
    (tmp_path / "Stools").mkdir()
    write_off(tmp_path / "Stools" / "mine.off", chair_mesh())

    drop_at(open_studio, open_studio.window.latent.view, [tmp_path / "Stools"])

    (banner,) = open_studio.window.banners.banners
    assert "Stools is a folder" in banner.sentence
    assert "beside the latent space" in banner.sentence
    assert not open_studio.jobs.is_busy
    assert len(open_studio.project.chairs) == CHAIRS


def test_that_the_menu_finds_a_file_that_is_chosen_as_a_drop_does(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio, action = open_studio, open_studio.window.latent.find_action
    write_obj(tmp_path / "mine.obj", stool_mesh())
    assert action.isEnabled()
    action.trigger()
    dialog = studio.window.findChild(QFileDialog)
    assert dialog is not None
    assert "*.obj" in dialog.nameFilters()[0]
    dialog.selectFile(str(tmp_path / "mine.obj"))
    dialog.fileSelected.emit(str(tmp_path / "mine.obj"))
    dialog.close()

    wait_until_found(studio, qtbot)
    assert studio.stage.original is not None
    assert studio.stage.original.title == "mine"
    assert len(studio.project.chairs) == CHAIRS
    studio.projects.make(tmp_path / "Other")
    assert not action.isEnabled()  # there is no latent space to find it in


def test_that_a_file_that_is_no_shape_is_a_sentence_and_changes_nothing(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    before = open_studio.stage.reconstruction
    (tmp_path / "letter.obj").write_text("dear aunt\n")
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        drop_at(open_studio, open_studio.window.latent.view, [tmp_path / "letter.obj"])

    assert "letter.obj" in open_studio.window.banners.banners[0].sentence
    assert not open_studio.window.latent.found.isVisible()
    assert open_studio.stage.reconstruction is before


def test_that_another_run_or_project_forgets_what_was_found(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    write_off(tmp_path / "mine.off", chair_mesh())
    drop_at(open_studio, open_studio.window.latent.view, [tmp_path / "mine.off"])
    wait_until_found(open_studio, qtbot)

    open_studio.projects.make(tmp_path / "Other")

    assert not open_studio.window.latent.found.isVisible()


# Exported views


def drop_view(studio: Studio, target: QWidget, file: Path, qtbot: QtBot) -> None:
    """Drop a JSON and wait until it is read."""
    drop_at(studio, target, [file])
    qtbot.waitUntil(lambda: not studio.exported_views.is_reading, timeout=A_WHILE)


def export_shown(studio: Studio, folder: Path, qtbot: QtBot) -> Path:
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.exports.export(
            ExportChoice("shown-reconstruction", "ply", own_units=True, folder=folder)
        )
    (file,) = folder.glob("*.json")
    return file


@pytest.mark.parametrize("on_chair", [True, False])
def test_that_the_json_beside_an_exported_shape_opens_that_very_view(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot, on_chair: bool
) -> None:
    studio = open_studio
    choose(studio, 5, 6)
    if not on_chair:
        move_probe(studio)
    wait_until_decoded(studio, qtbot)
    drag(studio.window.stage.original.view.plotter, (60, 60), (120, 80))
    drag(studio.window.latent.view.plotter, (20, 20), (60, 30))
    there = state_of(studio)
    file = export_shown(studio, tmp_path / "out", qtbot)

    choose(studio, 2)
    wait_until_decoded(studio, qtbot)
    studio.window.stage.reset_action.trigger()
    studio.window.latent.reset_action.trigger()
    assert state_of(studio) != there
    drop_view(studio, studio.window.stage, file, qtbot)
    wait_until_decoded(studio, qtbot)

    assert state_of(studio) == there
    assert len(studio.project.chairs) == CHAIRS


def test_that_a_json_of_an_earlier_version_opens_as_much_as_it_tells(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    file = export_shown(studio, tmp_path / "out", qtbot)
    content = json.loads(file.read_text())
    del content["view"]
    content["code"] = [0.5, 0.25, -0.5]
    content["chair"] = studio.project.chairs[4].name
    file.write_text(json.dumps(content))

    drop_view(studio, studio.window.stage, file, qtbot)
    wait_until_decoded(studio, qtbot)

    here = studio.places.here()
    assert here.code == (0.5, 0.25, -0.5)
    assert here.chair_ids == (studio.project.chairs[4].id,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"run": "elsewhere", "view": None}, "elsewhere"),
        ({"format": 99}, "newer version"),
        ({"view": {"code": ["x"]}}, "leads to no view"),
        ({"kind": None, "units": None, "settings": 3, "view": 7}, "leads to no view"),
    ],
)
def test_that_a_json_that_leads_nowhere_is_a_sentence(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot, change: dict[str, object], words: str
) -> None:
    before = open_studio.places.here()
    file = export_shown(open_studio, tmp_path / "out", qtbot)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))

    drop_view(open_studio, open_studio.window.latent.view, file, qtbot)

    assert words in open_studio.window.banners.banners[0].sentence
    assert open_studio.places.here() == before


def test_that_json_of_other_programs_is_refused_with_words(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    for name, text in (("a.json", "{"), ("b.json", "[]"), ("c.json", '{"kind": "x"}')):
        (tmp_path / name).write_text(text)
        drop_view(open_studio, open_studio.window.stage, tmp_path / name, qtbot)
        assert name in open_studio.window.banners.banners[0].sentence
    assert open_studio.places.here() != Place()
