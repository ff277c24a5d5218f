"""Names that are edited in their row, while the row goes on living."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QStyledItemDelegate, QWidget

_FILLED = "filled"


class NameDelegate(QStyledItemDelegate):
    """What is typed stays: Qt would put the old name back whenever anything in the row changes,
    be it a picture that was drawn meanwhile or a figure of a training that goes on."""

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if not editor.property(_FILLED):
            super().setEditorData(editor, index)
            editor.setProperty(_FILLED, True)
