"""An epoch's figures as JSON lines and as TensorBoard events."""

import json
import logging
import math
import os
from pathlib import Path
from typing import Any, Final

from core import atomic
from core.asides import copy_aside
from core.training.events import EventsFile, new_events_path
from core.training.reports import EpochReport

logger = logging.getLogger(__name__)

METRICS_FILE: Final = "metrics.jsonl"
EVENTS_FOLDER: Final = "events"

_LONGEST_LINE: Final = 65_536

_CURVES: Final = (
    "loss",
    "reconstruction",
    "kl",
    "beta",
    "learning_rate",
    "active_units",
    "test_reconstruction",
    "chairs_per_s",
)


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """One record for each epoch, in order; each has an "epoch".

    Lines that cannot be read are left out, as the last one of a crash.
    """
    return _read(folder / METRICS_FILE)[0]


def last_epoch(folder: Path) -> int:
    """The newest epoch in the log, by its end alone; 0 where there is none."""
    try:
        with (folder / METRICS_FILE).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LONGEST_LINE))
            lines = file.read().splitlines()
    except OSError:
        return 0
    for line in reversed(lines):
        try:
            return int(json.loads(line)["epoch"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # a line that is being written, or cut by the seek
    return 0


class MetricsLog:
    """Writes a run's figures during one session. Nothing is held open between epochs."""

    def __init__(self, folder: Path, epochs_done: int) -> None:
        """Go on after `epochs_done`: what was written of later epochs is of a lost future.

        Where epochs before it are among lines that cannot be read, the old file is kept aside.
        """
        self._path = folder / METRICS_FILE
        records, is_damaged = _read(self._path)
        kept = [record for record in records if record["epoch"] <= epochs_done]
        if is_damaged and {record["epoch"] for record in kept} < set(range(1, epochs_done + 1)):
            aside = copy_aside(self._path)
            logger.warning("%s has damaged lines; it is kept as %s", self._path, aside.name)
        atomic.write_text(self._path, "".join(_line(record) for record in kept))
        self._events = EventsFile(new_events_path(folder / EVENTS_FOLDER), epochs_done + 1)

    def write(self, report: EpochReport) -> None:
        """Add an epoch. Raises OSError."""
        record = as_record(report)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(record))
        curves = {curve: record[curve] for curve in _CURVES if record[curve] is not None}
        for component, usage in enumerate(record["component_usage"]):
            curves[f"component_usage/{component}"] = usage
        self._events.write(report.epoch, curves, report.alarms)

    def flush(self) -> None:
        """Return once all epochs are on the disk: a checkpoint must not outlive their figures.

        Raises OSError.
        """
        atomic.flush_to_disk(self._path)


def as_record(report: EpochReport) -> dict[str, Any]:
    """The report's figures as JSON values; what is not finite becomes None."""
    record = {
        "epoch": report.epoch,
        "loss": report.loss,
        "reconstruction": report.reconstruction,
        "kl": report.kl,
        "beta": report.beta,
        "learning_rate": report.learning_rate,
        "active_units": report.active_units,
        "latent": report.latent,
        "component_usage": [float(usage) for usage in report.component_usage],
        "test_reconstruction": report.test_reconstruction,
        "elapsed_s": report.elapsed_s,
        "chairs_per_s": report.chairs_per_s,
        "device": report.device,
        "alarms": list(report.alarms),
    }
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in record.items()
    }


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"


def _read(path: Path) -> tuple[list[dict[str, Any]], bool]:
    """The records of a log, and whether it has lines that are none."""
    if not path.exists():
        return [], False
    records: list[dict[str, Any]] = []
    is_damaged = False
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        record = _record(line)
        if record is not None:
            records.append(record)
        elif line.strip():
            is_damaged = True
    return records, is_damaged


def _record(line: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_one = isinstance(record, dict) and type(record.get("epoch")) is int
    return record if is_one else None
