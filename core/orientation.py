"""Which way a chair stands and looks, judged by its shape.

Points are (N, 3). A chair betrays its up axis by four signs, none of which is right alone:

- the seat: a level slice in the middle of a chair's height holds much of its surface, while the
  back and the sides lie at an end of their axes;
- the feet: its lowest slice reaches as far as the whole chair, in both directions;
- the mirror: left and right are alike, above and below are not;
- the height: most chairs are taller than they are wide and deep.

The weights were fitted by logistic regression on 68 real chairs and 400 made ones, in every
pose, and rounded. The front is opposite of the backrest, which is what the highest slice is of.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.frame import AXES, UPRIGHT_ROTATIONS, Axis, Rows, as_rows

Points = NDArray[np.float64]

JUDGED_POINTS = 1500  # more change nothing
MIRRORED_STEP = 4  # every fourth point is mirrored and compared
SLICES = 20  # of the height
MIDDLE = slice(4, 14)  # of the slices: where seats are

SEAT_WEIGHT = 30.0  # for the share of the surface in the densest two slices of the middle
FEET_WEIGHT = 7.5  # for how far the lowest slice reaches, 0 to 1
MIRROR_WEIGHT = 1.6  # for how much worse this axis mirrors than the best other one
HEIGHT_WEIGHT = 1.5  # for the height's ratio to the plan
EXPECTED_WEIGHT = 1.0  # for what the kind of file or the other files make likely
CERTAIN_MARGIN = 3.0  # to the next best axis; no real chair was judged wrong by so much

BACKREST_SLICE = 0.15  # of the height, from the top
BACKREST_OFFSET = 0.2  # of the half width: how far from the middle a backrest stands at least
BACKREST_RATIO = 1.5  # to the offset along the other axis


class UpGuess(NamedTuple):
    """Which axis points up, why, and whether the evidence is clear."""

    axis: Axis
    reason: str  # words that go behind "because"
    certain: bool


class FacingGuess(NamedTuple):
    """How to turn a chair so that its backrest is at +y."""

    quarter_turns: int  # counter-clockwise about z, seen from above; 0 leaves it alone
    reason: str
    certain: bool  # False where no backrest was found


def judge_up(points: ArrayLike, expected: Axis | None = None) -> UpGuess:
    """The axis that points up; `expected` is what is likely beforehand and decides ties."""
    sample = _centred_sample(points)
    asymmetries = _asymmetries(sample)
    signs = {axis: _signs(sample, axis, asymmetries) for axis in AXES}
    scores = {
        axis: found.score + (EXPECTED_WEIGHT if axis == expected else 0.0)
        for axis, found in signs.items()
    }
    best, second = sorted(scores, key=lambda axis: -scores[axis])[:2]
    certain = scores[best] - scores[second] >= CERTAIN_MARGIN
    return UpGuess(best, _reason(signs[best], signs[second], best == expected), certain)


def judge_facing(points: ArrayLike) -> FacingGuess:
    """Where the backrest of (N, 3) z-up points is, and the turn that brings it to +y."""
    array = np.asarray(points, dtype=np.float64)
    lowest, highest = array.min(axis=0), array.max(axis=0)
    half = np.maximum((highest - lowest) / 2, np.finfo(float).tiny)
    top = array[array[:, 2] >= highest[2] - BACKREST_SLICE * 2 * half[2]]
    offset = ((top - (lowest + highest) / 2) / half).mean(axis=0)[:2]
    along = int(np.argmax(np.abs(offset)))
    strongest, other = abs(offset[along]), abs(offset[1 - along])
    if strongest < BACKREST_OFFSET or strongest < BACKREST_RATIO * other:
        return FacingGuess(0, "no backrest stands on one side, so the facing was kept", False)
    side = (1 if offset[along] > 0 else -1, "xy"[along])
    turns, words = {
        (1, "y"): (0, "the backrest is at the back already"),
        (1, "x"): (1, "the backrest was on the right"),
        (-1, "y"): (2, "the backrest was in front"),
        (-1, "x"): (3, "the backrest was on the left"),
    }[side]
    return FacingGuess(turns, words, True)


def turned_about_z(rotation: Rows, quarter_turns: int) -> Rows:
    """`rotation`, then quarter turns of its result about z, counter-clockwise from above."""
    cosine, sine = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[quarter_turns % 4]
    turn = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    return as_rows(turn @ np.array(rotation))


@dataclass(frozen=True)
class _Signs:
    """What speaks for one axis to point up."""

    seat: float  # share of the points in the densest two slices next to each other
    seat_height: float  # its middle, as a share of the height
    feet: float  # reach of the lowest slice, as a share of the plan's, the lesser of two
    mirror: float  # logarithm of the ratio of asymmetries, -2 to 2
    height: float  # logarithm of height over the plan's mean width

    @property
    def contributions(self) -> dict[str, float]:
        return {
            "seat": SEAT_WEIGHT * self.seat,
            "feet": FEET_WEIGHT * self.feet,
            "mirror": MIRROR_WEIGHT * self.mirror,
            "height": HEIGHT_WEIGHT * self.height,
        }

    @property
    def score(self) -> float:
        return sum(self.contributions.values())


def _signs(sample: Points, axis: Axis, asymmetries: dict[Axis, float]) -> _Signs:
    upright = sample @ np.array(UPRIGHT_ROTATIONS[axis]).T
    extents = np.maximum(np.ptp(upright, axis=0), 1e-9)
    level = (upright[:, 2] - upright[:, 2].min()) / extents[2]  # 0 to 1
    counts, _ = np.histogram(level, SLICES, (0.0, 1.0))
    pairs = counts[MIDDLE][:-1] + counts[MIDDLE][1:]
    lowest = upright[level <= 1 / SLICES]
    others = [asymmetries[other] for other in AXES if other != axis]
    mirror = float(np.log(max(asymmetries[axis], 1e-6) / max(min(others), 1e-6)))
    return _Signs(
        seat=float(pairs.max() / len(sample)),
        seat_height=float((MIDDLE.start + np.argmax(pairs) + 1) / SLICES),
        feet=float((np.ptp(lowest[:, :2], axis=0) / extents[:2]).min()),
        mirror=float(np.clip(mirror, -2.0, 2.0)),
        height=float(np.log(extents[2] / np.sqrt(extents[0] * extents[1]))),
    )


def _asymmetries(sample: Points) -> dict[Axis, float]:
    """For each axis, how far the mirrored points lie from the points on average."""
    from scipy.spatial import KDTree  # slow to import

    tree = KDTree(sample)
    asymmetries: dict[Axis, float] = {}
    for place, axis in enumerate(AXES):
        mirrored = sample[::MIRRORED_STEP].copy()
        mirrored[:, place] *= -1.0
        distances, _ = tree.query(mirrored)
        asymmetries[axis] = float(np.mean(distances))
    return asymmetries


def _centred_sample(points: ArrayLike) -> Points:
    """At most JUDGED_POINTS of the points, evenly chosen, around 0 and within a unit box."""
    array = np.asarray(points, dtype=np.float64)
    array = array[:: max(1, len(array) // JUDGED_POINTS)]
    lowest, highest = array.min(axis=0), array.max(axis=0)
    size = max(float((highest - lowest).max()), np.finfo(float).tiny)
    return np.asarray((array - (lowest + highest) / 2) / size)


def _reason(best: _Signs, second: _Signs, expected: bool) -> str:
    """The signs that speak most for the best axis against the next one, in words."""
    words = {
        "seat": f"a level seat at {best.seat_height:.0%} of the height",
        "feet": "feet that reach as far as the whole chair",
        "mirror": "above and below differ more than left and right",
        "height": "it is the tallest way to stand",
    }
    gains = {sign: gain - second.contributions[sign] for sign, gain in best.contributions.items()}
    telling = [sign for sign in sorted(gains, key=lambda sign: -gains[sign]) if gains[sign] > 0.5]
    reasons = [words[sign] for sign in telling[:2]]
    if expected:
        reasons.append("that is usual for such files")
    return " and ".join(reasons) or "no axis stands out"
