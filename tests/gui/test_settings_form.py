"""The settings form: built from descriptions, says what is edited in the right type."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit
from pytestqt.qtbot import QtBot

from mogvae_gui.views.fields import ChoiceBox, IntegerBox, NumberBox, ScientificBox
from mogvae_gui.views.settings_form import SettingField, SettingsForm, _even_parts

FIELDS = (
    SettingField(
        "prior",
        "Prior",
        "What codes are drawn from",
        "choice",
        choices=(("standard", "Standard normal"), ("mog", "Mixture")),
        group="Prior",
    ),
    SettingField("components", "Components", "", "integer", 1, 64, group="Prior"),
    SettingField("batch_norm", "Batch norm", "", "flag", group="Network"),
    SettingField("free_bits", "Free bits", "", "number", 0, 10, 0.05, 2, group="Loss"),
    SettingField("learning_rate", "Learning rate", "", "scientific", 1e-7, 1, group="Optimisation"),
    SettingField("points", "Points", "", "integer", 0, 9000, minimum_text="all", group="Run"),
    SettingField("note", "Note", "", "text", group="Run"),
)


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm:
    form = SettingsForm()
    qtbot.addWidget(form)
    form.show_fields(FIELDS)
    form.resize(520, 400)
    form.show()
    return form


def test_that_showing_values_edits_nothing(qtbot: QtBot, form: SettingsForm) -> None:
    with qtbot.assertNotEmitted(form.value_edited):
        form.show_values(
            {
                "prior": "mog",
                "components": 10,
                "batch_norm": True,
                "free_bits": 0.25,
                "learning_rate": 0.123456789,
                "points": 0,
                "note": "hello",
                "unheard of": 1,
            }
        )
    prior, components = form.editor("prior"), form.editor("components")
    assert isinstance(prior, ChoiceBox)
    assert prior.currentText() == "Mixture"
    assert isinstance(components, IntegerBox)
    assert components.value() == 10
    points = form.editor("points")
    assert isinstance(points, IntegerBox)
    assert points.text() == "all"
    rate = form.editor("learning_rate")
    assert isinstance(rate, ScientificBox)
    assert rate.value() == pytest.approx(0.123456789, abs=1e-12)


def test_that_each_kind_is_edited_in_its_own_type(qtbot: QtBot, form: SettingsForm) -> None:
    edits: list[tuple[str, object]] = []
    form.value_edited.connect(lambda name, value: edits.append((name, value)))
    prior, components = form.editor("prior"), form.editor("components")
    flag, free_bits = form.editor("batch_norm"), form.editor("free_bits")
    note = form.editor("note")
    assert isinstance(prior, ChoiceBox)
    assert isinstance(components, IntegerBox)
    assert isinstance(flag, QCheckBox)
    assert isinstance(free_bits, NumberBox)
    assert isinstance(note, QLineEdit)
    prior.setCurrentIndex(1)
    components.setValue(12)
    flag.setChecked(True)
    free_bits.setValue(0.5)
    note.setText("word")
    note.editingFinished.emit()
    assert edits == [
        ("prior", "mog"),
        ("components", 12),
        ("batch_norm", True),
        ("free_bits", 0.5),
        ("note", "word"),
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(60.0, "60"), (0.25, "0.25"), (0.0, "0"), (1.5, "1.5"), (100.0, "100")]
)
def test_that_a_number_has_no_idle_zeros(qtbot: QtBot, value: float, text: str) -> None:
    box = NumberBox()
    qtbot.addWidget(box)
    box.setRange(0, 1000)
    box.setDecimals(3)
    box.setValue(value)
    assert box.text() == text


def test_that_typing_is_one_edit_when_it_is_committed(qtbot: QtBot, form: SettingsForm) -> None:
    edits: list[object] = []
    form.value_edited.connect(lambda _, value: edits.append(value))
    rate = form.editor("learning_rate")
    assert isinstance(rate, ScientificBox)
    rate.selectAll()
    QTest.keyClicks(rate, "3e-4")
    assert edits == []
    QTest.keyClick(rate, Qt.Key.Key_Return)
    assert edits == [3e-4]
    assert rate.text() == "0.0003"


def test_that_words_too_long_for_their_field_end_in_dots(qtbot: QtBot) -> None:
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItems(["Mixture of Gaussians and of something else", "Mix"])
    box.resize(90, 24)
    long = box.grab().toImage()
    box.setItemText(0, "Mixture of quite another thing that is long")
    assert box.grab().toImage() == long  # both are cut to "Mixtur…"
    box.setCurrentIndex(1)
    assert box.grab().toImage() != long


def test_that_a_seed_may_be_larger_than_qt_counts(qtbot: QtBot) -> None:
    form = SettingsForm()
    qtbot.addWidget(form)
    form.show_fields([SettingField("seed", "Seed", "", "integer", 0, 2**32 - 1)])
    form.show_values({"seed": 4_000_000_000})
    seed = form.editor("seed")
    assert isinstance(seed, NumberBox)
    assert seed.text() == "4000000000"
    with qtbot.waitSignal(form.value_edited, timeout=5_000) as edited:
        seed.stepUp()
    assert edited.args == ["seed", 4_000_000_001]
    assert isinstance(edited.args[1], int)


def test_that_letters_are_refused_in_a_number(qtbot: QtBot, form: SettingsForm) -> None:
    rate = form.editor("learning_rate")
    assert isinstance(rate, ScientificBox)
    rate.setValue(0.01)
    rate.selectAll()
    QTest.keyClicks(rate, "fast")
    assert rate.value() == 0.01


def test_that_the_steps_of_a_learning_rate_are_1_2_5(qtbot: QtBot) -> None:
    box = ScientificBox()
    qtbot.addWidget(box)
    box.setRange(0, 1)
    box.setValue(0.0005)
    seen = []
    for _ in range(4):
        box.stepBy(1)
        seen.append(box.value())
    assert seen == pytest.approx([0.001, 0.002, 0.005, 0.01])
    box.stepBy(-4)
    assert box.value() == pytest.approx(0.0005)
    box.setValue(0.0003)
    box.stepBy(-1)
    assert box.value() == pytest.approx(0.0002)
    box.setValue(0)
    box.stepBy(1)
    assert box.value() == pytest.approx(1e-6)


def test_that_the_wheel_scrolls_past_a_field_that_is_not_in_use(
    qtbot: QtBot, form: SettingsForm
) -> None:
    form.show_values({"components": 10, "prior": "mog", "free_bits": 0.25})
    for name in ("components", "prior", "free_bits"):
        editor = form.editor(name)
        editor.clearFocus()
        event = QWheelEvent(
            QPointF(4, 4),
            QPointF(editor.mapToGlobal(QPoint(4, 4))),
            QPoint(0, 0),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(editor, event)
    components, prior = form.editor("components"), form.editor("prior")
    assert isinstance(components, IntegerBox)
    assert isinstance(prior, ChoiceBox)
    assert components.value() == 10
    assert prior.currentText() == "Mixture"


def test_that_a_setting_can_be_switched_off_with_its_label(form: SettingsForm) -> None:
    form.show_enabled({"components": False, "unheard of": True})
    assert not form.editor("components").isEnabled()
    assert not form._labels["components"].isEnabled()
    form.show_enabled({"components": True})
    assert form.editor("components").isEnabled()


def test_that_a_wide_form_has_more_columns(form: SettingsForm) -> None:
    form.resize(280, 400)
    assert len(form._columns) == 1
    form.resize(800, 400)
    assert len(form._columns) == 3


def test_that_new_fields_replace_the_old_ones(form: SettingsForm) -> None:
    form.show_fields(FIELDS[:2])
    assert set(form._editors) == {"prior", "components"}
    assert len(form._groups) == 1


def test_that_a_tooltip_is_on_the_field_and_its_label(form: SettingsForm) -> None:
    assert "What codes are drawn from" in form.editor("prior").toolTip()
    assert "What codes are drawn from" in form._labels["prior"].toolTip()
    assert form.editor("prior").accessibleName() == "Prior"


def test_that_groups_are_dealt_in_order_into_even_columns() -> None:
    assert _even_parts([40, 30, 70, 60, 20], 2) == [0, 0, 0, 1, 1]
    assert _even_parts([10], 1) == [0]
    assert _even_parts([], 1) == []
