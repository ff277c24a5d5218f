"""Measures whole models when asked to, one or two side by side, and keeps what was measured."""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.library import Chair, Library
from core.saved_evaluation import chairs_digest, weights_digest
from core.training.run import Run
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.model_figure_rows import compared_rows, figure_rows
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.model_figures_panel import ModelFiguresPanel

if TYPE_CHECKING:  # it brings torch: loaded when something is measured
    from core.figure_progress import FigureProgress
    from core.model_figures import ModelFigures

Key = tuple[Path, str]
"""A run's folder and the split it was judged on."""


class ModelFiguresPresenter(QObject):
    """Keeps the Model side of the Evaluation dock on what is looked at.

    That is the run in view, the one that it is compared with, and the split in use.
    """

    def __init__(
        self,
        state: EvaluationState,
        project: ProjectState,
        latent: LatentState,
        training: TrainingState,
        panel: ModelFiguresPanel,
        jobs: Jobs,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._latent = latent
        self._training = training
        self._panel = panel
        self._jobs = jobs
        self._known: dict[Key, ModelFigures] = {}
        self._measuring: Key | None = None
        self._waiting: list[Key] = []  # to be measured after that
        panel.measure_requested.connect(self.measure)
        state.events.split.connect(self._show)
        state.events.against.connect(self._show)
        latent.events.run_name.connect(self._show)
        training.events.status.connect(self._show)
        project.events.project.connect(self._on_project)
        project.events.chairs.connect(self._on_changed)
        self._show()

    @Slot()
    def measure(self) -> None:
        """Measure the run in view and the one beside it on the chairs of the split.

        What is known is not measured again.
        """
        if self._measuring is None and not self.reason_not():
            self._waiting = self._missing()
            self._measure_next()

    def reason_not(self) -> str:
        """Why nothing can be measured now; empty where it can."""
        if not self._keys():
            return "Train a model first, or choose a run."
        if len(self._chairs(self._state.split)) < 2:
            return "There are too few such chairs in the library."
        missing = [folder.name for folder, _ in self._missing()]
        if self._training.is_busy and self._training.run_name in missing:
            return f"{self._training.run_name} is being trained. Wait for its end, or stop it."
        return ""

    @Slot(str)
    def on_run_ended(self, run: str) -> None:
        """A training has ended: the run has other weights now."""
        project = self._project.project
        if project is not None:
            folder = project.runs_folder / run
            self._known = {key: each for key, each in self._known.items() if key[0] != folder}
        self._show()

    def _keys(self) -> tuple[Key, ...]:
        """What is looked at: one run, or two."""
        project, run, against = self._project.project, self._latent.run_name, self._state.against
        if project is None or run is None:
            return ()
        runs = [run] if against is None else [run, against]
        return tuple((project.runs_folder / name, self._state.split) for name in runs)

    def _missing(self) -> list[Key]:
        return [key for key in self._keys() if key not in self._known]

    def _chairs(self, split: str) -> tuple[Chair, ...]:
        project = self._project.project
        chairs = project.library.chairs if project is not None else ()
        return tuple(chair for chair in chairs if split in ("all", chair.split))

    def _measure_next(self) -> None:
        project = self._project.project
        if project is None or not self._waiting:
            return
        key = self._measuring = self._waiting.pop(0)
        library, chairs = project.library, self._chairs(key[1])
        self._show()
        self._jobs.start(
            JobRequest(
                f"Measuring {key[0].name}",
                lambda: _measured(key, library, chairs),
                on_success=self._on_measured,
                on_cancel=self._waiting.clear,
                on_end=self._on_end,
                as_progress=lambda step: (step.done, step.total, step.doing),
            )
        )

    def _on_project(self) -> None:
        self._known = {}
        self._waiting.clear()
        self._show()

    def _on_changed(self) -> None:
        self._known = {}
        self._show()

    def _show(self) -> None:
        keys, missing, reason = self._keys(), self._missing(), self.reason_not()
        is_busy = self._measuring in missing
        found = [self._known.get(key) for key in keys]
        runs = [folder.name for folder, _ in keys] if len(keys) == 2 else []
        if not any(found):
            self._panel.show_nothing(reason, is_busy, runs)
        elif len(found) == 2:
            self._panel.show_figures(compared_rows(found[0], found[1]), runs)
            offer = f"Measure {'AB'[keys.index(missing[0])]}" if missing else ""
            self._panel.show_missing(offer, reason, is_busy)
        elif found[0] is not None:
            self._panel.show_figures(figure_rows(found[0]))
            self._panel.show_missing("")

    @Slot(object)
    def _on_measured(self, figures: "ModelFigures | None") -> None:
        if self._measuring is not None and figures is not None:
            self._known[self._measuring] = figures

    def _on_end(self) -> None:
        self._measuring = None
        self._show()
        self._measure_next()


def _measured(
    key: Key, library: Library, chairs: tuple[Chair, ...]
) -> "Generator[FigureProgress, None, ModelFigures | None]":
    """Measure; None where weights or chairs changed meanwhile, so that nothing wrong is kept."""
    from core.figure_progress import FigureProgress
    from core.model_figures import measure_model

    before = weights_digest(key[0]), chairs_digest(library, chairs)
    steps = measure_model(Run.open(key[0]).model(), library, chairs)
    try:
        for step in steps:
            if isinstance(step, FigureProgress):
                yield step
                continue
            same = (weights_digest(key[0]), chairs_digest(library, chairs)) == before
            return step if same else None
    finally:
        steps.close()
    return None
