"""How long the window keeps an event waiting: while it trains, and idle.

The real window, with a project of made chairs, trains as a person would have it train. All the
while an event falls due every 5 ms, and what is measured is how much later it is dealt with. The
same training without a window, before and after, tells what it loses to the window.
"""

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks.display import home_in, lacks_display, measure_in_a_virtual_display
from benchmarks.example import example_project
from benchmarks.registry import CannotMeasureError, Result
from benchmarks.tables import comparison
from core.project import Project
from core.training.presets import PRESETS
from core.training.reports import EpochReport, TrainingRequest
from core.training.run import Run
from core.training.settings import TrainingSettings
from core.training.train import train

LONGEST_S = 120.0  # until the project is open, and until the window has shown an epoch


@dataclass(frozen=True)
class Options:
    """What is trained, on how much, for how long."""

    preset: str = field(
        default="article",
        metadata={"help": "settings of the training", "choices": tuple(PRESETS)},
    )
    seconds: float = field(default=30.0, metadata={"help": "of training"})
    idle_seconds: float = field(default=10.0, metadata={"help": "of idling, before"})
    points: int = field(default=5000, metadata={"help": "points of a cloud; every step has all"})
    alone_seconds: float = field(
        default=20.0, metadata={"help": "of training without a window, before and again after"}
    )
    chairs: int = field(default=64, metadata={"help": "made chairs in the project"})
    batch: int = field(default=8, metadata={"help": "chairs in a step"})


def measure(options: Options) -> Result:
    """Waiting times idle and while training, and the speed of the training."""
    if lacks_display():
        return measure_in_a_virtual_display("responsiveness", options)
    with tempfile.TemporaryDirectory() as folder, home_in(Path(folder) / "home"):
        project = example_project(Path(folder) / "project", options.chairs, options.points)
        alone = [train_alone(options, project, Path(folder) / "before")]
        result = _measured(options, project.folder)
        alone.append(train_alone(options, project, Path(folder) / "after"))
    return {
        **result,
        "alone_chairs_per_s": float(np.mean(alone)),
        "lost_share": 1 - result["chairs_per_s"] / float(np.mean(alone)),
    }


def table(result: Result) -> Table:
    """Idle and training side by side."""
    return comparison(
        f"How long an event waits (training {result['chairs_per_s']:.1f} chairs/s, "
        f"{result['alone_chairs_per_s']:.1f} without a window: {100 * result['lost_share']:.0f} % "
        f"lost; {result['epochs']} epochs shown)",
        ("", "median", "p95", "p99", "worst"),
        [
            (
                words,
                *(f"{result[key][f'{name}_ms']:.1f} ms" for name in ("median", "p95", "p99")),
                f"{result[key]['worst_ms']:.1f} ms",
            )
            for key, words in (("idle", "idle"), ("training", "while training"))
        ],
    )


def settings_of(options: Options) -> TrainingSettings:
    """The preset with every point in every step, and no end in sight."""
    return PRESETS[options.preset]("mog").with_changes(
        points_per_step=0, batch=options.batch, epochs=1_000_000
    )


def train_alone(options: Options, project: Project, folder: Path) -> float:
    """Chairs a second of the same training where nothing is shown."""
    run = Run.create(folder, settings_of(options))
    ends_at = time.monotonic() + options.alone_seconds
    reports = train(TrainingRequest(run.folder, project.library.folder))
    for report in reports:
        if isinstance(report, EpochReport) and time.monotonic() > ends_at:
            break
    reports.close()
    return speed(run)


def speed(run: Run) -> float:
    """Chairs a second of an epoch, the median; the first warms up and counts only alone."""
    rates = [record["chairs_per_s"] for record in run.metrics()]
    return float(np.median(rates[1:] or rates))


def _measured(options: Options, project: Path) -> Result:
    from benchmarks.event_loop import WaitingTimes, run_event_loop, run_until
    from mogvae_gui.garbage_collection import GarbageCollection
    from mogvae_gui.presenters.studio import Studio
    from mogvae_gui.state.preferences import Preferences
    from mogvae_gui.window_process import make_application

    application = make_application("benchmark")
    garbage = GarbageCollection(application)
    garbage.begin()
    studio = Studio(Preferences())
    studio.window.show()
    studio.projects.open_folder(project)
    waiting = WaitingTimes()
    if not run_until(lambda: bool(studio.project.chairs), LONGEST_S):
        raise CannotMeasureError("The project did not open.")
    run_event_loop(4.0)  # thumbnails are drawn, views warm up
    waiting.start()
    run_event_loop(options.idle_seconds)
    idle = waiting.stop()
    studio.training.settings = settings_of(options)
    waiting.start()
    studio.trainings.start()
    run_event_loop(options.seconds)
    run_until(lambda: studio.training.last_report is not None, LONGEST_S)
    training = waiting.stop()
    report = studio.training.last_report
    run_name = studio.training.run_name
    studio.trainings.stop_and_wait()
    studio.window.close_now()
    application.processEvents()
    garbage.stop()
    if report is None or run_name is None:
        raise CannotMeasureError("No epoch was done: give fewer --chairs.")
    run = Run.open(Project.open(project).run_folder(run_name))
    progress = {"epochs": report.epoch, "chairs_per_s": speed(run)}
    return {"idle": idle, "training": training, **progress}
