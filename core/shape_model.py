"""A trained VAE for use: numpy in, numpy out, no gradients, nothing random but where asked.

Axes: clouds or codes B, points N, latent size d, components K. One thread uses one ShapeModel at
a time; several threads have one each.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from core.components import Components as Components  # also known from here
from core.priors import Mixture, fit_mixture
from core.training.settings import TrainingSettings
from core.vae import ShapeVae, build_vae, load_weights

# 16 clouds of 5,000 points keep the largest table of an encoder or decoder under 50 MB.
_POINTS_AT_ONCE: Final = 16 * 5000


class ShapeModel:
    """Encoder, decoder and prior of a run, or of a training that goes on (`load_state`)."""

    def __init__(
        self,
        settings: TrainingSettings,
        points: int,
        state: Mapping[str, Tensor] | None = None,
        device: str | torch.device = "cpu",
    ) -> None:
        """Make the model that `settings` describe; without `state` it has its first weights.

        `points` is the size of the clouds it was made for. Raises RunError for a state that is
        not of this model.
        """
        self._device = torch.device(device)
        self._vae: ShapeVae = build_vae(settings, points).eval().requires_grad_(False)
        self._vae.to(self._device)
        self._mixture: Mixture | None = None
        if state is not None:
            self.load_state(state)

    @property
    def settings(self) -> TrainingSettings:
        return self._vae.settings

    @property
    def latent(self) -> int:
        """d, the numbers of a code."""
        return self._vae.latent

    @property
    def points(self) -> int:
        """N of the clouds that the model was trained on, and decodes where not told otherwise."""
        return self._vae.points

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take other weights, as from a report of a training. Raises RunError if they do not fit.

        On an error the weights of before stay.
        """
        load_weights(self._vae, state)
        self._mixture = None

    def state(self) -> dict[str, Tensor]:
        """A copy of the weights, on the CPU; another model of the same settings can load it."""
        return {
            name: tensor.detach().to("cpu", copy=True)
            for name, tensor in self._vae.state_dict().items()
        }

    @torch.inference_mode()
    def encode(
        self, clouds: Float[ndarray, "clouds points 3"]
    ) -> tuple[Float[ndarray, "clouds latent"], Float[ndarray, "clouds latent"]]:
        """Means and log variances of the clouds' posteriors; the mean is the chair's code.

        Clouds are normalised and may have any number of points.
        """
        _check_shape(clouds, "clouds", 3, 3)
        means = np.empty((len(clouds), self.latent), dtype=np.float32)
        log_vars = np.empty_like(means)
        for part in _parts(len(clouds), clouds.shape[1]):
            posterior = self._vae.encode(self._tensor(clouds[part]))
            means[part] = posterior.mean.cpu().numpy()
            log_vars[part] = posterior.log_var.cpu().numpy()
        return means, log_vars

    @torch.inference_mode()
    def decode(
        self, codes: Float[ndarray, "codes latent"], points: int | None = None
    ) -> Float[ndarray, "codes points 3"]:
        """Normalised clouds of the codes; index i is the same place of the shape for every code.

        `points` other than the model's: fewer are spread over the shape; more need the pointwise
        decoder (ValueError otherwise).
        """
        _check_shape(codes, "codes", 2, self.latent)
        count = points or self.points
        clouds = np.empty((len(codes), count, 3), dtype=np.float32)
        for part in _parts(len(codes), count):
            clouds[part] = self._vae.decoder(self._tensor(codes[part]), count).cpu().numpy()
        return clouds

    def reconstruct(
        self, clouds: Float[ndarray, "clouds points 3"], points: int | None = None
    ) -> Float[ndarray, "clouds points 3"]:
        """Encode and decode again, by the posteriors' means."""
        return self.decode(self.encode(clouds)[0], points)

    @torch.inference_mode()
    def components(self) -> Components | None:
        """The prior's Gaussians."""
        return components_of(self._prior())

    def responsibilities(
        self, codes: Float[ndarray, "codes latent"]
    ) -> Float[ndarray, "codes components"]:
        """Probability that each component made each code; sums to one over the components."""
        return self._of_codes(codes, lambda tensor: self._prior().responsibilities(tensor))

    def log_density(self, codes: Float[ndarray, "codes latent"]) -> Float[ndarray, " codes"]:
        """log p(z) of the prior at each code, nats."""
        return self._of_codes(codes, lambda tensor: self._prior().log_prob(tensor))

    @torch.inference_mode()
    def sample(
        self, count: int, seed: int, component: int | None = None
    ) -> Float[ndarray, "count latent"]:
        """Draw codes from the prior, or from one component of it (0 to K - 1, else ValueError)."""
        generator = torch.Generator().manual_seed(seed)
        if component is None:
            codes = self._prior().sample(count, generator)
        else:
            codes = self._prior().sample_component(component, count, generator)
        return codes.cpu().numpy()

    def with_fitted_mixture(
        self,
        means: Float[ndarray, "chairs latent"],
        log_vars: Float[ndarray, "chairs latent"],
        components: int,
        *,
        full_covariance: bool = True,
        seed: int = 0,
    ) -> "ShapeModel":
        """This model with its prior replaced by a mixture fitted to the codes of chairs.

        Encoder and decoder stay: a baseline for mixtures that were there during training.
        """
        prior = fit_mixture(means, log_vars, components, full_covariance=full_covariance, seed=seed)
        settings = self.settings.with_changes(
            prior="mog", kl="monte_carlo", components=components, full_covariance=full_covariance
        )
        own = self._vae.state_dict()
        state = {name: own[name] for name in own if not name.startswith("prior.")}
        state |= {f"prior.{name}": tensor for name, tensor in prior.state_dict().items()}
        return ShapeModel(settings, self.points, state, self._device)

    def _prior(self) -> Mixture:
        if self._mixture is None:
            self._mixture = self._vae.prior.mixture()
        return self._mixture

    @torch.inference_mode()
    def _of_codes(self, codes: ndarray, function: Callable[[Tensor], Tensor]) -> ndarray:
        _check_shape(codes, "codes", 2, self.latent)
        return function(self._tensor(codes)).cpu().numpy()

    def _tensor(self, values: ndarray) -> Tensor:
        # A copy: torch shares memory with numpy, and a library's clouds are read-only.
        return torch.from_numpy(np.array(values, dtype=np.float32)).to(self._device)


def components_of(mixture: Mixture) -> Components:
    """The mixture's Gaussians as numpy arrays."""
    return Components(
        means=mixture.means.detach().cpu().double().numpy(),
        covariances=mixture.covariances.detach().cpu().double().numpy(),
        weights=mixture.log_weights.detach().cpu().double().exp().numpy(),
    )


def _parts(count: int, points: int) -> Iterator[slice]:
    """Slices of a batch that are computed at once."""
    size = max(1, _POINTS_AT_ONCE // max(points, 1))
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def _check_shape(values: ndarray, what: str, axes: int, last: int) -> None:
    if values.ndim != axes or values.shape[-1] != last:
        expected = "(B, N, 3)" if axes == 3 else f"(B, {last})"
        raise ValueError(f"The {what} have shape {values.shape}; give an array {expected}.")
