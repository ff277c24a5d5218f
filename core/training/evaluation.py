"""Codes and test losses by a model as it is at one moment of its training: nothing moves here."""

import time
from typing import Final

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from core.components import Components
from core.losses import reconstruction_loss
from core.shape_model import components_of
from core.training.batches import CloudSource
from core.training.chairs import Chairs
from core.training.epoch_record import EpochRecord
from core.training.run import LibraryCodes
from core.training.seeding import Purpose, generator_for
from core.training.settings import TrainingSettings
from core.vae import ShapeVae

_TEST_CHAIRS: Final = 128
"""Test chairs whose reconstruction is measured after an epoch."""

_CHAIRS_AT_ONCE: Final = 16

Means = Float[ndarray, "chairs latent"]


class Evaluation:
    """Looks at a model in eval mode; leaves it in training mode."""

    def __init__(
        self, vae: ShapeVae, chairs: Chairs, settings: TrainingSettings, device: torch.device
    ) -> None:
        self._vae = vae
        self._chairs = chairs
        self._settings = settings
        self._device = device
        self._seconds_per_chair = 0.0

    @property
    def seconds_for_all(self) -> float:
        """How long `exact_codes` will take, by the speed of the last encoding."""
        return self._seconds_per_chair * len(self._chairs)

    def after_epoch(self, record: EpochRecord) -> tuple[LibraryCodes, float | None]:
        """Codes of all chairs, and the loss of some test chairs.

        Training chairs' codes are those that came by during the epoch; test chairs are encoded
        now, and decoded from their posteriors' means.
        """
        test = self._chairs.test
        # The same points and directions after each epoch, so that epochs can be compared.
        generator = generator_for(self._settings.seed, Purpose.EVALUATION)
        indices = draw_points(self._settings, test.points, generator)
        means, log_vars = self.encode(test, indices)
        codes = self._library_codes(
            self._chairs.joined(record.means.cpu().numpy(), means),
            self._chairs.joined(record.log_vars.cpu().numpy(), log_vars),
            exact=False,
        )
        return codes, self._test_loss(means, indices, generator)

    def exact_codes(self) -> LibraryCodes:
        """Codes of all chairs by the weights as they are, from all points."""
        train_means, train_log_vars = self.encode(self._chairs.train)
        test_means, test_log_vars = self.encode(self._chairs.test)
        return self._library_codes(
            self._chairs.joined(train_means, test_means),
            self._chairs.joined(train_log_vars, test_log_vars),
            exact=True,
        )

    @torch.no_grad()
    def components(self) -> Components:
        """The prior's Gaussians."""
        self._vae.eval()
        components = components_of(self._vae.prior.mixture())
        self._vae.train()
        return components

    @torch.no_grad()
    def encode(
        self, source: CloudSource, indices: Int[Tensor, " points"] | None = None
    ) -> tuple[Means, Means]:
        """Means and log variances of a source's chairs, from all points or those of `indices`."""
        self._vae.eval()
        began = time.perf_counter()
        means = np.zeros((len(source), self._settings.latent), dtype=np.float32)
        log_vars = np.zeros_like(means)
        for positions in torch.split(torch.arange(len(source)), _CHAIRS_AT_ONCE):
            if len(positions):
                posterior = self._vae.encode(source.batch(positions, indices))
                means[positions.numpy()] = posterior.mean.cpu().numpy()
                log_vars[positions.numpy()] = posterior.log_var.cpu().numpy()
        if len(source):
            share = 1.0 if indices is None else len(indices) / source.points
            self._seconds_per_chair = (time.perf_counter() - began) / len(source) / share
        self._vae.train()
        return means, log_vars

    @torch.no_grad()
    def _test_loss(
        self, means: Means, indices: Int[Tensor, " points"] | None, generator: torch.Generator
    ) -> float | None:
        test = self._chairs.test
        if len(test) == 0:
            return None
        self._vae.eval()
        count = min(len(test), _TEST_CHAIRS)
        chosen = torch.from_numpy(np.linspace(0, len(test) - 1, count).astype(np.int64))
        total = 0.0
        for positions in torch.split(chosen, _CHAIRS_AT_ONCE):
            codes = torch.from_numpy(means[positions.numpy()]).to(self._device)
            decoded = self._vae.decoder(codes, indices=indices)
            clouds = test.batch(positions, indices)
            losses = reconstruction_loss(self._settings.loss, decoded, clouds, generator=generator)
            total += float(losses.sum())
        self._vae.train()
        return total / count

    @torch.no_grad()
    def _library_codes(self, codes: Means, log_vars: Means, exact: bool) -> LibraryCodes:
        self._vae.eval()
        responsibilities = self._vae.prior.responsibilities(
            torch.from_numpy(codes).to(self._device)
        )
        self._vae.train()
        return LibraryCodes(
            ids=self._chairs.ids,
            codes=codes,
            log_vars=log_vars,
            responsibilities=responsibilities.cpu().numpy(),
            exact=exact,
            posed_hashes=self._chairs.posed_hashes,
        )


def draw_points(
    settings: TrainingSettings, available: int, generator: torch.Generator
) -> Int[Tensor, " points"] | None:
    """Which points of every cloud take part in a step, in order; None: all."""
    wanted = settings.points_per_step
    if wanted == 0 or wanted >= available:
        return None
    return torch.randperm(available, generator=generator)[:wanted].sort().values
