"""Takes shapes and pictures out of the program."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog

from core.errors import StudioError
from core.export import ExportProgress, Shape, export_shapes
from core.frame import Frame
from core.library import Chair, Library
from core.places import Place, Showing
from core.steering import most_responsible
from core.training.about import origin_of_prior
from mogvae_gui.presenters.exports_folder import exports_folder
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.model_in_view import ModelInView, ModelSource
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.picture_saving import PictureSaving
from mogvae_gui.presenters.surfaces import Form, SurfaceMaker
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.stage_state import ShownCloud, StageState
from mogvae_gui.views.export_dialog import ExportChoice, ExportDialog
from mogvae_gui.views.main_window import MainWindow

SHOWN = {"shown-both": 2, "shown-original": 1, "shown-reconstruction": 1}  # shapes of each


@dataclass(frozen=True, eq=False)
class Samples:
    """Codes that were drawn from a component, and the model that drew them."""

    name: str
    component: int
    drawn: tuple[tuple[int, tuple[float, ...]], ...]  # seed and code
    source: ModelSource


class ExportPresenter(QObject):
    """Exports what is shown or what is chosen, and saves pictures of the views."""

    def __init__(
        self,
        project: ProjectState,
        stage: StageState,
        latent: LatentState,
        window: MainWindow,
        in_view: ModelInView,
        jobs: Jobs,
        notices: NoticePresenter,
        here: Callable[[], Place | None] = lambda: None,
    ) -> None:
        super().__init__(window)
        self._project = project
        self._stage = stage
        self._latent = latent
        self._window = window
        self._in_view = in_view
        self._jobs = jobs
        self._notices = notices
        self._here = here  # the view that is exported, for the way back to it
        self._folder = exports_folder()
        self._samples: Samples | None = None
        self.pictures = PictureSaving(self, notices)
        window.export_action.triggered.connect(self._on_export)
        window.library.export_requested.connect(self._on_export_selection)
        window.stage.picture_requested.connect(self._on_picture)
        for event in (stage.events.original, stage.events.reconstruction):
            event.connect(self._show_able)
        self._show_able()

    def export(self, choice: ExportChoice) -> None:
        """Write what was chosen, with progress."""
        self._folder = choice.folder
        try:
            shapes, count = self._chosen(choice)
        except StudioError as error:
            self._notices.say_error(error)
            return
        self._jobs.start(
            JobRequest(
                "Exporting",
                lambda: _exported(shapes, count, choice),
                on_success=self._on_exported,
                as_progress=lambda progress: (progress.done, progress.total, progress.name),
            )
        )

    def export_samples(self, samples: Samples) -> None:
        """Ask where to, and write what these codes of a component decode to, by seed and code."""
        count = len(samples.drawn)
        words = "1 sample" if count == 1 else f"{count:,} samples"
        dialog = ExportDialog(
            [("samples", f"{words} of {samples.name}")], "samples", self._folder, self._window
        )
        self._samples = samples
        dialog.accepted_with.connect(self._on_accepted)
        dialog.open()

    def save_pictures(self, path: Path) -> None:
        """Save each view that shows something as PNG, named by `path` and what it shows."""
        views = [
            (self._window.stage.original.view, "original", self._stage.original),
            (self._window.stage.reconstruction.view, "reconstruction", self._stage.reconstruction),
            (self._window.stage.second.view, "second-run", self._stage.second),
            (self._window.latent.view, "latent-space", self._latent.map),
        ]
        drawn = {name: view.picture() for view, name, content in views if content is not None}
        if drawn:
            self.pictures.save(drawn, path)

    def _chosen(self, choice: ExportChoice) -> tuple[Iterator[Shape], int]:
        """The shapes, each made when its turn comes, and how many they are."""
        if choice.what == "samples":
            samples = self._samples
            if samples is None:
                return iter(()), 0
            chair = self._project.current
            shapes = _decoded_samples(samples, chair.frame if chair is not None else None)
            return self._surfaced(shapes, choice.form, samples.source), len(samples.drawn)
        if choice.what in SHOWN:
            shapes = self._shown(choice)
        elif choice.what == "selected-originals":
            shapes = self._originals()
        else:
            shapes = self._reconstructions(self._in_view.source())
        count = SHOWN.get(choice.what, len(self._project.selected))
        bends = choice.form == "bent" and self._latent.run_name is not None
        source = self._in_view.source() if bends else None
        return self._surfaced(shapes, choice.form, source), count

    def _shown(self, choice: ExportChoice) -> Iterator[Shape]:
        wanted = {
            "shown-both": (self._stage.original, self._stage.reconstruction),
            "shown-original": (self._stage.original,),
            "shown-reconstruction": (self._stage.reconstruction,),
        }[choice.what]
        shapes = [self._as_shape(shown) for shown in wanted if shown is not None]
        return (shape for shape in shapes)

    def _surfaced(
        self, shapes: Iterator[Shape], form: str, source: ModelSource | None
    ) -> Iterator[Shape]:
        project = self._project.project
        if form not in ("bent", "skin") or project is None:
            return shapes
        maker = SurfaceMaker(project.library, self._project.chairs, source)
        wanted: Form = "bent" if form == "bent" else "skin"
        return (maker.surfaced(shape, wanted) for shape in shapes)

    def _originals(self) -> Iterator[Shape]:
        project = self._project.project
        return iter(()) if project is None else _originals(project.library, self._selected())

    def _reconstructions(self, source: ModelSource) -> Iterator[Shape]:
        project = self._project.project
        if project is None:
            return iter(())
        return _reconstructions(project.library, self._selected(), source)

    def _selected(self) -> list[Chair]:
        selected = set(self._project.selected)
        return [chair for chair in self._project.chairs if chair.id in selected]

    def _as_shape(self, shown: ShownCloud) -> Shape:
        chair = self._project.chair(shown.chair_id) if shown.chair_id is not None else None
        settings = self._latent.settings
        if shown.code is None:
            return Shape(
                shown.title, shown.points, shown.frame, chair=shown.title, place=self._here()
            )
        return Shape(
            shown.title,
            shown.points,
            shown.frame,
            kind=_kind_of(shown, chair),
            chair=chair.name if chair is not None else None,
            run=self._latent.run_name,
            code=shown.code,
            component=self._component_of(shown, shown.code),
            seed=shown.seed if shown.seed is not None or settings is None else settings.seed,
            settings=settings.as_json() if settings is not None else {},
            prior_fitted=self._prior_fitted(),
            epoch=self._in_view.epoch,
            place=self._here(),
        )

    def _prior_fitted(self) -> dict[str, Any] | None:
        project, run = self._project.project, self._latent.run_name
        return None if project is None or run is None else origin_of_prior(project.run_folder(run))

    def _show_able(self) -> None:
        shown = self._stage.original is not None or self._stage.reconstruction is not None
        self._window.export_action.setEnabled(shown)
        self._window.stage.picture_action.setEnabled(shown)

    def _open_dialog(self, preferred: str) -> None:
        choices = []
        if self._stage.reconstruction is not None:
            choices.append(("shown-reconstruction", f"Shown: {self._stage.reconstruction.title}"))
        if self._stage.original is not None:
            choices.append(("shown-original", f"Shown: {self._stage.original.title}"))
        if len(choices) == 2:
            choices.append(("shown-both", "Shown: both sides"))
        count = len(self._project.selected)
        if count:
            words = "1 chosen chair" if count == 1 else f"{count:,} chosen chairs"
            choices.append(("selected-originals", f"Originals of {words}"))
            if self._latent.run_name is not None:
                choices.append(("selected-reconstructions", f"Reconstructions of {words}"))
        dialog = ExportDialog(choices, preferred, self._folder, self._window)
        dialog.accepted_with.connect(self._on_accepted)
        dialog.open()

    @Slot()
    def _on_export(self) -> None:
        self._open_dialog("shown-reconstruction")

    @Slot(list)
    def _on_export_selection(self, _chair_ids: list[str]) -> None:
        self._open_dialog("selected-originals")

    @Slot(object)
    def _on_accepted(self, choice: ExportChoice) -> None:
        self.export(choice)

    def _on_exported(self, paths: tuple[Path, ...]) -> None:
        names = paths[0].name if len(paths) == 1 else f"{len(paths):,} files"
        self._notices.say("success", f"Exported {names} to {self._folder}.")

    def _component_of(self, shown: ShownCloud, code: tuple[float, ...]) -> int | None:
        """Whose mean or sample it is, else the one that most probably made it."""
        latent_map = self._latent.map
        is_sample = shown.seed is not None  # of the whole prior where it names no component
        if shown.component is not None or is_sample or latent_map is None:
            return shown.component
        components = latent_map.components
        fits = components is not None and components.means.shape[1] == len(code)
        return most_responsible(components, np.array(code)) if fits else None

    @Slot()
    def _on_picture(self) -> None:
        dialog = QFileDialog(self._window, "Save pictures", str(self._folder / "chair.png"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PNG pictures (*.png)")
        dialog.setDefaultSuffix("png")
        # The file of that name is not written: each view has a free name that begins like it.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(self._on_picture_chosen)
        dialog.open()

    @Slot(str)
    def _on_picture_chosen(self, file: str) -> None:
        self.save_pictures(Path(file))


def _exported(
    shapes: Iterator[Shape], count: int, choice: ExportChoice
) -> Generator[ExportProgress, None, tuple[Path, ...]]:
    try:
        return (
            yield from export_shapes(
                shapes, count, choice.folder, choice.suffix, own_units=choice.own_units
            )
        )
    except OSError as error:
        raise StudioError(
            f"{choice.folder} could not be written ({error.strerror or error}). "
            "Check free space and permissions, or choose another folder."
        ) from error


def sample_title(component_name: str, seed: int) -> str:
    """What a sample of a component is called."""
    return f"{component_name}, sample of seed {seed}"


def _kind_of(shown: ShownCloud, chair: Chair | None) -> str:
    """What the JSON calls something that was decoded."""
    if chair is not None:
        return "reconstruction"
    return "decoded" if shown.seed is None else "sample"


def _originals(library: Library, chairs: list[Chair]) -> Iterator[Shape]:
    for chair in chairs:
        place = Place(chair_ids=(chair.id,), on_chair=True)
        yield Shape(chair.name, library.cloud(chair), chair.frame, chair=chair.name, place=place)


def _reconstructions(library: Library, chairs: list[Chair], source: ModelSource) -> Iterator[Shape]:
    model, run = source.load(), source.folder.name
    components, fitted = model.components(), origin_of_prior(source.folder)
    for chair in chairs:
        codes, _ = model.encode(library.cloud(chair)[None])
        code = tuple(float(value) for value in codes[0])
        yield Shape(
            f"{chair.name} reconstruction",
            model.decode(codes)[0],
            chair.frame,
            kind="reconstruction",
            chair=chair.name,
            run=run,
            code=code,
            component=most_responsible(components, codes[0]),
            seed=model.settings.seed,
            settings=model.settings.as_json(),
            prior_fitted=fitted,
            epoch=source.epoch,
            place=Place(run, (chair.id,), code, on_chair=True, epoch=source.epoch),
        )


def _decoded_samples(samples: Samples, frame: Frame | None) -> Iterator[Shape]:
    source = samples.source
    model, fitted = source.load(), origin_of_prior(source.folder)
    for seed, code in samples.drawn:
        yield Shape(
            f"{samples.name} seed {seed}",
            model.decode(np.array([code], dtype=np.float32))[0],
            frame,
            kind="sample",
            run=source.folder.name,
            code=code,
            component=samples.component,
            seed=seed,
            settings=model.settings.as_json(),
            prior_fitted=fitted,
            epoch=source.epoch,
            place=Place(
                source.folder.name,
                code=code,
                epoch=source.epoch,
                showing=Showing(sample_title(samples.name, seed), samples.component, seed),
            ),
        )
