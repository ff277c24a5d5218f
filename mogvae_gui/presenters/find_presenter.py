"""A file dropped on the latent space: where it lies and which chairs are near. It stays out."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from core.frame import Frame
from core.importing.prepare import Job, Prepared
from core.normals import estimate_normals
from mogvae_gui.presenters.import_presenter import ImportPresenter
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.stage_state import ShownCloud, StageState
from mogvae_gui.views.found_strip import FoundStrip, NeighbourCard
from mogvae_gui.workers.model_worker import FindShape, Found

NEIGHBOURS = 4
PICTURE_PX = 104  # twice the size it is shown at
FOUND_ID = "found"  # no chair of a library has it


@dataclass(frozen=True, eq=False)
class _Dropped:
    """The file that was dropped last."""

    path: Path
    question: FindShape
    frame: Frame
    answer: Found | None = None


class FindPresenter(QObject):
    """Reads, encodes, and shows a shape that is no chair of the library."""

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        stage: StageState,
        strip: FoundStrip,
        model: ModelLink,
        probe: ProbePresenter,
        imports: ImportPresenter,
        jobs: Jobs,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(strip)
        self._project = project
        self._latent = latent
        self._stage = stage
        self._strip = strip
        self._model = model
        self._probe = probe
        self._imports = imports
        self._jobs = jobs
        self._notices = notices
        self._dropped: _Dropped | None = None
        strip.neighbour_chosen.connect(probe.go_to_chair)
        strip.return_requested.connect(self._show)
        strip.add_requested.connect(self._on_add)
        strip.closed.connect(self._forget)
        model.answered.connect(self._on_answered)
        model.failed.connect(self._on_failed)
        project.events.project.connect(self._forget)
        latent.events.run_name.connect(self._forget)

    @Slot(list)
    def find(self, paths: list[Path]) -> None:
        """Show where the first of these files lies; without a model they come into the library."""
        project = self._project.project
        if project is None or self._latent.map is None or paths[0].is_dir():
            self._imports.import_into_library(paths)
            return
        path, reading = paths[0], self._imports.reading
        job = Job(path=path, points=project.library.points)

        def read() -> Generator[None, None, Prepared]:
            yield None
            for outcome in reading.prepare([job]):
                if isinstance(outcome, Exception):
                    raise outcome
                if outcome is not None:
                    return outcome
                yield None
            raise RuntimeError(f"{path.name} was read without an outcome")

        self._jobs.start(
            JobRequest(
                f"Finding {path.name}", read, on_success=lambda done: self._on_read(path, done)
            )
        )
        if len(paths) > 1:
            self._notices.say(
                "info", f"Only {path.name} is looked for: one file at a time can be found."
            )

    def _on_read(self, path: Path, prepared: Prepared) -> None:
        project, latent_map = self._project.project, self._latent.map
        if project is None or latent_map is None:
            return
        there = {chair.id: chair.row for chair in self._project.chairs}
        rows = [row for row, one in enumerate(latent_map.chair_ids) if one in there]
        ids = tuple(latent_map.chair_ids[row] for row in rows)
        question = FindShape(
            prepared.chair.cloud,
            latent_map.codes[rows],
            ids,
            project.library.clouds,
            tuple(there[one] for one in ids),
            NEIGHBOURS,
            PICTURE_PX,
        )
        self._dropped = _Dropped(path, question, prepared.chair.frame)
        self._model.ask(question)

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        dropped = self._dropped
        if dropped is None or question is not dropped.question or not isinstance(answer, Found):
            return
        self._dropped = _Dropped(dropped.path, dropped.question, dropped.frame, answer)
        neighbours = [
            NeighbourCard(near.chair_id, chair.name, near.distance, near.picture)
            for near in answer.neighbours
            if (chair := self._project.chair(near.chair_id)) is not None
        ]
        words = "Not in the library. Chairs nearest to it:"
        self._strip.show_found(dropped.path.name, words, neighbours)
        self._show()

    @Slot(object, object)
    def _on_failed(self, question: object, error: Exception) -> None:
        if self._dropped is not None and question is self._dropped.question:
            self._dropped = None
            self._notices.say_error(error, "Finding the dropped shape")

    @Slot()
    def _show(self) -> None:
        """Put shape and reconstruction on the stage, and the probe on its code."""
        dropped = self._dropped
        if dropped is None or dropped.answer is None:
            return
        cloud, decoded, name = dropped.question.cloud, dropped.answer.decoded, dropped.path.stem
        self._project.selected = ()
        self._probe.put_on(decoded)
        self._stage.original = ShownCloud(
            name,
            cloud,
            estimate_normals(cloud),
            error=decoded.back_error,
            chair_id=FOUND_ID,
            frame=dropped.frame,
        )
        self._stage.metrics = decoded.metrics
        self._stage.reconstruction = ShownCloud(
            f"Reconstruction of {name}",
            decoded.points,
            decoded.normals,
            error=decoded.error,
            chair_id=FOUND_ID,
            code=decoded.code,
            frame=dropped.frame,
        )

    @Slot()
    def _on_add(self) -> None:
        if self._dropped is not None:
            self._strip.show_added()
            self._imports.import_into_library([self._dropped.path])

    @Slot()
    def _forget(self) -> None:
        self._dropped = None
        self._strip.hide()
