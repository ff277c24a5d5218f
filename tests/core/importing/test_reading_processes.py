"""Files are read elsewhere: the same chairs come back, and the worst file costs one sentence."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ShapeFileError, StudioError
from core.importing import ReadingProcesses
from core.importing.limits import MIB, Limits
from core.importing.prepare import Job, Prepared, prepare_chair
from core.importing.wire import Answer, Outcome, packed_answer, unpacked_answer
from core.shape_files import SUFFIXES
from tests.small_shapes import chair_mesh, write_every_format, write_off
from tests.strange_reader import read_strangely

POINTS = 300
ROOT = Path(__file__).resolve().parents[3]
_WHOLE = packed_answer(Answer(ShapeFileError("a.off: no. Yes."), ((logging.ERROR, "a line"),)))
SHORT = Limits(seconds=1.5, seconds_per_mib=0.0, memory_bytes=200 * MIB)


@pytest.fixture(scope="module")
def strange() -> Iterator[ReadingProcesses]:
    """Processes that read as `strange_reader` says, with little time and memory for each file."""
    with ReadingProcesses(2, SHORT) as processes:
        read_strangely(processes)
        yield processes


def outcomes(reading: ReadingProcesses, paths: list[Path]) -> list[Outcome]:
    return [each for each in reading.prepare(map(job, paths)) if each is not None]


def job(path: Path) -> Job:
    return Job(path, POINTS)


def chairs(folder: Path, *names: str) -> list[Path]:
    return [
        write_off(folder / f"{name}.off", chair_mesh(0.3 + number / 100))
        for number, name in enumerate(names)
    ]


def assert_same(found: Outcome, wanted: Prepared) -> None:
    assert isinstance(found, Prepared)
    for name in ("name", "frame", "split", "source", "content_hash", "metadata"):
        assert getattr(found.chair, name) == getattr(wanted.chair, name)
    assert found.chair.cloud.dtype == np.float32
    np.testing.assert_array_equal(found.chair.cloud, wanted.chair.cloud)
    assert (found.chair.mesh is None) == (wanted.chair.mesh is None)
    if found.chair.mesh is not None and wanted.chair.mesh is not None:
        np.testing.assert_array_equal(found.chair.mesh.vertices, wanted.chair.mesh.vertices)
        np.testing.assert_array_equal(found.chair.mesh.faces, wanted.chair.mesh.faces)
        assert found.chair.mesh.content_hash == wanted.chair.content_hash
    assert (found.size, found.size_m, found.up) == (wanted.size, wanted.size_m, wanted.up)
    assert found.oddities == wanted.oddities


def test_that_a_process_gives_the_chairs_that_reading_here_gives(tmp_path: Path) -> None:
    points = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    paths = list(write_every_format(tmp_path, chair_mesh(), points).values())
    with ReadingProcesses(2) as reading:
        found = outcomes(reading, paths)
    assert len(found) == len(paths) == len(SUFFIXES)
    for path, outcome in zip(paths, found, strict=True):
        assert_same(outcome, prepare_chair(job(path)))


WORST = {
    "segfault": "its reader crashed (SIGSEGV)",
    "abort": "its reader crashed (SIGABRT)",
    "exit": "its reader crashed (exit status 3)",
    "lie": "lost its way",
    "sleep": "longer than 1.5 s",
    "loop": "longer than 1.5 s",
    "hold": "longer than 1.5 s",
    "unforeseen": "unforeseen way (ZeroDivisionError())",
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has other names for crashes")
def test_that_the_worst_files_cost_a_sentence_each_and_the_rest_comes_in_order(
    strange: ReadingProcesses, tmp_path: Path
) -> None:
    names = [name for worst in WORST for name in (worst, f"good after {worst}")]
    paths = chairs(tmp_path, *names, "talk")
    found = dict(zip([*names, "talk"], outcomes(strange, paths), strict=True))
    for worst, words in WORST.items():
        refused = found.pop(worst)
        assert isinstance(refused, ShapeFileError)
        assert str(refused).startswith(f"{worst}.off: ")
        assert words in str(refused)
        assert str(refused).endswith(".")
    for name, outcome in found.items():
        assert isinstance(outcome, Prepared), name
        assert outcome.chair.name == name


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process to its memory")
@pytest.mark.parametrize("worst", ["eat", "grab"])
def test_that_a_file_that_eats_memory_is_refused(
    strange: ReadingProcesses, tmp_path: Path, worst: str
) -> None:
    refused, good = outcomes(strange, chairs(tmp_path, worst, "good"))
    assert isinstance(refused, ShapeFileError)
    assert "more than 200 MiB of memory" in str(refused)
    assert isinstance(good, Prepared)


def test_that_a_file_is_not_blamed_for_one_crash(strange: ReadingProcesses, tmp_path: Path) -> None:
    (outcome,) = outcomes(strange, chairs(tmp_path, "once"))
    assert isinstance(outcome, Prepared)
    assert (tmp_path / "once.met").exists()


def test_that_what_a_process_logs_is_logged_here(
    strange: ReadingProcesses, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes(strange, chairs(tmp_path, "unforeseen"))
    assert "while reading 'unforeseen.off': WARNING:core.shape_files:a strange chair" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert {record.levelno for record in caplog.records} == {logging.WARNING, logging.ERROR}


def test_that_closing_in_the_middle_ends_what_hangs_and_keeps_the_processes_that_wait(
    strange: ReadingProcesses, tmp_path: Path
) -> None:
    running = strange.prepare(map(job, chairs(tmp_path, "first", "sleep", "second")))
    assert isinstance(next(each for each in running if each is not None), Prepared)
    next(running)  # None: nothing new for 0.1 s
    assert any(child.job is not None for child in strange._children)
    running.close()
    assert all(child.job is None for child in strange._children)
    assert isinstance(outcomes(strange, chairs(tmp_path, "third"))[0], Prepared)


def test_that_close_leaves_no_process(tmp_path: Path) -> None:
    reading = ReadingProcesses(2)
    read_strangely(reading)
    with closing(reading.prepare(map(job, chairs(tmp_path, "first", "loop")))) as running:
        assert isinstance(next(each for each in running if each is not None), Prepared)
        children = list(reading._children)
        reading.close()
    assert children
    assert all(child._process.poll() is not None for child in children)
    assert not any(child._ear.is_alive() for child in children)
    with pytest.raises(StudioError, match="closing"):
        list(reading.prepare([job(tmp_path / "first.off")]))


def test_that_a_file_needs_no_process_before_it_is_read() -> None:
    reading = ReadingProcesses(2)
    assert list(reading.prepare([])) == []
    assert not reading._children
    reading.warm_up()
    reading.warm_up()
    assert len(reading._children) == 1
    reading.close()
    reading.warm_up()
    assert not reading._children


@pytest.mark.parametrize("name", ["sleep", "loop"])
def test_that_a_process_that_is_busy_ends_with_its_parent(tmp_path: Path, name: str) -> None:
    (path,) = chairs(tmp_path, name)
    script = f"""
from pathlib import Path
from core.importing import ReadingProcesses
from core.importing.prepare import Job
from tests.strange_reader import read_strangely
reading = ReadingProcesses(1)
read_strangely(reading)
for _ in reading.prepare([Job(Path({str(path)!r}), 300)]):
    if reading._children and reading._children[0].job is not None:
        print(reading._children[0]._process.pid, flush=True)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    child.wait(timeout=60)


@pytest.mark.parametrize(
    "command", ["raise SystemExit(7)", "raise ImportError('no numpy')", "print('hello' * 99)"]
)
def test_that_a_process_that_cannot_start_is_a_sentence(tmp_path: Path, command: str) -> None:
    reading = ReadingProcesses()
    reading._command = command
    with reading, pytest.raises(StudioError, match="could not be started"):
        outcomes(reading, chairs(tmp_path, "a"))


def test_that_a_system_that_starts_no_process_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with ReadingProcesses() as reading:
        reading.warm_up()
        with pytest.raises(StudioError, match="No such file"):
            outcomes(reading, chairs(tmp_path, "a"))


def test_that_modules_beside_the_files_are_not_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in ("json", "numpy", "core", "logging", "sitecustomize"):
        (tmp_path / f"{module}.py").write_text("open('was imported', 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place])
    with ReadingProcesses(1) as reading:
        assert isinstance(outcomes(reading, chairs(tmp_path, "a"))[0], Prepared)
    assert not (tmp_path / "was imported").exists()


def test_that_file_names_that_are_no_text_can_be_read(tmp_path: Path) -> None:
    (path,) = chairs(tmp_path, "a")
    strange_path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe\n.off"))
    try:
        path.rename(strange_path)
    except OSError:
        pytest.skip("this file system wants names to be text")
    with ReadingProcesses(1) as reading:
        assert_same(reading.read(job(strange_path)), prepare_chair(job(strange_path)))
        with pytest.raises(ShapeFileError, match="no such file"):
            reading.read(job(path))


def test_that_the_process_knows_neither_torch_nor_qt() -> None:
    script = "import core.importing.reading_child, sys, json; print(json.dumps(list(sys.modules)))"
    said = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    heavy = {"torch", "PySide6", "vtkmodules", "pyvista", "sklearn", "matplotlib"}
    assert not heavy.intersection(json.loads(said.stdout))


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda end: _WHOLE[:-40] + end))
def test_that_what_is_no_answer_is_a_value_error(body: bytes) -> None:
    try:
        answer = unpacked_answer(body)
    except ValueError:
        return
    assert isinstance(answer, Answer)


def test_that_large_files_may_take_longer_and_more() -> None:
    limits = Limits(seconds=30, seconds_per_mib=2, memory_bytes=1 << 30, memory_per_byte=24)
    assert limits.seconds_for(0) == 30
    assert limits.seconds_for(100 * MIB) == 230
    assert limits.memory_for(0) == 1 << 30
    assert limits.memory_for(MIB) == (1 << 30) + 24 * MIB
    machine = psutil.virtual_memory().total
    assert limits.memory_for(1 << 50) <= max(1 << 30, machine)
