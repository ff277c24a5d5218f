"""What goes between this program and its reading processes: jobs there, chairs and refusals back.

JSON and plain arrays, never pickles: whatever a hostile file makes of the process that reads it,
what comes back is data. A message is its length (8 bytes) and its body; the body of an answer is
the length of its JSON (4 bytes), the JSON, and the arrays behind each other.
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ShapeFileError
from core.frame import Frame
from core.importing.prepare import Job, Prepared
from core.library import NewChair
from core.mesh import Mesh
from core.orientation import UpGuess

LONGEST_MESSAGE = 1 << 34  # bytes; a length beyond is no length

Outcome = Prepared | ShapeFileError
LogLine = tuple[int, str]  # level, text

_LENGTH = struct.Struct("<Q")
_JSON_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class Request:
    """A job and what it may take."""

    job: Job
    seconds: float
    memory_bytes: int


@dataclass(frozen=True, eq=False)
class Answer:
    """What became of a job, and what was logged on the way."""

    outcome: Outcome
    log: tuple[LogLine, ...] = ()


def send(stream: IO[bytes], body: bytes) -> None:
    """Write one message."""
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one message; None where the other side has ended, in the middle of one too."""
    start = stream.read(_LENGTH.size)
    if len(start) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(start)
    if length > LONGEST_MESSAGE:
        return None
    body = stream.read(length)
    return body if len(body) == length else None


def packed_request(request: Request) -> bytes:
    """A request as the body of a message."""
    job = request.job
    content = {
        "path": str(job.path),
        "points": job.points,
        "up": job.up,
        "facing": job.facing,
        "seed": job.seed,
        "test_share": job.test_share,
        "split": job.split,
        "category": job.category,
        "seconds": request.seconds,
        "memory_bytes": request.memory_bytes,
    }
    return json.dumps(content).encode()  # in ASCII: a path may hold bytes that are no text


def unpacked_request(body: bytes) -> Request:
    """Undo `packed_request`."""
    content = json.loads(body)
    seconds, memory_bytes = content.pop("seconds"), content.pop("memory_bytes")
    return Request(Job(**{**content, "path": Path(content["path"])}), seconds, memory_bytes)


def packed_answer(answer: Answer) -> bytes:
    """An answer as the body of a message."""
    outcome = answer.outcome
    content: dict[str, Any] = {"log": answer.log}
    arrays: list[NDArray[Any]] = []
    if isinstance(outcome, ShapeFileError):
        content["refused"] = str(outcome)
    else:
        chair, mesh = outcome.chair, outcome.chair.mesh
        arrays = [np.ascontiguousarray(chair.cloud, dtype="<f4")]
        if mesh is not None:
            arrays += [
                mesh.vertices.astype("<f8", copy=False),
                mesh.faces.astype("<i8", copy=False),
            ]
        content |= {
            "name": chair.name,
            "frame": chair.frame.as_json(),
            "split": chair.split,
            "source": chair.source,
            "content_hash": chair.content_hash,
            "metadata": dict(chair.metadata),
            "size": outcome.size,
            "size_m": outcome.size_m,
            "up": list(outcome.up),
            "oddities": outcome.oddities,
            "rows": [len(array) for array in arrays],
        }
    head = json.dumps(content).encode()
    return b"".join([_JSON_LENGTH.pack(len(head)), head, *(array.tobytes() for array in arrays)])


def unpacked_answer(body: bytes) -> Answer:
    """Undo `packed_answer`. The arrays are views of `body` and cannot be written.

    ValueError where it is no answer.
    """
    try:
        return _unpacked_answer(body)
    except (LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"no answer: {error!r}") from error
    except struct.error as error:
        raise ValueError("an answer without a beginning") from error


def _unpacked_answer(body: bytes) -> Answer:
    (length,) = _JSON_LENGTH.unpack_from(body)
    content = json.loads(body[_JSON_LENGTH.size : _JSON_LENGTH.size + length])
    log = tuple((int(level), str(text)) for level, text in content["log"])
    if "refused" in content:
        return Answer(ShapeFileError(str(content["refused"])), log)
    arrays = []
    offset = _JSON_LENGTH.size + length
    for rows, kind in zip(content["rows"], ("<f4", "<f8", "<i8"), strict=False):
        array = np.frombuffer(body, kind, 3 * rows, offset).reshape(rows, 3)
        offset += array.nbytes
        arrays.append(array)
    axis, reason, certain = content["up"]
    chair = NewChair(
        name=content["name"],
        cloud=arrays[0],
        frame=Frame.from_json(content["frame"]),
        split=content["split"],
        source=content["source"],
        content_hash=content["content_hash"],
        metadata=content["metadata"],
        mesh=Mesh(*arrays[1:]) if len(arrays) == 3 else None,
    )
    oddities = tuple((kind, sentence) for kind, sentence in content["oddities"])
    size, size_m = content["size"], content["size_m"]
    return Answer(Prepared(chair, size_m, size, UpGuess(axis, reason, certain), oddities), log)
