"""NPY and NPZ files read with care: nothing in them is run, and no more memory is taken than they
hold, whatever their headers declare.
"""

import io
import warnings
import zipfile
import zlib
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

LARGEST_ARRAY = 1 << 30  # bytes, of an unpacked array

# What zipfile and zlib raise for archives that are damaged, encrypted or packed unusually.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


class ArrayFileError(ValueError):
    """What is wrong with a file of arrays, and what to do about it."""

    def __init__(self, what: str, remedy: str = "Save it again.") -> None:
        super().__init__(what)
        self.remedy = remedy


def read_array(file: IO[bytes], size: int) -> NDArray[Any]:
    """The array of an NPY file of `size` bytes; it cannot be written. Raises ArrayFileError."""
    try:
        version = npy_format.read_magic(file)
        read_header = (
            npy_format.read_array_header_1_0
            if version == (1, 0)
            else npy_format.read_array_header_2_0
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # headers of old writers are parsed more slowly
            shape, fortran_order, dtype = read_header(file)
    except (ValueError, TokenError, SyntaxError, RecursionError, MemoryError) as error:
        raise ArrayFileError("it is no array of numpy", "Save it again by numpy.save.") from error
    if dtype.hasobject:
        raise ArrayFileError(
            "its array holds Python objects, which are never loaded because they can run code",
            "Save it as plain numbers.",
        )
    count = int(np.prod(shape, dtype=object))
    if min(shape, default=0) < 0 or count * dtype.itemsize > size:
        raise ArrayFileError(
            f"its header declares an array of shape {shape}, but the file has only {size:,} bytes",
            "The file is cut short; copy or save it again.",
        )
    content = file.read(count * dtype.itemsize)
    if len(content) < count * dtype.itemsize:
        raise ArrayFileError(f"its array of shape {shape} ends early", "Copy or save it again.")
    if dtype.itemsize == 0:
        return np.empty(shape, dtype)
    array = np.frombuffer(content, dtype, count)
    return array.reshape(shape[::-1]).T if fortran_order else array.reshape(shape)


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    """One array of an NPZ archive. Raises ArrayFileError and what `BROKEN_ARCHIVE` names."""
    if info.file_size > LARGEST_ARRAY:
        raise ArrayFileError(
            f"its array unpacks to {info.file_size:,} bytes", "Store fewer points."
        )
    with archive.open(info) as member:
        return read_array(member, info.file_size)


def load_array(path: Path) -> NDArray[Any]:
    """The array of an NPY file. Raises ArrayFileError, and OSError as the disk does."""
    content = path.read_bytes()
    return read_array(io.BytesIO(content), len(content)).copy()


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of an NPZ file. Raises ArrayFileError, and FileNotFoundError."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                info.filename.removesuffix(".npy"): read_member(archive, info).copy()
                for info in archive.infolist()
            }
    except (ArrayFileError, FileNotFoundError):
        raise
    except BROKEN_ARCHIVE as error:
        raise ArrayFileError(f"it is no whole archive of arrays ({error})") from error
