"""What of a model is not about one chair: new shapes, likelihood, use of the latent space.

Axes: chairs n, points N, latent size d, components K.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from core.errors import LibraryError
from core.figure_progress import FigureProgress
from core.fitted_mixture import fitted_model
from core.library import Chair, Library
from core.library_codes import posteriors_of
from core.made_chairs.truth import truth_of
from core.metric_words import few_samples_words
from core.metrics.generation import (
    EMD_POINTS,
    POINTS,
    GenerationMetrics,
    GenerationProgress,
    compare_sets,
)
from core.metrics.latent_use import LatentUse, measure_latent_use
from core.metrics.likelihood import LikelihoodProgress, LogLikelihood
from core.metrics.recovery import Recovery, measure_recovery
from core.model_likelihood import estimate_likelihood
from core.reconstruction import decode_as_many
from core.shape_model import ShapeModel

FEWEST_MADE_CHAIRS: Final = 10
"""With fewer, what families and parameters could be read off codes is chance."""

FEWEST_FOR_PROCESSES: Final = 24
"""Of fewer chairs and new shapes all pairs take less time than starting a process."""


@dataclass(frozen=True)
class FigureSizes:
    """How much is measured; figures of other sizes are not to be compared."""

    generated: int = 64
    """Clouds drawn from the prior, at most one for each chair."""
    points: int = POINTS
    """Of each cloud, for CD and JSD."""
    emd_points: int = EMD_POINTS
    likelihood_chairs: int = 32
    likelihood_samples: int = 64
    sigma: float | None = None
    """Of the Gaussian around a decoded point, in normalised units; None: of the run's training."""
    seed: int = 0


QUICK: Final = FigureSizes(points=1024, emd_points=256)
"""Half a minute on one core with a hundred chairs."""


@dataclass(frozen=True, eq=False)
class ModelFigures:
    """All that `measure_model` finds."""

    generation: GenerationMetrics
    likelihood: LogLikelihood
    use: LatentUse
    recovery: Recovery | None
    """None where the library has too few made chairs."""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        generation, likelihood = self.generation, self.likelihood
        return {
            "generation": {
                "generated": generation.generated,
                "references": generation.references,
                "points": generation.points,
                "emd_points": generation.emd_points,
                "jsd": generation.jsd,
                "cd": vars(generation.cd),
                "emd": None if generation.emd is None else vars(generation.emd),
            },
            "likelihood": {
                "log_likelihood": likelihood.mean,
                "elbo": float(likelihood.elbo.mean()),
                "effective_samples": likelihood.mean_effective_samples,
                "chairs": len(likelihood.values),
                "samples": likelihood.samples,
                "points": likelihood.points,
                "sigma": likelihood.sigma,
                "residual": likelihood.residual,
                "caution": few_samples_words(likelihood.mean_effective_samples, likelihood.samples),
            },
            "latent": {
                "latent": self.use.latent,
                "active_units": self.use.active_units,
                "component_usage": list(self.use.component_usage),
                "used_components": self.use.used_components,
            },
            "recovery": None if self.recovery is None else _recovery_as_json(self.recovery),
        }


def measure_model(
    model: ShapeModel,
    library: Library,
    chairs: Sequence[Chair],
    sizes: FigureSizes = QUICK,
    *,
    codes: Float[ndarray, "library latent"] | None = None,
    processes: int | None = None,
) -> Generator[FigureProgress | ModelFigures, None, None]:
    """Measure a model against `chairs`, and its codes on the whole library.

    Families and parameters are looked for in the codes of all made chairs: no model was told
    them. `codes` of the library's chairs in its order, where they are known. `processes` compare
    pairs of clouds side by side; None as many as are worth it. Closing the iterator ends the work.
    Raises RunError where the model cannot decode as many points as the chairs have, LibraryError
    without chairs.
    """
    if not chairs:
        raise LibraryError("There are no chairs to measure the model with. Import some.")
    if codes is None:
        codes, _ = yield from posteriors_of(model, library)
    responsibilities = model.responsibilities(codes)
    generation = yield from _generation(model, library, chairs, sizes, processes)
    likelihood = yield from _likelihood(model, library, chairs, sizes)
    yield FigureProgress(0, 1, "Looking for families in the codes")
    yield ModelFigures(
        generation=generation,
        likelihood=likelihood,
        use=measure_latent_use(codes, responsibilities),
        recovery=_recovery(library, codes, responsibilities),
    )


def measure_fitted(
    model: ShapeModel,
    library: Library,
    chairs: Sequence[Chair],
    components: int,
    sizes: FigureSizes = QUICK,
    *,
    processes: int | None = None,
) -> Generator[FigureProgress | ModelFigures, None, None]:
    """As `measure_model`, with a mixture fitted to the codes of the training chairs as the prior.

    Encoder and decoder stay as they are: what the mixture shows needed no mixture in training
    (Achlioptas et al. 2018, arXiv:1707.02392, section 4). Raises LibraryError for fewer training
    chairs than components, RunError for a posterior that is a mixture itself.
    """
    fitted = yield from fitted_model(model, library, components)
    yield from measure_model(
        fitted.model, library, chairs, sizes, codes=fitted.codes, processes=processes
    )


def _generation(
    model: ShapeModel,
    library: Library,
    chairs: Sequence[Chair],
    sizes: FigureSizes,
    processes: int | None,
) -> Generator[FigureProgress, None, GenerationMetrics]:
    references = spread(chairs, sizes.generated)
    if processes is None and len(references) < FEWEST_FOR_PROCESSES:
        processes = 0
    drawn = model.sample(len(references), sizes.seed)
    generated = decode_as_many(model, drawn, library.points)
    steps = compare_sets(
        generated,
        [library.cloud(chair) for chair in references],
        points=sizes.points,
        emd_points=sizes.emd_points,
        seed=sizes.seed,
        processes=processes,
    )
    for step in steps:
        if isinstance(step, GenerationProgress):
            yield FigureProgress(step.done, step.total, "Comparing new shapes with chairs")
        else:
            return step
    raise AssertionError("a comparison ends with its result")


def _likelihood(
    model: ShapeModel, library: Library, chairs: Sequence[Chair], sizes: FigureSizes
) -> Generator[FigureProgress, None, LogLikelihood]:
    learnt = [library.chairs[index] for index in library.indices("train")] or chairs
    steps = estimate_likelihood(
        model,
        library,
        spread(chairs, sizes.likelihood_chairs),
        training_chairs=spread(learnt, sizes.likelihood_chairs),
        sigma=sizes.sigma,
        samples=sizes.likelihood_samples,
        seed=sizes.seed,
    )
    for step in steps:
        if isinstance(step, LikelihoodProgress):
            yield FigureProgress(step.done, step.total, "Estimating the likelihood")
        else:
            return step
    raise AssertionError("an estimate ends with its result")


def _recovery(
    library: Library,
    codes: Float[ndarray, "library latent"],
    responsibilities: Float[ndarray, "library components"],
) -> Recovery | None:
    truth = truth_of(library.chairs)
    if len(truth.positions) < FEWEST_MADE_CHAIRS:
        return None
    return measure_recovery(
        codes[truth.positions],
        responsibilities[truth.positions],
        truth.families,
        truth.parameters,
    )


def spread(chairs: Sequence[Chair], most: int) -> list[Chair]:
    """At most so many chairs, evenly spread over all."""
    if len(chairs) <= most:
        return list(chairs)
    return [chairs[i] for i in np.linspace(0, len(chairs) - 1, most).round().astype(int)]


def _recovery_as_json(recovery: Recovery) -> dict[str, Any]:
    return {
        "chairs": recovery.chairs,
        "families": recovery.families,
        "adjusted_rand": recovery.adjusted_rand,
        "probe_accuracy": recovery.probe_accuracy,
        "guess_accuracy": recovery.guess_accuracy,
        "parameter_r2": dict(recovery.parameter_r2),
    }
