"""What every test of the window relies on: a dressed application, and that nothing is left over.

A `conftest.py` imports the two fixtures and the hook. What is looked for: windows, threads, timers,
animations and 3-D views.
"""

import gc
import sys
import threading
from collections.abc import Generator, Iterator

import pytest
from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from mogvae_gui.views.graphics import prepare_graphics
from mogvae_gui.views.theme import theme

prepare_graphics()  # before any QApplication

_PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture(scope="session")
def dressed_application(qapp: QApplication) -> QApplication:
    """The application in the light theme."""
    theme().install("light")
    return qapp


@pytest.fixture(autouse=True)
def nothing_outlives_the_test(
    request: pytest.FixtureRequest, dressed_application: QApplication
) -> Iterator[None]:
    """Fail a test that leaves a window, a thread, a timer, an animation or a 3-D view behind.

    A test that failed is not asked: its traceback keeps things alive.
    """
    theme().choose("light")
    gc.collect()  # the last test's window: pytest let go of it only after the test's own end
    gc.freeze()  # what other tests left alive is not looked through again, test after test
    before = {id(thing) for thing, _ in living()}
    # Python would collect in whatever thread it happens to be; Qt's objects die in the main one.
    gc.disable()
    yield
    gc.enable()
    if not request.node.stash.get(_PASSED, False):
        return
    _let_go()
    # Looked for twice, for the first look may meet what a collection is about to free.
    leaks = [words for thing, words in living() if id(thing) not in before]
    if leaks:
        _let_go()
        leaks = [words for thing, words in living() if id(thing) not in before]
    assert not leaks, "The test left something behind.\n" + "\n".join(leaks)


def _let_go() -> None:
    """Let Qt and Python free what nobody holds."""
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        gc.collect()


def living() -> list[tuple[object, str]]:
    """Return what must not outlive a test, each with words on where to look."""
    found: list[tuple[object, str]] = [
        (widget, _window_words(widget))
        for widget in QApplication.topLevelWidgets()
        if not _belongs_to_qt(widget)
    ]
    main = QThread.currentThread()
    for thing in gc.get_objects():
        kind = type(thing)
        if issubclass(kind, QThread):
            if thing is not main and isValid(thing) and thing.isRunning():
                found.append((thing, _THREAD.format(name=_name(thing))))
        elif issubclass(kind, QTimer):
            if isValid(thing) and thing.isActive():
                found.append((thing, _TIMER.format(name=_name(thing), ms=thing.interval())))
        elif (
            issubclass(kind, QAbstractAnimation)
            and isValid(thing)
            and thing.state() == QAbstractAnimation.State.Running
        ):
            found.append((thing, _ANIMATION.format(name=_name(thing))))
    for thread in threading.enumerate():
        is_ours = not thread.daemon and thread is not threading.main_thread()
        if is_ours and thread.is_alive():
            found.append((thread, _PYTHON_THREAD.format(name=thread.name)))
    found.extend(_open_plotters())
    return found


def _open_plotters() -> list[tuple[object, str]]:

    plotting = sys.modules.get("pyvista.plotting.plotter")
    plotters = () if plotting is None else tuple(plotting._ALL_PLOTTERS.values())
    return [
        (plotter, _PLOTTER.format(name=type(plotter).__name__))
        for plotter in plotters
        if not getattr(plotter, "_closed", True)
    ]


def _belongs_to_qt(widget: QWidget) -> bool:
    return widget.metaObject().className() in {"QTipLabel", "QComboBoxPrivateContainer"}


def _name(thing: QThread | QTimer | QAbstractAnimation) -> str:
    parent = thing.parent()
    owner = "" if parent is None else f", child of {type(parent).__name__}"
    return f"{type(thing).__name__} “{thing.objectName()}”{owner}"


def _window_words(widget: QWidget) -> str:
    kind = type(widget).__name__
    return (
        f"- the window {kind} “{widget.windowTitle() or widget.objectName()}”: give it to "
        "qtbot.addWidget, give it a parent, or close it with WA_DeleteOnClose. If it is closed "
        "already, something still holds it: a signal connected to a lambda or a partial that "
        "names it, a module's variable, a cache."
    )


_THREAD = (
    "- the thread {name} runs: cancel its worker, then quit() and wait() in the closeEvent of "
    "the window that started it."
)
_PYTHON_THREAD = "- the Python thread “{name}” runs: join it, or end its pool with shutdown()."
_TIMER = (
    "- the timer {name}, every {ms} ms, is active: stop() it in closeEvent or make it a child of "
    "a widget that the test deletes."
)
_ANIMATION = "- the animation {name} runs: stop() it where its widget is hidden or closed."
_PLOTTER = (
    "- the 3-D view {name} is open: close() it in the closeEvent of its window; unclosed it can "
    "crash at exit on real graphics cards."
)
