"""The soak counts every file and can be repeated from its seed."""

import pytest

from benchmarks.soak import KINDS, Options, kind_of, measure, table
from core.errors import ShapeFileError


def test_that_a_soak_counts_every_file_and_says_the_same_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("benchmarks.soak.BATCH", 25)
    first, second = (measure(Options(files=60, seed=3, points=32)) for _ in range(2))
    assert sum(first["counts"].values()) == 60
    assert set(first["counts"]) == set(KINDS)
    assert first["counts"]["read"] > 0
    assert first["counts"]["refused"] > 0
    assert first["failed"] == []
    assert {key: first[key] for key in ("counts", "variants")} == {
        key: second[key] for key in ("counts", "variants")
    }
    assert table(first).row_count == len(first["variants"]) + 1


def test_that_a_file_that_a_reader_did_not_survive_is_told_from_one_that_it_refused() -> None:
    kinds = {
        "a.off: its reader crashed (SIGSEGV), so the file is damaged. Export it.": "crashed",
        "a.off: reading it took longer than 10 s, which is the limit. Export it.": "over time",
        "a.off: reading it takes more than 5 MiB of memory. Export it.": "over memory",
        "a.off: it is damaged in an unforeseen way (KeyError()). Export it.": "unforeseen",
        "a.off: the file is empty. Copy or export it again.": "refused",
    }
    for sentence, kind in kinds.items():
        assert kind_of(ShapeFileError(sentence)) == kind
