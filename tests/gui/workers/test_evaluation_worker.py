"""What is known of runs is found in a thread of its own."""

import pytest

from core.evaluation import Evaluation, chairs_of_split
from core.project import Project
from core.saved_evaluation import EvaluationCache
from mogvae_gui.workers.evaluation_worker import (
    EvaluationWorker,
    FindEvaluations,
    FoundEvaluations,
)
from tests.small_project import RUN, quick_settings, train_run


@pytest.fixture
def cache() -> EvaluationCache:
    return EvaluationCache()


def measure(cache: EvaluationCache, project: Project, run: str) -> Evaluation:
    library = project.library
    chairs = chairs_of_split(library, "test")
    *_, evaluation = cache.measure(project.runs_folder / run, library, chairs, "test", processes=0)
    assert isinstance(evaluation, Evaluation)
    return evaluation


def find(cache: EvaluationCache, project: Project, against: str | None = None) -> FoundEvaluations:
    question = FindEvaluations(
        project.library,
        tuple(chairs_of_split(project.library, "test")),
        "test",
        project.runs_folder / RUN,
        None if against is None else project.runs_folder / against,
    )
    return EvaluationWorker(cache)._find(question)


def test_that_the_table_grows_with_what_is_measured(
    own_project: Project, cache: EvaluationCache
) -> None:
    train_run(own_project, "VAE", quick_settings("standard", epochs=1))
    assert find(cache, own_project, "VAE").table is None
    first = measure(cache, own_project, RUN)
    alone = find(cache, own_project, "VAE").table
    assert alone is not None
    assert alone.first == first
    assert alone.second is None
    measure(cache, own_project, "VAE")
    both = find(cache, own_project, "VAE").table
    assert both is not None
    assert both.against == "VAE"
    assert set(both.paired) == {"cd_1", "cd_sq", "emd", "f_score"}


def test_that_what_was_measured_before_a_change_is_told_as_outdated(
    own_project: Project, cache: EvaluationCache
) -> None:
    measure(cache, own_project, RUN)
    chairs = chairs_of_split(own_project.library, "test")
    own_project.library.set_split([chairs[0].id], "train")
    found = find(cache, own_project)
    assert found.table is None
    assert found.outdated


def test_that_no_chairs_are_no_table(own_project: Project, cache: EvaluationCache) -> None:
    question = FindEvaluations(own_project.library, (), "test", own_project.runs_folder / RUN)
    found = EvaluationWorker(cache)._find(question)
    assert found.table is None
    assert not found.outdated
