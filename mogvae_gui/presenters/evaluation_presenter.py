"""Evaluates the run in view, alone or beside a second run, and finds what is known already."""

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.evaluation import EvaluationProgress
from core.library import Chair, Library
from core.processes import spare_processes
from core.saved_evaluation import EvaluationCache
from core.training.checkpoint import WEIGHTS_FILE
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.evaluation_state import EvaluationState, Measuring, SplitChoice
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.workers.evaluation_worker import (
    EvaluationWorker,
    FindEvaluations,
    FoundEvaluations,
)
from mogvae_gui.workers.threads import WorkerThread

SPLIT_WORDS: dict[SplitChoice, str] = {
    "test": "test chairs",
    "train": "training chairs",
    "all": "chairs",
}

_QUICK_POINTS = 512
"""An exact EMD of so many points holds the window for 20 ms; of more it goes to a process."""
_MOST_PROCESSES = 8
"""Each needs 1 GiB for an EMD of 5,000 points."""


class EvaluationPresenter(QObject):
    """Keeps `EvaluationState.table` what is known of the runs that are looked at."""

    readiness_changed = Signal()  # whether something can be evaluated, see `reason_not`

    def __init__(
        self,
        state: EvaluationState,
        project: ProjectState,
        latent: LatentState,
        training: TrainingState,
        window: MainWindow,
        jobs: Jobs,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._project = project
        self._latent = latent
        self._training = training
        self._window = window
        self._panel = window.evaluation
        self._jobs = jobs
        self._notices = notices
        self._cache = EvaluationCache()
        self._newest: FindEvaluations | None = None
        self._evaluates_when_found = False  # a second run was asked for: what is missing is wanted
        self._worker = EvaluationWorker(self._cache)
        self._thread = WorkerThread(self._worker, "evaluations", self)
        self._worker.answered.connect(self._on_found)
        self._worker.failed.connect(self._on_not_found)
        self._thread.start()
        self._connect()
        self._on_project()

    def stop(self) -> None:
        """End the thread that finds evaluations."""
        self._worker.forget()
        self._thread.end()

    def evaluate(self) -> None:
        """Evaluate the run in view, and the second run where there is one, if not yet known."""
        project = self._project.project
        runs = self._missing_runs()
        if project is None or not runs or self.reason_not():
            return
        folders = [project.runs_folder / run for run in runs]
        chairs, split = self._chairs(), self._state.split
        self._state.measuring = Measuring(tuple(runs))
        self._jobs.start(
            JobRequest(
                "Evaluating",
                lambda: _evaluated(self._cache, folders, project.library, chairs, split),
                on_progress=self._on_progress,
                on_end=self._on_end,
                as_progress=lambda step: (step.done, step.total, step.doing),
            )
        )

    def compare_with(self, run: str | None) -> None:
        """Put a run beside the one in view and evaluate what is not known; None ends that."""
        self._evaluates_when_found = run is not None
        self._state.against = run
        if run is not None:
            self._find()

    def forget(self, run: str) -> None:
        """A run has gone or is called otherwise: it is not compared with any more."""
        if self._state.against == run:
            self.compare_with(None)
        self._show_choices()

    def reason_not(self) -> str:
        """Why nothing can be evaluated now; empty where it can."""
        if self._project.project is None or self._latent.run_name is None:
            return "Train a model first, or choose a run."
        if self._project.read_only:
            return self._project.read_only
        if not self._chairs():
            return "There is no such chair in the library."
        if self._state.measuring is not None:
            return "An evaluation is under way."
        runs = self._missing_runs()
        if self._training.is_busy and self._training.run_name in runs:
            return f"{self._training.run_name} is being trained. Wait for its end, or stop it."
        return ""

    def other_runs(self) -> list[str]:
        """The project's runs, but for the one in view, that have a model."""
        project = self._project.project
        if project is None:
            return []
        return [
            name
            for name in project.run_names()
            if name != self._latent.run_name
            and (project.runs_folder / name / WEIGHTS_FILE).exists()
        ]

    @Slot(str)
    def on_run_ended(self, _run: str) -> None:
        """A training has ended: there may be a new run, or other weights."""
        self._show_choices()
        self._find()

    def _connect(self) -> None:
        panel, window = self._panel, self._window
        panel.evaluate_requested.connect(self.evaluate)
        panel.cancel_requested.connect(self._jobs.cancel)
        panel.split_chosen.connect(self._on_split_chosen)
        panel.against_chosen.connect(self._on_against_chosen)
        window.compare_action.triggered.connect(self._on_compare)
        self._state.events.split.connect(self._on_split)
        self._state.events.against.connect(self._on_against)
        self._state.events.table.connect(self._show_can_evaluate)
        self._state.events.measuring.connect(self._show_measuring)
        self._project.events.project.connect(self._on_project)
        self._project.events.chairs.connect(self._find)
        self._project.events.read_only.connect(self._show_can_evaluate)
        self._latent.events.run_name.connect(self._on_run)
        self._training.events.status.connect(self._show_can_evaluate)

    def _chairs(self) -> tuple[Chair, ...]:
        # Of the library itself, for while a project opens the state's chairs are ahead of it.
        project, split = self._project.project, self._state.split
        chairs = project.library.chairs if project is not None else ()
        return tuple(chair for chair in chairs if split in ("all", chair.split))

    def _missing_runs(self) -> list[str]:
        """Of the runs that are looked at, those that the table does not have."""
        run, against, table = self._latent.run_name, self._state.against, self._state.table
        if run is None:
            return []
        known = set() if table is None else {table.run, table.against}
        return [name for name in (run, against) if name is not None and name not in known]

    def _find(self) -> None:
        """Ask what is known; `_on_found` follows."""
        project, run = self._project.project, self._latent.run_name
        if project is None or run is None:
            self._newest = None
            self._state.outdated = False
            self._state.table = None
            return
        against = self._state.against
        self._newest = FindEvaluations(
            project.library,
            self._chairs(),
            self._state.split,
            project.runs_folder / run,
            project.runs_folder / against if against is not None else None,
        )
        self._worker.ask(self._newest)

    @Slot(object, object)
    def _on_found(self, question: FindEvaluations, answer: FoundEvaluations) -> None:
        if question is not self._newest:
            return
        self._state.outdated = answer.outdated
        self._state.table = answer.table
        wanted, self._evaluates_when_found = self._evaluates_when_found, False
        if wanted and self._missing_runs():
            self.evaluate()

    @Slot(object, object)
    def _on_not_found(self, question: FindEvaluations, error: Exception) -> None:
        if question is self._newest:
            self._evaluates_when_found = False
            self._state.table = None
            self._notices.say_error(error, "Looking for evaluations")

    def _on_project(self) -> None:
        self._jobs.cancel()
        self._evaluates_when_found = False
        self._state.table = None
        self._state.against = None
        self._show_choices()
        self._find()

    def _on_run(self) -> None:
        if self._state.against == self._latent.run_name:
            self._state.against = None
        self._show_choices()
        self._find()

    def _on_split(self) -> None:
        self._show_choices()
        self._find()

    def _on_against(self) -> None:
        table = self._state.table
        if self._state.against is None and table is not None and table.second is not None:
            self._state.table = type(table).of_run(table.split, table.run, table.first)
        self._show_choices()
        if self._state.against is not None:
            self._find()

    def _show_choices(self) -> None:
        runs = self.other_runs()
        self._panel.show_choices(self._state.split, runs, self._state.against)
        action = self._window.compare_action
        action.setEnabled(bool(runs))
        action.setChecked(self._state.against is not None)
        self._show_can_evaluate()

    def _show_can_evaluate(self) -> None:
        self._panel.show_can_evaluate(bool(self._missing_runs()) and not self.reason_not())
        self.readiness_changed.emit()

    def _show_measuring(self) -> None:
        measuring = self._state.measuring
        if measuring is None:
            self._panel.show_progress(None)
        else:
            words = measuring.doing or " and ".join(measuring.runs)
            self._panel.show_progress(f"Evaluating {words}", measuring.done, measuring.total)
        self._show_can_evaluate()

    @Slot(object)
    def _on_progress(self, step: Measuring) -> None:
        if self._state.measuring is not None:
            self._state.measuring = step

    def _on_end(self) -> None:
        self._state.measuring = None
        self._find()

    @Slot(str)
    def _on_split_chosen(self, split: SplitChoice) -> None:
        self._state.split = split

    @Slot(str)
    def _on_against_chosen(self, run: str) -> None:
        self.compare_with(run or None)

    @Slot(bool)
    def _on_compare(self, wanted: bool) -> None:
        if not wanted:
            self.compare_with(None)
            return
        self._window.compare_action.setChecked(self._state.against is not None)
        self._window.evaluation_dock.show()
        self._window.evaluation_dock.raise_()
        self._panel.ask_against()


def _evaluated(
    cache: EvaluationCache,
    folders: Sequence[Path],
    library: Library,
    chairs: tuple[Chair, ...],
    split: str,
) -> Generator[Measuring, None, None]:
    """Evaluate the runs that are not known yet, one after the other; counts them as one."""
    unknown = [
        folder
        for folder in folders
        if cache.find(folder, library, chairs, split).evaluation is None
    ]
    processes = 0
    if library.points > _QUICK_POINTS:
        processes = min(spare_processes(), len(chairs), _MOST_PROCESSES)
    runs = tuple(folder.name for folder in unknown)
    before = 0
    for place, folder in enumerate(unknown):
        after = len(chairs) * (len(unknown) - place - 1)
        total = 0
        steps = cache.measure(folder, library, chairs, split, processes=processes)
        with closing(steps):
            for step in steps:
                if isinstance(step, EvaluationProgress):
                    total = step.total
                    doing = f"{folder.name}: {step.name}" if step.name else folder.name
                    yield Measuring(runs, before + step.done, before + total + after, doing)
        before += total
