"""The status bar says from the start where models are computed."""

import pytest
import torch
from pytestqt.qtbot import QtBot

from core.training.device import find_device
from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE


def test_that_the_device_is_said_before_anything_was_trained(
    open_studio: Studio, qtbot: QtBot
) -> None:
    label = open_studio.window.device_label
    expected = "GPU" if torch.cuda.is_available() else "CPU"
    qtbot.waitUntil(lambda: label.text().startswith(expected), timeout=A_WHILE)

    settings = open_studio.training.settings
    open_studio.training.settings = settings.with_changes(device="mps")
    expected = "GPU (Metal)" if torch.backends.mps.is_available() else "GPU (Metal) not found"
    qtbot.waitUntil(lambda: label.text() == expected, timeout=A_WHILE)


def test_that_auto_takes_the_best_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert [find_device(wanted) for wanted in ("auto", "cpu", "cuda", "mps")] == [
        *("cpu", "cpu", "", "")
    ]
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert find_device("auto") == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Test 9000")
    assert find_device("auto") == "cuda (Test 9000)"
