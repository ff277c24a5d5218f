"""Whether a latent space found what made chairs are made of: their families and parameters.

Axes: chairs n, latent size d, components K.

No model was told either. A component that is a family shows in the adjusted Rand index; a code
that knows more than its components do shows in the linear probe.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from core.metrics.exact_emd import MetricError
from core.metrics.latent_use import LatentUse, measure_latent_use

FOLDS: Final = 5

_SMALLEST_SPREAD: Final = 1e-9
"""A parameter whose deviation is below this is the same for all chairs."""


@dataclass(frozen=True)
class Recovery:
    """What of the chairs' families and parameters can be read off their codes."""

    chairs: int
    families: int
    adjusted_rand: float
    """Agreement of most responsible component and family, corrected for chance (Hubert and Arabie
    1985): 1 the same groups, 0 no better than chance, also with a single component."""
    probe_accuracy: float | None
    """How often a linear classifier names the family of a chair that it was not trained on, 0 to 1.
    None where fewer than two families have two chairs."""
    guess_accuracy: float
    """The same by always naming the largest family."""
    parameter_r2: Mapping[str, float]
    """Share of each parameter's variance that a linear model explains on chairs that it was not
    trained on; 1 is all, 0 no better than the mean, and less is worse than it."""
    use: LatentUse


def measure_recovery(
    codes: Float[ndarray, "chairs latent"],
    responsibilities: Float[ndarray, "chairs components"],
    families: Sequence[str],
    parameters: Mapping[str, Float[ndarray, " chairs"]],
    *,
    folds: int = FOLDS,
    seed: int = 0,
) -> Recovery:
    """Compare codes with families and parameters, as of `core.made_chairs.truth.truth_of`.

    Both probes are scikit-learn's, on standardised codes, cross-validated in `folds` parts drawn
    from `seed`: logistic regression for families, ridge regression (penalty 1) for parameters. The
    same seed gives the same figures. Raises MetricError for fewer than two chairs, lengths that
    differ, or codes that are not finite.
    """
    _check(codes, responsibilities, families, parameters)
    # Here, for they take a second that a program which does not measure can do without.
    from sklearn.metrics import adjusted_rand_score

    from core.threads import single_threaded

    labels = np.unique(np.array(families), return_inverse=True)[1]
    codes = np.asarray(codes, dtype=np.float64)
    with single_threaded():  # reproducible sums
        return Recovery(
            chairs=len(codes),
            families=int(labels.max()) + 1,
            adjusted_rand=float(adjusted_rand_score(labels, responsibilities.argmax(axis=1))),
            probe_accuracy=_probe_accuracy(codes, labels, folds, seed),
            guess_accuracy=float(np.bincount(labels).max() / len(labels)),
            parameter_r2={
                name: _explained(codes, np.asarray(values, dtype=np.float64), folds, seed)
                for name, values in parameters.items()
                if np.std(values) > _SMALLEST_SPREAD
            },
            use=measure_latent_use(codes, responsibilities),
        )


def _probe_accuracy(
    codes: Float[ndarray, "chairs latent"], labels: Int[ndarray, " chairs"], folds: int, seed: int
) -> float | None:
    """Accuracy over all chairs, each classified by a probe of the other folds."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    counts = np.bincount(labels)
    kept = counts[labels] > 1  # a family of one chair is either learnt or asked for
    if len(np.unique(labels[kept])) < 2:
        return None
    parts = StratifiedKFold(
        min(folds, int(counts[counts > 1].min())), shuffle=True, random_state=seed % 2**32
    )
    probe = _standardised(LogisticRegression(max_iter=5000))
    guesses = cross_val_predict(probe, codes[kept], labels[kept], cv=parts)
    return float((guesses == labels[kept]).mean())


def _explained(
    codes: Float[ndarray, "chairs latent"], values: Float[ndarray, " chairs"], folds: int, seed: int
) -> float:
    """R² over all chairs, each predicted by a probe of the other folds.

    Pooled over the folds, for in a small fold the variance to be explained is a poor estimate.
    """
    from sklearn.linear_model import Ridge
    from sklearn.metrics import r2_score
    from sklearn.model_selection import KFold, cross_val_predict

    parts = KFold(min(folds, len(codes)), shuffle=True, random_state=seed % 2**32)
    return float(
        r2_score(values, cross_val_predict(_standardised(Ridge()), codes, values, cv=parts))
    )


def _standardised(model: Any) -> Any:
    """Standardise before the model, so that its penalty means the same in every latent space."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), model)


def _check(
    codes: Float[ndarray, "chairs latent"],
    responsibilities: Float[ndarray, "chairs components"],
    families: Sequence[str],
    parameters: Mapping[str, Float[ndarray, " chairs"]],
) -> None:
    lengths = {len(codes), len(responsibilities), len(families)}
    lengths |= {len(values) for values in parameters.values()}
    if len(lengths) != 1:
        raise MetricError(
            f"Codes, responsibilities, families and parameters are of {sorted(lengths)} chairs; "
            "give them for the same chairs, in the same order."
        )
    if len(codes) < 2:
        raise MetricError(
            f"Recovery needs at least two made chairs, not {len(codes)}. Add made chairs."
        )
    if not (np.isfinite(codes).all() and np.isfinite(responsibilities).all()):
        raise MetricError(
            "The codes are not finite numbers: the run has diverged. Take an earlier checkpoint "
            "or train with a lower learning rate."
        )
