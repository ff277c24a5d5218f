"""Walks: the probe goes from step to step, by itself or by hand."""

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Slot

from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.walk_state import LEAST_STEPS, MOST_STEPS, WalkState
from mogvae_gui.views.walk_panel import WalkPanel

STEPS_PER_S = 20.0  # at speed 1
TICK_MS = 33


class WalkPlayer(QObject):
    """Keeps probe, slider and cursor in step.

    Where the walker is follows from the time that has passed, never from the number of ticks: on a
    slow machine steps are left out, and the model answers the newest question only.
    """

    def __init__(
        self, state: WalkState, latent: LatentState, panel: WalkPanel, probe: ProbePresenter
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._latent = latent
        self._panel = panel
        self._probe = probe
        self._begun_at = 0  # the step at which playing began
        self._put: tuple[float, ...] | None = None  # where this walker put the probe last
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        panel.play_toggled.connect(self._on_play_toggled)
        panel.step_edited.connect(self._on_step_edited)
        panel.steps_edited.connect(self._on_steps_edited)
        panel.speed_chosen.connect(self._on_speed_chosen)
        panel.loop_toggled.connect(self._on_loop_toggled)
        panel.share_picked.connect(self._on_share_picked)
        state.events.is_playing.connect(self._on_is_playing)
        state.events.step.connect(self._show_step)
        state.events.steps.connect(self._show_steps)
        state.events.paths.connect(self._on_paths)
        state.events.speed.connect(self._show_speed)
        state.events.loops.connect(self._show_loops)
        latent.events.probe.connect(self._on_probe)
        probe.chair_asked.connect(self._on_chair_asked)
        self._show_steps()
        self._show_speed()
        self._show_loops()

    def step_at(self, elapsed_s: float) -> int | None:
        """The step at which the walker is so long after it began; None where the walk is over."""
        last = self._state.steps - 1
        step = self._begun_at + int(elapsed_s * STEPS_PER_S * self._state.speed)
        if step <= last:
            return step
        return step % self._state.steps if self._state.loops else None

    def stop(self) -> None:
        """Walk no further."""
        self._state.is_playing = False

    @Slot()
    def _on_tick(self) -> None:
        step = self.step_at(self._clock.elapsed() / 1000)
        if step is None:
            self._go(self._state.steps - 1)
            self._state.is_playing = False
        else:
            self._go(step)

    def _go(self, step: int) -> None:
        """Put the probe on a step, unless it is there."""
        walked = self._state.walked
        if walked is None or self._latent.map is None:
            return
        self._state.step = step
        share = step / max(1, self._state.steps - 1)
        code = tuple(float(value) for value in walked.codes_at([share])[0].astype(np.float32))
        if code != self._put:
            self._put = code
            self._probe.go_to(code)

    def _on_is_playing(self) -> None:
        playing = self._state.is_playing
        if playing and self._state.walked is None:
            self._state.is_playing = False
            return
        self._panel.show_playing(playing)
        if playing:
            at_end = self._state.step >= self._state.steps - 1
            self._begin(0 if at_end else self._state.step)
            self._timer.start()
        else:
            self._timer.stop()

    def _begin(self, step: int) -> None:
        self._begun_at = step
        self._clock.start()

    def _on_probe(self) -> None:
        """Somebody else moved the probe: they want to look there."""
        probe = self._latent.probe
        if self._state.is_playing and (probe is None or probe.code != self._put):
            self._state.is_playing = False
        if probe is None or probe.code != self._put:
            self._put = None

    @Slot(str)
    def _on_chair_asked(self) -> None:
        self._state.is_playing = False

    def _on_paths(self) -> None:
        if self._state.paths is None:
            self._state.is_playing = False
            self._state.step = 0

    @Slot()
    def _on_play_toggled(self) -> None:
        self._state.is_playing = not self._state.is_playing and self._state.walked is not None

    @Slot(int)
    def _on_step_edited(self, step: int) -> None:
        self._state.is_playing = False
        self._go(step)

    @Slot(float)
    def _on_share_picked(self, share: float) -> None:
        self._on_step_edited(round(share * (self._state.steps - 1)))

    @Slot(int)
    def _on_steps_edited(self, steps: int) -> None:
        share = self._state.step / max(1, self._state.steps - 1)
        steps = min(max(steps, LEAST_STEPS), MOST_STEPS)
        self._state.steps = steps
        self._state.step = round(share * (steps - 1))
        if self._state.is_playing:
            self._begin(self._state.step)

    @Slot(float)
    def _on_speed_chosen(self, speed: float) -> None:
        self._state.speed = speed
        if self._state.is_playing:
            self._begin(self._state.step)

    @Slot(bool)
    def _on_loop_toggled(self, loops: bool) -> None:
        self._state.loops = loops
        if self._state.is_playing:
            self._begin(self._state.step)

    def _show_steps(self) -> None:
        self._panel.show_steps(self._state.steps)
        self._show_step()

    def _show_step(self) -> None:
        share = self._state.step / max(1, self._state.steps - 1)
        self._panel.show_step(self._state.step, share)

    def _show_speed(self) -> None:
        self._panel.show_speed(self._state.speed)

    def _show_loops(self) -> None:
        self._panel.show_loop(self._state.loops)
