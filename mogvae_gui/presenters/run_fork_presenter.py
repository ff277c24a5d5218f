"""Makes a fork: a new run with the weights of another at an epoch, trained on with new settings."""

from PySide6.QtCore import QObject, Slot

from core.errors import SettingsError, StudioError
from core.project import Project
from core.run_edits import FIXED_BY_WEIGHTS, ForkProgress, check_fork, forking
from core.run_list import RunEntry
from core.training.settings import TrainingSettings
from mogvae_gui.presenters.dialog_job import start_from_dialog
from mogvae_gui.presenters.jobs import JobRequest, Jobs, Progress
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.run_list_presenter import RunListPresenter
from mogvae_gui.presenters.setting_fields import enabled_settings, fitting_kl, setting_fields
from mogvae_gui.presenters.training_presenter import TrainingPresenter
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.runs_state import RunsState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.fork_dialog import ForkDialog, last_weights_words
from mogvae_gui.views.runs_panel import RunsPanel

MORE_EPOCHS = 50


class RunForkPresenter(QObject):
    """Asks from which epoch and with which settings, makes the run, and trains it."""

    def __init__(
        self,
        state: RunsState,
        project: ProjectState,
        training: TrainingState,
        panel: RunsPanel,
        run_list: RunListPresenter,
        trainings: TrainingPresenter,
        jobs: Jobs,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._training = training
        self._panel = panel
        self._list = run_list
        self._trainings = trainings
        self._jobs = jobs
        self._notices = notices
        panel.fork_requested.connect(self.ask)

    @Slot(str)
    def ask(self, name: str) -> None:
        """Show the dialog that makes a fork."""
        entry, project = self._state.entry(name), self._project.project
        if entry is None or entry.settings is None or project is None:
            return
        settings = entry.settings
        if settings.epochs <= entry.epochs_done:
            settings = settings.with_changes(epochs=entry.epochs_done + MORE_EPOCHS)
        epochs: list[tuple[int | None, str]] = [
            (epoch, f"Epoch {epoch}") for epoch in entry.kept_epochs if epoch < entry.epochs_done
        ]
        epochs.append((None, last_weights_words(entry.epochs_done)))
        dialog = ForkDialog(name, epochs, self._panel.window())
        dialog.show_fields([f for f in setting_fields() if f.name not in FIXED_BY_WEIGHTS])
        dialog.show_name(project.new_run_name(f"{name}-fork"))
        _ForkQuestion(self, dialog, project, entry, settings)
        dialog.open()

    def make(
        self,
        dialog: ForkDialog,
        project: Project,
        entry: RunEntry,
        epoch: int | None,
        settings: TrainingSettings,
        name: str,
    ) -> None:
        """Make the fork that the dialog asks for, or say in it why not."""
        if self._project.project is not project:  # another was opened behind the dialog
            dialog.reject()
            return
        try:
            check_fork(project, entry.name, epoch, settings)
        except StudioError as error:
            dialog.show_problem(str(error))
            return
        start_from_dialog(
            dialog,
            JobRequest(
                f"Forking {entry.name}",
                lambda: forking(project, entry.name, epoch, settings, name),
                on_success=lambda run: self._train(project, run.name),
                as_progress=_progress,
            ),
            "Forking",
            self._jobs,
            self._notices,
        )

    def _train(self, project: Project, name: str) -> None:
        self._list.look()
        if self._project.project is not project:
            return
        if self._training.is_busy:
            self._notices.say(
                "info", f"{name} is made. Resume it in the Runs dock when the training has ended."
            )
        else:
            self._trainings.go_on(name)


class _ForkQuestion(QObject):
    """One dialog and what was chosen in it; another may be asked while this one's job runs."""

    def __init__(
        self,
        presenter: RunForkPresenter,
        dialog: ForkDialog,
        project: Project,
        entry: RunEntry,
        settings: TrainingSettings,
    ) -> None:
        super().__init__(dialog)
        self._presenter = presenter
        self._dialog = dialog
        self._project = project
        self._entry = entry
        self._settings = settings
        dialog.value_edited.connect(self._on_value_edited)
        dialog.fork_requested.connect(self._on_fork_requested)
        self._show_settings()

    @Slot(str, object)
    def _on_value_edited(self, name: str, value: object) -> None:
        changes: dict[str, object] = {name: value}
        if name == "prior":
            changes["kl"] = fitting_kl(self._settings, str(value))
        try:
            self._settings = self._settings.with_changes(**changes)
            self._dialog.show_problem("")
        except SettingsError as error:
            self._dialog.show_problem(str(error))
        self._show_settings()

    def _show_settings(self) -> None:
        enabled = enabled_settings(self._settings, True)
        self._dialog.show_values(self._settings.as_json(), enabled)

    @Slot(object, str)
    def _on_fork_requested(self, epoch: int | None, name: str) -> None:
        self._presenter.make(self._dialog, self._project, self._entry, epoch, self._settings, name)


def _progress(step: ForkProgress) -> Progress:
    return (step.done, step.total, step.doing)
