"""Three hundred random actions at the real window while it trains break nothing."""

import os
import shutil
from pathlib import Path

from pytestqt.qtbot import QtBot

from benchmarks.monkey import files_to_drop, monkey_settings
from benchmarks.monkey_hands import Monkey
from core.project import Project
from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE

ACTIONS = 300


def test_that_three_hundred_random_actions_while_training_break_nothing(
    open_studio: Studio, own_project: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    """To see a failure again: MOGVAE_MONKEY_SEED, and benchmarks monkey --seed."""
    seed = int(os.environ.get("MOGVAE_MONKEY_SEED", "1"))
    print(f"monkey: seed {seed}")  # noqa: T201 - pytest shows it where the test fails
    other = tmp_path / "Other"
    shutil.copytree(own_project.folder, other)
    monkey = Monkey(
        open_studio,
        seed,
        [own_project.folder, other],
        files_to_drop(tmp_path / "files"),
        monkey_settings(),
    )
    for _ in monkey.act(ACTIONS):
        pass
    assert not monkey.problems, "\n\n".join(monkey.problems)
    assert sum(monkey.done.values()) == ACTIONS

    # It is still a window: what runs can be ended, and a chair be seen.
    open_studio.trainings.stop()
    qtbot.waitUntil(lambda: not open_studio.training.is_busy, timeout=A_WHILE)
    open_studio.jobs.cancel()
    qtbot.waitUntil(lambda: not open_studio.jobs.is_busy, timeout=A_WHILE)
    for folder in (own_project.folder, other):
        assert Project.open(folder).problems == ()
