"""What a signal said, as a list: asking a spy for a line that it does not have crashes."""

from typing import Any

from PySide6.QtTest import QSignalSpy


def said(spy: QSignalSpy) -> list[list[Any]]:
    """The arguments of each emission, oldest first."""
    return [spy.at(row) for row in range(spy.count())]
