"""Results as strict JSON."""

import io
import json
from pathlib import Path

import numpy as np

from mogvae_gui.commands.result import Result, plain, print_result


def test_that_results_become_plain_json() -> None:
    content = {
        "array": np.array([1.5, np.nan], dtype=np.float32),
        "number": np.int64(3),
        "path": Path("a") / "b",
        "infinite": float("inf"),
        "nested": [(1, None)],
    }
    assert plain(content) == {
        "array": [1.5, None],
        "number": 3,
        "path": str(Path("a") / "b"),
        "infinite": None,
        "nested": [[1, None]],
    }


def test_that_a_result_is_printed_as_one_line_of_json() -> None:
    out = io.StringIO()
    print_result(Result(True, {"name": "Stühlchen"}, ("words",)), out)
    assert out.getvalue().count("\n") == 1
    assert json.loads(out.getvalue()) == {"name": "Stühlchen"}


def test_that_words_are_printed_as_they_are() -> None:
    out = io.StringIO()
    print_result(Result(False, {}, ("a [bold] chair " + "x" * 200,)), out)
    assert out.getvalue() == "a [bold] chair " + "x" * 200 + "\n"


def test_that_words_obey_no_hidden_orders_to_the_terminal() -> None:
    out = io.StringIO()
    print_result(Result(False, {}, ("\x1b]0;title\x07 chair\u202e\n  \x1b[31mred\udcff",)), out)
    assert out.getvalue() == " ]0;title  chair \n   [31mred \n"
    out.getvalue().encode()


def test_that_paths_that_are_no_text_are_json_all_the_same() -> None:
    out = io.StringIO()
    print_result(Result(True, {"file": Path("Stuhl-\udcff.off")}), out)
    assert json.loads(out.getvalue().encode()) == {"file": "Stuhl-\udcff.off"}
