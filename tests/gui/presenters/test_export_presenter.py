"""Shapes and pictures leave the program, with where they came from beside them."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.export import Shape, read_exported_view
from core.library import Chair, Library
from core.places import Showing
from core.project import Project
from core.training.run import Run
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.export_dialog import ExportChoice, ExportDialog
from tests.gui.conftest import A_WHILE
from tests.gui.spies import said
from tests.small_project import RUN, quick_settings
from tests.small_shapes import chair_mesh, stool_mesh, write_off


def export(studio: Studio, qtbot: QtBot, choice: ExportChoice) -> list[Path]:
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.exports.export(choice)
    return sorted(choice.folder.glob(f"*.{choice.suffix}"))


def offered(studio: Studio) -> list[str]:
    """What the export dialog offers."""
    studio.window.export_action.trigger()
    dialog = studio.window.findChildren(ExportDialog)[-1]
    keys = [dialog.what.itemData(row) for row in range(dialog.what.count())]
    dialog.reject()
    return keys


def project_of(studio: Studio) -> Project:
    assert studio.project.project is not None
    return studio.project.project


def test_that_both_shown_shapes_leave_in_the_meshs_own_units(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    chair = studio.project.current
    assert chair is not None
    assert studio.stage.original is not None
    assert studio.stage.reconstruction is not None

    files = export(studio, qtbot, ExportChoice("shown-both", "ply", True, tmp_path / "out"))

    read = {file.stem: np.asarray(trimesh.load(file).vertices) for file in files}
    by_kind = {
        json.loads(file.with_suffix(".json").read_text())["kind"]: file.stem for file in files
    }
    np.testing.assert_allclose(
        read[by_kind["original"]], chair.frame.to_own(studio.stage.original.points), atol=1e-5
    )
    np.testing.assert_allclose(
        read[by_kind["reconstruction"]],
        chair.frame.to_own(studio.stage.reconstruction.points),
        atol=1e-5,
    )
    content = json.loads((tmp_path / "out" / f"{by_kind['reconstruction']}.json").read_text())
    assert content["run"] == RUN
    assert content["chair"] == chair.name
    assert content["code"] == pytest.approx(studio.stage.reconstruction.code)
    assert content["settings"] == quick_settings().as_json()
    model = Run.open(project_of(studio).run_folder(RUN)).model()
    code = np.array([content["code"]], dtype=np.float32)
    assert content["component"] == model.responsibilities(code)[0].argmax() + 1
    assert "2 files" in studio.window.banners.banners[0].sentence


def test_that_a_component_leaves_as_decoded_with_its_number(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    studio.window.latent.components.component_chosen.emit(2)
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None and studio.stage.reconstruction.component == 2
        ),
        timeout=A_WHILE,
    )

    (file,) = export(
        studio, qtbot, ExportChoice("shown-reconstruction", "npy", False, tmp_path / "out")
    )

    content = json.loads(file.with_suffix(".json").read_text())
    assert (content["kind"], content["component"], content["chair"]) == ("decoded", 3, None)
    assert content["units"] == "normalised"
    assert studio.stage.reconstruction is not None
    np.testing.assert_array_equal(np.load(file), studio.stage.reconstruction.points)


def test_that_a_sample_leaves_with_the_seed_it_was_drawn_with(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    sample = Showing("Component 3, sample of seed 41", component=2, seed=41)
    studio.probe.go_to((0.5, 0.25, -0.5), showing=sample)
    qtbot.waitUntil(
        lambda: studio.stage.reconstruction is not None and studio.stage.reconstruction.seed == 41,
        timeout=A_WHILE,
    )

    (file,) = export(
        studio, qtbot, ExportChoice("shown-reconstruction", "npy", False, tmp_path / "out")
    )

    content = json.loads(file.with_suffix(".json").read_text())
    assert (content["kind"], content["component"], content["seed"]) == ("sample", 3, 41)
    assert content["settings"]["seed"] == quick_settings().seed != 41
    there = read_exported_view(file.with_suffix(".json")).place
    assert (there.component, there.showing) == (None, sample)
    del content["view"]  # as the command line writes it
    file.with_suffix(".json").write_text(json.dumps(content))
    there = read_exported_view(file.with_suffix(".json")).place
    assert (there.component, there.showing) == (None, Showing(component=2, seed=41))


def test_that_chosen_chairs_and_their_reconstructions_leave(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    chairs = studio.project.chairs[2:5]
    studio.project.selected = tuple(chair.id for chair in chairs)

    originals = export(
        studio, qtbot, ExportChoice("selected-originals", "xyz", False, tmp_path / "a")
    )
    reconstructions = export(
        studio, qtbot, ExportChoice("selected-reconstructions", "xyz", False, tmp_path / "b")
    )

    assert len(originals) == len(reconstructions) == 3
    library = project_of(studio).library
    model = Run.open(project_of(studio).runs_folder / RUN).model()
    for chair in chairs:
        (file,) = (
            file
            for file in reconstructions
            if json.loads(file.with_suffix(".json").read_text())["chair"] == chair.name
        )
        codes, _ = model.encode(library.cloud(chair)[None])
        np.testing.assert_allclose(np.loadtxt(file), model.decode(codes)[0], atol=1e-5)
        component = json.loads(file.with_suffix(".json").read_text())["component"]
        assert component == model.responsibilities(codes)[0].argmax() + 1


def test_that_the_dialog_offers_what_there_is(open_studio: Studio, tmp_path: Path) -> None:
    studio = open_studio
    assert offered(studio) == [
        "shown-reconstruction",
        "shown-original",
        "shown-both",
        "selected-originals",
        "selected-reconstructions",
    ]
    studio.project.selected = ()
    assert offered(studio) == ["shown-reconstruction", "shown-original", "shown-both"]

    studio.projects.make(tmp_path / "Empty")
    assert not studio.window.export_action.isEnabled()
    assert not studio.window.stage.picture_action.isEnabled()


def test_that_the_library_offers_the_chosen_chairs_first(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    open_studio.window.library.export.trigger()
    dialog = open_studio.window.findChild(ExportDialog)
    assert dialog is not None
    assert dialog.what.currentData() == "selected-originals"
    dialog.folder.setText(str(tmp_path / "out"))
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        dialog.export_button.click()

    assert len(list((tmp_path / "out").glob("*.ply"))) == 1
    # The folder is remembered for the next time.
    open_studio.window.export_action.trigger()
    again = open_studio.window.findChildren(ExportDialog)[-1]
    assert again.folder.text() == str(tmp_path / "out")
    again.reject()


def test_that_a_folder_that_cannot_be_written_is_a_sentence(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").touch()

    export(open_studio, qtbot, ExportChoice("shown-both", "ply", True, tmp_path / "file" / "out"))

    (banner,) = open_studio.window.banners.banners
    assert banner.kind == "error"
    assert "could not be written" in banner.sentence
    assert "choose another folder" in banner.sentence


def test_that_a_long_export_can_be_cancelled_between_two_shapes(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio
    gate, begun = threading.Event(), threading.Event()

    def slow(library: Library, chairs: list[Chair], *_: object) -> Iterator[Shape]:
        for number, chair in enumerate(chairs):
            if number == 1:
                begun.set()
                assert gate.wait(10)
            yield Shape(chair.name, library.cloud(chair))

    monkeypatch.setattr("mogvae_gui.presenters.export_presenter._reconstructions", slow)
    studio.project.selected = tuple(chair.id for chair in studio.project.chairs)
    choice = ExportChoice("selected-reconstructions", "ply", True, tmp_path / "out")
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.exports.export(choice)
        assert begun.wait(10)
        studio.jobs.cancel()
        gate.set()

    written = sorted(path.suffix for path in (tmp_path / "out").iterdir())
    assert written == [".json", ".json", ".ply", ".ply"]


def test_that_a_picture_of_each_view_is_saved(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    open_studio.window.stage.picture_action.trigger()
    dialog = open_studio.window.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(open_studio.exports.pictures.saved, timeout=A_WHILE):
        dialog.fileSelected.emit(str(tmp_path / "pictures" / "chair.png"))
    dialog.close()

    names = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert names == ["chair-latent-space.png", "chair-original.png", "chair-reconstruction.png"]
    for name in names:
        assert QImage(str(tmp_path / "pictures" / name)).width() > 200


def test_that_pictures_take_free_names_all_with_one_number(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "chair-reconstruction.png").write_text("somebody's own")
    for _ in range(2):  # the second is asked for while the first is being written
        open_studio.exports.save_pictures(tmp_path / "chair.png")
    written = QSignalSpy(open_studio.exports.pictures.saved)
    qtbot.waitUntil(lambda: len(said(written)) == 2, timeout=A_WHILE)

    assert (tmp_path / "chair-reconstruction.png").read_text() == "somebody's own"
    views = ("latent-space", "original", "reconstruction")
    names = {path.name for path in tmp_path.glob("*.png")}
    assert names == {"chair-reconstruction.png"} | {
        f"chair-{number}-{view}.png" for number in (2, 3) for view in views
    }


def test_that_pictures_that_are_being_written_are_whole_after_closing(
    open_studio: Studio, tmp_path: Path
) -> None:
    open_studio.exports.save_pictures(tmp_path / "chair.png")
    open_studio.window.close()

    pictures = list(tmp_path.glob("chair-*.png"))
    assert len(pictures) == 3
    assert all(not QImage(str(path)).isNull() for path in pictures)


def test_that_a_picture_that_cannot_be_saved_is_a_sentence(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").touch()

    open_studio.exports.save_pictures(tmp_path / "file" / "chair.png")
    qtbot.waitUntil(lambda: bool(open_studio.window.banners.banners), timeout=A_WHILE)

    assert open_studio.window.banners.banners[0].kind == "error"
    assert "Choose another folder" in open_studio.window.banners.banners[0].sentence


@pytest.mark.parametrize("form", ["skin", "bent"])
def test_that_a_surface_lies_where_the_decoded_points_do_and_says_what_it_is(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot, form: str
) -> None:
    studio = open_studio
    for name, mesh in (("throne", chair_mesh()), ("stool", stool_mesh())):
        write_off(tmp_path / "in" / f"{name}.off", mesh)
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.imports.import_into_library([tmp_path / "in"])
    stool = next(chair for chair in studio.project.chairs if chair.name == "stool")
    studio.probe.go_to_chair(stool.id)
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.chair_id == stool.id
        ),
        timeout=A_WHILE,
    )

    (file,) = export(
        studio,
        qtbot,
        ExportChoice(
            "shown-reconstruction", "obj", own_units=True, folder=tmp_path / "out", form=form
        ),
    )

    read = trimesh.load(file, force="mesh")
    shown = studio.stage.reconstruction
    assert shown is not None
    own = stool.frame.to_own(shown.points)
    size = float(np.linalg.norm(np.ptp(own, axis=0)))
    np.testing.assert_allclose(read.bounds.mean(axis=0), own.mean(axis=0), atol=0.4 * size)
    said = json.loads(file.with_suffix(".json").read_text())["surface"]
    assert said["faces"] == len(read.faces) > 50
    # The stool's own mesh would come back as it went in.
    names = {chair.name for chair in studio.project.chairs} - {"stool"}
    assert said["of_chair"] in (names if form == "bent" else {None})
