"""Known failures of a training, found while it runs and said in one plain sentence.

Each sentence names the setting that cures the failure, by the label that the window shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from core.components import Components
from core.metrics.latent_use import active_units
from core.priors.base import LOG_VARIANCE_RANGE
from core.training.settings import TrainingSettings, info

_LARGE_SCALE: Final = 30.0
_DIVERGED: Final = 10.0


@dataclass(frozen=True, eq=False)
class Vitals:
    """What health is judged by, after an epoch."""

    epoch: int
    loss: float
    best_loss: float
    """Smallest loss of the epochs before, infinite after the first."""
    codes: Float[ndarray, "chairs latent"]
    """Posterior means of the training chairs."""
    component_usage: Float[ndarray, " components"]
    components: Components | None


def alarms(settings: TrainingSettings, vitals: Vitals) -> dict[str, str]:
    """What is wrong now, by kind: collapse, dead-components, scale, divergence."""
    found = {kind: check(settings, vitals) for kind, check in _CHECKS.items()}
    return {kind: sentence for kind, sentence in found.items() if sentence}


def not_finite(
    where: str, term: str, settings: TrainingSettings, last_good_epoch: int | None
) -> str:
    """The sentence for a training that had to stop because `term` is not a number."""
    kept = (
        "No weights were saved yet."
        if last_good_epoch is None
        else f"The weights of epoch {last_good_epoch} are kept."
    )
    cure = f"Lower {_named('learning_rate')} (now {settings.learning_rate:g})"
    if term.startswith("KL") and settings.kl == "article-7":
        cure = f"The printed equation diverges by itself; choose another {_named('kl')}"
    elif term.startswith(("KL", "prior")):
        cure += f" or {_named('prior_learning_rate')} (now {settings.prior_learning_rate:g})"
    elif settings.gradient_clip == 0.0:
        cure += f" or set {_named('gradient_clip')} to 1"
    return f"{where}: the {term} is not a finite number any more. {kept} {cure}."


def _collapse(settings: TrainingSettings, vitals: Vitals) -> str | None:
    if vitals.epoch < _settled(settings) or len(vitals.codes) < 2:
        return None
    active, latent = active_units(vitals.codes), settings.latent
    if active == latent:
        return None
    cures = [] if settings.batch_norm else [f"switch on {_named('batch_norm')}"]
    if settings.likelihood != "fixed":
        cures.append(f"raise {_named('free_bits')} (now {settings.free_bits:g})")
    elif settings.beta > 0.0:
        cures.append(f"lower {_named('beta')} (now {settings.beta:g})")
    if settings.likelihood != "fixed" or settings.beta > 0.0:
        cures.append(f"lengthen {_named('warm_up_epochs')} (now {settings.warm_up_epochs} epochs)")
    else:  # nothing holds the codes together but the network itself
        cures.append(f"raise {_named('epochs')} (now {settings.epochs})")
    return (
        f"Only {active} of {latent} latent axes tell chairs apart (posterior collapse): "
        f"{_either(cures)}."
    )


def _dead_components(settings: TrainingSettings, vitals: Vitals) -> str | None:
    count = len(vitals.component_usage)
    if count < 2 or vitals.epoch < _settled(settings):
        return None
    dead = int((vitals.component_usage < 1.0 / (10.0 * count)).sum())
    if dead == 0:
        return None
    cures = [f"choose fewer {_named('components')} (now {count})"]
    if settings.kl.startswith("article"):  # places no components at chairs
        cures.append(f"choose another {_named('kl')} than the printed formula")
    elif not settings.initialise_components:
        cures.insert(0, f"switch on {_named('initialise_components')}")
    else:
        cures.append(f"lengthen {_named('pretraining_epochs')}")
    verb = "makes" if dead == 1 else "make"
    return f"{dead} of {count} components {verb} almost no chair: {_either(cures)}."


def _runaway_scale(settings: TrainingSettings, vitals: Vitals) -> str | None:
    scale = float(np.abs(vitals.codes).max(initial=0.0))
    learned = settings.prior != "standard"
    if vitals.components is not None and learned:
        scale = max(scale, float(np.abs(vitals.components.means).max()))
        variances = np.diagonal(vitals.components.covariances, axis1=1, axis2=2)
        if variances.max() >= 0.99 * np.exp(LOG_VARIANCE_RANGE[1]):
            scale = max(scale, _LARGE_SCALE)
    if scale < _LARGE_SCALE:
        return None
    if settings.kl in ("article-7", "article-a"):
        # Of one the sign is reversed, and the other has no gradient for the codes: no weight helps.
        cures = [f"choose another {_named('kl')} than the printed formula"]
    elif settings.likelihood == "fixed":
        cures = [f"raise {_named('beta')} (now {settings.beta:g})"]
    else:
        cures = [f"set {_named('likelihood')} to fixed"]
    if learned:
        cures.append(
            f"lower {_named('prior_learning_rate')} (now {settings.prior_learning_rate:g})"
        )
    return f"Codes or components have run away to a scale of {scale:.0f}: {_either(cures)}."


def _divergence(settings: TrainingSettings, vitals: Vitals) -> str | None:
    # The size of the best loss, for the article's printed formula makes losses negative.
    if vitals.loss - vitals.best_loss < _DIVERGED * abs(vitals.best_loss):
        return None
    return (
        f"The loss has grown to {vitals.loss:.3g} after it was {vitals.best_loss:.3g}: lower "
        f"{_named('learning_rate')} (now {settings.learning_rate:g})."
    )


_CHECKS: Final[Mapping[str, Callable[[TrainingSettings, Vitals], str | None]]] = {
    "collapse": _collapse,
    "dead-components": _dead_components,
    "scale": _runaway_scale,
    "divergence": _divergence,
}


def _settled(settings: TrainingSettings) -> int:
    """The first epoch at which codes and components can be judged."""
    placed = settings.pretraining_epochs if settings.places_components else 0
    beginning = max(settings.warm_up_epochs, placed)
    return beginning + max(3, settings.epochs // 20)


def _named(name: str) -> str:
    return f"“{info(name).label}”"


def _either(cures: list[str]) -> str:
    return cures[0] if len(cures) == 1 else ", ".join(cures[:-1]) + " or " + cures[-1]
