"""Every test of the window starts in the light theme and must leave nothing behind."""

from tests.window_leaks import (  # noqa: F401
    dressed_application,
    nothing_outlives_the_test,
    pytest_runtest_makereport,
)
