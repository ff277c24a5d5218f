"""What a model can be made of, by the names that settings use.

They stand apart from what they name: a form, a command line and a list of runs need the names
alone, and what they name loads torch, which takes longer than everything else of a start.
"""

from typing import Final

LOSSES: Final = ("chamfer", "chamfer+sliced", "mse", "emd")
"""Reconstruction losses (`core.losses.reconstruction_loss`)."""

ESTIMATORS: Final = (
    "analytic",
    "monte_carlo",
    "variational",
    "jensen",
    "article-7",
    "article-a",
    "article-b",
)
"""Estimators of the KL (`core.kl`). `article-b` changes the encoder too: the model handles it."""

DECODERS: Final = ("article", "blendshape", "pointwise")
"""Decoders (`core.networks.build_decoder`)."""

MAXIMUM_COMPONENTS: Final = 64
"""Of a mixture prior."""
