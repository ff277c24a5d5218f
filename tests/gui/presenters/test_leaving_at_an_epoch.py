"""What leaves is of the model in view: of the kept epoch, or of a training's live weights."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from core.sheet_file import PAGES_MM, SheetPage, write_sheet
from core.training.snapshots import load_snapshot, read_snapshot
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.export_dialog import ExportChoice
from mogvae_gui.views.sheet_export_dialog import SheetExportChoice
from mogvae_gui.views.walk_export_dialog import WalkExportChoice
from mogvae_gui.workers.model_worker import FollowTraining
from tests.gui.conftest import A_WHILE
from tests.gui.presenters.test_find_presenter import drop_at
from tests.gui.presenters.test_history_presenter import choose, move_probe, wait_until_decoded
from tests.gui.presenters.test_time_presenter import (
    RUN_OF_FOUR,
    go_to_step,
    run_of,
    timely,  # noqa: F401 - a fixture
    wait_for_points,
)


def export(studio: Studio, qtbot: QtBot, what: str, folder: Path) -> list[Path]:
    """Normalised clouds as numpy arrays, in the order of their names."""
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.exports.export(ExportChoice(what, "npy", own_units=False, folder=folder))
    return sorted(folder.glob("*.npy"))


def test_that_a_walk_leaves_as_the_epoch_in_view_decodes_it(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    studio = timely
    epoch = go_to_step(studio, 0, qtbot)
    studio.project.selected = ()  # clouds have no chair's units then
    studio.walk.steps = 4
    studio.walks.add_means()
    qtbot.waitUntil(lambda: studio.walk.walked is not None, timeout=A_WHILE)

    choice = WalkExportChoice("clouds", tmp_path / "walk", "npy", (64, 48), 12)
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.walk_exports.export(choice)

    model, final = load_snapshot(run_of(studio), epoch), run_of(studio).model()
    files = sorted((tmp_path / "walk").glob("step-*.npy"))
    assert len(files) == 4
    for file in files:
        about = json.loads(file.with_suffix(".json").read_text())
        code = np.array([about["code"]], dtype=np.float32)
        np.testing.assert_allclose(np.load(file), model.decode(code)[0], atol=1e-6)
        assert not np.allclose(np.load(file), final.decode(code)[0], atol=1e-6)
        assert about["epoch"] == epoch
    assert json.loads((tmp_path / "walk" / "walk.json").read_text())["epoch"] == epoch


def test_that_a_sheet_leaves_as_the_epoch_in_view_decodes_it(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    studio = timely
    epoch = go_to_step(studio, 0, qtbot)
    studio.window.sheet_dock.show()
    studio.window.sheet_dock.raise_()
    qtbot.waitUntil(lambda: studio.sheet.sheet is not None, timeout=A_WHILE)
    sheet = studio.sheet.sheet
    assert sheet is not None

    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.sheet_exports.export(SheetExportChoice("slide", 72, tmp_path / "sheet.png"))

    with Image.open(tmp_path / "sheet.png") as picture:
        facts = json.loads(picture.info["Description"])
        pixels = np.asarray(picture)
    assert (facts["run"], facts["epoch"]) == (RUN_OF_FOUR, epoch)
    page = SheetPage(*PAGES_MM["slide"], 72)
    for name, model in (
        ("its", load_snapshot(run_of(studio), epoch)),
        ("last", run_of(studio).model()),
    ):
        for _ in write_sheet(sheet, model.decode, page, tmp_path / f"{name}.png", facts):
            pass
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert np.array_equal(np.asarray(picture), pixels) == (name == "its")


def test_that_reconstructions_leave_as_the_epoch_in_view_makes_them(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    studio = timely
    epoch = go_to_step(studio, 0, qtbot)
    choose(studio, 4)
    wait_until_decoded(studio, qtbot)

    (file,) = export(studio, qtbot, "selected-reconstructions", tmp_path / "out")

    shown = studio.stage.reconstruction
    assert shown is not None
    np.testing.assert_allclose(np.load(file), shown.points, atol=1e-5)
    about = json.loads(file.with_suffix(".json").read_text())
    assert about["epoch"] == about["view"]["epoch"] == epoch


def test_that_a_training_lets_its_live_weights_leave(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    studio, run = timely, run_of(timely)
    weights, _ = read_snapshot(run.folder, 1)  # as if the training were there again
    assert studio.latent.map is not None
    studio.training.run_name, studio.training.status = RUN_OF_FOUR, "running"
    with qtbot.waitSignal(studio.model.answered, timeout=A_WHILE):
        studio.model.ask(
            FollowTraining(RUN_OF_FOUR, run.settings, weights, 256, studio.latent.map.codes)
        )

    (file,) = export(studio, qtbot, "selected-reconstructions", tmp_path / "out")
    studio.training.status = "done"

    assert studio.stage.original is not None
    model = load_snapshot(run, 1)
    expected = model.reconstruct(studio.stage.original.points[None])[0]
    np.testing.assert_allclose(np.load(file), expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["walk", "sheet", "shapes"])
def test_that_nothing_leaves_while_another_model_is_on_its_way(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
    kind: str,
) -> None:
    studio = timely
    go_to_step(studio, 0, qtbot)
    if kind == "walk":
        studio.walks.add_means()
        qtbot.waitUntil(lambda: studio.walk.walked is not None, timeout=A_WHILE)
    if kind == "sheet":
        studio.window.sheet_dock.show()
        studio.window.sheet_dock.raise_()
        qtbot.waitUntil(lambda: studio.sheet.sheet is not None, timeout=A_WHILE)
    # The run goes on with its training, which has shown nothing yet.
    studio.training.run_name, studio.training.status = RUN_OF_FOUR, "starting"

    folder = tmp_path / "out"
    if kind == "walk":
        choice = WalkExportChoice("gif", folder / "walk.gif", "npy", (64, 48), 12)
        studio.walk_exports.export(choice)
    elif kind == "sheet":
        studio.sheet_exports.export(SheetExportChoice("slide", 72, folder / "sheet.png"))
    else:
        studio.exports.export(ExportChoice("selected-reconstructions", "npy", False, folder))
    studio.training.status = "done"

    assert "just coming in view" in studio.window.banners.banners[0].sentence
    assert not folder.exists()


@pytest.mark.parametrize("version", ["now", "view without an epoch", "no view"])
def test_that_the_json_of_a_shape_opens_the_epoch_that_it_was_exported_at(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
    version: str,
) -> None:
    studio = timely
    epoch = go_to_step(studio, 1, qtbot)
    move_probe(studio)
    wait_until_decoded(studio, qtbot)
    shown = studio.stage.reconstruction
    assert shown is not None
    (file,) = export(studio, qtbot, "shown-reconstruction", tmp_path / "out")
    about = file.with_suffix(".json")
    content = json.loads(about.read_text())
    assert content["epoch"] == epoch
    if version == "view without an epoch":
        del content["view"]["epoch"]
    if version == "no view":
        del content["view"]
    about.write_text(json.dumps(content))
    studio.window.latent.time.now_action.trigger()
    qtbot.waitUntil(lambda: studio.latent.epoch is None, timeout=A_WHILE)

    drop_at(studio, studio.window.stage, [about])

    qtbot.waitUntil(lambda: studio.latent.epoch == epoch, timeout=A_WHILE)
    wait_for_points(studio, shown.points, qtbot)
