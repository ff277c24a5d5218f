"""The module that joins encoder, prior and decoder."""

import copy
from typing import Any

import pytest
import torch

from core import kl
from core.model_choices import DECODERS
from core.priors import (
    GaussianPrior,
    MixtureOfGaussiansPrior,
    StandardNormalPrior,
    VampPrior,
)
from core.training.presets import article, recommended
from core.vae import Posterior, ShapeVae, build_vae, draw_noise

POINTS = 40


def make_vae(prior: str = "mog", **changes: Any) -> ShapeVae:
    small: dict[str, Any] = {"latent": 2, "components": 3, "kl_samples": 4}
    return build_vae(recommended(prior).with_changes(**(small | changes)), POINTS)


def inputs(batch: int = 6) -> tuple[torch.Tensor, Any]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(batch, 30, 3, generator=generator), draw_noise(4, batch, 2, generator)


@pytest.mark.parametrize(
    ("prior", "kind"),
    [
        ("standard", StandardNormalPrior),
        ("gaussian", GaussianPrior),
        ("mog", MixtureOfGaussiansPrior),
        ("vamp", VampPrior),
    ],
)
def test_that_every_parameter_of_every_prior_gets_a_gradient(prior: str, kind: type) -> None:
    vae = make_vae(prior)
    assert isinstance(vae.prior, kind)
    forward = vae(*inputs())
    loss = forward.reconstruction.square().mean() + forward.kl_with_free_bits + forward.penalty
    torch.autograd.backward(loss)
    for name, parameter in vae.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name


def gradient_of(vae: ShapeVae) -> torch.Tensor:
    """In a row; every parameter has one."""
    gradients = []
    for name, parameter in vae.named_parameters():
        assert parameter.grad is not None, name
        gradients.append(parameter.grad.flatten())
    return torch.cat(gradients)


@pytest.mark.parametrize("decoder", DECODERS)
def test_that_in_bfloat16_a_step_is_nearly_that_of_float32(
    decoder: str,
) -> None:
    # Batch normalisation of six fresh clouds enlarges any difference: both of its twins would part.
    exact = make_vae(decoder=decoder, batch_norm=False)
    coarse = ShapeVae(exact.settings.with_changes(precision="bfloat16"), POINTS)
    coarse.load_state_dict(exact.state_dict())
    gradients = []
    for vae in (exact, coarse):
        forward = vae(*inputs())
        assert forward.reconstruction.dtype == forward.mean.dtype == torch.float32
        loss = (forward.reconstruction - 0.1).square().sum() + forward.kl_with_free_bits
        torch.autograd.backward(loss)
        gradients.append(gradient_of(vae))
    difference = (gradients[1] - gradients[0]).norm() / gradients[0].norm()
    assert 1e-6 < float(difference) < 0.03  # it is in bfloat16, whose numbers are 0.4 % apart


def test_that_in_bfloat16_batch_normalisation_does_not_blur_the_first_codes() -> None:
    exact = make_vae()
    coarse = ShapeVae(exact.settings.with_changes(precision="bfloat16"), POINTS)
    coarse.load_state_dict(exact.state_dict())
    clouds, _ = inputs(16)
    means, others = (vae.encode(clouds).mean.detach() for vae in (exact, coarse))
    blurred = (others - means).norm() / (means - means.mean(dim=0)).norm()
    assert 0 < float(blurred) < 0.01  # 0.04 with the whole encoder in bfloat16


def test_that_what_is_measured_is_in_float32_whatever_the_training_is_in() -> None:
    exact = make_vae().eval()
    coarse = ShapeVae(exact.settings.with_changes(precision="bfloat16"), POINTS).eval()
    coarse.load_state_dict(exact.state_dict())
    for here, there in zip(exact(*inputs()), coarse(*inputs()), strict=True):
        assert torch.equal(here, there)


def test_that_shapes_and_the_kl_are_those_of_the_estimator() -> None:
    vae = make_vae().eval()
    clouds, noise = inputs()
    forward = vae(clouds, noise, torch.tensor([3, 1, 7]))
    assert forward.reconstruction.shape == (6, 3, 3)
    assert forward.mean.shape == forward.log_var.shape == (6, 2)
    expected = kl.monte_carlo(forward.mean, forward.log_var, vae.prior, noise=noise.normal)
    torch.testing.assert_close(forward.kl, expected)
    torch.testing.assert_close(forward.kl_with_free_bits, expected.mean())


def test_that_the_first_sample_is_what_is_decoded() -> None:
    vae = make_vae().eval()
    clouds, noise = inputs()
    forward = vae(clouds, noise)
    codes = forward.mean + (0.5 * forward.log_var).exp() * noise.normal[0]
    torch.testing.assert_close(forward.reconstruction, vae.decoder(codes))


def test_that_before_components_are_placed_the_kl_is_to_the_standard_normal() -> None:
    vae = make_vae().eval()
    clouds, noise = inputs()
    forward = vae(clouds, noise, against_standard_normal=True)
    standard = StandardNormalPrior(2)
    expected = kl.analytic(forward.mean, forward.log_var, standard)
    torch.testing.assert_close(forward.kl, expected)
    torch.autograd.backward(forward.kl_with_free_bits)
    assert all(parameter.grad is None for parameter in vae.prior.parameters())


def far_along_one_axis(estimator: str) -> ShapeVae:
    """A plain VAE of two axes: its posteriors have 8 nats on the first and none on the second."""
    vae = make_vae("standard", free_bits=5.0, kl=estimator).eval()
    mean = torch.tensor([[4.0, 0.0]] * 6)
    vae.encode = lambda clouds: Posterior(mean, torch.zeros(6, 2))  # type: ignore[method-assign]
    return vae


def test_that_free_bits_hold_the_kl_up_axis_by_axis_where_it_comes_apart() -> None:
    forward = far_along_one_axis("analytic")(*inputs())
    assert forward.kl.tolist() == pytest.approx([8.0] * 6)
    assert forward.kl_with_free_bits.item() == pytest.approx(8.0 + 5.0)


def test_that_free_bits_hold_an_estimate_by_samples_up_as_a_whole() -> None:
    forward = far_along_one_axis("monte_carlo")(*inputs())
    assert 5.0 < forward.kl.mean() < 10.0
    assert forward.kl_with_free_bits.item() == pytest.approx(5.0 + 5.0)


def test_that_encoding_pseudo_clouds_leaves_the_running_statistics_alone() -> None:
    vae = make_vae("vamp").train()
    before = {name: buffer.clone() for name, buffer in vae.named_buffers()}
    vae.prior.mixture()
    assert all(torch.equal(before[name], buffer) for name, buffer in vae.named_buffers())
    assert vae.encoder.training


def test_that_a_copy_of_a_vamp_model_uses_its_own_encoder() -> None:
    vae = make_vae("vamp").eval()
    copied = copy.deepcopy(vae)
    with torch.no_grad():
        for parameter in vae.encoder.parameters():
            parameter.zero_()
    assert not torch.equal(vae.prior.mixture().means, copied.prior.mixture().means)


def test_that_reading_b_has_a_mixture_posterior_and_a_standard_normal_prior() -> None:
    vae = make_vae(kl="article-b").eval()
    clouds, noise = inputs()
    posterior = vae.encode(clouds)
    assert posterior.means is not None
    assert posterior.log_vars is not None
    assert posterior.means.shape == (6, 3, 2)
    assert posterior.mean.shape == (6, 2)
    assert isinstance(vae.prior, StandardNormalPrior)
    forward = vae(clouds, noise)
    weights = vae.part_logits.log_softmax(dim=0)
    expected = kl.article_b(posterior.means, posterior.log_vars, weights)
    torch.testing.assert_close(forward.kl, expected)
    # The moments of the mixture, by samples.
    draws = torch.stack(
        [
            posterior.means[:, part] + (0.5 * posterior.log_vars[:, part]).exp() * torch.randn(6, 2)
            for part in torch.randint(3, (4000,), generator=torch.Generator().manual_seed(0))
        ]
    )
    torch.testing.assert_close(draws.mean(dim=0), posterior.mean, atol=0.1, rtol=0)
    torch.testing.assert_close(draws.var(dim=0), posterior.log_var.exp(), atol=0.15, rtol=0.1)


@pytest.mark.parametrize("prior", ["standard", "mog"])
def test_that_the_article_preset_has_the_networks_of_the_study(prior: str) -> None:
    vae = build_vae(article(prior), 5000)
    assert sum(parameter.numel() for parameter in vae.encoder.parameters()) == 799_173
    assert sum(parameter.numel() for parameter in vae.decoder.parameters()) == 17_592_712
