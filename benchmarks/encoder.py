"""The encoder, forward and backward, by way of the critical points, against the plain way."""

from dataclasses import dataclass, field

import torch
from rich.table import Table
from torch import Tensor, nn

from benchmarks.example import example_batch
from benchmarks.plain import PlainEncoder, copy_parameters, gradients, relative_error
from benchmarks.registry import Result
from benchmarks.tables import comparison, milliseconds
from benchmarks.timing import interleaved
from core.networks import ArticleEncoder
from core.threads import torch_threads, usable_cores


@dataclass(frozen=True)
class Options:
    """Sizes."""

    batch: int = field(default=8, metadata={"help": "clouds in a step"})
    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    latent: int = field(default=3, metadata={"help": "numbers of a code"})
    repeats: int = field(default=15, metadata={"help": "rounds; medians are taken"})
    threads: int = field(default=0, metadata={"help": "CPU threads; 0: all cores"})


def measure(options: Options) -> Result:
    """Time of both, and how far value and gradient are apart."""
    threads = options.threads or usable_cores()
    with torch_threads(threads), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        clouds = example_batch(options.batch, options.points)
        ours, plain = ArticleEncoder(options.latent), PlainEncoder(options.latent)
        copy_parameters(ours.parameters(), plain.parameters())
        weights = torch.randn(2, options.batch, options.latent)
        value = _run(ours, clouds, weights)
        plain_value = _run(plain, clouds, weights)
        error = relative_error(gradients(ours), gradients(plain))
        seconds = interleaved(
            {
                "ours": lambda: _run(ours, clouds, weights),
                "plain": lambda: _run(plain, clouds, weights),
            },
            options.repeats,
        )
    return {
        "speedup": seconds["plain"] / seconds["ours"],
        "gradient_relative_error": error,
        "value_largest_difference": float((value - plain_value).abs().max()),
        "ours_s": seconds["ours"],
        "plain_s": seconds["plain"],
        "threads": threads,
    }


def table(result: Result) -> Table:
    """Both side by side."""
    return comparison(
        "Encoder, forward and backward",
        ("", "ours", "Conv1d, max, autograd", "ratio"),
        [
            (
                "time",
                milliseconds(result["ours_s"]),
                milliseconds(result["plain_s"]),
                f"{result['speedup']:.1f}× faster",
            ),
            ("gradient", f"error {result['gradient_relative_error']:.1e}", "", ""),
            ("value", f"differs by {result['value_largest_difference']:.1e}", "", ""),
        ],
    )


def _run(encoder: nn.Module, clouds: Tensor, weights: Tensor) -> Tensor:
    encoder.zero_grad()
    value = torch.stack(encoder(clouds))  # (2, batch, latent)
    torch.autograd.backward((value * weights).sum())
    return value.detach()
