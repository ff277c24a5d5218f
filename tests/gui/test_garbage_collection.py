"""Garbage goes between events, and only in the main thread."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from mogvae_gui import garbage_collection
from mogvae_gui.garbage_collection import GarbageCollection


class Ring:
    """Holds itself: only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collection(monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollection]:
    monkeypatch.setattr(garbage_collection, "YOUNG_MS", 10)
    collection = GarbageCollection()
    collection.begin()
    yield collection
    collection.stop()
    collection.deleteLater()


def test_that_a_worker_frees_nothing_and_the_main_thread_does(
    collection: GarbageCollection, qtbot: QtBot
) -> None:
    freed_in: list[str] = []

    def make_garbage() -> None:
        for _ in range(2_000):  # three times as many as Python by itself would wait for
            ring = Ring()
            weakref.finalize(ring, lambda: freed_in.append(threading.current_thread().name))

    worker = threading.Thread(target=make_garbage, name="worker")
    worker.start()
    worker.join()
    assert freed_in == []

    qtbot.waitUntil(lambda: len(freed_in) == 2_000)
    assert set(freed_in) == {threading.main_thread().name}


def test_that_a_library_that_was_loaded_is_not_looked_through(
    collection: GarbageCollection, qtbot: QtBot
) -> None:
    frozen = gc.get_freeze_count()
    library = [[number] for number in range(garbage_collection.LOADED + 1)]

    qtbot.waitUntil(lambda: gc.get_freeze_count() >= frozen + len(library))


def test_that_python_collects_by_itself_again_afterwards(
    collection: GarbageCollection,
) -> None:
    assert not gc.isenabled()
    collection.stop()

    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
