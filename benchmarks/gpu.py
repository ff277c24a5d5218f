"""On a GPU: a step against the arithmetic and memory floors, and the article's whole experiment.

    python benchmarks/gpu.py [--device cuda]      or as `python -m benchmarks gpu`

Needs no Qt and no display; of the requirements only torch, numpy, scipy, scikit-learn, jaxtyping,
lightning-fabric, safetensors, tensorboardX and filelock. Without a GPU it says that nothing was
measured. Floors: the products of a step at the rate of a large product of the same machine, and the
bytes that a step has to move (weights, gradients and Adam's moments) at the rate of a large copy.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":  # started as a file: the repository's root is its parent
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch

from benchmarks import step_ways
from benchmarks.our_step import step_of_random_clouds

if TYPE_CHECKING:
    from rich.table import Table

CHAIRS = 889  # ModelNet10's training chairs, as the article has them
TEST_CHAIRS = 100


@dataclass(frozen=True)
class Options:
    """Sizes."""

    device: str = field(default="cuda", metadata={"help": "cuda; cpu to try the benchmark itself"})
    batch: int = field(default=8, metadata={"help": "chairs in a step"})
    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    chairs: int = field(default=CHAIRS, metadata={"help": "training chairs of the experiment"})
    repeats: int = field(default=30, metadata={"help": "steps; the median counts"})
    epochs: int = field(default=3, metadata={"help": "of the experiment; the fastest counts"})
    compiled: int = field(
        default=1, metadata={"help": "0 leaves torch.compile out", "choices": (0, 1)}
    )


def measure(options: Options) -> dict[str, Any]:
    """Seconds, or `measured: False` where there is no such device."""
    if options.device == "cuda" and not torch.cuda.is_available():
        return {"measured": False, "reason": "This machine has no GPU that torch can use."}
    device = torch.device(options.device)
    return {
        "measured": True,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        **_floors_and_step(device, options),
        **_other_ways(options),
        **_chamfer(device, options),
        **_experiment(options),
    }


def table(result: dict[str, Any]) -> "Table":
    """For people."""
    from benchmarks.tables import comparison

    if not result["measured"]:
        return comparison("GPU", ("", ""), [("not measured", result["reason"])])
    return comparison(
        f"GPU: {result['device']}",
        ("", ""),
        [(name, f"{value:.4g}") for name, value in result.items() if isinstance(value, float)],
    )


def _floors_and_step(device: torch.device, options: Options) -> dict[str, float]:
    step = step_of_random_clouds(device, options.batch, options.points)
    step_s = _seconds(step, device, options.repeats)
    side = 4096 if device.type == "cuda" else 512
    left, right = torch.rand(side, side, device=device), torch.rand(side, side, device=device)
    product_s = _seconds(lambda: left @ right, device, options.repeats)
    rate = 2 * side**3 / product_s
    source = torch.rand(64 * 2**20 if device.type == "cuda" else 2**20, device=device)
    target = torch.empty_like(source)
    copy_s = _seconds(lambda: target.copy_(source), device, options.repeats)
    bandwidth = 2 * source.numel() * source.element_size() / copy_s
    parameters = sum(parameter.numel() for parameter in step.vae.parameters())
    # Read and write weights and two moments, write and read the gradient: 4 bytes each.
    bytes_moved = 4 * parameters * (2 + 4 + 2)
    arithmetic_s = _operations(options.batch, options.points) / rate
    memory_s = bytes_moved / bandwidth
    return {
        "step_s": step_s,
        "arithmetic_floor_s": arithmetic_s,
        "memory_floor_s": memory_s,
        "step_over_floors": step_s / (arithmetic_s + memory_s),
        "product_tflops": rate / 1e12,
        "bandwidth_gb_per_s": bandwidth / 1e9,
    }


def _other_ways(options: Options) -> dict[str, float]:
    """How much faster a step is in each other way, and how far its gradient is off."""
    result = step_ways.measure(
        step_ways.Options(
            options.device,
            options.batch,
            options.points,
            options.repeats,
            compiled=options.compiled,
        )
    )
    return {
        f"{name}: {figure}": row[figure]
        for name, row in result["ways"].items()
        if name != step_ways.AS_IT_IS
        for figure in ("speedup", "gradient_relative_error")
    }


def _operations(batch: int, points: int) -> float:
    """Of the products forward; the decoder's twice more backward. Chamfer: ten columns a pair."""
    encoder = 2 * batch * points * (3 * 64 + 64 * 128 + 128 * 1024)
    decoder = 2 * batch * (1024 * 512 + 512 * 1024 + 1024 * 3 * 2048 + 3 * 2048 * points)
    chamfer = 2 * batch * points * points * 5
    return float(encoder + 3 * decoder + chamfer)


def _chamfer(device: torch.device, options: Options) -> dict[str, float]:
    """Blocks against autograd through the whole table: time, and on a GPU memory."""
    from core.losses import chamfer, chamfer_plain

    pred = torch.rand(options.batch, options.points, 3, device=device, requires_grad=True)
    target = torch.rand(options.batch, options.points, 3, device=device)
    figures = {}
    for name, way in (("chamfer", chamfer), ("cdist", chamfer_plain)):

        def run(way: Callable[..., torch.Tensor] = way) -> None:
            pred.grad = None
            way(pred, target).mean().backward()  # type: ignore[no-untyped-call]

        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
            before = torch.cuda.memory_allocated(device)
        figures[f"{name}_s"] = _seconds(run, device, max(3, options.repeats // 3))
        if device.type == "cuda":
            figures[f"{name}_bytes"] = float(torch.cuda.max_memory_allocated(device) - before)
    figures["chamfer_speedup"] = figures["cdist_s"] / figures["chamfer_s"]
    return figures


def _experiment(options: Options) -> dict[str, float]:
    """The article's experiment as the program trains it: an epoch, and 100 of them."""
    from core.frame import Frame
    from core.library import Library, NewChair
    from core.training.presets import article
    from core.training.reports import EpochReport, TrainingRequest
    from core.training.run import Run
    from core.training.train import train

    generator = np.random.default_rng(0)
    test = max(1, options.chairs * TEST_CHAIRS // CHAIRS)
    with tempfile.TemporaryDirectory() as name:
        library = Library.create(Path(name) / "library", options.points)
        library.add(
            [
                NewChair(
                    name=f"Cloud {number}",
                    cloud=_unit_cloud(generator, options.points),
                    frame=Frame.identity(),
                    split="test" if number >= options.chairs else "train",
                    source="random",
                    content_hash=f"{number:064x}",
                )
                for number in range(options.chairs + test)
            ]
        )
        settings = article("mog").with_changes(
            loss="chamfer",  # the step's; the article's own needs correspondence first
            batch=options.batch,
            epochs=options.epochs,
            device=options.device,
            checkpoint_every_s=86_400.0,
        )
        run = Run.create(Path(name) / "run", settings)
        started, times = time.perf_counter(), []
        for report in train(TrainingRequest(run.folder, library.folder)):
            if isinstance(report, EpochReport):
                times.append(time.perf_counter() - started)
                started = time.perf_counter()
    return {
        "epoch_s": min(times),
        "hundred_epochs_s": 100 * min(times),
        "chairs_per_s": options.chairs / min(times),
    }


def _unit_cloud(generator: np.random.Generator, points: int) -> np.ndarray:
    cloud = generator.uniform(-1, 1, size=(points, 3))
    cloud -= (cloud.min(axis=0) + cloud.max(axis=0)) / 2
    return np.asarray(cloud / np.linalg.norm(cloud, axis=1).max(), dtype=np.float32)


def _seconds(work: Callable[[], object], device: torch.device, repeats: int) -> float:
    """Median seconds, with the device waited for before and after each."""

    def wait() -> None:
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    for _ in range(3):
        work()
    taken = []
    for _ in range(repeats):
        wait()
        started = time.perf_counter()
        work()
        wait()
        taken.append(time.perf_counter() - started)
    return float(np.median(taken))


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default=Options.device)
    given = parser.parse_args()
    print(json.dumps(measure(Options(device=given.device))))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
