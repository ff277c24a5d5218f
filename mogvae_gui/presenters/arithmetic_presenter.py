"""Reckoning with codes: the slots A, B and C, A − B + C, and the difference from A to B."""

from PySide6.QtCore import QObject, QTimer, Slot

from core.code_groups import analogy
from core.places import Showing
from mogvae_gui.presenters.group_names import group_name
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.selection_state import SLOTS, SelectionState, Source
from mogvae_gui.views.selection_panel import SelectionPanel
from mogvae_gui.workers.model_worker import DrawCodes, FollowTraining, LoadEpoch, LoadRun

PICTURE_PX = 128
LIVE_INTERVAL_MS = 5_000  # while a training goes on; drawing takes time from it


class ArithmeticPresenter(QObject):
    """Fills slots, and puts what comes out on the probe and the stage."""

    def __init__(
        self,
        state: SelectionState,
        project: ProjectState,
        latent: LatentState,
        panel: SelectionPanel,
        model: ModelLink,
        probe: ProbePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._latent = latent
        self._panel = panel
        self._model = model
        self._probe = probe
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._draw)
        panel.choices_wanted.connect(self._on_choices_wanted)
        panel.slot_filled.connect(self._on_slot_filled)
        panel.analogy_requested.connect(self._on_analogy)
        panel.difference_requested.connect(self._on_difference)
        model.answered.connect(self._on_answered)
        state.events.slots.connect(self._on_slots)
        latent.events.map.connect(self._show)
        latent.events.component_names.connect(self._show)
        project.events.project.connect(self._on_project)
        self._show()

    def code_of(self, letter: str) -> tuple[float, ...] | None:
        """Where what is in a slot lies now; None for an empty slot."""
        source, latent_map = self._state.slots.get(letter), self._latent.map
        return None if source is None or latent_map is None else source.code_in(latent_map)

    def _on_project(self) -> None:
        self._state.slots = {}

    def _on_slots(self) -> None:
        self._show()
        self._draw()

    def _show(self) -> None:
        for letter in SLOTS:
            there = self.code_of(letter) is not None
            self._panel.slots[letter].show_source(self._label(letter) if there else "")
            self._panel.slots[letter].setEnabled(self._latent.map is not None)
            if not there:
                self._panel.slots[letter].show_picture(None)
        first, second, third = (self.code_of(letter) is not None for letter in SLOTS)
        self._panel.analogy_button.setEnabled(first and second and third)
        self._panel.difference_button.setEnabled(first and second)

    def _label(self, letter: str) -> str:
        """What the slot's source is called now."""
        source = self._state.slots[letter]
        return source.label if source.component is None else self._latent.name_of(source.component)

    @Slot()
    def _draw(self) -> None:
        """Have the filled slots drawn, all at once: of one kind only the newest is answered."""
        codes = {letter: self.code_of(letter) for letter in SLOTS}
        filled = {letter: code for letter, code in codes.items() if code is not None}
        if filled:
            letters = "".join(filled)
            self._model.ask(DrawCodes(letters, tuple(filled.values()), PICTURE_PX))

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if isinstance(question, DrawCodes) and isinstance(answer, list):
            for letter, image in zip(question.what, answer, strict=True):
                if letter in self._panel.slots and self.code_of(letter) is not None:
                    self._panel.slots[letter].show_picture(image)
        elif isinstance(question, LoadRun | LoadEpoch):
            self._soon.start(0)  # when the codes of that model have come in view too
        elif isinstance(question, FollowTraining) and not self._soon.isActive():
            self._soon.start(LIVE_INTERVAL_MS)

    @Slot(str)
    def _on_choices_wanted(self, letter: str) -> None:
        choices = []
        count = len(self._project.selected)
        if count > 1:
            choices.append(("chosen", f"The middle of the {count:,} chosen chairs"))
        if self._project.current is not None:
            choices.append(("chair", self._project.current.name))
        if self._latent.probe is not None:
            choices.append(("probe", "The place of the probe"))
        latent_map = self._latent.map
        if latent_map is not None and latent_map.components is not None:
            choices.append(("", ""))
            choices += [
                (f"component:{k}", f"The mean of {_lower(self._latent.name_of(k))}")
                for k in range(len(latent_map.components.weights))
            ]
        if letter in self._state.slots:
            choices += [("", ""), ("none", "Nothing")]
        self._panel.slots[letter].show_choices(choices)

    @Slot(str, str)
    def _on_slot_filled(self, letter: str, key: str) -> None:
        slots = {other: source for other, source in self._state.slots.items() if other != letter}
        source = self._source(key)
        if source is not None:
            slots[letter] = source
        self._state.slots = slots

    def _source(self, key: str) -> Source | None:
        selected, current, probe = self._project.selected, self._project.current, self._latent.probe
        if key == "chosen" and selected:
            found = [self._project.chair(chair_id) for chair_id in selected]
            chairs = [chair for chair in found if chair is not None]
            return Source(group_name(chairs, self._latent), chair_ids=selected)
        if key == "chair" and current is not None:
            return Source(current.name, chair_ids=(current.id,))
        if key == "probe" and probe is not None:
            return Source("Probe", code=probe.code)
        if key.startswith("component:"):
            component = int(key.partition(":")[2])
            return Source(self._latent.name_of(component), component=component)
        return None

    @Slot()
    def _on_analogy(self) -> None:
        first, second, third = (self.code_of(letter) for letter in SLOTS)
        if first is not None and second is not None and third is not None:
            labels = [self._label(letter) for letter in SLOTS]
            self._probe.go_to(
                analogy(first, second, third),
                showing=Showing(f"{labels[0]} − {labels[1]} + {labels[2]}"),
            )

    @Slot()
    def _on_difference(self) -> None:
        first, second = self.code_of("A"), self.code_of("B")
        if first is not None and second is not None:
            labels = [self._label(letter) for letter in SLOTS[:2]]
            self._probe.show_difference(first, second, f"From {labels[0]} to {labels[1]}")


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:] if name.startswith("Component ") else name
