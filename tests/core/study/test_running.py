"""A study runs, is stopped anywhere, goes on, and gives the same figures."""

import json
import multiprocessing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import StudyError
from core.library import Library
from core.study import StudyRequest, run_study
from core.study.cell import read_record
from core.study.literal import LITERAL_RUNS, largest_gaps, run_literal
from core.study.running import RESULT_FILE, open_place
from core.study.versions import versions_now, versions_of
from core.training.run import Run
from tests.core.study.small_studies import box_library, run_whole, small_plan


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return box_library(tmp_path_factory.mktemp("boxes") / "library")


@pytest.fixture(scope="module")
def whole(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that nothing interrupted."""
    out = tmp_path_factory.mktemp("study") / "whole"
    run_whole(library, out, small_plan())
    return out


def text_of(out: Path) -> str:
    return (out / RESULT_FILE).read_text(encoding="utf-8")


def test_that_the_record_has_every_cell_and_what_was_measured(whole: Path) -> None:
    result = json.loads(text_of(whole))
    assert [cell["name"] for cell in result["cells"]] == [
        "vae-mse-seed-0",
        "mog-2-mse-seed-0",
        "vae-mse-seed-1",
        "mog-2-mse-seed-1",
    ]
    for cell in result["cells"]:
        assert cell["failed"] is None
        assert all(len(values) == 3 for values in cell["metrics"].values())
        assert len(cell["curves"]["epoch"]) == 2
        assert {"generation", "likelihood", "latent", "recovery"} <= set(cell)
        assert ("fitted" in cell) == (cell["model"] == "vae")
    of_mixture = [c["metrics"]["emd"] for c in result["cells"] if c["model"] == "mog-2"]
    assert result["means"]["mse"]["mog-2"]["emd"] == pytest.approx(np.mean(of_mixture), abs=1e-6)
    # It says by itself what it was made with.
    assert result["seeds"] == [0, 1]
    assert set(result["settings"]) == {"vae", "mog-2"}
    of_run = Run.open(whole / "runs" / "mog-2-mse-seed-1").settings.as_json()
    told = result["settings"]["mog-2"]
    assert told == {name: of_run[name] for name in of_run if name not in ("loss", "seed")}
    assert result["versions"] == versions_now()
    # log p(x) is under the likelihood of the trainings, which were in correspondence.
    for cell in result["cells"]:
        likelihood = cell["likelihood"]
        assert likelihood["sigma"] == pytest.approx((2e-4 * 48 / 2) ** 0.5, abs=1e-6)
        assert likelihood["residual"] == "by index"
    figures = result["figures"]["mse"]["mog-2"]
    assert 1 <= figures["effective_samples"] <= 4
    assert figures["likelihood_sigma"] == pytest.approx(result["cells"][0]["likelihood"]["sigma"])
    # The runs are ordinary ones, without what only going on would need.
    run = Run.open(whole / "runs" / "vae-mse-seed-1")
    assert run.state.finished
    assert run.settings.seed == 1
    assert not (run.folder / "optimiser").exists()


@pytest.mark.parametrize("steps", [9, 30, 47])
def test_that_a_study_that_was_stopped_anywhere_gives_the_same_record(
    library: Library, whole: Path, tmp_path: Path, steps: int
) -> None:
    stopped = run_study(StudyRequest(library.folder, tmp_path / "out", small_plan()))
    for _ in range(steps):
        next(stopped)
    stopped.close()
    assert not (tmp_path / "out" / RESULT_FILE).exists()

    run_whole(library, tmp_path / "out", small_plan())

    assert text_of(tmp_path / "out") == text_of(whole)


def test_that_trainings_side_by_side_give_the_same_record(
    library: Library, whole: Path, tmp_path: Path
) -> None:
    request = StudyRequest(library.folder, tmp_path / "out", small_plan())
    stopped = run_study(request, jobs=2)
    for step in stopped:
        if step.done >= 1:
            break
    stopped.close()
    assert not (tmp_path / "out" / RESULT_FILE).exists()

    run_whole(library, tmp_path / "out", small_plan(), jobs=2)

    assert text_of(tmp_path / "out") == text_of(whole)


def test_that_a_study_whose_process_is_killed_says_what_to_do(
    library: Library, tmp_path: Path
) -> None:
    steps = run_study(StudyRequest(library.folder, tmp_path / "out", small_plan()), jobs=2)
    next(step for step in steps if step.doing == "training")
    for process in multiprocessing.active_children():
        process.kill()
    with pytest.raises(StudyError, match="--jobs 1"):
        for _ in steps:
            pass


def test_that_a_study_that_was_killed_by_an_error_gives_the_same_record(
    library: Library, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("core.study.cell.measure_model", no_memory)
        with pytest.raises(MemoryError):
            run_whole(library, tmp_path / "out", small_plan())

    run_whole(library, tmp_path / "out", small_plan())

    assert text_of(tmp_path / "out") == text_of(whole)


def test_that_one_more_seed_trains_only_what_is_new(
    library: Library, whole: Path, tmp_path: Path
) -> None:
    first = run_whole(library, tmp_path / "out", small_plan(seeds=1))
    weights = tmp_path / "out" / "runs" / "vae-mse-seed-0" / "weights.safetensors"
    trained_at = weights.stat().st_mtime_ns

    run_whole(library, tmp_path / "out", small_plan())

    assert len(first["cells"]) == 2
    assert weights.stat().st_mtime_ns == trained_at
    assert text_of(tmp_path / "out") == text_of(whole)


def test_that_another_studys_folder_is_left_alone(
    library: Library, whole: Path, tmp_path: Path
) -> None:
    with pytest.raises(StudyError, match="other settings"):
        open_place(StudyRequest(library.folder, whole, small_plan(epochs=3)))
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="other files"):
        open_place(StudyRequest(library.folder, tmp_path, small_plan()))
    other = box_library(tmp_path / "library")
    other.remove([other.chairs[0].id])
    with pytest.raises(StudyError, match="other chairs"):
        open_place(StudyRequest(other.folder, whole, small_plan()))


def test_that_too_few_chairs_are_a_sentence(tmp_path: Path) -> None:
    library = box_library(tmp_path / "library")
    library.set_split([chair.id for chair in library], "train")
    with pytest.raises(StudyError, match="15 and 0"):
        open_place(StudyRequest(library.folder, tmp_path / "out", small_plan()))


def test_that_a_mixture_of_more_components_than_training_chairs_is_refused_at_once(
    library: Library, tmp_path: Path
) -> None:
    plan = small_plan(components=(2, 13))
    with pytest.raises(StudyError, match=r"13 components .* there are 12\. Name smaller numbers"):
        next(run_study(StudyRequest(library.folder, tmp_path / "out", plan)))
    assert not (tmp_path / "out").exists()
    open_place(StudyRequest(library.folder, tmp_path / "out", small_plan(components=(2, 12))))


def test_that_other_versions_of_a_package_are_all_told() -> None:
    records: list[dict[str, Any]] = [
        {"versions": {"torch": "2.1", "numpy": "2.0"}},
        {},  # of an earlier program
        {"versions": {"torch": "2.2", "numpy": "2.0"}},
    ]
    assert versions_of(records) == {"torch": "2.1, 2.2", "numpy": "2.0"}


def test_that_the_articles_formulas_do_what_is_said_of_them(
    library: Library, tmp_path: Path
) -> None:
    plan = small_plan(literal_epochs=16, batch=4)
    place = open_place(StudyRequest(library.folder, tmp_path / "out", plan))
    found: dict[str, dict[str, Any]] = {}
    for formula in LITERAL_RUNS:
        for _ in run_literal(formula, place):
            pass
        record = read_record(place.record_path(f"literal-{formula.key}"))
        assert record is not None
        found[formula.key] = record

    reading_a, no_kl, printed = found["reading-a"], found["no-kl"], found["printed-7"]
    # Reading A trains an autoencoder with noise, the same as without any KL, to the last bit.
    for metric in ("cd_1", "cd_sq", "emd"):
        assert reading_a[metric] == no_kl[metric]
        assert len(no_kl[metric]) == 3
    assert largest_gaps(list(found.values())) == {"cd_1": 0.0, "cd_sq": 0.0, "emd": 0.0}
    assert reading_a["curves"]["kl"] != no_kl["curves"]["kl"]
    assert no_kl["curves"]["active_units"][-1] == 2
    # The right sign at weight 1, and reading B, make one chair of all.
    for key in ("weight-1", "reading-b"):
        assert found[key]["active_units"] == 0
        assert found[key]["spread"] < 0.5 * no_kl["spread"]
        assert found[key]["curves"]["kl"][-1] < 0.5 * found[key]["curves"]["kl"][0]
    # As printed the KL has no end.
    sizes = np.abs(printed["curves"]["kl"])
    assert list(sizes) == sorted(sizes)
    assert sizes[-1] / sizes[-2] > 1.3  # still faster than in proportion to the steps
