"""What is done with a run of the project: resume, rename, delete, notes, compare."""

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog

from core.errors import StudioError
from core.project import Project
from core.run_edits import (
    clear_given_up,
    delete_run,
    deleted_runs,
    give_up_trash,
    rename_run,
    restore_run,
)
from core.training.about import write_notes
from mogvae_gui.presenters.evaluation_presenter import EvaluationPresenter
from mogvae_gui.presenters.library_edits import LibraryEditPresenter
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.run_fork_presenter import MORE_EPOCHS
from mogvae_gui.presenters.run_list_presenter import RunListPresenter
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.presenters.training_presenter import TrainingPresenter
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.runs_state import RunsState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.runs_panel import RunsPanel
from mogvae_gui.workers.job import Job

CLEARING_MS = 500  # that closing gives the trash; what is left then goes the next time
AT_REST = ("new", "stopped", "killed", "failed", "done")


class RunEditsPresenter(QObject):
    """Deleting and renaming can be undone; a deleted run goes for good with the project's close."""

    run_deleted = Signal(str)

    def __init__(
        self,
        state: RunsState,
        project: ProjectState,
        training: TrainingState,
        panel: RunsPanel,
        runs: RunsPresenter,
        run_list: RunListPresenter,
        trainings: TrainingPresenter,
        evaluations: EvaluationPresenter,
        edits: LibraryEditPresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._training = training
        self._panel = panel
        self._runs = runs
        self._list = run_list
        self._trainings = trainings
        self._evaluations = evaluations
        self._edits = edits
        self._notices = notices
        self._open_project: Project | None = None  # whose trash goes when it is closed
        self._clearing: Job | None = None
        self._to_clear: list[Project] = []
        panel.rename_requested.connect(self.rename)
        panel.delete_requested.connect(self.delete)
        panel.notes_edited.connect(self._on_notes_edited)
        panel.resume_requested.connect(self.resume)
        panel.more_requested.connect(self._on_more)
        panel.compare_requested.connect(self._evaluations.compare_with)
        panel.folder_requested.connect(self._on_open_folder)
        panel.restore_requested.connect(self.restore_last)
        panel.train_requested.connect(self._trainings.start)
        state.events.entries.connect(self._show_possible)
        state.events.chosen.connect(self._show_possible)
        training.events.status.connect(self._show_possible)
        project.events.project.connect(self._on_project)
        self._on_project()

    def stop(self) -> None:
        """The project closes: its trash is emptied, as far as that is quick."""
        self._give_up_trash()
        self._clear_next()
        if self._clearing is not None:
            self._clearing.finish_within(CLEARING_MS)
            self._clearing = None

    @Slot(str, str)
    def rename(self, name: str, wanted: str) -> None:
        """Give a run another name."""
        project = self._project.project
        if project is None:
            return
        names = [name]  # as it is called now, by each step of undo and redo

        def change(to: str) -> None:
            before = names[0]
            names[0] = rename_run(project, before, to)
            self._follow_rename(before, names[0])

        self._edits.push_edit(f"renaming {name}", lambda: change(wanted), lambda: change(name))
        self._list.look()

    @Slot(str)
    def delete(self, name: str) -> None:
        """Put a run into the project's trash."""
        project = self._project.project
        if project is None:
            return
        deleted = [project.run_folder(name)]

        def do() -> None:
            deleted[0] = delete_run(project, deleted[0].name)
            self._let_go(deleted[0].name)
            self._notices.say(
                "success",
                f"{deleted[0].name} is deleted. Undo brings it back until the project closes.",
            )

        def undo() -> None:
            self._come_back(restore_run(project, deleted[0]))
            deleted[0] = project.run_folder(deleted[0].name)

        self._edits.push_edit(f"deleting {name}", do, undo)

    @Slot()
    def restore_last(self) -> None:
        """Bring back the run that was deleted last, in this session or before a crash."""
        project = self._project.project
        if project is None:
            return
        places = deleted_runs(project)
        try:
            if places:
                self._come_back(restore_run(project, places[0]))
        except StudioError as error:
            self._notices.say_error(error)

    @Slot(str)
    def resume(self, name: str) -> None:
        """Go on with a run to its planned end."""
        self._trainings.go_on(name)

    @Slot(str)
    def _on_more(self, name: str) -> None:
        dialog = QInputDialog(self._panel.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Train more")
        dialog.setLabelText(f"Epochs that {name} is trained beyond its end:")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(1, 1_000_000)
        dialog.setIntValue(MORE_EPOCHS)
        dialog.setOkButtonText("Train")
        dialog.intValueSelected.connect(lambda epochs: self._trainings.train_more(epochs, name))
        dialog.open()

    @Slot(str, str)
    def _on_notes_edited(self, name: str, notes: str) -> None:
        project = self._project.project
        if project is None or name not in project.run_names():
            return
        try:
            project.check_may_change()
            write_notes(project.run_folder(name), notes)
        except StudioError as error:
            self._notices.say_error(error)
        self._list.look()

    @Slot(str)
    def _on_open_folder(self, name: str) -> None:
        project = self._project.project
        if project is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(project.run_folder(name))))

    def _follow_rename(self, before: str, now: str) -> None:
        if before != now:
            self._runs.follow_rename(before, now)
            if self._state.chosen == before:
                self._state.chosen = now
            self._evaluations.forget(before)
        self._list.look()

    def _let_go(self, name: str) -> None:
        self._evaluations.forget(name)
        if self._state.chosen == name:
            self._state.chosen = None
        self._runs.let_go(name)
        self.run_deleted.emit(name)
        self._list.look()

    def _come_back(self, name: str) -> None:
        self._state.chosen = name
        self._runs.show_list()
        self._runs.show_run(name)
        self._list.look()

    def _on_project(self, _project: object = None) -> None:
        if self._project.project is not self._open_project:
            self._give_up_trash()
            self._open_project = self._project.project
            self._clear(self._open_project)  # what was left the last time
            self._clear_next()
        self._show_possible()

    def _give_up_trash(self) -> None:
        if self._open_project is not None and not self._open_project.refusal:
            give_up_trash(self._open_project)
            self._clear(self._open_project)

    def _clear(self, project: Project | None) -> None:
        """Remove what this project gave up, when its turn comes."""
        if project is not None and not project.refusal:
            self._to_clear.append(project)

    def _clear_next(self) -> None:
        if self._clearing is None and self._to_clear:
            project = self._to_clear.pop(0)
            self._clearing = Job(lambda: clear_given_up(project), "emptying the trash", self)
            self._clearing.ended.connect(self._on_cleared)
            self._clearing.start()

    @Slot()
    def _on_cleared(self) -> None:
        if self._clearing is not None:
            self._clearing.deleteLater()
            self._clearing = None
            self._clear_next()

    def _show_possible(self) -> None:
        entry, project = self._state.entry(self._state.chosen), self._project.project
        with_weights = [e.name for e in self._state.entries if e.has_weights]
        others = [n for n in with_weights if entry is not None and n != entry.name]
        possible = {
            "restore": project is not None and bool(deleted_runs(project)),
            "open": entry is not None,
        }
        if entry is not None:
            rests = entry.standing in AT_REST
            free = rests and not self._training.is_busy
            possible |= {
                "resume": free and entry.standing != "done",
                "more": free and entry.standing == "done",
                "fork": entry.has_weights and entry.settings is not None and free,
                "compare": entry.has_weights and bool(others),
                "rename": rests or bool(entry.lies_in),
                "delete": rests or entry.standing == "damaged" or bool(entry.lies_in),
            }
        self._panel.show_possible(possible)
        self._panel.show_comparable(tuple(others))
