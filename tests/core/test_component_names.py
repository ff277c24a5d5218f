"""Names of components: kept in the run's folder, harmless whatever the file holds."""

import json
from pathlib import Path

import pytest

from core.component_names import (
    LONGEST,
    NAMES_FILE,
    checked_name,
    read_component_names,
    write_component_names,
)
from core.errors import RunError


def test_that_names_come_back_and_empty_ones_go(tmp_path: Path) -> None:
    assert read_component_names(tmp_path) == {}
    write_component_names(tmp_path, {3: "Stools", 0: "Sæde", 1: ""})
    assert read_component_names(tmp_path) == {0: "Sæde", 3: "Stools"}
    assert json.loads((tmp_path / NAMES_FILE).read_text(encoding="utf-8"))["format"] == 1
    assert [path.name for path in tmp_path.iterdir()] == [NAMES_FILE]


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"format": 1}', '{"format": 1, "names": ["a"]}', '{"format": "x"}', "\xff"],
)
def test_that_a_damaged_file_is_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / NAMES_FILE).write_bytes(content.encode("latin-1"))
    with pytest.raises(RunError, match=r"Delete the file"):
        read_component_names(tmp_path)


def test_that_a_newer_file_asks_for_a_newer_program(tmp_path: Path) -> None:
    (tmp_path / NAMES_FILE).write_text('{"format": 2, "names": {}}')
    with pytest.raises(RunError, match="Update the program"):
        read_component_names(tmp_path)


def test_that_a_disk_that_refuses_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where the folder was")
    with pytest.raises(RunError, match="could not be saved"):
        write_component_names(tmp_path / "run", {0: "Stools"})


def test_that_a_name_is_one_short_line() -> None:
    assert checked_name("  two\nlines\u202e ") == "two lines"
    assert len(checked_name("x" * 500)) <= LONGEST
