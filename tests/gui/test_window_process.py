"""A process of its own: the window opens, shows a project, closes, and the process ends well."""

import os
import subprocess
import sys
from pathlib import Path

from core.project import Project
from core.training.claim import is_trained_now
from core.training.run import Run

ROOT = Path(__file__).parents[2]

# Runs the program; once a reconstruction is shown a slot breaks and the window is closed.
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from mogvae_gui.presenters.studio import Studio
import mogvae_gui.window_process as window_process

class Closing(Studio):
    def __init__(self, preferences, **others):
        super().__init__(preferences, **others)
        self.looking = QTimer(self)
        self.looking.timeout.connect(self.look)
        self.looking.start(50)

    def look(self):
        if self.stage.reconstruction is not None:
            self.looking.stop()
            QTimer.singleShot(100, self.window.close)
            raise ValueError("a broken slot")

window_process.Studio = Closing
sys.exit(window_process.open_window([Path(sys.argv[1])], "0"))
"""

# Runs the program; a training is begun, and the window is closed while it trains, as a person does.
LEAVING = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QPushButton
from mogvae_gui.presenters.studio import Studio
import mogvae_gui.window_process as window_process
from tests.small_project import quick_settings

class Leaving(Studio):
    def __init__(self, preferences, **others):
        super().__init__(preferences, **others)
        self.looking = QTimer(self)
        self.looking.timeout.connect(self.look)
        self.looking.start(50)
        self.has_begun = False

    def look(self):
        if self.stage.reconstruction is None:
            return
        if not self.has_begun:
            self.has_begun = True
            self.training.settings = quick_settings(epochs=100_000)
            self.trainings.start()
        elif self.training.last_report is not None:
            self.looking.stop()
            QTimer.singleShot(0, self.answer)
            self.window.close()

    def answer(self):
        (dialog,) = [one for one in self.window.findChildren(QDialog) if one.isVisible()]
        (button,) = [one for one in dialog.findChildren(QPushButton) if "Stop" in one.text()]
        button.click()

window_process.Studio = Leaving
sys.exit(window_process.open_window([Path(sys.argv[1])], "0"))
"""

# Shows the window without a project and says what was loaded when it was painted.
PAINTING = """
import sys
from mogvae_gui.first_paint import FirstPaint
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.preferences import Preferences
from mogvae_gui.window_process import make_application

application = make_application("0")
studio = Studio(Preferences())

def painted():
    print(*sorted({name.split(".")[0] for name in sys.modules}))
    studio.window.close_now()

first_paint = FirstPaint(studio.window)
first_paint.done.connect(painted)
studio.window.show()
application.exec()
"""

SLOW_TO_LOAD = {"torch", "scipy", "ot", "sklearn", "trimesh", "lightning_fabric", "tensorboardX"}


def run_window(own_places: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={**os.environ, "HOME": str(own_places), "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_that_the_program_opens_a_project_outlives_a_broken_slot_and_ends_in_silence(
    own_project: Project, own_places: Path
) -> None:
    ended = run_window(own_places, PROGRAM, str(own_project.folder))

    assert ended.returncode == 0
    assert ended.stdout == ""
    assert ended.stderr == ""
    (preferences,) = own_places.rglob("preferences.json")
    assert own_project.folder.name in preferences.read_text()
    (log,) = own_places.rglob("studio.log")
    assert "ValueError: a broken slot" in log.read_text()
    (crash,) = own_places.rglob("crash.log")  # where a crash of the process would be written
    assert crash.parent == log.parent
    assert crash.read_text() == ""


def test_that_the_window_is_painted_before_torch_scipy_and_their_like_are_loaded(
    own_places: Path,
) -> None:
    ended = run_window(own_places, PAINTING)

    assert ended.stderr == ""
    loaded = set(ended.stdout.split())
    assert "pyvista" in loaded
    # They take seconds. Import them where they are used, or under TYPE_CHECKING for a type.
    assert loaded & SLOW_TO_LOAD == set()


def test_that_the_program_ends_after_stop_and_close_and_keeps_the_training(
    own_project: Project, own_places: Path
) -> None:
    before = set(own_project.run_names())
    ended = run_window(own_places, LEAVING, str(own_project.folder))

    assert ended.stderr == ""
    assert ended.returncode == 0
    (name,) = set(own_project.run_names()) - before
    run = Run.open(own_project.runs_folder / name)
    assert run.state.stopped_by == "stop"
    assert run.state.epochs_done >= 1
    assert run.has_weights
    assert not is_trained_now(run.folder)
