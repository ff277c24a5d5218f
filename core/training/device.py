"""Where a training computes: lightning-fabric's handling of CPU, GPU and several of them."""

import atexit
import os
from typing import TYPE_CHECKING

import torch
from torch import distributed

from core.errors import TrainingError
from core.processes_together import on_this_machine, started_together

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from lightning_fabric.strategies import DDPStrategy


def make_fabric(device: str) -> "Fabric":
    """A Fabric on one device, or on all that `torchrun` started processes for.

    `device` is auto, cpu, cuda or mps; raises TrainingError where there is none of that kind.
    """
    # Imported here, for it takes a second that a window which does not train can do without.
    from lightning_fabric import Fabric
    from lightning_fabric.utilities.exceptions import MisconfigurationException

    try:
        if started_together():
            here = on_this_machine()
            fabric = Fabric(
                accelerator=device,
                devices=here,
                num_nodes=int(os.environ["WORLD_SIZE"]) // here,
                strategy=_strategy(),
            )
        else:
            fabric = Fabric(accelerator=device, devices=1)
        fabric.launch()
        if started_together() and torch.cuda.is_available():
            atexit.register(_leave_together)  # NCCL complains of processes that just go
    except (MisconfigurationException, RuntimeError, ValueError) as error:
        raise TrainingError(
            f"The device {device!r} cannot be used here ({error}). Choose auto or cpu."
        ) from error
    return fabric


def check_precision(device: torch.device, precision: str) -> None:
    """Raise TrainingError where a device has no numbers of that kind, or would only emulate them.

    A CPU without them computes them slowly, and correctly: there a run of elsewhere can go on.
    """
    if precision == "float32" or device.type == "cpu":
        return
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return
    raise TrainingError(
        f"The precision {precision!r} cannot be used on {describe(device)}. Choose float32."
    )


def _strategy() -> "DDPStrategy":
    """Of several processes."""
    from lightning_fabric.strategies import DDPStrategy

    return DDPStrategy(
        # The prior takes no part in the steps before its components are placed.
        find_unused_parameters=True,
        # What is asked in words, "stop?", goes over the CPU and makes no GPU wait.
        process_group_backend="cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo",
    )


def _leave_together() -> None:
    if distributed.is_initialized():
        distributed.destroy_process_group()


def find_device(wanted: str) -> str:
    """Where a training with this setting would compute, as `describe` says it.

    Empty where there is none of that kind.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    kinds = tuple(there) if wanted == "auto" else (wanted,)
    found = next((kind for kind in kinds if there[kind]), None)
    return "" if found is None else describe(torch.device(found))


def describe(device: torch.device) -> str:
    """The device in a few words: cpu, mps, or cuda with the GPU's name."""
    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    return device.type
