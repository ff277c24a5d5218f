"""A probe that is dragged faster than shapes can be decoded: no queue builds up."""

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from mogvae_gui.workers.model_worker import Decode
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
