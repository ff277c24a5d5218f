"""The decoders trained for the same time on the same chairs, everything else as recommended."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from benchmarks.bar import PRINTED, figures, floor, shortened
from benchmarks.example import bar_library
from benchmarks.registry import Result
from benchmarks.tables import comparison
from core.library import Library
from core.model_figures import spread
from core.networks import DECODERS
from core.paired_comparison import compare_paired
from core.shape_model import ShapeModel
from core.training.presets import recommended
from core.training.reports import EpochReport, TrainingRequest
from core.training.run import Run
from core.training.settings import TrainingSettings
from core.training.train import train

RECOMMENDED = "blendshape"
_TRIAL_EPOCHS = 3  # the first warms up


@dataclass(frozen=True)
class Options:
    """Sizes."""

    chairs: int = field(default=300, metadata={"help": "made chairs"})
    points: int = field(default=2048, metadata={"help": "points of a cloud"})
    points_per_step: int = field(default=1024, metadata={"help": "points of a chair in a step"})
    seconds: float = field(default=90.0, metadata={"help": "of training for each decoder"})
    threads: int = field(default=1, metadata={"help": "threads of a training"})
    measured: int = field(default=30, metadata={"help": "test chairs that are measured"})
    samples: int = field(default=1, metadata={"help": "1: with the sample chairs, 0: without"})


def measure(options: Options) -> Result:
    """As many epochs for each decoder as fit the time, with their own whole one-cycle."""
    result: dict[str, dict[str, Any]] = {}
    values: dict[str, dict[str, np.ndarray]] = {}
    with tempfile.TemporaryDirectory() as folder:
        library = bar_library(
            Path(folder) / "library", options.chairs, options.points, bool(options.samples)
        )
        chairs = spread([library.chairs[i] for i in library.indices("test")], options.measured)
        for decoder in DECODERS:
            whole = recommended("mog").with_changes(
                decoder=decoder,
                points_per_step=options.points_per_step,
                threads=options.threads,
            )
            trial = shortened(whole, _TRIAL_EPOCHS)
            _, times = _trained(Path(folder) / f"{decoder}-trial", library, trial)
            epochs = max(_TRIAL_EPOCHS, round(options.seconds / (times[-1] - times[-2])))
            settings = shortened(whole, epochs)
            model, times = _trained(Path(folder) / decoder, library, settings)
            found = figures(model, library, chairs)
            values[decoder] = found
            result[decoder] = {
                "epochs": epochs,
                "seconds": round(times[-1], 1),
                **{metric: float(found[metric].mean()) for metric in PRINTED},
            }
        for decoder, found in values.items():
            if decoder != RECOMMENDED:
                result[decoder]["p_t"] = {
                    metric: compare_paired(values[RECOMMENDED][metric], found[metric]).p_t
                    for metric in PRINTED
                }
        return {
            "decoders": result,
            "floor": floor(library, chairs),
            "measured": len(chairs),
            "train": len(library.indices("train")),
        }


def _trained(
    folder: Path, library: Library, settings: TrainingSettings
) -> tuple[ShapeModel, list[float]]:
    """A trained model, and when each of its epochs ended: seconds of computing."""
    run = Run.create(folder, settings)
    reports = train(TrainingRequest(run.folder, library.folder, snapshot_every_s=1e9))
    times = [report.elapsed_s for report in reports if isinstance(report, EpochReport)]
    return run.model(), times


def table(result: Result) -> Table:
    """A row for each decoder."""
    return comparison(
        f"{result['measured']} test chairs, {result['train']} to train on",
        ("decoder", "CD₁", "EMD", "epochs", "training", "differs from the recommended"),
        [
            (
                name,
                f"{each['cd_1']:.4f}",
                f"{each['emd']:.4f}",
                str(each["epochs"]),
                f"{each['seconds']:.0f} s",
                ", ".join(f"p {each['p_t'][m]:.1g}" for m in PRINTED) if "p_t" in each else "",
            )
            for name, each in result["decoders"].items()
        ],
    )
