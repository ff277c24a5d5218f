"""Makes surfaces of shapes that leave; runs in the thread of a job."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.export import Shape, Surface
from core.library import Chair, Library
from mogvae_gui.presenters.model_in_view import ModelSource

if TYPE_CHECKING:  # brings torch
    from core.shape_model import ShapeModel

Form = Literal["points", "bent", "skin"]


class SurfaceMaker:
    """Knows the model whose shapes leave. It is loaded when a mesh is bent first."""

    def __init__(
        self, library: Library, chairs: Sequence[Chair], source: ModelSource | None
    ) -> None:
        self._library = library
        self._chairs = tuple(chairs)
        self._source = source
        self._loaded: tuple[ShapeModel, np.ndarray] | None = None

    def surfaced(self, shape: Shape, form: Form) -> Shape:
        """The shape with a surface of that form, or a skin where there is nothing to bend."""
        if form == "points":
            return shape
        from mogvae_gui.cloud_surface import skin

        surface = self._bent(shape) if form == "bent" and shape.code is not None else None
        if surface is None:
            surface = Surface(skin(shape.points), "skin around the points")
        return dataclasses.replace(shape, surface=surface)

    def _bent(self, shape: Shape) -> Surface | None:
        from core.warped_mesh import warp_nearest

        model, codes = self._model()
        if model is None or shape.code is None:
            return None
        # A chair's own mesh would only come back as it went in.
        others = [row for row, one in enumerate(self._chairs) if one.name != shape.chair]
        warped = warp_nearest(
            model,
            np.array(shape.code, dtype=np.float32),
            self._library,
            [self._chairs[row] for row in others],
            codes[others],
        )
        if warped is None:
            return None
        return Surface(warped.mesh, "mesh of the nearest chair, bent", warped.chair.name)

    def _model(self) -> "tuple[ShapeModel | None, np.ndarray]":
        from core.library_codes import codes_of_chairs
        from core.training.run import Run

        if self._loaded is None:
            if self._source is None:
                return None, np.zeros((0, 0))
            model = self._source.load()
            if self._source.is_last_checkpoint:
                run = Run.open(self._source.folder)
                codes = codes_of_chairs(run, model, self._library, self._chairs)
            else:
                clouds = self._library.clouds
                codes = np.concatenate(
                    [model.encode(np.array(clouds[[chair.row]]))[0] for chair in self._chairs]
                )
            self._loaded = model, codes
        return self._loaded
