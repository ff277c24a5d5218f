"""The rows of the library: pictures asked for once, and only when somebody looks."""

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QSignalSpy
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from mogvae_gui.views import library_model
from mogvae_gui.views.library_model import CHAIR_ID, SPLIT, ChairRow, LibraryModel
from tests.gui.spies import said

PICTURE = int(Qt.ItemDataRole.DecorationRole)


def rows(count: int) -> list[ChairRow]:
    return [
        ChairRow(f"c{n}", f"chair {n}", "test" if n % 5 == 4 else "train", f"about {n}")
        for n in range(count)
    ]


def picture(value: int = 255) -> np.ndarray:
    return np.full((8, 8, 4), value, dtype=np.uint8)


@pytest.fixture
def model(qtbot: QtBot) -> LibraryModel:
    model = LibraryModel()
    model.show_rows(rows(10))
    return model


def test_that_it_keeps_the_contract_of_item_models(
    model: LibraryModel, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.show_rows(rows(3))
    model.show_thumbnail("c1", picture())
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.show_rows([])
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def test_that_a_row_says_what_the_chair_is(model: LibraryModel) -> None:
    index = model.index_of("c4")

    assert index.data() == "chair 4"
    assert index.data(CHAIR_ID) == "c4"
    assert index.data(SPLIT) == "test"
    assert "about 4" in index.data(int(Qt.ItemDataRole.ToolTipRole))
    assert not model.index_of("gone").isValid()


def test_that_a_picture_is_asked_for_once_and_kept(model: LibraryModel) -> None:
    wanted = QSignalSpy(model.thumbnail_wanted)
    index = model.index_of("c2")
    assert index.data(PICTURE) is None
    assert index.data(PICTURE) is None
    assert [args[0] for args in said(wanted)] == ["c2"]
    changed = QSignalSpy(model.dataChanged)

    model.show_thumbnail("c2", picture())

    assert changed.count() == 1
    assert isinstance(index.data(PICTURE), QPixmap)
    model.show_rows(rows(10))
    assert isinstance(model.index_of("c2").data(PICTURE), QPixmap)
    assert wanted.count() == 1


def test_that_a_picture_of_a_chair_that_is_not_listed_waits_for_it(model: LibraryModel) -> None:
    model.show_thumbnail("c15", picture())
    wanted = QSignalSpy(model.thumbnail_wanted)

    model.show_rows(rows(20))

    assert isinstance(model.index_of("c15").data(PICTURE), QPixmap)
    assert wanted.count() == 0


def test_that_the_pixels_outlive_the_array_they_came_from(model: LibraryModel) -> None:
    image = picture(200)
    model.show_thumbnail("c0", image)
    image[:] = 0
    shown = model.thumbnail("c0")

    assert shown is not None
    assert shown.toImage().pixelColor(3, 3).alpha() == 200


def test_that_forgotten_pictures_are_asked_for_again(model: LibraryModel) -> None:
    model.show_thumbnail("c0", picture())
    model.forget_thumbnails()
    wanted = QSignalSpy(model.thumbnail_wanted)

    assert model.index_of("c0").data(PICTURE) is None
    assert wanted.count() == 1


def test_that_only_so_many_pictures_are_kept_and_the_longest_unseen_goes(
    model: LibraryModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_model, "KEPT_THUMBNAILS", 3)
    for number in range(3):
        model.show_thumbnail(f"c{number}", picture())
    model.index_of("c0").data(PICTURE)  # seen again, so c1 is the longest unseen

    model.show_thumbnail("c3", picture())

    assert [n for n in range(4) if model.thumbnail(f"c{n}") is None] == [1]


@pytest.mark.parametrize(("typed", "names"), [("  Throne ", ["Throne"]), ("", []), ("chair 3", [])])
def test_that_a_new_name_is_said_and_an_empty_or_equal_one_is_not(
    model: LibraryModel, typed: str, names: list[str]
) -> None:
    renamed = QSignalSpy(model.renamed)

    model.setData(model.index_of("c3"), typed)

    assert [args[1] for args in said(renamed)] == names
    assert model.index_of("c3").data() == "chair 3"  # the state decides, then shows it


def test_that_an_editor_of_a_row_that_went_meanwhile_changes_nothing(model: LibraryModel) -> None:
    index = model.index_of("c9")
    renamed = QSignalSpy(model.renamed)
    model.show_rows(rows(3))

    assert not model.setData(index, "late")
    assert not model.setData(QModelIndex(), "nobody")
    assert renamed.count() == 0
