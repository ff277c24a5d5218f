"""A small card beside the pointer: the chair whose code is under it, or the component."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

PICTURE = 96
_AWAY = 14  # pixels from the pointer


class HoverCard(QFrame):
    """Floats over a view and never takes the mouse."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._picture = QLabel()
        self._picture.setFixedSize(PICTURE, PICTURE)
        self._picture.setScaledContents(True)
        self.title = QLabel("")
        self.title.setProperty("role", "heading")
        self.words = QLabel("")
        self.words.setProperty("role", "muted")
        for label in (self.title, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMaximumWidth(190)
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(2)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.title)
        layout.addWidget(self.words)
        self.hide()

    def show_at(self, pointer: QPoint, title: str, words: str) -> None:
        """Show beside the pointer, where there is room in the parent."""
        self.title.setText(title)
        self.words.setText(words)
        self.adjustSize()
        self.follow(pointer)
        self.show()
        self.raise_()

    def follow(self, pointer: QPoint) -> None:
        """Stand beside the pointer, wherever that is now."""
        room = self._view.rect()
        x = pointer.x() + _AWAY
        if x + self.width() > room.width():
            x = pointer.x() - _AWAY - self.width()
        y = min(pointer.y() + _AWAY, room.height() - self.height())
        self.move(max(0, x), max(0, y))

    def show_no_picture(self) -> None:
        """There is none to come either."""
        self._picture.hide()

    def show_picture(self, picture: QPixmap | None) -> None:
        """Show the chair's picture, or leave its place empty until it is drawn."""
        self._picture.show()
        if picture is None:
            self._picture.clear()
        else:
            self._picture.setPixmap(picture)
