"""CSV and HTML of an evaluation: read back, escaped, complete in themselves."""

import base64
import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from core.evaluation_report import (
    PICTURE,
    ExampleRow,
    csv_text,
    page_text,
    write_csv,
    write_page,
)
from core.evaluation_table import EXAMPLES, EvaluationTable
from core.project import Project
from core.saved_evaluation import EvaluationCache
from tests.small_evaluations import made_chair, made_evaluation, one_run, two_runs
from tests.small_project import RUN

NASTY = "</td><script>alert(1)</script> & \"quotes\" 'single'"


class Page(HTMLParser):
    """What a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def table_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def example_rows(count: int) -> list[ExampleRow]:
    image = np.full((4, 4, 4), 200, dtype=np.uint8)
    return [ExampleRow(which, made_chair(0), image, (image,) * count) for which in EXAMPLES]


def test_that_a_csv_has_a_row_for_each_chair_and_figures_in_full() -> None:
    rows = table_rows(csv_text(one_run((1 / 3, 0.1))))
    assert list(rows[0]) == ["chair", "split", "cd_1", "cd_sq", "emd", "f_score"]
    assert [row["chair"] for row in rows] == ["armchair 0", "bar stool 1"]
    assert [row["split"] for row in rows] == ["train", "test"]
    assert float(rows[0]["cd_1"]) == 1 / 3


def test_that_a_csv_of_two_runs_has_both_and_their_difference() -> None:
    rows = table_rows(csv_text(two_runs((0.3, 0.1, 0.2), (0.2, 0.2, 0.2))))
    assert list(rows[0])[2:5] == ["cd_1 MoG-VAE", "cd_1 VAE", "cd_1 difference"]
    assert len(rows[0]) == 2 + 3 * 4
    for row in rows:
        gap = float(row["emd MoG-VAE"]) - float(row["emd VAE"])
        assert float(row["emd difference"]) == gap


@pytest.mark.parametrize("name", ['a, "b"', "=1+1", "@sum", "-3", "+x", "line\nend", "椅子"])
def test_that_names_come_back_from_a_csv_and_are_no_formulas(name: str, tmp_path: Path) -> None:
    table = EvaluationTable.of_run("test", "run", made_evaluation((0.1,), names=(name,)))
    write_csv(table, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["chair"].removeprefix("'") == name
    assert not row["chair"].startswith(("=", "+", "-", "@"))


def test_that_a_page_tells_the_figures_and_the_conclusion() -> None:
    page = Page(page_text(two_runs(), "cd_1", example_rows(2)))
    words = " ".join(page.texts)
    assert not page.open
    for expected in ("armchair 0", "0.3000", "A: MoG-VAE", "B: VAE", "Floor", "Worst", "256"):
        assert expected in words
    assert "No difference is shown in CD₁: MoG-VAE minus VAE is" in words
    assert "other seeds may differ" in words
    assert page.tags.count("svg") == 4


def test_that_a_page_of_one_run_speaks_of_no_other() -> None:
    words = " ".join(Page(page_text(one_run(), "emd", example_rows(1))).texts)
    assert "difference" not in words
    assert "A: " not in words
    assert "MoG-VAE on 3 test chairs" in words


def test_that_names_on_a_page_are_never_markup() -> None:
    first = made_evaluation((0.3, 0.1), names=(NASTY, "plain"))
    second = made_evaluation((0.2, 0.1), names=(NASTY, "plain"))
    table = EvaluationTable.of_two_runs("test", NASTY, first, "<b>VAE</b>", second)
    image = np.zeros((2, 2, 4), dtype=np.uint8)
    rows = [ExampleRow(which, first.designs[0].chair, image, (image, image)) for which in EXAMPLES]
    page = Page(page_text(table, "cd_1", rows))
    assert "script" not in page.tags
    assert not page.open
    assert NASTY in page.texts
    assert all(not name.startswith("on") for name, _ in page.attributes)


def test_that_a_page_needs_nothing_from_elsewhere_and_runs_no_code() -> None:
    text = page_text(two_runs(), "cd_1", example_rows(2))
    page = Page(text)
    assert {"script", "link", "iframe"}.isdisjoint(page.tags)
    links = [value or "" for name, value in page.attributes if name in ("src", "href")]
    assert len(links) == 9
    assert all(link.startswith("data:image/png;base64,") for link in links)
    assert "http" not in text.replace("http-equiv", "")
    assert "url(" not in text


def test_that_a_page_is_written_with_pictures_of_real_reconstructions(
    own_project: Project, tmp_path: Path
) -> None:
    library, folder = own_project.library, own_project.runs_folder / RUN
    chairs = [chair for chair in library.chairs if chair.split == "test"]
    *_, evaluation = EvaluationCache().measure(folder, library, chairs, "test", processes=0)
    table = EvaluationTable.of_run("test", RUN, evaluation)  # type: ignore[arg-type]
    path = tmp_path / "page.html"
    steps = list(write_page(table, "cd_1", library, [folder], path))
    assert [(done, total) for done, total, _ in steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    page = Page(path.read_text(encoding="utf-8"))
    sources = [value or "" for name, value in page.attributes if name == "src"]
    assert len(sources) == 6
    assert len(set(sources)) >= 4
    picture = imread(io.BytesIO(base64.b64decode(sources[0].split(",")[1])))
    assert picture.shape == (PICTURE, PICTURE, 4)
    assert picture.max() > 0
