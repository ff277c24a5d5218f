"""The whole program: projects come and go, clicks decode, errors are said, the end is clean."""

import gc
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QThread, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core.project import Project
from core.training.run import Run
from mogvae_gui.log import report_uncaught
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.preferences import Preferences, load_preferences
from mogvae_gui.views.theme import theme
from mogvae_gui.window_process import UncaughtErrors
from tests.gui.conftest import A_WHILE, close_studio
from tests.gui.mouse import LEFT, NO_KEY, click
from tests.small_project import CHAIRS, RUN, make_small_project


def threads_of(studio: Studio) -> list[QThread]:
    return studio.window.findChildren(QThread) + studio.findChildren(QThread)


def open_project(studio: Studio, folder: Path, qtbot: QtBot) -> None:
    """Open and wait until its run and a reconstruction are in view."""
    studio.projects.open_folder(folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)


def click_place(studio: Studio, position: np.ndarray) -> None:
    view = studio.window.latent.view
    x, y = view.pixels_of(np.asarray(position, dtype=np.float64)[None])[0][0]
    click(view.plotter, float(x), float(y))


# Opening


def test_that_an_opened_project_is_seen_at_once(open_studio: Studio) -> None:
    studio, window = open_studio, open_studio.window
    assert window.windowTitle() == "Own project — MoG-VAE Studio"
    assert window.library.model.rowCount() == CHAIRS
    assert studio.project.current is studio.project.chairs[0]
    assert window.latent.runs.currentText() == RUN
    assert window.latent.view.isVisible()
    assert window.stage.original.title.text() == studio.project.chairs[0].name
    assert window.stage.reconstruction.title.text().startswith("Reconstruction of ")
    assert "CD " in window.stage.reconstruction.caption.text()
    assert "decode" in window.decode_label.text()
    assert studio.preferences.recent == [str(studio.project.project.folder)]  # type: ignore[union-attr]
    assert not window.banners.banners


def test_that_another_project_leaves_nothing_of_the_one_before(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    studio.window.library.rename_requested.emit(studio.project.chairs[0].id, "Throne")
    studio.projects.make(tmp_path / "Empty")

    assert not studio.project.chairs
    assert not studio.project.selected
    assert studio.stage.original is None
    assert studio.stage.reconstruction is None
    assert studio.latent.map is None
    assert not studio.window.undo_action.isEnabled()
    assert studio.window.latent.runs.count() == 0
    assert studio.window.library.empty.isVisible()
    assert not studio.window.train_action.isEnabled()

    open_project(studio, tmp_path / "Own project", qtbot)
    assert next(iter(studio.project.chairs)).name == "Throne"


def test_that_a_folder_that_is_no_project_is_a_sentence_and_the_open_one_stays(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    before = open_studio.project.project
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        open_studio.projects.open_folder(tmp_path / "nowhere")

    (banner,) = open_studio.window.banners.banners
    assert banner.kind == "error"
    assert "does not exist" in banner.sentence
    assert open_studio.project.project is before


def test_that_a_project_folder_given_or_dropped_is_opened(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    studio.open([own_project.folder])
    qtbot.waitUntil(lambda: studio.project.project is not None, timeout=A_WHILE)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)
    studio.projects.make(own_project.folder.parent / "Other")
    assert not studio.project.chairs

    studio.window.paths_dropped.emit([own_project.folder])

    qtbot.waitUntil(lambda: len(studio.project.chairs) == CHAIRS, timeout=A_WHILE)


def test_that_a_dropped_project_that_lost_its_file_is_opened_as_one(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    """Its clouds are no chairs to be brought in."""
    (own_project.folder / "project.json").unlink()

    studio.window.paths_dropped.emit([own_project.folder])

    qtbot.waitUntil(lambda: len(studio.project.chairs) == CHAIRS, timeout=A_WHILE)
    assert studio.project.project is not None
    assert studio.project.project.folder == own_project.folder


# From a click to a shape


def test_that_clicks_in_every_place_decode_and_everything_is_in_step(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio, latent = open_studio, open_studio.latent
    view = studio.window.latent.view
    assert latent.map is not None
    assert latent.map.components is not None
    assert latent.axes is not None
    positions = latent.axes.positions(latent.map.codes)
    # A run this short has told its chairs hardly apart: from near by they are.
    view.camera.SetFocalPoint(*positions.mean(axis=0))
    view.camera.Zoom(100)
    places = [QPoint(round(x), round(y)) for x, y in view.pixels_of(positions)[0]]
    met = {view._code_under(QPointF(place)): place for place in places}
    row = max(row for row in met if row is not None)
    chair_id = latent.map.chair_ids[row]
    assert studio.stage.reconstruction is not None
    assert studio.stage.reconstruction.chair_id != chair_id
    click(view.plotter, met[row].x(), met[row].y())
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.chair_id == chair_id
        ),
        timeout=A_WHILE,
    )
    assert studio.window.library.selected_ids() == [chair_id]
    code = latent.map.code_of(chair_id)
    assert latent.probe is not None
    assert latent.probe.code == pytest.approx(code, abs=1e-4)
    sliders = [slider.value() for slider in studio.window.latent.sliders.sliders]
    assert sliders == pytest.approx(code, abs=1e-4)

    studio.window.latent.components.component_chosen.emit(1)
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None and studio.stage.reconstruction.component == 1
        ),
        timeout=A_WHILE,
    )
    assert studio.stage.reconstruction is not None
    assert studio.project.project is not None
    expected = (
        Run.open(studio.project.project.runs_folder / RUN)
        .model()
        .decode(latent.map.components.means[1:2].astype(np.float32))[0]
    )
    np.testing.assert_allclose(studio.stage.reconstruction.points, expected, atol=1e-5)

    slider = studio.window.latent.sliders.sliders[0]
    slider.setValue(slider.minimum())
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.component is None
        ),
        timeout=A_WHILE,
    )
    assert latent.probe.code[0] == pytest.approx(slider.minimum())


def test_that_choosing_in_the_library_moves_the_probe(open_studio: Studio, qtbot: QtBot) -> None:
    chair = open_studio.project.chairs[3]
    library = open_studio.window.library
    place = library.list.visualRect(library.model.index_of(chair.id)).center()
    QTest.mouseClick(library.list.viewport(), LEFT, NO_KEY, QPoint(place))

    qtbot.waitUntil(
        lambda: (
            open_studio.latent.probe is not None and open_studio.latent.probe.chair_id == chair.id
        ),
        timeout=A_WHILE,
    )
    assert open_studio.window.stage.original.title.text() == chair.name


def test_that_a_name_typed_in_the_card_is_the_chairs_name(
    open_studio: Studio, qtbot: QtBot
) -> None:
    library = open_studio.window.library
    library.rename.trigger()
    editor = library.list.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "Throne")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()

    assert open_studio.project.chairs[0].name == "Throne"
    assert open_studio.window.stage.original.title.text() == "Throne"
    open_studio.window.undo_action.trigger()
    assert open_studio.project.chairs[0].name != "Throne"


def test_that_removed_chairs_leave_the_latent_space_and_come_back(open_studio: Studio) -> None:
    studio, view = open_studio, open_studio.window.latent.view
    last = studio.project.chairs[-1].id
    studio.window.library.remove_requested.emit([last])
    assert np.isnan(view._positions[-1]).all()

    studio.window.undo_action.trigger()

    assert np.isfinite(view._positions).all()


def test_that_the_theme_reaches_everything_that_is_open(open_studio: Studio) -> None:
    window = open_studio.window
    before = window.grab().toImage()
    window.theme_chosen.emit("dark")
    QApplication.processEvents()

    after = window.grab().toImage()
    right, bottom = before.width() - 5, before.height() - 5
    for x, y in ((5, 5), (5, bottom), (right, bottom // 2)):
        assert after.pixelColor(x, y).lightness() < before.pixelColor(x, y).lightness()
    for view in (window.stage.original.view, window.stage.reconstruction.view, window.latent.view):
        assert view.picture(2).pixelColor(4, 4).lightness() < 90
    assert open_studio.preferences.theme == "dark"
    theme().choose("light")


# Errors


def test_that_errors_of_any_thread_become_a_banner(
    open_studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = sys.excepthook, threading.excepthook
    uncaught = UncaughtErrors(open_studio)
    report_uncaught(uncaught.arose.emit)
    try:

        def fail() -> None:
            raise ValueError("in a thread")

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(open_studio.window.banners.banners), timeout=A_WHILE)
    finally:
        sys.excepthook, threading.excepthook = hooks

    (banner,) = open_studio.window.banners.banners
    assert "in a thread" in banner.sentence
    assert banner.kind == "error"


# The end


def test_that_closing_ends_every_thread_and_timer(open_studio: Studio) -> None:
    threads = threads_of(open_studio)
    assert any(thread.isRunning() for thread in threads)

    open_studio.window.close()

    assert not open_studio.window.isVisible()
    assert not any(thread.isRunning() for thread in threads)
    timers = [t for t in open_studio.window.findChildren(QTimer) if t.isActive()]
    assert [t.parent() for t in timers] == []


def test_that_closing_with_answers_under_way_is_quiet(
    open_studio: Studio, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    for chair in open_studio.project.chairs:
        open_studio.project.selected = (chair.id,)
        open_studio.probe.sample()

    with qtbot.captureExceptions() as errors:
        open_studio.window.close()
        for _ in range(20):
            QApplication.processEvents()

    assert errors == []
    assert not open_studio.window.isVisible()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_that_closing_while_the_shown_pair_is_measured_is_quiet(
    open_studio: Studio, qtbot: QtBot
) -> None:
    open_studio.stage_presenter._on_settled()

    with qtbot.captureExceptions() as errors:
        open_studio.window.close()
        for _ in range(20):
            QApplication.processEvents()

    assert errors == []


def test_that_two_windows_in_one_process_know_nothing_of_each_other(
    own_project: Project, tmp_path: Path, unmeasured: None, qtbot: QtBot
) -> None:
    first = Studio(Preferences())
    first.window.show()
    open_project(first, own_project.folder, qtbot)
    second = Studio(Preferences())
    second.window.show()
    other = make_small_project(tmp_path / "Other project")
    open_project(second, other.folder, qtbot)
    second.window.library.remove_requested.emit([second.project.chairs[0].id])

    assert len(first.project.chairs) == CHAIRS
    assert len(second.project.chairs) == CHAIRS - 1
    close_studio(first)
    second.probe.go_to((0.1, 0.2, 0.3))
    qtbot.waitUntil(
        lambda: (
            second.stage.reconstruction is not None
            and second.stage.reconstruction.code == pytest.approx((0.1, 0.2, 0.3))
        ),
        timeout=A_WHILE,
    )
    theme().choose("dark")  # reaches the second; the first is gone
    close_studio(second)


def test_that_a_window_after_the_first_opens_works_and_the_first_is_freed(
    own_project: Project, unmeasured: None, qtbot: QtBot
) -> None:
    freed: list[str] = []
    for _ in range(2):
        studio = Studio(load_preferences())
        studio.window.show()
        open_project(studio, own_project.folder, qtbot)
        for name in ("window", "probe", "latent_presenter", "trainings", "project"):
            weakref.finalize(getattr(studio, name), freed.append, name)
        close_studio(studio)
        del studio
        gc.collect()

    assert sorted(freed) == sorted(
        2 * ["window", "probe", "latent_presenter", "trainings", "project"]
    )


def test_that_layout_theme_and_projects_are_remembered(
    own_project: Project, unmeasured: None, qtbot: QtBot
) -> None:
    first = Studio(load_preferences())
    first.window.show()
    open_project(first, own_project.folder, qtbot)
    first.window.latent_dock.hide()
    first.window.resize(1200, 760)
    first.window.theme_chosen.emit("dark")
    close_studio(first)

    preferences = load_preferences()
    assert preferences.theme == "dark"
    assert preferences.recent == [str(own_project.folder.resolve())]
    second = Studio(preferences)
    with qtbot.waitExposed(second.window):
        second.window.show()
    assert not second.window.latent_dock.isVisible()
    assert (second.window.width(), second.window.height()) == (1200, 760)
    marked = [a.data() for a in second.window._themes.actions() if a.isChecked()]
    assert marked == ["dark"]
    assert [a.data() for a in second.window._recent_menu.actions()] == preferences.recent
    close_studio(second)
    theme().choose("light")


@pytest.mark.parametrize(
    "preferences",
    [
        Preferences(theme="purple", geometry="?", layout="%%%", recent=["/gone/away"]),
        Preferences(geometry="ü" * 50, layout="QUJD" * 1000),
    ],
)
def test_that_preferences_that_make_no_sense_are_harmless(
    preferences: Preferences, qtbot: QtBot
) -> None:
    studio = Studio(preferences)
    with qtbot.waitExposed(studio.window):
        studio.window.show()

    assert studio.window.library_dock.isVisible()
    assert studio.window.width() > 600
    close_studio(studio)
