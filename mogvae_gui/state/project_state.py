"""The open project, its chairs, and which of them are chosen and listed."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from psygnal import SignalGroupDescriptor

from core.library import Chair
from core.project import Project


@dataclass(frozen=True)
class ChairFilter:
    """Which chairs the library lists."""

    text: str = ""  # every word must occur in the name, family or source; case does not matter
    split: str = "all"  # "all", "train" or "test"

    def accepts(self, chair: Chair) -> bool:
        """Whether the chair is listed."""
        if self.split not in ("all", chair.split):
            return False
        if not self.text:
            return True  # which a hundred thousand chairs are asked when a project opens
        described = f"{chair.name} {chair.metadata.get('family', '')} {chair.source}".lower()
        return all(word in described for word in self.text.lower().split())


@dataclass
class ProjectState:
    """The project that the window shows. `chairs` mirrors the library after each change."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    project: Project | None = None
    is_opening: bool = False  # another is being read: nothing new may begin in this one
    read_only: str = ""  # why the project may not be changed here; empty where it may
    left_as: dict[str, Any] = field(default_factory=dict)  # the window's parts, as last kept
    may_keep_session: bool = True  # not over what a newer program has kept
    chairs: tuple[Chair, ...] = ()
    selected: tuple[str, ...] = ()  # chair ids, the one shown on the stage first
    chair_filter: ChairFilter = field(default_factory=ChairFilter)

    def __post_init__(self) -> None:
        self._indexed: tuple[Chair, ...] | None = None
        self._by_id: dict[str, Chair] = {}

    def chair(self, chair_id: str) -> Chair | None:
        """The chair of that id, or None when it is not in the library."""
        if self._indexed is not self.chairs:  # one pass over the chairs after each change
            self._indexed = self.chairs
            self._by_id = {chair.id: chair for chair in self.chairs}
        return self._by_id.get(chair_id)

    @property
    def run_left_in_view(self) -> str:
        """The run that was in view when the project was left; empty where that is not known."""
        latent = self.left_as.get("latent")
        run = latent.get("run") if isinstance(latent, dict) else None
        return run if isinstance(run, str) else ""

    @property
    def current(self) -> Chair | None:
        """The chair that the stage shows."""
        return self.chair(self.selected[0]) if self.selected else None
