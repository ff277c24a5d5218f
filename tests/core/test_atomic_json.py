import json
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
