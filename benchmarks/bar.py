"""The measured bar: "Recommended" against "Article" with points in correspondence.

The same made chairs, the training half of the sample chairs, the same epochs, latent size 3; judged
on test chairs in CD₁ and exact EMD, chair by chair. "Article" gets a learning rate with which it
learns in that time, and batch normalisation in its head: with its own 1e-5 and without, it would
stand where it began, and beating that would say nothing.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from benchmarks.example import bar_library
from benchmarks.registry import Result
from benchmarks.tables import comparison
from core.evaluation import Evaluation, evaluate, floor_pairs, values_of
from core.library import Chair, Library
from core.metrics import compare_many, exact_emd
from core.model_figures import spread
from core.paired_comparison import compare_paired
from core.shape_model import ShapeModel
from core.training.presets import article, recommended
from core.training.reports import TrainingRequest
from core.training.run import Run
from core.training.settings import TrainingSettings
from core.training.train import train

PRINTED = {"cd_1": 0.1612, "emd": 0.1921}
"""The article's means of its MoG-VAE, at 5,000 points."""


@dataclass(frozen=True)
class Options:
    """Sizes; the bar itself is the default."""

    chairs: int = field(default=1000, metadata={"help": "made chairs"})
    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    epochs: int = field(default=24, metadata={"help": "epochs of both trainings"})
    article_rate: float = field(
        default=1e-3, metadata={"help": "learning rate of the article's side; its own is 1e-5"}
    )
    article_batch_norm: int = field(
        default=1, metadata={"help": "1: the article's side normalises batches, 0: as it was"}
    )
    latent: int = field(default=3, metadata={"help": "latent size"})
    threads: int = field(default=2, metadata={"help": "threads of a training"})
    measured: int = field(default=60, metadata={"help": "test chairs that are measured"})
    samples: int = field(default=1, metadata={"help": "1: with the sample chairs, 0: without"})


def measure(options: Options) -> Result:
    """Train both, measure both, compare."""
    with tempfile.TemporaryDirectory() as folder:
        library = bar_library(
            Path(folder) / "library", options.chairs, options.points, bool(options.samples)
        )
        chairs = spread([library.chairs[i] for i in library.indices("test")], options.measured)
        shared: dict[str, Any] = {
            "epochs": options.epochs,
            "latent": options.latent,
            "threads": options.threads,
            "seed": 0,
        }
        sides = {
            "recommended": shortened(recommended("mog"), options.epochs).with_changes(**shared),
            "article": article("mog").with_changes(
                **shared,
                learning_rate=options.article_rate,
                prior_learning_rate=options.article_rate,
                batch_norm=bool(options.article_batch_norm),
            ),
        }
        result: dict[str, Any] = {
            "train": len(library.indices("train")),
            "test": len(library.indices("test")),
            "measured": len(chairs),
            "printed": PRINTED,
        }
        values = {}
        for name, settings in sides.items():
            cpu_began = time.process_time()
            model, seconds = trained(Path(folder) / name, library, settings)
            cpu_s = time.process_time() - cpu_began
            values[name] = figures(model, library, chairs)
            result[name] = {
                "seconds": seconds,
                "cpu_s": round(cpu_s, 1),
                **{metric: float(each.mean()) for metric, each in values[name].items()},
            }
        result["floor"] = floor(library, chairs)
        result["paired"] = {
            metric: _paired(values["recommended"][metric], values["article"][metric])
            for metric in PRINTED
        }
    return result


def shortened(settings: TrainingSettings, epochs: int) -> TrainingSettings:
    """The same training in other epochs: warm-up and pretraining keep their share of it."""
    share = epochs / settings.epochs
    return settings.with_changes(
        epochs=epochs,
        warm_up_epochs=max(1, round(share * settings.warm_up_epochs)),
        pretraining_epochs=max(1, round(share * settings.pretraining_epochs)),
    )


def trained(folder: Path, library: Library, settings: TrainingSettings) -> tuple[ShapeModel, float]:
    """A trained model and the seconds that its training took, correspondence included."""
    run = Run.create(folder, settings)
    started = time.perf_counter()
    for _ in train(TrainingRequest(run.folder, library.folder, snapshot_every_s=float("inf"))):
        pass
    return run.model(), round(time.perf_counter() - started, 1)


def figures(model: ShapeModel, library: Library, chairs: Sequence[Chair]) -> dict[str, np.ndarray]:
    """CD₁ and EMD of each chair."""
    for step in evaluate(model, library, chairs, with_floor=False):
        if isinstance(step, Evaluation):
            return {metric: values_of(step.designs, metric) for metric in PRINTED}
    raise AssertionError("an evaluation ends with its result")


def floor(library: Library, chairs: Sequence[Chair]) -> dict[str, float] | None:
    """What perfect reconstructions would get; None where no mesh is known."""
    pairs = [pair for _, pair in floor_pairs(library, chairs, 8)]
    if not pairs:
        return None
    cd_1 = [each.cd_1 for each in compare_many(pairs, with_emd=False, processes=0)]
    emd = [exact_emd(*pair) for pair in pairs]
    return {"cd_1": float(np.mean(cd_1)), "emd": float(np.mean(emd))}


def _paired(first: np.ndarray, second: np.ndarray) -> dict[str, Any]:
    found = compare_paired(first, second)
    return {
        "improvement": 1 - float(first.mean() / second.mean()),
        "difference": found.difference,
        "p_t": found.p_t,
        "p_wilcoxon": found.p_wilcoxon,
        "ci95": found.ci95,
    }


def table(result: Result) -> Table:
    """A row for each side."""
    rows: list[tuple[str, ...]] = []
    for name in ("recommended", "article"):
        each = result[name]
        rows.append(
            (
                name,
                f"{each['cd_1']:.4f}",
                f"{each['emd']:.4f}",
                f"{each['seconds']:,.0f} s, {each['cpu_s']:,.0f} s of processor time",
            )
        )
    paired = result["paired"]
    rows.append(
        (
            "improvement",
            *(f"{100 * paired[m]['improvement']:.0f} %, p {paired[m]['p_t']:.1g}" for m in PRINTED),
            "",
        )
    )
    rows.append(("printed in the article", *(f"{PRINTED[m]:.4f}" for m in PRINTED), ""))
    if result["floor"] is not None:
        rows.append(("floor", *(f"{result['floor'][m]:.4f}" for m in PRINTED), ""))
    return comparison(
        f"{result['measured']} of {result['test']} test chairs, {result['train']} to train on",
        ("", "CD₁", "EMD", "training"),
        rows,
    )
