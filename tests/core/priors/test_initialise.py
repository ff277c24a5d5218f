"""Components placed on codes, and mixtures fitted to them."""

import numpy as np
import pytest
import torch

from core.priors import (
    GaussianPrior,
    MixtureOfGaussiansPrior,
    StandardNormalPrior,
    VampPrior,
    fit_mixture,
    initialise_components,
)

CENTRES = np.array([[-3.0, 0.0], [3.0, 0.0], [0.0, 4.0]])


def three_groups() -> tuple[np.ndarray, np.ndarray]:
    """Codes around `CENTRES`, 50, 100 and 150 of them, with posterior variance 0.04."""
    generator = np.random.default_rng(4)
    labels = np.repeat([0, 1, 2], [50, 100, 150])
    means = CENTRES[labels] + generator.normal(size=(300, 2)) * 0.3
    return means.astype(np.float32), np.full((300, 2), np.log(0.04), dtype=np.float32)


def order_of(means: torch.Tensor) -> list[int]:
    """Which component lies nearest to each of `CENTRES`."""
    distances = torch.cdist(torch.from_numpy(CENTRES).float(), means.detach().float())
    return distances.argmin(dim=1).tolist()


@pytest.mark.parametrize("full_covariance", [False, True])
def test_that_components_start_on_the_groups_of_codes(full_covariance: bool) -> None:
    prior = MixtureOfGaussiansPrior(3, 2, full_covariance)
    initialise_components(prior, *three_groups(), seed=0)
    order = order_of(prior.means)
    assert sorted(order) == [0, 1, 2]
    np.testing.assert_allclose(prior.means.detach()[order], CENTRES, atol=0.15)
    np.testing.assert_allclose(prior.weights.detach()[order], [1 / 6, 1 / 3, 1 / 2], atol=0.01)
    variances = prior.covariances.detach().diagonal(dim1=1, dim2=2)
    np.testing.assert_allclose(variances, 0.3**2 + 0.04, atol=0.05)


def test_that_the_same_seed_places_components_bit_for_bit_again() -> None:
    first, again = MixtureOfGaussiansPrior(8, 2), MixtureOfGaussiansPrior(8, 2)
    for prior in (first, again):
        initialise_components(prior, *three_groups(), seed=9)
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name]), name


@pytest.mark.parametrize("chairs", [1, 3])
def test_that_fewer_chairs_than_components_still_give_a_density(chairs: int) -> None:
    means, log_vars = three_groups()
    prior = MixtureOfGaussiansPrior(8, 2)
    initialise_components(prior, means[:chairs], log_vars[:chairs], seed=0)
    assert torch.unique(prior.means.detach(), dim=0).shape == (8, 2)
    assert prior.log_prob(torch.zeros(1, 2)).isfinite().all()


def test_that_a_learned_gaussian_starts_at_all_codes() -> None:
    means, log_vars = three_groups()
    prior = GaussianPrior(2)
    initialise_components(prior, means, log_vars, seed=0)
    np.testing.assert_allclose(prior.means.detach()[0], means.mean(axis=0), atol=1e-5)
    variances = prior.log_vars.detach().exp()[0]
    np.testing.assert_allclose(variances, means.var(axis=0) + 0.04, rtol=0.02)


def test_that_a_standard_normal_stays_as_it_is() -> None:
    prior = StandardNormalPrior(2)
    initialise_components(prior, *three_groups(), seed=0)
    assert prior.covariances.tolist() == [[[1.0, 0.0], [0.0, 1.0]]]


def test_that_pseudo_clouds_start_as_parts_of_the_chairs_nearest_to_the_groups() -> None:
    means, log_vars = three_groups()
    prior = VampPrior(3, 2, points=8)
    asked: list[int] = []

    def cloud(position: int) -> np.ndarray:
        asked.append(position)
        return np.full((20, 3), position, dtype=np.float32)

    initialise_components(prior, means, log_vars, seed=0, cloud=cloud)
    assert order_of(torch.from_numpy(means[asked])) != [0, 0, 0]
    assert prior.pseudo_clouds[:, 0, 0].tolist() == asked


def test_that_pseudo_clouds_need_clouds_to_start_from() -> None:
    with pytest.raises(ValueError, match="give them as `cloud`"):
        initialise_components(VampPrior(3, 2), *three_groups(), seed=0)


@pytest.mark.parametrize("full_covariance", [False, True])
def test_that_a_fitted_mixture_finds_the_groups_and_the_posteriors_width(
    full_covariance: bool,
) -> None:
    prior = fit_mixture(*three_groups(), components=3, full_covariance=full_covariance, seed=1)
    order = order_of(prior.means)
    np.testing.assert_allclose(prior.means.detach()[order], CENTRES, atol=0.15)
    np.testing.assert_allclose(prior.weights.detach()[order], [1 / 6, 1 / 3, 1 / 2], atol=0.01)
    variances = prior.covariances.detach().diagonal(dim1=1, dim2=2)
    np.testing.assert_allclose(variances, 0.3**2 + 0.04, atol=0.04)


def test_that_a_fit_with_too_few_chairs_says_how_many_there_are() -> None:
    means, log_vars = three_groups()
    with pytest.raises(ValueError, match="there are 2"):
        fit_mixture(means[:2], log_vars[:2], components=3)
