"""The demo project: packed small, put in place whole or not at all."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core import demo
from core.demo import install_demo, pack_demo
from core.errors import ProjectError
from core.first_look import read_first_look
from core.frame import Frame
from core.library import Library, NewChair
from core.library_codes import codes_of_chairs
from core.project import Project
from core.training.reports import EpochReport, TrainingRequest
from core.training.run import Run
from core.training.train import train
from tests.small_project import CHAIRS, RUN


@pytest.fixture
def packed(small_project_folder: Path, tmp_path: Path) -> Path:
    target = tmp_path / "packed"
    pack_demo(small_project_folder, target)
    return target


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_that_clouds_come_back_to_half_a_step(
    packed: Path,
    small_project: Project,
    tmp_path: Path,
) -> None:
    installed = Project.open(install_demo(packed, tmp_path / "data" / "Demo"))

    assert installed.library.chairs == small_project.library.chairs
    difference = np.abs(installed.library.clouds - small_project.library.clouds)
    assert difference.max() < 1.6e-5
    assert difference.max() > 0  # it was packed


def test_that_clouds_at_the_edge_of_the_unit_ball_survive(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "edge", points=4)
    corners = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, 0, -1]], dtype=np.float32)
    project.library.add(
        [NewChair("edge", corners, Frame.identity(), "train", "edge.xyz", "00" * 16)]
    )
    pack_demo(project.folder, tmp_path / "packed")

    installed = Project.open(install_demo(tmp_path / "packed", tmp_path / "Demo"))

    np.testing.assert_array_equal(installed.library.cloud(0), corners)


def test_that_the_run_comes_along_and_decodes(
    packed: Path,
    small_project: Project,
    tmp_path: Path,
) -> None:
    installed = Project.open(install_demo(packed, tmp_path / "Demo"))

    run, original = (Run.open(each.runs_folder / RUN) for each in (installed, small_project))
    codes = np.zeros((1, 3), dtype=np.float32)
    np.testing.assert_array_equal(run.model().decode(codes), original.model().decode(codes))
    assert run.metrics() == original.metrics()


def test_that_a_packed_demo_is_small(packed: Path, small_project_folder: Path) -> None:
    names = files_in(packed)

    assert "library/clouds.npz" in names
    assert "library/clouds.f32" not in names
    assert not [name for name in names if "optimiser" in name or "events" in name]
    clouds = small_project_folder / "library" / "clouds.f32"
    assert (packed / "library" / "clouds.npz").stat().st_size < 0.55 * clouds.stat().st_size


def test_that_an_installed_demo_can_be_trained_on(packed: Path, tmp_path: Path) -> None:
    installed = Project.open(install_demo(packed, tmp_path / "Demo"))
    request = TrainingRequest(
        installed.runs_folder / RUN, installed.library.folder, until_epoch=3, resume=True
    )

    epochs = [report.epoch for report in train(request) if isinstance(report, EpochReport)]

    assert epochs == [3]


def test_that_packing_again_replaces_the_last_pack(
    own_project: Project,
    tmp_path: Path,
) -> None:
    target = tmp_path / "packed"
    pack_demo(own_project.folder, target)
    (target / "old.txt").touch()
    own_project.library.remove([own_project.library.chairs[0].id])

    pack_demo(own_project.folder, target)

    assert not (target / "old.txt").exists()
    assert len(Project.open(install_demo(target, tmp_path / "Demo")).library) == CHAIRS - 1


def test_that_an_installed_demo_is_left_as_its_owner_made_it(packed: Path, tmp_path: Path) -> None:
    target = tmp_path / "Demo"
    install_demo(packed, target)
    library = Library.open(target / "library")
    library.remove([library.chairs[0].id])

    assert install_demo(packed, target) == target

    assert len(Library.open(target / "library")) == CHAIRS - 1


def test_that_installing_leaves_the_shipped_files_alone(packed: Path, tmp_path: Path) -> None:
    before = {name: (packed / name).read_bytes() for name in files_in(packed)}

    install_demo(packed, tmp_path / "Demo")

    assert {name: (packed / name).read_bytes() for name in files_in(packed)} == before


def test_that_a_missing_demo_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="Install the program again"):
        install_demo(tmp_path / "nowhere", tmp_path / "Demo")

    assert not (tmp_path / "Demo").exists()


@pytest.mark.parametrize("step", ["copytree", "append"])
def test_that_a_half_made_install_is_never_seen(
    step: str, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "data" / "Demo"
    copied = shutil.copytree

    def fails(*arguments: object, **options: object) -> None:
        assert not target.exists()
        if step == "copytree":
            copied(packed / "library", Path(str(arguments[1])) / "library")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil if step == "copytree" else demo, step, fails)
        with pytest.raises(ProjectError, match=r"No space left.*Check free space"):
            install_demo(packed, target)
    assert list(target.parent.iterdir()) == []

    # What was in the way is gone: a second try succeeds.
    assert len(Project.open(install_demo(packed, target)).library) == CHAIRS


def test_that_a_folder_without_project_in_the_way_is_reported_not_overwritten(
    packed: Path, tmp_path: Path
) -> None:
    target = tmp_path / "Demo"
    target.mkdir()
    (target / "mine.txt").write_text("mine")

    with pytest.raises(ProjectError, match=r"Demo.*Check free space and permissions"):
        install_demo(packed, target)

    assert (target / "mine.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if path != packed] == ["Demo"]


def test_that_of_two_first_starts_at_once_both_have_the_demo(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "data" / "Demo"
    unpacked = demo._unpack

    def while_another_is_quicker(*arguments: Path) -> None:
        unpacked(*arguments)
        monkeypatch.setattr(demo, "_unpack", unpacked)
        library = Project.open(install_demo(packed, target)).library
        library.rename(library.chairs[0].id, "Throne")

    monkeypatch.setattr(demo, "_unpack", while_another_is_quicker)
    installed = Project.open(install_demo(packed, target))
    assert installed.library.chairs[0].name == "Throne"  # theirs is left as it is
    assert [path.name for path in target.parent.iterdir()] == ["Demo"]


def test_that_a_demo_shipped_for_reading_becomes_ones_own(packed: Path, tmp_path: Path) -> None:
    for path in [*packed.rglob("*"), packed]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        library = Project.open(install_demo(packed, tmp_path / "Demo")).library
        library.rename(library.chairs[0].id, "Throne")
        modes = {path.stat().st_mode & 0o600 for path in (tmp_path / "Demo").rglob("*")}
        assert modes == {0o600}
    finally:
        for path in [packed, *packed.rglob("*")]:
            path.chmod(0o755)


def test_that_an_installed_demo_is_on_the_disk_before_it_has_its_name(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "Demo"
    flushed: set[str] = set()

    def flush(path: Path) -> None:
        assert not target.exists()
        flushed.add(path.name)

    monkeypatch.setattr(demo, "flush_to_disk", flush)
    install_demo(packed, target)
    assert flushed == {path.name for path in target.rglob("*") if path.is_file()}


def test_that_the_shipped_demo_shows_a_chair_before_its_model_is_there(tmp_path: Path) -> None:
    shipped = Path(__file__).resolve().parents[2] / "resources" / "demo"
    project = Project.open(install_demo(shipped, tmp_path / "Demo"))
    (name,) = project.run_names()
    library, run = project.library, Run.open(project.run_folder(name))

    look = read_first_look(run.folder, library, library.chairs)

    assert look is not None
    chair = library.chair(look.chair_id)
    assert chair.source.startswith("plaid-chair")
    assert look.metrics.cd_1 < 0.06
    model, cloud = run.model(), library.cloud(chair)
    np.testing.assert_allclose(look.points, model.reconstruct(cloud[None])[0], atol=1e-3)
    codes = codes_of_chairs(run, model, library, library.chairs)
    np.testing.assert_allclose(look.codes, codes, atol=1e-4)
