"""Takes a walk out of the program."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32
from PySide6.QtCore import QObject, Slot

from core.errors import StudioError
from core.export import free_path
from core.frame import Frame
from core.training.about import origin_of_prior
from core.walk_files import Walk, write_clouds, write_codes, write_gif, write_mp4
from mogvae_gui.presenters.exports_folder import exports_folder
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.model_in_view import ModelInView, ModelSource
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.scenery import ThemeName
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.walk_state import WalkState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.theme import palette
from mogvae_gui.views.walk_export_dialog import WalkExportChoice, WalkExportDialog

if TYPE_CHECKING:
    from core.shape_model import ShapeModel


class WalkExportPresenter(QObject):
    """Decodes, draws and writes off the GUI thread, with progress; a cancel leaves no file."""

    def __init__(
        self,
        state: WalkState,
        project: ProjectState,
        latent: LatentState,
        window: MainWindow,
        in_view: ModelInView,
        jobs: Jobs,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._project = project
        self._latent = latent
        self._window = window
        self._in_view = in_view
        self._jobs = jobs
        self._notices = notices
        self._folder = exports_folder()
        window.walk.export_requested.connect(self._on_export_requested)

    @Slot()
    def _on_export_requested(self) -> None:
        dialog = WalkExportDialog(self._folder, self._state.steps, self._window)
        dialog.accepted_with.connect(self.export)
        dialog.open()

    @Slot(object)
    def export(self, choice: WalkExportChoice) -> None:
        """Write the way that is walked, as it is now. Clouds are in the chosen chair's units."""
        walked, run, settings = self._state.walked, self._latent.run_name, self._latent.settings
        if self._project.project is None or walked is None or run is None or settings is None:
            return
        try:
            source = self._in_view.source()
        except StudioError as error:
            self._notices.say_error(error)
            return
        self._folder = choice.path.parent
        asked = choice.path
        if choice.kind != "clouds":  # which have a new folder of their own
            choice = replace(choice, path=free_path(asked.parent, asked.stem, asked.suffix))
        shares = np.linspace(0.0, 1.0, self._state.steps)
        walk = Walk(
            walked.codes_at(shares).astype(np.float32),
            walked.density_at(shares),
            "straight" if self._state.way == "straight" else "along",
            tuple(stop.place for stop in self._state.placed),
            run,
            settings.as_json(),
            source.epoch,
            origin_of_prior(source.folder),
        )
        chair = self._project.current
        frame = chair.frame if chair is not None else None
        theme = palette().name
        self._jobs.start(
            JobRequest(
                "Exporting the walk",
                lambda: _written(walk, choice, source, frame, theme),
                on_success=self._notices.say_saved,
                as_progress=lambda progress: (progress[0], progress[1], "step by step"),
            )
        )


def _written(
    walk: Walk, choice: WalkExportChoice, source: ModelSource, frame: Frame | None, theme: ThemeName
) -> Generator[tuple[int, int], None, Path]:
    if choice.kind == "csv":
        yield 0, 1
        write_codes(walk, choice.path)
        return choice.path
    from mogvae_gui.pictures.movie import movie_frames  # in the job's thread: it brings VTK

    model = source.load()
    if model.latent != walk.codes.shape[1]:
        raise StudioError("The run was trained anew meanwhile. Make the walk again.")
    clouds = _decoded(model, walk)
    if choice.kind == "clouds":
        return (yield from write_clouds(walk, clouds, choice.path, choice.suffix, frame))
    made = []
    for cloud in clouds:
        made.append(cloud)
        yield 0, len(walk.codes)
    frames = movie_frames(np.stack(made), choice.size, theme)
    try:
        write = write_gif if choice.kind == "gif" else write_mp4
        return (yield from write(walk, frames, choice.path, choice.steps_per_s))
    finally:
        frames.close()


def _decoded(model: "ShapeModel", walk: Walk) -> Iterator[Float32[np.ndarray, "points 3"]]:
    for code in walk.codes:
        yield model.decode(code[None])[0]
