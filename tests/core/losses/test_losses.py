from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from core.losses import (
    LOSSES,
    chamfer,
    chamfer_plain,
    draw_directions,
    emd,
    mse,
    reconstruction_loss,
    sliced_wasserstein,
)
from core.losses.chamfer_distance import find_neighbours, find_neighbours_in_blocks

Loss = Callable[[Tensor, Tensor], Tensor]


def random_clouds(batch: int, points: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, points, 3, generator=generator, dtype=torch.float64)


def gradient(loss: Loss, pred: Tensor, target: Tensor) -> tuple[Tensor, ...]:
    pred, target = pred.clone().requires_grad_(), target.clone().requires_grad_()
    return torch.autograd.grad(loss(pred, target).sum(), (pred, target))


def named(name: str) -> Loss:
    def loss(pred: Tensor, target: Tensor) -> Tensor:
        generator = torch.Generator().manual_seed(4)
        return reconstruction_loss(name, pred, target, generator=generator, workers=1)

    return loss


@pytest.mark.parametrize(
    ("name", "others"),
    [(name, 12) for name in (*LOSSES, "sliced")] + [("chamfer", 7), ("sliced", 7), ("emd", 7)],
)
def test_that_the_gradient_is_the_slope(name: str, others: int) -> None:
    directions = draw_directions(5, torch.Generator().manual_seed(0))

    def sliced(pred: Tensor, target: Tensor) -> Tensor:
        return sliced_wasserstein(pred, target, directions)

    pred = random_clouds(2, 12, seed=1).requires_grad_()
    target = random_clouds(2, others, seed=2).requires_grad_()

    loss = sliced if name == "sliced" else named(name)
    torch.autograd.gradcheck(loss, (pred, target))


@pytest.mark.parametrize("name", LOSSES)
def test_that_a_loss_gives_one_number_a_cloud_each_by_itself(name: str) -> None:
    pred, target = random_clouds(3, 40, seed=1), random_clouds(3, 40, seed=2)

    together = named(name)(pred, target)

    assert together.shape == (3,)
    for cloud in range(3):
        alone = named(name)(pred[cloud : cloud + 1], target[cloud : cloud + 1])
        torch.testing.assert_close(alone[0], together[cloud])


@pytest.mark.parametrize("name", LOSSES)
def test_that_a_cloud_is_at_no_distance_from_itself(name: str) -> None:
    clouds = random_clouds(2, 50, seed=1)

    torch.testing.assert_close(named(name)(clouds, clouds), torch.zeros(2).double())
    for part in gradient(named(name), clouds, clouds):
        assert part.isfinite().all()


@pytest.mark.parametrize("name", ["chamfer", "chamfer+sliced", "emd"])
def test_that_the_order_of_the_points_does_not_matter(name: str) -> None:
    pred, target = random_clouds(2, 50, seed=1), random_clouds(2, 50, seed=2)
    order = torch.randperm(50, generator=torch.Generator().manual_seed(3))

    torch.testing.assert_close(named(name)(pred[:, order], target), named(name)(pred, target))


def test_that_the_order_of_the_points_matters_to_the_squared_error() -> None:
    clouds = random_clouds(1, 50, seed=1)

    assert mse(clouds.flip(1), clouds) > 0.5


def test_that_a_translated_copy_is_at_the_distance_of_the_translation() -> None:
    target = random_clouds(2, 60, seed=1)
    short = torch.tensor([0.003, -0.004, 0.0])  # shorter than half the way to any neighbour
    far = torch.tensor([3.0, -4.0, 12.0])
    pairs = [
        (mse(target + far, target), 13.0**2),
        (emd(target + far, target), 13.0),
        (chamfer(target + short, target), 2 * 0.005**2),
        # Three directions at right angles see the whole translation between them.
        (sliced_wasserstein(target + far, target, 3), 13.0**2 / 3),
    ]

    for found, wanted in pairs:
        torch.testing.assert_close(found, torch.full((2,), wanted).double(), rtol=1e-5, atol=0)


@pytest.mark.parametrize("workers", [None, 1, 3])
def test_that_the_fast_chamfer_has_the_value_and_gradient_of_the_whole_table(
    workers: int | None,
) -> None:
    pred, target = random_clouds(5, 300, seed=1), random_clouds(5, 211, seed=2)

    def fast(pred: Tensor, target: Tensor) -> Tensor:
        return chamfer(pred, target, workers=workers)

    torch.testing.assert_close(fast(pred, target), chamfer_plain(pred, target))
    torch.testing.assert_close(
        gradient(fast, pred, target), gradient(chamfer_plain, pred, target), rtol=1e-6, atol=1e-9
    )


def test_that_the_way_for_accelerators_finds_the_same_neighbours() -> None:
    pred, target = random_clouds(3, 204, seed=1), random_clouds(3, 170, seed=2)

    found = find_neighbours_in_blocks(pred, target, block_bytes=3 * 170 * 8 * 10)

    for indices, wanted in zip(found, find_neighbours(pred, target), strict=True):
        assert torch.equal(indices, wanted)


def test_that_chamfer_works_on_points_all_at_one_place() -> None:
    collapsed, target = torch.zeros(1, 400, 3), random_clouds(1, 400, seed=1).float()

    torch.testing.assert_close(
        chamfer(collapsed, target), chamfer_plain(collapsed, target), rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("bad", [torch.nan, torch.inf])
def test_that_a_point_that_is_not_finite_shows_in_its_own_clouds_loss(
    name: str, bad: float
) -> None:
    pred, target = random_clouds(2, 30, seed=1), random_clouds(2, 30, seed=2)
    pred[0, 17, 1] = bad

    loss = named(name)(pred, target)

    assert not loss[0].isfinite()
    assert loss[1].isfinite()


def test_that_the_sliced_distance_in_one_direction_is_that_of_sorted_numbers() -> None:
    pred, target = random_clouds(2, 80, seed=1), random_clouds(2, 80, seed=2)
    along_y = torch.tensor([[0.0, 1.0, 0.0]])

    found = sliced_wasserstein(pred, target, along_y)

    difference = np.sort(pred[..., 1].numpy()) - np.sort(target[..., 1].numpy())
    np.testing.assert_allclose(found.numpy(), (difference**2).mean(axis=1))


def test_that_the_fast_sorting_has_the_values_and_gradient_of_torchs() -> None:
    pred, target = random_clouds(3, 90, seed=1), random_clouds(3, 90, seed=2)
    directions = draw_directions(7, torch.Generator().manual_seed(0)).to(pred)
    fast, plain = pred.clone().requires_grad_(), pred.clone().requires_grad_()

    found = sliced_wasserstein(fast, target, directions)
    expected = (
        ((plain @ directions.T).sort(dim=1).values - (target @ directions.T).sort(dim=1).values)
        .square()
        .mean(dim=(1, 2))
    )

    torch.testing.assert_close(found, expected)
    with torch.no_grad():  # which sorts without an order
        torch.testing.assert_close(sliced_wasserstein(pred, target, directions), expected)
    ours, theirs = (
        torch.autograd.grad(found.sum(), fast),
        torch.autograd.grad(expected.sum(), plain),
    )
    torch.testing.assert_close(ours, theirs)


def test_that_the_sliced_distance_hardly_changes_with_the_number_of_points_of_one_shape() -> None:
    line = torch.linspace(-1, 1, 4001, dtype=torch.float64)[1::2, None] * torch.ones(3)
    other = 0.5 * line
    directions = draw_directions(30, torch.Generator().manual_seed(0))
    whole = sliced_wasserstein(line[None], other[None], directions)

    for step in (1, 2, 5):  # every 5th point of a line, from the middle of each 5
        fewer = other[step // 2 :: step]
        torch.testing.assert_close(
            sliced_wasserstein(line[None], fewer[None], directions), whole, rtol=0.02, atol=0
        )


def test_that_directions_are_unit_vectors_spread_over_the_sphere() -> None:
    directions = draw_directions(3000, torch.Generator().manual_seed(0))

    torch.testing.assert_close(directions.norm(dim=1), torch.ones(3000).double())
    second_moment = directions.T @ directions / 3000
    torch.testing.assert_close(second_moment, torch.eye(3).double() / 3, atol=1e-9, rtol=0)
    assert directions[:, 2].abs().mean() == pytest.approx(0.5, abs=0.02)  # Archimedes


def test_that_emd_on_a_subset_draws_it_from_the_generator() -> None:
    pred, target = random_clouds(2, 90, seed=1), random_clouds(2, 120, seed=2)

    def draw(seed: int) -> Tensor:
        return emd(pred, target, points=20, generator=torch.Generator().manual_seed(seed))

    assert torch.equal(draw(1), draw(1))
    assert not torch.equal(draw(1), draw(2))
    parts = gradient(lambda p, t: emd(p, t, points=20), pred, target)
    for part in parts:
        assert (part.abs().sum(dim=-1) > 0).sum(dim=1).tolist() == [20, 20]


def test_that_two_terms_of_a_loss_are_added() -> None:
    pred, target = random_clouds(1, 30, seed=1), random_clouds(1, 30, seed=2)
    generator = torch.Generator().manual_seed(1)
    sliced = sliced_wasserstein(pred, target, generator=generator)

    both = reconstruction_loss(
        "chamfer+sliced", pred, target, generator=torch.Generator().manual_seed(1)
    )

    torch.testing.assert_close(both, chamfer(pred, target) + sliced)


def test_that_senseless_arguments_are_refused() -> None:
    clouds = torch.zeros(2, 5, 3)
    with pytest.raises(ValueError, match="one target per cloud"):
        chamfer(clouds, clouds[:1])
    with pytest.raises(ValueError, match=r"batch, points, 3"):
        emd(clouds[0], clouds[0])
    with pytest.raises(ValueError, match="point by point"):
        mse(clouds, clouds[:, :4])
    with pytest.raises(ValueError, match="at least 1"):
        sliced_wasserstein(clouds, clouds, 0)
    with pytest.raises(ValueError, match="at least 1"):
        emd(clouds, clouds, points=0)
    with pytest.raises(ValueError, match="chamfer"):
        reconstruction_loss("hausdorff", clouds, clouds)
