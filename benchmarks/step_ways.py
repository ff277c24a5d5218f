"""A training step in other ways: bfloat16, torch.compile, and on a GPU its CUDA graphs.

Time against the step as it is, what compiling takes first, and what becomes of loss and gradient.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from benchmarks.our_step import OurStep, step_of_random_clouds
from benchmarks.plain import gradients, relative_error
from benchmarks.timing import interleaved

if TYPE_CHECKING:
    from rich.table import Table

AS_IT_IS = "float32"

_WAYS: Mapping[str, Mapping[str, str]] = {
    AS_IT_IS: {},
    "bfloat16": {"precision": "bfloat16"},
    "compiled": {"compiled": "default"},
    "compiled, bfloat16": {"precision": "bfloat16", "compiled": "default"},
}
_WAYS_OF_A_GPU: Mapping[str, Mapping[str, str]] = {
    "compiled, CUDA graphs": {"compiled": "reduce-overhead"},
    "compiled, CUDA graphs, bfloat16": {"precision": "bfloat16", "compiled": "reduce-overhead"},
}


@dataclass(frozen=True)
class Options:
    """Sizes."""

    device: str = field(default="cpu", metadata={"help": "cpu or cuda"})
    batch: int = field(default=8, metadata={"help": "clouds in a step"})
    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    repeats: int = field(default=9, metadata={"help": "rounds; medians are taken"})
    settle_steps: int = field(default=40, metadata={"help": "steps before gradients are compared"})
    threads: int = field(default=0, metadata={"help": "CPU threads; 0: all cores"})
    compiled: int = field(
        default=1, metadata={"help": "0 leaves torch.compile out", "choices": (0, 1)}
    )


def measure(options: Options) -> dict[str, Any]:
    """For each way its time, the ratio to the step as it is, and how far its gradient is off."""
    from core.threads import torch_threads, usable_cores

    device = torch.device(options.device)
    ways = {**_WAYS, **(_WAYS_OF_A_GPU if device.type == "cuda" else {})}
    if not options.compiled:
        ways = {name: way for name, way in ways.items() if "compiled" not in way}
    with torch_threads(options.threads or usable_cores()):
        steps = {
            name: step_of_random_clouds(device, options.batch, options.points, **way)
            for name, way in ways.items()
        }
        plain = steps[AS_IT_IS]
        plain.settle(options.settle_steps)
        loss, first_s, rows = float(plain.backward()), {}, {}
        gradient = gradients(plain.vae)
        for name, step in steps.items():
            step.vae.load_state_dict(plain.vae.state_dict())
            started = time.perf_counter()
            other = float(step.backward())  # which waits for the device
            first_s[name] = time.perf_counter() - started
            rows[name] = {
                "loss_relative_error": abs(other / loss - 1),
                "gradient_relative_error": relative_error(gradients(step.vae), gradient),
            }
        waited = {name: _waited(step) for name, step in steps.items()}
        seconds = interleaved(waited, options.repeats)
    return {
        "ways": {
            name: {
                **row,
                "step_s": seconds[name],
                "speedup": seconds[AS_IT_IS] / seconds[name],
                "first_step_s": first_s[name],
            }
            for name, row in rows.items()
        },
        "device": options.device,
    }


def table(result: Mapping[str, Any]) -> "Table":
    """A row for each way."""
    from benchmarks.tables import comparison, milliseconds

    return comparison(
        f"One step in other ways ({result['device']})",
        ("", "a step", "speed-up", "the first", "loss off by", "gradient off by"),
        [
            (
                name,
                milliseconds(row["step_s"]),
                f"{row['speedup']:.2f}×",
                milliseconds(row["first_step_s"]),
                f"{row['loss_relative_error']:.1e}",
                f"{row['gradient_relative_error']:.1e}",
            )
            for name, row in result["ways"].items()
        ],
    )


def _waited(step: OurStep) -> Callable[[], None]:
    """The step, and the device waited for."""

    def run() -> None:
        step()
        if step.clouds.device.type == "cuda":
            torch.cuda.synchronize(step.clouds.device)

    return run
