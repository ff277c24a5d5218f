"""The machine in words, as far as it decides a figure: no names of hosts or people."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from core.threads import usable_cores


def describe_machine() -> dict[str, str]:
    """Processor, cores, load and versions."""
    return {
        "processor": _processor(),
        "cores": str(usable_cores()),
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
        "system": platform.system(),
        "Python": sys.version.split()[0],
        **{package: version(package) for package in ("torch", "numpy", "scipy")},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
