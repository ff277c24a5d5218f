"""What is remembered of a person, and that a broken file is as good as none."""

import json
from pathlib import Path

import pytest

from mogvae_gui.state.preferences import (
    MOST_RECENT,
    Preferences,
    data_folder,
    load_preferences,
    log_path,
    preferences_path,
)


def test_that_preferences_survive(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "preferences.json"
    preferences = Preferences("dark", "AdnQyw==", "AAAA/w==", ["/a", "/b"], True)

    preferences.save(path)

    assert load_preferences(path) == preferences
    assert json.loads(path.read_text())["format"] == 1


def test_that_everything_lies_in_the_persons_own_places(own_places: Path) -> None:
    for path in (preferences_path(), log_path(), data_folder()):
        assert own_places in path.parents

    Preferences(theme="light").save()
    assert load_preferences().theme == "light"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe\x00",
        b'{"recent": 5}',
        b'{"recent": null, "theme": {"a": 1}}',
    ],
)
def test_that_a_broken_file_is_as_if_there_were_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(content)

    loaded = load_preferences(path)

    assert loaded.recent == []
    assert loaded.layout == ""
    loaded.save(path)
    assert load_preferences(path) == loaded


def test_that_a_folder_in_the_files_place_is_survived(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "preferences.json"
    path.mkdir()

    assert load_preferences(path) == Preferences()
    Preferences().save(path)

    assert "could not be saved" in caplog.text


def test_that_a_missing_file_is_not_worth_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert load_preferences(tmp_path / "none.json") == Preferences()
    assert caplog.text == ""


def test_that_unknown_keys_of_a_newer_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"format": 9, "theme": "dark", "recent": ["/a"], "new": 1}))

    assert load_preferences(path) == Preferences(theme="dark", recent=["/a"])


def test_that_those_of_a_newer_program_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    content = json.dumps({"format": 2, "theme": "dark", "recent": ["/a"], "new": 1})
    path.write_text(content)

    loaded = load_preferences(path)
    loaded.theme = "light"
    loaded.save(path)

    assert path.read_text() == content
    assert loaded.theme == "light"  # as long as this session lasts


def test_that_recent_projects_are_newest_first_each_once_and_not_too_many(tmp_path: Path) -> None:
    preferences = Preferences()
    for number in range(MOST_RECENT + 3):
        preferences.remember_project(tmp_path / f"p{number}")
    preferences.remember_project(tmp_path / "p5")
    preferences.remember_project(tmp_path / "x" / ".." / "p5")

    assert len(preferences.recent) == MOST_RECENT
    assert preferences.recent[:2] == [str(tmp_path / "p5"), str(tmp_path / "p10")]
