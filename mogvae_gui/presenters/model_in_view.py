"""Which weights the window shows, for those who decode with them in a thread of their own."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.errors import StudioError
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.workers.model_worker import FollowTraining, LoadEpoch, LoadRun

if TYPE_CHECKING:  # brings torch
    from core.shape_model import ShapeModel


@dataclass(frozen=True, eq=False)
class ModelSource:
    """Where the weights come from. `load` is called in the thread that uses the model."""

    folder: Path  # of the run
    epoch: int | None = None  # that the weights are of; None: those of the last checkpoint
    live: FollowTraining | None = None  # weights of a training that goes on, on no disk yet

    @property
    def is_last_checkpoint(self) -> bool:
        """Whether what the run's folder keeps with its weights is of this model."""
        return self.epoch is None and self.live is None

    def load(self) -> "ShapeModel":
        """The model, another one with each call. Raises RunError."""
        from core.shape_model import ShapeModel
        from core.training.run import Run
        from core.training.snapshots import model_of

        if self.live is not None:
            return ShapeModel(self.live.settings, self.live.points, self.live.state)
        return model_of(Run.open(self.folder), self.epoch)


class ModelInView(QObject):
    """Remembers which question brought the model in view.

    A training shows weights that are on no disk: the last checkpoint may be a minute older, and
    what it makes of a code another shape.
    """

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        training: TrainingState,
        model: ModelLink,
    ) -> None:
        super().__init__(model)
        self._project = project
        self._latent = latent
        self._training = training
        self._shown: LoadRun | LoadEpoch | FollowTraining | None = None
        model.answered.connect(self._on_answered)

    @property
    def epoch(self) -> int | None:
        """Of the weights in view; None for the run as it is on disk."""
        live = self._live()
        return live.epoch if live is not None else self._latent.epoch

    def source(self) -> ModelSource:
        """The weights that are in view now. Raises StudioError where that is not certain."""
        project, run, epoch = self._project.project, self._latent.run_name, self._latent.epoch
        if project is None or run is None:
            raise StudioError("No model is in view yet. Train one, or choose a run.")
        folder = project.runs_folder / run
        if (live := self._live()) is not None:
            return ModelSource(folder, live.epoch, live)
        shown = self._shown
        is_other_epoch = (shown.epoch if isinstance(shown, LoadEpoch) else None) != epoch
        is_training = self._training.is_busy and self._training.run_name == run
        is_other_run = not isinstance(shown, LoadRun) or shown.folder.name != run
        if is_other_epoch or (is_training and epoch is None and is_other_run):
            raise StudioError(
                f"Another model of {run} is just coming in view. Export again when it is there."
            )
        return ModelSource(folder, epoch)

    def _live(self) -> FollowTraining | None:
        shown = self._shown
        if not isinstance(shown, FollowTraining) or self._latent.epoch is not None:
            return None
        return shown if shown.run_name == self._latent.run_name else None

    @Slot(object, object)
    def _on_answered(self, question: object, _answer: object) -> None:
        if isinstance(question, LoadRun | LoadEpoch | FollowTraining):
            self._shown = question
