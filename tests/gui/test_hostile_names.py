"""Names with tags, line ends, reversing marks or 4,096 letters do nothing in the window."""

import json
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.project import Project
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.import_report_dialog import ImportReportDialog
from tests.gui.conftest import A_WHILE
from tests.small_project import RUN
from tests.small_shapes import chair_mesh, write_off

TAG = "<img src=x:y><b>"
HTML = f'{TAG}bold</b>& "quoted" \'n'
NAMES = (
    HTML,
    f"line\r\nend {TAG}",
    f"right\u202eto\u2066left {TAG}",
    f"{TAG}{'x' * 4096}",
    f"{TAG}\x1b[31m\x00\u200b\ufeff",
    "=HYPERLINK(1)",
    "\n\u202e",
)
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole)


@pytest.fixture
def hostile_project(own_project: Project, tmp_path: Path) -> Path:
    """A project in which whatever has a name has a bad one."""
    folder = tmp_path / "<b>folder<img src=x:y>"
    shutil.copytree(own_project.folder, folder)
    index_path = folder / "library" / "index.json"
    index = json.loads(index_path.read_text(encoding="utf-8"))
    chairs = index["chairs"]
    for key in ("name", "source"):
        chairs[key][: len(NAMES)] = NAMES
    for metadata in chairs["metadata"]:
        metadata |= {"family": HTML, "creator": HTML, "category": HTML}
    index_path.write_text(json.dumps(index), encoding="utf-8")
    project = json.loads((folder / "project.json").read_text(encoding="utf-8"))
    project["name"] = f"{HTML}\n\u202e{'y' * 4096}"
    (folder / "project.json").write_text(json.dumps(project), encoding="utf-8")
    (folder / "runs" / RUN).rename(folder / "runs" / "<b>run<img src=x:y>")
    (folder / "runs" / "left\u202eout\n").mkdir()
    return folder


@pytest.fixture
def hostile_studio(studio: Studio, hostile_project: Path, qtbot: QtBot) -> Studio:
    studio.projects.open_folder(hostile_project)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)
    return studio


# PySide6 has it among the things of QtGui, where the types do not know it.
might_be_html: Callable[[str], bool] = vars(QtGui.Qt)["mightBeRichText"]


def rows_of(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[QModelIndex]:
    for row in range(model.rowCount(parent)):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
        for column in range(columns):
            index = model.index(row, column, parent)
            yield index
            yield from rows_of(model, index)


def shown_texts(window: QWidget) -> Iterator[tuple[str, str, bool]]:
    """Where, which text, and whether Qt would read tags in it."""
    for thing in [window, *window.findChildren(QObject)]:
        where = f"{type(thing).__name__} {thing.objectName()}"
        if isinstance(thing, QLabel):
            as_html = thing.textFormat() != Qt.TextFormat.PlainText
            yield f"{where} text", thing.text(), as_html and might_be_html(thing.text())
        if isinstance(thing, QAction):
            yield f"{where} text", thing.text(), False
        if isinstance(thing, QWidget):
            yield f"{where} title", thing.windowTitle(), False
        if isinstance(thing, QAction | QWidget):
            yield f"{where} tooltip", thing.toolTip(), might_be_html(thing.toolTip())
            yield f"{where} help", thing.whatsThis(), might_be_html(thing.whatsThis())
        if isinstance(thing, QAbstractItemView | QComboBox):
            model = thing.model()
            for index in rows_of(model, QModelIndex()) if model is not None else ():
                for role in ROLES:
                    text = str(index.data(int(role)) or "")
                    is_tip = role == Qt.ItemDataRole.ToolTipRole
                    yield f"{where} {role.name}", text, is_tip and might_be_html(text)


def shows(label: QLabel, text: str) -> bool:
    return label.text() == text


def assert_harmless(window: QWidget) -> int:
    """Check every text that the window shows or would; how many of them carry a bad name."""
    met = 0
    for where, text, as_html in shown_texts(window):
        met += TAG[:8] in text or "&lt;img" in text
        assert not (as_html and "<img" in text), f"{where} would show a picture: {text[:200]}"
        assert not (as_html and "<b>bold" in text), f"{where} would be bold: {text[:200]}"
        invisible = [
            f"U+{ord(letter):04X}"
            for letter in text
            if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") and letter != "\n"
        ]
        assert not invisible, f"{where} holds {invisible}: {text[:200]!r}"
        assert len(text) < 2000, f"{where} is {len(text)} letters long"
    return met


def test_that_bad_names_of_a_project_are_shown_as_they_are(hostile_studio: Studio) -> None:
    window = hostile_studio.window
    assert assert_harmless(window) > 10
    names = [chair.name for chair in hostile_studio.project.chairs]
    assert names[0] == HTML
    assert names[1] == f"line end {TAG}"
    assert names[2] == f"right to left {TAG}"
    assert len(names[3]) == 120
    assert names[6] == "chair"
    assert any("left out" in banner.sentence for banner in window.banners.banners)
    # However long a name, the window fits the smallest screen it is made for.
    assert window.minimumSizeHint().width() <= 1280


def test_that_bad_names_stay_harmless_whatever_is_chosen(
    hostile_studio: Studio, qtbot: QtBot
) -> None:
    window = hostile_studio.window
    for dock in (window.evaluation_dock, window.selection_dock, window.bookmarks_dock):
        dock.show()
        dock.raise_()
    for chair in hostile_studio.project.chairs[: len(NAMES)]:
        hostile_studio.project.selected = (chair.id,)
        title = window.stage.original.title
        qtbot.waitUntil(partial(shows, title, chair.name), timeout=A_WHILE)
        assert_harmless(window)
    hostile_studio.project.selected = tuple(chair.id for chair in hostile_studio.project.chairs)
    assert assert_harmless(window) > 10


def test_that_bad_file_names_of_a_drop_are_reported_as_they_are(
    hostile_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    window = hostile_studio.window
    drop = tmp_path / "drop"
    html = HTML.replace("/", "")  # which no file's name can have
    for number, name in enumerate((html, f"line\nend{TAG}", f"right\u202eto left{TAG}", "y" * 240)):
        write_off(drop / f"{name}.off", chair_mesh(0.3 + number / 50))
        (drop / f"bad {name[:200]}.off").write_text("nothing")
    with qtbot.waitSignal(hostile_studio.jobs.all_done, timeout=A_WHILE):
        window.paths_dropped.emit([drop])
    assert_harmless(window)
    banner = window.banners.banners[0]
    assert "4 chairs came in, 4 files could not be read" in banner.sentence
    banner.action_button.click()
    report = window.findChild(ImportReportDialog)
    assert report is not None
    assert assert_harmless(report) > 5

    with qtbot.waitSignal(hostile_studio.jobs.all_done, timeout=A_WHILE):
        window.paths_dropped.emit([drop / f"bad {html}.off"])
    assert "bold" in window.banners.banners[0].sentence
    assert_harmless(window)

    with qtbot.waitSignal(hostile_studio.jobs.all_done, timeout=A_WHILE):
        window.paths_dropped.emit([drop / f"line\nend{TAG}.off"])  # it is there already
    assert_harmless(window)


def test_that_bad_names_of_recent_projects_are_harmless(studio: Studio) -> None:
    studio.window.show_recent(["/home/a\n\u202eb/<img src=x:y><b>bold & co", "/" + "z" * 4096])
    assert_harmless(studio.window)
