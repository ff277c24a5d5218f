"""The training panel's settings and the training that is running."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from psygnal import SignalGroupDescriptor

from core.training.presets import recommended
from core.training.reports import EpochReport
from core.training.settings import TrainingSettings

TrainingStatus = Literal[
    "idle", "starting", "running", "paused", "stopping", "stopped", "done", "failed"
]
BUSY: tuple[TrainingStatus, ...] = ("starting", "running", "paused", "stopping")


@dataclass
class TrainingState:
    """What will be trained, and how far the present training is."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    settings: TrainingSettings = field(default_factory=lambda: recommended("mog"))
    run_name: str = ""  # the run that is training, or that will be made
    status: TrainingStatus = "idle"
    last_report: EpochReport | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a training runs, is paused, or is on its way in or out."""
        return self.status in BUSY
