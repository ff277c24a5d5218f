"""Names that are edited in their row."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListView
from pytestqt.qtbot import QtBot

from mogvae_gui.views.chair_delegate import ChairDelegate
from mogvae_gui.views.name_delegate import NameDelegate
from mogvae_gui.views.run_tree import RunDelegate


@pytest.mark.parametrize("delegate", [NameDelegate, ChairDelegate, RunDelegate])
def test_that_what_is_typed_stays_when_the_row_changes_meanwhile(
    delegate: type[NameDelegate], qtbot: QtBot
) -> None:
    model, view = QStandardItemModel(), QListView()
    item = QStandardItem("chair 7")
    model.appendRow(item)
    view.setModel(model)
    view.setItemDelegate(delegate(view))
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.setCurrentIndex(item.index())
    view.edit(item.index())
    editor = view.findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "chair 7"
    editor.selectAll()
    QTest.keyClicks(editor, "Sto")
    item.setData("its picture", Qt.ItemDataRole.DecorationRole)
    QTest.keyClicks(editor, "ol")
    QTest.keyClick(editor, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: item.text() == "Stool")


def test_that_the_name_as_it_is_now_is_edited_the_next_time(qtbot: QtBot) -> None:
    model, view = QStandardItemModel(), QListView()
    item = QStandardItem("chair 7")
    model.appendRow(item)
    view.setModel(model)
    view.setItemDelegate(NameDelegate(view))
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.edit(item.index())
    editor = view.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.findChild(QLineEdit) is None)
    item.setText("Stool")
    view.edit(item.index())
    editor = view.findChild(QLineEdit)

    assert editor is not None
    assert editor.text() == "Stool"
