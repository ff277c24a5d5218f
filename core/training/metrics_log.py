"""An epoch's figures as JSON lines and as TensorBoard events."""

import json
import math
import os
from pathlib import Path
from typing import Any, Final

from core import atomic
from core.training.reports import EpochReport

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
    """One record for each epoch, in order.

    A last line that was cut short by a crash is left out.
    """
    path = folder / METRICS_FILE
    if not path.exists():
        return []
    records = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            break
        if not isinstance(record, dict):
            break
        records.append(record)
    return records


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
        except (ValueError, KeyError, TypeError):
            continue  # a line that is being written, or cut by the seek
    return 0


class MetricsLog:
    """Writes a run's figures during one session. `close` ends the thread that writes events."""

    def __init__(self, folder: Path, epochs_done: int) -> None:
        """Go on after `epochs_done`: what was written of later epochs is of a lost future."""
        from tensorboardX import SummaryWriter  # here, for it takes half a second to import

        self._path = folder / METRICS_FILE
        kept = [record for record in read_metrics(folder) if record["epoch"] <= epochs_done]
        atomic.write_text(self._path, "".join(_line(record) for record in kept))
        self._events = SummaryWriter(str(folder / EVENTS_FOLDER), purge_step=epochs_done + 1)

    def write(self, report: EpochReport) -> None:
        record = as_record(report)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(record))
        for curve in _CURVES:
            if record[curve] is not None:
                self._events.add_scalar(curve, record[curve], report.epoch)
        for component, usage in enumerate(record["component_usage"]):
            self._events.add_scalar(f"component_usage/{component}", usage, report.epoch)
        for sentence in report.alarms:
            self._events.add_text("alarm", sentence, report.epoch)

    def close(self) -> None:
        self._events.close()


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
