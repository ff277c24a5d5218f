"""The report holds what was found, needs no network, and takes no name at its word."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.library import Library
from core.study.report import pictures, tables, write_report
from core.study.report.likelihood_words import likelihood_cautions, likelihood_words
from core.study.report.pictures import mean_curve
from core.study.report.settings_table import settings_table
from core.study.report.tables import Table, as_html, as_markdown, figures, plain_cell
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


def test_that_settings_versions_and_seeds_are_those_of_the_record(
    library: Library, out: Path, result: dict[str, Any], tmp_path: Path
) -> None:
    older = result | {"versions": {"torch": "1.2.3", "Python": "3.9.9"}}
    (tmp_path / "runs").symlink_to(out / "runs")
    for _ in write_report(tmp_path, older, library):
        pass
    for name in ("report.html", "report.md"):
        text = (tmp_path / name).read_text(encoding="utf-8").replace("\\", "")
        assert "1.2.3" in text  # of the study, not of the program that draws it
        assert "KL estimator" in text
        assert "Settings of the trainings" in text
        assert "only the prior differs" not in text


def test_that_settings_in_which_models_differ_come_first_and_bold(result: dict[str, Any]) -> None:
    table = settings_table(result)
    assert table is not None
    assert table.columns == ("setting", "VAE", "MoG-VAE K=2")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["KL estimator"] == ("analytic", "monte_carlo")
    assert rows["Epochs"] == ("1", "1")
    differing = [row[0] for row in table.rows if row[1] != row[2]]
    assert differing == ["Prior", "Components", "KL estimator"]
    assert [row[0] for row in table.rows[:3]] == differing
    assert {row for row, _ in table.strong} == {0, 1, 2}
    assert settings_table({name: result[name] for name in result if name != "settings"}) is None


def test_that_the_effective_samples_of_log_p_are_shown(out: Path, result: dict[str, Any]) -> None:
    table = figures(result, "mse")
    column = table.columns.index("eff. samples")
    effective = result["figures"]["mse"]["vae"]["effective_samples"]
    assert table.rows[0][column] == f"{effective:.1f}"
    rows = list(csv.DictReader(io.StringIO((out / "models.csv").read_text(encoding="utf-8"))))
    assert float(rows[0]["effective_samples"]) == effective
    assert float(rows[0]["likelihood_sigma"]) == pytest.approx((2e-4 * 48 / 2) ** 0.5, abs=1e-6)


def test_that_log_p_is_said_to_rest_on_hardly_a_sample_where_it_does(
    result: dict[str, Any],
) -> None:
    def with_samples(plain: float, mixture: float) -> dict[str, Any]:
        of_loss = {
            key: each | {"effective_samples": mixture if key == "mog-2" else plain}
            for key, each in result["figures"]["mse"].items()
        }
        return result | {"figures": result["figures"] | {"mse": of_loss}}

    assert likelihood_cautions(with_samples(3.0, 2.5), "mse") == []
    (one,) = likelihood_cautions(with_samples(3.0, 1.1), "mse")
    assert "hardly more than one sample (1.1 of 4 count)" in one
    assert one.endswith("This is so of MoG-VAE K=2.")
    (all_of_them,) = likelihood_cautions(with_samples(1.2, 1.1), "mse")
    assert all_of_them.endswith("This is so of every model.")


def test_that_the_likelihood_of_each_loss_is_named(result: dict[str, Any]) -> None:
    words = likelihood_words(result)
    assert "deviation 0.0693 around points in correspondence, where it is a density (mse)" in words
    assert "around nearest points, where only its differences mean something (chamfer+sli" in words
    assert "√(beta · N / 2)" in words
    chosen = likelihood_words(result | {"plan": result["plan"] | {"sigma": 0.05}})
    assert "was chosen and is not that of the trainings" in chosen


def test_that_sizes_of_clouds_and_networks_are_named(out: Path) -> None:
    text = (out / "report.md").read_text(encoding="utf-8").replace("\\", "")
    assert "of 24 points each for CD² and of 24 for EMD" in text
    assert "These are not the article's own trainings: the decoder is a point-wise network" in text


def test_that_one_seed_is_said_to_show_nothing_of_the_models(out: Path) -> None:
    text = (out / "report.md").read_text(encoding="utf-8")
    assert "No claim about the models" in text
    assert "not with one seed" in text


def test_that_the_trainings_are_drawn_by_loss_kl_and_active_axes(
    result: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[str, np.ndarray]] = []

    def seen(*arguments: Any) -> np.ndarray:
        values = mean_curve(*arguments)
        drawn.append((arguments[3], values))
        return values

    monkeypatch.setattr(pictures, "mean_curve", seen)
    pictures.curves(result)
    assert {name for name, _ in drawn} == {"test_reconstruction", "kl", "active_units"}
    assert all(len(values) == 1 for _, values in drawn)
    of_cell = result["cells"][0]["curves"]["kl"]
    assert mean_curve(result, "mse", "vae", "kl").tolist() == pytest.approx(of_cell)
    assert mean_curve(result, "mse", "none", "kl").tolist() == []


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


def test_that_a_study_without_a_comparison_has_its_tables_all_the_same(
    result: dict[str, Any],
) -> None:
    head, *rows = tables.comparisons_csv(result).splitlines()
    assert rows
    assert tables.comparisons_csv({**result, "comparisons": []}).splitlines() == [head]


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
