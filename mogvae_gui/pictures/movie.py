"""The frames of a film: a shape that changes, drawn in a process of its own.

VTK draws in the thread that made its window, and the window's thread has other things to do.
"""

from collections.abc import Generator

import numpy as np
from jaxtyping import Float32

from core.colours import colours_of
from core.processes import map_on, start_processes
from mogvae_gui.pictures.drawing import Pixels, draw_clouds
from mogvae_gui.scenery import SCENE_COLOURS, ThemeName

AT_ONCE = 4  # frames that one task draws
Task = tuple[Float32[np.ndarray, "clouds points 3"], np.ndarray, tuple[int, int], ThemeName]


def movie_frames(
    clouds: Float32[np.ndarray, "clouds points 3"], size: tuple[int, int], theme: ThemeName
) -> Generator[Pixels, None, None]:
    """A picture of each cloud, `size` wide and high, all from one eye.

    Closing it ends the process.
    """
    low, high = clouds.min(axis=(0, 1)), clouds.max(axis=(0, 1))
    corners = np.array(
        [[(low, high)[bit >> axis & 1][axis] for axis in range(3)] for bit in range(8)]
    )
    tasks: list[Task] = [
        (clouds[start : start + AT_ONCE], corners, size, theme)
        for start in range(0, len(clouds), AT_ONCE)
    ]
    pool = start_processes(1)
    try:
        for pictures in map_on(pool, draw_frames, tasks, ahead=2):
            yield from pictures
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def draw_frames(task: Task) -> list[Pixels]:
    """Draw some of the frames, coloured by height as on the stage; called in the process."""
    clouds, corners, size, theme = task
    low, high = float(corners[:, 2].min()), float(corners[:, 2].max())
    colours = np.stack([colours_of(cloud[:, 2], "height", low, high) for cloud in clouds])
    return list(draw_clouds(clouds, colours, size, SCENE_COLOURS[theme], seen=corners))
