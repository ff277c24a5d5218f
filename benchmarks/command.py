"""The command: which benchmark, at which size, for people or for programs."""

import argparse
import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe_machine
from benchmarks.registry import ABOUT, CannotMeasureError, find


def main(arguments: Sequence[str]) -> int:
    """Run a benchmark; 0 measured, 1 could not, 2 wrong usage."""
    if not arguments or arguments[0] in ("-h", "--help", "list"):
        Console().print(_overview())
        return 0 if arguments else 2
    name, *rest = arguments
    if name not in ABOUT:
        Console(stderr=True).print(f"There is no benchmark “{name}”: one of {', '.join(ABOUT)}.")
        return 2
    benchmark = find(name)
    given = vars(_parser(name, benchmark.Options).parse_args(rest))
    as_json = given.pop("json")
    options = benchmark.Options(**given)
    try:
        result = benchmark.measure(options)
    except CannotMeasureError as error:
        Console(stderr=True).print(str(error))
        return 1
    machine = describe_machine()
    if as_json:
        content = {**result, "options": dataclasses.asdict(options), "machine": machine}
        print(json.dumps({"benchmark": name, **content}))
        return 0
    console = Console()
    console.print(benchmark.table(result))
    console.print(", ".join(f"{key} {value}" for key, value in machine.items()), style="dim")
    return 0


def _parser(name: str, options: type[Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {name}", description=ABOUT[name])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    for field in dataclasses.fields(options):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=type(field.default),
            default=field.default,
            choices=field.metadata.get("choices"),
            help=f"{field.metadata.get('help', '')} (default: %(default)s)",
        )
    return parser


def _overview() -> Table:
    table = Table(title="python -m benchmarks NAME [--json]", title_justify="left", box=None)
    table.add_column("Name")
    table.add_column("What it measures")
    for name, about in ABOUT.items():
        table.add_row(name, about)
    return table
