"""A process of its own: the window opens, shows a project, closes, and the process ends well."""

import os
import subprocess
import sys
from pathlib import Path

from core.project import Project

ROOT = Path(__file__).parents[2]

# Runs the program; once a reconstruction is shown a slot breaks and the window is closed.
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from mogvae_gui.presenters.studio import Studio
import mogvae_gui.window_process as window_process

class Closing(Studio):
    def __init__(self, preferences):
        super().__init__(preferences)
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


def run_window(project: Project, own_places: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(project.folder)],
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
    ended = run_window(own_project, own_places)

    assert ended.returncode == 0
    assert ended.stdout == ""
    assert ended.stderr == ""
    (preferences,) = own_places.rglob("preferences.json")
    assert own_project.folder.name in preferences.read_text()
    (log,) = own_places.rglob("studio.log")
    assert "ValueError: a broken slot" in log.read_text()
