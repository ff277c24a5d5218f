"""The stage: original and reconstruction side by side, seen with one camera.

While two runs are compared, the second run's reconstruction stands on a third side.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, UInt8
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from core.code_groups import Arrows
from mogvae_gui.views.actions import make_action, wrapped
from mogvae_gui.views.cloud_view import CloudView
from mogvae_gui.views.colour_bar import ColourBar
from mogvae_gui.views.elided_label import ElidedLabel
from mogvae_gui.views.empty_state import EmptyState

COLOURINGS = (
    ("height", "Height", "colour-height", "Colour points by their height above the floor"),
    ("error", "Error", "colour-error", "Colour points by their distance to the other cloud"),
    ("normals", "Shape", "cloud", "One colour, shaded by the surface's direction"),
)


@dataclass(frozen=True, eq=False)
class PaneContent:
    """What one side of the stage shows."""

    title: str
    caption: str
    points: Float32[np.ndarray, "points 3"]
    colours: UInt8[np.ndarray, "points 3"]
    normals: Float32[np.ndarray, "points 3"]
    arrows: Arrows | None = None  # where some points go


class StagePane(QFrame):
    """One side: a title with a caption, and the cloud or words where there is none."""

    def __init__(self, role: str, empty: EmptyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        self.view = CloudView()
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
        header.addWidget(self.caption)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addLayout(self._stack, 1)

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

    def show_caption(self, caption: str) -> None:
        """Show the line under the title."""
        self.caption.setText(caption)
        self.caption.setToolTip(wrapped(caption))


class StageView(QWidget):
    """Both panes with a slim tool bar. Shows what it is told and says what was asked."""

    colouring_chosen = Signal(str)
    picture_requested = Signal()
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(QSize(420, 240))
        self.original = StagePane(
            "Original",
            EmptyState(
                "chair",
                "No chair chosen",
                "Choose one in the library, or drop meshes anywhere in this window.",
            ),
        )
        self.reconstruction = StagePane(
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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_tool_bar())
        layout.addWidget(self._splitter, 1)
        self._following = False
        for side in self._sides:
            side.view.camera_moved.connect(self._on_camera_moved)
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
        for side in self._sides:
            side.view.close_view()

    @property
    def _sides(self) -> tuple[StagePane, StagePane, StagePane]:
        return self.original, self.reconstruction, self.second

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
        icons = QToolBar()
        icons.setIconSize(QSize(16, 16))
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
        self._following = False
