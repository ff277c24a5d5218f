"""Stand-ins for what presenters ask: they note the questions, and a test answers."""

from typing import Any, cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.components import Components
from core.frame import Frame
from core.library import Chair
from core.metrics import PairMetrics
from core.split import Split
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.state.latent_state import LatentMap
from mogvae_gui.workers.model_worker import Decoded
from tests.small_project import scattered_codes


class FakeModel(QObject):
    """A model link whose thread is the test."""

    answered = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Any] = []

    def ask(self, question: object) -> None:
        self.asked.append(question)

    def as_link(self) -> ModelLink:
        return cast(ModelLink, self)


def decoded(
    code: tuple[float, ...] = (0.5, -0.5, 1.0), points: int = 30, measured: bool = False
) -> Decoded:
    """An answer; `measured` as that to a reconstruction."""
    cloud = np.random.default_rng(len(code)).uniform(-0.5, 0.5, size=(points, 3))
    normals = np.tile(np.array([0, 0, 1], dtype=np.float32), (points, 1))
    error = np.linspace(0, 0.2, points, dtype=np.float32) if measured else None
    return Decoded(
        code,
        cloud.astype(np.float32),
        normals,
        error,
        error,
        metrics() if measured else None,
        decode_ms=12.3,
        denser_than=0.4,
    )


def metrics(emd: float | None = None) -> PairMetrics:
    return PairMetrics(
        cd_sq=0.001,
        cd_1=0.0312,
        emd=emd,
        f_score=0.87,
        points=30,
        reference_points=30,
        scale=1.0,
    )


def components(count: int = 3, latent: int = 3) -> Components:
    """The heaviest is the last."""
    means = 2.0 * scattered_codes(count, latent, seed=9).astype(np.float64)
    covariances = np.stack([np.diag(np.full(latent, 0.1 + 0.1 * k)) for k in range(count)])
    weights = np.arange(1.0, count + 1)
    return Components(means, covariances, weights / weights.sum())


def latent_map(ids: tuple[str, ...], latent: int = 3, count: int = 3) -> LatentMap:
    """Chair i belongs to component i modulo the count."""
    responsibilities = np.full((len(ids), count), 0.1 / max(count - 1, 1), dtype=np.float32)
    responsibilities[np.arange(len(ids)), np.arange(len(ids)) % count] = 0.9
    return LatentMap(
        ids, scattered_codes(len(ids), latent), responsibilities, components(count, latent)
    )


def chair(name: str, split: Split = "train", source: str = "made chair") -> Chair:
    """A chair of no library."""
    return Chair(f"id-{name}", name, split, 0, source, name, Frame.identity(), {})
