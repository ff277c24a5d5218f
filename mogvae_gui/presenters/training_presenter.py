"""Keeps the training state and its panel in step; starts, pauses and ends trainings."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64
from PySide6.QtCore import QObject, Signal, Slot

from core.errors import SettingsError, StudioError
from core.training.presets import PRESETS
from core.training.reports import (
    EpochReport,
    PreparationReport,
    StepReport,
    TrainingRequest,
)
from core.training.run import Run, RunState
from mogvae_gui.presenters.device_presenter import device_words
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.presenters.setting_fields import enabled_settings, fitting_kl, setting_fields
from mogvae_gui.state.latent_state import LatentMap, LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState, TrainingStatus
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.training_curves import import_plots
from mogvae_gui.views.turns import turns
from mogvae_gui.views.words import plain_duration
from mogvae_gui.workers.job import NewestJob
from mogvae_gui.workers.model_worker import FollowTraining
from mogvae_gui.workers.threads import WorkerThread
from mogvae_gui.workers.training_worker import TrainingWorker

LEAST_CHAIRS = 2
# Of what an epoch's end shows, in this order. A 3-D view that appears takes as long as one that has
# something new, so that the first epoch lets views appear in turns of their own.
PARTS = ("curves", "epoch", "space", "side", "run", "model", "chair")
CURVES = (
    "epoch",
    "loss",
    "reconstruction",
    "kl",
    "test_reconstruction",
    "learning_rate",
    "beta",
    "active_units",
    "chairs_per_s",
)


@dataclass(frozen=True, eq=False)
class Course:
    """What was read of a run that was trained earlier."""

    folder: Path
    curves: dict[str, Float64[np.ndarray, " epochs"]]
    usage: Float64[np.ndarray, " components"] | None  # of the last epoch; None before the first
    state: RunState


class TrainingPresenter(QObject):
    """One training at a time. While it runs the latent space and the stage follow it."""

    run_ended = Signal(str)  # the run's name
    left = Signal()  # after `leave`: nothing trains any more and all is saved

    def __init__(
        self,
        state: TrainingState,
        project: ProjectState,
        latent: LatentState,
        window: MainWindow,
        model: ModelLink,
        probe: ProbePresenter,
        runs: RunsPresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._project = project
        self._latent = latent
        self._window = window
        self._panel = window.training
        self._model = model
        self._probe = probe
        self._runs = runs
        self._notices = notices
        self._worker: TrainingWorker | None = None
        self._thread: WorkerThread | None = None
        self._failed = False
        self._until_epoch = 0  # of the training that runs, or ran last
        self._broken = ""  # the run that an error ended and that can be resumed
        self._follows = False  # the window shows the model as it learns
        self._is_listed = False  # its run can be chosen in the list of runs
        self._newest: EpochReport | None = None  # that has weights
        self._courses = NewestJob("reading a run's course", self)
        self._awaits_course = False  # of the run that trains on: its earlier epochs are being read
        self._is_left = False  # it ends with the window, and nobody looks any more
        self._points: list[tuple[int, dict[str, float | None]]] = []  # not drawn yet
        self._alarms: list[str] = []  # of this session; a report has only those that are new
        self._run_settings = state.settings  # of the run that trains
        self._connect_panel()
        state.events.settings.connect(self._show_settings)
        state.events.status.connect(self._show_status)
        state.events.run_name.connect(self._show_name)
        project.events.project.connect(self._on_project)
        project.events.chairs.connect(self._show_can_start)
        project.events.read_only.connect(self._show_can_start)
        project.events.is_opening.connect(self._show_can_start)
        latent.events.run_name.connect(self._on_run_in_view)
        runs.loading.connect(self._on_other_run_wanted)
        runs.live_wanted.connect(self._on_own_run_wanted)
        self._courses.succeeded.connect(self._on_course)
        self._courses.failed.connect(self._on_no_course)
        self._panel.show_fields(setting_fields())
        self._show_settings()
        self._show_status()
        self._on_project()

    def start(self) -> None:
        """Train a new run with the settings of the panel."""
        project = self._project.project
        if project is None or self._state.is_busy or not self._can_start():
            return
        name = project.new_run_name(self._state.run_name or self._stem())
        try:
            run = Run.create(project.runs_folder / name, self._state.settings)
        except (StudioError, OSError) as error:
            self._notices.say_error(error, "Making the run")
            return
        self._panel.show_curves({})
        self._begin(run, self._state.settings.epochs, resume=False)

    def train_more(self, epochs: int, name: str | None = None) -> None:
        """Go on with a run, by default that in view, for so many epochs beyond those it has."""
        run = self._run_to_go_on(name)
        if run is not None:
            self._begin(run, run.state.epochs_done + epochs, resume=True)

    def go_on(self, name: str | None = None) -> None:
        """Go on with a run that was stopped, by default that in view, to its planned end."""
        run = self._run_to_go_on(name)
        if run is not None:
            self._begin(run, run.state.epochs_planned, resume=True)

    def _run_to_go_on(self, name: str | None) -> Run | None:
        project, name = self._project.project, name or self._latent.run_name
        if project is None or name is None or self._state.is_busy or self._project.is_opening:
            return None
        try:
            project.check_may_change()
            run = Run.open(project.runs_folder / name)
            _ = run.state  # a run whose place cannot be read cannot go on
            return run
        except StudioError as error:
            self._notices.say_error(error)
            return None

    def pause_or_resume(self) -> None:
        """Wait after this step, or go on."""
        if self._worker is None:
            return
        if self._state.status == "paused":
            self._worker.resume()
            self._state.status = "running"
        elif self._state.status == "running":
            self._worker.pause()
            self._state.status = "paused"

    def stop(self) -> None:
        """End after this step; everything learnt is kept."""
        if self._worker is not None and self._state.is_busy:
            self._state.status = "stopping"
            self._worker.stop()

    def leave(self) -> None:
        """Stop for good and show nothing of it any more; `left` follows when all is saved.

        A step may take minutes (exact EMD of large clouds), and the event loop goes on meanwhile.
        """
        if self._worker is None:
            self.left.emit()
            return
        self._is_left = True
        for part in PARTS:
            turns().forget((self, part))
        self.stop()

    def stop_and_wait(self) -> None:
        """End the training and return when its thread has ended and all is saved."""
        if self._worker is not None and self._thread is not None:
            for part in PARTS:
                turns().forget((self, part))
            self._worker.stop()
            self._thread.end()
            self._worker = self._thread = None
        self._courses.stop()

    def _connect_panel(self) -> None:
        panel, window = self._panel, self._window
        panel.value_edited.connect(self._on_value_edited)
        panel.preset_chosen.connect(self._on_preset_chosen)
        panel.name_edited.connect(self._on_name_edited)
        panel.start_requested.connect(self.start)
        panel.pause_requested.connect(self.pause_or_resume)
        panel.resume_requested.connect(self._on_resume_requested)
        panel.stop_requested.connect(self.stop)
        panel.more_requested.connect(self._on_more_requested)
        window.train_action.triggered.connect(self.start)
        window.pause_action.triggered.connect(self.pause_or_resume)
        window.stop_action.triggered.connect(self.stop)

    def _begin(self, run: Run, until_epoch: int, *, resume: bool) -> None:
        project = self._project.project
        if project is None:
            return
        request = TrainingRequest(
            run_folder=run.folder,
            library_folder=project.library.folder,
            until_epoch=until_epoch,
            resume=resume,
        )
        self._failed, self._until_epoch, self._broken = False, until_epoch, ""
        self._follows, self._is_listed, self._newest = True, False, None
        self._runs.live = run.name
        self._points = []
        self._awaits_course = resume and (
            run.name != self._latent.run_name or self._courses.is_busy
        )
        self._courses.forget()
        if self._awaits_course:
            self._courses.start(lambda: _reading_course(run.folder))
        self._alarms = []
        self._run_settings = run.settings  # a run that goes on has its own
        self._state.run_name = run.name
        self._state.last_report = None
        self._state.status = "starting"
        self._panel.show_alarms([])
        self._worker = TrainingWorker(request)
        self._thread = WorkerThread(self._worker, "training", self)
        self._worker.preparing.connect(self._on_preparing)
        self._worker.step_done.connect(self._on_step_done)
        self._worker.epochs_done.connect(self._on_epochs_done)
        self._worker.failed.connect(self._on_failed)
        self._worker.finished.connect(self._on_finished)
        self._thread.started.connect(self._worker.run)
        self._thread.start()
        if self._latent.probe is None:
            turns().add((self, "chair"), self._choose_first_chair)

    @Slot(int)
    def _on_more_requested(self, epochs: int) -> None:
        self.train_more(epochs)

    @Slot()
    def _on_resume_requested(self) -> None:
        if self._state.status == "paused":
            self.pause_or_resume()
        elif self._state.status == "failed":
            self._go_on_with_broken()
        else:
            self.go_on()

    def _go_on_with_broken(self) -> None:
        """The run that failed need not be in view, nor know that it was to be trained more."""
        run = self._run_to_go_on(self._broken) if self._broken else None
        if run is not None:
            self._begin(run, self._until_epoch, resume=True)

    @Slot(object)
    def _on_preparing(self, report: PreparationReport) -> None:
        if self._worker is None or self._is_left:
            return  # it ends with the window
        words = f"{report.doing}: {report.done:,} of {report.total:,}"
        self._panel.show_progress(0, self._until(1), words)

    @Slot(object)
    def _on_step_done(self, report: StepReport) -> None:
        if self._worker is None or self._is_left:
            return  # it ends with the window
        if self._state.status == "starting":
            self._state.status = "running"
        until = self._until(report.epoch)
        done = report.epoch - 1 + report.step / max(report.steps, 1)
        rest = self._words(report.chairs_per_s, report.elapsed_s, done, until)
        self._panel.show_progress(done, until, rest)

    @Slot(object)
    def _on_epochs_done(self, reports: tuple[EpochReport, ...]) -> None:
        if self._worker is None or self._is_left:
            return  # it ends with the window
        if self._state.status == "starting":
            self._state.status = "running"
        self._points += [(report.epoch, _point(report)) for report in reports]
        for report in reports:
            self._alarms += [alarm for alarm in report.alarms if alarm not in self._alarms]
        report = self._state.last_report = reports[-1]
        # Weights come with the newest epoch of a second or so, which need not be the last here.
        newest = next((r for r in reversed(reports) if r.model_state is not None), report)
        if newest.model_state is not None:
            self._newest = newest
        shows: list[Callable[[], None]] = [self._show_points, lambda: self._show_epoch(report)]
        if newest.model_state is not None:
            shows += [self._make_room_for_codes, self._make_room_for_reconstruction]
            shows += [self._bring_run_into_view, lambda: self._follow(newest)]
        for part, show in zip(PARTS, shows, strict=False):
            turns().add((self, part), show)

    def _show_points(self) -> None:
        if self._awaits_course:
            return  # they come after those that are being read
        points, self._points = self._points, []
        if points:
            self._panel.append_points(points)

    def _show_epoch(self, report: EpochReport) -> None:
        self._panel.show_component_usage(np.asarray(report.component_usage))
        self._panel.show_alarms(self._alarms)
        self._window.show_device(device_words(report.device))
        self._panel.show_progress(
            report.epoch,
            report.epochs,
            _progress_words(report.remaining_s, device_words(report.device), report.chairs_per_s),
        )

    def _make_room_for_codes(self) -> None:
        if self._follows:
            self._window.latent.show_model_there(True)

    def _make_room_for_reconstruction(self) -> None:
        if self._follows and self._project.chairs:
            self._window.stage.reconstruction.make_room()

    def _bring_run_into_view(self) -> None:
        if self._follows and self._latent.run_name != self._state.run_name:
            self._latent.probe = None
            self._latent.settings = self._run_settings
            self._latent.run_name = self._state.run_name

    def _follow(self, report: EpochReport) -> None:
        """Let the latent space and the stage show what the model is now."""
        project = self._project.project
        if report.model_state is None or project is None:
            return
        run = self._state.run_name
        if not self._follows:
            if not self._is_listed:  # it began while somebody looked elsewhere
                self._runs.show_list()
            self._is_listed = True
            return
        self._is_listed = True
        self._model.ask(
            FollowTraining(
                run,
                self._run_settings,
                report.model_state,
                project.library.points,
                report.codes,
                report.epoch,
            )
        )
        self._bring_run_into_view()
        self._latent.map = LatentMap(
            report.chair_ids, report.codes, report.responsibilities, report.components
        )
        if self._latent.probe is None and not self._project.selected and self._project.chairs:
            turns().add((self, "chair"), self._choose_first_chair)
        else:
            self._probe.decode_again()

    @Slot(object)
    def _on_other_run_wanted(self, _question: object) -> None:
        """A person who looks at another run stays there, and comes back by choosing this one."""
        if self._state.is_busy and self._follows:
            self._follows = False
            for part in ("run", "model"):
                turns().forget((self, part))
            self._notices.say(
                "info",
                f"{self._state.run_name} trains on. Choose it in the list of runs to follow it "
                "again.",
            )

    @Slot()
    def _on_own_run_wanted(self) -> None:
        self._follows = True
        if self._newest is not None:
            self._follow(self._newest)

    def _choose_first_chair(self) -> None:
        """Somebody who trains before choosing a chair sees one all the same."""
        if not self._project.selected and self._project.chairs:
            self._project.selected = (self._project.chairs[0].id,)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if self._worker is None or self._is_left:
            return  # it ends with the window
        self._failed = True
        self._notices.say_error(error, "The training")

    @Slot(bool)
    def _on_finished(self, stopped: bool) -> None:
        if self._worker is None or self._thread is None:
            return  # it ended with the window
        if not self._is_left:
            for part in PARTS:
                turns().finish((self, part))
        self._thread.end()
        self._thread.deleteLater()
        self._worker = self._thread = None
        if self._is_left:
            self.left.emit()
            return
        name = self._state.run_name
        self._runs.live, self._newest = "", None
        self._state.status = "failed" if self._failed else "stopped" if stopped else "done"
        project = self._project.project
        if project is not None:
            try:
                self._show_course(name, Run.open(project.runs_folder / name).state)
                self._broken = name if self._failed else ""
            except (StudioError, OSError) as error:  # a disk that went away, or a folder
                self._notices.say_error(error)
        self._runs.show_list()
        is_in_view = self._latent.run_name == name
        if is_in_view or (self._follows and not self._failed):
            self._runs.show_run(name)
        if self._awaits_course or not (is_in_view or self._follows):
            self._awaits_course, self._points = False, []
            self._on_run_in_view()
        if not self._failed and not stopped:
            self._notices.say("success", f"{name} is trained.")
        self._state.run_name = ""
        self._show_name()
        self._show_can_start()
        self.run_ended.emit(name)

    @Slot(str, object)
    def _on_value_edited(self, name: str, value: object) -> None:
        settings = self._state.settings
        changes: dict[str, object] = {name: value}
        if name == "prior":
            changes["kl"] = fitting_kl(settings, str(value))
        try:
            self._state.settings = settings.with_changes(**changes)
        except SettingsError as error:
            self._notices.say("warning", str(error))
            self._show_settings()

    @Slot(str)
    def _on_preset_chosen(self, preset: str) -> None:
        if preset in PRESETS:
            self._state.settings = PRESETS[preset](self._state.settings.prior)

    @Slot(str)
    def _on_name_edited(self, name: str) -> None:
        if not self._state.is_busy:
            self._state.run_name = name.strip()

    def _on_project(self) -> None:
        if not self._state.is_busy:
            self._broken = ""
            self._state.status = "idle"  # what stopped or ended was in the project before
            self._courses.forget()
        self._show_can_start()
        self._panel.show_curves({})
        self._panel.show_alarms([])
        self._panel.show_progress(0, 0)

    def show_run_in_view(self) -> None:
        """Show the course of the run in view as it is on disk now."""
        self._on_run_in_view()
        self._show_status()  # others may have shown another

    def _on_run_in_view(self) -> None:
        """Show the course of a run that was trained earlier."""
        name, project = self._latent.run_name, self._project.project
        if self._state.is_busy:
            return
        if name is None or project is None:
            self._courses.forget()
            return
        folder = project.runs_folder / name
        self._courses.start(lambda: _reading_course(folder))

    @Slot(object)
    def _on_course(self, course: Course) -> None:
        project = self._project.project
        if project is None or course.folder.parent != project.runs_folder:
            return
        if self._state.is_busy:
            if self._awaits_course and course.folder.name == self._state.run_name:
                self._begin_curves(course)
            return
        if course.folder.name != self._latent.run_name:
            return
        self._panel.show_curves(course.curves)
        if course.usage is not None:
            self._panel.show_component_usage(course.usage)
            self._show_course(course.folder.name, course.state)

    def _begin_curves(self, course: Course) -> None:
        """The run trains on: its earlier epochs, and after them those that came meanwhile."""
        self._awaits_course = False
        self._panel.show_curves(course.curves)
        epochs = course.curves.get("epoch", np.empty(0))
        last = epochs[-1] if len(epochs) else 0
        self._points = [point for point in self._points if point[0] > last]
        self._show_points()

    @Slot(object)
    def _on_no_course(self, error: Exception) -> None:
        self._awaits_course = False
        self._notices.say_error(error, "Reading the run's course")

    def _show_course(self, name: str, state: RunState) -> None:
        """Show how far a run is that does not train at the moment."""
        self._panel.show_progress(state.epochs_done, state.epochs_planned, name)
        if self._state.status != "failed":
            self._state.status = "done" if state.finished else "stopped"

    def _show_settings(self) -> None:
        settings = self._state.settings
        self._panel.show_values(settings.as_json())
        self._panel.show_preset(settings.preset)
        self._panel.show_enabled(enabled_settings(settings, not self._state.is_busy))

    def _show_status(self) -> None:
        status: TrainingStatus = self._state.status
        self._panel.show_status(status)
        self._panel.show_enabled(enabled_settings(self._state.settings, not self._state.is_busy))
        window = self._window
        window.pause_action.setEnabled(status in ("running", "paused"))
        window.pause_action.setText("Resume" if status == "paused" else "Pause")
        window.stop_action.setEnabled(status in ("starting", "running", "paused"))
        self._show_can_start()

    def _show_name(self) -> None:
        self._panel.show_name(self._state.run_name)

    def _show_can_start(self) -> None:
        reason = ""
        if self._project.project is None:
            reason = "Open or make a project first"
        elif self._project.is_opening:
            reason = "Another project is being opened"
        elif self._project.read_only:
            reason = self._project.read_only
        elif sum(chair.split == "train" for chair in self._project.chairs) < LEAST_CHAIRS:
            reason = "Bring in at least two chairs for training first"
        # The window says at its top that a project is for reading only.
        self._panel.show_can_start(
            not reason, reason, reason if not self._project.read_only else ""
        )
        self._show_can_go_on()
        self._window.train_action.setEnabled(not reason and not self._state.is_busy)

    def _show_can_go_on(self) -> None:
        reason = self._project.read_only
        if not reason and self._state.status == "failed" and not self._broken:
            reason = "The run cannot be read; what was said about it says what to do"
        self._panel.show_can_go_on(not reason, reason, self._broken)

    def _can_start(self) -> bool:
        return self._window.train_action.isEnabled()

    def _stem(self) -> str:
        return {"mog": "MoG-VAE", "standard": "VAE", "gaussian": "Gaussian", "vamp": "Vamp"}[
            self._state.settings.prior
        ]

    def _until(self, epoch: int) -> int:
        last = self._state.last_report
        return max(last.epochs if last is not None else self._state.settings.epochs, epoch)

    def _words(self, chairs_per_s: float, elapsed_s: float, done: float, until: int) -> str:
        last = self._state.last_report
        remaining = last.remaining_s if last is not None else None
        device = device_words(last.device) if last is not None else ""
        return _progress_words(remaining, device, chairs_per_s)


def _reading_course(folder: Path) -> Generator[None, None, Course]:
    """A long run has megabytes of figures, which take half a second to be understood."""
    import_plots()  # what comes is shown in them
    yield
    run = Run.open(folder)
    metrics = run.metrics()
    yield
    usage = None
    if metrics:
        usage = np.array(metrics[-1].get("component_usage", []), dtype=float)
    return Course(folder, curves_of(metrics), usage, run.state)


def curves_of(records: Sequence[Mapping[str, Any]]) -> dict[str, Float64[np.ndarray, " epochs"]]:
    """What the curves show of lines of a run's log."""
    if not records:
        return {}
    return {
        key: np.array([_number(line.get(key)) for line in records], dtype=float) for key in CURVES
    }


def _point(report: EpochReport) -> dict[str, float | None]:
    """What the curves show of an epoch."""
    return {
        "loss": report.loss,
        "reconstruction": report.reconstruction,
        "kl": report.kl,
        "test_reconstruction": report.test_reconstruction,
        "learning_rate": report.learning_rate,
        "beta": report.beta,
        "active_units": report.active_units,
        "chairs_per_s": report.chairs_per_s,
    }


def _progress_words(remaining_s: float | None, device: str, chairs_per_s: float) -> str:
    parts = []
    if remaining_s is not None:
        parts.append(f"{plain_duration(remaining_s)} left")
    if device:
        parts.append(device)
    parts.append(f"{chairs_per_s:,.0f} chairs/s")
    return " · ".join(parts)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
