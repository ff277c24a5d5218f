"""The settings of a training as options: names, types and choices of `TrainingSettings`.

Written out, for importing the settings takes seconds that help and wrong usage should not wait. A
test keeps both in step; ranges are checked by the settings themselves.
"""

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter

_MODEL = Group("Model", sort_key=1)
_OBJECTIVE = Group("Objective", sort_key=2)
_OPTIMISER = Group("Optimiser", sort_key=3)
_RUN = Group("Run", sort_key=4)


def _option(group: Group, words: str) -> Parameter:
    return Parameter(group=group, help=words)


@dataclass(frozen=True)
class TrainingOptions:
    """None: as in the preset."""

    prior: Annotated[
        Literal["standard", "gaussian", "mog", "vamp"] | None,
        _option(
            _MODEL,
            "Standard normal (plain VAE), one learned Gaussian, mixture of Gaussians (where not "
            "given), or VampPrior.",
        ),
    ] = None
    components: Annotated[
        int | None, _option(_MODEL, "Gaussians of a mixture or VampPrior, 1 to 64.")
    ] = None
    full_covariance: Annotated[
        bool | None, _option(_MODEL, "Let the Gaussians of a mixture tilt.")
    ] = None
    latent: Annotated[int | None, _option(_MODEL, "Numbers in a code, 1 to 256.")] = None
    decoder: Annotated[
        Literal["article", "blendshape", "pointwise"] | None,
        _option(
            _MODEL,
            "A template with learned deformations, the study's network, or a small network that "
            "moves a template's points.",
        ),
    ] = None
    batch_norm: Annotated[
        bool | None, _option(_MODEL, "Normalise the encoder's layers after the max.")
    ] = None
    loss: Annotated[
        Literal["chamfer", "chamfer+sliced", "mse", "emd"] | None,
        _option(_OBJECTIVE, "How a reconstruction is compared with its chair."),
    ] = None
    kl: Annotated[
        Literal[
            "analytic",
            "monte_carlo",
            "variational",
            "jensen",
            "article-7",
            "article-a",
            "article-b",
            "article",
        ]
        | None,
        _option(
            _OBJECTIVE,
            "How the KL is computed; where not given, the best for the prior. “article” is its "
            "eq. (7) for the standard prior (article-7), its eq. (8) in reading A for a mixture "
            "(article-a): to reproduce the study only.",
        ),
    ] = None
    kl_samples: Annotated[int | None, _option(_OBJECTIVE, "Samples of the Monte Carlo KL.")] = None
    likelihood: Annotated[
        Literal["fixed", "sigma"] | None,
        _option(_OBJECTIVE, "How much the KL weighs: by beta, or by the error (sigma-VAE)."),
    ] = None
    beta: Annotated[
        float | None, _option(_OBJECTIVE, "Weight of the KL beside the reconstruction loss.")
    ] = None
    warm_up_epochs: Annotated[
        int | None, _option(_OBJECTIVE, "Epochs in which beta grows from zero.")
    ] = None
    free_bits: Annotated[
        float | None, _option(_OBJECTIVE, "Nats of KL for each latent axis that cost nothing.")
    ] = None
    initialise_components: Annotated[
        bool | None, _option(_OBJECTIVE, "Place the components on encoded chairs.")
    ] = None
    pretraining_epochs: Annotated[
        int | None, _option(_OBJECTIVE, "Epochs before components are placed.")
    ] = None
    learning_rate: Annotated[
        float | None, _option(_OPTIMISER, "Adam's step size; the peak of a one-cycle.")
    ] = None
    schedule: Annotated[
        Literal["constant", "one-cycle"] | None,
        _option(_OPTIMISER, "The learning rate over the epochs."),
    ] = None
    prior_learning_rate: Annotated[
        float | None, _option(_OPTIMISER, "Adam's step size for the prior.")
    ] = None
    gradient_clip: Annotated[
        float | None, _option(_OPTIMISER, "Longest gradient that is followed; 0: any.")
    ] = None
    batch: Annotated[int | None, _option(_OPTIMISER, "Chairs in one step.")] = None
    points_per_step: Annotated[
        int | None, _option(_OPTIMISER, "Points of each chair in one step; 0: all.")
    ] = None
    epochs: Annotated[
        int | None,
        _option(
            _RUN,
            "Times that all training chairs are seen. With --resume, where to stop: more than "
            "planned trains on.",
        ),
    ] = None
    seed: Annotated[int | None, _option(_RUN, "The same seed gives the same run.")] = None
    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"] | None,
        _option(_RUN, "Where to compute; auto takes a GPU when there is one."),
    ] = None
    precision: Annotated[
        Literal["float32", "bfloat16"] | None,
        _option(_RUN, "Of the networks' large products while training."),
    ] = None
    threads: Annotated[int | None, _option(_RUN, "CPU threads; 0: all cores but one.")] = None
    checkpoint_every_s: Annotated[float | None, _option(_RUN, "Seconds between checkpoints.")] = (
        None
    )
    kept_epochs_mb: Annotated[
        int | None,
        _option(_RUN, "Room for copies of the model at some epochs, in MB; 0: none are kept."),
    ] = None

    def given(self) -> dict[str, Any]:
        """The settings that the person named, by name."""
        return {
            item.name: getattr(self, item.name)
            for item in dataclasses.fields(self)
            if getattr(self, item.name) is not None
        }


def option_name(setting: str) -> str:
    """The option of a setting: "warm_up_epochs" is given as "--warm-up-epochs"."""
    return f"--{setting.replace('_', '-')}"
