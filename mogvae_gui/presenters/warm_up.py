"""What the first epoch of a training would have to build is built while the window is idle."""

from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer, Slot

from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.scene_view import SceneView
from mogvae_gui.views.training_curves import import_plots
from mogvae_gui.views.turns import turns
from mogvae_gui.workers.job import Job

IDLE_MS = 1_000  # after the window stands; what a person sees first comes first


class WarmUp(QObject):
    """Lets views that show nothing yet draw once, unseen, one in each turn of the event loop.

    The library of the plots is imported in a thread before, for it takes a third of a second.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._plots = Job(_importing_plots, "importing plots", self)
        self._plots.succeeded.connect(self._on_plots_imported)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(IDLE_MS)
        self._timer.timeout.connect(self._on_idle)
        self._timer.start()

    def stop(self) -> None:
        """The window closes: nothing is drawn any more."""
        self._timer.stop()
        self._plots.succeeded.disconnect(self._on_plots_imported)
        self._plots.cancel_and_wait()
        for view in self._views():
            turns().forget((self, view))
        for key in ("sliders", "plots"):
            turns().forget((self, key))

    @Slot()
    def _on_idle(self) -> None:
        for view in self._views():
            turns().add((self, view), view.warm_up)
        turns().add((self, "sliders"), self._window.latent.sliders.warm_up)
        self._plots.start()

    @Slot()
    def _on_plots_imported(self) -> None:
        turns().add((self, "plots"), self._make_plots)

    def _make_plots(self) -> None:
        curves = self._window.training.curves
        curves.make_plots()
        turns().add((self, "plots"), curves.warm_up)

    def _views(self) -> tuple[SceneView, ...]:
        stage, latent = self._window.stage, self._window.latent
        return latent.view, stage.reconstruction.view, stage.original.view


def _importing_plots() -> Generator[None, None, None]:
    import_plots()
    yield
