"""Everything a study found, as one record: `study.json`.

It holds figures and names, no times: the same plan on the same chairs gives the same record, in
one go or with interruptions.

Axes: seeds S, chairs n.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any, Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

import core
from core.evaluation import METRICS
from core.library import Library
from core.model_figures import spread
from core.saved_evaluation import chairs_digest
from core.study.cell import chairs_to_test, rounded
from core.study.literal import largest_gaps
from core.study.plan import CONTROL, PLAIN, StudyModel, StudyPlan
from core.study.statistics import ModelComparison, compare_models, corrected
from core.study.versions import versions_of
from core.study.words import conclusions

FORMAT: Final = 2
NINE: Final = 9
"""As many designs as the article shows."""

ARTICLE_TABLE: Final = (  # MoG CD, MoG EMD, VAE CD, VAE EMD, as printed
    (0.1929, 0.2169, 0.1935, 0.2176),
    (0.1278, 0.1484, 0.1286, 0.1551),
    (0.1570, 0.1872, 0.1567, 0.1843),
    (0.1422, 0.1879, 0.1462, 0.1877),
    (0.1516, 0.1873, 0.1497, 0.1844),
    (0.1993, 0.2154, 0.2031, 0.2177),
    (0.1823, 0.2130, 0.1761, 0.2101),
    (0.1371, 0.1538, 0.1336, 0.1572),
    (0.1607, 0.2189, 0.1714, 0.2330),
)

Cells = Sequence[Mapping[str, Any]]


def library_facts(library: Library) -> dict[str, Any]:
    """What chairs the study is about."""
    tests = chairs_to_test(library)
    return {
        "points": library.points,
        "train": len(library.indices("train")),
        "test": len(tests),
        "made_train": _made(library.chairs[index] for index in library.indices("train")),
        "made_test": _made(tests),
        "digest": chairs_digest(library, library.chairs),
    }


def study_result(
    plan: StudyPlan, library: Library, cells: Cells, literal: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The record of finished cells."""
    tests = chairs_to_test(library)
    comparisons = compare_all(plan, cells)
    nine = spread(tests, NINE)
    rows = [tests.index(chair) for chair in nine]
    result = {
        "format": FORMAT,
        "program": core.__version__,
        "versions": versions_of([*literal, *cells]),
        "plan": plan.as_json(),
        "seeds": list(range(plan.seeds)),
        "settings": plan.settings_by_model(),
        "library": library_facts(library),
        "chairs": [{"id": chair.id, "name": chair.name} for chair in tests],
        "models": [asdict(model) for model in plan.models],
        "floor": next((cell["floor"] for cell in cells if cell.get("floor")), None),
        "means": {
            loss: {model.key: _means(values_of(cells, loss, model)) for model in plan.models}
            for loss in plan.losses
        },
        "figures": {
            loss: {model.key: _figures(cells, loss, model) for model in plan.models}
            | {f"{PLAIN}-fitted": _fitted_figures(cells, loss)}
            for loss in plan.losses
        },
        "nine_designs": {
            "rows": rows,
            "names": [chair.name for chair in nine],
            "tables": {
                loss: {
                    model.key: _rows_of(values_of(cells, loss, model), rows)
                    for model in plan.models
                }
                for loss in plan.losses
            },
            "article": [list(row) for row in ARTICLE_TABLE],
        },
        "comparisons": [
            asdict(each) | {"shows_difference": each.shows_difference} for each in comparisons
        ],
        "conclusions": conclusions(plan, comparisons, library.points),
        "literal": [_without_versions(record) for record in literal],
        "cells": [_without_versions(cell) for cell in cells],
    }
    # A gap that is nearly nothing must not be rounded to nothing.
    return dict(rounded(result)) | {"literal_gaps": largest_gaps(literal)}


def _without_versions(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "versions"}


def compare_all(plan: StudyPlan, cells: Cells) -> tuple[ModelComparison, ...]:
    """Every model against the plain VAE, and every mixture against the learned Gaussian."""
    pairs = [
        (later, earlier)
        for earlier, later in combinations(plan.models, 2)
        if earlier.key in (PLAIN, CONTROL)
    ]
    comparisons = []
    for loss in plan.losses:
        for metric in METRICS:
            for first, second in pairs:
                of_first = values_of(cells, loss, first)
                of_second = values_of(cells, loss, second)
                seeds = sorted(set(of_first) & set(of_second))
                if seeds:
                    comparisons.append(
                        compare_models(
                            loss,
                            metric,
                            first.key,
                            second.key,
                            np.stack([of_first[seed][metric] for seed in seeds]),
                            np.stack([of_second[seed][metric] for seed in seeds]),
                        )
                    )
    return corrected(comparisons)


Values = dict[int, dict[str, Float[ndarray, " chairs"]]]


def values_of(cells: Cells, loss: str, model: StudyModel) -> Values:
    """By seed and metric, the values of the test chairs; failed trainings have none."""
    return {
        cell["seed"]: {
            metric: np.asarray(cell["metrics"][metric], dtype=np.float64) for metric in METRICS
        }
        for cell in cells
        if (cell["loss"], cell["model"]) == (loss, model.key) and cell["failed"] is None
    }


def _means(values: Values) -> dict[str, Any]:
    """Mean over chairs and seeds, and how far the seeds' means lie apart."""
    if not values:
        return {"seeds": 0}
    by_seed = {
        metric: np.array([each[metric].mean() for each in values.values()]) for metric in METRICS
    }
    return {
        "seeds": len(values),
        **{metric: float(means.mean()) for metric, means in by_seed.items()},
        "seed_deviation": {
            metric: float(means.std(ddof=1)) if len(means) > 1 else None
            for metric, means in by_seed.items()
        },
    }


def _rows_of(values: Values, rows: Sequence[int]) -> dict[str, list[float]] | None:
    if not values:
        return None
    return {
        metric: np.mean([each[metric][rows] for each in values.values()], axis=0).tolist()
        for metric in ("cd_1", "emd")
    }


def _figures(cells: Cells, loss: str, model: StudyModel) -> dict[str, Any]:
    done = [
        cell
        for cell in cells
        if (cell["loss"], cell["model"]) == (loss, model.key) and cell["failed"] is None
    ]
    return _mean_figures(done)


def _fitted_figures(cells: Cells, loss: str) -> dict[str, Any]:
    return _mean_figures(
        [cell["fitted"] for cell in cells if cell["loss"] == loss and cell.get("fitted")]
    )


def _mean_figures(records: Cells) -> dict[str, Any]:
    """Means over seeds of the figures that are not about one chair."""
    if not records:
        return {}

    def mean(*path: str) -> float | None:
        values = []
        for record in records:
            value: Any = record
            for key in path:
                value = None if value is None else value[key]
            if value is not None:
                values.append(float(value))
        return float(np.mean(values)) if values else None

    return {
        "mmd_cd": mean("generation", "cd", "mmd"),
        "mmd_emd": mean("generation", "emd", "mmd"),
        "coverage_cd": mean("generation", "cd", "coverage"),
        "coverage_emd": mean("generation", "emd", "coverage"),
        "one_nna_cd": mean("generation", "cd", "one_nna"),
        "one_nna_emd": mean("generation", "emd", "one_nna"),
        "jsd": mean("generation", "jsd"),
        "log_likelihood": mean("likelihood", "log_likelihood"),
        "effective_samples": mean("likelihood", "effective_samples"),
        "likelihood_sigma": mean("likelihood", "sigma"),
        "active_units": mean("latent", "active_units"),
        "used_components": mean("latent", "used_components"),
        "adjusted_rand": mean("recovery", "adjusted_rand"),
        "probe_accuracy": mean("recovery", "probe_accuracy"),
        "guess_accuracy": mean("recovery", "guess_accuracy"),
    }


def _made(chairs: Iterable[Any]) -> int:
    return sum(chair.source == "made chair" for chair in chairs)
