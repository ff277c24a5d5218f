"""Decodes what is chosen: a chair, a code, a component, a place, a slider's value."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.frame import Frame
from core.pair_metrics import PairMetrics
from core.places import Showing
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
        self._strangers: dict[str, ShownCloud] = {}  # originals that are in no library, by id
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

    @property
    def chair_on_stage(self) -> str | None:
        """Id of the chair, or of the found shape, that the stage shows."""
        return None if self._stage.original is None else self._stage.original.chair_id

    def show_chair(self, chair_id: str) -> None:
        """Show a chair, or a shape that was found, as `go_to_chair` does; but choose nothing."""
        if self.show_original(chair_id) and self._latent.run_name is not None:
            self._reconstruct()

    def show_original(self, chair_id: str) -> bool:
        """Put a chair, or a shape that was found, on the stage; the probe stays where it is.

        False where it is no more known.
        """
        shown, chair = self._stage.original, self._project.chair(chair_id)
        if chair is None or self._project.project is None:
            stranger = self._strangers.get(chair_id)
            if stranger is not None and (shown is None or shown.chair_id != chair_id):
                self._stage.original = stranger
            return stranger is not None
        if shown is None or (shown.chair_id, shown.frame) != (chair.id, chair.frame):
            cloud = self._project.project.library.cloud(chair)
            self._stage.original = ShownCloud(
                chair.name, cloud, None, chair_id=chair.id, frame=chair.frame
            )
        elif shown.title != chair.name:
            self._stage.original = replace(shown, title=chair.name)
        return True

    def show_stranger(self, original: ShownCloud, decoded: Decoded) -> None:
        """Show a shape of no library, which is encoded and decoded already, and go to its code.

        It is held, so that one can come back to it. What was asked before comes too late.
        """
        if original.chair_id is None:
            raise ValueError("What one is to come back to needs an id.")
        self._strangers[original.chair_id] = original
        question = Reconstruct(original.points, original.chair_id)
        self._latent.peek = self._left = None
        self._newest, self._is_answered = question, True
        self._stage.original = original
        self._on_reconstructed(question, decoded)

    def go_to(
        self,
        code: tuple[float, ...],
        component: int | None = None,
        showing: Showing | None = None,
    ) -> None:
        """Put the probe there, on the mean of `component` where that is given, and decode.

        `showing` says what is there, where that is known.
        """
        self._latent.peek = None
        self._latent.probe = Probe(code, component=component, showing=showing)
        self._ask(Decode(code, component=component, showing=showing))

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
        probe = peek.probe
        if probe is None or probe.chair_id is not None or peek.chair_asked_for is not None:
            self._reconstruct()
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
        self._latent.peek = None
        self._latent.probe = Probe(first, showing=Showing(title, second=second))
        self._ask(DecodeDifference(first, second))

    def decode_again(self) -> None:
        """The model changed: show what the probe's place is now."""
        probe, peek = self._latent.probe, self._latent.peek
        self._left = None
        if probe is None:
            self._latent.peek = None
        elif peek is not None and peek.probe is not None:
            self._latent.peek = replace(peek, probe=self._of_this_model(peek.probe))
        if probe is not None and probe.chair_id is None:
            is_peek = self._latent.peek is not None
            probe = self._latent.probe = self._of_this_model(probe)
            self._ask(Decode(probe.code, component=probe.component), is_peek=is_peek)
        else:
            self._reconstruct()

    def _of_this_model(self, probe: Probe) -> Probe:
        """The probe after the model changed: on a mean it goes along, elsewhere it is on a code.

        A sample, an average or a difference was one of the model before.
        """
        if probe.chair_id is not None:
            return probe
        mean = self._latent.mean_of(probe.component)
        return Probe(probe.code) if mean is None else Probe(mean, component=probe.component)

    def _on_project(self) -> None:
        """The stage begins empty: what it shows is of the project before."""
        self._strangers = {}
        self._latent.peek = None
        self._newest, self._is_answered = None, True
        self._stage.original = self._stage.reconstruction = self._stage.metrics = None
        self._stage.decode_ms = None

    def _on_selected(self) -> None:
        chair = self._project.current
        if chair is not None and self._project.project is not None:
            self.show_chair(chair.id)
        elif not self._project.chairs:
            self._stage.original = None

    def _on_chairs(self) -> None:
        """The chair on the stage may have been renamed, turned or taken out."""
        shown, probe = self._stage.original, self._latent.probe
        if shown is None or shown.chair_id is None:
            return
        chair = self._project.chair(shown.chair_id)
        if chair is None:
            self._strangers[shown.chair_id] = shown  # one may come back to it all the same
        elif _key(shown) != (chair.id, chair.name, chair.frame):
            is_on_it = probe is not None and probe.chair_id == chair.id
            if is_on_it or chair == self._project.current:
                self.show_chair(chair.id)
            else:
                self.show_original(chair.id)

    def _reconstruct(self) -> None:
        """What the model makes of the shape on the stage."""
        original = self._stage.original
        if original is not None and original.chair_id is not None:
            self.chair_asked.emit(original.chair_id)
            self._ask(Reconstruct(original.points, original.chair_id))

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
            sample = Showing(component=question.component, seed=question.seed)
            self.go_to(tuple(float(value) for value in answer[0]), showing=sample)

    def _on_reconstructed(self, question: Reconstruct, answer: Decoded) -> None:
        original = self._stage.original
        if original is None or original.chair_id != question.chair_id:
            return
        self._latent.probe = Probe(answer.code, chair_id=question.chair_id)
        self._stage.original = replace(original, error=answer.back_error)
        self._show(answer, f"Reconstruction of {original.title}", chair_id=question.chair_id)

    def _on_decoded(self, question: Decode, answer: Decoded) -> None:
        probe = self._latent.probe
        if probe is None or probe.code != question.code:
            return
        showing, component = question.showing or Showing(), question.component
        if component is None:
            title, component = showing.title or "Decoded code", showing.component
        else:
            title = self._latent.name_of(component)
        self._show(answer, title, component=component, seed=showing.seed)

    def _on_difference(self, answer: Difference) -> None:
        probe = self._latent.probe
        showing = None if probe is None else probe.showing
        self._stage.decode_ms = answer.decode_ms
        self._stage.metrics = None
        self._show_density(answer)
        self._stage.reconstruction = ShownCloud(
            "Difference" if showing is None else showing.title,
            answer.points,
            answer.normals,
            code=probe.code if probe is not None else None,
            displacement=np.linalg.norm(answer.displacement, axis=1),
            arrows=answer.arrows,
            frame=self._frame(),
        )

    def _show(
        self,
        answer: Decoded,
        title: str,
        chair_id: str | None = None,
        component: int | None = None,
        seed: int | None = None,
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
            seed=seed,
            frame=self._frame(),
        )

    def _frame(self) -> Frame | None:
        """The way to the units of the shape that stands beside what is decoded."""
        return None if self._stage.original is None else self._stage.original.frame

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
