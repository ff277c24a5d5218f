"""Free memory, as the system tells it in its own ways."""

from pathlib import Path

import pytest

from core import memory
from core.memory import MIB, fitting, free_memory

MEMINFO = "MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:    4000000 kB\n"


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system that tells nothing, until its files are written."""
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_GROUP", tmp_path)

    def nothing(_name: str) -> int:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr("os.sysconf", nothing)
    return tmp_path


def limit(system: Path, most: str) -> None:
    (system / "memory.max").write_text(most)
    (system / "memory.current").write_text(f"{900 * MIB}\n")
    (system / "memory.stat").write_text(f"anon 1\ninactive_file {400 * MIB}\nactive_file 7\n")


def test_that_what_is_cached_counts_as_free(system: Path) -> None:
    (system / "meminfo").write_text(MEMINFO)
    assert free_memory() == 4_000_000 * 1024


def test_that_the_limit_of_a_container_counts(system: Path) -> None:
    (system / "meminfo").write_text(MEMINFO)
    limit(system, f"{1500 * MIB}\n")
    assert free_memory() == 1000 * MIB
    limit(system, f"{100 * MIB}\n")
    assert free_memory() == 0
    limit(system, "max\n")
    assert free_memory() == 4_000_000 * 1024


def test_that_a_system_that_tells_nothing_or_nonsense_limits_nothing(system: Path) -> None:
    assert free_memory() is None
    assert fitting(8, 10**18) == 8
    (system / "meminfo").write_text("MemAvailable: plenty\n")
    limit(system, "")
    assert free_memory() is None


def test_that_this_system_is_read() -> None:
    free = free_memory()
    assert free is None or 0 <= free < 2**50
