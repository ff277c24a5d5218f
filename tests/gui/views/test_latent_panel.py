"""The latent dock: run, axes and colouring are chosen by hand; showing them says nothing."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from core.density_meter import DensityWords, density_words
from mogvae_gui.views.axes_dialog import AxesDialog
from mogvae_gui.views.density_bar import BEYOND, place_on_strip
from mogvae_gui.views.latent_panel import LatentPanel
from tests.gui.spies import said


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[LatentPanel]:
    panel = LatentPanel()
    qtbot.addWidget(panel)
    panel.resize(380, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_model_there(True)
    yield panel
    panel.view.close_view()


def choose(box: QComboBox, text: str) -> None:
    """Choose as a hand does, with the keys."""
    box.setFocus()
    box.showPopup()
    view = box.view()
    view.setCurrentIndex(box.model().index(box.findText(text), 0))
    QTest.keyClick(view, Qt.Key.Key_Return)


def test_that_without_a_model_the_dock_says_what_to_do(panel: LatentPanel) -> None:
    panel.show_model_there(False)

    assert panel.empty.isVisible()
    assert not panel.view.isVisible()
    assert not panel.sample_action.isEnabled()

    panel.show_model_there(True)

    assert panel.view.isVisible()
    assert panel.sample_action.isEnabled()


def test_that_runs_are_listed_with_the_one_in_view_chosen(panel: LatentPanel) -> None:
    chosen = QSignalSpy(panel.run_chosen)

    panel.show_runs(("VAE", "MoG-VAE"), "MoG-VAE")

    assert panel.runs.currentText() == "MoG-VAE"
    panel.show_runs(("VAE", "MoG-VAE"), None)
    assert panel.runs.currentIndex() == -1
    panel.show_runs((), None)
    assert not panel.runs.isEnabled()
    assert panel.runs.placeholderText() == "No runs yet"
    assert chosen.count() == 0


def test_that_choosing_a_run_is_said(panel: LatentPanel) -> None:
    panel.show_runs(("VAE", "MoG-VAE"), "MoG-VAE")
    chosen = QSignalSpy(panel.run_chosen)

    choose(panel.runs, "VAE")

    assert [args[0] for args in said(chosen)] == ["VAE"]


def test_that_axes_are_offered_where_there_is_a_choice(panel: LatentPanel) -> None:
    chosen = QSignalSpy(panel.axes_chosen)
    panel.show_axes([], "first")
    assert not panel.axes.isVisible()

    panel.show_axes([("first", "z1 z2 z3"), ("principal", "Principal")], "first")
    assert panel.axes.isVisible()
    assert panel.axes.currentText() == "z1 z2 z3"
    assert chosen.count() == 0

    choose(panel.axes, "Principal")
    assert [args[0] for args in said(chosen)] == ["principal"]


def test_that_three_axes_are_chosen_by_number_if_they_differ(panel: LatentPanel) -> None:
    chosen = QSignalSpy(panel.axes_chosen)
    panel.sliders.show_dimensions([(-1.0, 1.0)] * 8)
    panel.show_axes([("first", "z1 z2 z3"), ("3,4,5", "z4 z5 z6")], "3,4,5")
    choose(panel.axes, "Others…")
    assert panel.axes.currentText() == "z4 z5 z6"
    assert chosen.count() == 0
    (dialog,) = panel.findChildren(AxesDialog)
    assert dialog.dimensions() == (3, 4, 5)

    dialog.boxes[1].setValue(4)
    assert not dialog.ok_button.isEnabled()
    assert "dimension of its own" in dialog.hint.text()
    dialog.boxes[1].setValue(8)
    dialog.ok_button.click()

    assert [args[0] for args in said(chosen)] == ["3,7,5"]


def test_that_the_colouring_is_said_by_hand_and_shown_in_silence(panel: LatentPanel) -> None:
    chosen = QSignalSpy(panel.colouring_chosen)
    panel.show_colouring("family")
    assert panel.colouring.currentText() == "Family"
    assert chosen.count() == 0

    choose(panel.colouring, "Split")
    assert [args[0] for args in said(chosen)] == ["split"]


def test_that_sampling_is_asked_for(panel: LatentPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.sample_requested):
        panel.sample_action.trigger()


def test_that_the_density_of_a_place_is_told_with_its_reason(panel: LatentPanel) -> None:
    panel.show_density(DensityWords("A usual place:", "denser than most", "because"), 0.6)

    assert panel.density.text == "A usual place: denser than most"
    assert "because" in panel.density.toolTip()


def test_that_the_words_about_a_far_place_fit_into_a_narrow_dock(panel: LatentPanel) -> None:
    panel.resize(372, 590)  # of a window of 1280 by 720
    panel.show_density(density_words(0.0, 123_456.0), 0.0, 123_456.0)
    QApplication.processEvents()

    for label in (panel.density.place, panel.density.meaning):
        assert label.isVisible()
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.contentsRect().width()
    assert panel.width() == 372


def test_that_the_mark_of_a_place_that_is_farther_off_stands_farther_left() -> None:
    places = [place_on_strip(0.0, nats) for nats in (1e6, 500.0, 12.0, 3.0, 0.6)]
    places += [place_on_strip(share, 0.0) for share in (0.0, 0.05, 0.5, 1.0)]

    assert places == sorted(places)
    assert len(set(places)) == len(places)
    assert 0.0 <= places[0] < places[4] < BEYOND == places[5]
    assert places[-1] == 1.0


def test_that_the_tools_of_components_stand_beside_their_tab_only(panel: LatentPanel) -> None:
    assert not panel.component_tools.isVisible()

    panel.show_tab("components")
    assert panel.component_tools.isVisible()
    panel.resize(panel.minimumWidth(), panel.height())
    QApplication.processEvents()
    tools = panel.component_tools
    assert all(tools.widgetForAction(action).isVisible() for action in panel.components.tools)

    panel.show_tab("probe")
    assert not tools.isVisible()


def test_that_a_space_of_many_axes_leaves_all_buttons_in_sight(panel: LatentPanel) -> None:
    panel.show_axes([("first", "z1 z2 z3"), ("principal", "Principal")], "first")
    QApplication.processEvents()

    assert panel.axes.isVisible()
    assert panel.minimumSizeHint().width() <= 372  # what the dock has in a window of usual size
