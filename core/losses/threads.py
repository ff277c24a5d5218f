"""A few threads for work that scipy and NumPy do outside the interpreter lock."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def map_in_threads(
    work: Callable[[_Task], _Result], tasks: Sequence[_Task], workers: int | None
) -> list[_Result]:
    """Give the results in the order of the tasks; None: as many threads as torch may use."""
    wanted = min(len(tasks), torch.get_num_threads() if workers is None else workers)
    if wanted <= 1:
        return [work(task) for task in tasks]
    with ThreadPoolExecutor(wanted, thread_name_prefix="loss") as pool:
        return list(pool.map(work, tasks))
