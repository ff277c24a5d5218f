"""Several processes that train one model together (torchrun), seen from where they meet."""

import os
from typing import Final

import torch
from torch import Tensor, distributed

_RANK: Final = "RANK"


def started_together() -> bool:
    """Whether torchrun started this process, among others or alone."""
    return distributed.is_available() and distributed.is_torchelastic_launched()


def is_first() -> bool:
    """Whether this process makes and writes what all share; true for one that is alone."""
    return not started_together() or os.environ.get(_RANK, "0") == "0"


def on_this_machine() -> int:
    """How many of the processes share this machine's cores."""
    if not started_together():
        return 1
    return int(os.environ.get("LOCAL_WORLD_SIZE", os.environ["WORLD_SIZE"]))


def are_several() -> bool:
    """Whether several processes have met and compute together."""
    return (
        distributed.is_available()
        and distributed.is_initialized()
        and distributed.get_world_size() > 1
    )


def sum_over_processes(values: Tensor) -> Tensor:
    """The sum of all processes' values; the gradient flows back to each."""
    from torch.distributed.nn.functional import all_reduce

    total: Tensor = all_reduce(values)  # type: ignore[no-untyped-call]
    return total


def any_process(says: bool) -> bool:
    """Whether any of them says so; all must ask at the same place, for each waits for all.

    By the CPU's backend, which `core.training.device` has beside a GPU's.
    """
    if not are_several():
        return says
    flag = torch.tensor(float(says))
    distributed.all_reduce(flag, op=distributed.ReduceOp.MAX)
    return bool(flag.item())
