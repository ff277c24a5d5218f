"""What of the window is kept: what is chosen, where the probe is, how all is looked at."""

from typing import Any, get_args

from PySide6.QtCore import QByteArray, QEvent, QObject
from PySide6.QtWidgets import QDockWidget, QWidget

from core.metric_words import LABELS
from core.places import CameraPose
from core.training.checkpoint import WEIGHTS_FILE
from core.training.settings import TrainingSettings
from mogvae_gui.presenters.session_presenter import SessionPresenter
from mogvae_gui.state.evaluation_state import EvaluationState, SplitChoice
from mogvae_gui.state.latent_state import LatentState, Probe
from mogvae_gui.state.preferences import Preferences
from mogvae_gui.state.project_state import ChairFilter, ProjectState
from mogvae_gui.state.selection_state import NEIGHBOURS, SelectionState
from mogvae_gui.state.stage_state import Colouring, Overlay, StageState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.main_window import MainWindow

_MOST_CHOSEN = 10_000  # of a hundred thousand chosen chairs nobody misses the rest
_LAYOUT_EVENTS = {
    QEvent.Type.Resize,
    QEvent.Type.Move,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.WindowStateChange,
}


class SessionParts(QObject):
    """Joins the states and the window to what is kept of them."""

    def __init__(
        self,
        session: SessionPresenter,
        project: ProjectState,
        stage: StageState,
        latent: LatentState,
        training: TrainingState,
        evaluation: EvaluationState,
        selection: SelectionState,
        preferences: Preferences,
        window: MainWindow,
    ) -> None:
        super().__init__(session)
        self._session = session
        self._project = project
        self._stage = stage
        self._latent = latent
        self._training = training
        self._evaluation = evaluation
        self._selection = selection
        self._preferences = preferences
        self._window = window
        self._latent_camera: CameraPose | None = None  # until there is something to look at
        self._against: str | None = None  # the second run, until the first is in view
        session.keep("library", self._library, self._restore_library)
        session.keep("stage", self._stage_part, self._restore_stage)
        session.keep("overlay", self._overlay, self._restore_overlay)
        session.keep("latent", self._latent_part, self._restore_latent)
        session.keep("sized_by_error", self._sized_by_error, self._restore_sized_by_error)
        session.keep("neighbours", self._neighbours, self._restore_neighbours)
        session.keep("evaluation", self._evaluation_part, self._restore_evaluation)
        session.keep("training", self._training_part, self._restore_training)
        session.keep("layout", self._layout, self._restore_layout)
        session.before_saving(self._note_preferences)
        self._connect()

    def _connect(self) -> None:
        touch, window = self._session.touch, self._window
        project, latent, training = self._project.events, self._latent.events, self._training.events
        stage, evaluation = self._stage.events, self._evaluation.events
        for changed in (
            *(project.project, project.selected, project.chair_filter),
            *(latent.run_name, latent.probe, latent.peek, latent.hidden_components),
            *(latent.colouring, latent.axes_key, latent.sized_by_error),
            *(stage.colouring, stage.overlay, stage.mix, self._selection.events.neighbours),
            *(evaluation.split, evaluation.metric),
            *(evaluation.shows_differences, evaluation.against),
            *(training.settings, training.run_name),
        ):
            changed.connect(touch)
        project.project.connect(self._on_project)
        latent.map.connect(self._on_map)
        for view in (window.stage.original.view, window.latent.view):
            view.camera_moved.connect(touch)
        window.stage.link_action.toggled.connect(touch)
        window.theme_chosen.connect(touch)
        self._watched: list[QWidget] = [window, *window.findChildren(QDockWidget)]
        for widget in self._watched:
            widget.installEventFilter(self)

    def stop(self) -> None:
        """Watch the window no more.

        A widget that is being destroyed sends events too, and Python must not take hold of it then.
        """
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _LAYOUT_EVENTS:
            self._session.touch()
        return False

    # Library

    def _library(self) -> dict[str, Any]:
        chosen = self._project.chair_filter
        return {
            "selected": list(self._project.selected[:_MOST_CHOSEN]),
            "text": chosen.text,
            "split": chosen.split,
        }

    def _restore_library(self, kept: dict[str, Any]) -> None:
        split = kept["split"] if kept["split"] in ("all", "train", "test") else "all"
        self._project.chair_filter = ChairFilter(str(kept["text"]), split)
        there = [str(i) for i in kept["selected"] if self._project.chair(str(i)) is not None]
        if there:
            self._project.selected = tuple(there)

    # Stage

    def _stage_part(self) -> dict[str, Any]:
        stage = self._window.stage
        return {
            "colouring": self._stage.colouring,
            "linked": stage.link_action.isChecked(),
            "camera": stage.original.view.pose.as_json(),
            "second_camera": stage.reconstruction.view.pose.as_json(),
        }

    def _restore_stage(self, kept: dict[str, Any]) -> None:
        for colouring in get_args(Colouring):
            if colouring == kept["colouring"]:
                self._stage.colouring = colouring
        stage, linked = self._window.stage, bool(kept["linked"])
        stage.original.view.show_pose(CameraPose.from_json(kept["camera"]))
        if stage.link_action.isChecked() != linked:
            stage.show_cameras_linked(linked)
        if not linked:
            stage.reconstruction.view.show_pose(CameraPose.from_json(kept["second_camera"]))

    def _overlay(self) -> dict[str, Any]:
        return {"way": self._stage.overlay, "mix": self._stage.mix}

    def _restore_overlay(self, kept: dict[str, Any]) -> None:
        mix = float(kept["mix"])
        if not 0 <= mix <= 1:
            raise ValueError(f"Clouds are mixed from 0 to 1, not {mix}.")
        self._stage.mix = mix
        for overlay in get_args(Overlay):
            if overlay == kept["way"]:
                self._stage.overlay = overlay

    # Latent space

    def _latent_part(self) -> dict[str, Any]:
        latent, probe = self._latent, self._latent.home
        # A chair's place is the chair's; a shape that was found is not there the next time.
        is_place = probe is not None and self._project.chair(probe.chair_id or "") is None
        camera = self._latent_camera or self._window.latent.view.pose
        return {
            "run": latent.run_name or self._project.run_left_in_view,
            "probe": list(probe.code) if probe is not None and is_place else None,
            "mean_of": probe.component if probe is not None and is_place else None,
            "colouring": latent.colouring,
            "axes": latent.axes_key,
            "hidden": sorted(latent.hidden_components),
            "camera": camera.as_json(),
        }

    def _restore_latent(self, kept: dict[str, Any]) -> None:
        """The run is put in view by the presenter of runs, which looks at the same place."""
        latent = self._latent
        if self._window.latent.colouring.findData(kept["colouring"]) >= 0:
            latent.colouring = kept["colouring"]
        latent.axes_key = str(kept["axes"])
        latent.hidden_components = frozenset(int(k) for k in kept["hidden"])
        if kept["probe"] is not None:
            # An older session has a "component", but that may be one of whose samples it was.
            mean_of = int(kept["mean_of"]) if kept.get("mean_of") is not None else None
            latent.probe = Probe(tuple(float(value) for value in kept["probe"]), None, mean_of)
        self._latent_camera = CameraPose.from_json(kept["camera"])

    def _sized_by_error(self) -> bool:
        return self._latent.sized_by_error

    def _restore_sized_by_error(self, kept: bool) -> None:
        self._latent.sized_by_error = kept is True

    # Selection and evaluation

    def _neighbours(self) -> int:
        return self._selection.neighbours

    def _restore_neighbours(self, kept: int) -> None:
        fewest, most = NEIGHBOURS
        self._selection.neighbours = min(max(int(kept), fewest), most)

    def _evaluation_part(self) -> dict[str, Any]:
        evaluation = self._evaluation
        return {
            "split": evaluation.split,
            "metric": evaluation.metric,
            "differences": evaluation.shows_differences,
            "against": self._against or evaluation.against,
        }

    def _restore_evaluation(self, kept: dict[str, Any]) -> None:
        for split in get_args(SplitChoice):
            if split == kept["split"]:
                self._evaluation.split = split
        if kept["metric"] in LABELS:
            self._evaluation.metric = kept["metric"]
        self._evaluation.shows_differences = kept["differences"] is True
        self._against = kept["against"] if isinstance(kept["against"], str) else None

    def _compare_again(self) -> None:
        """With the second run of before, where it is still there; nothing is measured for it."""
        against, self._against = self._against, None
        project = self._project.project
        if against is None or project is None or against == self._latent.run_name:
            return
        has_model = (project.runs_folder / against / WEIGHTS_FILE).exists()
        if against in project.run_names() and has_model:
            self._evaluation.against = against

    def _on_project(self) -> None:
        self._latent_camera = self._against = None

    def _on_map(self) -> None:
        """The first map of a run makes the view fit; what was kept comes after it."""
        camera, self._latent_camera = self._latent_camera, None
        if self._latent.map is None:
            self._latent_camera = camera
            return
        if camera is not None:
            self._window.latent.view.show_pose(camera)
        self._compare_again()

    # Training

    def _training_part(self) -> dict[str, Any]:
        return {"settings": self._training.settings.as_json(), "name": self._training.run_name}

    def _restore_training(self, kept: dict[str, Any]) -> None:
        if self._training.is_busy:
            return  # the panel shows what trains
        self._training.settings = TrainingSettings.from_json(kept["settings"])
        self._training.run_name = str(kept["name"])

    # Window

    def _layout(self) -> dict[str, Any]:
        return {"docks": as_text(self._window.layout_state())}

    def _restore_layout(self, kept: dict[str, Any]) -> None:
        docks = str(kept["docks"])
        if docks != as_text(self._window.layout_state()):  # as a rule the window was left like this
            self._window.show_layout(from_text(docks))

    def _note_preferences(self) -> None:
        self._preferences.geometry = as_text(self._window.saveGeometry())
        self._preferences.layout = as_text(self._window.layout_state())


def as_text(data: QByteArray) -> str:
    """Qt's own form of a layout, for JSON."""
    return bytes(data.toBase64().data()).decode()


def from_text(text: str) -> QByteArray:
    """Undoes `as_text`."""
    return QByteArray.fromBase64(text.encode())
