"""Follows the chosen run while another program or a cluster trains it."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QFileDialog

from core.errors import StudioError
from core.run_edits import link_run
from core.training.watching import Look, RunWatcher
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.run_list_presenter import RunListPresenter
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.presenters.training_presenter import TrainingPresenter, curves_of
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.runs_state import RunsState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.workers.threads import WorkerThread
from mogvae_gui.workers.watch_worker import LookAtRun, WatchWorker

LOOK_MS = 1_000


class WatchPresenter(QObject):
    """Curves grow and the newest checkpoint is shown as they come; nothing is written there."""

    def __init__(
        self,
        state: RunsState,
        project: ProjectState,
        training: TrainingState,
        window: MainWindow,
        runs: RunsPresenter,
        run_list: RunListPresenter,
        trainings: TrainingPresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._project = project
        self._training = training
        self._window = window
        self._panel = window.runs
        self._runs = runs
        self._list = run_list
        self._trainings = trainings
        self._notices = notices
        self._watcher: RunWatcher | None = None
        self._question: LookAtRun | None = None  # whose answer is waited for
        self._left = ""  # the run that a person does not want to watch
        self._own = ""  # the run that this window trained, until the list knows of its end
        self._worker = WatchWorker()
        self._thread = WorkerThread(self._worker, "watching", self)
        self._worker.answered.connect(self._on_looked)
        self._worker.failed.connect(self._on_not_looked)
        self._thread.start()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._panel.watch_toggled.connect(self._on_toggled)
        self._panel.watch_folder_requested.connect(self._on_watch_folder)
        state.events.entries.connect(self._follow)
        state.events.chosen.connect(self._on_chosen)
        training.events.status.connect(self._follow)
        project.events.project.connect(self._on_project)
        self._show()

    def watch_folder(self, folder: Path) -> None:
        """Put a run that lies anywhere among the project's runs and watch it."""
        project = self._project.project
        if project is None:
            return
        try:
            name = link_run(project, folder)
        except StudioError as error:
            self._notices.say_error(error)
            return
        self._left = ""
        self._state.chosen = name
        self._runs.show_list()
        self._list.look()
        self._begin(name)

    def stop(self) -> None:
        """End the thread."""
        self._end()
        self._worker.forget()
        self._thread.end()

    def _follow(self, _event: object = None) -> None:
        """Watch the chosen run where another program trains it; the own training is no other's."""
        entry = self._state.entry(self._state.chosen)
        if self._training.is_busy:
            self._own = self._training.run_name
            self._end()
            self._show()
            return
        own = self._state.entry(self._own)
        if own is not None and own.standing != "training":
            self._own = ""
        unwatched = (self._left, self._own)
        if entry is not None and entry.standing == "training" and entry.name not in unwatched:
            self._begin(entry.name)
        self._show()

    def _on_chosen(self, _name: object = None) -> None:
        if self._state.chosen != self._state.watched:
            self._end()
        self._follow()

    def _begin(self, name: str) -> None:
        project = self._project.project
        if project is None or self._state.watched == name:
            return
        self._state.watched = name
        self._watcher = RunWatcher(project.run_folder(name))
        self._question = None
        self._timer.start()
        self._look()
        self._show()

    def _end(self) -> None:
        self._timer.stop()
        self._watcher = self._question = None
        if self._state.watched is not None:
            self._state.watched = None
            if not self._training.is_busy:
                self._trainings.show_run_in_view()
        self._show()

    @Slot()
    def _look(self) -> None:
        # A folder that answers slowly is not asked again before it has.
        if self._watcher is not None and self._question is None:
            self._question = LookAtRun(self._watcher)
            self._worker.ask(self._question)

    @Slot(object, object)
    def _on_looked(self, question: LookAtRun, look: Look) -> None:
        if question is not self._question:
            return
        self._question = None
        name = self._state.watched
        if name is None:
            return
        self._show_course(look)
        if look.has_new_model and look.is_trained_now:
            self._runs.follow_run(name)
        elif look.has_new_model:
            self._runs.show_run(name)
        if not look.is_trained_now:
            self._say_end(name, look)
            self._end()
            self._list.look()

    @Slot(object, object)
    def _on_not_looked(self, question: LookAtRun, error: Exception) -> None:
        if question is self._question:
            self._question = None
            self._left = self._state.watched or ""
            self._end()
            self._notices.say_error(error, "Watching the run")

    def _show_course(self, look: Look) -> None:
        panel = self._window.training
        panel.show_status("stopping", "Trained by another program")  # has no buttons
        if look.begins_anew:
            panel.show_curves(curves_of(look.records))
        elif look.records:
            points = [
                (int(record["epoch"]), {key: values[0] for key, values in columns.items()})
                for record in look.records
                for columns in [curves_of([record])]
            ]
            panel.append_points(points)
        if look.records:
            last = look.records[-1]
            planned = look.state.epochs_planned if look.state is not None else int(last["epoch"])
            speed, device = last.get("chairs_per_s"), last.get("device", "")
            words = f"watching · {device}"
            if isinstance(speed, int | float):
                words += f" · {speed:,.0f} chairs/s"
            panel.show_progress(int(last["epoch"]), max(planned, int(last["epoch"])), words)
            usage = np.array(last.get("component_usage", []), dtype=float)
            panel.show_component_usage(usage)
            alarms = [alarm for record in look.records for alarm in record.get("alarms", [])]
            if alarms:
                panel.show_alarms(alarms)

    def _say_end(self, name: str, look: Look) -> None:
        state = look.state
        if state is None:
            return
        if state.stopped_by == "error":
            self._notices.say("error", f"{name}, which you watched: {state.message}")
        elif state.finished:
            self._notices.say("success", f"{name}, which you watched, is trained.")
        elif state.stopped_by == "running":
            self._notices.say(
                "warning",
                f"{name}, which you watched, ended unasked after epoch {state.epochs_done} of "
                f"{state.epochs_planned}. It can be resumed.",
            )

    def _on_project(self, _project: object = None) -> None:
        self._left = ""
        self._end()

    @Slot(bool)
    def _on_toggled(self, watches: bool) -> None:
        name = self._state.chosen
        if watches and name is not None:
            self._left = ""
            self._begin(name)
        else:
            self._left = self._state.watched or ""
            self._end()

    @Slot()
    def _on_watch_folder(self) -> None:
        dialog = QFileDialog(self._window, "Watch a run folder")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.open()

    @Slot(str)
    def _on_folder_chosen(self, folder: str) -> None:
        self.watch_folder(Path(folder))

    def _show(self) -> None:
        entry = self._state.entry(self._state.chosen)
        can = entry is not None and entry.standing == "training" and not self._training.is_busy
        self._panel.show_watching(
            self._state.watched is not None,
            can_watch=can or self._state.watched is not None,
            can_open=self._project.project is not None and not self._project.read_only,
        )
