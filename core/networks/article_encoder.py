"""The study's encoder: a PointNet from a cloud to the mean and log-variance of its code."""

from itertools import pairwise
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from core.networks.critical_points import find_critical_points, largest_values
from core.processes_together import are_several, sum_over_processes

# Log-variances outside this range make the KL or the sampling overflow.
LOG_VARIANCE_RANGE = (-6.0, 2.0)

_CHANNELS = 1024


class ArticleEncoder(nn.Module):
    """PointNet encoder: 3→64→128→1024 a point, max over points, 1024→512→256→9, two heads 9→d.

    ReLU stands between the layers. The study's pointwise convolutions of kernel 1 are linear
    layers here: the same arithmetic and the same parameters, as plain matrix products. It has
    799,173 parameters at d = 3, the decoder not counted.

    `batch_norm_after_max` adds batch normalisation to the three layers after the max (the study
    has none). Without it all chairs start at nearly the same mean and the posterior collapses.
    No layer before the max mixes points, so the critical points carry all of the gradient.
    """

    def __init__(self, latent: int = 3, batch_norm_after_max: bool = False) -> None:
        super().__init__()
        if latent < 1:
            raise ValueError(f"latent={latent} is too small: a code needs at least 1 number.")
        self.latent = latent
        self.batch_norm_after_max = batch_norm_after_max
        self.point_layers = nn.ModuleList([nn.Linear(3, 64), nn.Linear(64, 128)])
        self.channel_layer = nn.Linear(128, _CHANNELS)
        head_sizes = (_CHANNELS, 512, 256, 9)
        self.head_layers = nn.ModuleList(
            nn.Linear(before, after) for before, after in pairwise(head_sizes)
        )
        self.head_norms = nn.ModuleList(
            _BatchNorm(size) if batch_norm_after_max else nn.Identity() for size in head_sizes[1:]
        )
        self.mean = nn.Linear(head_sizes[-1], latent)
        self.log_variance = nn.Linear(head_sizes[-1], latent)

    def forward(
        self, clouds: Float[Tensor, "batch points 3"]
    ) -> tuple[Float[Tensor, "batch latent"], Float[Tensor, "batch latent"]]:
        """Give the mean and the log-variance, clamped to `LOG_VARIANCE_RANGE`, of each code.

        Same value and gradient as `forward_plain`, by way of the critical points.
        """
        _check_clouds(clouds)
        if torch.is_grad_enabled():
            winners = self.critical_points(clouds)
            # Autocast is for the search, which is nearly all of the work. Channels of different
            # clouds differ by little at first, and batch normalisation would enlarge what fewer
            # digits did to them.
            with torch.autocast(clouds.device.type, enabled=False):
                return self._head(self._values_at(winners, clouds))
        hidden = self._hidden(clouds)
        largest = largest_values(hidden, self.channel_layer.weight)
        return self._head(largest + self.channel_layer.bias)

    def forward_plain(
        self, clouds: Float[Tensor, "batch points 3"]
    ) -> tuple[Float[Tensor, "batch latent"], Float[Tensor, "batch latent"]]:
        """Do the same the obvious way: every point through every layer, with gradient."""
        _check_clouds(clouds)
        pooled, _ = self.channel_layer(self._hidden(clouds)).max(dim=1)
        return self._head(pooled)

    @torch.no_grad()
    def critical_points(self, clouds: Float[Tensor, "batch points 3"]) -> Tensor:
        """Give the index of the point that wins each channel, (B, 1024)."""
        _check_clouds(clouds)
        return find_critical_points(self._hidden(clouds), self.channel_layer.weight)

    def _hidden(self, points: Tensor) -> Tensor:
        for layer in self.point_layers:
            points = functional.relu(layer(points), inplace=True)
        return points

    def _values_at(self, winners: Tensor, clouds: Tensor) -> Tensor:
        """Each channel's value at the point that wins it, both (batch, channels)."""
        first_of_cloud = torch.arange(len(clouds), device=clouds.device)[:, None] * clouds.shape[1]
        rows = (winners + first_of_cloud).flatten()
        points = clouds.reshape(-1, 3)
        if rows.device.type == "cpu":
            # About 200 points of 5,000 win all channels: do the layers once for each of them.
            rows, place = torch.unique(rows, return_inverse=True)
            hidden = self._hidden(points.index_select(0, rows)).index_select(0, place)
        else:
            # Removing duplicates would make the accelerator wait for the count of them.
            hidden = self._hidden(points.index_select(0, rows))
        # Each channel needs its own winner only, so this is not a matrix product any more.
        hidden = hidden.view(*winners.shape, -1)  # (batch, channels, hidden)
        return (hidden * self.channel_layer.weight).sum(dim=-1) + self.channel_layer.bias

    def _head(self, pooled: Tensor) -> tuple[Tensor, Tensor]:
        features = functional.relu(pooled)  # after the max, for ReLU keeps the order of values
        for layer, norm in zip(self.head_layers, self.head_norms, strict=True):
            features = functional.relu(norm(layer(features)))
        return self.mean(features), clamp_keeping_way_back(
            self.log_variance(features), *LOG_VARIANCE_RANGE
        )


class _BatchNorm(nn.BatchNorm1d):
    """Batch normalisation that uses its running statistics for a batch of one cloud.

    A last batch of one has no variance; torch would refuse it in the middle of an epoch.
    Of several processes all take the mean and variance of the whole batch, as one alone would.
    """

    def forward(self, features: Tensor) -> Tensor:
        if self.training and are_several():
            return self._of_all_processes(features)
        if self.training and len(features) == 1:
            return self._by_running_statistics(features)
        return super().forward(features)

    def _by_running_statistics(self, features: Tensor) -> Tensor:
        return functional.batch_norm(
            features,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            training=False,
            eps=self.eps,
        )

    def _of_all_processes(self, features: Tensor) -> Tensor:
        count = torch.full((1, features.shape[1]), float(len(features)), device=features.device)
        totals = sum_over_processes(torch.cat([features.sum(dim=0, keepdim=True), count]))
        count = totals[1:].detach()
        mean = totals[:1] / count
        # In a second pass: the difference of two large numbers would lose the variance.
        squares = sum_over_processes(((features - mean) ** 2).sum(dim=0, keepdim=True))
        size = float(count[0, 0])
        if size < 2:
            return self._by_running_statistics(features)
        with torch.no_grad():
            assert self.running_mean is not None
            assert self.running_var is not None
            assert self.num_batches_tracked is not None
            momentum = 0.1 if self.momentum is None else self.momentum
            self.num_batches_tracked.add_(1)
            self.running_mean.lerp_(mean[0], momentum)
            self.running_var.lerp_(squares[0] / (size - 1.0), momentum)
        normalised = (features - mean) * (squares / size + self.eps).rsqrt()
        scaled: Tensor = normalised * self.weight + self.bias
        return scaled


def clamp_keeping_way_back(values: Tensor, lowest: float, highest: float) -> Tensor:
    """Clamp, but let a gradient through that leads a value outside the range back into it.

    The plain clamp has no gradient outside: a log-variance that was once pushed past the limit
    (by the reconstruction, before the KL has its full weight) could never return.
    """
    clamped: Tensor = _ClampKeepingWayBack.apply(values, lowest, highest)  # type: ignore[no-untyped-call]
    return clamped


class _ClampKeepingWayBack(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, lowest: float, highest: float) -> Tensor:
        ctx.save_for_backward(values)
        ctx.range = (lowest, highest)
        return values.clamp(lowest, highest)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (values,) = ctx.saved_tensors
        (gradient,) = gradients
        lowest, highest = ctx.range
        # Descent moves against the gradient, so a positive gradient lowers the value.
        blocked = ((values < lowest) & (gradient > 0)) | ((values > highest) & (gradient < 0))
        return gradient.masked_fill(blocked, 0.0), None, None


def _check_clouds(clouds: Tensor) -> None:
    if clouds.ndim != 3 or clouds.shape[-1] != 3 or clouds.shape[1] == 0:
        raise ValueError(
            f"The encoder got clouds of shape {tuple(clouds.shape)}; give (batch, points, 3) "
            "with at least one point."
        )
