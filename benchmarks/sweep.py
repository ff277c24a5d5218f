"""Latent sizes and numbers of components, reported and not tuned, at a small size."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from benchmarks.bar import PRINTED, figures, floor, shortened, trained
from benchmarks.example import bar_library
from benchmarks.registry import Result
from benchmarks.tables import comparison
from core.metrics.latent_use import measure_latent_use
from core.model_figures import spread
from core.training.presets import recommended
from core.training.run import Run

LATENTS = (2, 3, 8, 64)
COMPONENTS = (1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Options:
    """Sizes."""

    chairs: int = field(default=300, metadata={"help": "made chairs"})
    points: int = field(default=1024, metadata={"help": "points of a cloud"})
    epochs: int = field(default=40, metadata={"help": "epochs of each training"})
    points_per_step: int = field(default=512, metadata={"help": "points of a chair in a step"})
    threads: int = field(default=1, metadata={"help": "threads of a training"})
    measured: int = field(default=40, metadata={"help": "test chairs that are measured"})
    samples: int = field(default=1, metadata={"help": "1: with the sample chairs, 0: without"})


def measure(options: Options) -> Result:
    """One training for each size, everything else as recommended."""
    sizes = [(latent, 8) for latent in LATENTS]
    sizes += [(3, components) for components in COMPONENTS if components != 8]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        library = bar_library(
            Path(folder) / "library", options.chairs, options.points, bool(options.samples)
        )
        chairs = spread([library.chairs[i] for i in library.indices("test")], options.measured)
        for latent, components in sorted(sizes):
            place = Path(folder) / f"{latent}-{components}"
            settings = shortened(recommended("mog"), options.epochs).with_changes(
                latent=latent,
                components=components,
                points_per_step=options.points_per_step,
                threads=options.threads,
            )
            model, seconds = trained(place, library, settings)
            codes = Run.open(place).codes()
            assert codes is not None
            use = measure_latent_use(codes.codes, codes.responsibilities)
            found = figures(model, library, chairs)
            rows.append({
                "latent": latent,
                "components": components,
                **{metric: float(found[metric].mean()) for metric in PRINTED},
                "active_units": use.active_units,
                "used_components": use.used_components,
                "seconds": seconds,
            })  # fmt: skip
        return {"rows": rows, "floor": floor(library, chairs), "measured": len(chairs)}


def table(result: Result) -> Table:
    """A row for each size."""
    return comparison(
        f"Recommended, {result['measured']} test chairs; floor {_floor_words(result)}",
        ("latent size", "components", "CD₁", "EMD", "active axes", "used components", "training"),
        [
            (
                str(row["latent"]),
                str(row["components"]),
                f"{row['cd_1']:.4f}",
                f"{row['emd']:.4f}",
                str(row["active_units"]),
                f"{row['used_components']:.1f}",
                f"{row['seconds']:.0f} s",
            )
            for row in result["rows"]
        ],
    )


def _floor_words(result: Result) -> str:
    if result["floor"] is None:
        return "not known"
    return f"CD₁ {result['floor']['cd_1']:.4f}, EMD {result['floor']['emd']:.4f}"
