"""Studies of a dozen boxes whose trainings take a fraction of a second."""

from pathlib import Path
from typing import Any

from core.library import Library
from core.study import StudyPlan, StudyRequest, run_study
from tests.core.training.small_runs import box

BOXES = 15


def box_library(folder: Path) -> Library:
    """Boxes of 48 points, every fifth for testing."""
    library = Library.create(folder, points=48)
    library.add([box(number) for number in range(BOXES)])
    return library


def small_plan(**changes: Any) -> StudyPlan:
    """Two models, one loss, two seeds, two epochs."""
    small: dict[str, Any] = {
        "priors": ("standard", "mog"),
        "components": (2,),
        "losses": ("mse",),
        "seeds": 2,
        "epochs": 2,
        "points_per_step": 24,
        "batch": 4,
        "latent": 2,
        "decoder": "pointwise",
        "generated": 3,
        "generation_points": 24,
        "generation_emd_points": 24,
        "likelihood_chairs": 2,
        "likelihood_samples": 4,
        "literal_epochs": 0,
    }
    return StudyPlan(**(small | changes))


def run_whole(library: Library, out: Path, plan: StudyPlan, jobs: int = 1) -> dict[str, Any]:
    """Run what is left of a study."""
    steps = run_study(StudyRequest(library.folder, out, plan), jobs)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: dict[str, Any] = stop.value
            return result
