"""What the first epoch of a training would have to build is built while the window is idle."""

from PySide6.QtCore import QObject, QTimer, Slot

from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.scene_view import SceneView
from mogvae_gui.views.turns import turns

IDLE_MS = 1_000  # after the window stands; what a person sees first comes first


class WarmUp(QObject):
    """Lets views that show nothing yet draw once, unseen, one in each turn of the event loop."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(IDLE_MS)
        self._timer.timeout.connect(self._on_idle)
        self._timer.start()

    def stop(self) -> None:
        """The window closes: nothing is drawn any more."""
        self._timer.stop()
        for view in self._views():
            turns().forget((self, view))

    @Slot()
    def _on_idle(self) -> None:
        for view in self._views():
            turns().add((self, view), view.warm_up)

    def _views(self) -> tuple[SceneView, ...]:
        stage, latent = self._window.stage, self._window.latent
        return latent.view, stage.reconstruction.view, stage.original.view
