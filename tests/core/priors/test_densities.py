"""What holds for every prior: its density, its samples and its responsibilities agree."""

import pytest
import torch
from scipy.stats import multivariate_normal

from core.priors import MixtureOfGaussiansPrior, Prior, VampPrior


def grid(reach: float = 14.0, steps: int = 561) -> tuple[torch.Tensor, float]:
    """Points of a square grid (steps², 2) and the area of a cell."""
    axis = torch.linspace(-reach, reach, steps, dtype=torch.float64)
    return torch.cartesian_prod(axis, axis), float((axis[1] - axis[0]) ** 2)


def test_that_a_density_integrates_to_one(prior: Prior) -> None:
    points, cell = grid()
    total = prior.log_prob(points).exp().sum() * cell
    assert total.item() == pytest.approx(1.0, abs=1e-6)


def test_that_the_mean_log_density_of_own_samples_is_minus_the_entropy(prior: Prior) -> None:
    points, cell = grid()
    log_density = prior.log_prob(points)
    minus_entropy = (log_density.exp() * log_density).sum().item() * cell
    samples = prior.sample(40_000, torch.Generator().manual_seed(5))
    assert prior.log_prob(samples).mean().item() == pytest.approx(minus_entropy, abs=0.03)


def test_that_a_density_is_the_weighted_sum_of_its_components_by_scipy(prior: Prior) -> None:
    points = torch.randn(50, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2
    mixture = prior.mixture()
    expected = sum(
        weight * multivariate_normal(mean, covariance).pdf(points.numpy())
        for weight, mean, covariance in zip(
            prior.weights.tolist(),
            mixture.means.tolist(),
            prior.covariances.detach().numpy(),
            strict=True,
        )
    )
    torch.testing.assert_close(prior.log_prob(points).exp().detach(), torch.as_tensor(expected))


def test_that_one_number_comes_for_each_code(prior: Prior) -> None:
    assert prior.log_prob(torch.zeros(7, 2, dtype=torch.float64)).shape == (7,)
    assert prior.component_log_prob(torch.zeros(7, 2, dtype=torch.float64)).shape == (
        7,
        prior.components,
    )


def test_that_responsibilities_follow_from_bayes(prior: Prior) -> None:
    points = torch.randn(20, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    joint = prior.component_log_prob(points).exp() * prior.weights
    expected = joint / joint.sum(dim=1, keepdim=True)
    torch.testing.assert_close(prior.responsibilities(points), expected)


def test_that_samples_of_a_component_have_its_mean_and_covariance(prior: Prior) -> None:
    component = prior.components - 1
    samples = prior.sample_component(component, 20_000, torch.Generator().manual_seed(7))
    mixture = prior.mixture()
    torch.testing.assert_close(samples.mean(dim=0), mixture.means[component], atol=0.06, rtol=0)
    torch.testing.assert_close(
        torch.cov(samples.T), mixture.covariances[component], atol=0.1, rtol=0.03
    )


def test_that_a_seed_gives_the_same_samples_again(prior: Prior) -> None:
    first = prior.sample(10, torch.Generator().manual_seed(3))
    again = prior.sample(10, torch.Generator().manual_seed(3))
    assert torch.equal(first, again)


def test_that_a_component_that_is_not_there_is_named(prior: Prior) -> None:
    with pytest.raises(ValueError, match=f"components 0 to {prior.components - 1}"):
        prior.sample_component(prior.components, 1)


def test_that_saved_parameters_give_the_same_density(prior: Prior) -> None:
    points = torch.randn(5, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    before = prior.log_prob(points)
    state = {name: tensor.clone() for name, tensor in prior.state_dict().items()}
    for parameter in prior.parameters():
        torch.nn.init.normal_(parameter)
    prior.load_state_dict(state)
    torch.testing.assert_close(prior.log_prob(points), before)


def test_that_mixing_comes_after_the_sum_over_axes() -> None:
    prior = MixtureOfGaussiansPrior(2, 2)
    with torch.no_grad():
        prior.means.copy_(torch.tensor([[-4.0, -4.0], [4.0, 4.0]]))
    corner = torch.tensor(
        [[4.0, -4.0]]
    )  # where a product of 1-D mixtures has a quarter of its mass
    assert prior.log_prob(corner).item() < -30.0


@pytest.mark.parametrize("components", [1, 64])
@pytest.mark.parametrize("full_covariance", [False, True])
def test_that_mixtures_of_1_to_64_components_have_gradients(
    components: int, full_covariance: bool
) -> None:
    prior = MixtureOfGaussiansPrior(components, 5, full_covariance)
    torch.autograd.backward(prior.log_prob(torch.randn(9, 5)).sum())
    for name, parameter in prior.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name


def test_that_fresh_components_differ_so_that_they_can_part() -> None:
    prior = MixtureOfGaussiansPrior(components=4, latent=3)
    assert torch.unique(prior.means, dim=0).shape == (4, 3)


def test_that_the_hyper_prior_grows_with_the_scale_and_is_differentiable(prior: Prior) -> None:
    penalty = prior.penalty(prior.mixture())
    assert penalty.shape == ()
    if not list(prior.parameters()):
        assert penalty.item() == 0.0
        return
    torch.autograd.backward(penalty)
    assert any(parameter.grad is not None for parameter in prior.parameters())
    if isinstance(prior, MixtureOfGaussiansPrior):
        with torch.no_grad():
            prior.means.mul_(10.0)
        assert prior.penalty(prior.mixture()) > penalty


def test_that_a_log_variance_out_of_range_is_held_but_still_drawn_back() -> None:
    prior = MixtureOfGaussiansPrior(1, 1)
    with torch.no_grad():
        prior.log_vars.fill_(50.0)
    assert prior.covariances.max().item() < 1e3
    torch.autograd.backward(prior.penalty(prior.mixture()))
    assert prior.log_vars.grad is not None
    assert prior.log_vars.grad.item() > 0.0


def test_that_a_vamp_prior_without_an_encoder_says_so() -> None:
    with pytest.raises(RuntimeError, match="attach_encoder"):
        VampPrior(2, 3).log_prob(torch.zeros(1, 3))


def test_that_a_vamp_prior_does_not_own_the_encoder_it_calls() -> None:
    prior = VampPrior(2, 3)
    prior.attach_encoder(torch.nn.Linear(3, 3))
    assert set(prior.state_dict()) == {"pseudo_clouds", "weight_logits"}


def test_that_a_prior_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one component"):
        MixtureOfGaussiansPrior(0, 3)
