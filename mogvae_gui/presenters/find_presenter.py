"""A file dropped on the latent space: where it lies and which chairs are near. It stays out."""

import hashlib
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float32
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from core.frame import Frame
from core.importing.prepare import Job, Prepared
from mogvae_gui.presenters.import_presenter import ImportPresenter, shape_file_filters
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.stage_state import ShownCloud
from mogvae_gui.views.found_strip import FoundStrip, NeighbourCard
from mogvae_gui.workers.model_worker import (
    FindShape,
    FollowTraining,
    Found,
    LoadEpoch,
    LoadRun,
)

NEIGHBOURS = 4
LIVE_INTERVAL_MS = 3_000  # while a training goes on; encoding takes time from it
PICTURE_PX = 104  # twice the size it is shown at


@dataclass(frozen=True, eq=False)
class _Dropped:
    """The file that was dropped last."""

    path: Path
    question: FindShape
    frame: Frame
    answer: Found | None = None  # of the model in view; None until it has answered
    returns: bool = True  # whether the answer is to be shown on the stage
    is_added: bool = False

    def outdated(self) -> "_Dropped":
        """The same for another model, which has not answered."""
        if self.answer is None:
            return self
        return replace(self, answer=None, returns=False)


class FindPresenter(QObject):
    """Reads, encodes, and shows a shape that is no chair of the library."""

    file_chosen = Signal(list)  # list[Path], one file: as if it had been dropped on the space

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
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
        self._strip = strip
        self._model = model
        self._probe = probe
        self._imports = imports
        self._jobs = jobs
        self._notices = notices
        self._dropped: _Dropped | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._ask_again)
        strip.neighbour_chosen.connect(probe.go_to_chair)
        strip.return_requested.connect(self._on_return)
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
        if project is None or self._latent.map is None:
            self._imports.import_into_library(paths)
            return
        if paths[0].is_dir():
            self._notices.say(
                "info",
                f"{paths[0].name} is a folder, and one file at a time can be found; "
                "to import the folder, drop it beside the latent space.",
            )
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

    @Slot()
    def ask_for_file(self) -> None:
        """Let a person choose the file to find."""
        self._imports.reading.warm_up()
        dialog = QFileDialog(self._strip.window(), "Find a file in the latent space")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(shape_file_filters())
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.open()

    @Slot(str)
    def _on_file_chosen(self, file: str) -> None:
        self.file_chosen.emit([Path(file)])

    def _on_read(self, path: Path, prepared: Prepared) -> None:
        question = self._question(prepared.chair.cloud)
        if question is not None:
            self._dropped = _Dropped(path, question, prepared.chair.frame)
            self._model.ask(question)

    def _question(self, cloud: Float32[np.ndarray, "points 3"]) -> FindShape | None:
        """Where it lies among the chairs as the model in view has them."""
        project, latent_map = self._project.project, self._latent.map
        if project is None or latent_map is None:
            return None
        there = {chair.id: chair.row for chair in self._project.chairs}
        rows = [row for row, one in enumerate(latent_map.chair_ids) if one in there]
        ids = tuple(latent_map.chair_ids[row] for row in rows)
        return FindShape(
            cloud,
            latent_map.codes[rows],
            ids,
            project.library.clouds,
            tuple(there[one] for one in ids),
            NEIGHBOURS,
            PICTURE_PX,
        )

    def _on_other_model(self, after_ms: int) -> None:
        """What was found is of a model that is no more in view."""
        if self._dropped is None:
            return
        self._dropped = self._dropped.outdated()
        if after_ms == 0 or not self._again.isActive():
            self._again.start(after_ms)

    @Slot()
    def _ask_again(self) -> None:
        self._again.stop()
        dropped = self._dropped
        question = None if dropped is None else self._question(dropped.question.cloud)
        if dropped is None or question is None:
            self._forget()
            return
        self._dropped = replace(dropped.outdated(), question=question)
        self._model.ask(question)

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if isinstance(question, LoadRun | LoadEpoch):
            self._on_other_model(0)  # when its codes have come in view too
        elif isinstance(question, FollowTraining):
            self._on_other_model(LIVE_INTERVAL_MS)
        dropped = self._dropped
        if dropped is None or question is not dropped.question or not isinstance(answer, Found):
            return
        self._dropped = replace(dropped, answer=answer)
        neighbours = [
            NeighbourCard(near.chair_id, chair.name, near.distance, near.picture)
            for near in answer.neighbours
            if (chair := self._project.chair(near.chair_id)) is not None
        ]
        words = "Not in the library. Chairs nearest to it:"
        self._strip.show_found(dropped.path.name, words, neighbours)
        if dropped.is_added:
            self._strip.show_added()
        if dropped.returns:
            self._show()

    @Slot(object, object)
    def _on_failed(self, question: object, error: Exception) -> None:
        if self._dropped is not None and question is self._dropped.question:
            self._dropped = None
            self._notices.say_error(error, "Finding the dropped shape")

    @Slot()
    def _on_return(self) -> None:
        dropped = self._dropped
        if dropped is not None and dropped.answer is None:
            self._dropped = replace(dropped, returns=True)
            self._ask_again()
        else:
            self._show()

    def _show(self) -> None:
        """Put shape and reconstruction on the stage, and the probe on its code."""
        dropped = self._dropped
        if dropped is None or dropped.answer is None:
            return
        cloud, name = dropped.question.cloud, dropped.path.stem
        self._project.selected = ()
        self._probe.show_stranger(
            ShownCloud(name, cloud, None, chair_id=_id_of(cloud), frame=dropped.frame),
            dropped.answer.decoded,
        )

    @Slot()
    def _on_add(self) -> None:
        if self._dropped is not None:
            self._dropped = replace(self._dropped, is_added=True)
            self._strip.show_added()
            self._imports.import_into_library([self._dropped.path])

    @Slot()
    def _forget(self) -> None:
        self._again.stop()
        self._dropped = None
        self._strip.hide()


def _id_of(cloud: Float32[np.ndarray, "points 3"]) -> str:
    """That of no chair in a library, and of this shape only: also in the next session."""
    return f"found:{hashlib.sha256(cloud.tobytes()).hexdigest()[:16]}"
