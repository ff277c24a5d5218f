"""Goes back in a run's time: codes, components and the chosen chair at each kept epoch."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.state.latent_state import LatentMap, LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.time_bar import TimeBar
from mogvae_gui.workers.model_worker import Loaded, LoadEpoch, LoadRun

if TYPE_CHECKING:  # brings torch, which a window without a run does not need
    from core.training.snapshots import Snapshot

PLAYED_MS = 350  # between two epochs, at the least


class TimePresenter(QObject):
    """The model in view is that of the chosen epoch, so everything that decodes is of its time."""

    epoch_shown = Signal(int)
    epoch_missing = Signal(int)  # it was asked for and is not kept

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        training: TrainingState,
        bar: TimeBar,
        model: ModelLink,
        runs: RunsPresenter,
        probe: ProbePresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(bar)
        self._project = project
        self._latent = latent
        self._training = training
        self._bar = bar
        self._model = model
        self._runs = runs
        self._probe = probe
        self._notices = notices
        self._epochs: tuple[int, ...] = ()
        self._step: int | None = None  # shown; None: now
        self._asked: LoadEpoch | None = None
        self._playing = False
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(PLAYED_MS)
        self._next.timeout.connect(self._on_next)
        bar.step_chosen.connect(self._on_step_chosen)
        bar.play_edited.connect(self._on_play_edited)
        model.answered.connect(self._on_answered)
        model.failed.connect(self._on_failed)
        latent.events.run_name.connect(self._on_run)
        runs.epoch_wanted.connect(self.go_to_epoch)
        training.events.status.connect(self._on_training)
        project.events.project.connect(self._on_run)

    def stop(self) -> None:
        """Let nothing follow."""
        self._stop_playing()

    @Slot(object)
    def go_to_epoch(self, epoch: int | None) -> None:
        """Show the run as it was at a kept epoch; None: as it is now."""
        self._stop_playing()
        if epoch is None:
            self._go_to(None)
        elif epoch in self._epochs:
            self._go_to(self._epochs.index(epoch))
        else:
            self.epoch_missing.emit(epoch)

    @Slot(object)
    def _on_step_chosen(self, step: int | None) -> None:
        self._stop_playing()
        self._go_to(step)

    def _go_to(self, step: int | None) -> None:
        project, run = self._project.project, self._latent.run_name
        if project is None or run is None:
            return
        self._bar.show_step(step)
        if step is None:
            self._step, self._asked = None, None
            self._runs.show_run(run)
            return
        library = project.library
        folder = project.runs_folder / run
        self._asked = LoadEpoch(folder, self._epochs[step], library, library.chairs)
        self._model.ask(self._asked)

    def _on_run(self) -> None:
        """Another run has other epochs; one that is being trained shows itself as it is."""
        self._stop_playing()
        self._step, self._asked = None, None
        self._latent.epoch = None
        self._epochs = tuple(one.epoch for one in self._snapshots())
        self._bar.show_epochs(self._epochs)

    def _on_training(self) -> None:
        """Its own run is shown as it is now; another in view stays at its epoch."""
        if self._training.run_name == self._latent.run_name:
            self._on_run()

    def _snapshots(self) -> "tuple[Snapshot, ...]":
        project, run = self._project.project, self._latent.run_name
        if project is None or run is None:
            return ()
        if self._training.is_busy and self._training.run_name == run:
            return ()
        from core.training.snapshots import list_snapshots

        return list_snapshots(project.runs_folder / run)

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if not isinstance(answer, Loaded):
            return
        if isinstance(question, LoadRun):
            if self._asked is None:
                self._on_run()  # from now on it is now
        elif isinstance(question, LoadEpoch) and question is self._asked:
            self._asked = None
            self._on_epoch(question.epoch, answer)
        elif isinstance(question, LoadEpoch) and self._asked is None:
            self._come_back_to_now()

    def _on_epoch(self, epoch: int, answer: Loaded) -> None:
        if answer.run_name != self._latent.run_name or epoch not in self._epochs:
            self._come_back_to_now()
            return
        self._step = self._epochs.index(epoch)
        self._latent.epoch = epoch
        self._latent.map = LatentMap(
            answer.chair_ids, answer.codes, answer.responsibilities, answer.components
        )
        self._bar.show_step(self._step)
        self._probe.decode_again()
        self.epoch_shown.emit(epoch)
        if self._playing:
            self._next.start()

    def _come_back_to_now(self) -> None:
        """An epoch came too late to be wanted: its model must not stay behind the window."""
        if self._latent.run_name is not None and not self._training.is_busy:
            self._runs.show_run(self._latent.run_name)

    @Slot(object, object)
    def _on_failed(self, question: object, error: Exception) -> None:
        if question is self._asked:
            self._stop_playing()
            self._asked = None
            self._bar.show_step(self._step)
            self._notices.say_error(error, "Going back in the run's time")

    @Slot(bool)
    def _on_play_edited(self, playing: bool) -> None:
        if not playing:
            self._stop_playing()
            return
        self._playing = True
        self._bar.show_playing(True)
        self._go_to(0 if self._step is None else self._step)

    @Slot()
    def _on_next(self) -> None:
        if self._step is None or not self._playing:
            return
        if self._step + 1 < len(self._epochs):
            self._go_to(self._step + 1)
        else:
            self._stop_playing()
            self._go_to(None)

    def _stop_playing(self) -> None:
        self._playing = False
        self._next.stop()
        self._bar.show_playing(False)
