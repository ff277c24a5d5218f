"""The article's formulas taken at their word: small trainings, and what becomes of them.

Each run has the article's networks and weight 1 on what stands for the KL. Three things are more
than the article says and favour its formulas: points are in correspondence, layers are normalised
over the batch (without it even no KL at all starts collapsed; only eq. (7) as printed goes without
it, as in the article), and the learning rate is 1e-3 (with 1e-5 the same happens more slowly).

Axes: chairs n, points N, latent size d.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from core import atomic
from core.errors import TrainingError
from core.library import Library
from core.metrics import compare_many
from core.metrics.latent_use import active_units
from core.reconstruction import decode_as_many, worthwhile_processes
from core.study.cell import (
    CellProgress,
    Place,
    chairs_to_test,
    curves_of,
    open_or_create_run,
    read_record,
    rounded,
    train_to_end,
)
from core.study.plan import StudyPlan
from core.study.versions import versions_now
from core.training.checkpoint import delete_optimiser
from core.training.presets import article
from core.training.run import Run
from core.training.settings import TrainingSettings

LEARNING_RATE: Final = 1e-3

COMPARED: Final = ("cd_1", "cd_sq", "emd")
"""Metrics in which reading A has to be the same as no KL at all, to be said to be."""


@dataclass(frozen=True)
class LiteralRun:
    """One formula and what is claimed of it."""

    key: str
    label: str
    prior: str
    kl: str
    beta: float
    claim: str


LITERAL_RUNS: Final = (
    LiteralRun(
        "printed-7",
        "eq. (7) as printed",
        "standard",
        "article-7",
        1.0,
        "The sign of the KL is reversed, so making the loss small drives codes away without end.",
    ),
    LiteralRun(
        "weight-1",
        "eq. (7) with the right sign, weight 1",
        "standard",
        "analytic",
        1.0,
        "A mean over points stands for a variance of N/2, beside which the KL outweighs "
        "everything: all chairs get the same code.",
    ),
    LiteralRun(
        "reading-a",
        "eq. (8), the prior's parameters (reading A)",
        "mog",
        "article-a",
        1.0,
        "The encoder gets no gradient from it, so what is trained is an autoencoder with noise.",
    ),
    LiteralRun(
        "no-kl",
        "no KL at all",
        "mog",
        "monte_carlo",
        0.0,
        "What reading A is compared with.",
    ),
    LiteralRun(
        "reading-b",
        "eq. (8), outputs of the encoder (reading B)",
        "mog",
        "article-b",
        1.0,
        "A mixture posterior against the standard normal, at a weight that collapses it.",
    ),
)


def literal_settings(literal: LiteralRun, plan: StudyPlan) -> TrainingSettings:
    """The article's preset with the formula as printed."""
    return article(literal.prior).with_changes(
        kl=literal.kl,
        beta=literal.beta,
        batch_norm=literal.kl != "article-7",
        learning_rate=LEARNING_RATE,
        prior_learning_rate=LEARNING_RATE,
        latent=plan.latent,
        epochs=plan.literal_epochs,
        points_per_step=plan.points_per_step,
        batch=plan.batch,
        device=plan.device,
        threads=plan.threads,
        seed=0,
    )


def run_literal(literal: LiteralRun, place: Place) -> Generator[CellProgress, None, dict[str, Any]]:
    """Train one formula and look at what became of it; the value is the record."""
    name = f"literal-{literal.key}"
    kept = read_record(place.record_path(name))
    if kept is not None:
        return kept
    run = open_or_create_run(place.run_folder(name), literal_settings(literal, place.plan))
    record: dict[str, Any] = {
        "key": literal.key,
        "label": literal.label,
        "claim": literal.claim,
        "failed": None,
    }
    try:
        yield from train_to_end(run, place.library)
    except TrainingError as error:
        if error.__cause__ is not None:
            raise
        record["failed"] = str(error)
    if run.has_weights:
        record |= yield from _look(run, place.library)
    record["curves"] = curves_of(run)
    record["largest_kl"] = max(
        (abs(kl) for kl in record["curves"]["kl"] if kl is not None), default=None
    )
    record["versions"] = versions_now()
    # To the last bit: two formulas are said to do the same only where they do.
    exact = {metric: record[metric] for metric in COMPARED if metric in record}
    atomic.write_json(place.record_path(name), rounded(record) | exact, indent=None)
    delete_optimiser(run.folder)
    kept = read_record(place.record_path(name))
    assert kept is not None
    return kept


def largest_gaps(records: Sequence[Mapping[str, Any]]) -> dict[str, float] | None:
    """How far reading A and no KL at all lie apart on any test chair, by metric.

    Of records that were not rounded; None where one of them has no reconstructions.
    """
    by_key = {record["key"]: record for record in records}
    first, second = by_key.get("reading-a", {}), by_key.get("no-kl", {})
    if any(record.get(metric) is None for record in (first, second) for metric in COMPARED):
        return None
    return {
        metric: max(abs(a - b) for a, b in zip(first[metric], second[metric], strict=True))
        for metric in COMPARED
    }


def _look(run: Run, library: Library) -> Generator[CellProgress, None, dict[str, Any]]:
    """Codes and reconstructions of the test chairs."""
    model, chairs = run.model(), chairs_to_test(library)
    clouds = np.array(library.clouds[[chair.row for chair in chairs]], dtype=np.float32)
    codes, _ = model.encode(clouds)
    decoded = decode_as_many(model, codes, library.points)
    return {
        "active_units": active_units(codes),
        "latent": model.latent,
        "largest_code": float(np.abs(codes).max()),
        **(yield from _distances(decoded, clouds)),
        # How far the reconstructions lie from their mean: nothing, where all chairs are one.
        "spread": float(np.sqrt(np.square(decoded - decoded.mean(axis=0)).sum(axis=2).mean())),
    }


def _distances(
    decoded: Float[ndarray, "chairs points 3"], clouds: Float[ndarray, "chairs points 3"]
) -> Generator[CellProgress, None, dict[str, list[float] | None]]:
    """Each of `COMPARED` for each chair; None where something is not finite."""
    found: dict[str, list[float] | None] = dict.fromkeys(COMPARED)
    if not np.isfinite(decoded).all():
        return found
    pairs = list(zip(decoded, clouds, strict=True))
    measured = []
    for metrics in compare_many(pairs, processes=worthwhile_processes(pairs)):
        measured.append(metrics)
        yield CellProgress(0.99, f"measuring {len(measured)} of {len(pairs)}")
    return {name: [float(getattr(each, name)) for each in measured] for name in COMPARED}
