"""The model in view: its codes, components, and the probe."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from jaxtyping import Float32, Int64
from psygnal import SignalGroupDescriptor

from core.components import Components
from core.latent_axes import LatentAxes
from core.places import Showing
from core.training.settings import TrainingSettings


@dataclass(frozen=True, eq=False)
class LatentMap:
    """Where the chairs lie in the latent space, row by row."""

    chair_ids: tuple[str, ...]
    codes: Float32[np.ndarray, "chairs latent"]
    responsibilities: Float32[np.ndarray, "chairs components"]
    components: Components | None

    @property
    def members(self) -> Int64[np.ndarray, " chairs"]:
        """The most responsible component of each code, 0 to K - 1."""
        return np.asarray(self.responsibilities.argmax(axis=1), dtype=np.int64)

    def code_of(self, chair_id: str) -> tuple[float, ...] | None:
        """The chair's code, or None when the model has not seen the chair."""
        if chair_id not in self.chair_ids:
            return None
        return tuple(float(value) for value in self.codes[self.chair_ids.index(chair_id)])


@dataclass(frozen=True)
class Probe:
    """The place in the latent space that is decoded on the stage."""

    code: tuple[float, ...]
    chair_id: str | None = None  # set while the probe sits on a chair's, or found shape's, own code
    component: int | None = None  # set while the probe sits on a component's mean
    showing: Showing | None = None  # what is there, where the code alone does not tell


@dataclass(frozen=True)
class Peek:
    """Where the probe is at home while it only looks elsewhere."""

    probe: Probe | None
    chair_asked_for: str | None = None  # on whose code it was about to be put


@dataclass
class LatentState:
    """The run in view and the place in its latent space."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    run_name: str | None = None
    settings: TrainingSettings | None = None
    epoch: int | None = None  # kept epoch that is in view; None: the run as it is now
    map: LatentMap | None = None
    axes: LatentAxes | None = None
    probe: Probe | None = None
    peek: Peek | None = None  # set while the probe is where somebody points, and will go back
    denser_than: float | None = None  # share of the chairs whose place the prior finds less likely
    nats_below: float = 0.0  # how much thinner it is there than where the least usual chair lies
    hidden_components: frozenset[int] = frozenset()
    errors: dict[str, float] | None = None  # CD₁ of the evaluated chairs, by id
    sized_by_error: bool = False
    component_names: dict[int, str] = field(default_factory=dict)  # those that people gave
    colouring: str = "component"  # what the colour of a code means
    axes_key: str = "first"  # which axes are drawn where there are more than three

    @property
    def home(self) -> Probe | None:
        """Where the probe was put: not where it only looks."""
        return self.probe if self.peek is None else self.peek.probe

    def mean_of(self, component: int | None) -> tuple[float, ...] | None:
        """The mean of a component as the model in view has it; None where there is none."""
        components = None if self.map is None else self.map.components
        if component is None or components is None or component >= len(components.weights):
            return None
        return tuple(float(value) for value in components.means[component])

    def name_of(self, component: int) -> str:
        """What a component is called: by the name it was given, else by its number from 1."""
        return self.component_names.get(component) or f"Component {component + 1}"
