"""From the start of the process to a painted window with the demo project and its two clouds.

Against a bare pyvistaqt window with the same two clouds: what a person would write, and nothing
else. Both are started in turns. `painted` is the window's first painting, `clouds` the frame in
which both the chair and its reconstruction are on the screen.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks.display import home_in, lacks_display, measure_in_a_virtual_display
from benchmarks.example import example_clouds
from benchmarks.registry import CannotMeasureError, Result
from benchmarks.tables import comparison

POINTS = 5000
LONGEST_S = 120.0


@dataclass(frozen=True)
class Options:
    """How often."""

    repeats: int = field(default=7, metadata={"help": "starts of each, of which the median counts"})


def measure(options: Options) -> Result:
    """Seconds from the start of the process, medians."""
    if lacks_display():
        return measure_in_a_virtual_display("start", options)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clouds = folder / "clouds.npy"
        np.save(clouds, example_clouds(2, POINTS))
        with home_in(folder / "home"):
            first = _start("studio")  # unpacks the demo project
            _start("bare", str(clouds))
            seen: dict[str, list[dict[str, float]]] = {"bare": [], "studio": []}
            for turn in range(options.repeats):
                for which in ("bare", "studio") if turn % 2 else ("studio", "bare"):
                    seen[which].append(_start(which, *([str(clouds)] if which == "bare" else [])))
    median = {
        which: {key: float(np.median([each[key] for each in starts])) for key in starts[0]}
        for which, starts in seen.items()
    }
    return {
        "bare_s": median["bare"]["clouds"],
        "painted_s": median["studio"]["painted"],
        "clouds_s": median["studio"]["clouds"],
        "model_s": median["studio"]["model"],
        "first_start_clouds_s": first["clouds"],
        "painted_ratio": median["studio"]["painted"] / median["bare"]["clouds"],
        "clouds_ratio": median["studio"]["clouds"] / median["bare"]["clouds"],
    }


def table(result: Result) -> Table:
    """What is seen when."""
    rows = [
        ("bare pyvistaqt window, both clouds", "bare_s"),
        ("studio, window painted", "painted_s"),
        ("studio, both clouds of the demo", "clouds_s"),
        ("studio, model loaded", "model_s"),
        ("studio, both clouds, very first start", "first_start_clouds_s"),
    ]
    return comparison(
        "From the start of the process",
        ("", "seconds", "against bare"),
        [
            (words, f"{result[key]:.2f} s", f"{result[key] / result['bare_s']:.2f}")
            for words, key in rows
        ],
    )


def _start(which: str, *arguments: str) -> dict[str, float]:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.start_child", which, str(started), *arguments],
        # A program that is started twice is compiled once.
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    if done.returncode != 0 or not done.stdout.strip():
        raise CannotMeasureError(f"The {which} window did not open.")
    seen: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seen
