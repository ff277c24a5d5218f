"""The project's runs as they were when last looked at, and the one that is chosen."""

from dataclasses import dataclass
from typing import ClassVar

from psygnal import SignalGroupDescriptor

from core.run_list import RunEntry


@dataclass
class RunsState:
    """What the Runs dock shows."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    entries: tuple[RunEntry, ...] = ()  # oldest first
    chosen: str | None = None  # what the dock's actions are about; most often the run in view

    watched: str | None = None  # a run that another program trains, and that is followed here

    def entry(self, name: str | None) -> RunEntry | None:
        """The run of that name, None where there is none."""
        return next((entry for entry in self.entries if entry.name == name), None)
