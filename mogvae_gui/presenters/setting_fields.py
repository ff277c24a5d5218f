"""The training settings as fields of a form, from their descriptions in `core`."""

import dataclasses

from core.training.settings import TrainingSettings, info, kl_choices
from mogvae_gui.views.settings_form import FieldKind, SettingField

HIDDEN = frozenset({"preset"})  # has a selector of its own
DECADES = 1_000.0  # a range that spans more than this is stepped by decades

WORDS: dict[str, str] = {
    "standard": "Standard normal",
    "gaussian": "Learned Gaussian",
    "mog": "Mixture of Gaussians",
    "vamp": "VampPrior",
    "article": "Article",
    "blendshape": "Blend shapes",
    "pointwise": "Point-wise",
    "chamfer": "Chamfer",
    "chamfer+sliced": "Chamfer + sliced",
    "mse": "MSE in correspondence",
    "emd": "EMD",
    "analytic": "Analytic",
    "monte_carlo": "Monte Carlo",
    "variational": "Variational",
    "jensen": "Jensen",
    "article-7": "Article, eq. 7",
    "article-a": "Article, reading A",
    "article-b": "Article, reading B",
    "fixed": "Fixed (beta)",
    "sigma": "Learned (sigma-VAE)",
    "constant": "Constant",
    "one-cycle": "One-cycle",
    "auto": "Automatic",
    "cpu": "CPU",
    "cuda": "GPU (CUDA)",
    "mps": "GPU (Metal)",
    "float32": "Full (float32)",
    "bfloat16": "Mixed (bf16)",
}
MINIMUM_TEXT = {"points_per_step": "All", "threads": "Automatic", "gradient_clip": "None"}


def setting_fields() -> list[SettingField]:
    """A field for each setting that a person edits, in the order of `TrainingSettings`."""
    return [
        _field(item) for item in dataclasses.fields(TrainingSettings) if item.name not in HIDDEN
    ]


def enabled_settings(settings: TrainingSettings, editable: bool) -> dict[str, bool]:
    """Which settings mean something together with the others."""
    enabled = {item.name: editable for item in dataclasses.fields(TrainingSettings)}
    if not editable:
        return enabled
    enabled["components"] = settings.has_components
    enabled["full_covariance"] = settings.prior == "mog"
    enabled["kl_samples"] = settings.kl == "monte_carlo"
    enabled["beta"] = settings.likelihood == "fixed"
    enabled["pretraining_epochs"] = settings.places_components
    enabled["initialise_components"] = settings.prior != "standard"
    enabled["prior_learning_rate"] = settings.prior != "standard"
    return enabled


def fitting_kl(settings: TrainingSettings, prior: str) -> str:
    """The KL estimator that is kept or taken when the prior changes."""
    choices = kl_choices(prior)
    return settings.kl if settings.kl in choices else choices[0]


def _field(item: "dataclasses.Field[object]") -> SettingField:
    about = info(item.name)
    kind: FieldKind
    if about.choices:
        kind = "choice"
    elif item.type is bool:
        kind = "flag"
    elif item.type is int:
        kind = "integer"
    else:
        spans_decades = about.minimum and about.maximum and about.maximum / about.minimum > DECADES
        kind = "scientific" if spans_decades or item.name == "beta" else "number"
    return SettingField(
        name=item.name,
        label=about.label,
        tooltip=about.tooltip,
        kind=kind,
        minimum=about.minimum if about.minimum is not None else 0.0,
        maximum=about.maximum if about.maximum is not None else 0.0,
        choices=tuple((choice, WORDS.get(choice, choice)) for choice in about.choices),
        group=about.group,
        minimum_text=MINIMUM_TEXT.get(item.name, ""),
    )
