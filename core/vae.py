"""The variational autoencoder: encoder, prior and decoder as one module.

Axes: batch B, points N, latent size d, components K, Monte Carlo samples S.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core import kl
from core.errors import RunError
from core.networks import ArticleEncoder, build_decoder
from core.priors import (
    DiagonalMixture,
    GaussianPrior,
    Mixture,
    MixtureOfGaussiansPrior,
    Prior,
    StandardNormalPrior,
    VampPrior,
)
from core.training.settings import TrainingSettings


@dataclass(frozen=True, eq=False)
class Posterior:
    """What the encoder says of a batch: N(mean, diag(exp(log_var))), both (B, d).

    For the article's reading B the posterior is a mixture: then `mean` is its mean, `log_var` the
    log of its variances, and the parts are in `means` and `log_vars` (B, K, d).
    """

    mean: Float[Tensor, "batch latent"]
    log_var: Float[Tensor, "batch latent"]
    means: Float[Tensor, "batch components latent"] | None = None
    log_vars: Float[Tensor, "batch components latent"] | None = None


class Noise(NamedTuple):
    """All that is random in one step, drawn beforehand."""

    normal: Float[Tensor, "samples batch latent"]
    uniform: Float[Tensor, " batch"]
    """Chooses a part of the posterior, for the article's reading B."""

    def of(self, rows: slice) -> "Noise":
        """The noise of some rows of the batch."""
        return Noise(self.normal[:, rows], self.uniform[rows])

    def to(self, device: torch.device) -> "Noise":
        normal = self.normal.to(device, non_blocking=True)
        return Noise(normal, self.uniform.to(device, non_blocking=True))


def draw_noise(samples: int, batch: int, latent: int, generator: torch.Generator) -> Noise:
    """Noise on the CPU, so that a seed means the same on every device."""
    normal = torch.randn(samples, batch, latent, generator=generator)
    return Noise(normal, torch.rand(batch, generator=generator))


class Forward(NamedTuple):
    """One pass over a batch."""

    mean: Float[Tensor, "batch latent"]
    log_var: Float[Tensor, "batch latent"]
    reconstruction: Float[Tensor, "batch points 3"]
    kl: Float[Tensor, " batch"]
    """KL of each chair by the estimator of the settings, in nats."""
    kl_with_free_bits: Float[Tensor, ""]
    """What the objective counts: the batch average, held up by free bits."""
    penalty: Float[Tensor, ""]
    """The prior's hyper-prior, in nats."""


class ShapeVae(nn.Module):
    """A VAE of clouds as the settings describe it, decoding `points` points.

    The first weights come from torch's global generator; `build_vae` seeds it.
    """

    def __init__(self, settings: TrainingSettings, points: int) -> None:
        super().__init__()
        self.settings = settings
        self.points = points
        self.latent = settings.latent
        self.parts = settings.components if settings.kl == "article-b" else 1
        self.encoder = ArticleEncoder(settings.latent * self.parts, settings.batch_norm)
        self.decoder = build_decoder(settings.decoder, settings.latent, points)
        self.prior = build_prior(settings)
        if self.parts > 1:
            self.part_logits = nn.Parameter(torch.zeros(self.parts))
        if isinstance(self.prior, VampPrior):
            self.prior.attach_encoder(self._encode_pseudo_clouds)

    def encode(self, clouds: Float[Tensor, "batch points 3"]) -> Posterior:
        """Posterior of each cloud; of any number of points."""
        with self._products(clouds.device):
            mean, log_var = self.encoder(clouds)
        if self.parts == 1:
            return Posterior(mean, log_var)
        means = mean.unflatten(1, (self.parts, self.latent))
        log_vars = log_var.unflatten(1, (self.parts, self.latent))
        weights = self.part_logits.softmax(dim=0)[:, None]
        mean = (weights * means).sum(dim=1)
        variance = (weights * (log_vars.exp() + (means - mean[:, None]) ** 2)).sum(dim=1)
        return Posterior(mean, variance.log(), means, log_vars)

    def forward(
        self,
        clouds: Float[Tensor, "batch points 3"],
        noise: Noise,
        indices: Int[Tensor, " decoded"] | None = None,
        against_standard_normal: bool = False,
    ) -> Forward:
        """Encode, draw a code of each posterior, decode it, and measure the KL.

        `indices` says which points are decoded, None all. With `against_standard_normal` the
        prior is left out and N(0, I) stands for it, as before components are placed.
        """
        posterior = self.encode(clouds)
        if against_standard_normal:
            mixture: Mixture = standard_normal(self.latent, clouds.device)
            penalty = torch.zeros((), device=clouds.device)
            estimator = "analytic"
        else:
            mixture = self.prior.mixture()
            penalty = self.prior.penalty(mixture)
            estimator = self.settings.kl
        terms = self._kl_terms(posterior, mixture, noise, estimator)
        codes = self._draw_codes(posterior, noise)
        with self._products(clouds.device):
            reconstruction: Tensor = self.decoder(codes, indices=indices)
        return Forward(
            mean=posterior.mean,
            log_var=posterior.log_var,
            reconstruction=reconstruction.to(clouds.dtype),
            kl=terms.sum(dim=1),
            kl_with_free_bits=self._with_free_bits(terms),
            penalty=penalty,
        )

    def _products(self, device: torch.device) -> AbstractContextManager[object]:
        """Where the networks' products are in the precision of the settings; only in training."""
        if not self.training or self.settings.precision == "float32":
            return nullcontext()
        return torch.autocast(device.type, torch.bfloat16)

    def _kl_terms(
        self, posterior: Posterior, mixture: Mixture, noise: Noise, estimator: str
    ) -> Float[Tensor, "batch terms"]:
        """The KL of each chair; by latent axes where it comes apart by them."""
        mean, log_var = posterior.mean, posterior.log_var
        if estimator == "article-b" and posterior.means is not None:
            assert posterior.log_vars is not None
            log_weights = self.part_logits.log_softmax(dim=0)
            return kl.article_b(posterior.means, posterior.log_vars, log_weights)[:, None]
        if estimator in ("analytic", "article-b"):
            return kl.analytic_per_axis(mean, log_var, mixture)
        return kl.estimate(estimator, mean, log_var, mixture, noise.normal)[:, None]

    def _with_free_bits(self, terms: Float[Tensor, "batch terms"]) -> Float[Tensor, ""]:
        free_nats = self.settings.free_bits
        if free_nats == 0.0:
            # Not the same as a threshold of 0: estimates by samples may be below it.
            return terms.mean(dim=0).sum()
        return kl.with_free_bits(terms, free_nats * self.latent / terms.shape[1])

    def _draw_codes(self, posterior: Posterior, noise: Noise) -> Float[Tensor, "batch latent"]:
        mean, log_var = posterior.mean, posterior.log_var
        if posterior.means is not None and posterior.log_vars is not None:
            edges = self.part_logits.softmax(dim=0).cumsum(dim=0)[:-1]
            part = torch.searchsorted(edges.detach(), noise.uniform)
            rows = torch.arange(len(part), device=part.device)
            mean, log_var = posterior.means[rows, part], posterior.log_vars[rows, part]
        return mean + (0.5 * log_var).exp() * noise.normal[0]

    def _encode_pseudo_clouds(self, clouds: Tensor) -> tuple[Tensor, Tensor]:
        """Encode with the running statistics of batch normalisation.

        Those of the pseudo-clouds alone would be another normalisation than the chairs', and
        would count them among the chairs.
        """
        was_training = self.encoder.training
        self.encoder.eval()
        try:
            mean, log_var = self.encoder(clouds)
        finally:
            self.encoder.train(was_training)
        return mean, log_var


def build_prior(settings: TrainingSettings) -> Prior:
    """The prior that the settings name.

    The article's reading B has its mixture in the posterior, and a standard normal prior.
    """
    if settings.prior == "standard" or settings.kl == "article-b":
        return StandardNormalPrior(settings.latent)
    if settings.prior == "gaussian":
        return GaussianPrior(settings.latent)
    if settings.prior == "vamp":
        return VampPrior(settings.components, settings.latent)
    return MixtureOfGaussiansPrior(settings.components, settings.latent, settings.full_covariance)


def build_vae(settings: TrainingSettings, points: int) -> ShapeVae:
    """A fresh model whose first weights are those of the settings' seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return ShapeVae(settings, points)


def load_weights(vae: ShapeVae, weights: Mapping[str, Tensor]) -> None:
    """Give the model other weights. Raises RunError if they do not fit; the old ones stay then."""
    own = vae.state_dict()
    for name, tensor in own.items():
        if name not in weights:
            raise _of_another_model(f"lack {name}")
        if weights[name].shape != tensor.shape:
            raise _of_another_model(
                f"hold {name} with the shape {tuple(weights[name].shape)} where this model has "
                f"{tuple(tensor.shape)}"
            )
    surplus = sorted(set(weights) - set(own))
    if surplus:
        raise _of_another_model(f"hold {surplus[0]}, which this model has not")
    vae.load_state_dict(dict(weights))


def _of_another_model(what: str) -> RunError:
    return RunError(
        f"The weights {what}: they are of another model than the settings. Copy the run's whole "
        "folder again from where it came, or train a new run."
    )


PRIOR_PARAMETERS: Final = ("prior.", "part_logits")
"""How the names of parameters begin that belong to the prior, with its own learning rate."""


def standard_normal(latent: int, device: torch.device) -> DiagonalMixture:
    """N(0, I) as a mixture of one."""
    zeros = torch.zeros(1, latent, device=device)
    return DiagonalMixture(zeros[:, 0], zeros, zeros)
