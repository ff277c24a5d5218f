"""The Sheet dock: computes which codes lie in the sheet and has them drawn, a few at a time."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from core.errors import SettingsError
from core.sheets import SheetSettings, directions_of, make_sheet
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.sheet_state import SheetState
from mogvae_gui.views.latent_tracks import LatentTracks
from mogvae_gui.views.sheet_panel import SheetPanel
from mogvae_gui.workers.model_worker import DrawCells

PICTURE_PX = 96
AT_ONCE = 4  # cells; the probe waits no longer than these take
SETTLED_MS = 3_000  # a training moves the codes with every epoch


class SheetPresenter(QObject):
    """Draws while the dock can be seen, and nothing of a sheet that has been replaced."""

    def __init__(
        self,
        state: SheetState,
        latent: LatentState,
        panel: SheetPanel,
        tracks: LatentTracks,
        model: ModelLink,
        probe: ProbePresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._latent = latent
        self._panel = panel
        self._tracks = tracks
        self._model = model
        self._probe = probe
        self._notices = notices
        self._run: str | None = None
        self._stale = True  # the sheet was made of other codes or settings
        self._left: list[tuple[int, int]] = []  # cells that have not been asked for
        self._asked: DrawCells | None = None
        self._put: tuple[float, ...] | None = None  # where a click in the sheet put the probe
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLED_MS)
        self._settle.timeout.connect(self._on_settled)
        panel.value_edited.connect(self._on_value_edited)
        panel.through_chosen.connect(self._on_through_chosen)
        panel.follow_toggled.connect(self._on_follow_toggled)
        panel.appeared.connect(self._on_appeared)
        panel.vanished.connect(self._on_vanished)
        panel.grid.cell_hovered.connect(self._on_cell_hovered)
        panel.grid.cell_chosen.connect(self._on_cell_chosen)
        model.answered.connect(self._on_answered)
        model.failed.connect(self._on_failed)
        latent.events.map.connect(self._on_map)
        latent.events.axes.connect(self._show_plane)
        latent.events.probe.connect(self._on_probe)
        latent.events.peek.connect(self._on_probe)
        state.events.sheet.connect(self._show_plane)
        self._show_settings()

    def kept(self) -> dict[str, Any]:
        """What the project keeps of the sheet, in plain values."""
        pinned = self._state.pinned
        return {
            "run": self._run,
            "settings": asdict(self._state.settings),
            "middle": None if pinned is None else list(pinned),
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Undo `kept`: before the run is in view again, of whose space the middle is a place.

        Raises KeyError, TypeError, ValueError or SettingsError where what was kept is nonsense.
        """
        values = {**asdict(SheetSettings()), **kept["settings"]}
        for name in ("across", "up", "cells", "strips"):
            values[name] = int(values[name])
        settings = SheetSettings(**values)
        middle, run = kept["middle"], kept["run"]
        pinned = None if middle is None else tuple(float(value) for value in middle)
        if self._latent.map is None:
            self._run = None if run is None else str(run)
        self._state.settings = settings
        self._state.pinned = pinned
        self._state.through = "mean" if pinned is None else "probe"
        self._show_settings()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._settle.stop()
        self._left = []

    @Slot()
    def _on_settled(self) -> None:
        self.renew()

    @Slot()
    def renew(self) -> None:
        """Make the sheet again and have it drawn, once it can be seen."""
        self._settle.stop()
        self._stale = True
        latent_map = self._latent.map
        if latent_map is None or not self._panel.is_seen:
            return
        codes = latent_map.codes
        latent = codes.shape[1]
        centre = codes.mean(axis=0) if len(codes) else np.zeros(latent)
        pinned = self._state.pinned
        if self._state.through == "probe" and pinned is not None and len(pinned) == latent:
            centre = np.array(pinned)
        try:
            sheet = make_sheet(self._state.settings, codes, centre)
        except SettingsError as error:
            self._notices.say_error(error)
            return
        self._stale = False
        self._panel.grid.show_frame(sheet.row_words, sheet.column_words, sheet.across, sheet.up)
        self._left = [
            (row, column)
            for row in range(sheet.codes.shape[0])
            for column in range(sheet.codes.shape[1])
        ]
        self._state.sheet = sheet
        self._draw_on()

    # -- what changed ------------------------------------------------------------------------

    def _on_map(self) -> None:
        latent_map, run = self._latent.map, self._latent.run_name
        self._panel.show_model_there(latent_map is not None)
        if latent_map is None:
            self._left, self._asked = [], None
            self._run, self._state.sheet = None, None
            self._state.pinned, self._state.through = None, "mean"
            return
        other_run, self._run = run != self._run, run
        latent = latent_map.codes.shape[1]
        fitting = max(self._state.settings.across, self._state.settings.up) < latent
        if not fitting:
            self._state.settings = replace(self._state.settings, across=0, up=min(1, latent - 1))
        if other_run:
            self._state.pinned = None
            self._state.through = "mean"
        if other_run or self._state.sheet is None:
            self._show_settings()
            self.renew()
        elif not self._settle.isActive():  # not restarted: epochs may come faster than it ends
            self._settle.start()

    @Slot()
    def _on_appeared(self) -> None:
        self._show_settings()
        if self._stale:
            self.renew()
        elif self._asked is None:  # a newer question would overtake it, and its cells be lost
            self._draw_on()
        self._show_plane()

    @Slot()
    def _on_vanished(self) -> None:
        self._show_plane()

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if question is not self._asked or not isinstance(question, DrawCells):
            return
        cells = question.key if isinstance(question.key, tuple) else ()
        if isinstance(answer, list):
            for (row, column), image in zip(cells, answer, strict=True):
                self._panel.grid.show_picture(row, column, image)
        self._asked = None
        self._draw_on()

    @Slot(object, object)
    def _on_failed(self, question: object, error: Exception) -> None:
        if question is self._asked:
            self._left, self._asked = [], None
            self._notices.say_error(error, "Drawing the sheet")

    def _draw_on(self) -> None:
        """Ask for the next cells of a row; those of a sheet before may still be on their way."""
        sheet = self._state.sheet
        if sheet is None or self._stale or not self._panel.is_seen:
            return
        total = sheet.codes.shape[0] * sheet.codes.shape[1]
        self._panel.show_progress(self._panel.grid.drawn, total)
        if not self._left:
            return
        row = self._left[0][0]
        cells = tuple(cell for cell in self._left[:AT_ONCE] if cell[0] == row)
        del self._left[: len(cells)]
        codes = np.stack([sheet.codes[cell] for cell in cells])
        self._asked = DrawCells(codes, PICTURE_PX, key=cells)
        self._model.ask(self._asked)

    # -- what the person did -----------------------------------------------------------------

    @Slot(str, object)
    def _on_value_edited(self, name: str, value: Any) -> None:
        settings = self._state.settings
        changes = {name: value}
        if name in ("across", "up"):  # the other one makes way
            other = "up" if name == "across" else "across"
            if getattr(settings, other) == value:
                changes[other] = getattr(settings, name)
        if name == "kind" and value == "strips" and settings.kind != "strips":
            changes["sigmas"] = max(settings.sigmas, 3.0)
        self._state.settings = replace(settings, **changes)
        self._show_settings()
        self.renew()

    @Slot(str)
    def _on_through_chosen(self, through: str) -> None:
        probe = self._latent.probe
        if through == "probe" and probe is not None:
            self._state.through, self._state.pinned = "probe", probe.code
        else:
            self._state.through = "mean"
            if through == "probe":
                self._notices.say("info", "Click anywhere in the latent space first.")
        self._show_settings()
        self.renew()

    @Slot(bool)
    def _on_follow_toggled(self, follows: bool) -> None:
        self._state.follows = follows

    @Slot(int, int)
    def _on_cell_hovered(self, row: int, column: int) -> None:
        if row < 0:
            self._probe.end_peek()
        elif self._state.follows and (code := self._code_of(row, column)) is not None:
            self._probe.peek(code)

    @Slot(int, int)
    def _on_cell_chosen(self, row: int, column: int) -> None:
        code = self._code_of(row, column)
        if code is not None:
            self._probe.go_to(code)
            self._put = code
            self._panel.grid.show_chosen(row, column)

    def _code_of(self, row: int, column: int) -> tuple[float, ...] | None:
        sheet = self._state.sheet
        if sheet is None or self._latent.map is None:
            return None
        return tuple(float(value) for value in sheet.codes[row, column])

    def _on_probe(self) -> None:
        """Somebody else put the probe elsewhere: no cell is marked any more."""
        home = self._latent.home
        if home is None or home.code != self._put:
            self._put = None
            self._panel.grid.show_chosen(-1, -1)

    # -- what is shown -----------------------------------------------------------------------

    def _show_settings(self) -> None:
        settings, latent_map = self._state.settings, self._latent.map
        if latent_map is not None:
            self._panel.show_directions(directions_of(latent_map.codes, settings.basis).names)
        self._panel.show_settings(
            settings.kind,
            settings.basis,
            settings.across,
            settings.up,
            settings.sigmas,
            settings.cells,
            settings.strips,
            self._state.through,
        )

    def _show_plane(self) -> None:
        """The plane in the latent view, while the dock is seen."""
        sheet, axes = self._state.sheet, self._latent.axes
        corners = sheet.corners if sheet is not None else None
        fits = axes is not None and corners is not None and corners.shape[1] == len(axes.origin)
        if axes is None or corners is None or not fits or not self._panel.is_seen:
            self._tracks.show_plane(None)
        else:
            self._tracks.show_plane(axes.positions(corners))
