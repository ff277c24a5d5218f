"""A dropped JSON may be anything: it is read off the GUI thread, and only what a view can be."""

import json
import os
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.export import ExportedView
from core.places import Place
from mogvae_gui.presenters import exported_views
from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no name here")
def test_that_a_dropped_pipe_is_refused_with_a_sentence(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    os.mkfifo(tmp_path / "view.json")

    open_studio.window.paths_dropped.emit([tmp_path / "view.json"])
    qtbot.waitUntil(lambda: bool(open_studio.window.banners.banners), timeout=A_WHILE)

    assert "no ordinary file" in open_studio.window.banners.banners[0].sentence


def test_that_a_view_of_a_chair_that_is_not_here_says_what_to_do(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    content = {"format": 2, "kind": "original", "units": "own", "chair": "Throne"}
    (tmp_path / "view.json").write_text(json.dumps(content))

    open_studio.window.paths_dropped.emit([tmp_path / "view.json"])
    qtbot.waitUntil(lambda: bool(open_studio.window.banners.banners), timeout=A_WHILE)

    sentence = open_studio.window.banners.banners[0].sentence
    assert "view.json was exported from the chair Throne" in sentence
    assert "import the chair, and drop the file again" in sentence


def test_that_only_the_newest_of_dropped_views_is_shown_and_none_is_read_in_the_gui_thread(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    is_reading, go_on = threading.Event(), threading.Event()
    codes = {"first.json": (0.1, 0.2, 0.3), "second.json": (0.3, 0.2, 0.1)}

    def read(path: Path) -> ExportedView:
        threads.append(threading.get_ident())
        is_reading.set()
        go_on.wait()
        return ExportedView(Place(open_studio.latent.run_name, (), codes[path.name]), None)

    monkeypatch.setattr(exported_views, "read_exported_view", read)
    gone_to: list[Place] = []
    monkeypatch.setattr(open_studio.places, "go_to", gone_to.append)
    open_studio.window.paths_dropped.emit([tmp_path / "first.json"])
    assert is_reading.wait(10)
    open_studio.window.paths_dropped.emit([tmp_path / "second.json"])
    go_on.set()
    qtbot.waitUntil(lambda: bool(gone_to), timeout=A_WHILE)

    assert [place.code for place in gone_to] == [codes["second.json"]]
    assert len(threads) == 2
    assert threading.get_ident() not in threads


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no name here")
def test_that_a_folder_with_a_pipe_called_project_json_is_no_project(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    before = open_studio.project.project
    folder = tmp_path / "strange"
    folder.mkdir()
    os.mkfifo(folder / "project.json")

    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        open_studio.window.paths_dropped.emit([folder])

    assert open_studio.project.project is before
