"""The latent dock: codes, components, probe and sliders all show one state."""

import dataclasses
from collections.abc import Iterator
from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.latent_axes import principal_axes
from core.project import Project
from mogvae_gui.presenters.latent_presenter import LatentPresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState, Probe
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.latent_panel import LatentPanel
from tests.gui.mouse import click, drag, wheel
from tests.gui.presenters.fakes import latent_map


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[LatentPanel]:
    panel = LatentPanel()
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    yield panel
    panel.view.close_view()


@pytest.fixture
def project(small_project: Project) -> ProjectState:
    return ProjectState(project=small_project, chairs=small_project.library.chairs)


@pytest.fixture
def state() -> LatentState:
    return LatentState()


@pytest.fixture
def probe() -> Any:
    return create_autospec(ProbePresenter, instance=True)


@pytest.fixture
def presenter(
    state: LatentState, project: ProjectState, panel: LatentPanel, probe: Any
) -> LatentPresenter:
    return LatentPresenter(state, project, panel, probe)


def show_run(state: LatentState, project: ProjectState, latent: int = 3, name: str = "run") -> None:
    state.run_name = name
    state.map = latent_map(tuple(chair.id for chair in project.chairs), latent)
    QApplication.processEvents()


def pixel_of(panel: LatentPanel, position: np.ndarray) -> tuple[float, float]:
    x, y = panel.view.pixels_of(np.asarray(position, dtype=np.float64)[None])[0][0]
    return float(x), float(y)


def slider_values(panel: LatentPanel) -> tuple[float, ...]:
    return tuple(slider.value() for slider in panel.sliders.sliders)


def test_that_the_dock_is_empty_until_a_run_is_in_view(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    assert panel.empty.isVisible()

    show_run(state, project)
    assert panel.view.isVisible()
    assert len(panel.sliders.sliders) == 3
    assert panel.components.topLevelItemCount() == 3

    state.map = None
    assert panel.empty.isVisible()


def test_that_clicks_in_the_view_go_to_chairs_components_and_places(
    presenter: LatentPresenter,
    panel: LatentPanel,
    state: LatentState,
    project: ProjectState,
    probe: Any,
) -> None:
    show_run(state, project)
    assert state.map is not None
    view = panel.view
    pixels, depths = view.pixels_of(state.map.codes)
    front = int(depths.argmin())
    click(view.plotter, *pixels[front])
    probe.go_to_chair.assert_called_once_with(state.map.chair_ids[front])

    state.map = dataclasses.replace(state.map, codes=state.map.codes + 100)  # out of the way
    view.fit((-4, 4, -4, 4, -4, 4))
    assert state.map is not None
    assert state.map.components is not None
    mean = state.map.components.means[2]
    click(view.plotter, *pixel_of(panel, mean))
    ((code, component), _) = probe.go_to.call_args
    assert component in (0, 1, 2)
    np.testing.assert_allclose(code, state.map.components.means[component])

    probe.go_to.reset_mock()
    state.hidden_components = frozenset({0, 1, 2})
    click(view.plotter, *pixel_of(panel, mean))
    ((code,), _) = probe.go_to.call_args
    assert len(code) == 3


def test_that_dragging_the_probe_moves_it_in_the_latent_space(
    presenter: LatentPresenter,
    panel: LatentPanel,
    state: LatentState,
    project: ProjectState,
    probe: Any,
) -> None:
    show_run(state, project, latent=5)
    start = (0.1, 0.2, 0.3, 7.0, -7.0)
    state.probe = Probe(start)
    probe.go_to.side_effect = lambda code: setattr(state, "probe", Probe(code))
    x, y = pixel_of(panel, np.array(start[:3]))

    drag(panel.view.plotter, (x, y), (x + 40, y - 25))

    assert probe.go_to.call_count >= 3
    assert state.probe is not None
    code = state.probe.code
    assert code[:3] != pytest.approx(start[:3], abs=0.01)
    assert code[3:] == pytest.approx(start[3:])  # what is not shown stays
    np.testing.assert_allclose(pixel_of(panel, np.array(code[:3])), (x + 40, y - 25), atol=1.5)
    assert slider_values(panel) == pytest.approx(code, abs=1e-6)


def test_that_sliders_and_probe_are_in_step_both_ways_and_come_to_rest(
    presenter: LatentPresenter,
    panel: LatentPanel,
    state: LatentState,
    project: ProjectState,
    probe: Any,
) -> None:
    show_run(state, project)
    probe.go_to.side_effect = lambda code: setattr(state, "probe", Probe(code))

    state.probe = Probe((0.123456, -0.5, 0.25), chair_id=project.chairs[0].id)
    assert slider_values(panel) == pytest.approx((0.123456, -0.5, 0.25), abs=1e-7)
    probe.go_to.assert_not_called()

    panel.sliders.sliders[1].setValue(0.75)
    probe.go_to.assert_called_once()
    assert state.probe.code == pytest.approx((0.123456, 0.75, 0.25), abs=1e-6)
    assert panel.view._probe == pytest.approx((0.123456, 0.75, 0.25), abs=1e-6)


def test_that_a_chosen_component_is_gone_to_and_marked(
    presenter: LatentPresenter,
    panel: LatentPanel,
    state: LatentState,
    project: ProjectState,
    probe: Any,
) -> None:
    show_run(state, project)
    assert state.map is not None
    assert state.map.components is not None
    panel.components.component_chosen.emit(1)
    ((code, component), _) = probe.go_to.call_args
    assert component == 1
    np.testing.assert_allclose(code, state.map.components.means[1])

    state.probe = Probe(code, component=1)
    (marked,) = panel.components.selectedItems()
    assert marked.text(0) == "2"
    state.probe = Probe((0.0, 0.0, 0.0))
    assert panel.components.selectedItems() == []


def test_that_a_hidden_component_goes_from_the_view_and_comes_back(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)

    panel.components.visibility_edited.emit(1, False)
    assert state.hidden_components == frozenset({1})
    assert [shown.component for shown in panel.view._ellipsoids] == [0, 2]

    panel.components.visibility_edited.emit(1, True)
    assert [shown.component for shown in panel.view._ellipsoids] == [0, 1, 2]


def test_that_the_list_counts_members(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    rows = [panel.components.topLevelItem(position) for position in range(3)]
    members = {row.text(0): int(row.text(2)) for row in rows if row is not None}

    assert members == {"1": 4, "2": 4, "3": 4}


def test_that_chosen_chairs_are_ringed_and_removed_ones_vanish(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    assert state.map is not None
    project.selected = (project.chairs[3].id, project.chairs[5].id)
    np.testing.assert_allclose(panel.view._markers.marked, state.map.codes[[3, 5]], atol=1e-6)

    project.chairs = project.chairs[:6]

    positions = panel.view._positions
    assert np.isnan(positions[6:]).all()
    np.testing.assert_allclose(positions[:6], state.map.codes[:6], atol=1e-6)


@pytest.mark.parametrize("colouring", ["component", "split", "family"])
def test_that_codes_take_the_chosen_colours(
    presenter: LatentPresenter,
    panel: LatentPanel,
    state: LatentState,
    project: ProjectState,
    colouring: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    show_run(state, project)
    panel.colouring_chosen.emit("split" if colouring == "component" else "component")
    shown: list[np.ndarray] = []
    monkeypatch.setattr(panel.view, "show_codes", lambda _, colours, **__: shown.append(colours))

    panel.colouring_chosen.emit(colouring)

    (colours,) = shown
    keys: dict[str, list[Any]] = {
        "component": [index % 3 for index in range(12)],
        "split": [chair.split for chair in project.chairs],
        "family": [chair.metadata["family"] for chair in project.chairs],
    }
    groups: dict[object, set[tuple[int, ...]]] = {}
    for group, colour in zip(keys[colouring], colours.tolist(), strict=True):
        groups.setdefault(group, set()).add(tuple(colour))
    assert all(len(found) == 1 for found in groups.values())
    assert len({next(iter(found)) for found in groups.values()}) == len(groups)


def test_that_axes_are_offered_for_large_spaces_alone(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    assert not panel.axes.isVisible()

    show_run(state, project, latent=6, name="large")
    assert panel.axes.isVisible()
    panel.axes_chosen.emit("principal")

    assert state.axes is not None
    assert state.axes.labels[0] == "PC 1"
    panel.axes_chosen.emit("first")
    assert state.axes.labels == ("z1", "z2", "z3")


def test_that_principal_axes_are_those_of_the_run_in_view(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project, latent=6, name="first")
    panel.axes_chosen.emit("principal")
    assert state.axes is not None
    before = state.axes.basis

    state.run_name = "second"
    codes = np.random.default_rng(77).normal(size=(12, 6)) * [1, 1, 1, 9, 5, 3]
    assert state.map is not None
    state.map = dataclasses.replace(state.map, codes=codes.astype(np.float32))

    assert state.axes is not None
    assert not np.allclose(state.axes.basis, before)
    assert np.abs(state.axes.basis[:, 0]).argmax() == 3


def test_that_a_small_space_after_a_large_one_has_its_own_axes(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project, latent=6, name="large")
    panel.axes_chosen.emit("principal")

    show_run(state, project, latent=2, name="small")

    assert state.axes is not None
    assert state.axes.labels == ("z1", "z2", "")
    assert len(panel.sliders.sliders) == 2


def test_that_axes_stay_calm_while_a_training_goes_on(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project, latent=6)
    panel.axes_chosen.emit("principal")
    before, position = state.axes, panel.view.camera.position
    assert state.map is not None

    for step in range(1, 4):
        moved = state.map.codes + np.float32(0.01 * step)
        state.map = dataclasses.replace(state.map, codes=moved)

    assert state.axes is before
    assert panel.view.camera.position == position


def test_that_principal_axes_are_those_of_the_codes_once_these_have_settled(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project, latent=6)
    panel.axes_chosen.emit("principal")
    assert state.map is not None
    codes = np.random.default_rng(77).normal(size=(12, 6)) * [1, 1, 1, 90, 50, 30]
    state.map = dataclasses.replace(state.map, codes=codes.astype(np.float32))

    presenter.renew_axes()

    assert state.axes is not None
    np.testing.assert_array_equal(state.axes.basis, principal_axes(state.map.codes).basis)
    pixels, _ = panel.view.pixels_of(state.axes.positions(state.map.codes))
    assert (pixels > 0).all()
    assert (pixels < [panel.view.width(), panel.view.height()]).all()
    settled, position = state.axes, panel.view.camera.position
    presenter.renew_axes()  # the same run once more
    assert state.axes is settled
    assert panel.view.camera.position == position


def test_that_axes_that_were_chosen_stay_when_codes_settle(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project, latent=6)
    panel.axes_chosen.emit("3,4,5")
    chosen = state.axes

    presenter.renew_axes()

    assert state.axes is chosen


def test_that_the_legend_says_that_errors_at_a_kept_epoch_are_of_now(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    state.errors = {project.chairs[0].id: 0.2}
    state.epoch = 1
    assert not [words for words in panel.legend.words if "as it is now" in words]

    state.colouring = "error"
    assert panel.legend.words[-1].endswith("are evaluated; errors are of the run as it is now")
    state.epoch = None
    assert not [words for words in panel.legend.words if "as it is now" in words]

    state.colouring, state.sized_by_error, state.epoch = "component", True, 1
    assert panel.legend.words[-1] == "Errors are of the run as it is now"


def test_that_a_map_stays_as_it_is_looked_at_while_a_training_goes_on(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project, latent=2)
    wheel(panel.view.plotter, 2)
    before = panel.view.pose
    assert state.map is not None

    for step in range(1, 4):
        moved = state.map.codes + np.float32(0.01 * step)
        state.map = dataclasses.replace(state.map, codes=moved)

    assert panel.view.pose == before


def test_that_a_box_that_became_far_too_large_is_drawn_anew(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    before = panel.view._bounds
    assert state.map is not None

    state.map = dataclasses.replace(state.map, codes=0.1 * state.map.codes, components=None)

    assert np.ptp(panel.view._bounds) < 0.5 * np.ptp(before)


def test_that_codes_that_leave_the_box_are_still_seen(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    assert state.map is not None

    state.map = dataclasses.replace(state.map, codes=20 * state.map.codes)

    pixels, _ = panel.view.pixels_of(state.map.codes)
    assert (pixels > 0).all()
    assert (pixels < [panel.view.width(), panel.view.height()]).all()


@pytest.mark.parametrize(
    ("share", "nats", "words"),
    [
        (None, 0.0, ""),
        (0.0, 12.3, "12 nats below the least usual chair: the model is guessing here"),
        (0.0, 0.0, "edge"),
        (0.05, 0.0, "edge"),
        (0.5, 0.0, "denser than that of 50%"),
    ],
)
def test_that_the_density_is_said_in_words(
    presenter: LatentPresenter,
    panel: LatentPanel,
    state: LatentState,
    project: ProjectState,
    share: float | None,
    nats: float,
    words: str,
) -> None:
    show_run(state, project)
    state.denser_than = 0.77

    state.nats_below = nats
    state.denser_than = share

    assert words in panel.density.text
    assert bool(panel.density.text) == bool(words)


def test_that_a_place_that_is_farther_off_is_said_to_be_farther(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    state.denser_than = 0.0
    said = []
    for nats in (3.0, 80.0, 1_234.0):
        state.nats_below = nats
        said.append(panel.density.place.text().split()[0])
    assert said == ["3", "80", "1,234"]


@pytest.mark.parametrize(("latent", "last"), [(4, "1,2,3"), (8, "5,6,7"), (64, "61,62,63")])
def test_that_of_many_axes_any_three_neighbours_can_be_drawn(
    presenter: LatentPresenter,
    panel: LatentPanel,
    state: LatentState,
    project: ProjectState,
    latent: int,
    last: str,
) -> None:
    show_run(state, project, latent=latent)
    keys = [panel.axes.itemData(place) for place in range(panel.axes.count() - 1)]  # "Others…"
    shown = {int(axis) for key in keys[2:] for axis in key.split(",")} | {0, 1, 2}
    assert shown == set(range(latent))
    assert keys[-1] == last

    panel.axes_chosen.emit(last)
    assert state.axes is not None
    assert state.map is not None
    assert state.axes.labels == tuple(f"z{int(axis) + 1}" for axis in last.split(","))
    columns = [int(axis) for axis in last.split(",")]
    np.testing.assert_allclose(state.axes.positions(state.map.codes), state.map.codes[:, columns])
    show_run(state, project, latent=3, name="smaller")
    assert state.axes.labels == ("z1", "z2", "z3")


def test_that_any_three_of_many_axes_can_be_drawn_and_stay_on_offer(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project, latent=8)

    panel.axes_chosen.emit("0,6,3")

    assert state.axes is not None
    assert state.axes.labels == ("z1", "z7", "z4")
    assert panel.axes.currentText() == "z1 z7 z4"
    panel.axes_chosen.emit("first")
    assert panel.axes.findText("z1 z7 z4") == -1


@pytest.mark.parametrize("key", ["0,0,1", "0,1,8", "0,1", "a,b,c", "none", "principal,1,2"])
def test_that_axes_which_are_not_there_give_the_first_ones(
    presenter: LatentPresenter,
    panel: LatentPanel,
    state: LatentState,
    project: ProjectState,
    key: str,
) -> None:
    state.axes_key = key
    show_run(state, project, latent=8)

    assert state.axes is not None
    assert state.axes.labels == ("z1", "z2", "z3")


def test_that_the_density_is_marked_where_it_is_said(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    for share in (0.0, 0.05, 0.8, None):
        state.denser_than = share
        assert panel.density.bar.share == share
        assert panel.density.bar.isVisible() == (share is not None)
    state.denser_than = 0.9
    before = panel.density.bar.grab().toImage()
    state.denser_than = 0.2
    assert panel.density.bar.grab().toImage() != before


def test_that_every_colouring_says_what_its_colours_mean(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    state.component_names = {1: "Stools"}
    assert sorted(panel.legend.words) == ["Component 1", "Component 3", "Stools"]
    panel.colouring_chosen.emit("split")
    assert panel.legend.words == ["train", "test"]
    panel.colouring_chosen.emit("error")
    assert "evaluate this run" in panel.legend.words[0]
    state.errors = {project.chairs[0].id: 0.1, project.chairs[1].id: 0.3}
    assert panel.legend.words == [
        "CD₁ 0.1",
        "0.3",
        f"2 of {len(project.chairs)} chairs are evaluated",
    ]
    assert panel.legend._bar._lowest.text() == "CD₁ 0.1"
    keys = [panel.colouring.itemData(place) for place in range(panel.colouring.count())]
    columns = [key for key in keys if key and key.startswith("column:")]
    assert columns
    panel.colouring_chosen.emit(columns[0])
    assert panel.legend.words or panel.legend._bar.isVisible()

    project.chairs = ()  # another library has other columns
    assert panel.colouring.currentData() == "component"


def test_that_dots_are_sized_by_error_where_that_is_known(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)
    panel.size_action.trigger()
    assert panel.view._dots._shown is not None
    assert panel.view._dots._shown[3] is None
    state.errors = {chair.id: float(n) for n, chair in enumerate(project.chairs[:9])}
    sizes = panel.view._dots._shown[3]
    assert sizes is not None
    assert sizes.tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0]
    panel.size_action.trigger()
    assert panel.view._dots._shown[3] is None


@pytest.mark.parametrize("latent", [1, 2, 3, 16])
def test_that_spaces_of_any_size_can_be_looked_at(
    presenter: LatentPresenter,
    panel: LatentPanel,
    state: LatentState,
    project: ProjectState,
    probe: Any,
    latent: int,
) -> None:
    show_run(state, project, latent=latent)
    state.probe = Probe(tuple(0.1 for _ in range(latent)))
    panel.view.place_picked.emit(np.array([0.5, -0.5, 0.25], dtype=np.float32))

    ((code,), _) = probe.go_to.call_args
    assert len(code) == latent
    assert code[: min(latent, 3)] == pytest.approx((0.5, -0.5, 0.25)[:latent], abs=1e-6)
    assert code[3:] == pytest.approx((0.1,) * max(latent - 3, 0))


def test_that_a_run_without_components_or_chairs_can_be_looked_at(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    empty = latent_map((), 3, 1)
    state.run_name = "vamp"
    state.map = dataclasses.replace(empty, components=None)

    assert panel.view.isVisible()
    assert panel.components.topLevelItemCount() == 0


def test_that_a_probe_of_another_space_is_not_shown(
    presenter: LatentPresenter, panel: LatentPanel, state: LatentState, project: ProjectState
) -> None:
    show_run(state, project)

    state.probe = Probe((1.0, 2.0, 3.0, 4.0, 5.0))

    assert panel.view._probe is None


def test_that_sampling_is_passed_on(
    presenter: LatentPresenter, panel: LatentPanel, probe: Any
) -> None:
    panel.sample_requested.emit()

    probe.sample.assert_called_once_with()
