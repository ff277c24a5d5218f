"""Named tensors in one safetensors file with a checksum and a little JSON beside them."""

import errno
import json
import os
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from safetensors import SafetensorError, safe_open

from core.atomic import replaced_atomically
from core.errors import RunError

if TYPE_CHECKING:  # loading torch takes a second, and facts are read without
    from torch import Tensor

_FORMAT: Final = 1


def write_tensors(path: Path, tensors: "Mapping[str, Tensor]", facts: Mapping[str, Any]) -> None:
    """Replace `path` atomically; `facts` are JSON values that are read without the tensors.

    Raises OSError.
    """
    from safetensors.torch import save_file

    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    metadata = {
        "format": str(_FORMAT),
        "checksum": str(_checksum(plain)),
        "facts": json.dumps(dict(facts)),
    }
    with replaced_atomically(path) as temporary:
        try:
            save_file(plain, temporary, metadata=metadata)
        except SafetensorError as error:
            raise _as_os_error(path, error) from error


def read_facts(path: Path) -> dict[str, Any]:
    """What was written beside the tensors. Raises RunError."""
    try:
        with safe_open(path, framework="np") as file:
            return _facts(path, file.metadata())
    except (OSError, SafetensorError) as error:
        raise _damaged(path, error) from error


def read_tensors(path: Path) -> "tuple[dict[str, Tensor], dict[str, Any]]":
    """Tensors on the CPU, and the facts. Raises RunError for a file that is not as written."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata()
            facts = _facts(path, metadata)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise _damaged(path, error) from error
    if metadata.get("checksum") != str(_checksum(tensors)):
        raise _damaged(path, "its checksum is wrong")
    return tensors, facts


def read_some_tensors(path: Path, prefix: str) -> "dict[str, Tensor]":
    """Tensors whose names begin so, without reading the others; no checksum is compared.

    Raises RunError.
    """
    try:
        with safe_open(path, framework="pt") as file:
            _facts(path, file.metadata())
            names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118
            return {name: file.get_tensor(name) for name in names}
    except (OSError, SafetensorError) as error:
        raise _damaged(path, error) from error


def _facts(path: Path, metadata: Mapping[str, str] | None) -> dict[str, Any]:
    metadata = metadata or {}
    number = metadata.get("format", "")
    if number.isdigit() and int(number) > _FORMAT:
        raise RunError(
            f"{path}: the file has format {number}, this program reads up to {_FORMAT}. "
            "It was written by a newer version; update the program."
        )
    try:
        facts: dict[str, Any] = json.loads(metadata["facts"])
    except (KeyError, ValueError, RecursionError) as error:
        raise _damaged(path, "it was not written by this program") from error
    return facts


def _checksum(tensors: "Mapping[str, Tensor]") -> int:
    """CRC-32 of names and values, in the order of the names."""
    import torch

    checksum = 0
    for name in sorted(tensors):
        checksum = zlib.crc32(name.encode(), checksum)
        flat = tensors[name].reshape(-1)
        if flat.numel():
            checksum = zlib.crc32(flat.view(torch.uint8).numpy().data, checksum)
    return checksum


def _as_os_error(path: Path, error: SafetensorError) -> OSError:
    """What the system said; safetensors tells a full disk by an error of its own kind."""
    number = re.search(r"os error (\d+)", str(error))
    if number is None:
        return OSError(errno.EIO, str(error), str(path))
    return OSError(int(number[1]), os.strerror(int(number[1])), str(path))


def _damaged(path: Path, reason: object) -> RunError:
    if isinstance(reason, FileNotFoundError):
        return RunError(f"{path}: the file is missing. Train the run again, or take a copy of it.")
    return RunError(
        f"{path}: the file is damaged ({reason}). Copy the run again from where it came, or "
        "train it again."
    )
