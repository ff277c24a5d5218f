"""Evaluations with made-up figures, for tests that measure nothing."""

from collections.abc import Sequence

from core.evaluation import Design, Evaluation
from core.evaluation_table import EvaluationTable
from core.frame import Frame
from core.library import Chair
from core.metrics import PairMetrics

NAMES = ("armchair", "bar stool", "club", "dining", "folding", "rocking", "swivel", "tulip")


def made_chair(number: int, name: str = "") -> Chair:
    """A chair that no library has."""
    return Chair(
        id=f"c{number:06d}",
        name=name or f"{NAMES[number % len(NAMES)]} {number}",
        split="test" if number % 2 else "train",
        row=number,
        source="made chair",
        content_hash=str(number),
        frame=Frame.identity(),
        metadata={},
    )


def made_metrics(cd_1: float) -> PairMetrics:
    """Figures that all follow one: the larger it is, the worse is each."""
    return PairMetrics(cd_1**2, cd_1, cd_1 * 0.9, 1 - cd_1, 256, 256, 1.0)


def made_evaluation(
    values: Sequence[float], *, floor: float | None = None, names: Sequence[str] = ()
) -> Evaluation:
    """An evaluation with these values of CD₁, of chairs numbered from 0."""
    chairs = [made_chair(n, names[n] if names else "") for n in range(len(values))]
    designs = tuple(
        Design(chair, made_metrics(value)) for chair, value in zip(chairs, values, strict=True)
    )
    floors = () if floor is None else (Design(chairs[0], made_metrics(floor)),)
    return Evaluation(256, designs, floors)


def one_run(
    values: Sequence[float] = (0.3, 0.1, 0.2), floor: float | None = 0.05
) -> EvaluationTable:
    """The table of one run."""
    return EvaluationTable.of_run("test", "MoG-VAE", made_evaluation(values, floor=floor))


def two_runs(
    first: Sequence[float] = (0.3, 0.1, 0.2), second: Sequence[float] = (0.2, 0.2, 0.2)
) -> EvaluationTable:
    """The table of two runs."""
    return EvaluationTable.of_two_runs(
        "test", "MoG-VAE", made_evaluation(first, floor=0.05), "VAE", made_evaluation(second)
    )
