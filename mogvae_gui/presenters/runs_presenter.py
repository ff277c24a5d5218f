"""Which run is in view: lists the project's runs and loads the chosen one."""

from PySide6.QtCore import QObject, Signal, Slot

from core.library import Chair
from core.training.checkpoint import WEIGHTS_FILE
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentMap, LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.latent_panel import LatentPanel
from mogvae_gui.views.turns import turns
from mogvae_gui.workers.model_worker import EncodeChairs, Loaded, LoadRun


class RunsPresenter(QObject):
    """Puts a run in view when a project opens, when one is chosen, and when one has trained."""

    loading = Signal(object)  # LoadRun, as it is asked
    settled = Signal()  # a run came in view as it is now, and is not followed as it learns
    epoch_wanted = Signal(int)  # of the run in view
    live_wanted = Signal()  # the run that trains here is to come in view
    renamed = Signal(str, str)  # a run, before and now

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        panel: LatentPanel,
        model: ModelLink,
        probe: ProbePresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._project = project
        self._latent = latent
        self._panel = panel
        self._model = model
        self._probe = probe
        self._notices = notices
        self.live = ""  # the run that trains here: its newest weights are on no disk
        self._loaded: LoadRun | None = None  # put the run in view as it is now
        self._placed: tuple[Chair, ...] = ()  # the chairs of that map
        self._map: LatentMap | None = None  # not that in view where an epoch or a training is
        self._asked: EncodeChairs | None = None
        self._is_followed = False  # the run that was asked for last
        panel.run_chosen.connect(self.show_run)
        model.answered.connect(self._on_answered)
        model.failed.connect(self._on_failed)
        project.events.project.connect(self._on_project)
        project.events.chairs.connect(self._on_chairs)
        latent.events.run_name.connect(self._on_run_name)
        self._on_project()

    def show_list(self) -> None:
        """List the runs that the project has now."""
        project = self._project.project
        names = project.run_names() if project is not None else ()
        self._panel.show_runs(tuple(names), self._latent.run_name)

    def follow_run(self, name: str) -> None:
        """Put the newest weights of a run in view that another program trains."""
        self._is_followed = True
        self._show_run(name)

    @Slot(str)
    def show_run(self, name: str) -> None:
        """Put a run of the project in view."""
        self._is_followed = False
        self._show_run(name)

    def _show_run(self, name: str) -> None:
        project = self._project.project
        if project is None or name not in project.run_names():
            return
        if name == self.live:
            self.live_wanted.emit()
            return
        question = LoadRun(
            project.runs_folder / name,
            project.library,
            project.library.chairs,
            keeps_look=not self._project.read_only,
        )
        self._model.ask(question)
        self.loading.emit(question)

    def follow_rename(self, before: str, now: str) -> None:
        """A run is called otherwise; what is in view stays, and so does the epoch of it."""
        self.renamed.emit(before, now)
        if self._latent.run_name == before:
            epoch, hidden = self._latent.epoch, self._latent.hidden_components
            self._latent.run_name = now
            self._latent.hidden_components = hidden
            if epoch is not None:
                self.epoch_wanted.emit(epoch)
        self.show_list()

    def let_go(self, name: str) -> None:
        """A run has gone; where it was in view, the newest that is left comes."""
        if self._latent.run_name == name:
            self._on_project()
        else:
            self.show_list()

    def _on_run_name(self, _name: str | None, before: str | None) -> None:
        """The components of another run are others; those hidden when a project was left stay."""
        if before is not None:
            self._latent.hidden_components = frozenset()
        self.show_list()

    def _on_project(self) -> None:
        self._loaded = self._asked = None
        self._latent.probe = None
        self._latent.map = None
        self._latent.axes = None
        self._latent.hidden_components = frozenset()
        self._latent.settings = None
        self._latent.run_name = None
        self.show_list()
        project = self._project.project
        if project is None:
            return
        # A run that was ended by force before its first checkpoint has nothing to show.
        trained = [
            n for n in project.run_names() if (project.runs_folder / n / WEIGHTS_FILE).exists()
        ]
        if trained:
            left = self._project.run_left_in_view
            self.show_run(left if left in trained else trained[-1])

    def _on_chairs(self) -> None:
        """An edit or an import may tell of several changes at once; one question will do."""
        if self._loaded is not None:
            turns().add((self, "codes"), self._find_codes)

    def _find_codes(self) -> None:
        """Ask where chairs lie that came in, or were turned, since the run came in view.

        At a kept epoch, and while a training is followed, they have no place: when the run comes
        back as it is now, all are loaded with it.
        """
        chairs, loaded = self._project.chairs, self._loaded
        if loaded is None or self._latent.map is None or self._latent.map is not self._map:
            return
        if self._asked is not None and self._asked.chairs == chairs:
            return
        placed = {chair.row for chair in self._placed}  # no two clouds ever have the same
        if not placed.issuperset(chair.row for chair in chairs):
            self._asked = EncodeChairs(loaded, chairs)
            self._model.ask(self._asked)

    def _show_codes(self, question: EncodeChairs, answer: Loaded) -> None:
        """The same run with other chairs: what is chosen, probed and hidden stays as it is."""
        self._asked = None
        if self._latent.map is self._map:
            were_exact = bool(self._placed)
            self._put_map(question.chairs, answer)
            if not were_exact:
                self.settled.emit()

    def _put_map(self, chairs: tuple[Chair, ...], answer: Loaded) -> None:
        self._placed = chairs
        self._map = LatentMap(
            answer.chair_ids, answer.codes, answer.responsibilities, answer.components
        )
        self._latent.map = self._map

    def stop(self) -> None:
        """Nothing is asked any more: the window closes."""
        self._loaded = self._asked = None
        turns().forget((self, "codes"))  # or the turns of the next window would hold this one

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if isinstance(question, EncodeChairs) and isinstance(answer, Loaded):
            if question is self._asked:
                self._show_codes(question, answer)
            return
        if not isinstance(question, LoadRun) or not isinstance(answer, Loaded):
            return
        project = self._project.project
        if project is None or question.folder.parent != project.runs_folder:
            return
        self._latent.settings = answer.settings
        self._latent.run_name = answer.run_name
        self._loaded, self._asked = question, None
        self._put_map(question.chairs, answer)
        if not answer.exact and not self._is_followed:
            self._placed = ()  # all are to be found again; of a followed run newer ones come anyway
        self._on_chairs()  # some may have come in while the run was loaded
        if not self._is_followed:
            self.settled.emit()
        probe = self._latent.probe
        if probe is not None and len(probe.code) != answer.codes.shape[1]:
            self._latent.probe = None
        if self._latent.probe is None and self._project.current is None and self._project.chairs:
            self._project.selected = (self._project.chairs[0].id,)
        else:
            self._probe.decode_again()

    @Slot(object, object)
    def _on_failed(self, question: object, error: Exception) -> None:
        if isinstance(question, LoadRun):
            self._notices.say_error(error, f"Opening run {question.folder.name}")
        elif question is self._asked:
            self._asked = None
            self._notices.say_error(error, "Finding the places of the new chairs")
