"""Batches give each chair once an epoch, and the points that were asked for."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.training.batches import (
    CloudSource,
    batches_of_epoch,
    fingerprint,
    share_of,
    steps_of_epoch,
)
from core.training.seeding import Purpose, generator_for

CPU = torch.device("cpu")


@given(
    chairs=st.integers(1, 300),
    batch=st.integers(1, 64),
    epoch=st.integers(0, 1000),
    processes=st.integers(1, 3),
)
def test_that_an_epoch_has_every_chair_once_in_even_steps(
    chairs: int, batch: int, epoch: int, processes: int
) -> None:
    wholes = batches_of_epoch(chairs, batch, 5, epoch)
    steps = [
        torch.cat([whole[share_of(len(whole), rank, processes)] for rank in range(processes)])
        for whole in wholes
    ]
    assert all(torch.equal(step, whole) for step, whole in zip(steps, wholes, strict=True))
    assert len(steps) == steps_of_epoch(chairs, batch)
    assert sorted(torch.cat(steps).tolist()) == list(range(chairs))
    sizes = {len(step) for step in steps}
    assert max(sizes) <= batch
    assert max(sizes) - min(sizes) <= 1


@given(count=st.integers(0, 100), processes=st.integers(1, 9))
def test_that_processes_share_a_batch_evenly(count: int, processes: int) -> None:
    sizes = [len(range(count)[share_of(count, rank, processes)]) for rank in range(processes)]
    assert sum(sizes) == count
    assert max(sizes) - min(sizes) <= 1


def test_that_epochs_differ_and_repeat_by_seed() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        return torch.cat(batches_of_epoch(50, 8, seed, epoch)).tolist()

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(1, 1)
    assert order(1, 0) != order(2, 0)


def test_that_a_source_gives_the_rows_and_points_asked_for() -> None:
    clouds = np.arange(6 * 5 * 3, dtype=np.float32).reshape(6, 5, 3)
    clouds.flags.writeable = False  # as those of a library
    source = CloudSource(clouds, np.array([5, 0, 3]), CPU)
    positions = torch.tensor([2, 0])
    assert len(source) == 3
    assert source.points == 5
    np.testing.assert_array_equal(source.batch(positions), clouds[[3, 5]])
    some = source.batch(positions, torch.tensor([4, 1]))
    np.testing.assert_array_equal(some, clouds[[3, 5]][:, [4, 1]])
    np.testing.assert_array_equal(source.cloud(1), clouds[0])


@pytest.mark.parametrize("resident", [False, True])
@pytest.mark.parametrize("ordered", [False, True])
def test_that_clouds_on_the_device_and_clouds_by_batches_are_those_of_the_library(
    resident: bool, ordered: bool
) -> None:
    generator = np.random.default_rng(0)
    clouds = generator.normal(size=(9, 20, 3)).astype(np.float32)
    rows = np.array([7, 1, 4, 8])
    orders = [generator.permutation(20) if ordered else np.arange(20) for _ in rows]
    source = CloudSource(clouds, rows, CPU, orders if ordered else None, resident=resident)
    positions, indices = torch.tensor([3, 0, 3]), torch.tensor([19, 2, 5])
    plain = np.stack([clouds[rows[place]][orders[place]] for place in positions.tolist()])
    np.testing.assert_array_equal(source.batch(positions), plain)
    np.testing.assert_array_equal(source.batch(positions, indices), plain[:, indices.numpy()])


def test_that_random_numbers_depend_on_seed_purpose_and_place() -> None:
    def draw(*arguments: int) -> float:
        seed, purpose, *place = arguments
        return float(torch.rand(1, generator=generator_for(seed, Purpose(purpose), *place)))

    first = draw(1, Purpose.STEP, 3, 4)
    assert draw(1, Purpose.STEP, 3, 4) == first
    others = [
        draw(2, Purpose.STEP, 3, 4),
        draw(1, Purpose.ORDER, 3, 4),
        draw(1, Purpose.STEP, 4, 3),
        draw(1, Purpose.STEP, 3, 5),
    ]
    assert first not in others


def test_that_a_fingerprint_tells_lists_of_chairs_apart() -> None:
    assert fingerprint(["a", "bc"]) == fingerprint(["a", "bc"])
    assert fingerprint(["a", "bc"]) != fingerprint(["ab", "c"])
