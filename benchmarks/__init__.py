"""Measurements, each beside what a person would write or pick instead, in one run.

`python -m benchmarks NAME [--json]`. One file a benchmark, with

    Options             a frozen dataclass of numbers; its fields are the command's options
    measure(options)    does the work; returns what `--json` prints
    table(result)       the same for people

No timing is part of the test suite; `tests/benchmarks` runs each at a toy size and looks at its
keys. Measured figures are in docs/performance.md.
"""
