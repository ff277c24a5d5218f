"""Evaluations are kept as long as weights and chairs stay the same, and no longer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import RunError
from core.evaluation import Evaluation, EvaluationProgress, chairs_of_split
from core.library import Chair
from core.project import Project
from core.saved_evaluation import (
    FORMAT,
    STEPS,
    EvaluationCache,
    chairs_digest,
    evaluation_path,
    weights_digest,
)
from core.training.reports import TrainingRequest
from core.training.run import Run
from core.training.train import train
from tests.small_project import RUN, quick_settings


def folder_of(project: Project) -> Path:
    return project.runs_folder / RUN


def chairs_of(project: Project, split: str = "test") -> list[Chair]:
    return chairs_of_split(project.library, split)


def measured(
    cache: EvaluationCache, project: Project, split: str = "test", run: Path | None = None
) -> Evaluation:
    chairs = chairs_of(project, split)
    return last(
        cache.measure(run or folder_of(project), project.library, chairs, split, processes=0)
    )


def last(steps: Iterator[EvaluationProgress | Evaluation]) -> Evaluation:
    *_, evaluation = steps
    assert isinstance(evaluation, Evaluation)
    return evaluation


def found(
    cache: EvaluationCache, project: Project, split: str = "test"
) -> tuple[Evaluation | None, bool]:
    answer = cache.find(folder_of(project), project.library, chairs_of(project, split), split)
    return answer.evaluation, answer.outdated


def test_that_what_was_measured_is_found_in_memory_and_on_disk(own_project: Project) -> None:
    cache = EvaluationCache()
    assert found(cache, own_project) == (None, False)
    evaluation = measured(cache, own_project)
    assert found(cache, own_project) == (evaluation, False)
    assert found(EvaluationCache(), own_project) == (evaluation, False)
    assert found(cache, own_project, "all") == (None, False)


def test_that_the_file_is_plain_json_with_a_format_number(own_project: Project) -> None:
    evaluation = measured(EvaluationCache(), own_project)
    content = json.loads(evaluation_path(folder_of(own_project), "test").read_text())
    assert content["format"] == FORMAT
    assert content["split"] == "test"
    assert [design["name"] for design in content["designs"]] == [
        design.chair.name for design in evaluation.designs
    ]
    assert content["designs"][0]["emd"] == evaluation.designs[0].metrics.emd
    assert len(content["floor"]) == len(evaluation.floor) > 0


def test_that_the_scale_on_disk_is_the_frames_and_another_frame_needs_no_measuring(
    own_project: Project,
) -> None:
    evaluation = measured(EvaluationCache(), own_project)
    chair = evaluation.designs[0].chair
    content = json.loads(evaluation_path(folder_of(own_project), "test").read_text())
    assert chair.frame.scale != 1.0
    assert content["designs"][0]["scale"] == content["floor"][0]["scale"] == chair.frame.scale
    cache = EvaluationCache()
    found(cache, own_project)
    larger = replace(chair.frame, scale=3.0 * chair.frame.scale)
    own_project.library.replace_cloud(chair.id, own_project.library.cloud(chair), larger)
    for each in (cache, EvaluationCache()):
        again, outdated = found(each, own_project)
        assert again is not None
        assert not outdated
        assert again.designs[0].metrics.scale == larger.scale


def test_that_an_evaluation_of_the_first_format_is_kept_with_its_scales_put_right(
    own_project: Project,
) -> None:
    evaluation = measured(EvaluationCache(), own_project)
    path = evaluation_path(folder_of(own_project), "test")
    content = json.loads(path.read_text())
    for side in ("designs", "floor"):
        content[side] = [{**each, "scale": 1.0} for each in content[side]]
    path.write_text(json.dumps({**content, "format": 1}))
    assert found(EvaluationCache(), own_project) == (evaluation, False)


def test_that_every_older_format_has_a_step_to_the_present_one() -> None:
    assert sorted(STEPS) == list(range(1, FORMAT))


def test_that_other_weights_make_it_outdated(own_project: Project) -> None:
    cache = EvaluationCache()
    measured(cache, own_project)
    run = Run.open(folder_of(own_project))
    for _ in train(
        TrainingRequest(run.folder, own_project.library.folder, until_epoch=3, resume=True)
    ):
        pass
    assert found(cache, own_project) == (None, True)
    assert found(EvaluationCache(), own_project) == (None, True)
    again = measured(cache, own_project)
    assert found(EvaluationCache(), own_project) == (again, False)


def test_that_another_cloud_another_choice_and_another_order_are_other_chairs(
    own_project: Project,
) -> None:
    cache, library = EvaluationCache(), own_project.library
    measured(cache, own_project)
    chairs = chairs_of(own_project)
    before = chairs_digest(library, chairs)
    assert chairs_digest(library, chairs[::-1]) != before
    assert chairs_digest(library, chairs[:-1]) != before
    library.replace_cloud(chairs[0].id, -library.cloud(chairs[0]), chairs[0].frame)
    assert chairs_digest(library, chairs_of(own_project)) != before
    assert found(cache, own_project) == (None, True)
    library.put_back(chairs[:1])
    assert found(cache, own_project)[0] is not None
    library.set_split([chairs[0].id], "train")
    assert found(cache, own_project) == (None, True)


def test_that_a_new_name_changes_nothing_but_the_name(own_project: Project) -> None:
    cache = EvaluationCache()
    measured(cache, own_project)
    own_project.library.rename(chairs_of(own_project)[0].id, "the red one")
    for each in (cache, EvaluationCache()):
        evaluation, outdated = found(each, own_project)
        assert evaluation is not None
        assert not outdated
        assert evaluation.designs[0].chair.name == "the red one"


def test_that_the_floor_is_measured_once_for_all_runs(own_project: Project) -> None:
    second = Run.create(own_project.runs_folder / "VAE", quick_settings("standard", epochs=1))
    for _ in train(TrainingRequest(second.folder, own_project.library.folder)):
        pass
    cache = EvaluationCache()
    first = measured(cache, own_project)
    chairs = chairs_of(own_project)
    steps = list(cache.measure(second.folder, own_project.library, chairs, "test", processes=0))
    counted = [step for step in steps if isinstance(step, EvaluationProgress)]
    assert counted[-1].total == len(chairs)
    evaluation = steps[-1]
    assert isinstance(evaluation, Evaluation)
    assert evaluation.floor == first.floor != ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b'{"format": 999}',
        b'{"format": 1}',
        b'{"format": 1, "designs": [3]}',
        b'{"format": 1, "designs": 3}',
        b'{"format": [1]}',
        b'{"format": 2}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_that_a_damaged_file_is_as_if_it_were_not_there(
    own_project: Project, content: bytes
) -> None:
    path = evaluation_path(folder_of(own_project), "test")
    path.write_bytes(content)
    assert found(EvaluationCache(), own_project)[0] is None
    measured(EvaluationCache(), own_project)
    assert found(EvaluationCache(), own_project)[0] is not None


@pytest.mark.parametrize(
    "change", [{"designs": []}, {"designs": [{"id": "c1"}]}, {"points": "many"}, {"floor": 3}]
)
def test_that_a_file_with_missing_pieces_is_left_out(
    own_project: Project, change: dict[str, object]
) -> None:
    measured(EvaluationCache(), own_project)
    path = evaluation_path(folder_of(own_project), "test")
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert found(EvaluationCache(), own_project)[0] is None


def test_that_a_run_without_weights_has_none_and_cannot_be_measured(own_project: Project) -> None:
    run = Run.create(own_project.runs_folder / "new", quick_settings())
    cache, chairs = EvaluationCache(), chairs_of(own_project)
    assert cache.find(run.folder, own_project.library, chairs, "test").evaluation is None
    with pytest.raises(RunError, match="weights cannot be read"):
        weights_digest(run.folder)
    with pytest.raises(RunError):
        next(iter(cache.measure(run.folder, own_project.library, chairs, "test")))


def test_that_a_disk_that_refuses_keeps_the_result_in_memory(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.saved_evaluation.atomic.write_json", refuse)
    cache = EvaluationCache()
    evaluation = measured(cache, own_project)
    assert found(cache, own_project) == (evaluation, False)
    assert found(EvaluationCache(), own_project) == (None, False)


def test_that_weights_which_keep_changing_are_not_measured(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = (str(number) for number in range(100))
    monkeypatch.setattr("core.saved_evaluation.weights_digest", lambda _: next(digests))
    with pytest.raises(RunError, match="is being trained"):
        measured(EvaluationCache(), own_project)


def test_that_stopping_early_keeps_nothing(own_project: Project) -> None:
    cache = EvaluationCache()
    steps = cache.measure(
        folder_of(own_project), own_project.library, chairs_of(own_project), "test", processes=0
    )
    next(iter(steps))
    steps.close()
    assert found(cache, own_project) == (None, False)
    assert not evaluation_path(folder_of(own_project), "test").exists()


def test_that_figures_are_kept_to_the_last_digit(own_project: Project) -> None:
    evaluation = measured(EvaluationCache(), own_project)
    again, _ = found(EvaluationCache(), own_project)
    assert again is not None
    np.testing.assert_array_equal(
        [design.metrics.cd_sq for design in again.designs],
        [design.metrics.cd_sq for design in evaluation.designs],
    )
