"""Pictures of codes are of the model in view, wherever one goes in a run's time."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from core.shape_model import ShapeModel
from core.thumbnails import thumbnail
from core.training.snapshots import load_snapshot, read_snapshot
from mogvae_gui.presenters import (
    arithmetic_presenter,
    component_pictures,
    components_presenter,
    find_presenter,
)
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.code_slot import pixmap_of
from mogvae_gui.views.component_gallery import ComponentGallery
from mogvae_gui.views.export_dialog import ExportDialog
from mogvae_gui.workers.model_worker import (
    DrawCodes,
    DrawMeans,
    DrawSamples,
    DrawStops,
    FollowTraining,
)
from tests.gui.conftest import A_WHILE
from tests.gui.mouse import click
from tests.gui.presenters.test_find_presenter import drop_at, wait_until_found
from tests.gui.presenters.test_history_presenter import choose, wait_until_decoded
from tests.gui.presenters.test_time_presenter import (
    RUN_OF_FOUR,
    go_to_step,
    run_of,
    timely,  # noqa: F401 - a fixture
)
from tests.small_shapes import stool_mesh, write_obj

PLACE = (0.25, -0.5, 0.75)


class Drawn:
    """The newest answer of each kind that came from the model."""

    def __init__(self, studio: Studio) -> None:
        self.answers: dict[type, tuple[Any, Any]] = {}
        studio.model.answered.connect(self._note)

    def _note(self, question: object, answer: object) -> None:
        self.answers[type(question)] = (question, answer)


@pytest.fixture
def drawn(timely: Studio) -> Drawn:  # noqa: F811
    return Drawn(timely)


def follow(studio: Studio, epoch: int, qtbot: QtBot) -> ShapeModel:
    """As if a training, which shows its run as it is now, showed the weights of that epoch."""
    studio.latent.epoch = None
    run = run_of(studio)
    weights, _ = read_snapshot(run.folder, epoch)
    assert studio.latent.map is not None
    question = FollowTraining(RUN_OF_FOUR, run.settings, weights, 256, studio.latent.map.codes)
    with qtbot.waitSignal(
        studio.model.answered, timeout=A_WHILE, check_params_cb=lambda one, _: one is question
    ):
        studio.model.ask(question)
    return load_snapshot(run, epoch)


def wait_for_pictures(drawn: Drawn, kind: type, expected: list[Any], qtbot: QtBot) -> None:
    """Until the newest answer of the kind is these pictures."""

    def is_so() -> bool:
        _, answer = drawn.answers.get(kind, (None, None))
        pictures = [getattr(one, "picture", one) for one in answer or []]
        return len(pictures) == len(expected) and all(
            np.array_equal(one, other) for one, other in zip(pictures, expected, strict=True)
        )

    qtbot.waitUntil(is_so, timeout=A_WHILE)


def picture(model: ShapeModel, code: Any, size: int, points: int | None = None) -> Any:
    """The slow, obvious way."""
    return thumbnail(model.decode(np.array([code], dtype=np.float32), points)[0], size)


def is_same(one: QPixmap | None, other: Any) -> bool:
    return one is not None and one.toImage() == pixmap_of(other).toImage()


def test_that_component_means_are_drawn_only_while_they_can_be_seen(
    timely: Studio,  # noqa: F811
    drawn: Drawn,
    qtbot: QtBot,
) -> None:
    go_to_step(timely, 0, qtbot)
    epoch = go_to_step(timely, 2, qtbot)
    assert DrawMeans not in drawn.answers

    timely.window.latent.show_tab("components")
    components = load_snapshot(run_of(timely), epoch).components()
    assert components is not None
    qtbot.waitUntil(lambda: DrawMeans in drawn.answers, timeout=A_WHILE)
    assert len(drawn.answers[DrawMeans][1]) == len(components.means)


def test_that_component_means_are_drawn_by_the_epoch_in_view(
    timely: Studio,  # noqa: F811
    drawn: Drawn,
    qtbot: QtBot,
) -> None:
    timely.window.latent.show_tab("components")
    for step in (0, 2):
        epoch = go_to_step(timely, step, qtbot)
        model = load_snapshot(run_of(timely), epoch)
        components = model.components()
        assert components is not None
        size = component_pictures.PICTURE_PX
        expected = [picture(model, mean, size) for mean in components.means]
        wait_for_pictures(drawn, DrawMeans, expected, qtbot)


def test_that_the_slots_are_drawn_by_the_epoch_in_view_and_by_a_training(
    timely: Studio,  # noqa: F811
    drawn: Drawn,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = timely
    monkeypatch.setattr(arithmetic_presenter, "LIVE_INTERVAL_MS", 0)
    studio.probe.go_to(PLACE)
    panel = studio.window.selection
    panel.slot_filled.emit("A", "probe")
    panel.slot_filled.emit("B", "component:1")
    qtbot.waitUntil(lambda: DrawCodes in drawn.answers, timeout=A_WHILE)

    def expected(model: ShapeModel) -> list[Any]:
        assert studio.latent.map is not None
        assert studio.latent.map.components is not None
        codes = (PLACE, studio.latent.map.components.means[1])
        return [picture(model, code, arithmetic_presenter.PICTURE_PX) for code in codes]

    epoch = go_to_step(studio, 0, qtbot)
    pictures = expected(load_snapshot(run_of(studio), epoch))
    wait_for_pictures(drawn, DrawCodes, pictures, qtbot)
    assert is_same(panel.slots["A"]._picture, pictures[0])

    pictures = expected(follow(studio, 3, qtbot))
    wait_for_pictures(drawn, DrawCodes, pictures, qtbot)


def test_that_fixed_stops_of_a_walk_are_drawn_by_the_epoch_in_view(
    timely: Studio,  # noqa: F811
    drawn: Drawn,
    qtbot: QtBot,
) -> None:
    studio = timely
    studio.probe.go_to(PLACE)
    studio.walks.add_probe()
    qtbot.waitUntil(lambda: DrawStops in drawn.answers, timeout=A_WHILE)

    epoch = go_to_step(studio, 0, qtbot)

    question, _ = drawn.answers[DrawStops]
    expected = picture(load_snapshot(run_of(studio), epoch), PLACE, question.size, 256)
    wait_for_pictures(drawn, DrawStops, [expected], qtbot)
    (card,) = studio.window.walk.strip.cards
    assert is_same(card.picture, expected)


def test_that_a_gallery_draws_decodes_and_exports_with_one_model(
    timely: Studio,  # noqa: F811
    drawn: Drawn,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = timely
    monkeypatch.setattr(components_presenter, "AT_ONCE", 3)
    monkeypatch.setattr(components_presenter, "PICTURE", 16)
    studio.components.open_gallery(1)
    gallery = studio.window.findChild(ComponentGallery)
    assert gallery is not None
    qtbot.waitUntil(lambda: gallery.samples.count() == 3, timeout=A_WHILE)

    epoch = go_to_step(studio, 0, qtbot)
    model = load_snapshot(run_of(studio), epoch)
    codes = [model.sample(1, seed=seed, component=1)[0] for seed in range(3)]
    wait_for_pictures(drawn, DrawSamples, [picture(model, code, 16) for code in codes], qtbot)
    assert [gallery.samples.item(row).text() for row in range(3)] == ["seed 0", "seed 1", "seed 2"]

    # A click on a picture of weights that are gone waits for the new picture.
    live = follow(studio, 3, qtbot)
    gallery.sample_chosen.emit(2)
    code = live.sample(1, seed=2, component=1)[0]
    qtbot.waitUntil(
        lambda: (
            studio.latent.probe is not None
            and np.allclose(studio.latent.probe.code, code, atol=1e-6)
        ),
        timeout=A_WHILE,
    )

    # What the pictures show leaves, though a training has gone on since.
    follow(studio, 2, qtbot)
    gallery.export_requested.emit([2])
    qtbot.waitUntil(lambda: studio.window.findChild(ExportDialog) is not None)
    dialog = studio.window.findChild(ExportDialog)
    assert dialog is not None
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.suffix.setCurrentIndex(dialog.suffix.findData("npy"))
    dialog.units.setCurrentIndex(1)
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        dialog.export_button.click()
    (file,) = (tmp_path / "out").glob("*.npy")
    np.testing.assert_allclose(np.load(file), live.decode(code[None])[0], atol=1e-6)
    gallery.close()


def test_that_samples_leave_with_the_epoch_that_drew_them(
    timely: Studio,  # noqa: F811
    drawn: Drawn,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = timely
    monkeypatch.setattr(components_presenter, "AT_ONCE", 2)
    monkeypatch.setattr(components_presenter, "PICTURE", 16)
    epoch = go_to_step(studio, 0, qtbot)
    studio.components.open_gallery(0)
    gallery = studio.window.findChild(ComponentGallery)
    assert gallery is not None
    qtbot.waitUntil(lambda: gallery.samples.count() == 2, timeout=A_WHILE)
    gallery.export_requested.emit([0, 1])
    qtbot.waitUntil(lambda: studio.window.findChild(ExportDialog) is not None)
    dialog = studio.window.findChild(ExportDialog)
    assert dialog is not None
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.suffix.setCurrentIndex(dialog.suffix.findData("npy"))
    dialog.units.setCurrentIndex(1)
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        dialog.export_button.click()

    model = load_snapshot(run_of(studio), epoch)
    for file in (tmp_path / "out").glob("*.npy"):
        about = json.loads(file.with_suffix(".json").read_text())
        code = model.sample(1, seed=about["seed"], component=0)
        assert about["epoch"] == epoch
        np.testing.assert_allclose(np.load(file), model.decode(code)[0], atol=1e-6)
    gallery.close()


def test_that_a_dropped_shape_is_found_again_by_the_epoch_in_view(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio, strip = timely, timely.window.latent.found
    monkeypatch.setattr(find_presenter, "LIVE_INTERVAL_MS", 3_600_000)
    write_obj(tmp_path / "mine.obj", stool_mesh())
    drop_at(studio, studio.window.latent.view, [tmp_path / "mine.obj"])
    wait_until_found(studio, qtbot)
    assert studio.stage.original is not None
    cloud = studio.stage.original.points

    def wait_for_code(model: ShapeModel) -> None:
        wanted = model.encode(cloud[None])[0][0]
        qtbot.waitUntil(
            lambda: (
                studio.latent.probe is not None
                and studio.stage.reconstruction is not None
                and studio.stage.reconstruction.title == "Reconstruction of mine"
                and np.allclose(studio.latent.probe.code, wanted, atol=1e-5)
                and np.allclose(studio.stage.reconstruction.code or (), wanted, atol=1e-5)
            ),
            timeout=A_WHILE,
        )

    # Who looks at it goes on looking at it.
    epoch = go_to_step(studio, 0, qtbot)
    wait_for_code(load_snapshot(run_of(studio), epoch))

    # Who has gone to a chair stays there, until the arrow leads back.
    choose(studio, 4)
    wait_until_decoded(studio, qtbot)
    epoch = go_to_step(studio, 2, qtbot)
    assert studio.latent.map is not None
    wait_until_decoded(studio, qtbot)
    code = load_snapshot(run_of(studio), epoch).encode(cloud[None])[0][0]
    distances = np.linalg.norm(studio.latent.map.codes - code, axis=1)
    nearest = studio.latent.map.chair_ids[int(distances.argmin())]
    qtbot.waitUntil(
        lambda: strip.cards[0].property("chairId") == nearest and strip.isVisible(),
        timeout=A_WHILE,
    )
    assert studio.project.selected == (studio.project.chairs[4].id,)
    click(strip.return_button, 8, 8)
    wait_for_code(load_snapshot(run_of(studio), epoch))

    # While a training goes on the arrow asks the model as it is.
    choose(studio, 4)
    wait_until_decoded(studio, qtbot)
    live = follow(studio, 1, qtbot)
    click(strip.return_button, 8, 8)
    wait_for_code(live)
