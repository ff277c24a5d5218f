"""The stage: original and reconstruction side by side, seen with one camera.

While two runs are compared, the second run's reconstruction stands on a third side.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, UInt8
from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSlider,
    QSplitter,
    QStackedLayout,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.camera_glides import glide
from core.code_groups import Arrows
from core.colours import ORIGINAL_COLOUR, RECONSTRUCTION_COLOUR
from core.places import CameraPose
from mogvae_gui.views.actions import make_action, wrapped
from mogvae_gui.views.cloud_overlay import OVERLAYS, CloudOverlay
from mogvae_gui.views.cloud_view import CloudView
from mogvae_gui.views.colour_bar import ColourBar
from mogvae_gui.views.elided_label import ElidedLabel
from mogvae_gui.views.empty_state import EmptyState
from mogvae_gui.views.icons import icon
from mogvae_gui.views.stage_marks import Ball, Link, StageMarks

COLOURINGS = (
    ("height", "Height", "colour-height", "Colour points by their height above the floor"),
    ("error", "Error", "colour-error", "Colour points by their distance to the other cloud"),
    ("normals", "Shape", "cloud", "One colour, shaded by the surface's direction"),
)


GLIDE_MS = 450


@dataclass(frozen=True, eq=False)
class PaneContent:
    """What one side of the stage shows."""

    title: str
    caption: str
    points: Float32[np.ndarray, "points 3"]
    colours: UInt8[np.ndarray, "points 3"]
    normals: Float32[np.ndarray, "points 3"] | None
    arrows: Arrows | None = None  # where some points go


class StagePane(QFrame):
    """One side: a title with a caption, and the cloud or words where there is none."""

    point_hovered = Signal(str, int)  # the side's key and the point, -1 where the pointer left

    def __init__(
        self, key: str, role: str, empty: EmptyState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._key = key
        self.setObjectName("stagePane")
        self._role = role
        self._run = ""  # the run that the side is named after, while runs are compared
        self._content_title = ""
        self._badge = QLabel("")
        self._badge.setFixedSize(18, 18)
        self._badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._badge.hide()
        self.title = ElidedLabel(role)
        self.title.setProperty("role", "title")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.caption = ElidedLabel("")
        self.caption.setProperty("role", "muted")
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.title, self.caption):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.note = QLabel("")  # on what is pointed out in the view
        self.note.setProperty("role", "accent")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.view = CloudView()
        self.marks = StageMarks(self.view)
        self.view.hovered.connect(self._on_hovered)
        self.view.left.connect(self._on_left)
        self._hovered = -1
        self._empty = empty
        self._stack = QStackedLayout()
        self._stack.addWidget(empty)
        self._stack.addWidget(self.view)
        header = QVBoxLayout()
        header.setContentsMargins(12, 8, 12, 6)
        header.setSpacing(2)
        title = QHBoxLayout()
        title.setSpacing(6)
        title.addWidget(self._badge)
        title.addWidget(self.title, 1)
        header.addLayout(title)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.caption, 1)
        below.addWidget(self.note)
        header.addLayout(below)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addLayout(self._stack, 1)

    def make_room(self) -> None:
        """Show the view in place of the empty state; a cloud is about to come."""
        self._stack.setCurrentIndex(1)

    def show_content(self, content: PaneContent | None) -> None:
        """Show a cloud, or the empty state."""
        self._stack.setCurrentIndex(0 if content is None else 1)
        self._content_title = "" if content is None else content.title
        if content is None:
            self.title.setText(self._run or self._role)
            self.show_caption("")
            self.view.clear_cloud()
            return
        self.title.setText(self._run or content.title)
        self.title.setToolTip(wrapped(content.title))
        self.show_caption(content.caption)
        self.view.show_cloud(content.points, content.colours, content.normals)
        self.view.show_arrows(content.arrows)

    def show_run(self, letter: str, run: str) -> None:
        """Name the side after a run, with its letter before it; an empty run takes that back."""
        self._run = run
        self._badge.setText(letter)
        self._badge.setProperty("run", letter.lower())
        self._badge.style().polish(self._badge)
        self._badge.setVisible(bool(run))
        self.title.setText(run or self._content_title or self._role)

    def show_note(self, note: str) -> None:
        """Say something of what is pointed out in the view."""
        self.note.setText(note)
        self.note.setVisible(bool(note))

    @Slot(QPointF)
    def _on_hovered(self, position: QPointF) -> None:
        self._tell_hovered(self.view.point_under(position))

    @Slot()
    def _on_left(self) -> None:
        self._tell_hovered(None)

    def _tell_hovered(self, point: int | None) -> None:
        index = -1 if point is None else point
        if index != self._hovered:
            self._hovered = index
            self.point_hovered.emit(self._key, index)

    def show_caption(self, caption: str) -> None:
        """Show the line under the title."""
        self.caption.setText(caption)
        self.caption.setToolTip(wrapped(caption))


class StageView(QWidget):
    """Both panes with a slim tool bar. Shows what it is told and says what was asked."""

    colouring_chosen = Signal(str)
    picture_requested = Signal()
    point_hovered = Signal(str, int)  # "original", "reconstruction" or "second"; -1: none
    overlay_chosen = Signal(str)  # "off", "blend" or "wipe"
    mix_edited = Signal(float)  # 0: the original, 1: the reconstruction
    region_requested = Signal(int)  # 1: the next worst, -1: the one before
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(QSize(420, 240))
        self.original = StagePane(
            "original",
            "Original",
            EmptyState(
                "chair",
                "No chair chosen",
                "Choose one in the library, or drop meshes anywhere in this window.",
            ),
        )
        self.reconstruction = StagePane(
            "reconstruction",
            "Reconstruction",
            EmptyState(
                "wand-sparkles",
                "Nothing decoded yet",
                "Train a model below. Its reconstruction of the chosen chair appears here, "
                "and what you click in the latent space.",
            ),
        )
        # Made now though it is seldom seen: an OpenGL view that comes after the window is shown
        # changes the default format under the views that are there.
        self.second = StagePane(
            "second",
            "Second run",
            EmptyState("compare", "Nothing decoded yet", "The chosen chair by the second run."),
        )
        self.second.hide()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.original)
        self._splitter.addWidget(self.reconstruction)
        self._splitter.addWidget(self.second)
        self._splitter.setSizes([500, 500, 500])
        self._colour_bar = ColourBar()
        self.overlay = CloudOverlay(self.original.view)
        self._glide = QVariantAnimation(self)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.setDuration(GLIDE_MS)
        self._glide.valueChanged.connect(self._on_glide)
        self._glide.finished.connect(self._on_arrived)
        self._way: tuple[CameraPose, CameraPose] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_tool_bar())
        layout.addWidget(self._make_mixer())
        layout.addWidget(self._splitter, 1)
        self._following = False
        for side in self._sides:
            side.view.camera_moved.connect(self._on_camera_moved)
            side.view.camera_touched.connect(self._glide.stop)  # a hand goes before
            side.point_hovered.connect(self.point_hovered)
        self.show_cameras_linked(True)

    def show_original(self, content: PaneContent | None) -> None:
        """Show the chosen chair."""
        self.original.show_content(content)

    def show_reconstruction(self, content: PaneContent | None) -> None:
        """Show what was decoded."""
        self.reconstruction.show_content(content)

    def show_comparison(self, run: str, against: str) -> None:
        """Show a third side for the run `against`; without one there are two sides again."""
        self.reconstruction.show_run("A", run if against else "")
        self.second.show_run("B", against)
        if self.second.isHidden() == bool(against):
            self.second.setVisible(bool(against))
            self._splitter.setSizes([500] * len(self._splitter.sizes()))

    def show_second(self, content: PaneContent | None) -> None:
        """Show the second run's reconstruction."""
        self.second.show_content(content)

    def show_overlay(self, overlay: str, share: float) -> None:
        """Put both clouds into one view, or each on its side again."""
        for action in self._overlays.actions():
            with QSignalBlocker(action):
                action.setChecked(action.data() == overlay)
        with QSignalBlocker(self.mixer):
            self.mixer.setValue(round(share * self.mixer.maximum()))
        self._mixer_row.setVisible(overlay != "off")
        self.reconstruction.setVisible(overlay == "off")
        self.overlay.mix(overlay, share)
        self.original.marks.wipe = share if overlay == "wipe" else None
        self.original.marks.refresh()

    def show_link(self, links: dict[str, Link], note: str) -> None:
        """Mark a point and its partner, each on its side; without links nothing is marked."""
        for key, side in self._side_of.items():
            side.marks.link = links.get(key)
            side.marks.refresh()
            side.show_note(note if key in links else "")

    def show_region(self, ball: Ball | None, key: str, note: str) -> None:
        """Ring a region on all sides and describe it on the side that it is of."""
        for name, side in self._side_of.items():
            side.marks.ball = ball
            side.marks.refresh()
            side.show_note(note if name == key and ball is not None else "")

    def glide_to(self, pose: CameraPose) -> None:
        """Move the camera there, slowly enough to see where it goes."""
        self.original.view.camera_touched.emit()
        self._way = (self.original.view.pose, pose)
        self._glide.start()

    @property
    def is_gliding(self) -> bool:
        """Whether the camera is on its way."""
        return self._glide.state() == QVariantAnimation.State.Running

    def show_can_find_regions(self, can_find: bool) -> None:
        """Whether there is a reconstruction that has worst regions."""
        for action in (self.next_region_action, self.previous_region_action):
            action.setEnabled(can_find)

    def show_colouring(self, colouring: str) -> None:
        """Mark the colouring in use."""
        for action in self._colourings.actions():
            with QSignalBlocker(action):
                action.setChecked(action.data() == colouring)

    def show_scale(self, colouring: str, lowest: str, highest: str) -> None:
        """Show what the colours mean; an empty `lowest` hides the bar."""
        self._colour_bar.show_scale(colouring, lowest, highest)

    def show_cameras_linked(self, linked: bool) -> None:
        """Let all sides turn together, or each by itself."""
        for side in self._sides[1:]:
            if linked:
                side.view.share_camera(self.original.view)
            else:
                side.view.own_camera()
        with QSignalBlocker(self.link_action):
            self.link_action.setChecked(linked)

    @property
    def overlay_actions(self) -> list[QAction]:
        """The ways to put the clouds."""
        return self._overlays.actions()

    @property
    def colouring_actions(self) -> list[QAction]:
        """The ways to colour points."""
        return self._colourings.actions()

    @Slot()
    def reset_camera(self) -> None:
        """Look at both chairs from the front left."""
        self.original.view.camera_touched.emit()
        self.original.view.reset_camera()
        if not self.link_action.isChecked():
            for side in self._sides[1:]:
                side.view.reset_camera()

    def close_views(self) -> None:
        """Release all views."""
        self._glide.stop()
        for side in self._sides:
            side.view.close_view()

    @property
    def _sides(self) -> tuple[StagePane, StagePane, StagePane]:
        return self.original, self.reconstruction, self.second

    @property
    def _side_of(self) -> dict[str, StagePane]:
        names = ("original", "reconstruction", "second")
        return dict(zip(names, self._sides, strict=True))

    def _make_mixer(self) -> QWidget:
        """The slider between the clouds, there while they are in one view."""
        self.mixer = QSlider(Qt.Orientation.Horizontal)
        self.mixer.setRange(0, 200)
        self.mixer.setPageStep(20)
        self.mixer.setToolTip(wrapped("How much of the one and how much of the other"))
        self.mixer.valueChanged.connect(self._on_mixer_moved)
        dot = "<span style='color: rgb{}'>●</span>&nbsp; {}"
        first = QLabel(dot.format(ORIGINAL_COLOUR, "Original"))
        last = QLabel(dot.format(RECONSTRUCTION_COLOUR, "Reconstruction"))
        for label in (first, last):
            label.setTextFormat(Qt.TextFormat.RichText)  # the window makes all others plain
        self._mixer_row = QWidget()
        layout = QHBoxLayout(self._mixer_row)
        layout.setContentsMargins(12, 2, 12, 4)
        layout.setSpacing(10)
        layout.addWidget(first)
        layout.addWidget(self.mixer, 1)
        layout.addWidget(last)
        self._mixer_row.hide()
        return self._mixer_row

    def _make_overlay_button(self) -> QToolButton:
        self._overlays = QActionGroup(self)
        for number, (key, text, tooltip) in enumerate(OVERLAYS, start=4):
            action = make_action(self, text, None, f"Ctrl+{number}", tooltip, checkable=True)
            action.setData(key)
            action.setChecked(key == "off")
            self._overlays.addAction(action)
        self._overlays.triggered.connect(self._on_overlay_triggered)
        button = QToolButton()
        button.setIcon(icon("blend"))
        button.setToolTip(wrapped("See original and reconstruction in one view"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.addActions(self._overlays.actions())
        button.setMenu(menu)
        return button

    def _make_tool_bar(self) -> QWidget:
        bar = QToolBar("Stage")
        bar.setIconSize(QSize(16, 16))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._colourings = QActionGroup(self)
        for number, (key, text, icon_name, tooltip) in enumerate(COLOURINGS, start=1):
            action = make_action(self, text, icon_name, f"Ctrl+{number}", tooltip, checkable=True)
            action.setData(key)
            self._colourings.addAction(action)
            bar.addAction(action)
        self._colourings.triggered.connect(self._on_colouring_triggered)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.link_action = make_action(
            self,
            "Link cameras",
            "link-cameras",
            "Ctrl+L",
            "Turn both chairs together",
            self._on_link_triggered,
            checkable=True,
        )
        self.reset_action = make_action(
            self, "Reset view", "reset-view", "Home", "Look from the front again", self.reset_camera
        )
        self.picture_action = make_action(
            self,
            "Save picture…",
            "picture",
            "Ctrl+P",
            "Save pictures of the views as PNG",
            self.picture_requested,
        )
        self.next_region_action = make_action(
            self,
            "Next worst region",
            "target",
            "F9",
            "Go to where the reconstruction is most wrong, then to the next such place",
            self._on_next_region,
        )
        self.previous_region_action = make_action(
            self,
            "Previous worst region",
            None,
            "Shift+F9",
            "Go back to the worse region before",
            self._on_previous_region,
        )
        icons = QToolBar()
        icons.setIconSize(QSize(16, 16))
        icons.addWidget(self._make_overlay_button())
        icons.addAction(self.next_region_action)
        for action in (self.link_action, self.reset_action, self.picture_action):
            icons.addAction(action)
        row = QWidget()
        row.setObjectName("stageBar")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(8)
        layout.addWidget(bar)
        layout.addWidget(self._colour_bar)
        layout.addWidget(spacer, 1)
        layout.addWidget(icons)
        return row

    @Slot(QAction)
    def _on_colouring_triggered(self, action: QAction) -> None:
        self.colouring_chosen.emit(action.data())

    @Slot(QAction)
    def _on_overlay_triggered(self, action: QAction) -> None:
        self.overlay_chosen.emit(action.data())

    @Slot(int)
    def _on_mixer_moved(self, value: int) -> None:
        self.mix_edited.emit(value / self.mixer.maximum())

    @Slot()
    def _on_next_region(self) -> None:
        self.region_requested.emit(1)

    @Slot()
    def _on_previous_region(self) -> None:
        self.region_requested.emit(-1)

    @Slot()
    def _on_arrived(self) -> None:
        self._on_glide(1.0)

    @Slot(object)
    def _on_glide(self, share: float) -> None:
        if self._way is not None and not self.original.view.is_closed:
            pose = glide(*self._way, share)
            self.original.view.show_pose(pose)
            if not self.link_action.isChecked():
                self.reconstruction.view.show_pose(pose)

    @Slot(bool)
    def _on_link_triggered(self, linked: bool) -> None:
        self.show_cameras_linked(linked)

    @Slot()
    def _on_camera_moved(self) -> None:
        # A shared camera repaints nobody by itself, and fitting its depth range moves it again.
        if self._following:
            return
        self._following = True
        for side in self._sides:
            if not side.view.is_closed and not side.isHidden():
                side.view.plotter.renderer.ResetCameraClippingRange()
                side.view.refresh()
                side.marks.refresh()
        self._following = False
