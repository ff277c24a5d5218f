"""The exact earth mover's distance of different chairs, against scipy's assignment and plain POT.

Different chairs, not a chair and its reconstruction: the points go far, and solvers take longest.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from rich.table import Table
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from benchmarks.example import example_clouds
from benchmarks.registry import Result
from benchmarks.tables import comparison
from core.metrics import compare_many, exact_emd
from core.threads import usable_cores


@dataclass(frozen=True)
class Options:
    """Sizes."""

    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    pairs: int = field(default=2, metadata={"help": "pairs for each solver; scipy takes a minute"})
    many: int = field(default=8, metadata={"help": "pairs compared side by side over the cores"})
    processes: int = field(default=0, metadata={"help": "for those; 0: all cores"})


def measure(options: Options) -> Result:
    """Seconds a pair, differences, and how many cores are worth."""
    chairs = 2
    while chairs * (chairs - 1) // 2 < max(options.pairs, options.many):
        chairs += 1
    clouds = example_clouds(chairs, options.points)
    pairs = list(combinations(clouds, 2))
    seconds: dict[str, list[float]] = {name: [] for name in SOLVERS}
    values: dict[str, list[float]] = {name: [] for name in SOLVERS}
    exact_emd(clouds[0][:8], clouds[1][:8])  # loads the solver
    for pair in pairs[: options.pairs]:
        for name, solve in SOLVERS.items():
            started = time.perf_counter()
            values[name].append(solve(*pair))
            seconds[name].append(time.perf_counter() - started)
    each = {name: float(np.median(taken)) for name, taken in seconds.items()}
    exact = np.array(values["ours"])
    processes = options.processes or usable_cores()
    alone, shared = (_seconds_of_many(pairs[: options.many], count) for count in (1, processes))
    return {
        "speedup": each["scipy"] / each["ours"],
        "largest_relative_difference": float(np.abs(np.array(values["scipy"]) / exact - 1).max()),
        "pot_default_relative_error": float(np.abs(np.array(values["pot"]) / exact - 1).max()),
        **{f"{name}_s": value for name, value in each.items()},
        "many_pairs": options.many,
        "processes": processes,
        "pairs_per_s": options.many / shared,
        "parallel_speedup": alone / shared,
    }


def table(result: Result) -> Table:
    """The solvers side by side."""
    difference = f"{result['largest_relative_difference']:.0e}"
    rows = [
        ("ours", f"{result['ours_s']:.2f} s", "1.0", "exact"),
        (
            "scipy linear_sum_assignment",
            f"{result['scipy_s']:.2f} s",
            f"{result['speedup']:.1f}",
            f"differs by {difference}",
        ),
        (
            "POT as it is",
            f"{result['pot_s']:.2f} s",
            f"{result['pot_s'] / result['ours_s']:.1f}",
            f"{100 * result['pot_default_relative_error']:.2f} % off",
        ),
        (
            f"{result['many_pairs']} pairs in {result['processes']} processes",
            f"{1 / result['pairs_per_s']:.2f} s",
            "",
            f"{result['parallel_speedup']:.2f} times one process",
        ),
    ]
    return comparison("Exact EMD of different chairs", ("", "a pair", "times ours", ""), rows)


def _seconds_of_many(pairs: list[tuple[np.ndarray, np.ndarray]], processes: int) -> float:
    started = time.perf_counter()
    for _ in compare_many(pairs, processes=processes):
        pass
    return time.perf_counter() - started


def _by_scipy(points: np.ndarray, others: np.ndarray) -> float:
    costs = cdist(points, others)
    return float(costs[linear_sum_assignment(costs)].mean())


def _by_pot(points: np.ndarray, others: np.ndarray) -> float:
    """As its manual has it: uniform masses, 100,000 steps, a warning where they are too few."""
    import ot

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(ot.emd2([], [], cdist(points, others)))


SOLVERS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "ours": exact_emd,
    "scipy": _by_scipy,
    "pot": _by_pot,
}
