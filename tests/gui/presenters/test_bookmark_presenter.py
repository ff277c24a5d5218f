"""Bookmarks: kept in the project, found again after a start, never lost by a mistake."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from core.project import Project
from core.project_lock import ProjectLock
from mogvae_gui.presenters import history_presenter
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.bookmarks_panel import BookmarksPanel
from tests.gui.conftest import A_WHILE
from tests.gui.mouse import double_click, drag
from tests.gui.presenters.test_history_presenter import choose, move_probe, wait_until_decoded


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_presenter, "SETTLED_MS", 3_600_000)


def names(studio: Studio) -> list[str]:
    return [bookmark.name for bookmark in studio.bookmarks.bookmarks]


def add(studio: Studio) -> None:
    studio.window.bookmarks.add_action.trigger()


def cards(panel: BookmarksPanel) -> list[str]:
    model = panel.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def document(studio: Studio) -> list[str]:
    assert studio.project.project is not None
    content = json.loads((studio.project.project.folder / "bookmarks.json").read_text())
    return [entry["name"] for entry in content["bookmarks"]]


def test_that_a_bookmark_leads_back_exactly_even_after_a_new_start(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio = open_studio
    move_probe(studio)
    wait_until_decoded(studio, qtbot)
    drag(studio.window.stage.original.view.plotter, (60, 60), (110, 80))
    there = studio.places.here()
    add(studio)
    choose(studio, 7)
    wait_until_decoded(studio, qtbot)
    studio.window.stage.reset_action.trigger()
    add(studio)
    assert names(studio) == ["Place", studio.project.chairs[7].name]
    assert all(one.picture.startswith(b"\x89PNG") for one in studio.bookmarks.bookmarks)

    folder = studio.project.project.folder  # type: ignore[union-attr]
    studio.projects.make(folder.parent / "Other")
    assert not studio.bookmarks.bookmarks
    studio.projects.open_folder(folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)
    panel = studio.window.bookmarks
    assert cards(panel) == names(studio)
    studio.window.bookmarks_dock.raise_()
    qtbot.waitUntil(panel.list.isVisible)

    place = panel.list.visualRect(panel.list.model().index(0, 0)).center()
    double_click(panel.list.viewport(), place.x(), place.y())

    wait_until_decoded(studio, qtbot)
    assert studio.places.here() == there


def test_that_adding_renaming_and_deleting_can_be_undone(open_studio: Studio) -> None:
    studio, panel = open_studio, open_studio.window.bookmarks
    add(studio)
    add(studio)
    first, second = names(studio)
    assert second == f"{first} 2"
    panel.rename_requested.emit(studio.bookmarks.bookmarks[0].id, "Throne")
    panel.delete_requested.emit([studio.bookmarks.bookmarks[1].id])
    assert names(studio) == document(studio) == cards(panel) == ["Throne"]

    for expected in (["Throne", second], [first, second], [first], []):
        studio.window.undo_action.trigger()
        assert names(studio) == document(studio) == cards(panel) == expected
    for expected in ([first], [first, second], ["Throne", second], ["Throne"]):
        studio.window.redo_action.trigger()
        assert names(studio) == document(studio) == cards(panel) == expected


def test_that_a_name_typed_into_a_card_renames_and_one_that_is_taken_gets_a_number(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio, panel = open_studio, open_studio.window.bookmarks
    add(studio)
    add(studio)
    studio.window.bookmarks_dock.raise_()
    qtbot.waitUntil(panel.list.isVisible)
    for row, typed, expected in (
        (0, "Throne", "Throne"),
        (1, "Throne", "Throne 2"),
        (1, "  ", "Throne 2"),  # no name at all
    ):
        panel.list.setCurrentIndex(panel.list.model().index(row, 0))
        panel.rename_action.trigger()
        editor = panel.list.findChildren(QLineEdit)[-1]
        QTest.keyClicks(editor, typed)
        with qtbot.waitSignal(panel.rename_requested):
            QTest.keyClick(editor, Qt.Key.Key_Return)
        assert names(studio)[row] == cards(panel)[row] == expected


def test_that_a_bookmark_that_the_disk_refuses_is_told_and_not_shown(
    open_studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.project.write_json", full)
    add(open_studio)

    assert "No space left" in open_studio.window.banners.banners[0].sentence
    assert names(open_studio) == cards(open_studio.window.bookmarks) == []
    assert not open_studio.window.undo_action.isEnabled()


@pytest.mark.parametrize("content", ["{", '{"format": 1, "bookmarks": [7]}'])
def test_that_bookmarks_that_cannot_be_read_are_kept_as_they_were(
    studio: Studio, own_project: Project, qtbot: QtBot, content: str
) -> None:
    file = own_project.folder / "bookmarks.json"
    file.write_text(content)
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)
    (banner,) = [one for one in studio.window.banners.banners if "kept as" in one.sentence]
    assert banner.kind == "warning"

    add(studio)

    (copy,) = own_project.folder.glob("bookmarks.damaged*")
    assert copy.name in banner.sentence
    assert copy.read_text() == content
    assert len(document(studio)) == 1


def test_that_bookmarks_of_a_newer_program_are_not_written_over(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    file = own_project.folder / "bookmarks.json"
    file.write_text('{"format": 99}')
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)

    add(studio)

    assert file.read_text() == '{"format": 99}'
    assert names(studio) == []
    assert any("newer" in banner.sentence for banner in studio.window.banners.banners)
    assert not list(own_project.folder.glob("*damaged*"))


def test_that_one_copy_of_damaged_bookmarks_is_enough(
    studio: Studio, own_project: Project, qtbot: QtBot, tmp_path: Path
) -> None:
    file = own_project.folder / "bookmarks.json"
    file.write_text('{"format": 1, "bookmarks": [7]}')
    for _ in range(2):
        studio.projects.open_folder(own_project.folder)
        qtbot.waitUntil(lambda: studio.project.project is not None and not studio.jobs.is_busy)
        studio.projects.make(tmp_path / f"Other {len(list(tmp_path.iterdir()))}")
    assert [path.name for path in own_project.folder.glob("*damaged*")] == [
        "bookmarks.damaged.json"
    ]


def test_that_looking_at_damaged_bookmarks_writes_nothing(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    (own_project.folder / "bookmarks.json").write_text('{"format": 1, "bookmarks": [7]}')
    with ProjectLock.take(own_project.folder, "mogvae train"):
        studio.projects.open_folder(own_project.folder)
        qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)
    assert not list(own_project.folder.glob("*damaged*"))
    sentences = [banner.sentence for banner in studio.window.banners.banners]
    assert "Some bookmarks could not be read. The file is left as it is." in sentences


def test_that_without_anything_to_keep_there_is_no_bookmark(studio: Studio, tmp_path: Path) -> None:
    studio.projects.make(tmp_path / "Empty")
    assert not studio.window.bookmarks.add_action.isEnabled()
    assert not studio.window.bookmarks.empty.button("add").isEnabled()

    studio.bookmark_presenter.add()

    assert names(studio) == []
