"""From a click to a cloud: a code through the model to numpy, one at a time.

And what the window computes for a dragged probe, which is more: the cloud, its normals, and how
usual the place is.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks.example import example_project
from benchmarks.registry import Result
from benchmarks.tables import comparison
from benchmarks.timing import spread_ms
from core.shape_model import ShapeModel
from core.training.presets import article, recommended
from core.training.reports import TrainingRequest
from core.training.run import Run
from core.training.settings import TrainingSettings
from core.training.train import train

SETTINGS = {
    "article": article("mog"),
    "blendshape": recommended("mog"),
    "pointwise": recommended("mog").with_changes(decoder="pointwise"),
}


@dataclass(frozen=True)
class Options:
    """Sizes."""

    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    repeats: int = field(default=300, metadata={"help": "codes decoded by each decoder"})
    pause_ms: float = field(default=5.0, metadata={"help": "between two decodes"})
    chairs: int = field(default=64, metadata={"help": "chairs of the training in the background"})


def measure(options: Options) -> Result:
    """Each decoder alone, then each while a training runs in another thread."""
    models = {name: ShapeModel(settings, options.points) for name, settings in SETTINGS.items()}
    alone = _times(models, options)
    with training_in_background(recommended("mog"), options.chairs, options.points):
        while_training = _times(models, options)
    # In a thread of its own, as in the window: it steps back behind the others for good.
    with ThreadPoolExecutor(1) as executor:
        answers = executor.submit(answer_times, options).result()
    return {
        **{name: spread_ms(seconds) for name, seconds in alone.items()},
        "answer": {**spread_ms(answers), "per_s": len(answers) / sum(answers)},
        "while_training": {name: spread_ms(seconds) for name, seconds in while_training.items()},
    }


def table(result: Result) -> Table:
    """A row for each decoder."""
    rows = []
    for name in SETTINGS:
        alone, training = result[name], result["while_training"][name]
        rows.append(
            (
                name,
                f"{alone['median_ms']:.1f} ms",
                f"{alone['p95_ms']:.1f} ms",
                f"{training['median_ms']:.1f} ms",
                f"{training['p95_ms']:.1f} ms",
            )
        )
    answer = result["answer"]
    rows.append(
        (
            "blendshape, as the window answers a drag",
            f"{answer['median_ms']:.1f} ms",
            f"{answer['p95_ms']:.1f} ms",
            f"{answer['per_s']:.0f} a second",
            "",
        )
    )
    return comparison(
        "From a code to a cloud in numpy",
        ("decoder", "median", "p95", "median, training", "p95, training"),
        rows,
    )


def _times(models: dict[str, ShapeModel], options: Options) -> dict[str, list[float]]:
    """Seconds of each decode, the decoders in turns."""
    generator = np.random.default_rng(0)
    seconds: dict[str, list[float]] = {name: [] for name in models}
    for turn in range(options.repeats + 3):
        for name, model in models.items():
            code = generator.standard_normal((1, model.latent)).astype(np.float32)
            time.sleep(options.pause_ms / 1000)
            started = time.perf_counter()
            model.decode(code)
            if turn >= 3:  # the first fill caches
                seconds[name].append(time.perf_counter() - started)
    return seconds


def answer_times(options: Options) -> list[float]:
    """Seconds of each answer of the thread that the window asks while a probe is dragged."""
    from mogvae_gui.workers.model_worker import Decode, Decoded, LoadRun, ModelWorker

    with tempfile.TemporaryDirectory() as folder:
        project = example_project(Path(folder) / "project", 16, options.points)
        settings = recommended("mog").with_changes(
            epochs=1, pretraining_epochs=0, initialise_components=False
        )
        run = Run.create(project.runs_folder / "run", settings)
        for _ in train(TrainingRequest(run.folder, project.library.folder)):
            pass
        worker, seconds = ModelWorker(), []
        worker.answer(LoadRun(run.folder, project.library, project.library.chairs))
        generator = np.random.default_rng(0)
        for turn in range(options.repeats + 3):
            code = tuple(float(value) for value in generator.standard_normal(settings.latent))
            started = time.perf_counter()
            answer = worker.answer(Decode(code))
            if turn >= 3:
                seconds.append(time.perf_counter() - started)
            assert isinstance(answer, Decoded)
    return seconds


@contextmanager
def training_in_background(settings: TrainingSettings, chairs: int, points: int) -> Iterator[None]:
    """Train in a thread, as the window does, for the span of a `with`."""
    with tempfile.TemporaryDirectory() as folder:
        project = example_project(Path(folder) / "project", chairs, points)
        run = Run.create(project.runs_folder / "run", settings.with_changes(epochs=1_000_000))
        request = TrainingRequest(run.folder, project.library.folder)
        begun, stop = threading.Event(), threading.Event()

        def work() -> None:
            reports = train(request)
            for _ in reports:
                begun.set()
                if stop.is_set():
                    break
            reports.close()

        thread = threading.Thread(target=work, name="training")
        thread.start()
        begun.wait()
        try:
            yield
        finally:
            stop.set()
            thread.join()
