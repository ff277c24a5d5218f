"""Where one has been: back and forward as in a browser; undo of choosing, moving and turning.

A step is what happens until things have been quiet for a moment, so a drag is one step. What a
change of the library brings with it (removed chairs are no longer chosen) belongs to its step.
"""

import dataclasses

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QUndoCommand

from core.places import Place, Trail
from mogvae_gui.presenters.library_edits import LibraryEdit, LibraryEditPresenter
from mogvae_gui.presenters.place_presenter import PlacePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.actions import tooltip_with_shortcut
from mogvae_gui.views.main_window import MainWindow

SETTLED_MS = 400  # quiet for so long, a step is complete


class ViewStep(QUndoCommand):
    """From one place to another. It is there already when the step is made."""

    def __init__(self, text: str, before: Place, after: Place, history: "HistoryPresenter") -> None:
        super().__init__(text)
        self._before = before
        self._after = after
        self._history = history
        self._is_made = False

    def redo(self) -> None:
        if self._is_made:
            self._history.restore(self._after)
        self._is_made = True

    def undo(self) -> None:
        self._history.restore(self._before)


class HistoryPresenter(QObject):
    """Watches run, chosen chairs, probe and cameras."""

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        training: TrainingState,
        window: MainWindow,
        edits: LibraryEditPresenter,
        places: PlacePresenter,
    ) -> None:
        super().__init__(window)
        self._project = project
        self._latent = latent
        self._training = training
        self._window = window
        self._edits = edits
        self._places = places
        self._trail = Trail()
        self._last: Place | None = None  # as it was when things were quiet
        self._before: Place | None = None  # where the present step began
        self._camera_touched = False
        self._edit: LibraryEdit | None = None  # what the present step belongs to
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._on_settled)
        window.back_action.triggered.connect(self.back)
        window.forward_action.triggered.connect(self.forward)
        edits.about_to_change.connect(self.settle)
        edits.edited.connect(self._on_edited)
        stage = window.stage
        sides = (stage.original, stage.reconstruction, stage.second)
        for view in (*(side.view for side in sides), window.latent.view):
            view.camera_touched.connect(self._on_camera_touched)
        for event in (project.events.selected, latent.events.run_name):
            event.connect(self._on_changed)
        for event in (latent.events.probe, latent.events.peek):
            event.connect(self._on_probe)
        project.events.project.connect(self._on_project)
        self._show()

    def stop(self) -> None:
        """Let no step come later."""
        self._settled.stop()

    @Slot()
    def back(self) -> None:
        """Go to the place before."""
        self.settle()
        self._travel(self._trail.back())

    @Slot()
    def forward(self) -> None:
        """Go forward again."""
        self.settle()
        self._travel(self._trail.forward())

    def restore(self, place: Place) -> None:
        """Bring a place back exactly; no step is made of it."""
        self._settled.stop()
        self._last = place
        self._places.go_to(place)
        self._settled.stop()
        self._before, self._camera_touched = None, False
        if not self._places.is_under_way:
            self._last = self._places.home()
        self._trail.visit(self._last)
        self._show()

    @Slot()
    def settle(self) -> None:
        """Complete the present step now."""
        self._settled.stop()
        if self._project.project is None:
            return
        here = self._places.home()
        before, self._before = self._before, None
        touched, self._camera_touched = self._camera_touched, False
        edit, self._edit = self._edit, None
        self._last = here
        if edit is not None:
            edit.look_as_after = lambda: self.restore(here)
        elif before is not None and not self._is_of_training(before, here):
            if before.run is None:
                # Its first model came meanwhile; that was there to come, and no step of anybody.
                before = dataclasses.replace(before, run=here.run, epoch=here.epoch)
            turned = touched and here.cameras != before.cameras
            if self._is_elsewhere(before, here) or turned:
                self._edits.push_step(ViewStep(self._words(before, here), before, here, self))
        if here.is_somewhere:
            self._trail.visit(here)
        self._show()

    def _travel(self, place: Place | None) -> None:
        if place is not None:
            self._places.go_to(place, look=False)
        self._show()

    def _is_of_training(self, before: Place, here: Place) -> bool:
        """A training brings its run in view by itself; there is no way back while it learns."""
        return (
            before.run != here.run
            and self._training.is_busy
            and here.run == self._training.run_name
        )

    def _is_elsewhere(self, before: Place, here: Place) -> bool:
        """Whether somebody went from one to the other.

        A code that is no more a sample, say, is so because the model has changed behind it.
        """
        shows_more = here.showing is not None and here.showing != before.showing
        return here.key != before.key or shows_more

    def _words(self, before: Place, here: Place) -> str:
        if before.run != here.run:
            return f"showing {here.run}"
        if before.chair_ids != here.chair_ids:
            count = len(here.chair_ids)
            return f"choosing {('no chair', 'a chair')[count] if count < 2 else 'chairs'}"
        return "moving the probe" if self._is_elsewhere(before, here) else "turning the view"

    def _name_of(self, place: Place) -> str:
        """The place as a person would call it."""
        if place.component is not None and not place.on_chair:
            known = self._latent.component_names if place.run == self._latent.run_name else {}
            return known.get(place.component) or f"component {place.component + 1}"
        if place.code is not None and not place.on_chair:
            return (place.showing is not None and place.showing.title) or "a decoded code"
        chair = self._project.chair(place.chair_on_stage or "")
        return chair.name if chair is not None else "a shape that is not in the library"

    def _begin(self) -> None:
        if self._before is None and self._last is not None:
            # Cameras may have been moved by the program since, and the run's time by hand; this
            # step did neither.
            last = self._last
            if last.epoch != self._latent.epoch:  # whose samples are others
                last = dataclasses.replace(last, epoch=self._latent.epoch, showing=None)
            self._before = dataclasses.replace(last, cameras=self._places.cameras())

    def _on_probe(self) -> None:
        """A probe that looks where somebody points has gone nowhere yet."""
        if self._latent.peek is None:
            self._on_changed()

    def _on_changed(self) -> None:
        self._begin()
        self._settled.start()

    @Slot()
    def _on_camera_touched(self) -> None:
        self._begin()
        self._camera_touched = True
        self._settled.start()

    @Slot(object)
    def _on_edited(self, edit: LibraryEdit) -> None:
        before = self._before or self._last
        if before is not None:
            edit.look_as_before = lambda: self.restore(before)
        self._edit = edit
        self._settled.start()

    def _on_project(self) -> None:
        self._settled.stop()
        self._trail.clear()
        self._last = self._before = self._edit = None
        self._camera_touched = False
        self._show()

    @Slot()
    def _on_settled(self) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._settled.start()  # a drag that rests is the same drag
        else:
            self.settle()

    def _show(self) -> None:
        for action, place, sentence in (
            (self._window.back_action, self._trail.before, "Back to {}"),
            (self._window.forward_action, self._trail.after, "Forward to {}"),
        ):
            action.setEnabled(place is not None)
            words = (
                "the place before" if sentence.startswith("Back") else "where you came back from"
            )
            words = self._name_of(place) if place is not None else words
            action.setToolTip(tooltip_with_shortcut(sentence.format(words), action.shortcut()))
