"""Adam with a learning rate of its own for the prior, and its moments by parameters' names."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from core.training.settings import TrainingSettings
from core.vae import PRIOR_PARAMETERS, ShapeVae

_MOMENTS = ("exp_avg", "exp_avg_sq")


def make_adam(vae: ShapeVae, settings: TrainingSettings, device: torch.device) -> torch.optim.Adam:
    """Adam over all parameters, in two groups: networks and prior."""
    networks: list[nn.Parameter] = []
    prior: list[nn.Parameter] = []
    for name, parameter in vae.named_parameters():
        (prior if name.startswith(PRIOR_PARAMETERS) else networks).append(parameter)
    groups: list[dict[str, Any]] = [{"params": networks, "lr": settings.learning_rate}]
    if prior:
        groups.append({"params": prior, "lr": settings.prior_learning_rate})
    # One pass over each tensor instead of five.
    return torch.optim.Adam(groups, fused=device.type in ("cpu", "cuda"))


def set_learning_rates(
    adam: torch.optim.Optimizer, settings: TrainingSettings, factor: float
) -> None:
    """Multiply the settings' learning rates by the schedule's factor."""
    rates = (settings.learning_rate, settings.prior_learning_rate)
    for group, rate in zip(adam.param_groups, rates, strict=False):
        group["lr"] = rate * factor


def moments(vae: ShapeVae, adam: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Adam's state as tensors by name; parameters that never had a gradient have none."""
    tensors = {}
    for name, parameter in vae.named_parameters():
        state = adam.state.get(parameter)
        if state:
            tensors[f"adam.{name}.step"] = torch.as_tensor(state["step"])
            for moment in _MOMENTS:
                tensors[f"adam.{name}.{moment}"] = state[moment]
    return tensors


def restore_moments(
    vae: ShapeVae, adam: torch.optim.Optimizer, tensors: Mapping[str, Tensor]
) -> None:
    """Undo `moments`; parameters that are not there start without moments."""
    for name, parameter in vae.named_parameters():
        step = tensors.get(f"adam.{name}.step")
        if step is None:
            continue
        fused_elsewhere = parameter.device.type == "cuda"
        adam.state[parameter] = {
            "step": step.to(parameter.device) if fused_elsewhere else step,
            **{
                moment: tensors[f"adam.{name}.{moment}"].to(parameter.device) for moment in _MOMENTS
            },
        }
