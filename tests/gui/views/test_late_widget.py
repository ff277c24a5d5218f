"""What takes long to import is made when it is first seen, and pyqtgraph is such a thing."""

import subprocess
import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mogvae_gui.views.late_widget import LateWidget


def test_that_a_late_widget_is_made_once_when_it_is_seen_or_asked_for(qtbot: QtBot) -> None:
    made: list[QLabel] = []

    def make() -> QLabel:
        made.append(QLabel("here"))
        return made[-1]

    seen, asked = LateWidget(make), LateWidget(make)
    qtbot.addWidget(seen)
    qtbot.addWidget(asked)
    assert not seen.is_made
    assert not made

    with qtbot.waitExposed(seen):
        seen.show()
    assert seen.is_made
    assert seen.made.isVisible()
    assert asked.made is made[1]
    assert asked.made is asked.made
    assert len(made) == 2


def test_that_the_window_is_imported_without_what_draws_plots_and_trains() -> None:
    script = (
        "import sys, mogvae_gui.window_process\n"
        "late = {'pyqtgraph', 'torch', 'scipy', 'sklearn', 'trimesh', 'lightning_fabric'}\n"
        "print(sorted(late & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
