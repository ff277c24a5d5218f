"""The JSON beside an exported shape leads back to the view that it was exported from."""

import dataclasses
from pathlib import Path

from PySide6.QtCore import QObject

from core.errors import StudioError
from core.export import ExportedView, read_exported_view
from core.places import Place
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.place_presenter import PlacePresenter
from mogvae_gui.state.project_state import ProjectState


class ExportedViewPresenter(QObject):
    """Opens views; says what is missing where the project is another one."""

    def __init__(
        self, project: ProjectState, places: PlacePresenter, notices: NoticePresenter
    ) -> None:
        super().__init__(places)
        self._project = project
        self._places = places
        self._notices = notices

    def open(self, path: Path) -> None:
        """Bring the view in sight that this JSON tells of."""
        try:
            view = read_exported_view(path)
            self._places.go_to(self._known(view, path.name))
        except StudioError as error:
            self._notices.say_error(error)

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
        first = self._project.chair(place.chair_ids[0]) if place.chair_ids else None
        if view.chair is None or (first is not None and first.name == view.chair):
            return place
        # Ids are those of another library, or the chair has another name by now.
        named = next((chair for chair in self._project.chairs if chair.name == view.chair), None)
        if named is not None:
            return dataclasses.replace(place, chair_ids=(named.id,))
        if place.code is None:
            raise StudioError(f"{name} is of the chair {view.chair}, which is not in this project.")
        return dataclasses.replace(place, on_chair=False) if first is None else place
