"""A display for benchmarks with windows: the one that is there, or a virtual one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.registry import CannotMeasureError, Result

SCREEN = ("-a", "-s", "-screen 0 1400x900x24")


def lacks_display() -> bool:
    """Whether windows need a display server that is not there."""
    return sys.platform.startswith("linux") and not os.environ.get("DISPLAY")


def measure_in_a_virtual_display(name: str, options: Any) -> Result:
    """Start the same benchmark again under Xvfb, and give what it prints."""
    xvfb = shutil.which("xvfb-run")
    if xvfb is None:
        raise CannotMeasureError(
            "There is no display for the window. Install xvfb, or run "
            f"xvfb-run -a python -m benchmarks {name}."
        )
    given = [
        part
        for key, value in asdict(options).items()
        for part in (f"--{key.replace('_', '-')}", str(value))
    ]
    done = subprocess.run(
        [xvfb, *SCREEN, sys.executable, "-m", "benchmarks", name, "--json", *given],
        env={**os.environ, "QT_QPA_PLATFORM": "xcb"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotMeasureError("The window could not be measured in a virtual display.")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for key in ("benchmark", "options", "machine"):
        del result[key]
    return result


@contextmanager
def home_in(folder: Path) -> Iterator[None]:
    """Let preferences, logs and data of the window go to a folder that is thrown away."""
    names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    before = {name: os.environ.get(name) for name in names}
    for name in names:
        os.environ[name] = str(folder / name.lower())
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
