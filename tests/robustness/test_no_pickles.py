"""Nothing that is read can run code: no pickle is loaded, whichever file it lies in."""

import ast
import gzip
import io
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from core.correspondence.store import OrderStore
from core.correspondence.template import keep_template
from core.demo import install_demo, pack_demo
from core.errors import ShapeFileError, StudioError
from core.importing import ReadingProcesses
from core.importing.prepare import Job, prepare_chair
from core.project import Project
from core.shape_files import SUFFIXES
from core.training.checkpoint import (
    OPTIMISER_FOLDER,
    WEIGHTS_FILE,
    Position,
    read_optimiser,
    read_position,
)
from core.training.metrics_log import METRICS_FILE, read_metrics
from core.training.run import CODES_FILE, Run
from mogvae_gui.state.preferences import load_preferences
from tests.small_project import POINTS
from tests.small_shapes import chair_mesh, write_off

ROOT = Path(__file__).resolve().parents[2]
EPOCHS = 2  # of the small project's run
PROGRAM = ("core", "mogvae_gui", "main.py")

# Modules whose files run code when they are read, and calls that do.
RUNNING_MODULES = {
    "pickle",
    "_pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
}
RUNNING_CALLS = {"torch.load", "torch.save", "torch.jit.load", "eval", "exec", "np.fromregex"}


def sources() -> Iterator[Path]:
    for name in PROGRAM:
        place = ROOT / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


def complaints(tree: ast.AST) -> Iterator[str]:
    """What in a module could load a pickle or run a file's text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = {alias.name.partition(".")[0] for alias in node.names}
            yield from (f"imports {name}" for name in names & RUNNING_MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module.partition(".")[0] in RUNNING_MODULES:
                yield f"imports from {node.module}"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in RUNNING_CALLS:
                yield f"calls {called}"
            arguments = {item.arg: ast.unparse(item.value) for item in node.keywords}
            if called in ("np.load", "numpy.load") and arguments.get("allow_pickle") != "False":
                yield "calls np.load without allow_pickle=False"
            if arguments.get("allow_pickle") == "True":
                yield f"calls {called} with allow_pickle=True"


def test_that_no_module_can_load_a_pickle() -> None:
    found = {
        str(path.relative_to(ROOT)): list(complaints(ast.parse(path.read_text(encoding="utf-8"))))
        for path in sources()
    }
    assert len(found) > 200
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load",
        "torch.load(path)",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "eval(text)",
    ],
)
def test_that_the_search_finds_what_it_looks_for(code: str) -> None:
    assert list(complaints(ast.parse(code)))


class _Marks:
    """Makes a folder when it is unpickled."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self._place),)


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[Path]:
    """What a pickle that was loaded would have made; it must not be there in the end."""
    place = tmp_path / "a pickle was loaded"
    yield place
    assert not place.exists()


def evil_forms(mark: Path) -> dict[str, bytes]:
    """A pickle as itself, as torch saves it, and in arrays of numpy."""
    evil = _Marks(mark)
    saved, array, arrays = io.BytesIO(), io.BytesIO(), io.BytesIO()
    torch.save({"weights": evil}, saved)
    objects = np.array([evil], dtype=object)
    np.save(array, objects, allow_pickle=True)
    names = (
        "points", "vertices", "faces", "clouds", "ids", "codes", "log_vars", "responsibilities",
        "exact",
    )  # fmt: skip
    np.savez(arrays, allow_pickle=True, **dict.fromkeys(names, objects))
    return {
        "pickle": pickle.dumps(evil),
        "torch": saved.getvalue(),
        "npy": array.getvalue(),
        "npz": arrays.getvalue(),
        "gzip": gzip.compress(pickle.dumps(evil)),
    }


def test_that_the_pickles_of_these_tests_would_run(tmp_path: Path) -> None:
    for number, form in enumerate(("pickle", "npy", "npz")):
        place = tmp_path / f"{number}"
        content = evil_forms(place)[form]
        if form == "pickle":
            pickle.loads(content)
        elif form == "npy":
            np.load(io.BytesIO(content), allow_pickle=True)
        else:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                np.load(io.BytesIO(archive.read("points.npy")), allow_pickle=True)
        assert place.is_dir()


def test_that_no_mesh_or_cloud_file_unpickles(tmp_path: Path, mark: Path) -> None:
    jobs = []
    for form, content in evil_forms(mark).items():
        for suffix in SUFFIXES:
            path = tmp_path / f"{form}{suffix}"
            path.write_bytes(content)
            jobs.append(Job(path, 100))
    with ReadingProcesses(1) as reading:
        found = [each for each in reading.prepare(jobs) if each is not None]
    assert len(found) == len(jobs)
    for outcome in found:
        assert isinstance(outcome, ShapeFileError)
        assert "unforeseen" not in str(outcome)


def pieces(folder: Path) -> list[Path]:
    """All files of a project."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def use_everything(folder: Path) -> None:
    """Read every piece of a project that can be read; errors with a sentence are fine."""
    try:
        project = Project.open(folder)
    except StudioError:
        return
    readers: list[Callable[[], object]] = [
        partial(project.library.mesh, chair) for chair in project.library.chairs
    ]
    readers += [partial(use_run, project.run_folder(name)) for name in project.run_names()]
    for read in readers:
        with suppress(StudioError):
            read()


def use_run(folder: Path) -> None:
    """Read every piece of a run."""
    for read in (read_position, read_metrics):
        with suppress(StudioError):
            read(folder)
    with suppress(StudioError):
        read_optimiser(folder, Position(points=1, epochs_done=EPOCHS))
    run = Run.open(folder)
    for use in (run.model, run.codes, run.metrics, lambda: run.state):
        with suppress(StudioError):
            use()


@pytest.mark.parametrize("form", ["pickle", "torch", "npy", "npz", "gzip"])
def test_that_no_piece_of_a_project_unpickles(
    own_project: Project, tmp_path: Path, mark: Path, form: str
) -> None:
    content = evil_forms(mark)[form]
    whole = write_off(tmp_path / "chair.off", chair_mesh())
    own_project.library.add([prepare_chair(Job(whole, POINTS)).chair])
    names = {path.name for path in pieces(own_project.folder)}
    assert {WEIGHTS_FILE, CODES_FILE, METRICS_FILE, "project.json", "index.json"} <= names
    assert any(path.parent.name == OPTIMISER_FOLDER for path in pieces(own_project.folder))
    assert any(path.parent.name == "meshes" for path in pieces(own_project.folder))
    for path in pieces(own_project.folder):
        copy = tmp_path / "copy"
        shutil.copytree(own_project.folder, copy)
        (copy / path.relative_to(own_project.folder)).write_bytes(content)
        use_everything(copy)
        shutil.rmtree(copy)


@pytest.mark.parametrize("form", ["pickle", "npy", "npz"])
def test_that_no_piece_of_a_correspondence_unpickles(tmp_path: Path, mark: Path, form: str) -> None:
    content = evil_forms(mark)[form]
    clouds = np.random.default_rng(0).normal(size=(3, 32, 3)).astype(np.float32)
    template = keep_template(tmp_path, clouds)
    (path,) = tmp_path.glob("template-*.npy")
    path.write_bytes(content)
    np.testing.assert_array_equal(keep_template(tmp_path, clouds), template)  # chosen again

    store = OrderStore(tmp_path, template)
    store.add({"a": np.arange(32, dtype=np.int32)})
    for part in store.folder.iterdir():
        part.write_bytes(content)
    OrderStore(tmp_path, template)


def test_that_a_correspondence_reads_no_array_outside_its_folder(tmp_path: Path) -> None:
    template = np.random.default_rng(0).normal(size=(32, 3)).astype(np.float32)
    store = OrderStore(tmp_path, template)
    store.add({"a": np.arange(32, dtype=np.int32)})
    assert "a" in OrderStore(tmp_path, template)
    (part,) = store.folder.glob("*.npy")
    shutil.move(part, tmp_path / part.name)
    index = next(store.folder.glob("*.json"))
    index.write_text(index.read_text().replace(part.name, f"../{part.name}"))
    assert "a" not in OrderStore(tmp_path, template)


@pytest.mark.parametrize("form", ["pickle", "npy", "npz", "gzip"])
def test_that_no_piece_of_the_demo_unpickles(
    own_project: Project, tmp_path: Path, mark: Path, form: str
) -> None:
    content = evil_forms(mark)[form]
    packed = tmp_path / "packed"
    pack_demo(own_project.folder, packed)
    for number, path in enumerate(pieces(packed)):
        whole = path.read_bytes()
        path.write_bytes(content)
        target = tmp_path / f"demo {number}"
        try:
            use_everything(install_demo(packed, target))
        except StudioError:
            assert not target.exists()
        path.write_bytes(whole)


@pytest.mark.parametrize("form", ["pickle", "torch", "npy", "npz", "gzip"])
def test_that_preferences_do_not_unpickle(tmp_path: Path, mark: Path, form: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(evil_forms(mark)[form])
    assert load_preferences(path) == load_preferences(tmp_path / "none.json")
