"""Damaged files of every format through the reading processes, for as long as one likes.

Each file follows from the seed and its number alone, so one that fails is read again by
`--seed S --first N --files 1`.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from rich.table import Table

from benchmarks.registry import Result
from core.errors import ShapeFileError
from core.importing import ReadingProcesses
from core.importing.limits import MIB, Limits
from core.importing.prepare import Job
from core.importing.wire import Outcome
from tests.mutations import mutated, whole_variants

KINDS = ("read", "refused", "crashed", "over time", "over memory", "unforeseen")
BATCH = 500
MOST_NAMED = 50  # of files that failed
_SIGNS = {
    "its reader": "crashed",
    "took longer": "over time",
    "memory": "over memory",
    "unforeseen": "unforeseen",
}


@dataclass(frozen=True)
class Options:
    """How many, and which."""

    files: int = field(default=20_000, metadata={"help": "damaged files to read"})
    seed: int = field(default=1, metadata={"help": "of the damage"})
    first: int = field(default=0, metadata={"help": "number of the first file"})
    seconds: float = field(default=10.0, metadata={"help": "limit for each file"})
    memory_mib: int = field(default=512, metadata={"help": "limit for each file"})
    points: int = field(default=256, metadata={"help": "points of a cloud"})
    keep: str = field(default="", metadata={"help": "folder for the files that failed"})


def measure(options: Options) -> Result:
    """Count what became of the files; name those that did not end in a shape or a sentence."""
    limits = Limits(options.seconds, 0.0, options.memory_mib * MIB, 0)
    counts: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    by_variant: dict[str, Counter[str]] = {}
    failed: list[dict[str, object]] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, ReadingProcesses(2, limits) as reading:
        folder = Path(name)
        (folder / "whole").mkdir()
        variants = whole_variants(folder / "whole")
        numbers = iter(range(options.first, options.first + options.files))
        while batch := list(islice(numbers, BATCH)):
            labels = [_write(folder, variants, options.seed, number) for number in batch]
            paths = [
                folder / f"{number}{variants[label][0]}"
                for number, label in zip(batch, labels, strict=True)
            ]
            outcomes = _read(reading, paths, options.points)
            for number, label, path, outcome in zip(batch, labels, paths, outcomes, strict=True):
                kind = kind_of(outcome)
                counts[kind] += 1
                by_variant.setdefault(label, Counter())[kind] += 1
                if kind not in ("read", "refused") and len(failed) < MOST_NAMED:
                    failed.append({"number": number, "variant": label, "sentence": str(outcome)})
                    if options.keep:
                        Path(options.keep).mkdir(parents=True, exist_ok=True)
                        (Path(options.keep) / path.name).write_bytes(path.read_bytes())
                path.unlink()
    return {
        "seed": options.seed,
        "files": options.files,
        "counts": dict(counts),
        "variants": {label: dict(by_variant[label]) for label in sorted(by_variant)},
        "failed": failed,
        "elapsed_s": time.monotonic() - began,
    }


def table(result: Result) -> Table:
    """A row for each variant, and one for all."""
    title = (
        f"{result['files']:,} damaged files, seed {result['seed']}, {result['elapsed_s']:.0f} s; "
        "read one again by --seed S --first N --files 1"
    )
    shown = Table(title=title, title_justify="left", box=None)
    shown.add_column("Format")
    for kind in KINDS:
        shown.add_column(kind, justify="right")
    for label, counts in {**result["variants"], "all": result["counts"]}.items():
        shown.add_row(label, *(f"{counts.get(kind, 0):,}" for kind in KINDS))
    for each in result["failed"]:
        shown.add_row(f"{each['variant']}, number {each['number']}: {each['sentence']}")
    return shown


def kind_of(outcome: Outcome) -> str:
    """What became of a file."""
    if not isinstance(outcome, ShapeFileError):
        return "read"
    sentence = str(outcome)
    return next((kind for sign, kind in _SIGNS.items() if sign in sentence), "refused")


def _write(folder: Path, variants: dict[str, tuple[str, bytes]], seed: int, number: int) -> str:
    """Write the file of that number; its variant."""
    draw = random.Random(f"{seed} {number}")
    label = draw.choice(sorted(variants))
    suffix, content = variants[label]
    (folder / f"{number}{suffix}").write_bytes(mutated(content, draw))
    return label


def _read(reading: ReadingProcesses, paths: list[Path], points: int) -> Iterator[Outcome]:
    jobs = [Job(path, points) for path in paths]
    return (outcome for outcome in reading.prepare(jobs) if outcome is not None)
