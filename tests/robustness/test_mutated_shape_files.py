"""Thousands of damaged files: each is refused with a sentence or read into a sound shape."""

import logging
import random
import re
from pathlib import Path

import numpy as np
import pytest

from core.errors import ShapeFileError
from core.shape_files import SUFFIXES, read_shape
from tests.small_shapes import chair_mesh, write_every_format

MUTATIONS = 160  # of each format
SEED = 2024

PIECES = (
    b"nan", b"inf", b"-1", b"99999999999", b"1e999", b"\n\n", b" ", b"0", b"-", b"/",
    b"\xff\xff\xff\x7f", b"\x00" * 8, b'"', b"<", b"{",
)  # fmt: skip
NUMBERS = (b"0", b"-5", b"4294967295", b"1000000000000", b"7", b"1e5", b"nan")


def mutated(content: bytes, draw: random.Random) -> bytes:
    """`content` with a few changes: bytes, cuts, insertions, swaps, other numbers."""
    changed = bytearray(content)
    for _ in range(draw.choice([1, 1, 1, 2, 5])):
        if not changed:
            break
        place = draw.randrange(len(changed))
        match draw.randrange(7):
            case 0:
                changed[place] = draw.randrange(256)
            case 1:
                del changed[place:]
            case 2:
                del changed[place : place + draw.randrange(1, 50)]
            case 3:
                changed[place:place] = draw.randbytes(draw.randrange(1, 20))
            case 4:
                changed[place:place] = draw.choice(PIECES)
            case 5:
                other, length = draw.randrange(len(changed)), draw.randrange(1, 100)
                changed[place : place + length] = changed[other : other + length]
            case _:
                numbers = list(re.finditer(rb"\d+", bytes(changed)))
                if numbers:
                    number = draw.choice(numbers)
                    changed[number.start() : number.end()] = draw.choice(NUMBERS)
    return bytes(changed)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_a_damaged_file_is_refused_or_read_soundly(
    tmp_path: Path, suffix: str, caplog: pytest.LogCaptureFixture
) -> None:
    points = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    content = write_every_format(tmp_path / "whole", chair_mesh(), points)[suffix].read_bytes()
    draw = random.Random(f"{SEED} {suffix}")
    path = tmp_path / f"a{suffix}"
    refused = 0
    for number in range(MUTATIONS):
        path.write_bytes(mutated(content, draw))
        try:
            shape = read_shape(path)
        except ShapeFileError as error:
            sentence = str(error)
            assert "\n" not in sentence, number
            assert len(sentence) < 600, number
            refused += 1
            continue
        if shape.mesh is not None:
            vertices, faces = shape.mesh.vertices, shape.mesh.faces
            assert faces.min() >= 0, number
            assert faces.max() < len(vertices), number
            assert shape.mesh.area > 0, number
        else:
            assert shape.points is not None
            vertices = shape.points
        assert len(vertices), number
        assert np.isfinite(vertices).all(), number
    assert refused > MUTATIONS / 10
    unforeseen = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not unforeseen, unforeseen[0].exc_text
