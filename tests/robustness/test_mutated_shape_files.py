"""Thousands of damaged files, each read in a process with limits: refused, or read soundly."""

import logging
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ShapeFileError
from core.importing import ReadingProcesses
from core.importing.limits import MIB, Limits
from core.importing.prepare import Job
from core.shape_files import SUFFIXES, read_shape
from tests.mutations import mutated, whole_variants

MUTATIONS = 110  # of each of the 20 variants
SEED = 2024
POINTS = 64
LIMITS = Limits(seconds=20.0, seconds_per_mib=0.0, memory_bytes=256 * MIB, memory_per_byte=0)
# What is said of files that the reader did not survive, or did not foresee.
FAILURES = ("its reader", "which is the limit", "memory", "unforeseen")


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, bytes]]:
    return whole_variants(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def reading() -> Iterator[ReadingProcesses]:
    with ReadingProcesses(2, LIMITS) as processes:
        yield processes


def test_that_there_are_thousands_and_every_format_is_among_them(
    variants: dict[str, tuple[str, bytes]],
) -> None:
    assert {suffix for suffix, _ in variants.values()} == set(SUFFIXES)
    assert len(variants) == len(VARIANTS)
    assert len(variants) * MUTATIONS >= 2_000


VARIANTS = (
    *(suffix[1:] for suffix in SUFFIXES),
    "ply, text", "ply, polygons", "ply, cloud", "stl, text", "pcd, text", "pcd, compressed",
    "npz, mesh",
)  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_that_a_damaged_file_is_refused_or_read_soundly(
    variants: dict[str, tuple[str, bytes]],
    reading: ReadingProcesses,
    tmp_path: Path,
    variant: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    suffix, content = variants[variant]
    whole = tmp_path / f"whole{suffix}"
    whole.write_bytes(content)
    draw = random.Random(f"{SEED} {variant}")
    paths = [tmp_path / f"{number}{suffix}" for number in range(MUTATIONS)]
    for path in paths:
        path.write_bytes(mutated(content, draw))
    jobs = [Job(path, POINTS) for path in (whole, *paths)]
    first, *found = [each for each in reading.prepare(jobs) if each is not None]
    assert not isinstance(first, ShapeFileError), first
    refused = 0
    for number, outcome in enumerate(found):
        if isinstance(outcome, ShapeFileError):
            sentence = str(outcome)
            assert sentence.startswith(f"{number}{suffix}: ")
            assert sentence.endswith(".")
            assert "\n" not in sentence
            assert len(sentence) < 600
            assert not any(words in sentence for words in FAILURES), sentence
            refused += 1
            continue
        chair = outcome.chair
        assert chair.cloud.shape == (POINTS, 3), number
        assert np.isfinite(chair.cloud).all(), number
        if chair.mesh is not None:
            assert chair.mesh.faces.min() >= 0, number
            assert chair.mesh.faces.max() < len(chair.mesh.vertices), number
            assert chair.mesh.area > 0, number
            assert np.isfinite(chair.mesh.vertices).all(), number
    assert len(found) == MUTATIONS
    assert refused > MUTATIONS / 20
    unforeseen = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not unforeseen, unforeseen[0].getMessage()


BEGINNINGS = (
    b"", b"OFF\n", b"ply\nformat ascii 1.0\n", b"ply\nformat binary_little_endian 1.0\n",
    b"solid a\n", b"glTF\x02\x00\x00\x00", b'{"asset": {"version": "2.0"}, ', b"<COLLADA>",
    b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"VERSION .7\nFIELDS x y z\n", b"v 0 0 0\nv 1 0 0\n",
)  # fmt: skip


@settings(
    deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    suffix=st.sampled_from(SUFFIXES),
    beginning=st.sampled_from(BEGINNINGS),
    rest=st.binary(max_size=300) | st.text(max_size=200).map(str.encode),
)
def test_that_whatever_begins_as_a_format_does_is_a_shape_or_a_sentence(
    tmp_path: Path, suffix: str, beginning: bytes, rest: bytes
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(beginning + rest)
    try:
        shape = read_shape(path)
    except ShapeFileError as error:
        sentence = str(error)
    else:
        sentence = "."
        assert (shape.mesh is None) != (shape.points is None)
    assert sentence.endswith(".")
    assert "\n" not in sentence
