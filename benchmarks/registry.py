"""The benchmarks by name. They are imported when they are run: most need no window."""

import importlib
from collections.abc import Mapping
from typing import Any, Protocol, cast

from rich.table import Table

ABOUT: Mapping[str, str] = {
    "training_step": "a step of the article's nets against the straightforward PyTorch step",
    "encoder": "forward and backward of the encoder against Conv1d, max and autograd",
    "chamfer": "Chamfer distance and gradient against cdist, whole and in chunks",
    "emd": "exact earth mover's distance against scipy's assignment and POT as it is",
    "import_meshes": "a folder of meshes into a library against a plain trimesh loop",
    "decode": "from a code to a cloud in numpy, for each decoder",
    "bar": "Recommended against Article with correspondence on test chairs, the same epochs",
    "choices": "the preset Recommended with one choice changed at a time, on test chairs",
    "sweep": "latent sizes and numbers of components, reported and not tuned",
    "decoders": "the decoders trained for the same time",
    "soak": "damaged files of every format through the reading processes, counted",
    "surfaces": "surfaces of decoded shapes against the meshes of chairs that were not learnt from",
    "distributed": "two processes against one with the same steps: losses and speed",
    "step_ways": "a step in bfloat16, compiled, and both: time, and what becomes of the gradient",
    "gpu": "on a GPU: a step against its floors, and the article's experiment",
    "scale": "a library of 100,000 clouds: opened, listed, streamed, picked from",
    "frame": "a new cloud in the stage, drawn, against bare VTK",
    "start": "from the start of the process to the painted window, against bare pyvistaqt",
    "monkey": "random actions at the window while it trains: errors, and memory that grows",
    "responsiveness": "how long the window's event loop keeps an event waiting while it trains",
    "kills": "programs killed at random moments, and what they leave (counts, no time)",
}
"""Names, which are those of the files, and a line on each."""

Result = Mapping[str, Any]


class CannotMeasureError(Exception):
    """Something that a benchmark needs is not there; the sentence says what."""


class Benchmark(Protocol):
    """What a benchmark's file has."""

    Options: type[Any]

    def measure(self, options: Any) -> Result:
        """Do the work; plain JSON values."""

    def table(self, result: Result) -> Table:
        """The result for people."""


def find(name: str) -> Benchmark:
    """Import the benchmark of that name; KeyError where there is none."""
    if name not in ABOUT:
        raise KeyError(name)
    return cast(Benchmark, importlib.import_module(f"benchmarks.{name}"))
