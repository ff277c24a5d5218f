"""The training panel: the right buttons in each status, and every wish said."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mogvae_gui.views.settings_form import SettingField
from mogvae_gui.views.training_panel import TrainingPanel, TrainingStatus


@pytest.fixture
def panel(qtbot: QtBot) -> TrainingPanel:
    panel = TrainingPanel()
    qtbot.addWidget(panel)
    panel.show_fields(
        [
            SettingField("components", "Components", "", "integer", 1, 64, group="Prior"),
            SettingField("epochs", "Epochs", "", "integer", 1, 9999, group="Optimisation"),
        ]
    )
    panel.resize(1264, 210)
    panel.show()
    return panel


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("idle", {"start"}),
        ("starting", {"stop"}),
        ("running", {"pause", "stop"}),
        ("paused", {"resume", "stop"}),
        ("stopping", set()),
        ("stopped", {"start", "resume"}),
        ("done", {"start", "more"}),
        ("failed", {"start", "resume"}),
    ],
)
def test_that_each_status_offers_its_buttons(
    status: TrainingStatus, buttons: set[str], panel: TrainingPanel
) -> None:
    panel.show_status(status)
    names = ("start", "pause", "resume", "stop", "more")
    assert {name for name in names if panel.button(name).isVisible()} == buttons
    panel.show_status("idle")


@pytest.mark.parametrize(
    ("status", "button", "signal"),
    [
        ("idle", "start", "start_requested"),
        ("running", "pause", "pause_requested"),
        ("paused", "resume", "resume_requested"),
        ("running", "stop", "stop_requested"),
    ],
)
def test_that_a_button_says_what_is_wanted(
    status: TrainingStatus, button: str, signal: str, qtbot: QtBot, panel: TrainingPanel
) -> None:
    panel.show_status(status)
    with qtbot.waitSignal(getattr(panel, signal), timeout=5_000):
        QTest.mouseClick(panel.button(button), Qt.MouseButton.LeftButton)


def test_that_train_more_says_how_many_epochs(qtbot: QtBot, panel: TrainingPanel) -> None:
    panel.show_status("done")
    panel.more_epochs.setValue(250)
    with qtbot.waitSignal(panel.more_requested, timeout=5_000) as wanted:
        QTest.mouseClick(panel.button("more"), Qt.MouseButton.LeftButton)
    assert wanted.args == [250]


def test_that_showing_preset_and_name_edits_nothing(qtbot: QtBot, panel: TrainingPanel) -> None:
    signals = [panel.preset_chosen, panel.name_edited, panel.value_edited]
    heard: list[object] = []
    for signal in signals:
        signal.connect(lambda *values: heard.append(values))
    panel.show_preset("article")
    panel.show_name("mog-10")
    panel.show_values({"components": 7})
    assert heard == []
    assert panel.preset_box.currentText() == "Article"
    assert panel.name_line.text() == "mog-10"


def test_that_choosing_a_preset_is_said(qtbot: QtBot, panel: TrainingPanel) -> None:
    panel.show_preset("recommended")
    with qtbot.waitSignal(panel.preset_chosen, timeout=5_000) as chosen:
        panel.preset_box.setCurrentIndex(1)
    assert chosen.args == ["article"]


def test_that_a_typed_name_is_said_without_its_spaces(qtbot: QtBot, panel: TrainingPanel) -> None:
    with qtbot.waitSignal(panel.name_edited, timeout=5_000) as named:
        QTest.keyClicks(panel.name_line, " my run ")
        QTest.keyClick(panel.name_line, Qt.Key.Key_Return)
    assert named.args == ["my run"]


def test_that_an_edited_setting_is_said(qtbot: QtBot, panel: TrainingPanel) -> None:
    with qtbot.waitSignal(panel.value_edited, timeout=5_000) as edited:
        panel.form.editor("epochs").setValue(300)  # type: ignore[union-attr]
    assert edited.args == ["epochs", 300]


def test_that_progress_says_epoch_and_text(panel: TrainingPanel) -> None:
    panel.show_status("running")
    panel.show_progress(50.5, 200, "3 min left · CPU · 412 chairs/s")
    assert panel._epoch_label.text() == "Epoch 50 of 200"
    assert panel._progress.value() == pytest.approx(0.2525 * panel._progress.maximum(), abs=1)
    assert panel._progress_text.text() == "3 min left · CPU · 412 chairs/s"


def test_that_the_run_cannot_be_renamed_while_it_trains(panel: TrainingPanel) -> None:
    panel.show_status("running")
    assert not panel.name_line.isEnabled()
    assert not panel.preset_box.isEnabled()
    panel.show_status("done")
    assert panel.name_line.isEnabled()


def test_that_start_says_why_it_cannot(panel: TrainingPanel) -> None:
    panel.show_can_start(False, "The library has no training chairs. Import some first.")
    assert not panel.button("start").isEnabled()
    assert "no training chairs" in panel.button("start").toolTip()
    panel.show_can_start(True)
    assert panel.button("start").isEnabled()


def test_that_own_words_replace_those_of_a_status(panel: TrainingPanel) -> None:
    panel.show_status("failed", "The loss became NaN at epoch 12.")
    assert panel._status_label.text() == "The loss became NaN at epoch 12."
    assert panel._status_label.property("role") == "error"


def test_that_alarms_are_shown_and_go(panel: TrainingPanel) -> None:
    panel.show_alarms(["2 of 3 latent units are active."])
    assert panel.alarm_list.isVisible()
    assert panel.alarm_list.alarms == ("2 of 3 latent units are active.",)
    panel.show_alarms([])
    assert not panel.alarm_list.isVisible()


def test_that_the_curves_get_the_room_while_a_model_trains(panel: TrainingPanel) -> None:
    panel.show_status("idle")
    before = panel.curves.width()
    panel.show_status("running")
    assert panel.curves.width() > before
    panel.show_status("done")
    assert panel.curves.width() == before


def test_that_a_narrow_dock_stacks_the_parts(panel: TrainingPanel) -> None:
    panel.resize(400, 640)
    assert panel.width() == 400
    assert panel._body.orientation() == Qt.Orientation.Vertical
    panel.resize(1264, 210)
    assert panel._body.orientation() == Qt.Orientation.Horizontal


def test_that_curves_and_usage_reach_the_plots(panel: TrainingPanel) -> None:
    panel.show_curves({"epoch": np.array([1.0]), "loss": np.array([2.0])})
    panel.append_point(2, {"loss": 1.0})
    panel.show_component_usage(np.array([0.4, 0.6]))
    assert list(panel.curves.loss.shown_values("loss")[1]) == [2.0, 1.0]
    assert list(panel.curves.usage.usage) == [0.4, 0.6]
