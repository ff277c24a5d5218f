"""Threads that compute step back for the one that a person looks at."""

import contextlib
import os
import sys
import threading

A_LITTLE = 4  # nice(2): two fifths of the share of a thread at 0 where both want the core
FAR = 10  # a tenth of it


def step_back(steps: int = FAR) -> None:
    """Lower the priority of the calling thread; does nothing where threads have none of their own.

    On Linux a thread has its own nice value. With two cores, a training and a software renderer
    that want both, the window waits otherwise.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), steps)
