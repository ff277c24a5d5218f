"""The program and the packages that figures came from."""

import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any, Final

import core

_PACKAGES: Final = ("torch", "numpy", "scipy", "scikit-learn", "POT")


def versions_now() -> dict[str, str]:
    """Versions of what computes figures, by name."""
    return {
        "MoG-VAE Studio": core.__version__,
        "Python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
    }


def versions_of(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The versions that records were made with; several of one package by commas, in order."""
    found: dict[str, list[str]] = {}
    for record in records:
        for name, number in record.get("versions", {}).items():
            numbers = found.setdefault(name, [])
            if number not in numbers:
                numbers.append(number)
    return {name: ", ".join(numbers) for name, numbers in found.items()}
