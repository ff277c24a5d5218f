import json
import os
from pathlib import Path

import pytest

from core.atomic import json_text, write_json


@pytest.mark.parametrize("text", ["oak", "Stuhl № 5 · 椅子", "a file \udcff\udc80", "\ud83d"])
def test_that_any_text_can_be_written_and_comes_back(tmp_path: Path, text: str) -> None:
    write_json(tmp_path / "a.json", {text: [text]})
    assert json.loads((tmp_path / "a.json").read_bytes()) == {text: [text]}


def test_that_letters_are_written_as_they_are() -> None:
    assert json_text({"name": "Stühlchen"}) == '{"name": "Stühlchen"}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(float("nan"))


def test_that_writing_leaves_the_process_its_mask_for_new_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread's files would be made with the mask that is set for a moment."""
    mask = os.umask(0o077)
    os.umask(mask)

    def change(_mask: int) -> int:
        pytest.fail("the mask of the whole process is changed")

    monkeypatch.setattr(os, "umask", change)
    write_json(tmp_path / "a.json", {})
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o666 & ~mask
