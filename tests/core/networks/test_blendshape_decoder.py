"""The decoder of blend shapes: any number of points, each always the same place."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from core.networks import build_decoder
from core.networks.blendshape_decoder import BlendshapeDecoder

POINTS = 120


@pytest.fixture
def decoder() -> BlendshapeDecoder:
    """As it begins, but with blend shapes that move points visibly."""
    torch.manual_seed(5)
    made = BlendshapeDecoder(3, POINTS, shapes=16, width=32, blocks=2)
    with torch.no_grad():
        made.weights.weight.mul_(20.0)
    return made.eval()


@pytest.fixture
def codes() -> Tensor:
    return torch.randn(4, 3, generator=torch.Generator().manual_seed(7))


@pytest.mark.parametrize("points", [1, 7, POINTS, POINTS + 1, 3 * POINTS + 5])
def test_that_any_number_of_points_can_be_decoded(
    points: int, decoder: BlendshapeDecoder, codes: Tensor
) -> None:
    clouds = decoder(codes, points)

    assert clouds.shape == (4, points, 3)
    assert torch.isfinite(clouds).all()


def test_that_fewer_points_are_a_part_of_all_and_more_points_hold_all(
    decoder: BlendshapeDecoder, codes: Tensor
) -> None:
    everything = decoder(codes)
    indices = torch.tensor([119, 0, 50, 50])

    torch.testing.assert_close(decoder(codes, 30), everything[:, :30])
    torch.testing.assert_close(decoder(codes, indices=indices), everything[:, indices])
    torch.testing.assert_close(decoder(codes, 500)[:, :POINTS], everything)
    torch.testing.assert_close(decoder(codes, 500)[:, :300], decoder(codes, 300))


def test_that_a_seed_draws_the_same_part_of_the_points(
    decoder: BlendshapeDecoder, codes: Tensor
) -> None:
    drawn = decoder(codes, 40, generator=torch.Generator().manual_seed(2))
    order = torch.randperm(POINTS, generator=torch.Generator().manual_seed(2))[:40]

    torch.testing.assert_close(drawn, decoder(codes)[:, order])


def test_that_an_index_is_the_same_place_for_every_code(decoder: BlendshapeDecoder) -> None:
    """A small step of the code moves each point a little: no two change places."""
    start, way = torch.zeros(3), torch.tensor([0.3, -0.2, 0.4])
    steps = torch.stack([start + way * t for t in torch.linspace(0, 1, 21)])

    with torch.no_grad():
        clouds = decoder(steps)

    for before, after in pairwise(clouds):
        moved = (after - before).norm(dim=1)
        assert moved.max() < 0.2 * torch.cdist(before, before).max()
    nearest = torch.cdist(clouds[1], clouds[0]).argmin(dim=1)
    assert (nearest == torch.arange(POINTS)).float().mean() > 0.9


def test_that_each_code_is_decoded_by_itself(decoder: BlendshapeDecoder, codes: Tensor) -> None:
    together = decoder(codes, 200)

    for code, cloud in zip(codes, together, strict=True):
        torch.testing.assert_close(decoder(code[None], 200)[0], cloud, atol=1e-5, rtol=1e-4)


def test_that_every_parameter_gets_a_gradient(decoder: BlendshapeDecoder, codes: Tensor) -> None:
    torch.autograd.backward(decoder(codes).square().sum())

    for name, parameter in decoder.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_that_a_part_of_the_points_moves_only_their_own_shapes(
    decoder: BlendshapeDecoder, codes: Tensor
) -> None:
    torch.autograd.backward(decoder(codes, indices=torch.tensor([3, 8])).square().sum())

    gradient = decoder.blendshapes.grad
    assert gradient is not None
    touched = gradient.abs().sum(dim=(1, 2)) > 0
    assert touched.nonzero().flatten().tolist() == [3, 8]


def test_that_the_gradient_by_the_code_is_that_of_small_steps(decoder: BlendshapeDecoder) -> None:
    exact = decoder.double()

    def sum_of(code: Tensor) -> Tensor:
        result: Tensor = exact(code[None], 20).square().sum()
        return result

    code = torch.tensor([0.2, -0.4, 0.7], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(sum_of, (code,))


def test_that_added_points_lie_between_points_that_move_alike(
    decoder: BlendshapeDecoder, codes: Tensor
) -> None:
    with torch.no_grad():
        cloud = decoder(codes, 2 * POINTS)
        gap = torch.cdist(cloud[:, POINTS:], cloud[:, :POINTS]).amin(dim=2).mean()
        spread = torch.cdist(cloud[:, :POINTS], cloud[:, :POINTS]).mean()

    assert gap < spread / 2
    for one in cloud:  # no two points at the same place
        assert len(one.mul(1e4).round().unique(dim=0)) > 1.9 * POINTS


def test_that_a_seed_makes_the_same_first_shapes_whatever_torch_draws() -> None:
    first = BlendshapeDecoder(3, 50, seed=4).blendshapes
    torch.rand(100)

    torch.testing.assert_close(BlendshapeDecoder(3, 50, seed=4).blendshapes, first)
    assert not torch.allclose(BlendshapeDecoder(3, 50, seed=5).blendshapes, first)


def test_that_it_is_made_by_its_name() -> None:
    made = build_decoder("blendshape", 5, 60)

    assert isinstance(made, BlendshapeDecoder)
    assert (made.latent, made.points) == (5, 60)
    assert made(torch.zeros(2, 5)).shape == (2, 60, 3)


def test_that_a_decoder_of_one_point_makes_more() -> None:
    assert BlendshapeDecoder(2, 1, shapes=2, width=4, blocks=1)(torch.zeros(1, 2), 5).shape == (
        1,
        5,
        3,
    )


@pytest.mark.parametrize("option", ["latent", "points", "shapes", "width", "blocks"])
def test_that_a_size_below_one_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        BlendshapeDecoder(**{"latent": 3, "points": 20, option: 0})


def test_that_indices_and_a_number_of_points_exclude_each_other(
    decoder: BlendshapeDecoder, codes: Tensor
) -> None:
    with pytest.raises(ValueError, match="not both"):
        decoder(codes, 10, indices=torch.arange(10))
