"""The report holds what was found, needs no network, and takes no name at its word."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from core.library import Library
from core.study.report import write_report
from core.study.report.tables import Table, as_html, as_markdown, plain_cell
from tests.core.study.small_studies import box_library, run_whole, small_plan

HOSTILE = "<script>alert(1)</script> & \"quoted\" 'x' | **bold** ![p](http://x)"


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("img", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = box_library(tmp_path_factory.mktemp("boxes") / "library")
    first_test = library.chairs[library.indices("test")[0]]
    library.rename(first_test.id, HOSTILE)
    return library


@pytest.fixture(scope="module")
def out(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of two losses with its report."""
    out = tmp_path_factory.mktemp("study") / "out"
    plan = small_plan(losses=("mse", "chamfer+sliced"), seeds=1, epochs=1, literal_epochs=0)
    result = run_whole(library, out, plan)
    for _ in write_report(out, result, library):
        pass
    return out


@pytest.fixture(scope="module")
def result(out: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((out / "study.json").read_text(encoding="utf-8"))
    return content


def test_that_the_page_is_whole_and_needs_nothing_from_elsewhere(out: Path) -> None:
    page = Page()
    page.feed((out / "report.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert page.tags.count("img") > 6
    assert all(source.startswith("data:image/") for source in page.sources)


def test_that_a_hostile_name_is_shown_and_does_nothing(out: Path) -> None:
    text = (out / "report.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert "<script>alert(1)</script> &" in page.text  # as words
    assert "<script" not in text
    markdown = (out / "report.md").read_text(encoding="utf-8")
    assert "<script>" not in markdown
    assert "![p](http" not in markdown


def test_that_the_verdict_and_every_model_are_on_the_page(
    out: Path, result: dict[str, Any]
) -> None:
    for name in ("report.html", "report.md"):
        text = (out / name).read_text(encoding="utf-8").replace("\\", "")
        assert "MoG-VAE K=2" in text
        assert "Nine designs, as in the article" in text
        assert "0.1612" in text  # printed in the article
        assert "1-NNA" in text
    page = Page()
    page.feed((out / "report.html").read_text(encoding="utf-8"))
    assert result["conclusions"]["verdict"] in page.text
    for question in result["conclusions"]["questions"]:
        assert all(sentence in page.text for sentence in question["sentences"])


def test_that_the_pictures_of_the_markdown_are_there(out: Path) -> None:
    markdown = (out / "report.md").read_text(encoding="utf-8")
    files = re.findall(r"\]\((pictures/[^)]+)\)", markdown)
    assert len(files) >= 7
    assert all((out / file).stat().st_size > 500 for file in files)


def test_that_tables_for_programs_have_a_row_for_each_figure(
    out: Path, result: dict[str, Any]
) -> None:
    def rows_of(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO((out / name).read_text(encoding="utf-8"))))

    chairs = rows_of("chairs.csv")
    assert len(chairs) == 2 * 2 * 3
    cell = result["cells"][0]
    assert float(chairs[0]["cd_1"]) == cell["metrics"]["cd_1"][0]
    assert len(rows_of("models.csv")) == 4
    comparisons = rows_of("comparisons.csv")
    assert len(comparisons) == len(result["comparisons"]) == 2 * 4
    assert float(comparisons[0]["ci95_low"]) <= float(comparisons[0]["difference"])


def test_that_no_spreadsheet_takes_a_name_for_a_formula() -> None:
    assert plain_cell("=1+1") == "'=1+1"
    assert plain_cell("armchair") == "armchair"


def test_that_strong_cells_and_signs_stand_as_they_are() -> None:
    table = Table("a < b", ("x | y", "z"), (("1 & 2", "*"),), frozenset({(0, 1)}))
    assert "<td><b>*</b></td>" in as_html(table)
    assert "a &lt; b" in as_html(table)
    assert as_markdown(table).splitlines() == [
        "**a \\< b**",
        "",
        "| x \\| y | z |",
        "|---|---:|",
        "| 1 \\& 2 | **\\*** |",
    ]
