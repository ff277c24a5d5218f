"""What a journey waits for before it goes on."""

import numpy as np
from jaxtyping import Float32
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio

A_MINUTE = 60_000


def shown(studio: Studio, qtbot: QtBot) -> None:
    """Until the stage shows what the probe's place decodes to; a model reckons in float32."""

    def is_so() -> bool:
        probe, decoded = studio.latent.probe, studio.stage.reconstruction
        return (
            probe is not None
            and decoded is not None
            and decoded.code is not None
            and decoded.chair_id == probe.chair_id
            and probe.chair_id == studio.probe.chair_asked_for
            and np.array_equal(in_float32(decoded.code), in_float32(probe.code))
        )

    qtbot.waitUntil(is_so, timeout=A_MINUTE)


def in_float32(code: tuple[float, ...]) -> Float32[np.ndarray, " latent"]:
    """A code as a model sees it."""
    return np.array(code, dtype=np.float32)


def settled(studio: Studio, qtbot: QtBot) -> None:
    """Until the history has noted the place."""
    shown(studio, qtbot)
    qtbot.waitUntil(lambda: not studio.history._settled.isActive(), timeout=A_MINUTE)
