"""Estimators of KL(q || p) between an encoder's posterior and a prior, all in nats.

Axes: batch B, latent size d, components K, samples S. The posterior is
q = N(mean, diag(exp(log_var))) with `mean` and `log_var` (B, d); the prior is a `Mixture` or any
`Prior`. Every estimator returns one number per sample, (B,); only the caller averages.

| name          | what                                                    | for                    |
|---------------|---------------------------------------------------------|------------------------|
| `analytic`    | closed form                                             | one Gaussian           |
| `monte_carlo` | unbiased, by reparametrised samples                     | every prior            |
| `variational` | upper bound, tight where q lies within one component    | every prior            |
| `jensen`      | upper bound to show; it pulls all components together   | to look at             |
| `article_7`   | eq. (7) as printed: the sign is reversed, so it diverges | reproducing the study |
| `article_a`   | eq. (5), mu and sigma being the prior's parameters      | reproducing the study  |
| `article_b`   | eq. (5), mu and sigma being K outputs of the encoder    | reproducing the study  |
| `lower_bound` | lower bound; with `variational` it makes a sandwich     | checking               |
"""

import torch
from jaxtyping import Float
from torch import Tensor

from core.model_choices import ESTIMATORS
from core.priors.base import Prior
from core.priors.mixture import LN_2PI, DiagonalMixture, Mixture


def analytic(
    mean: Float[Tensor, "batch latent"],
    log_var: Float[Tensor, "batch latent"],
    prior: Prior | Mixture,
) -> Float[Tensor, " batch"]:
    """KL between two Gaussians; against N(0, I): -1/2 sum(1 + log_var - mean^2 - exp(log_var)).

    Raises ValueError for a mixture of several components, which has no closed form.
    """
    mixture = _mixture_of(prior)
    if mixture.components != 1:
        raise ValueError(
            f"The analytic KL needs a prior of one Gaussian, not of {mixture.components}; "
            "use monte_carlo or variational."
        )
    return mixture.component_kl(mean, log_var)[:, 0]


def monte_carlo(
    mean: Float[Tensor, "batch latent"],
    log_var: Float[Tensor, "batch latent"],
    prior: Prior | Mixture,
    *,
    samples: int = 8,
    noise: Float[Tensor, "samples batch latent"] | None = None,
    generator: torch.Generator | None = None,
) -> Float[Tensor, " batch"]:
    """-H(q) - 1/S sum_s log p(z_s), z_s = mean + exp(log_var / 2) noise_s.

    The entropy is exact; only the prior's part is sampled. `noise` is standard normal; where it
    is not given, `samples` rows are drawn with `generator`.
    """
    if noise is None:
        noise = torch.randn((samples, *mean.shape), generator=generator, dtype=mean.dtype)
        noise = noise.to(mean.device)
    codes = mean + (0.5 * log_var).exp() * noise  # (samples, batch, latent)
    return -entropy(log_var) - _mixture_of(prior).log_prob(codes).mean(dim=0)


def variational(
    mean: Float[Tensor, "batch latent"],
    log_var: Float[Tensor, "batch latent"],
    prior: Prior | Mixture,
) -> Float[Tensor, " batch"]:
    """-logsumexp_k(log w_k - KL(q || component k)) >= KL(q || p).

    The variational approximation of Hershey and Olsen, "Approximating the Kullback Leibler
    divergence between Gaussian mixture models" (ICASSP 2007), section 7, for a q of one Gaussian,
    where it is an upper bound, and nothing is random. Tight where q lies within one component: it
    is the log of sum_k w_k exp(-KL_k), which knows of q no more than one number per component.
    Where q reaches over several it may be off by more than the KL itself: for q = N(0, 1) and two
    unit components at +-m with equal weights by 0.09 nats at m = 0.44, 0.37 at 1, 1.81 at 3.
    """
    mixture = _mixture_of(prior)
    return -torch.logsumexp(mixture.log_weights - mixture.component_kl(mean, log_var), dim=-1)


def jensen(
    mean: Float[Tensor, "batch latent"],
    log_var: Float[Tensor, "batch latent"],
    prior: Prior | Mixture,
) -> Float[Tensor, " batch"]:
    """sum_k w_k KL(q || component k) >= KL(q || p), by the convexity of -log."""
    mixture = _mixture_of(prior)
    return mixture.component_kl(mean, log_var) @ mixture.log_weights.exp()


def lower_bound(
    mean: Float[Tensor, "batch latent"],
    log_var: Float[Tensor, "batch latent"],
    prior: Prior | Mixture,
) -> Float[Tensor, " batch"]:
    """-H(q) - log sum_k w_k N(mean; mean_k, q's variance + covariance_k) <= KL(q || p).

    By Jensen's inequality, E_q log p(z) <= log E_q p(z).
    """
    mixture = _mixture_of(prior)
    overlap = mixture.component_overlap(mean, log_var) + mixture.log_weights
    return -entropy(log_var) - torch.logsumexp(overlap, dim=-1)


def article_7(
    mean: Float[Tensor, "batch latent"], log_var: Float[Tensor, "batch latent"]
) -> Float[Tensor, " batch"]:
    """The study's eq. (7) as printed: +1/2 sum(1 + log_var - mean^2 - exp(log_var)) = -KL.

    Minimising it drives the posterior away from N(0, I) without end.
    """
    return 0.5 * (1.0 + log_var - mean**2 - log_var.exp()).sum(dim=-1)


def article_a(
    mean: Float[Tensor, "batch latent"], prior: Prior | Mixture
) -> Float[Tensor, " batch"]:
    """The study's eq. (5), reading A: 1/2 sum_k w_k (mu_k^2 + sigma_k^2 - log sigma_k^2 - 1).

    mu_k and sigma_k are the prior's. Nothing of the posterior is in it, so the encoder gets no
    gradient; `mean` tells how many samples there are.
    """
    mixture = _mixture_of(prior)
    penalty = mixture.component_kl_to_standard() @ mixture.log_weights.exp()
    return penalty.expand(mean.shape[0])


def article_b(
    means: Float[Tensor, "batch components latent"],
    log_vars: Float[Tensor, "batch components latent"],
    log_weights: Float[Tensor, " components"],
) -> Float[Tensor, " batch"]:
    """The study's eq. (5), reading B: mu_k and sigma_k are K outputs of the encoder.

    sum_k w_k KL(N(mu_k, sigma_k^2) || N(0, I)): a mixture posterior against the standard normal.
    """
    terms = 0.5 * (means**2 + log_vars.exp() - log_vars - 1.0).sum(dim=-1)  # (batch, components)
    return terms @ log_weights.exp()


def estimate(
    name: str,
    mean: Float[Tensor, "batch latent"],
    log_var: Float[Tensor, "batch latent"],
    prior: Prior | Mixture,
    noise: Float[Tensor, "samples batch latent"],
) -> Float[Tensor, " batch"]:
    """The estimator of that name (`ESTIMATORS`, without `article-b`); `noise` for `monte_carlo`."""
    if name == "monte_carlo":
        return monte_carlo(mean, log_var, prior, noise=noise)
    if name == "analytic":
        return analytic(mean, log_var, prior)
    if name == "variational":
        return variational(mean, log_var, prior)
    if name == "jensen":
        return jensen(mean, log_var, prior)
    if name == "article-7":
        return article_7(mean, log_var)
    if name == "article-a":
        return article_a(mean, prior)
    raise ValueError(f"There is no KL estimator {name!r} here; choose one of {ESTIMATORS}.")


def entropy(log_var: Float[Tensor, "batch latent"]) -> Float[Tensor, " batch"]:
    """H(q) = 1/2 sum(1 + log 2 pi + log_var)."""
    return 0.5 * (1.0 + LN_2PI + log_var).sum(dim=-1)


def analytic_per_axis(
    mean: Float[Tensor, "batch latent"],
    log_var: Float[Tensor, "batch latent"],
    prior: Prior | Mixture,
) -> Float[Tensor, "batch latent"]:
    """The terms of `analytic`, one for each latent axis; for priors with independent axes."""
    mixture = _mixture_of(prior)
    if not isinstance(mixture, DiagonalMixture) or mixture.components != 1:
        raise ValueError("Only a prior of one Gaussian with independent axes has a KL per axis.")
    return mixture.component_kl_per_axis(mean, log_var)[:, 0]


def with_free_bits(terms: Float[Tensor, "batch terms"], free_nats: float) -> Float[Tensor, ""]:
    """Sum of the terms' batch averages, each counted as `free_nats` where it is smaller.

    Kingma et al. 2016 (arXiv:1606.04934), eq. (15): below the threshold a group of latent axes
    has no gradient from the KL, so it is not pressed to carry nothing. A mixture's KL does not
    come apart by axes and is one group, with the threshold of all its axes together.
    """
    return terms.mean(dim=0).clamp(min=free_nats).sum()


def _mixture_of(prior: Prior | Mixture) -> Mixture:
    return prior.mixture() if isinstance(prior, Prior) else prior
