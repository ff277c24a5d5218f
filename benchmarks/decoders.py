"""The decoders trained for the same time on the same chairs, everything else as recommended."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from benchmarks.bar import PRINTED, figures, floor
from benchmarks.example import bar_library
from benchmarks.registry import Result
from benchmarks.tables import comparison
from core.library import Library
from core.model_figures import spread
from core.networks import DECODERS
from core.shape_model import ShapeModel
from core.training.presets import recommended
from core.training.reports import EpochReport, TrainingRequest
from core.training.run import Run
from core.training.settings import TrainingSettings
from core.training.train import train

_TRIAL_EPOCHS = 2


@dataclass(frozen=True)
class Options:
    """Sizes."""

    chairs: int = field(default=300, metadata={"help": "made chairs"})
    points: int = field(default=2048, metadata={"help": "points of a cloud"})
    points_per_step: int = field(default=1024, metadata={"help": "points of a chair in a step"})
    seconds: float = field(default=90.0, metadata={"help": "of training for each decoder"})
    measured: int = field(default=30, metadata={"help": "test chairs that are measured"})
    samples: int = field(default=1, metadata={"help": "1: with the sample chairs, 0: without"})


def measure(options: Options) -> Result:
    """As many epochs for each decoder as fit the time, with their own whole one-cycle."""
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        library = bar_library(
            Path(folder) / "library", options.chairs, options.points, bool(options.samples)
        )
        chairs = spread([library.chairs[i] for i in library.indices("test")], options.measured)
        for decoder in DECODERS:
            settings = recommended("mog").with_changes(
                decoder=decoder,
                points_per_step=options.points_per_step,
                epochs=_TRIAL_EPOCHS,
                warm_up_epochs=1,
                pretraining_epochs=1,
                threads=1,
            )
            _, trial = _trained(Path(folder) / f"{decoder}-trial", library, settings)
            epochs = max(_TRIAL_EPOCHS, round(options.seconds * _TRIAL_EPOCHS / trial))
            settings = settings.with_changes(
                epochs=epochs,
                warm_up_epochs=max(1, epochs // 8),
                pretraining_epochs=max(1, epochs // 15),
            )
            model, seconds = _trained(Path(folder) / decoder, library, settings)
            found = figures(model, library, chairs)
            result[decoder] = {
                "epochs": epochs,
                "seconds": round(seconds, 1),
                **{metric: float(found[metric].mean()) for metric in PRINTED},
            }
        return {
            "decoders": result,
            "floor": floor(library, chairs),
            "measured": len(chairs),
            "train": len(library.indices("train")),
        }


def _trained(
    folder: Path, library: Library, settings: TrainingSettings
) -> tuple[ShapeModel, float]:
    """A trained model and the seconds of its epochs."""
    run = Run.create(folder, settings)
    elapsed_s = 0.0
    for report in train(TrainingRequest(run.folder, library.folder, snapshot_every_s=1e9)):
        if isinstance(report, EpochReport):
            elapsed_s = report.elapsed_s
    return run.model(), max(elapsed_s, 1e-3)


def table(result: Result) -> Table:
    """A row for each decoder."""
    return comparison(
        f"{result['measured']} test chairs, {result['train']} to train on",
        ("decoder", "CD₁", "EMD", "epochs", "training"),
        [
            (
                name,
                f"{each['cd_1']:.4f}",
                f"{each['emd']:.4f}",
                str(each["epochs"]),
                f"{each['seconds']:.0f} s",
            )
            for name, each in result["decoders"].items()
        ],
    )
