"""Fixtures that tests of every part share, and what tests say at the end of a run."""

import pytest

from tests.small_project import own_project, small_project, small_project_folder

__all__ = ["own_project", "pytest_terminal_summary", "small_project", "small_project_folder"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as "said": their own output stays in the process they ran in."""
    ended = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    for report in ended:
        for name, value in report.user_properties:
            if name == "said":
                terminalreporter.write_line(str(value))
