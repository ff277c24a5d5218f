"""What can go wrong around a training, in sentences that say what to do."""

import errno
import gc
import traceback
from contextlib import suppress
from typing import Final

import torch

from core.errors import TrainingError
from core.training.run import Run
from core.training.settings import info

_KEPT: Final = "The last checkpoint is kept; resume the run when that is done."

# How allocators say that there is no room; torch has an error of its own for CUDA only.
_NO_MEMORY: Final = (
    "DefaultCPUAllocator: can't allocate memory",
    "DefaultCPUAllocator: not enough memory",
    "out of memory",
)
# How a device says that it does not answer any more.
_LOST: Final = (
    "CUDA error",
    "CUDA driver error",
    "CUDNN_STATUS",
    "CUBLAS_STATUS",
    "cuDNN error",
    "device-side assert",
    "MPS backend",
    "Connection reset by peer",
    "Connection closed by peer",
)


def as_training_error(error: Exception, run: Run, device: str) -> TrainingError | None:
    """The error as a sentence; None for one that nobody expects, which is a fault of ours."""
    if isinstance(error, OSError):
        return TrainingError(_disk_words(error, run))
    words = str(error)
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and any(part in words for part in _NO_MEMORY)
    ):
        _let_go_of(error)
        return TrainingError(_memory_words(run, device))
    if isinstance(error, RuntimeError) and any(part in words for part in _LOST):
        _let_go_of(error)
        first = words.splitlines()[0] if words else type(error).__name__
        return TrainingError(
            f"{run.name}: the device {device} does not answer any more ({first}). Start the "
            f"program again; if it comes again, set {info('device').label} to CPU. {_KEPT}"
        )
    return None


def unexpected_words(error: Exception, run: Run) -> str:
    """For a fault of ours: what the run's state says of it."""
    what = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"{run.name}: the training failed unexpectedly ({what}). {_KEPT}"


def _disk_words(error: OSError, run: Run) -> str:
    why = error.strerror or str(error)
    cure = {
        errno.ENOSPC: "The disk is full: make room on it",
        errno.EDQUOT: "Your share of the disk is full: make room on it",
        errno.EROFS: "The disk is read-only: copy the project to one that can be written",
        errno.EACCES: "Give this program the right to write there",
        errno.EPERM: "Give this program the right to write there",
        errno.ENOENT: "Something of the run was removed or moved: put it back",
        errno.EIO: "The disk fails: copy the project to another one",
    }.get(error.errno or 0, "Make room on the disk or check permissions")
    return f"{run.folder}: the run could not be read or written ({why}). {cure}. {_KEPT}"


def _memory_words(run: Run, device: str) -> str:
    settings = run.settings
    points = settings.points_per_step
    of = "this computer" if device == "cpu" else f"the device {device}"
    fewer = f"fewer {info('points_per_step').label.lower()} (now {points or 'all'})"
    return (
        f"{run.name}: the memory of {of} is full. Close other programs, or train a new run or a "
        f"fork with a smaller {info('batch').label.lower()} (now {settings.batch}) or {fewer}. "
        "The last checkpoint is kept."
    )


def _let_go_of(error: BaseException) -> None:
    """Give back what the frames of the error hold, so that there is room to go on."""
    traceback.clear_frames(error.__traceback__)
    error.__traceback__ = None
    gc.collect()
    with suppress(RuntimeError):  # a device that is lost holds nothing that could be given back
        torch.cuda.empty_cache()
