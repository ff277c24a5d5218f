"""What goes into a training and what comes out of it.

Axes: chairs n of the library, latent size d, components K.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jaxtyping import Float
from numpy import ndarray

from core.components import Components

if TYPE_CHECKING:  # loading torch takes a second, and whoever shows a report has done so
    from torch import Tensor


@dataclass(frozen=True)
class TrainingRequest:
    """One training session: which run, on which chairs, how far."""

    run_folder: Path
    """Of a run made by `Run.create`; its settings decide the rest."""
    library_folder: Path
    until_epoch: int | None = None
    """Stop after this epoch; None: the run's planned end. More than planned trains on."""
    resume: bool = False
    """Whether to go on from the run's checkpoint; without one it begins at the start."""
    snapshot_every_s: float = 1.0
    """Weights for a live view come with an epoch's report at most so often."""


@dataclass(frozen=True)
class PreparationReport:
    """Before the first step, where something has to be done once for the library."""

    done: int
    total: int
    doing: str
    """What, e.g. "Bringing chairs into correspondence"."""


@dataclass(frozen=True)
class StepReport:
    """After each step."""

    epoch: int
    """From 1."""
    step: int
    """From 1, of `steps` in this epoch."""
    steps: int
    loss: float
    """On a GPU this may be that of a step up to half a second ago."""
    elapsed_s: float
    """Spent computing since the run began; pauses do not count."""
    chairs_per_s: float


@dataclass(frozen=True, eq=False)
class EpochReport:
    """After each epoch. Losses are averages over its training chairs, as they were on their way."""

    epoch: int
    epochs: int
    """Where this session ends."""
    loss: float
    """Reconstruction + beta · KL + hyper-prior."""
    reconstruction: float
    kl: float
    """Nats."""
    beta: float
    """At the end of the epoch. Of a sigma-VAE the beta that would weigh the KL as much."""
    learning_rate: float
    active_units: int
    """Latent axes whose posterior means vary over the chairs by more than 0.01."""
    latent: int
    component_usage: Float[ndarray, " components"]
    """Average responsibility of each component over the training chairs."""
    test_reconstruction: float | None
    """The same loss on test chairs (128 at most), None where there are none."""
    elapsed_s: float
    """Spent computing since the run began; pauses do not count."""
    remaining_s: float
    """An estimate from this session's speed."""
    chairs_per_s: float
    device: str
    alarms: tuple[str, ...]
    """What went wrong and which setting cures it; each said once, when it begins."""
    chair_ids: tuple[str, ...]
    """All chairs of the session: those the library had when it began."""
    codes: Float[ndarray, "chairs latent"]
    """Posterior means of these chairs, in their order."""
    responsibilities: Float[ndarray, "chairs components"]
    components: Components | None
    model_state: "Mapping[str, Tensor] | None"
    """Weights on the CPU, for `ShapeModel.load_state`; not with every report."""


Report = PreparationReport | StepReport | EpochReport
