"""The density meter against the prior's own `log_prob`."""

import numpy as np
import pytest
import torch

from core.density_meter import DensityMeter, density_words
from core.priors.mixture import DiagonalMixture


@pytest.fixture
def mixture() -> DiagonalMixture:
    means = torch.tensor([[0.0, 0.0, 0.0], [3.0, 0.0, -1.0]])
    log_vars = torch.tensor([[-1.0, 0.5, 1.0], [0.2, -2.0, 0.0]])
    return DiagonalMixture(torch.tensor([0.3, 0.7]).log(), means, log_vars)


def test_that_it_counts_the_chairs_that_lie_thinner(mixture: DiagonalMixture) -> None:
    codes = mixture.sample(200, torch.Generator().manual_seed(1))
    meter = DensityMeter.of(mixture.log_prob(codes).numpy())
    for place in mixture.sample(20, torch.Generator().manual_seed(2)):
        here = float(mixture.log_prob(place))
        thinner = sum(float(mixture.log_prob(code)) < here for code in codes)
        assert meter.denser_than(here) == thinner / 200


def test_that_it_says_how_far_below_every_chair_a_place_lies(mixture: DiagonalMixture) -> None:
    codes = mixture.sample(50, torch.Generator().manual_seed(1))
    densities = mixture.log_prob(codes).numpy()
    meter = DensityMeter.of(densities)
    far = float(mixture.log_prob(torch.tensor([9.0, 9.0, 9.0])))

    assert meter.denser_than(far) == 0.0
    assert meter.nats_below(far) == pytest.approx(float(densities.min()) - far)
    assert meter.nats_below(float(np.median(densities))) == 0.0
    assert DensityMeter.of(np.zeros(0)).denser_than(0.0) is None
    assert DensityMeter.of(np.zeros(0)).nats_below(0.0) == 0.0


@pytest.mark.parametrize(
    ("share", "nats", "place", "times"),
    [
        (0.0, 0.6, "1 nat below", "1.8 times"),
        (0.0, 12.0, "12 nats below", "160,000 times"),
        (0.0, 2_300.0, "2,300 nats below", "10^999 times"),
    ],
)
def test_that_a_far_place_is_said_to_be_as_far_as_it_is(
    share: float, nats: float, place: str, times: str
) -> None:
    words = density_words(share, nats)
    assert words.place.startswith(place)
    assert "guessing" in words.meaning
    assert times in words.explanation
    assert words.is_far


def test_that_the_least_usual_chair_itself_is_not_called_far() -> None:
    assert not density_words(0.0, 0.0).is_far
    assert "edge" in density_words(0.0, 0.0).place
    assert density_words(None, 0.0).place == ""
