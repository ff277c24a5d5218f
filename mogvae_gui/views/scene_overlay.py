"""What is drawn over a 3-D view, so that nothing hides it, on the screen and in pictures."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mogvae_gui.views.scene_view import SceneView


class SceneOverlay(QWidget):
    """As large as its view, and deaf to the mouse."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._scene = view
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._scene.is_closed:
            return
        painter = QPainter(self)
        self.draw(painter)
        painter.end()

    def draw(self, painter: QPainter) -> None:
        """Draw in the view's pixels."""
        raise NotImplementedError
