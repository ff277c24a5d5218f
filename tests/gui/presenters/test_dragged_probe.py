"""A probe that is dragged faster than shapes can be decoded: no queue builds up."""

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from mogvae_gui.workers.model_worker import Decode, DrawSamples
from tests.gui.conftest import A_WHILE


class Answers(QObject):
    """Notes which decodes were made."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[tuple[float, ...]] = []

    @Slot(object, object)
    def note(self, question: Any, _answer: object) -> None:
        if isinstance(question, Decode):
            self.codes.append(question.code)


def test_that_every_place_of_a_drag_is_decoded_or_dropped_and_the_last_is_shown(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio, answers = open_studio, Answers()
    studio.model.answered.connect(answers.note)
    before, places = studio.model.dropped, 300
    for step in range(places):  # all at once: the hand is faster than any decoder
        place = np.array([step / places, 0.5, -0.5], dtype=np.float32)
        studio.window.latent.view.probe_dragged.emit(place)
    assert studio.latent.probe is not None
    last = studio.latent.probe.code
    qtbot.waitUntil(lambda: bool(answers.codes) and answers.codes[-1] == last, timeout=A_WHILE)

    assert studio.model.dropped > before
    assert len(answers.codes) + studio.model.dropped - before == places
    shown = studio.stage.reconstruction
    assert shown is not None
    assert shown.code is not None
    assert max(abs(a - b) for a, b in zip(shown.code, last, strict=True)) < 1e-6


def test_that_a_drag_does_not_wait_for_a_gallery_that_is_being_drawn(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio, kinds = open_studio, Kinds()
    studio.model.answered.connect(kinds.note)
    studio.model.ask(DrawSamples(0, tuple(range(400)), 96))

    studio.window.latent.view.probe_dragged.emit(np.array([0.5, 0.5, -0.5], dtype=np.float32))

    qtbot.waitUntil(lambda: DrawSamples in kinds.answered, timeout=3 * A_WHILE)
    assert kinds.answered.index(Decode) < kinds.answered.index(DrawSamples)


class Kinds(QObject):
    """Notes which kinds of questions were answered, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[type] = []

    @Slot(object, object)
    def note(self, question: Any, _answer: object) -> None:
        self.answered.append(type(question))
