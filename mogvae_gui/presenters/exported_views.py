"""The JSON beside an exported file leads back to the view, walk or sheet that was exported."""

import dataclasses
from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import StudioError
from core.export import ExportedView, read_exported_view
from core.places import Place
from core.sheet_file import SheetPlan, plan_of_sheet
from core.walk_files import WalkPlan, plan_of_walk
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.place_presenter import PlacePresenter
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.workers.job import NewestJob


class ExportedViewPresenter(QObject):
    """Opens views; says what is missing where the project is another one."""

    walk_reached = Signal(object)  # WalkPlan; its run and epoch are in view
    sheet_reached = Signal(object)  # SheetPlan

    def __init__(
        self, project: ProjectState, places: PlacePresenter, notices: NoticePresenter
    ) -> None:
        super().__init__(places)
        self._project = project
        self._places = places
        self._notices = notices
        self._way_to: tuple[Place, WalkPlan | SheetPlan] | None = None  # its run may have to load
        self._reading = NewestJob("reading a view", self)
        self._reading.succeeded.connect(self._on_read)
        self._reading.failed.connect(self._on_not_read)
        places.arrived.connect(self._on_arrived)

    def open(self, path: Path) -> None:
        """Bring the view in sight that this JSON tells of; it is read off the GUI thread."""
        self._reading.start(lambda: _reading(path))

    @property
    def is_reading(self) -> bool:
        """Whether a file was dropped and what it leads to is not known yet."""
        return self._reading.is_busy

    def stop(self) -> None:
        """End the thread that reads."""
        self._reading.stop()

    @Slot(object)
    def _on_read(self, read: tuple[Path, ExportedView]) -> None:
        self._show(*read)

    @Slot(object)
    def _on_not_read(self, error: Exception) -> None:
        self._notices.say_error(error, "Reading the view")

    def _show(self, path: Path, view: ExportedView) -> None:
        try:
            plan = _plan_of(view, path.name)
            place = self._known(view, path.name)
        except StudioError as error:
            self._notices.say_error(error)
            return
        if plan is not None:
            place = dataclasses.replace(
                place, chair_ids=self._project.selected, code=_beginning_of(plan)
            )
            self._way_to = (place, plan)
        self._places.go_to(place)

    @Slot(object)
    def _on_arrived(self, place: Place) -> None:
        (wanted, plan), self._way_to = self._way_to or (None, None), None
        if wanted is place:
            reached = self.walk_reached if isinstance(plan, WalkPlan) else self.sheet_reached
            reached.emit(plan)

    def _known(self, view: ExportedView, name: str) -> Place:
        """The place with the chairs and the run as this project has them."""
        project, place = self._project.project, view.place
        if project is None:
            raise StudioError("There is no project in which the view could be. Open its project.")
        if place.run is not None and place.run not in project.run_names():
            raise StudioError(
                f"{name} was exported from the run {place.run}, which this project does not have. "
                "Open the project it came from and drop the file again."
            )
        first = self._project.chair(place.chair_on_stage or "")
        if view.chair is None or (first is not None and first.name == view.chair):
            return place
        # Ids are those of another library, or the chair has another name by now.
        named = next((chair for chair in self._project.chairs if chair.name == view.chair), None)
        if named is not None:
            return dataclasses.replace(place, chair_ids=(named.id,), stage_chair=None)
        if place.code is None:
            raise StudioError(
                f"{name} was exported from the chair {view.chair}, which this project does not "
                "have. Open the project it came from, or import the chair, and drop the file again."
            )
        return dataclasses.replace(place, on_chair=False) if first is None else place


def _plan_of(view: ExportedView, name: str) -> WalkPlan | SheetPlan | None:
    """What more there is than a place."""
    if view.kind == "walk":
        return plan_of_walk(view.content, name)
    return plan_of_sheet(view.content, name) if view.kind == "sheet" else None


def _beginning_of(plan: WalkPlan | SheetPlan) -> tuple[float, ...] | None:
    """Where the probe goes; None: it stays where it is."""
    return plan.stops[0].code if isinstance(plan, WalkPlan) else plan.middle


def _reading(path: Path) -> Generator[None, None, tuple[Path, ExportedView]]:
    yield
    return path, read_exported_view(path)
