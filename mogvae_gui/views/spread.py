"""What a histogram shows, for whoever fills one without drawing it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

RUN_ROLES = ("accent", "warning")  # colours of the palette: run A, run B


@dataclass(frozen=True, eq=False)
class Spread:
    """Values of chairs. `second` is empty unless two runs are compared by their values."""

    first: Float[np.ndarray, " chairs"]
    second: Float[np.ndarray, " chairs"] = field(default_factory=lambda: np.empty(0))
    mean: float | None = None
    floor: float | None = None
    value_text: Callable[[float], str] = str
    scale: float = 1.0  # what the axis shows is the value times this
    is_difference: bool = False
