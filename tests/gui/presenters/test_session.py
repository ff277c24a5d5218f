"""What a person has set up is there again, after closing and after a kill."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.errors import ProjectError
from core.places import CameraPose
from core.project import Project
from core.project_lock import ProjectLock
from mogvae_gui.presenters import session_presenter
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.preferences import load_preferences
from mogvae_gui.state.project_state import ChairFilter
from mogvae_gui.views.theme import theme
from tests.gui.conftest import A_WHILE
from tests.small_project import RUN, quick_settings, train_run

CODE = (0.25, -0.5, 0.75)
STAGE_CAMERA = CameraPose((3.0, 1.0, 2.0), (0.1, 0.0, 0.0), (0.0, 0.0, 1.0), 30.0)
LATENT_CAMERA = CameraPose((9.0, 8.0, 7.0), (0.0, 0.5, 0.0), (0.0, 0.0, 1.0), 25.0)


def kept_in(folder: Path) -> dict[str, Any]:
    """The parts of the window as they are on disk."""
    path = folder / "window.json"
    return json.loads(path.read_text())["parts"] if path.exists() else {}


def set_up(studio: Studio) -> None:
    """Change everything that is kept."""
    studio.project.chair_filter = ChairFilter("", "train")
    studio.project.selected = (studio.project.chairs[4].id, studio.project.chairs[2].id)
    studio.stage.colouring = "error"
    studio.window.stage.original.view.show_pose(STAGE_CAMERA)
    studio.latent.colouring = "split"
    studio.latent.hidden_components = frozenset({1})
    studio.window.latent.view.show_pose(LATENT_CAMERA)
    studio.training.settings = quick_settings("standard", epochs=77)
    studio.training.run_name = "tomorrow"
    studio.window.theme_chosen.emit("dark")
    studio.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, studio.window.library_dock)
    studio.window.training_dock.hide()
    studio.pinned.pinned = (studio.project.chairs[3].id, studio.project.chairs[1].id)
    studio.walks.add_chairs()
    studio.walks.add_component(1)
    studio.probe.go_to(CODE)
    studio.walks.add_probe()
    studio.walk.way, studio.walk.steps, studio.walk.loops = "straight", 44, False
    studio.window.sheet.value_edited.emit("cells", 5)
    studio.window.sheet.value_edited.emit("across", 2)
    studio.window.sheet.through_chosen.emit("probe")
    studio.window.stage.overlay_chosen.emit("wipe")
    studio.window.stage.mix_edited.emit(0.25)
    studio.window.latent.size_action.trigger()
    studio.window.selection.neighbours_edited.emit(5)
    studio.window.evaluation.split_chosen.emit("all")
    studio.window.evaluation.metric_chosen.emit("f_score")
    studio.evaluation.shows_differences = True


def check_set_up(studio: Studio, qtbot: QtBot) -> None:
    """All of it is there again; the model is asked again for the shape."""
    window = studio.window
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.code == pytest.approx(CODE)
        ),
        timeout=A_WHILE,
    )
    chairs = studio.project.chairs
    assert studio.project.chair_filter == ChairFilter("", "train")
    assert studio.project.selected == (chairs[4].id, chairs[2].id)
    assert set(window.library.selected_ids()) == {chairs[4].id, chairs[2].id}
    assert studio.stage.original is not None
    assert studio.stage.original.chair_id == chairs[4].id
    assert studio.stage.colouring == "error"
    assert studio.latent.run_name == RUN
    assert window.latent.colouring.currentData() == "split"
    assert studio.latent.hidden_components == {1}
    assert window.stage.original.view.pose == STAGE_CAMERA
    assert window.latent.view.pose == LATENT_CAMERA
    assert studio.training.settings == quick_settings("standard", epochs=77)
    assert studio.training.run_name == "tomorrow"
    assert window.dockWidgetArea(window.library_dock) == Qt.DockWidgetArea.RightDockWidgetArea
    assert window.training_dock.isHidden()
    assert studio.pinned.pinned == (chairs[3].id, chairs[1].id)
    assert [stop.chair_id for stop in studio.walk.stops] == [chairs[4].id, chairs[2].id, None, None]
    assert studio.walk.stops[2].component == 1
    assert studio.walk.stops[3].code == pytest.approx(CODE)
    assert (studio.walk.way, studio.walk.steps, studio.walk.loops) == ("straight", 44, False)
    qtbot.waitUntil(lambda: studio.walk.paths is not None, timeout=A_WHILE)
    assert (studio.sheet.settings.cells, studio.sheet.settings.across) == (5, 2)
    assert studio.sheet.through == "probe"
    assert studio.sheet.pinned == pytest.approx(CODE)
    assert (studio.stage.overlay, studio.stage.mix) == ("wipe", 0.25)
    assert studio.latent.sized_by_error
    assert window.latent.size_action.isChecked()
    assert studio.selection.neighbours == 5
    assert (studio.evaluation.split, studio.evaluation.metric) == ("all", "f_score")
    assert studio.evaluation.shows_differences


def open_in(studio: Studio, folder: Path, qtbot: QtBot) -> None:
    studio.projects.open_folder(folder)
    qtbot.waitUntil(lambda: studio.latent.run_name is not None, timeout=A_WHILE)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes are saved at once."""
    monkeypatch.setattr(session_presenter, "SAVE_AFTER_MS", 0)


def test_that_everything_set_up_is_on_disk_by_itself_and_comes_back(
    soon: None, open_studio: Studio, qtbot: QtBot
) -> None:
    project = open_studio.project.project
    assert project is not None
    newer = train_run(project, "A newer run", quick_settings("standard"))
    os.utime(newer.folder / "settings.json", (4e9, 4e9))
    set_up(open_studio)
    qtbot.waitUntil(
        lambda: kept_in(project.folder).get("latent", {}).get("probe") == pytest.approx(list(CODE)),
        timeout=A_WHILE,
    )
    qtbot.waitUntil(lambda: load_preferences().theme == "dark", timeout=A_WHILE)
    # What a kill would leave at this moment, on another place of the disk.
    copy = project.folder.parent / "After the kill"
    shutil.copytree(project.folder, copy)
    assert load_preferences().recent == [str(project.folder)]
    studio, window = open_studio, open_studio.window
    studio.projects.make(project.folder.parent / "Another")
    studio.project.chair_filter = ChairFilter()
    studio.stage.colouring = "height"
    studio.latent.colouring = "component"
    studio.stage.overlay, studio.stage.mix = "off", 0.5
    studio.latent.sized_by_error = studio.evaluation.shows_differences = False
    studio.selection.neighbours = 8
    studio.evaluation.split, studio.evaluation.metric = "test", "cd_1"
    window.stage.reset_camera()
    window.latent.view.reset_camera()
    window.reset_layout()
    studio.training.settings = quick_settings("mog", epochs=5)
    studio.training.run_name = ""

    open_in(studio, copy, qtbot)
    check_set_up(studio, qtbot)
    theme().choose("light")


def test_that_leaving_writes_what_the_thread_has_not_come_to(
    soon: None, open_studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio
    project = studio.project.project
    assert project is not None
    asked: list[object] = []
    monkeypatch.setattr(studio.session._worker, "ask", asked.append)
    studio.stage.colouring = "error"
    qtbot.waitUntil(lambda: bool(asked), timeout=A_WHILE)
    assert kept_in(project.folder).get("stage", {}).get("colouring") != "error"

    studio.session.flush()

    assert kept_in(project.folder)["stage"]["colouring"] == "error"


@pytest.mark.parametrize("is_there", [True, False])
def test_that_two_runs_stand_beside_each_other_again_if_both_are_there(
    open_studio: Studio, qtbot: QtBot, is_there: bool
) -> None:
    studio = open_studio
    project = studio.project.project
    assert project is not None
    second = train_run(project, "Second", quick_settings("standard"))
    os.utime(second.folder / "settings.json", (1, 1))
    studio.evaluation.against = "Second"
    qtbot.waitUntil(lambda: studio.stage.second is not None, timeout=A_WHILE)
    studio.session.flush()
    assert kept_in(project.folder)["evaluation"]["against"] == "Second"
    studio.projects.make(project.folder.parent / "Another")
    assert studio.evaluation.against is None
    if not is_there:
        shutil.rmtree(second.folder)

    open_in(studio, project.folder, qtbot)
    qtbot.waitUntil(lambda: studio.latent.map is not None, timeout=A_WHILE)

    assert studio.evaluation.against == ("Second" if is_there else None)
    assert studio.evaluation.measuring is None  # nothing is measured unasked
    assert studio.window.stage.second.isHidden() == (not is_there)
    assert not studio.window.banners.banners


def test_that_a_killed_window_has_saved_what_was_set_up(
    studio: Studio, own_project: Project, own_places: Path, qtbot: QtBot
) -> None:
    script = own_places / "window.py"
    script.write_text(KILLED.format(places=str(own_places), folder=str(own_project.folder)))
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "saved\n"
        process.send_signal(signal.SIGKILL)

    assert load_preferences().theme == "dark"
    open_in(studio, own_project.folder, qtbot)
    assert studio.project.read_only == ""
    check_set_up(studio, qtbot)


KILLED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
sys.path.insert(0, ".")

def main():
    from mogvae_gui.presenters.studio import Studio
    from mogvae_gui.state.preferences import Preferences, load_preferences
    from mogvae_gui.window_process import make_application
    from tests.gui.presenters.test_session import CODE, kept_in, set_up

    application = make_application("0")
    folder = Path({folder!r})
    studio = Studio(Preferences())
    studio.window.show()
    studio.projects.open_folder(folder)
    timer = QTimer()
    done = []

    def look():
        if studio.stage.reconstruction is not None and not done:
            done.append(True)
            set_up(studio)
        probe = kept_in(folder).get("latent", {{}}).get("probe")
        if probe and abs(probe[0] - CODE[0]) < 1e-6 and load_preferences().theme == "dark":
            print("saved", flush=True)
            timer.stop()

    timer.timeout.connect(look)
    timer.start(50)
    application.exec()

if __name__ == "__main__":
    main()
"""


def test_that_a_copy_and_the_next_project_get_their_own(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    project = studio.project.project
    assert project is not None
    studio.project.selected = (studio.project.chairs[5].id,)
    studio.projects._on_save_as_chosen(str(tmp_path / "Copy"))
    qtbot.waitUntil(
        lambda: (
            studio.project.project is not None
            and studio.project.project.folder == tmp_path / "Copy"
        ),
        timeout=A_WHILE,
    )
    assert studio.project.selected == (studio.project.chairs[5].id,)
    studio.project.selected = (studio.project.chairs[1].id,)
    studio.projects.make(tmp_path / "Empty")

    assert kept_in(project.folder)["library"]["selected"] == ["c000006"]
    assert kept_in(tmp_path / "Copy")["library"]["selected"] == ["c000002"]


@pytest.mark.parametrize(
    "parts",
    [
        {"library": 3, "stage": [], "latent": "x", "training": {}, "layout": {"docks": 5}},
        {
            "library": {"selected": ["c999999", 7], "text": 5, "split": "both"},
            "stage": {"colouring": "plaid", "linked": 1, "camera": [0.0] * 9},
            "latent": {
                "run": "../../etc",
                "probe": [1.0, 2.0],
                "component": None,
                "colouring": "x",
                "axes": 7,
                "hidden": [99],
                "camera": [1.0],
            },
            "training": {"settings": {"prior": "no"}, "name": None},
            "layout": {"docks": "AAAA"},
            "pinned": 5,
            "walk": {"run": None, "stops": [{"code": ["x"]}]},
            "sheet": {"run": None, "settings": {"cells": 99}, "middle": None},
            "overlay": {"way": "plaid", "mix": 7},
            "sized_by_error": [],
            "neighbours": "many",
            "evaluation": {"split": 3, "metric": [], "differences": 1, "against": "../../etc"},
        },
        [],
    ],
)
def test_that_nonsense_on_disk_is_as_if_nothing_had_been_kept(
    studio: Studio, own_project: Project, qtbot: QtBot, parts: object
) -> None:
    own_project.write_document("window", {"parts": parts})
    open_in(studio, own_project.folder, qtbot)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)

    assert studio.latent.run_name == RUN
    assert studio.stage.colouring == "height"
    assert studio.training.settings.prior == "mog"
    assert studio.pinned.pinned == ()
    assert studio.walk.stops == ()
    assert studio.sheet.settings.cells == 7
    assert (studio.stage.overlay, studio.stage.mix) == ("off", 0.5)
    assert not studio.latent.sized_by_error
    assert studio.selection.neighbours == 8
    assert (studio.evaluation.split, studio.evaluation.metric) == ("test", "cd_1")
    assert studio.evaluation.against is None
    assert not studio.window.banners.banners


def test_that_what_a_newer_program_kept_is_left_alone(
    soon: None, studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    newer = own_project.folder / "window.json"
    newer.write_text('{"format": 99, "hologram": true}')
    open_in(studio, own_project.folder, qtbot)
    assert "newer version" in studio.window.banners.banners[0].sentence
    studio.project.selected = (studio.project.chairs[3].id,)
    studio.session.flush()

    assert newer.read_text() == '{"format": 99, "hologram": true}'


def test_that_a_window_for_reading_keeps_nothing(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    with ProjectLock.take(own_project.folder, "another window"):
        open_in(studio, own_project.folder, qtbot)
        studio.project.selected = (studio.project.chairs[7].id,)
        studio.session.flush()
    assert not (own_project.folder / "window.json").exists()


def test_that_a_disk_that_refuses_is_said_and_tried_again(
    open_studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio
    project = studio.project.project
    assert project is not None
    studio.session.flush()

    def full(*_: object) -> None:
        raise ProjectError("window.json: it could not be saved (No space left on device).")

    with monkeypatch.context() as patch:
        patch.setattr(project, "write_document", full)
        studio.project.selected = (studio.project.chairs[3].id,)
        studio.session.flush()
    assert "No space left" in studio.window.banners.banners[0].sentence

    studio.session.flush()
    assert kept_in(project.folder)["library"]["selected"] == [studio.project.chairs[3].id]
