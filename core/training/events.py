"""A training's curves for TensorBoard, written by the thread that trains.

tensorboardX's own writer hands them to a thread through a queue of ten. When the disk is full that
thread dies, and whoever puts the eleventh event waits for good; so only its records are used here.
A file is opened for as long as an epoch's events take, and nothing is held between epochs.
"""

import logging
import os
import socket
import struct
import time
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)


class EventsFile:
    """Appends events to a file of one session, until the disk refuses them: then to none."""

    def __init__(self, path: Path, first_epoch: int) -> None:
        """Begin a file whose readers drop what earlier ones say of `first_epoch` and later.

        Never raises OSError, as `write` does not: the figures themselves are in another file.
        """
        from tensorboardX.proto.event_pb2 import Event, SessionLog  # half a second to import

        self._path = path
        self._is_refused = False
        self._append(
            Event(wall_time=time.time(), file_version="brain.Event:2"),
            Event(
                wall_time=time.time(),
                step=first_epoch,
                session_log=SessionLog(status=SessionLog.START),
            ),
        )

    def write(self, epoch: int, curves: dict[str, float], sentences: tuple[str, ...]) -> None:
        """Add an epoch: its figures by their names, and what was said of it."""
        if self._is_refused:
            return
        from tensorboardX.proto.event_pb2 import Event
        from tensorboardX.summary import scalar, text

        summaries = [scalar(name, value) for name, value in curves.items()]
        summaries += [text("alarm", sentence) for sentence in sentences]
        now = time.time()
        self._append(*(Event(wall_time=now, step=epoch, summary=each) for each in summaries))

    def _append(self, *events: Any) -> None:
        content = b"".join(_record(event.SerializeToString()) for event in events)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write(content)
        except OSError as error:
            # What was written in part ends the file for every reader, so nothing may follow it.
            self._is_refused = True
            logger.warning(
                "%s: the curves for TensorBoard cannot be written (%s). The training goes on "
                "without them; resume it with room on the disk and they go on in a new file.",
                self._path,
                error.strerror or error,
            )


def new_events_path(folder: Path) -> Path:
    """A file in `folder` that TensorBoard finds, with a name of its own for each session."""
    at = time.time_ns()
    name = f"events.out.tfevents.{at // 10**9:010d}.{socket.gethostname()}"
    return folder / f"{name}.{os.getpid()}.{at % 10**9:09d}"


def _record(content: bytes) -> bytes:
    """The content in TensorFlow's record format: length, contents, and a checksum of each."""
    from tensorboardX.record_writer import masked_crc32c

    length = struct.pack("<Q", len(content))
    checks = [struct.pack("<I", masked_crc32c(part)) for part in (length, content)]
    return length + checks[0] + content + checks[1]
