"""The first look: read as it was kept, and only while it holds."""

import io
import tracemalloc
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.format import write_array_header_1_0

from core.components import Components
from core.first_look import FIRST_LOOK_FILE, FirstLook, read_first_look, write_first_look
from core.pair_metrics import PairMetrics
from core.posing import turn
from core.project import Project
from core.training.reports import TrainingRequest
from core.training.train import train
from tests.small_project import POINTS, RUN

METRICS = PairMetrics(0.001, 0.03, None, 0.9, POINTS, POINTS, 1.0)


def look_of(project: Project, chair: int = 0) -> FirstLook:
    generator = np.random.default_rng(3)
    count = len(project.library)

    def points() -> np.ndarray:
        return generator.standard_normal((POINTS, 3)).astype(np.float32)

    return FirstLook(
        codes=generator.standard_normal((count, 3)).astype(np.float32),
        responsibilities=generator.random((count, 2)).astype(np.float32),
        components=Components(np.ones((2, 3)), np.stack([np.eye(3)] * 2), np.array([0.25, 0.75])),
        chair_id=project.library.chairs[chair].id,
        normals=points(),
        back_error=points()[:, 0],
        code=(0.5, -1.25, 3.0),
        points=points(),
        points_normals=points(),
        error=points()[:, 0],
        metrics=METRICS,
        denser_than=0.4,
    )


def read(project: Project) -> FirstLook | None:
    return read_first_look(project.run_folder(RUN), project.library, project.library.chairs)


def write(project: Project, look: FirstLook) -> None:
    write_first_look(project.run_folder(RUN), project.library, project.library.chairs, look)


def flat(look: FirstLook) -> dict[str, object]:
    """Every value by name; arrays as lists."""
    values = {**asdict(look), **(asdict(look.components) if look.components else {})}
    del values["components"]
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in values.items()
    }


def test_that_a_look_is_read_as_it_was_kept(own_project: Project) -> None:
    look = look_of(own_project)

    write(own_project, look)

    found = read(own_project)
    assert found is not None
    assert flat(found) == flat(look)


def test_that_a_run_without_components_has_a_look_too(own_project: Project) -> None:
    write(own_project, replace(look_of(own_project), components=None, denser_than=None))

    found = read(own_project)
    assert found is not None
    assert found.components is None


def test_that_there_is_no_look_before_one_is_kept(own_project: Project) -> None:
    assert read(own_project) is None


def test_that_a_look_ends_with_the_next_checkpoint(own_project: Project) -> None:
    write(own_project, look_of(own_project))

    folder = own_project.run_folder(RUN)
    request = TrainingRequest(folder, own_project.library.folder, until_epoch=3, resume=True)
    for _ in train(request):
        pass

    assert read(own_project) is None


def test_that_a_look_ends_when_a_chair_goes_but_holds_when_one_is_renamed(
    own_project: Project,
) -> None:
    write(own_project, look_of(own_project))

    own_project.library.rename(own_project.library.chairs[0].id, "Throne")
    assert read(own_project) is not None
    own_project.library.remove([own_project.library.chairs[5].id])
    assert read(own_project) is None


@pytest.mark.parametrize("turned", [2, 5])
def test_that_a_look_ends_when_its_chair_or_another_is_turned(
    turned: int, own_project: Project
) -> None:
    write(own_project, look_of(own_project, chair=2))
    library = own_project.library

    turn(library, [library.chairs[turned].id], quarter_turns=1)

    assert read(own_project) is None


def test_that_a_look_ends_when_any_chair_is_turned_for_its_code_is_in_it(
    own_project: Project,
) -> None:
    write(own_project, look_of(own_project, chair=2))
    library = own_project.library

    turn(library, [library.chairs[3].id], quarter_turns=1)

    assert read(own_project) is None


@pytest.mark.parametrize("length", [0, 10, 5000, -1])
def test_that_a_damaged_look_is_none(own_project: Project, length: int) -> None:
    write(own_project, look_of(own_project))
    path: Path = own_project.run_folder(RUN) / FIRST_LOOK_FILE

    path.write_bytes(path.read_bytes()[:length])

    assert read(own_project) is None


@pytest.mark.parametrize("name", ["codes", "facts"])
def test_that_a_header_that_declares_more_than_the_file_holds_takes_no_memory(
    own_project: Project, name: str
) -> None:
    write(own_project, look_of(own_project))
    path = own_project.run_folder(RUN) / FIRST_LOOK_FILE
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    header = io.BytesIO()
    declared = {"descr": "<f4", "fortran_order": False, "shape": (2**37, 2)}
    write_array_header_1_0(header, declared)
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, header.getvalue() if each == f"{name}.npy" else content)

    tracemalloc.start()
    try:
        assert read(own_project) is None
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_that_a_look_for_which_there_is_no_memory_is_none(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(own_project, look_of(own_project))

    def full(_path: Path) -> None:
        raise MemoryError

    monkeypatch.setattr("core.first_look.load_arrays", full)
    assert read(own_project) is None
