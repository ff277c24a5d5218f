"""Chamfer distance with its gradient, against `cdist` with autograd, whole and in chunks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from rich.table import Table
from torch import Tensor

from benchmarks.example import example_batch
from benchmarks.memory import Peaks, peak_bytes, ratio
from benchmarks.plain import chunked_chamfer, exact_chamfer, plain_chamfer, relative_error
from benchmarks.registry import Result
from benchmarks.tables import comparison, megabytes, milliseconds
from benchmarks.timing import interleaved
from core.losses import chamfer
from core.threads import torch_threads, usable_cores

Distance = Callable[[Tensor, Tensor], Float[Tensor, " batch"]]
WAYS: dict[str, Distance] = {"ours": chamfer, "cdist": plain_chamfer, "chunked": chunked_chamfer}


@dataclass(frozen=True)
class Options:
    """Sizes."""

    batch: int = field(default=8, metadata={"help": "pairs of clouds"})
    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    repeats: int = field(default=9, metadata={"help": "rounds; medians are taken"})
    threads: int = field(default=0, metadata={"help": "CPU threads; 0: all cores"})
    memory: int = field(default=1, metadata={"help": "0 leaves memory out", "choices": (0, 1)})


def measure(options: Options) -> Result:
    """Time, memory and gradient of the three."""
    threads = options.threads or usable_cores()
    with torch_threads(threads):
        pred, target = _pair(options.batch, options.points)
        gradient = {name: _gradient(way, pred, target) for name, way in WAYS.items()}
        exact = torch.cat([_gradient(exact_chamfer, *pair) for pair in _pairs(pred, target)])
        exact /= len(pred)  # each was an average over one pair
        seconds = interleaved(
            {name: _Run(way, pred, target) for name, way in WAYS.items()}, options.repeats
        )
    sizes = (options.batch, options.points, threads)
    peaks: Peaks = {}
    if options.memory:
        peaks = peak_bytes({name: (make_run, (name, *sizes)) for name in WAYS})
    return {
        "speedup": seconds["cdist"] / seconds["ours"],
        "speedup_over_chunked": seconds["chunked"] / seconds["ours"],
        "memory_ratio": ratio(peaks, "ours", "cdist"),
        "gradient_relative_error": relative_error([gradient["ours"]], [gradient["cdist"]]),
        **{f"{name}_error_to_exact": relative_error([gradient[name]], [exact]) for name in WAYS},
        **{f"{name}_s": seconds[name] for name in WAYS},
        **{f"{name}_bytes": peaks.get(name) for name in WAYS},
        "threads": threads,
    }


def table(result: Result) -> Table:
    """The three side by side."""
    speedups = {"cdist": result["speedup"], "chunked": result["speedup_over_chunked"]}
    return comparison(
        "Chamfer distance and gradient",
        ("", "time", "memory added", "ours is faster", "gradient off by"),
        [
            (
                name,
                milliseconds(result[f"{name}_s"]),
                megabytes(result[f"{name}_bytes"]),
                f"{speedups[name]:.1f}×" if name in speedups else "",
                f"{result[f'{name}_error_to_exact']:.1e}",
            )
            for name in WAYS
        ],
    )


def make_run(name: str, batch: int, points: int, threads: int) -> Callable[[], object]:
    """One of the ways in a process of its own."""
    torch.set_num_threads(threads)
    return _Run(WAYS[name], *_pair(batch, points))


class _Run:
    def __init__(self, way: Distance, pred: Tensor, target: Tensor) -> None:
        self._way, self._pred, self._target = way, pred, target

    def __call__(self) -> None:
        _gradient(self._way, self._pred, self._target)


def _gradient(way: Distance, pred: Tensor, target: Tensor) -> Tensor:
    pred = pred.detach().requires_grad_()
    torch.autograd.backward(way(pred, target).mean())
    assert pred.grad is not None
    return pred.grad


def _pairs(pred: Tensor, target: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    return zip(torch.split(pred, 1), torch.split(target, 1), strict=True)


def _pair(batch: int, points: int) -> tuple[Tensor, Tensor]:
    """Chairs, and others near them: as reconstructions lie in the course of a training."""
    target = example_batch(batch, points)
    noise = torch.randn(target.shape, generator=torch.Generator().manual_seed(0))
    return target.roll(1, dims=0) * 0.5 + target * 0.5 + 0.02 * noise, target
