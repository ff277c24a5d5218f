"""The bookmarks of the open project."""

from dataclasses import dataclass
from typing import ClassVar

from psygnal import SignalGroupDescriptor

from core.bookmarks import Bookmark


@dataclass
class BookmarkState:
    """Named places, in the order in which they were made."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    bookmarks: tuple[Bookmark, ...] = ()
