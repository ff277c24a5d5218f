"""What a person chooses before a training: one frozen record, checked where it is made.

Each field carries a `SettingInfo` (label, tooltip, range or choices), so that the window, the
command line and the error messages say the same words.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from core.errors import SettingsError
from core.model_choices import DECODERS, ESTIMATORS, LOSSES, MAXIMUM_COMPONENTS

PRIORS: Final = ("standard", "gaussian", "mog", "vamp")
LIKELIHOODS: Final = ("fixed", "sigma")
SCHEDULES: Final = ("constant", "one-cycle")
DEVICES: Final = ("auto", "cpu", "cuda", "mps")
PRECISIONS: Final = ("float32", "bfloat16")

_KL_OF_PRIOR: Final[Mapping[str, tuple[str, ...]]] = {
    "standard": ("analytic", "monte_carlo", "article-7"),
    "gaussian": ("analytic", "monte_carlo"),
    "mog": ("monte_carlo", "variational", "jensen", "article-a", "article-b"),
    "vamp": ("monte_carlo", "variational", "jensen"),
}

ARTICLE: Final = "article"
"""A name for the article's KL, whichever prior it is for; see `kl_of_name`."""

_ARTICLE_KL: Final[Mapping[str, str]] = {"standard": "article-7", "mog": "article-a"}


@dataclass(frozen=True)
class SettingInfo:
    """How a setting is shown and what it may be."""

    label: str
    tooltip: str
    group: str
    """Heading under which a form shows it: Model, Objective, Optimiser or Run."""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def range_text(self) -> str:
        """What may be given, as part of a sentence."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.minimum is None or self.maximum is None:
            return "yes or no"
        return f"{self.minimum:g} to {self.maximum:g}"


def _setting(
    default: Any,
    label: str,
    tooltip: str,
    group: str,
    span: tuple[float, float] | tuple[str, ...] = (),
) -> Any:
    """A field with its information; `span` is (smallest, largest) or the choices."""
    if span and not isinstance(span[0], str):
        info = SettingInfo(label, tooltip, group, minimum=float(span[0]), maximum=float(span[1]))
    else:
        info = SettingInfo(label, tooltip, group, choices=tuple(str(choice) for choice in span))
    return field(default=default, metadata={"info": info})


@dataclass(frozen=True)
class TrainingSettings:
    """Everything that decides a training, but for the chairs. Raises SettingsError.

    The defaults are the preset "Recommended" with a mixture prior (`presets.recommended`).
    """

    prior: str = _setting(
        "mog",
        "Prior",
        "What the latent space is expected to look like: a standard normal (plain VAE), one "
        "learned Gaussian, a mixture of Gaussians, or posteriors of learned clouds (VampPrior).",
        "Model",
        PRIORS,
    )
    components: int = _setting(
        8,
        "Components",
        "How many Gaussians a mixture or VampPrior has. The other priors have one.",
        "Model",
        (1, MAXIMUM_COMPONENTS),
    )
    full_covariance: bool = _setting(
        False,
        "Full covariance",
        "Let the Gaussians of a mixture tilt, not only stretch along the latent axes.",
        "Model",
    )
    latent: int = _setting(
        3,
        "Latent size",
        "Numbers in a code. 3 can be looked at; more reconstruct better.",
        "Model",
        (1, 256),
    )
    decoder: str = _setting(
        "blendshape",
        "Decoder",
        "From a code to points: a template with learned deformations (blend shapes), the study's "
        "network, or a small network that moves each point of a template.",
        "Model",
        DECODERS,
    )
    batch_norm: bool = _setting(
        True,
        "Batch normalisation",
        "Normalise the encoder's layers after the max. Without it all chairs start at nearly the "
        "same code, and the latent space may collapse.",
        "Model",
    )
    loss: str = _setting(
        "chamfer+sliced",
        "Reconstruction loss",
        "How a reconstruction is compared with its chair. Chamfer alone lets points crowd "
        "together; the sliced part spreads them; mse needs points in correspondence; emd is exact "
        "and slow.",
        "Objective",
        LOSSES,
    )
    kl: str = _setting(
        "monte_carlo",
        "KL estimator",
        "How the distance between a chair's posterior and the prior is computed. Analytic is exact "
        "for one Gaussian, Monte Carlo unbiased for all priors, variational an upper bound without "
        "chance, tight where a posterior lies within one component; jensen is for comparison, and "
        "the article's are there to reproduce the study only.",
        "Objective",
        ESTIMATORS,
    )
    kl_samples: int = _setting(
        8, "KL samples", "Samples of a code for the Monte Carlo KL.", "Objective", (1, 256)
    )
    likelihood: str = _setting(
        "fixed",
        "Likelihood",
        "How exact a reconstruction has to be, which decides how much the KL weighs. Fixed: by the "
        "KL weight (beta). Sigma: by an error that is measured in each batch (sigma-VAE), with the "
        "KL at its full weight; for losses of squared distances.",
        "Objective",
        LIKELIHOODS,
    )
    beta: float = _setting(
        2e-4,
        "KL weight (beta)",
        "Weight of the KL beside the reconstruction loss. More gives a smoother latent space, less "
        "a better reconstruction; too much collapses the latent space.",
        "Objective",
        (0.0, 100.0),
    )
    warm_up_epochs: int = _setting(
        20,
        "Warm-up of beta",
        "Epochs in which the KL weight grows from zero, so that codes carry something first.",
        "Objective",
        (0, 1_000_000),
    )
    free_bits: float = _setting(
        0.0,
        "Free bits",
        "Nats of KL for each latent axis that cost nothing; a cure for a collapsed latent space.",
        "Objective",
        (0.0, 10.0),
    )
    learning_rate: float = _setting(
        2e-3, "Learning rate", "Adam's step size; the peak of a one-cycle.", "Optimiser", (1e-8, 1)
    )
    schedule: str = _setting(
        "one-cycle",
        "Schedule",
        "One-cycle: the learning rate rises, then falls to a hundredth by the last epoch.",
        "Optimiser",
        SCHEDULES,
    )
    prior_learning_rate: float = _setting(
        5e-3,
        "Prior's learning rate",
        "Adam's step size for the prior, which has few numbers and may move faster.",
        "Optimiser",
        (1e-8, 1),
    )
    gradient_clip: float = _setting(
        1.0, "Gradient limit", "Longest gradient that is followed; 0: any.", "Optimiser", (0.0, 1e6)
    )
    batch: int = _setting(16, "Batch", "Chairs in one step.", "Optimiser", (1, 4096))
    epochs: int = _setting(
        150, "Epochs", "Times that all training chairs are seen.", "Run", (1, 1_000_000)
    )
    points_per_step: int = _setting(
        1024,
        "Points per step",
        "Points of each chair in one step, chosen anew each time; 0: all. Fewer are faster.",
        "Optimiser",
        (0, 1_000_000),
    )
    seed: int = _setting(
        0, "Seed", "The same seed gives the same run, bit for bit on a CPU.", "Run", (0, 2**32 - 1)
    )
    device: str = _setting(
        "auto", "Device", "Where to compute; auto takes a GPU when there is one.", "Run", DEVICES
    )
    precision: str = _setting(
        "float32",
        "Precision",
        "Numbers that the networks' large products are computed in while training. bfloat16 has "
        "three digits and may be faster where the processor has it; codes, losses, KL and weights "
        "keep float32, and so does every figure that is measured.",
        "Run",
        PRECISIONS,
    )
    threads: int = _setting(
        0, "CPU threads", "Threads on a CPU; 0: all cores but one.", "Run", (0, 1024)
    )
    initialise_components: bool = _setting(
        True,
        "Start components at chairs",
        "After the first epochs, place the prior's components on encoded chairs (k-means), so that "
        "none is left unused.",
        "Objective",
    )
    pretraining_epochs: int = _setting(
        10,
        "Pretraining",
        "Epochs before components are placed, with a standard normal prior.",
        "Objective",
        (0, 1_000_000),
    )
    checkpoint_every_s: float = _setting(
        60.0,
        "Checkpoint every (s)",
        "Weights are saved at the first end of an epoch after so many seconds, within an epoch "
        "that takes longer, and at the end.",
        "Run",
        (0.0, 86_400.0),
    )
    kept_epochs_mb: int = _setting(
        160,
        "Kept epochs (MB)",
        "Room for small copies of the model at some epochs, to look back at and to fork from, as "
        "many as fit. 0: none.",
        "Run",
        (0, 1_000_000),
    )
    preset: str = _setting(
        "recommended",
        "Preset",
        "Where these settings come from.",
        "Run",
        ("recommended", "article", "custom"),
    )

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            object.__setattr__(self, item.name, _checked(item, getattr(self, item.name)))
        self._check_combinations()

    @property
    def has_components(self) -> bool:
        """Whether the prior is a mixture; the other priors are one Gaussian."""
        return self.prior in ("mog", "vamp")

    @property
    def places_components(self) -> bool:
        """Whether the prior's components are placed on encoded chairs during training."""
        learns = self.prior in ("gaussian", "mog", "vamp") and not self.kl.startswith("article")
        return self.initialise_components and learns

    def with_changes(self, **changes: Any) -> Self:
        """These settings with some fields changed; they are "custom" then."""
        changed = dataclasses.replace(self, **changes)
        if changed == self or "preset" in changes:
            return changed
        return dataclasses.replace(changed, preset="custom")

    def as_json(self) -> dict[str, Any]:
        """Fields by name, all plain JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Settings from `as_json`; fields that are not there keep their defaults."""
        unknown = sorted(set(values) - {item.name for item in dataclasses.fields(cls)})
        if unknown:
            raise SettingsError(
                f"There is no setting called {unknown[0]!r}. "
                "The settings may come from a newer version of the program; update it."
            )
        return cls(**values)

    def _check_combinations(self) -> None:
        allowed = kl_choices(self.prior)
        if self.kl not in allowed:
            raise SettingsError(
                f"The KL estimator {self.kl!r} does not go with the prior {self.prior!r}; "
                f"choose one of {', '.join(allowed)}."
            )
        if self.likelihood == "sigma":
            self._check_sigma()
        if self.batch_norm and self.batch < 2:
            raise SettingsError(
                "Batch normalisation needs at least 2 chairs in a batch, not 1; "
                "choose a larger batch or switch batch normalisation off."
            )

    def _check_sigma(self) -> None:
        if self.loss == "emd":
            raise SettingsError(
                "The likelihood 'sigma' does not go with the loss 'emd', which is not a squared "
                "distance; choose the likelihood 'fixed' or the loss chamfer+sliced, chamfer or "
                "mse."
            )
        if self.kl.startswith("article"):
            raise SettingsError(
                f"The likelihood 'sigma' does not go with the KL estimator {self.kl!r}, which "
                "reproduces a study whose likelihood was fixed; choose the likelihood 'fixed' or "
                "another KL estimator."
            )


def info(name: str) -> SettingInfo:
    """Label, tooltip and range of the setting of that name."""
    found: SettingInfo = TrainingSettings.__dataclass_fields__[name].metadata["info"]
    return found


def kl_choices(prior: str) -> tuple[str, ...]:
    """KL estimators that go with a prior, the best first."""
    return _KL_OF_PRIOR[prior]


def kl_of_name(prior: str, name: str) -> str:
    """The estimator that a name means for a prior; "article" is the article's own formula for it.

    Eq. (7) for the standard normal, eq. (8) in reading A for a mixture. Raises SettingsError for
    a prior that the article has not.
    """
    if name != ARTICLE:
        return name
    try:
        return _ARTICLE_KL[prior]
    except KeyError:
        raise SettingsError(
            f"The article has no KL for the prior {prior!r}: its eq. (7) is for the standard "
            "normal and its eq. (8) for a mixture of Gaussians (mog). Choose one of these priors, "
            "or another KL estimator."
        ) from None


def _checked(item: "dataclasses.Field[Any]", value: Any) -> Any:
    """The value in the field's type and inside its range, else SettingsError."""
    about: SettingInfo = item.metadata["info"]
    wrong = SettingsError(f"{about.label} ({item.name}) must be {about.range_text}, not {value!r}.")
    if item.type is bool:
        if not isinstance(value, bool):
            raise wrong
        return value
    if about.choices:
        if value not in about.choices:
            raise wrong
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise wrong
    if item.type is int and value != int(value):
        raise wrong
    if about.minimum is not None and about.maximum is not None:
        smallest, largest = about.minimum, about.maximum
        if not smallest <= value <= largest:
            raise wrong
    return int(value) if item.type is int else float(value)
