"""The article's comparison done properly: many chairs, several seeds, the right controls.

    plan          what is compared, frozen before it begins
    cell          one training and what is measured on it
    literal       the article's formulas as printed, and what they do
    statistics    paired differences over chairs and seeds, corrected for many comparisons
    result        everything in one record, `study.json`
    words         what the figures say, in sentences
    running       all of it as one generator that goes on where it was
    report        the page, the tables and the pictures

Axes: chairs n, seeds S, points N, latent size d.
"""

from core.study.plan import LOSSES, Cell, StudyModel, StudyPlan
from core.study.running import StudyProgress, StudyRequest, run_study

__all__ = [
    "LOSSES",
    "Cell",
    "StudyModel",
    "StudyPlan",
    "StudyProgress",
    "StudyRequest",
    "run_study",
]
