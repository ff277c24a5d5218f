"""Decodes what is chosen: a chair, a code, a component, a place, a slider's value."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.frame import Frame
from core.library import Chair
from core.pair_metrics import PairMetrics
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.latent_state import LatentState, Peek, Probe
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.stage_state import ShownCloud, StageState
from mogvae_gui.workers.model_worker import (
    Decode,
    Decoded,
    DecodeDifference,
    Difference,
    Reconstruct,
    SampleCodes,
)

Question = Reconstruct | Decode | DecodeDifference


@dataclass(frozen=True, eq=False)
class _Left:
    """What stood on the stage when the probe went to look elsewhere."""

    question: Question | None  # that it was the answer to; None: somebody else put it there
    is_answered: bool
    reconstruction: ShownCloud | None
    metrics: PairMetrics | None
    denser_than: float | None
    nats_below: float
    decode_ms: float | None


class ProbePresenter(QObject):
    """Moves the probe and puts what is decoded there on the stage. Late answers are dropped."""

    chair_asked = Signal(str)  # chair id; the probe goes to its code when that is known

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        stage: StageState,
        model: ModelLink,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(model)
        self._project = project
        self._latent = latent
        self._stage = stage
        self._model = model
        self._notices = notices
        self._next_seed = 0
        self._difference_title = ""
        self._newest: Question | None = None  # whose answer the stage waits for
        self._is_answered = True
        self._left: _Left | None = None  # to be put back; None once the model is another
        model.answered.connect(self._on_answered)
        model.failed.connect(self._on_failed)
        project.events.project.connect(self._on_project)
        project.events.selected.connect(self._on_selected)
        project.events.chairs.connect(self._on_chairs)

    @property
    def chair_asked_for(self) -> str | None:
        """The chair whose own code the probe is on, or will be as soon as it is known."""
        return self._newest.chair_id if isinstance(self._newest, Reconstruct) else None

    def go_to_chair(self, chair_id: str) -> None:
        """Show a chair and its reconstruction, and put the probe on its code."""
        if self._project.selected[:1] == (chair_id,):
            self._on_selected()
        else:
            self._project.selected = (chair_id,)

    def go_to(self, code: tuple[float, ...], component: int | None = None, title: str = "") -> None:
        """Put the probe there and decode. `title` says what is there, where that is known."""
        self._latent.peek = None
        self._latent.probe = Probe(code, component=component)
        self._ask(Decode(code, component=component, title=title))

    def put_on(self, decoded: Decoded) -> None:
        """Put the probe on a code that is decoded already; what was asked before comes too late."""
        self._latent.peek = None
        self._newest, self._is_answered = None, True
        self._latent.probe = Probe(decoded.code)
        self._show_density(decoded)
        self._stage.decode_ms = decoded.decode_ms

    def peek(self, code: tuple[float, ...]) -> None:
        """Look at a place while somebody points at it; the probe is still at home elsewhere."""
        if self._latent.peek is None:
            self._left = _Left(
                self._newest,
                self._is_answered,
                self._stage.reconstruction,
                self._stage.metrics,
                self._latent.denser_than,
                self._latent.nats_below,
                self._stage.decode_ms,
            )
            self._latent.peek = Peek(self._latent.probe, self.chair_asked_for)
        self._latent.probe = Probe(code)
        self._ask(Decode(code), is_peek=True)

    def end_peek(self) -> None:
        """Go home, and put back what stood there; the model is only asked if it has changed."""
        peek, left = self._latent.peek, self._left
        if peek is None:
            return
        self._left = None
        self._latent.probe = peek.probe
        if left is not None:
            self._newest, self._is_answered = left.question, left.is_answered
            self._stage.decode_ms = left.decode_ms
            self._stage.metrics = left.metrics
            self._show_density(left)
            self._stage.reconstruction = left.reconstruction
        self._latent.peek = None
        if left is None:
            self._home_again(peek)
        elif not left.is_answered and left.question is not None:
            self._ask(left.question)  # a newer one has overtaken it

    def _home_again(self, peek: Peek) -> None:
        """The model changed meanwhile: what it makes of home now."""
        probe, chair = peek.probe, self._project.current
        if probe is None or probe.chair_id is not None or peek.chair_asked_for is not None:
            if chair is not None:
                self._reconstruct(chair)
        else:
            self._ask(Decode(probe.code, component=probe.component))

    def sample(self, component: int | None = None) -> None:
        """Draw a code from the prior, or from one component, and decode it."""
        self._model.ask(SampleCodes(self._next_seed, component))
        self._next_seed += 1

    def show_difference(
        self, first: tuple[float, ...], second: tuple[float, ...], title: str
    ) -> None:
        """Put the probe on the first place and show how its shape becomes that of the second."""
        self._difference_title = title
        self._latent.peek = None
        self._latent.probe = Probe(first)
        self._ask(DecodeDifference(first, second))

    def decode_again(self) -> None:
        """The model changed: show what the probe's place is now."""
        probe = self._latent.probe
        self._left = None
        if probe is None:
            self._latent.peek = None
        if probe is not None and probe.chair_id is None:
            is_peek = self._latent.peek is not None
            self._ask(Decode(probe.code, component=probe.component), is_peek=is_peek)
        elif self._project.current is not None:
            self._reconstruct(self._project.current)

    def _on_project(self) -> None:
        """The stage begins empty: what it shows is of the project before."""
        self._latent.peek = None
        self._newest, self._is_answered = None, True
        self._stage.original = self._stage.reconstruction = self._stage.metrics = None

    def _on_selected(self) -> None:
        chair = self._project.current
        shown = self._stage.original
        if chair is None or self._project.project is None:
            if not self._project.chairs:
                self._stage.original = None
            return
        if shown is not None and (shown.chair_id, shown.frame) == (chair.id, chair.frame):
            if shown.title != chair.name:
                self._stage.original = replace(shown, title=chair.name)
        else:
            cloud = self._project.project.library.cloud(chair)
            self._stage.original = ShownCloud(
                chair.name, cloud, None, chair_id=chair.id, frame=chair.frame
            )
        if self._latent.run_name is not None:
            self._reconstruct(chair)

    def _on_chairs(self) -> None:
        """The chosen chair may have been renamed, turned or taken out."""
        chair, shown = self._project.current, self._stage.original
        if chair is None or shown is None or chair.id != shown.chair_id:
            return
        if _key(shown) != (chair.id, chair.name, chair.frame):
            self._on_selected()

    def _reconstruct(self, chair: Chair) -> None:
        if self._project.project is not None:
            cloud = self._project.project.library.cloud(chair)
            self.chair_asked.emit(chair.id)
            self._ask(Reconstruct(cloud, chair.id))

    def _ask(self, question: Question, *, is_peek: bool = False) -> None:
        if not is_peek:
            self._latent.peek = self._left = None
        self._newest, self._is_answered = question, False
        self._model.ask(question)

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if isinstance(answer, Decoded):
            if question is not self._newest:
                return  # the person has gone elsewhere meanwhile
            self._is_answered = True
            if isinstance(question, Reconstruct):
                self._on_reconstructed(question, answer)
            elif isinstance(question, Decode):
                self._on_decoded(question, answer)
        elif isinstance(answer, Difference):
            if question is self._newest:
                self._is_answered = True
                self._on_difference(answer)
        elif isinstance(question, SampleCodes) and isinstance(answer, np.ndarray):
            self.go_to(tuple(float(value) for value in answer[0]), question.component)

    def _on_reconstructed(self, question: Reconstruct, answer: Decoded) -> None:
        chair = self._project.current
        if chair is None or chair.id != question.chair_id:
            return
        self._latent.probe = Probe(answer.code, chair_id=chair.id)
        original = self._stage.original
        if original is not None and original.chair_id == chair.id:
            self._stage.original = ShownCloud(
                original.title,
                original.points,
                original.normals,
                error=answer.back_error,
                chair_id=chair.id,
                frame=chair.frame,
            )
        self._show(answer, f"Reconstruction of {chair.name}", chair, chair_id=chair.id)

    def _on_decoded(self, question: Decode, answer: Decoded) -> None:
        probe = self._latent.probe
        if probe is None or probe.code != question.code:
            return
        title = question.title or "Decoded code"
        if question.component is not None and not question.title:
            title = self._latent.name_of(question.component)
        self._show(answer, title, self._project.current, component=question.component)

    def _on_difference(self, answer: Difference) -> None:
        probe, chair = self._latent.probe, self._project.current
        self._stage.decode_ms = answer.decode_ms
        self._stage.metrics = None
        self._show_density(answer)
        self._stage.reconstruction = ShownCloud(
            self._difference_title,
            answer.points,
            answer.normals,
            code=probe.code if probe is not None else None,
            displacement=np.linalg.norm(answer.displacement, axis=1),
            arrows=answer.arrows,
            frame=chair.frame if chair is not None else None,
        )

    def _show(
        self,
        answer: Decoded,
        title: str,
        frame_of: Chair | None,
        chair_id: str | None = None,
        component: int | None = None,
    ) -> None:
        self._stage.decode_ms = answer.decode_ms
        self._stage.metrics = answer.metrics
        self._show_density(answer)
        self._stage.reconstruction = ShownCloud(
            title,
            answer.points,
            answer.normals,
            error=answer.error,
            chair_id=chair_id,
            code=answer.code,
            component=component,
            frame=frame_of.frame if frame_of is not None else None,
        )

    def _show_density(self, there: Decoded | Difference | _Left) -> None:
        self._latent.nats_below = there.nats_below
        self._latent.denser_than = there.denser_than

    @Slot(object, object)
    def _on_failed(self, question: object, error: Exception) -> None:
        if isinstance(question, Reconstruct | Decode | DecodeDifference | SampleCodes):
            self._notices.say_error(error, "Decoding")


def _key(shown: ShownCloud) -> tuple[str | None, str, Frame | None]:
    """What tells one original on the stage from another."""
    return shown.chair_id, shown.title, shown.frame
