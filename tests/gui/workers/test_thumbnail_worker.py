"""Thumbnails are drawn off the GUI thread, the last asked for first."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from core.library import Library
from core.project import Project
from core.thumbnails import thumbnail
from mogvae_gui.workers import thumbnail_worker
from mogvae_gui.workers.threads import WorkerThread
from mogvae_gui.workers.thumbnail_worker import ThumbnailWorker

A_WHILE = 10_000
SIZE = 24


class Album(QObject):
    """Keeps what was drawn."""

    def __init__(self, worker: ThumbnailWorker) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.images: dict[str, np.ndarray] = {}
        self.libraries: list[Library] = []
        self.threads: set[QThread] = set()
        worker.drawn.connect(self.on_drawn)

    @Slot(str, object, object)
    def on_drawn(self, chair_id: str, image: np.ndarray, library: Library) -> None:
        self.threads.add(QThread.currentThread())
        self.ids.append(chair_id)
        self.images[chair_id] = image
        self.libraries.append(library)


@pytest.fixture
def library(small_project: Project) -> Library:
    return small_project.library


@pytest.fixture
def worker() -> ThumbnailWorker:
    return ThumbnailWorker(SIZE)


@pytest.fixture
def album(worker: ThumbnailWorker) -> Album:
    return Album(worker)


@pytest.fixture
def thread(worker: ThumbnailWorker, album: Album) -> Iterator[WorkerThread]:
    """Not started yet, so that a test asks first."""
    thread = WorkerThread(worker, "thumbnails")
    yield thread
    worker.forget()
    thread.end()


def test_that_the_last_asked_for_is_drawn_first_and_none_twice(
    worker: ThumbnailWorker, thread: WorkerThread, album: Album, library: Library, qtbot: QtBot
) -> None:
    worker.use(library)
    for number in (0, 1, 2, 0, 3, 1):
        worker.ask(f"c{number}", number)
    thread.start()

    qtbot.waitUntil(lambda: len(album.ids) == 4, timeout=A_WHILE)

    assert album.ids == ["c1", "c3", "c0", "c2"]
    assert album.threads == {QThread.currentThread()}
    for number in range(4):
        np.testing.assert_array_equal(
            album.images[f"c{number}"], thumbnail(library.clouds[number], SIZE)
        )


def test_that_another_library_drops_what_waits(
    worker: ThumbnailWorker, thread: WorkerThread, album: Album, library: Library, qtbot: QtBot
) -> None:
    worker.use(library)
    worker.ask("old", 0)
    worker.use(library)
    worker.ask("new", 1)
    thread.start()

    qtbot.waitUntil(lambda: album.ids == ["new"], timeout=A_WHILE)


def test_that_without_a_library_nothing_is_drawn(
    worker: ThumbnailWorker, thread: WorkerThread, album: Album, library: Library, qtbot: QtBot
) -> None:
    thread.start()
    worker.ask("early", 0)
    worker.use(None)
    worker.ask("none", 0)
    worker.use(library)
    worker.ask("last", 0)

    qtbot.waitUntil(lambda: album.ids == ["last"], timeout=A_WHILE)


def test_that_a_chair_that_cannot_be_drawn_holds_nobody_up(
    worker: ThumbnailWorker,
    thread: WorkerThread,
    album: Album,
    library: Library,
    qtbot: QtBot,
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker.use(library)
    worker.ask("fine", 0)
    worker.ask("gone", 10_000)
    thread.start()

    qtbot.waitUntil(lambda: album.ids == ["fine"], timeout=A_WHILE)

    assert "no thumbnail of chair gone" in caplog.text


def test_that_a_picture_says_of_which_library_it_is(
    worker: ThumbnailWorker,
    thread: WorkerThread,
    album: Album,
    library: Library,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Chairs of two projects have the same ids: a late picture would be of the wrong chair."""
    begun, gate = threading.Event(), threading.Event()

    def slow(cloud: np.ndarray, size: int) -> np.ndarray:
        begun.set()
        assert gate.wait(10)
        return thumbnail(cloud, size)

    monkeypatch.setattr(thumbnail_worker, "thumbnail", slow)
    other = Library.open(library.folder)
    worker.use(library)
    worker.ask("c000001", 0)
    thread.start()
    assert begun.wait(10)
    worker.use(other)
    worker.ask("c000002", 1)
    gate.set()

    qtbot.waitUntil(lambda: len(album.ids) == 2, timeout=A_WHILE)

    assert album.libraries == [library, other]
