"""A mixture fitted to the codes of a library's training chairs, for a model that had none.

Axes: chairs of the library n, latent size d.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from core.errors import RunError
from core.figure_progress import FigureProgress
from core.fit_checks import check_enough_chairs
from core.library import Library
from core.library_codes import Codes, posteriors_of
from core.shape_model import ShapeModel


@dataclass(frozen=True, eq=False)
class FittedModel:
    """A model whose prior is a mixture fitted afterwards, and what it was fitted to."""

    model: ShapeModel
    codes: Codes
    """Of all chairs of the library, in its order: encoder and decoder are those of before."""
    log_vars: Codes
    chairs: int
    """The training chairs, to whose posteriors the mixture was fitted."""


def fitted_model(
    model: ShapeModel, library: Library, components: int, seed: int = 0
) -> Generator[FigureProgress, None, FittedModel]:
    """Fit a mixture of full covariances to the training chairs' posteriors, as the model's prior.

    The same seed gives the same mixture. Raises LibraryError for fewer training chairs than
    components, RunError for a posterior that is a mixture itself and for codes that are no numbers.
    """
    check_enough_chairs(library, components)
    if model.settings.kl == "article-b":
        raise RunError(
            "The run's posterior is a mixture itself (article-b), and no mixture is fitted to it "
            "afterwards. Choose a run with another KL estimator."
        )
    train = library.indices("train")
    codes, log_vars = yield from posteriors_of(model, library)
    if not (np.isfinite(codes).all() and np.isfinite(log_vars).all()):
        raise RunError(
            "Some chairs have codes that are not finite numbers, so no mixture is fitted to them. "
            "The run's weights are of no use; train it again with a lower learning rate."
        )
    yield FigureProgress(0, 1, "Fitting a mixture to the codes")
    fitted = model.with_fitted_mixture(codes[train], log_vars[train], components, seed=seed)
    return FittedModel(fitted, codes, log_vars, len(train))
