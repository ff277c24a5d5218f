"""What each choice of "Recommended" is worth: the preset with one thing changed, on test chairs."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from benchmarks import sweep
from benchmarks.bar import PRINTED, figures, floor, shortened, trained
from benchmarks.example import bar_library
from benchmarks.registry import CannotMeasureError, Result
from benchmarks.tables import comparison
from core.metrics.latent_use import measure_latent_use
from core.model_figures import spread
from core.paired_comparison import compare_paired
from core.training.presets import recommended
from core.training.run import Run

AS_IT_IS: Final = "as recommended"
ANOTHER_SEED: Final = "another seed"

CHANGES: Mapping[str, Mapping[str, Any]] = {
    AS_IT_IS: {},
    ANOTHER_SEED: {"seed": 1},
    "decoder: article": {"decoder": "article"},
    "decoder: pointwise": {"decoder": "pointwise"},
    "loss: chamfer": {"loss": "chamfer"},
    "loss: mse": {"loss": "mse"},
    "no batch normalisation": {"batch_norm": False},
    "learning rate 1e-3": {"learning_rate": 1e-3},
    "learning rate 4e-3": {"learning_rate": 4e-3},
    "constant learning rate 1e-3": {"learning_rate": 1e-3, "schedule": "constant"},
    "beta 2e-3": {"beta": 2e-3},
    "beta 2e-5": {"beta": 2e-5},
    "no warm-up": {"warm_up_epochs": 0},
    "means not at encoded chairs": {"initialise_components": False},
    "precision: bfloat16": {"precision": "bfloat16"},
    "prior: standard": {"prior": "standard", "kl": "analytic"},
}
"""What is trained: words, and the settings that differ."""


@dataclass(frozen=True)
class Options(sweep.Options):
    """Sizes: those of the sweep, with more chairs measured, for differences are looked for."""

    measured: int = field(default=60, metadata={"help": "test chairs that are measured"})
    only: str = field(
        default="", metadata={"help": "one change alone, beside none and another seed"}
    )


def measure(options: Options) -> Result:
    """A training for each change, for the same epochs, measured on the same test chairs."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        library = bar_library(
            Path(folder) / "library", options.chairs, options.points, bool(options.samples)
        )
        chairs = spread([library.chairs[i] for i in library.indices("test")], options.measured)
        preset = shortened(recommended("mog"), options.epochs).with_changes(
            points_per_step=options.points_per_step, threads=options.threads
        )
        found = {}
        for number, (words, changes) in enumerate(_chosen(options.only).items()):
            place = Path(folder) / str(number)
            model, seconds = trained(place, library, preset.with_changes(**changes))
            codes = Run.open(place).codes()
            assert codes is not None
            use = measure_latent_use(codes.codes, codes.responsibilities)
            found[words] = figures(model, library, chairs)
            rows.append({
                "change": words,
                **{metric: float(found[words][metric].mean()) for metric in PRINTED},
                "p_t": {
                    metric: compare_paired(found[AS_IT_IS][metric], found[words][metric]).p_t
                    for metric in PRINTED
                }
                if words != AS_IT_IS
                else None,
                "active_units": use.active_units,
                "used_components": use.used_components,
                "seconds": seconds,
            })  # fmt: skip
        return {
            "rows": rows,
            "floor": floor(library, chairs),
            "measured": len(chairs),
            "train": len(library.indices("train")),
        }


def _chosen(only: str) -> Mapping[str, Mapping[str, Any]]:
    if not only:
        return CHANGES
    if only not in CHANGES:
        raise CannotMeasureError(f"There is no change {only!r}: one of {', '.join(CHANGES)}.")
    return {words: CHANGES[words] for words in (AS_IT_IS, ANOTHER_SEED, only)}


def table(result: Result) -> Table:
    """A row for each change."""
    first = result["rows"][0]
    return comparison(
        f"{result['train']} training chairs, {result['measured']} test chairs",
        ("changed", "CD₁", "EMD", "p of both", "active axes", "used components", "training"),
        [
            (
                row["change"],
                *(_with_change(row[metric], first[metric]) for metric in PRINTED),
                "" if row["p_t"] is None else ", ".join(f"{p:.1g}" for p in row["p_t"].values()),
                str(row["active_units"]),
                f"{row['used_components']:.1f}",
                f"{row['seconds']:.0f} s",
            )
            for row in result["rows"]
        ],
    )


def _with_change(value: float, recommended: float) -> str:
    return f"{value:.4f} ({value / recommended - 1:+.0%})"
