"""Room for a widget that is made when it is first seen or asked for."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

Made = TypeVar("Made", bound=QWidget)


class LateWidget(QWidget, Generic[Made]):
    """Plots take a tenth of a second to import, and few people look at them first."""

    def __init__(self, make: Callable[[], Made], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._made: Made | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    @property
    def is_made(self) -> bool:
        """Whether anybody has wanted it yet."""
        return self._made is not None

    @property
    def made(self) -> Made:
        """The widget; from now on it is there."""
        if self._made is None:
            self._made = self._make()
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._made)
        return self._made

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        _ = self.made
