"""Cells of a study side by side, each in a process of its own.

A cell's figures do not depend on what runs beside it: it has its seed, its threads and its folder.
"""

import multiprocessing
from collections.abc import Generator, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Any, Final

from core.cores import usable_cores
from core.errors import StudyError
from core.library import Library
from core.memory import MIB, fitting
from core.processes import map_patiently, start_processes
from core.saved_evaluation import EvaluationCache
from core.study.cell import Place, run_cell
from core.study.plan import Cell, StudyPlan

PATIENCE_S: Final = 0.5

_BYTES_OF_PROCESS: Final = 1000 * MIB
"""What a process takes with torch, a training of the article's networks and its pairs."""

_is_asked_to_stop: Any = None
"""In a process of `finish_cells`: the event that its parent sets."""


def worthwhile_jobs(plan: StudyPlan) -> int:
    """Cells side by side that fill this machine: 1 where another device than its cores computes."""
    if plan.device != "cpu":
        return 1
    return fitting(max(1, usable_cores() // plan.threads), _BYTES_OF_PROCESS)


def finish_cells(
    cells: Sequence[Cell], place: Place, jobs: int
) -> Generator[tuple[int, str], None, None]:
    """Train and measure cells; their records are in the folder then.

    Yields how many are done and the newest one's words, also while none ends. Closing it has each
    write a checkpoint, which takes until the end of its step. Raises what `run_cell` raises, and
    StudyError where a process was killed.
    """
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    done = 0
    with start_processes(jobs, partial(_prepare, stop)) as pool:
        work = partial(_finish, place.out, place.library.folder, place.plan)
        try:
            words = ""
            # Twice as many as there are processes, so that none waits for the slowest.
            for future in map_patiently(pool, work, cells, 2 * jobs, PATIENCE_S):
                if future is not None:
                    words = future.result()
                    done += 1
                yield done, words
        except BrokenProcessPool as error:
            raise StudyError(
                f"{place.out}: a process of the study was ended from outside, as systems do where "
                "memory runs out. What is done is kept; go on with --jobs 1."
            ) from error
        finally:
            stop.set()


def _prepare(stop: Any) -> None:
    global _is_asked_to_stop
    _is_asked_to_stop = stop


def _finish(out: Path, library_folder: Path, plan: StudyPlan, cell: Cell) -> str:
    place = Place(out, Library.open(library_folder), plan)
    steps = run_cell(cell, place, EvaluationCache(), processes=0)
    for _ in steps:
        if _is_asked_to_stop.is_set():
            steps.close()
            break
    return cell.words
