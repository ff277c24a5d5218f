"""What the window says to the person: a sentence with more behind it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from psygnal import SignalGroupDescriptor

NoticeKind = Literal["info", "success", "warning", "error"]


@dataclass(frozen=True)
class Notice:
    """One sentence for the person, with more behind it."""

    kind: NoticeKind
    text: str
    details: str = ""
    action: str = ""  # label of a button
    action_key: str = ""  # what the button means, to the presenter that knows it


@dataclass
class NoticeState:
    """The newest notice; None between two."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    notice: Notice | None = None
