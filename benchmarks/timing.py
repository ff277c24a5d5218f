"""Times taken side by side, so that whatever else the machine does falls on all alike."""

import time
from collections.abc import Callable, Mapping

import numpy as np


def interleaved(
    works: Mapping[str, Callable[[], object]], repeats: int, warm_ups: int = 1
) -> dict[str, float]:
    """Median seconds of each, taken in turns; each round begins with another."""
    names = list(works)
    for name in names * warm_ups:
        works[name]()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(repeats):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            started = time.perf_counter()
            works[name]()
            seconds[name].append(time.perf_counter() - started)
    return {name: float(np.median(values)) for name, values in seconds.items()}


def spread_ms(seconds: list[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile and the worst, in milliseconds."""
    values = np.asarray(seconds) * 1000
    return {
        "median_ms": round(float(np.median(values)), 3),
        "p95_ms": round(float(np.percentile(values, 95)), 3),
        "p99_ms": round(float(np.percentile(values, 99)), 3),
        "worst_ms": round(float(values.max()), 3),
    }
