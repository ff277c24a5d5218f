"""A library of boxes, and settings that train in a fraction of a second."""

from pathlib import Path
from typing import Any

import numpy as np

from core.frame import Frame
from core.library import NewChair
from core.training.presets import recommended
from core.training.reports import EpochReport, StepReport, TrainingRequest
from core.training.run import Run
from core.training.settings import TrainingSettings
from core.training.train import train

POINTS = 48


def box(number: int) -> NewChair:
    """A box of its own size, every fifth for testing."""
    generator = np.random.default_rng(number)
    cloud = generator.uniform(-0.5, 0.5, size=(POINTS, 3)) * generator.uniform(0.2, 1.0, size=3)
    return NewChair(
        name=f"box {number}",
        cloud=cloud.astype(np.float32),
        frame=Frame.identity(),
        split="test" if number % 5 == 4 else "train",
        source="test",
        content_hash=f"{number:08x}",
    )


def small_settings(prior: str = "mog", **changes: Any) -> TrainingSettings:
    """Four epochs of three steps; components are placed after the second."""
    small: dict[str, Any] = {
        "components": 3,
        "latent": 2,
        "batch": 7,
        "epochs": 4,
        "points_per_step": 24,
        "kl_samples": 2,
        "warm_up_epochs": 2,
        "pretraining_epochs": 2,
        "device": "cpu",
        "threads": 1,
        "checkpoint_every_s": 1000.0,
    }
    return recommended(prior).with_changes(**(small | changes))


def train_all(
    run: Run, library: Path, until_epoch: int | None = None, resume: bool = False
) -> list[EpochReport]:
    """Train to the end and give the epochs' reports."""
    request = TrainingRequest(run.folder, library, until_epoch, resume)
    return [report for report in train(request) if isinstance(report, EpochReport)]


def train_and_stop(run: Run, library: Path, reports: int, resume: bool = False) -> None:
    """Train, and stop after some reports of steps or epochs."""
    session = train(TrainingRequest(run.folder, library, resume=resume))
    for _ in range(reports):
        report = next(session)
        assert isinstance(report, StepReport | EpochReport)
    session.close()
