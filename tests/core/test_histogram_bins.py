"""Bins of a histogram."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.histogram_bins import MOST_BINS, bin_edges


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=300), st.integers(1, 40))
def test_that_every_value_falls_into_a_bin(values: list[float], most: int) -> None:
    edges = bin_edges(np.array(values), max(3, most))
    assert 3 <= len(edges) - 1 <= max(3, most)
    assert (np.diff(edges) > 0).all()
    counts, _ = np.histogram(values, edges)
    assert counts.sum() == len(values)


def test_that_values_of_one_kind_stand_in_the_middle() -> None:
    for value in (0.0, 0.25, -3.0):
        counts, _ = np.histogram([value] * 7, bin_edges(np.full(7, value)))
        assert list(counts) == [0, 7, 0]


def test_that_many_values_have_no_more_bins_than_can_be_seen() -> None:
    values = np.random.default_rng(0).normal(size=100_000)
    assert len(bin_edges(values)) - 1 == MOST_BINS
    assert bin_edges(values)[0] == pytest.approx(values.min())
