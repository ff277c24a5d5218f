from typing import Any

import pytest
import torch
from torch import Tensor

from core.networks import (
    DECODERS,
    ArticleDecoder,
    BlendshapeDecoder,
    PointwiseDecoder,
    build_decoder,
)
from core.networks.pointwise_decoder import spread_in_ball

Decoders = ArticleDecoder | BlendshapeDecoder | PointwiseDecoder


@pytest.fixture(params=DECODERS)
def decoder(request: pytest.FixtureRequest) -> Decoders:
    made = build_decoder(request.param, latent=3, points=200)
    return made.eval()


@pytest.fixture
def codes() -> Tensor:
    return torch.randn(4, 3, generator=torch.Generator().manual_seed(7))


def test_that_a_decoder_gives_its_points_for_each_code(decoder: Decoders, codes: Tensor) -> None:
    assert decoder(codes).shape == (4, 200, 3)


def test_that_some_points_are_the_same_points_as_among_all(
    decoder: Decoders, codes: Tensor
) -> None:
    indices = torch.tensor([199, 3, 50])

    torch.testing.assert_close(decoder(codes, indices=indices), decoder(codes)[:, indices])
    torch.testing.assert_close(decoder(codes, 60), decoder(codes)[:, :60])


def test_that_a_seed_draws_the_same_random_points(decoder: Decoders, codes: Tensor) -> None:
    first = decoder(codes, 50, generator=torch.Generator().manual_seed(1))
    again = decoder(codes, 50, generator=torch.Generator().manual_seed(1))
    other = decoder(codes, 50, generator=torch.Generator().manual_seed(2))

    assert first.shape == (4, 50, 3)
    torch.testing.assert_close(first, again)
    assert not torch.allclose(first, other)


def test_that_each_code_is_decoded_by_itself(decoder: Decoders, codes: Tensor) -> None:
    together = decoder(codes)

    for code, cloud in zip(codes, together, strict=True):
        torch.testing.assert_close(decoder(code[None])[0], cloud, atol=1e-5, rtol=1e-4)


def test_that_decoding_without_gradient_gives_the_same_clouds(
    decoder: Decoders, codes: Tensor
) -> None:
    with torch.no_grad():
        torch.testing.assert_close(decoder(codes), decoder(codes))
    with torch.inference_mode():
        without = decoder(codes).clone()
    torch.testing.assert_close(without, decoder(codes))


def test_that_every_parameter_gets_a_gradient(decoder: Decoders, codes: Tensor) -> None:
    torch.autograd.backward(decoder(codes).square().sum())

    for name, parameter in decoder.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_that_different_codes_give_different_clouds(decoder: Decoders, codes: Tensor) -> None:
    clouds = decoder(codes)

    assert not torch.allclose(clouds[0], clouds[1], atol=1e-4)


def test_that_too_many_points_are_refused_where_the_decoder_cannot_make_them(codes: Tensor) -> None:
    with pytest.raises(ValueError, match="1 to 200"):
        ArticleDecoder(3, 200)(codes, 201)


def test_that_an_unknown_decoder_is_refused() -> None:
    with pytest.raises(ValueError, match=", ".join(DECODERS)):
        build_decoder("folding", 3, 100)


def test_that_indices_and_a_number_of_points_exclude_each_other(
    decoder: Decoders, codes: Tensor
) -> None:
    with pytest.raises(ValueError, match="not both"):
        decoder(codes, 10, indices=torch.arange(10))


def test_that_the_pointwise_decoder_is_of_modest_size() -> None:
    count = sum(parameter.numel() for parameter in PointwiseDecoder(3, 5000).parameters())

    assert 300_000 < count < 500_000


def test_that_the_pointwise_decoder_makes_more_points_than_its_template(codes: Tensor) -> None:
    decoder = PointwiseDecoder(3, 100)

    many = decoder(codes, 1500)

    assert many.shape == (4, 1500, 3)
    torch.testing.assert_close(many[:, :100], decoder(codes))
    torch.testing.assert_close(decoder(codes, 700), many[:, :700])
    for cloud in many.detach():  # no two points at the same place
        assert len(cloud.mul(1e4).round().unique(dim=0)) > 1450


def test_that_added_points_stay_near_the_template_points(codes: Tensor) -> None:
    decoder = PointwiseDecoder(3, 500, seed=3)

    with torch.no_grad():
        cloud = decoder(codes, 1000)
        distance = torch.cdist(cloud[:, 500:], cloud[:, :500]).amin(dim=2)
        spread = torch.cdist(cloud[:, :500], cloud[:, :500]).mean()

    assert distance.mean() < spread / 3


def test_that_decoding_follows_weights_changed_in_place(codes: Tensor) -> None:
    decoder = PointwiseDecoder(3, 50)
    with torch.no_grad():
        before = decoder(codes)
        decoder.places.add_(1.0)
        moved = decoder(codes)
        decoder.load_state_dict(PointwiseDecoder(3, 50, seed=9).state_dict())
        loaded = decoder(codes)

    assert not torch.allclose(before, moved)
    torch.testing.assert_close(loaded, PointwiseDecoder.forward(decoder.requires_grad_(), codes))
    assert not torch.allclose(loaded, before)


@pytest.mark.parametrize(
    "options",
    [
        {"features": 0},
        {"fourier_bands": 0},
        {"residual": False, "activation": "relu"},
        {"width": 32, "blocks": 1, "code_width": 16, "activation": "gelu"},
        {"learned_places": False},
    ],
)
def test_that_every_variant_of_the_pointwise_decoder_decodes_and_learns(
    options: dict[str, Any], codes: Tensor
) -> None:
    decoder = PointwiseDecoder(3, 40, **options)

    clouds = decoder(codes)

    torch.autograd.backward(clouds.square().sum())
    assert clouds.shape == (4, 40, 3)
    assert decoder.places.requires_grad == options.get("learned_places", True)
    with torch.no_grad():
        torch.testing.assert_close(decoder(codes), clouds)


@pytest.mark.parametrize("options", [{"width": 0}, {"blocks": 0}, {"activation": "tanh"}])
def test_that_senseless_variants_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"at least 1|choose one of"):
        PointwiseDecoder(3, 40, **options)


@pytest.mark.parametrize("count", [500, 4000])
def test_that_any_first_template_points_fill_the_ball_evenly(count: int) -> None:
    points = spread_in_ball(5000)[:count]
    radius = points.norm(dim=1)

    assert radius.max() <= 1
    assert points.mean(dim=0).norm() < 0.05
    assert abs((radius < 0.5).float().mean() - 1 / 8) < 0.02
    octants = ((points > 0) * torch.tensor([1, 2, 4])).sum(dim=1).bincount(minlength=8)
    assert (octants / count - 1 / 8).abs().max() < 0.02
