"""One training step of the study's networks, with the Chamfer distance, against the plain way."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from rich.table import Table
from torch import Tensor, nn

from benchmarks.example import example_batch
from benchmarks.memory import Peaks, peak_bytes, ratio
from benchmarks.our_step import BETA, OurStep
from benchmarks.plain import (
    PlainVae,
    bare_products,
    copy_parameters,
    gradients,
    multiply,
    plain_chamfer,
    relative_error,
)
from benchmarks.registry import Result
from benchmarks.tables import comparison, megabytes, milliseconds
from benchmarks.timing import interleaved
from core.threads import torch_threads, usable_cores
from core.training.presets import article
from core.vae import Noise, draw_noise


@dataclass(frozen=True)
class Options:
    """Sizes."""

    batch: int = field(default=8, metadata={"help": "clouds in a step"})
    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    repeats: int = field(default=9, metadata={"help": "rounds; medians are taken"})
    settle_steps: int = field(default=40, metadata={"help": "steps before gradients are compared"})
    threads: int = field(default=0, metadata={"help": "CPU threads; 0: all cores"})
    memory: int = field(default=1, metadata={"help": "0 leaves memory out", "choices": (0, 1)})


def measure(options: Options) -> Result:
    """Time, memory and gradient of both steps."""
    threads = options.threads or usable_cores()
    with torch_threads(threads):
        clouds = example_batch(options.batch, options.points)
        noise = _noise(options.batch)
        ours, plain = OurStep(clouds, noise), PlainStep(clouds, noise)
        # At the first weights all points lie in one place, where the nearest of them is a matter
        # of the last bit. A few steps on they lie apart.
        ours.settle(options.settle_steps)
        copy_parameters(ours.networks(), plain.vae.parameters())
        ours.backward()
        plain.backward()
        error = relative_error(gradients(ours.vae), gradients(plain.vae))
        products = bare_products(options.batch, options.points, ours.vae.latent)
        seconds = interleaved(
            {"ours": ours, "plain": plain, "products": lambda: multiply(products)},
            options.repeats,
        )
    sizes = (options.batch, options.points, threads)
    peaks: Peaks = {}
    if options.memory:
        peaks = peak_bytes({"ours": (make_ours, sizes), "plain": (make_plain, sizes)})
    return {
        "speedup": seconds["plain"] / seconds["ours"],
        "memory_ratio": ratio(peaks, "ours", "plain"),
        "gradient_relative_error": error,
        "products_ratio": seconds["ours"] / seconds["products"],
        "ours_s": seconds["ours"],
        "plain_s": seconds["plain"],
        "products_s": seconds["products"],
        "ours_bytes": peaks.get("ours"),
        "plain_bytes": peaks.get("plain"),
        "threads": threads,
    }


def table(result: Result) -> Table:
    """Both ways and the products side by side."""
    return comparison(
        "One training step",
        ("", "ours", "plain PyTorch", "products alone", "ratio"),
        [
            (
                "time",
                milliseconds(result["ours_s"]),
                milliseconds(result["plain_s"]),
                milliseconds(result["products_s"]),
                f"{result['speedup']:.1f}× faster; {result['products_ratio']:.2f}× the products",
            ),
            (
                "memory added",
                megabytes(result["ours_bytes"]),
                megabytes(result["plain_bytes"]),
                "",
                "" if result["memory_ratio"] is None else f"1/{1 / result['memory_ratio']:.0f}",
            ),
            ("gradient", f"error {result['gradient_relative_error']:.1e}", "", "", ""),
        ],
    )


class PlainStep:
    """The straightforward step."""

    def __init__(self, clouds: Tensor, noise: Noise) -> None:
        self.clouds, self.noise = clouds, noise.normal[0]
        self.vae = PlainVae(self.noise.shape[1], clouds.shape[1])
        self.adam = torch.optim.Adam(self.vae.parameters(), lr=1e-5)

    def backward(self) -> None:
        """Gradients, without moving the weights."""
        reconstruction, kl = self.vae(self.clouds, self.noise)
        loss = plain_chamfer(reconstruction, self.clouds).mean()
        self.adam.zero_grad()
        (loss + BETA * kl.mean()).backward()

    def __call__(self) -> None:
        self.backward()
        self.adam.step()


def make_ours(batch: int, points: int, threads: int) -> Callable[[], None]:
    """Our step in a process of its own, ready but for what a step needs."""
    torch.set_num_threads(threads)
    step = OurStep(example_batch(batch, points), _noise(batch))
    _make_moments(step.vae, step.adam)
    return step


def make_plain(batch: int, points: int, threads: int) -> Callable[[], None]:
    """The plain step likewise."""
    torch.set_num_threads(threads)
    step = PlainStep(example_batch(batch, points), _noise(batch))
    _make_moments(step.vae, step.adam)
    return step


def _make_moments(vae: nn.Module, adam: torch.optim.Adam) -> None:
    """Gradients and Adam's moments, which both ways hold alike and no step adds."""
    for parameter in vae.parameters():
        parameter.grad = torch.zeros_like(parameter)
    adam.step()


def _noise(batch: int) -> Noise:
    return draw_noise(1, batch, article("standard").latent, torch.Generator().manual_seed(0))
