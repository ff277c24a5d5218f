"""Pinned chairs beside best, median and worst: one is drawn after the other, when it is seen."""

from PySide6.QtCore import QObject, QTimer, Slot

from core.evaluation_table import EXAMPLES
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.pin_state import PinState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.pinned_panel import PinnedPanel, PinnedRow
from mogvae_gui.workers.model_worker import DrawnPair, DrawPair, FollowTraining, LoadEpoch, LoadRun

PICTURE_PX = 168  # twice the size it is shown at
MOST = 12  # pinned; best, median and worst have room beside them
PATIENCE_MS = 150  # several changes at once are drawn once
TOO_MANY = (
    "{most} chairs can be pinned at once; {count} of those chosen were left out. "
    "Unpin some to make room."
)
TRAINING_MS = 3000  # between two rounds while a training wants the cores


class PinnedPresenter(QObject):
    """Asks for the pair of one chair at a time, so that a click in between is answered first."""

    def __init__(
        self,
        state: PinState,
        project: ProjectState,
        latent: LatentState,
        training: TrainingState,
        evaluation: EvaluationState,
        panel: PinnedPanel,
        model: ModelLink,
        probe: ProbePresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._latent = latent
        self._training = training
        self._evaluation = evaluation
        self._panel = panel
        self._model = model
        self._notices = notices
        self._outdated: list[str] = []  # chairs whose pair is to be drawn
        self._asked: DrawPair | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._draw_next)
        panel.pin_requested.connect(self._on_pin)
        panel.unpin_requested.connect(self._on_unpin)
        panel.unpin_one_requested.connect(self._on_unpin_one)
        panel.chair_chosen.connect(probe.go_to_chair)
        panel.came_in_sight.connect(self._on_came_in_sight)
        model.answered.connect(self._on_answered)
        model.failed.connect(self._on_failed)
        state.events.pinned.connect(self._show)
        evaluation.events.table.connect(self._show)
        project.events.chairs.connect(self._show)
        project.events.project.connect(self._on_project)
        project.events.selected.connect(self._show_can_pin)
        self._show()
        self._show_can_pin()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._soon.stop()

    def kept(self) -> list[str]:
        """What the project keeps: the ids of the pinned chairs."""
        return list(self._state.pinned)

    def restore(self, kept: list[str]) -> None:
        """Undo `kept`; chairs that are not there any more are no longer pinned."""
        there = [str(one) for one in kept if self._project.chair(str(one)) is not None]
        self._state.pinned = tuple(dict.fromkeys(there))[:MOST]

    def _rows(self) -> list[PinnedRow]:
        wanted = [(chair_id, "pinned") for chair_id in self._state.pinned[:MOST]]
        table = self._evaluation.table
        if table is not None and table.first.designs:
            wanted += [
                (table.example(each, "first", "cd_1").id, each) for each in reversed(EXAMPLES)
            ]
        chairs = [(self._project.chair(chair_id), role) for chair_id, role in wanted]
        return [
            PinnedRow(chair.id, chair.name, role) for chair, role in chairs if chair is not None
        ]

    def _show(self) -> None:
        self._panel.show_rows(self._rows())
        self._draw_all(PATIENCE_MS)

    def _show_can_pin(self) -> None:
        self._panel.show_can_pin(bool(self._project.selected))

    def _draw_all(self, after_ms: int) -> None:
        """Every pair is of an earlier model now."""
        self._outdated = list(dict.fromkeys(row.chair_id for row in self._rows()))
        if not self._soon.isActive():
            self._soon.start(after_ms)

    @Slot()
    def _draw_next(self) -> None:
        project = self._project.project
        if self._asked is not None or project is None or self._latent.run_name is None:
            return
        if not self._panel.isVisible():
            return  # `came_in_sight` goes on
        while self._outdated:
            chair = self._project.chair(self._outdated.pop(0))
            if chair is not None:
                self._asked = DrawPair(project.library.cloud(chair), chair.id, PICTURE_PX)
                self._model.ask(self._asked)
                return

    @Slot()
    def _on_pin(self) -> None:
        pinned = dict.fromkeys((*self._state.pinned, *self._project.selected))
        self._state.pinned = tuple(pinned)[:MOST]
        left_out = len(pinned) - MOST
        if left_out > 0:
            self._notices.say("info", TOO_MANY.format(most=MOST, count=left_out))

    @Slot()
    def _on_unpin(self) -> None:
        self._state.pinned = ()

    @Slot(str)
    def _on_unpin_one(self, chair_id: str) -> None:
        self._state.pinned = tuple(one for one in self._state.pinned if one != chair_id)

    def _on_project(self) -> None:
        self._asked = None
        self._state.pinned = ()

    @Slot()
    def _on_came_in_sight(self) -> None:
        if self._outdated and not self._soon.isActive():
            self._soon.start(PATIENCE_MS)

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if isinstance(question, LoadRun | LoadEpoch | FollowTraining):
            is_training = isinstance(question, FollowTraining) or self._training.is_busy
            self._draw_all(TRAINING_MS if is_training else PATIENCE_MS)
        elif question is self._asked and isinstance(answer, DrawnPair):
            chair_id = self._asked.chair_id if self._asked is not None else ""
            self._asked = None
            self._panel.show_pair(
                chair_id, answer.original, answer.reconstruction, f"CD {answer.cd_1:.3f}"
            )
            self._draw_next()

    @Slot(object, object)
    def _on_failed(self, question: object, _error: object) -> None:
        if question is self._asked:
            self._asked = None  # the stage says what is wrong with the model
