"""Finds ways through a latent space off the GUI thread; it takes about a second."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.components import Components
from core.paths.path import PathPair
from mogvae_gui.workers.newest_first import NewestFirstWorker


@dataclass(frozen=True, eq=False)
class FindPaths:
    """Both ways through the stops, in the density of these components and codes."""

    stops: Float[np.ndarray, "stops latent"]
    components: Components | None
    codes: Float[np.ndarray, "chairs latent"]


class PathWorker(NewestFirstWorker):
    """Answers `FindPaths` with a `PathPair`."""

    def __init__(self) -> None:
        super().__init__()
        self.answer_with(FindPaths, self._find)

    def _find(self, question: FindPaths) -> PathPair:
        # Imported with the first walk: they bring half of scipy.
        from core.paths.density import SpaceDensity
        from core.paths.find import find_paths

        return find_paths(SpaceDensity(question.components, question.codes), question.stops)
