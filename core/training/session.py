"""One training session: model, chairs, optimiser and place, and the steps that move them.

Axes: training chairs n, batch B, points N, latent size d, components K.
"""

import math
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from core.components import Components
from core.errors import RunError, TrainingError
from core.losses import reconstruction_loss
from core.metrics.latent_use import active_units
from core.priors import initialise_components
from core.processes_together import any_process
from core.sigma_vae import equivalent_beta
from core.training import health
from core.training.batches import batches_of_epoch, share_of
from core.training.chairs import Chairs
from core.training.checkpoint import (
    Checkpoint,
    Position,
    read_optimiser,
    read_weights,
    write_checkpoint,
)
from core.training.claim import Claim
from core.training.clock import Clock
from core.training.device import check_precision, describe, make_fabric
from core.training.epoch_record import EpochRecord
from core.training.evaluation import Evaluation, draw_points
from core.training.metrics_log import MetricsLog
from core.training.optimiser import make_adam, moments, restore_moments, set_learning_rates
from core.training.reports import EpochReport, StepReport, TrainingRequest
from core.training.run import LibraryCodes, Run, StoppedBy
from core.training.schedule import kl_weight, learning_rate_factor
from core.training.seeding import Purpose, generator_for, seed_for
from core.training.snapshots import SnapshotKeeper
from core.vae import Forward, build_vae, draw_noise, load_weights

HYPER_PRIOR_WEIGHT: Final = 0.02
"""Weight of the hyper-prior beside the KL; it only has to hold what nothing else holds."""

_SYNCHRONISE_EVERY_S: Final = 0.5
"""How often a GPU is waited for, to see its loss."""

SHORTEST_BETWEEN_STEPS_S: Final = 10.0
"""Within an epoch checkpoints come no more often than this, whatever the settings say."""

_CHEAP_S: Final = 3.0
"""Encoding all chairs anew when a training is stopped may take so long."""


class Session:
    """Made for one request; `advance` does the work, `save` writes a checkpoint."""

    def __init__(self, request: TrainingRequest) -> None:
        self._request = request
        self.run = Run.open(request.run_folder)
        self.settings = self.run.settings
        self._fabric = make_fabric(self.settings.device)
        self._device: torch.device = self._fabric.device
        check_precision(self._device, self.settings.precision)
        self._writes: bool = self._fabric.is_global_zero
        self._claim = Claim(request.run_folder) if self._writes else None
        self._log: MetricsLog | None = None
        try:
            self._open(request)
        except BaseException:
            self.close()
            raise

    def _open(self, request: TrainingRequest) -> None:
        self._chairs = Chairs(
            request.library_folder, self.settings, self._device, self._fabric.world_size
        )
        self._notices: list[str] = []
        weights = self._open_position()
        self._saved_epoch = None if weights is None else self.position.epochs_done
        self._until_epoch = request.until_epoch or self.position.ends[-1]
        if self._until_epoch > self.position.ends[-1]:
            self.position.ends.append(self._until_epoch)
        self.clock = Clock(self.position.elapsed_s)
        self.clock.start()
        self._open_model(weights)
        if self._writes:
            self._log = MetricsLog(self.run.folder, self.position.epochs_done)
        self._keeper = SnapshotKeeper(
            self.run.folder,
            self.settings.kept_epochs_mb * 10**6 if self._writes else 0,
            self.position.epochs_done,
        )
        self._codes: LibraryCodes | None = None
        self._unsaved = False
        self._checkpoint_at = time.monotonic()
        self._snapshot_at = -math.inf
        self._epoch_seconds: list[float] = []

    @property
    def device_words(self) -> str:
        """Where it computes."""
        return self._device.type

    @property
    def finished(self) -> bool:
        """Whether all epochs of this session are done."""
        return self.position.epochs_done >= self._until_epoch

    def _open_position(self) -> dict[str, Tensor] | None:
        """Find the place to begin, and the weights that belong to it."""
        points = self._chairs.points
        if not self.run.has_weights:
            self.position = Position(points=points, ends=[self.settings.epochs])
            return None
        if not self._request.resume:
            raise RunError(
                f"{self.run.name}: the run has been trained already. Resume it, or give the new "
                "run another name."
            )
        weights, self.position = read_weights(self.run.folder)
        if self.position.points != points:
            raise TrainingError(
                f"{self.run.name}: the run was made for clouds of {self.position.points} "
                f"points, the library has {points}. Train a new run."
            )
        return weights

    def _open_model(self, weights: dict[str, Tensor] | None) -> None:
        position = self.position
        self._vae = build_vae(self.settings, self._chairs.points)
        if weights is not None:
            self._load_weights(weights)
        self._vae.to(self._device)
        adam = make_adam(self._vae, self.settings, self._device)
        self._record = self._new_record()
        state = read_optimiser(self.run.folder, position) if weights is not None else None
        if state is not None:
            restore_moments(self._vae, adam, state)
        elif weights is not None:
            self._notices.append(
                "The optimiser's state is not in the run's folder. It begins anew, so the loss "
                "may rise for some epochs."
            )
        if position.step_in_epoch > 0:
            if state is not None and position.chairs == self._chairs.fingerprint:
                if self._writes:  # for all: what was recorded is summed over processes
                    self._record.restore(state)
            else:
                position.step_in_epoch = 0  # there are other chairs now: begin the epoch again
        position.chairs = self._chairs.fingerprint
        self._wrapped, self._adam = self._fabric.setup(self._vae, adam)
        self._evaluation = Evaluation(self._vae, self._chairs, self.settings, self._device)

    def _load_weights(self, weights: dict[str, Tensor]) -> None:
        try:
            load_weights(self._vae, weights)
        except RunError as error:
            raise RunError(f"{self.run.name} cannot be resumed. {error}") from error

    def _new_record(self) -> EpochRecord:
        return EpochRecord(len(self._chairs.train), self.settings.latent, self._device)

    # Steps

    def advance(self) -> Iterator[StepReport | EpochReport]:
        """Train to the end, a report at a time. Between reports the state can be saved."""
        while not self.finished:
            yield from self._advance_epoch()

    def _advance_epoch(self) -> Iterator[StepReport | EpochReport]:
        position = self.position
        if self._components_are_due():
            self._place_components()
        batches = batches_of_epoch(
            len(self._chairs.train),
            self.settings.batch,
            self.settings.seed,
            position.epochs_done,
        )
        began, chairs_before = self.clock.seconds, self._record.chairs_done
        seen_at, loss = -math.inf, math.nan
        self._vae.train()
        for step in range(position.step_in_epoch, len(batches)):
            loss_tensor = self._step(step, len(batches), batches[step])
            position.step_in_epoch = step + 1
            self._unsaved = True
            if self._claim is not None:
                self._claim.beat()
            elapsed_s = self.clock.seconds
            if self._device.type == "cpu" or elapsed_s - seen_at > _SYNCHRONISE_EVERY_S:
                self._check_finite(step)
                loss, seen_at = float(loss_tensor), elapsed_s
            if step + 1 < len(batches) and self._all_agree(self._is_overdue(elapsed_s - began)):
                self.save("running")
            chairs = (self._record.chairs_done - chairs_before) * self._fabric.world_size
            yield StepReport(
                epoch=position.epochs_done + 1,
                step=step + 1,
                steps=len(batches),
                loss=loss,
                elapsed_s=elapsed_s,
                chairs_per_s=chairs / max(elapsed_s - began, 1e-9),
            )
        chairs = (self._record.chairs_done - chairs_before) * self._fabric.world_size
        yield self._end_epoch(began, chairs)

    def _all_agree(self, says: bool) -> bool:
        """What the first process says; the others' clocks may be of another opinion."""
        return any_process(says and self._writes)

    def _is_overdue(self, epoch_so_far_s: float) -> bool:
        """Whether a checkpoint cannot wait for the end of an epoch that takes so long."""
        due = max(self.settings.checkpoint_every_s, SHORTEST_BETWEEN_STEPS_S)
        return epoch_so_far_s >= due and time.monotonic() - self._checkpoint_at >= due

    def _step(self, step: int, steps: int, whole: Int[Tensor, " batch"]) -> Float[Tensor, ""]:
        settings, source = self.settings, self._chairs.train
        epoch = self.position.epochs_done
        progress = epoch + step / steps
        factor = learning_rate_factor(settings, progress, self.position.ends)
        set_learning_rates(self._adam, settings, factor)
        # Each process draws for the whole batch and takes its own share: as one alone would.
        generator = generator_for(settings.seed, Purpose.STEP, epoch, step, 0)
        indices = draw_points(settings, source.points, generator)
        share = share_of(len(whole), self._fabric.global_rank, self._fabric.world_size)
        positions = whole[share]
        noise = draw_noise(settings.kl_samples, len(whole), settings.latent, generator).of(share)
        clouds = source.batch(positions, indices)
        forward: Forward = self._wrapped(
            clouds, noise.to(self._device), indices, self._is_pretraining()
        )
        reconstruction = reconstruction_loss(
            settings.loss, forward.reconstruction, clouds, generator=generator
        ).mean()
        weight = self._kl_weight(progress, self._of_all(reconstruction, positions, whole))
        loss: Tensor = reconstruction + weight * self._divergence(forward)
        self._adam.zero_grad()
        # Processes count alike where gradients are averaged, so each counts by its chairs here.
        self._fabric.backward(loss * (len(positions) * self._fabric.world_size / len(whole)))
        gradient = self._clip_gradient()
        self._record.add(positions, forward, loss, reconstruction, gradient)
        if self._device.type == "cpu":
            self._check_finite(step)  # before the weights take it in
        self._adam.step()
        return loss.detach()

    def _of_all(
        self,
        reconstruction: Float[Tensor, ""],
        positions: Int[Tensor, " share"],
        whole: Int[Tensor, " batch"],
    ) -> Float[Tensor, ""]:
        """The average over the whole batch, of which this process has a share.

        Where nothing weighs by it, only the share's: processes need not wait for one another.
        """
        if self._fabric.world_size == 1 or self.settings.likelihood == "fixed":
            return reconstruction
        total = self._fabric.all_reduce(reconstruction.detach() * len(positions), reduce_op="sum")
        return torch.as_tensor(total) / len(whole)

    def _kl_weight(
        self, progress: float, reconstruction: Float[Tensor, ""]
    ) -> float | Float[Tensor, ""]:
        """Weight of the KL beside a reconstruction loss, at this progress in epochs."""
        weight = kl_weight(self.settings, progress)
        if self.settings.likelihood == "fixed":
            return weight
        # Of the whole cloud, also where a step looks at some points only: they estimate its error.
        return weight * equivalent_beta(reconstruction, self._chairs.points)

    def _divergence(self, forward: Forward) -> Float[Tensor, ""]:
        if self.settings.kl.startswith("article"):
            return forward.kl_with_free_bits  # the study as it stands, nothing added
        return forward.kl_with_free_bits + HYPER_PRIOR_WEIGHT * forward.penalty

    def _clip_gradient(self) -> Float[Tensor, ""]:
        """Shorten the gradient to the limit; its length before, zero where there is no limit."""
        if self.settings.gradient_clip == 0.0:
            return torch.zeros((), device=self._device)
        return torch.nn.utils.clip_grad_norm_(
            self._vae.parameters(), self.settings.gradient_clip, foreach=True
        )

    def _check_finite(self, step: int) -> None:
        """Raise TrainingError naming the term that is not finite, if there is one."""
        averages = self._record.averages()
        wrong = [term for term, value in averages.items() if not math.isfinite(value)]
        if wrong:
            # The loss is the sum of the others; where they tell, they tell more.
            terms = [term for term in wrong if term != "loss"] or wrong
            raise self._not_finite(terms[0], step)

    def _not_finite(self, term: str, step: int) -> TrainingError:
        place = f"{self.run.name}, epoch {self.position.epochs_done + 1}, step {step + 1}"
        return TrainingError(health.not_finite(place, term, self.settings, self._saved_epoch))

    # Components

    def _is_pretraining(self) -> bool:
        """Whether a standard normal still stands for the prior."""
        return self.settings.places_components and not self.position.components_placed

    def _components_are_due(self) -> bool:
        return (
            self._is_pretraining() and self.position.epochs_done >= self.settings.pretraining_epochs
        )

    def _place_components(self) -> None:
        """Start the prior's components at the training chairs' codes."""
        source = self._chairs.train
        seed = seed_for(self.settings.seed, Purpose.COMPONENTS)
        # As many points as a step has: the codes that the prior will meet, and sooner.
        indices = draw_points(self.settings, source.points, torch.Generator().manual_seed(seed))
        means, log_vars = self._evaluation.encode(source, indices)
        prior = self._vae.prior
        initialise_components(prior, means, log_vars, seed, cloud=source.cloud)
        if self._fabric.world_size > 1:
            prior.load_state_dict(self._fabric.broadcast(prior.state_dict()))
        self.position.components_placed = True

    # The end of an epoch

    def _end_epoch(self, began: float, chairs: int) -> EpochReport:
        position, settings = self.position, self.settings
        if self._fabric.world_size > 1:
            self._record.join(self._fabric)
        self._check_finite(position.step_in_epoch - 1)
        averages = self._record.averages()
        codes, test_reconstruction = self._evaluation.after_epoch(self._record)
        self._codes = codes
        components = self._evaluation.components()
        train_codes = codes.codes[self._chairs.train_indices]
        usage = codes.responsibilities[self._chairs.train_indices].mean(axis=0)
        position.epochs_done += 1
        position.step_in_epoch = 0
        self._unsaved = True
        self._record = self._new_record()
        progress = float(position.epochs_done)
        factor = learning_rate_factor(settings, progress, position.ends)
        seconds = self.clock.seconds - began
        self._epoch_seconds.append(seconds)
        report = EpochReport(
            epoch=position.epochs_done,
            epochs=self._until_epoch,
            loss=averages["loss"],
            reconstruction=averages["reconstruction loss"],
            kl=averages["KL"],
            beta=float(self._kl_weight(progress, torch.tensor(averages["reconstruction loss"]))),
            learning_rate=settings.learning_rate * factor,
            active_units=active_units(train_codes),
            latent=settings.latent,
            component_usage=usage,
            test_reconstruction=test_reconstruction,
            elapsed_s=self.clock.seconds,
            remaining_s=self._remaining_s(),
            chairs_per_s=chairs / max(seconds, 1e-9),
            device=describe(self._device),
            alarms=self._new_alarms(averages["loss"], train_codes, usage, components),
            chair_ids=self._chairs.ids,
            codes=codes.codes,
            responsibilities=codes.responsibilities,
            components=components,
            model_state=self._snapshot(),
        )
        if self._log is not None:
            self._log.write(report)
        self._keep_epoch(codes, components)
        if self.finished:
            self.save("end")
        elif time.monotonic() - self._checkpoint_at >= settings.checkpoint_every_s:
            self.save("running")
        return report

    def _new_alarms(
        self,
        loss: float,
        train_codes: Float[ndarray, "chairs latent"],
        usage: Float[ndarray, " components"],
        components: Components,
    ) -> tuple[str, ...]:
        """Alarms that did not stand after the epoch before, and notices."""
        position = self.position
        best_loss = math.inf if position.best_loss is None else position.best_loss
        vitals = health.Vitals(
            position.epochs_done, loss, best_loss, train_codes, usage, components
        )
        standing = health.alarms(self.settings, vitals)
        new = [standing[kind] for kind in standing if kind not in position.alarms]
        notices, self._notices = self._notices, []
        position.alarms = list(standing)
        position.best_loss = min(loss, best_loss)
        return (*notices, *new)

    def _remaining_s(self) -> float:
        recent = self._epoch_seconds[-5:]
        return (self._until_epoch - self.position.epochs_done) * sum(recent) / len(recent)

    def _keep_epoch(self, codes: LibraryCodes, components: Components) -> None:
        """Keep a copy of the model as it is now, if this epoch is among those to be kept."""
        if not self._keeper.is_due(self.position.epochs_done, self.position.ends[-1]):
            return
        try:
            self._keeper.keep(replace(self.position), self._weights_on_cpu(), codes, components)
        except OSError as error:
            # The training can go on: what it needs is the checkpoint, which will tell for itself.
            self._keeper = SnapshotKeeper(self.run.folder, 0, self.position.epochs_done)
            self._notices.append(
                f"Epoch {self.position.epochs_done} could not be kept "
                f"({error.strerror or error}), so no more epochs are kept in this session."
            )

    def _snapshot(self) -> dict[str, Tensor] | None:
        now = time.monotonic()
        if not self.finished and now - self._snapshot_at < self._request.snapshot_every_s:
            return None
        self._snapshot_at = now
        return self._weights_on_cpu()

    def _weights_on_cpu(self) -> dict[str, Tensor]:
        return {
            name: tensor.detach().to("cpu", copy=True)
            for name, tensor in self._vae.state_dict().items()
        }

    # Saving

    def begin(self) -> None:
        """Note that the session runs."""
        self._write_state("running")

    def save(self, stopped_by: StoppedBy) -> None:
        """Write a checkpoint of this moment, if anything moved since the last.

        Raises TrainingError instead if the weights are not finite; the last checkpoint stays.
        """
        unfinished: dict[str, Tensor] = {}
        if self._unsaved and self.position.step_in_epoch > 0:
            together = self._fabric if self._fabric.world_size > 1 else None
            unfinished = self._record.state(together)  # all processes save at the same place
        if self._unsaved and self._writes:
            self._check_weights()
            self.position.elapsed_s = self.clock.seconds
            optimiser = moments(self._vae, self._adam.optimizer) | unfinished
            checkpoint = Checkpoint(replace(self.position), self._weights_on_cpu(), optimiser)
            if self._log is not None:
                self._log.flush()
            write_checkpoint(self.run.folder, checkpoint)
            self._saved_epoch = self.position.epochs_done
            self._save_codes(stopped_by)
        elif self._writes and stopped_by == "end" and not self._has_codes():
            self._save_codes(stopped_by)  # a crash came between the last weights and their codes
        self._unsaved = False
        self._checkpoint_at = time.monotonic()
        self._write_state(stopped_by)

    def fail(self, message: str) -> None:
        """Note why the session ended, where the disk allows it; the last checkpoint stays."""
        with suppress(OSError):
            self._write_state("error", message)

    def close(self) -> None:
        """Let others train the run."""
        if self._claim is not None:
            self._claim.release()

    def _write_state(self, stopped_by: StoppedBy, message: str = "") -> None:
        if self._writes:
            self.run.write_state(stopped_by, self._saved_epoch or 0, message)

    def _check_weights(self) -> None:
        step = max(self.position.step_in_epoch - 1, 0)
        self._check_finite(step)
        for name, tensor in self._vae.state_dict().items():
            if not bool(torch.isfinite(tensor).all()):
                raise self._not_finite(f"weight {name}", step)

    def _has_codes(self) -> bool:
        try:
            return self.run.codes() is not None
        except RunError:
            return False  # damaged ones are made again

    def _save_codes(self, stopped_by: StoppedBy) -> None:
        """Save codes of all chairs: exact at the end, and where that does not keep one waiting."""
        is_quick = self._evaluation.seconds_for_all < _CHEAP_S
        if stopped_by == "end" or (stopped_by == "stop" and is_quick):
            self._codes = self._evaluation.exact_codes()
        if self._codes is not None:
            self.run.write_codes(self._codes)
