"""What `start` starts: a window that says when it is painted, and closes.

python -m benchmarks.start_child bare|studio STARTED [CLOUDS]; STARTED is `time.monotonic()` when
the process was started, CLOUDS an .npy of the two clouds that the bare window shows.
"""

import json
import sys
import time


def bare(started: float, clouds_file: str) -> None:
    """What a person would write: a window with two pyvistaqt views side by side."""
    import numpy as np
    import pyvista as pv
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter
    from pyvistaqt import QtInteractor

    application = QApplication([])
    window = QMainWindow()
    window.resize(1360, 860)
    splitter = QSplitter()
    window.setCentralWidget(splitter)
    drawn: dict[int, float] = {}
    views: list[QtInteractor] = []

    def end() -> None:
        for view in views:
            view.close()
        window.close()

    def note(number: int) -> None:
        drawn.setdefault(number, time.monotonic() - started)
        if len(drawn) == len(views):
            QTimer.singleShot(0, end)  # a frame is still on its way to the screen

    for number, cloud in enumerate(np.load(clouds_file)):
        view = QtInteractor(auto_update=False, multi_samples=1)
        points = pv.PolyData(cloud)
        points.point_data["height"] = cloud[:, 2]
        view.add_mesh(
            points,
            style="points",
            scalars="height",
            point_size=4.5,
            lighting=False,
            render_points_as_spheres=True,
            show_scalar_bar=False,
            render=False,
        )
        view.frameSwapped.connect(lambda number=number: note(number))
        splitter.addWidget(view)
        views.append(view)
    window.show()
    application.exec()
    print(json.dumps({"painted": min(drawn.values()), "clouds": max(drawn.values())}))


def studio(started: float) -> None:
    """The program as `mogvae` starts it, with the demo project."""
    from mogvae_gui.app import start_quickly

    start_quickly()
    from PySide6.QtCore import QTimer

    from mogvae_gui import window_process
    from mogvae_gui.first_paint import FirstPaint
    from mogvae_gui.presenters.studio import Studio
    from mogvae_gui.state.preferences import Preferences

    seen: dict[str, float] = {}

    class Watched(Studio):
        """Notes when it is seen, and closes once everything is."""

        def __init__(self, preferences: Preferences, **others: bool) -> None:
            super().__init__(preferences, **others)
            self.first_paint = FirstPaint(self.window)
            self.first_paint.done.connect(lambda: self.note("painted"))
            for pane in (self.window.stage.original, self.window.stage.reconstruction):
                pane.view.plotter.frameSwapped.connect(self.look)
            self.model.answered.connect(lambda *_: self.note("model"))

        def look(self) -> None:
            """A frame of the stage came on the screen."""
            if self.stage.original is not None and self.stage.reconstruction is not None:
                self.note("clouds")

        def note(self, what: str) -> None:
            seen.setdefault(what, time.monotonic() - started)
            if {"painted", "clouds", "model"} <= seen.keys():
                QTimer.singleShot(0, self.window.close_now)  # a frame is still on its way

    setattr(window_process, "Studio", Watched)  # noqa: B010 - open_window makes it
    window_process.open_window([], "benchmark")
    print(json.dumps(seen))


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare(float(sys.argv[2]), sys.argv[3])
    else:
        studio(float(sys.argv[2]))
