"""The live curves: what is measured is drawn, gaps stay gaps, and the read-out names values."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mogvae_gui.views.plots import ValueAxis
from mogvae_gui.views.theme import component_qcolor, theme
from mogvae_gui.views.training_curves import TrainingCurves


@pytest.fixture
def curves(qtbot: QtBot) -> TrainingCurves:
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.resize(900, 200)
    curves.show()
    return curves


def pointer_over_epoch(curves: TrainingCurves, epoch: float) -> QPointF:
    view = curves.loss.plot.view
    scene = view.mapViewToScene(QPointF(epoch, view.viewRect().center().y()))
    return QPointF(curves.loss.plot.mapFromScene(scene))


def test_that_it_says_what_will_be_here_before_a_training(curves: TrainingCurves) -> None:
    assert curves._empty.isVisible()
    curves.append_point(1, {"loss": 0.5})
    assert not curves._empty.isVisible()
    curves.clear()
    assert curves._empty.isVisible()


def test_that_points_are_added_to_what_was_shown(curves: TrainingCurves) -> None:
    curves.show_curves({"epoch": np.array([1, 2]), "loss": np.array([3.0, 2.0])})
    curves.append_point(3, {"loss": 1.5, "kl": 4.0})
    epochs, loss = curves.loss.shown_values("loss")
    assert list(epochs) == [1, 2, 3]
    assert list(loss) == [3.0, 2.0, 1.5]
    epochs, kl = curves.loss.shown_values("kl")
    assert list(epochs) == [3]
    assert list(kl) == [4.0]


def test_that_epochs_measured_again_replace_the_old_ones(curves: TrainingCurves) -> None:
    for epoch in range(1, 6):
        curves.append_point(epoch, {"loss": 1.0})
    curves.append_point(4, {"loss": 9.0})
    epochs, loss = curves.loss.shown_values("loss")
    assert list(epochs) == [1, 2, 3, 4]
    assert list(loss) == [1, 1, 1, 9]


def test_that_a_test_every_few_epochs_is_drawn_through(curves: TrainingCurves) -> None:
    for epoch in range(1, 7):
        test = 0.1 / epoch if epoch % 3 == 0 else None
        curves.append_point(epoch, {"loss": 1.0, "test_reconstruction": test})
    epochs, _ = curves.loss.shown_values("test_reconstruction")
    assert list(epochs) == [3, 6]


def test_that_a_kl_below_zero_leaves_the_log_scale_alone(curves: TrainingCurves) -> None:
    curves.append_point(1, {"kl": -0.1})
    curves.append_point(2, {"kl": 0.2})
    assert list(curves.loss.shown_values("kl")[0]) == [2]
    curves.loss.log_button.setChecked(False)
    assert list(curves.loss.shown_values("kl")[0]) == [1, 2]


def test_that_the_legend_hides_a_curve(qtbot: QtBot, curves: TrainingCurves) -> None:
    curves.append_point(1, {"loss": 1.0})
    QTest.mouseClick(curves.loss._chips["loss"], Qt.MouseButton.LeftButton)
    assert not curves.loss._items["loss"].isVisible()
    QTest.mouseClick(curves.loss._chips["loss"], Qt.MouseButton.LeftButton)
    assert curves.loss._items["loss"].isVisible()


def test_that_a_narrow_legend_shows_dots_only(curves: TrainingCurves) -> None:
    curves.append_point(1, {"loss": 1.0})
    chip = curves.loss._chips["reconstruction"]
    assert chip.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    curves.resize(320, 120)
    assert chip.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    curves.resize(900, 200)
    assert chip.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_that_a_narrow_plot_names_what_it_shows_rather_than_how(curves: TrainingCurves) -> None:
    curves.append_point(1, {"loss": 1.0})
    curves.resize(590, 160)  # of a window of 1280 pixels
    QCoreApplication.processEvents()
    assert curves.choice.width() >= curves.choice.fontMetrics().horizontalAdvance("Learning rate")
    assert not curves.other.log_button.isVisibleTo(curves)
    assert curves.loss.log_button.isVisibleTo(curves)
    curves.resize(1200, 200)
    assert curves.other.log_button.isVisibleTo(curves)


def test_that_the_read_out_names_the_values_under_the_pointer(
    qtbot: QtBot, curves: TrainingCurves
) -> None:
    for epoch in range(1, 11):
        curves.append_point(epoch, {"loss": 1 / epoch, "kl": 3.0})
    QTest.mouseMove(curves.loss.plot.viewport(), pointer_over_epoch(curves, 5).toPoint())
    curves.loss._on_pointer_moved(pointer_over_epoch(curves, 5))
    text = curves.loss.readout_text()
    assert "epoch 5" in text
    assert "0.2" in text
    assert "reconstruction" not in text
    curves.loss._on_pointer_moved(QPointF(-50, -50))
    assert curves.loss.readout_text() == ""


def test_that_the_second_plot_shows_what_is_chosen(curves: TrainingCurves) -> None:
    curves.append_point(1, {"loss": 1.0, "active_units": 3, "learning_rate": 0.001})
    assert curves.other._items["learning_rate"].isVisible()
    assert curves.other.log_button.isChecked()
    curves.choice.setCurrentIndex(curves.choice.findData("active_units"))
    assert curves.other._items["active_units"].isVisible()
    assert not curves.other._items["learning_rate"].isVisible()
    assert not curves.other.log_button.isChecked()


def test_that_components_are_bars_in_their_own_colours(curves: TrainingCurves) -> None:
    curves.show_component_usage(np.array([0.5, 0.3, 0.2]), "3 in use")
    assert list(curves.usage.usage) == [0.5, 0.3, 0.2]
    brushes = curves.usage._bars.opts["brushes"]
    assert [brush.name() for brush in brushes] == [component_qcolor(k).name() for k in range(3)]
    assert "component 2  30.0 %" in curves.usage._describe(2.2)
    assert curves.usage._describe(9.0) == ""


def test_that_a_single_gaussian_needs_no_bars(curves: TrainingCurves) -> None:
    curves.append_point(1, {"loss": 1.0})
    curves.show_component_usage(np.array([1.0]))
    assert curves.usage.isHidden()
    curves.show_component_usage(np.array([0.5, 0.5]))
    assert not curves.usage.isHidden()


def test_that_a_tall_narrow_dock_has_two_rows(qtbot: QtBot, curves: TrainingCurves) -> None:
    curves.append_point(1, {"loss": 1.0})
    curves.show_component_usage(np.array([0.5, 0.5]))
    curves.resize(400, 500)
    qtbot.waitUntil(lambda: curves.usage.y() > curves.loss.y(), timeout=5_000)
    curves.resize(900, 200)
    qtbot.waitUntil(lambda: curves.usage.y() == curves.loss.y(), timeout=5_000)


def test_that_curves_change_colour_with_the_theme(curves: TrainingCurves) -> None:
    light = curves.loss._items["loss"].opts["pen"].color().name()
    theme().choose("dark")
    assert curves.loss._items["loss"].opts["pen"].color().name() != light


@pytest.mark.parametrize(
    ("lowest", "highest", "labels"),
    [
        (-5.2, -0.8, ["1e-5", "0.0001", "0.001", "0.01", "0.1"]),
        (-2.5, -1.5, ["0.005", "0.01", "0.02"]),
        (-1.99, -1.8, ["0.012", "0.014"]),
    ],
)
def test_that_a_log_axis_is_labelled_at_every_span(
    lowest: float, highest: float, labels: list[str], qtbot: QtBot
) -> None:
    axis = ValueAxis("left")
    [(spacing, values)] = axis.logTickValues(lowest, highest, 150.0, [])
    assert axis.logTickStrings(values, 1.0, spacing) == labels
