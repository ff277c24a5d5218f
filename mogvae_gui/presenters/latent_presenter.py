"""Shows the latent space and turns clicks in it into places for the probe."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QObject, QSignalBlocker, Slot

from core.colours import component_colour
from core.density_meter import density_words
from core.latent_axes import LatentAxes, chosen_axes, principal_axes
from mogvae_gui.presenters.code_colouring import (
    COLUMN,
    code_colours,
    columns_to_colour,
    size_steps,
)
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.scenery import Bounds, space_bounds
from mogvae_gui.state.latent_state import LatentMap, LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.component_list import ComponentRow
from mogvae_gui.views.latent_panel import LatentPanel
from mogvae_gui.views.latent_view import Ellipsoid

ERRORS_OF_NOW = "errors are of the run as it is now"
MOST_RINGS = 4  # of more chosen chairs only the one on the stage is ringed


class LatentPresenter(QObject):
    """Codes, components, probe, sliders: all show one `LatentState`."""

    def __init__(
        self,
        state: LatentState,
        project: ProjectState,
        panel: LatentPanel,
        probe: ProbePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._panel = panel
        self._view = panel.view
        self._probe = probe
        self._axes_run: str | None = None  # whose codes the axes were chosen for
        self._fitted_to: tuple[str | None, str] | None = None
        self._bounds: Bounds | None = None  # of the drawn space; calm while a training goes on
        self._view.code_picked.connect(self._on_code_picked)
        self._view.component_picked.connect(self._on_component_chosen)
        self._view.place_picked.connect(self._on_place_picked)
        self._view.probe_dragged.connect(self._on_place_picked)
        panel.sliders.code_edited.connect(self._on_code_edited)
        panel.components.component_chosen.connect(self._on_component_chosen)
        panel.components.visibility_edited.connect(self._on_visibility_edited)
        panel.colouring_chosen.connect(self._on_colouring_chosen)
        panel.axes_chosen.connect(self._on_axes_chosen)
        panel.sample_requested.connect(self._on_sample_requested)
        state.events.map.connect(self._show_map)
        state.events.axes.connect(self._show_map)
        state.events.probe.connect(self._show_probe)
        state.events.hidden_components.connect(self._show_components)
        state.events.component_names.connect(self._show_components)
        state.events.denser_than.connect(self._show_density)
        state.events.nats_below.connect(self._show_density)
        project.events.selected.connect(self._show_codes)
        project.events.chairs.connect(self._on_chairs)
        state.events.errors.connect(self._show_codes)
        state.events.epoch.connect(self._on_epoch)
        state.events.sized_by_error.connect(self._on_sized_by_error)
        state.events.component_names.connect(self._show_codes)
        panel.size_action.toggled.connect(self._on_size_toggled)
        state.events.colouring.connect(self._on_colouring)
        state.events.axes_key.connect(self._on_axes_key)
        self._show_columns()
        self._show_map()

    @Slot()
    def renew_axes(self) -> None:
        """Codes have settled: principal axes are theirs, and no more those of an earlier epoch."""
        latent_map, axes = self._state.map, self._state.axes
        if latent_map is None or axes is None or self._state.axes_key != "principal":
            return
        now = self._axes_of(latent_map)
        is_same = np.allclose(now.basis, axes.basis) and np.allclose(now.origin, axes.origin)
        if not is_same:
            self._bounds = None  # the box is drawn along other axes
            self._state.axes = now

    def _show_map(self) -> None:
        latent_map = self._state.map
        self._panel.show_model_there(latent_map is not None)
        if latent_map is None:
            self._fitted_to = None
            return
        latent = latent_map.codes.shape[1]
        axes = self._state.axes
        if axes is None or len(axes.origin) != latent or self._axes_run != self._state.run_name:
            self._axes_run = self._state.run_name
            self._state.axes = self._axes_of(latent_map)  # comes back here
            return
        choices = axes_choices(latent, self._state.axes_key)
        self._panel.show_axes(choices, self._state.axes_key)
        self._panel.sliders.show_dimensions(_ranges(latent_map))
        bounds = space_bounds(latent_map.codes, latent_map.components, axes)
        # The margin is room to grow: without it the view would move with every epoch.
        needed = space_bounds(latent_map.codes, latent_map.components, axes, margin_share=0.0)
        grown = self._bounds is None or not _fits(needed, bounds, self._bounds)
        if grown:
            self._bounds = bounds
            self._view.show_space(bounds, axes.labels)
        self._show_codes()
        self._show_components()
        self._show_probe()
        if self._fitted_to != (self._state.run_name, self._state.axes_key):
            self._fitted_to = (self._state.run_name, self._state.axes_key)
            self._bounds = bounds
            self._view.show_space(bounds, axes.labels)
            self._view.reset_camera()
        elif grown:
            self._view.fit_camera()

    def _show_codes(self) -> None:
        latent_map, axes = self._state.map, self._state.axes
        if latent_map is None or axes is None:
            return
        chairs = {chair.id: chair for chair in self._project.chairs}
        there = np.array([i in chairs for i in latent_map.chair_ids], dtype=bool)
        errors = self._state.errors
        count = latent_map.responsibilities.shape[1]
        names = [self._state.name_of(k) for k in range(count)]
        meaning = code_colours(latent_map, self._state.colouring, chairs, errors, names)
        note = meaning.note
        if self._shows_figures_of_now:
            note = f"{note}; {ERRORS_OF_NOW}" if note else ERRORS_OF_NOW.capitalize()
        self._panel.legend.show_legend(meaning.kinds, meaning.scale, note)
        sizes = None
        if self._state.sized_by_error and errors:
            sizes = size_steps(np.array([errors.get(i, np.nan) for i in latent_map.chair_ids]))
        positions = axes.positions(latent_map.codes)
        positions[~there] = np.nan  # removed since; row numbers stay those of the map
        chosen = set(self._project.selected)
        is_chosen = np.array([i in chosen for i in latent_map.chair_ids], dtype=bool)
        # What is not chosen is dimmed, not hidden: one sees where among all the chosen ones lie.
        several = np.count_nonzero(is_chosen) > 1
        dimmed = ~is_chosen if several else None
        self._view.show_codes(positions, meaning.colours, dimmed=dimmed, sizes=sizes)
        ringed = is_chosen
        if np.count_nonzero(is_chosen) > MOST_RINGS:
            ringed = np.array([i == self._project.selected[0] for i in latent_map.chair_ids])
        self._view.show_marked(positions[ringed])

    @property
    def _shows_figures_of_now(self) -> bool:
        """Whether errors are shown beside codes of a kept epoch, whose errors nobody measured."""
        by_error = self._state.colouring == "error" or self._state.sized_by_error
        return self._state.epoch is not None and bool(self._state.errors) and by_error

    def _show_components(self) -> None:
        latent_map, axes = self._state.map, self._state.axes
        if latent_map is None or axes is None or latent_map.components is None:
            self._view.show_components(())
            self._panel.components.show_components([], frozenset())
            return
        components = latent_map.components
        means = axes.positions(components.means)
        self._view.show_components(
            tuple(
                Ellipsoid(
                    k,
                    means[k],
                    axes.covariance(components.covariances[k]),
                    float(components.weights[k]),
                    component_colour(k),
                )
                for k in range(len(components.weights))
                if k not in self._state.hidden_components
            )
        )
        counts = np.bincount(latent_map.members, minlength=len(components.weights))
        latent = components.means.shape[1]
        rows = [
            ComponentRow(
                k,
                float(components.weights[k]),
                int(counts[k]),
                float(np.exp(np.linalg.slogdet(components.covariances[k])[1] / (2 * latent))),
                self._state.component_names.get(k, ""),
            )
            for k in range(len(components.weights))
        ]
        self._panel.components.show_components(rows, self._state.hidden_components)

    def _show_probe(self) -> None:
        probe, axes = self._state.probe, self._state.axes
        if probe is None or axes is None or len(probe.code) != len(axes.origin):
            self._view.show_probe(None)
            return
        code = np.array(probe.code, dtype=np.float32)
        self._view.show_probe(axes.positions(code[None])[0])
        self._panel.sliders.show_code(probe.code)
        component = probe.component
        if component is None and probe.showing is not None:
            component = probe.showing.component  # that it is a sample of
        self._panel.components.show_chosen(component)

    def _show_density(self) -> None:
        share, nats_below = self._state.denser_than, self._state.nats_below
        self._panel.show_density(density_words(share, nats_below), share, nats_below)

    def _axes_of(self, latent_map: LatentMap) -> LatentAxes:
        if self._state.axes_key == "principal" and latent_map.codes.shape[1] > 3:
            return principal_axes(latent_map.codes)
        latent = latent_map.codes.shape[1]
        if not _is_there(self._state.axes_key, latent):
            self._state.axes_key = "first"  # the run before had more axes
        if "," in self._state.axes_key:
            return chosen_axes(latent, tuple(int(axis) for axis in self._state.axes_key.split(",")))
        return chosen_axes(latent)

    def _on_colouring(self) -> None:
        self._panel.show_colouring(self._state.colouring)
        self._show_codes()

    def _on_epoch(self) -> None:
        if self._state.colouring == "error" or self._state.sized_by_error:
            self._show_codes()  # its legend says of what the errors are

    def _on_sized_by_error(self) -> None:
        with QSignalBlocker(self._panel.size_action):
            self._panel.size_action.setChecked(self._state.sized_by_error)
        self._show_codes()

    def _on_axes_key(self) -> None:
        if self._state.map is not None:
            self._state.axes = self._axes_of(self._state.map)

    @Slot(int)
    def _on_code_picked(self, row: int) -> None:
        if self._state.map is not None:
            self._probe.go_to_chair(self._state.map.chair_ids[row])

    @Slot(int)
    def _on_component_chosen(self, component: int) -> None:
        latent_map = self._state.map
        if latent_map is not None and latent_map.components is not None:
            mean = latent_map.components.means[component]
            self._probe.go_to(tuple(float(value) for value in mean), component)

    @Slot(object)
    def _on_place_picked(self, position: np.ndarray) -> None:
        axes, probe = self._state.axes, self._state.probe
        if axes is None:
            return
        fits = probe is not None and len(probe.code) == len(axes.origin)
        near = np.array(probe.code) if probe is not None and fits else axes.origin
        code = axes.code_at(position, near.astype(np.float32))
        self._probe.go_to(tuple(float(value) for value in code))

    @Slot(tuple)
    def _on_code_edited(self, code: tuple[float, ...]) -> None:
        self._probe.go_to(code)

    @Slot(int, bool)
    def _on_visibility_edited(self, component: int, shown: bool) -> None:
        hidden = self._state.hidden_components
        self._state.hidden_components = hidden - {component} if shown else hidden | {component}

    @Slot(str)
    def _on_colouring_chosen(self, colouring: str) -> None:
        self._state.colouring = colouring

    @Slot(bool)
    def _on_size_toggled(self, sized: bool) -> None:
        self._state.sized_by_error = sized

    def _on_chairs(self) -> None:
        self._show_columns()
        self._show_codes()

    def _show_columns(self) -> None:
        """Offer to colour by what the library knows of its chairs."""
        columns = [f"{COLUMN}{name}" for name in columns_to_colour(self._project.chairs)]
        if self._state.colouring.startswith(COLUMN) and self._state.colouring not in columns:
            self._state.colouring = "component"  # another library
        self._panel.show_columns([(key, key.removeprefix(COLUMN)) for key in columns])
        self._panel.show_colouring(self._state.colouring)

    @Slot(str)
    def _on_axes_chosen(self, key: str) -> None:
        self._state.axes_key = key

    @Slot()
    def _on_sample_requested(self) -> None:
        self._probe.sample()


def axes_choices(latent: int, key: str = "first") -> list[tuple[str, str]]:
    """Ways to look at a space of more than three axes: the principal ones, or three at a time.

    `key` is there as well: three that somebody chose, as "i,j,k" counted from 0.
    """
    if latent <= 3:
        return []
    choices = [("first", "z1 z2 z3"), ("principal", "Principal")]
    for first in range(3, latent, 3):
        three = range(min(first, latent - 3), min(first, latent - 3) + 3)
        choices.append(_three(three))
    if "," in key and key not in [one for one, _ in choices] and _is_there(key, latent):
        choices.append(_three(int(axis) for axis in key.split(",")))
    return choices


def _three(axes: Iterable[int]) -> tuple[str, str]:
    """The key and the words of three axes."""
    shown = list(axes)
    return ",".join(map(str, shown)), " ".join(f"z{axis + 1}" for axis in shown)


def _is_there(key: str, latent: int) -> bool:
    """Whether a space of so many axes can be looked at so; a project may say anything."""
    if "," not in key:
        return key == "first" or (key == "principal" and latent > 3)
    axes = key.split(",")
    known = {str(axis) for axis in range(latent)}
    return latent > 3 and len(set(axes)) == len(axes) == 3 and known.issuperset(axes)


def _fits(needed: Bounds, new: Bounds, drawn: Bounds) -> bool:
    """Whether a drawn box already holds what is needed and is not far larger than a new one.

    Both boxes have their margin: an axis along which nothing lies apart has nothing else.
    """
    extents, drawn_extents = np.diff(new)[::2], np.diff(drawn)[::2]
    inside = all(
        drawn[2 * axis] <= needed[2 * axis] and needed[2 * axis + 1] <= drawn[2 * axis + 1]
        for axis in range(3)
    )
    return inside and bool((extents > 0.55 * drawn_extents).all())


def _ranges(latent_map: LatentMap) -> list[tuple[float, float]]:
    """For each latent dimension where the sliders begin and end."""
    bounds = []
    for dimension in range(latent_map.codes.shape[1]):
        values = latent_map.codes[:, dimension]
        lowest, highest = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
        margin = 0.25 * (highest - lowest) + 0.5
        bounds.append((lowest - margin, highest + margin))
    return bounds
