"""What a study compares."""

import dataclasses
from typing import Any

import pytest

from core.errors import StudyError
from core.study import StudyPlan


def test_that_models_differ_by_their_prior_and_its_kl_alone() -> None:
    plan = StudyPlan(components=(2, 8), seeds=2)
    kept = ("prior", "components", "kl", "loss", "seed", "preset")
    bases = set()
    for cell in plan.cells():
        settings = plan.settings_of(cell)
        assert (settings.prior, settings.loss, settings.seed) == (
            cell.model.prior,
            cell.loss,
            cell.seed,
        )
        rest = {key: value for key, value in settings.as_json().items() if key not in kept}
        bases.add(tuple(sorted(rest.items())))
    assert len(bases) == 1


def test_that_the_settings_are_told_model_by_model_without_what_varies() -> None:
    plan = StudyPlan(components=(2,), beta=1e-3)
    settings = plan.settings_by_model()
    assert list(settings) == ["vae", "gaussian", "mog-2", "vamp-2"]
    for cell in plan.cells():
        whole = plan.settings_of(cell).as_json()
        told = settings[cell.model.key]
        assert told == {name: whole[name] for name in whole if name not in ("loss", "seed")}
    assert [each["kl"] for each in settings.values()] == ["analytic"] * 2 + ["monte_carlo"] * 2


def test_that_models_losses_and_seeds_make_the_cells() -> None:
    plan = StudyPlan(components=(2, 8), seeds=3)
    names = [cell.name for cell in plan.cells()]
    assert [model.key for model in plan.models] == ["vae", "gaussian", "mog-2", "mog-8", "vamp-8"]
    assert len(names) == len(set(names)) == 5 * 3 * 3
    assert names[14] == "vamp-8-chamfer-sliced-seed-0"  # a whole seed comes before the next


def test_that_the_articles_mixture_has_two_components() -> None:
    mixture = StudyPlan(components=(8, 2, 4)).article_mixture
    assert mixture is not None
    assert mixture.key == "mog-2"


def test_that_a_plan_comes_back_from_its_file() -> None:
    plan = StudyPlan(components=(3,), losses=("chamfer",), beta=1e-3)
    assert StudyPlan.from_json(plan.as_json()) == plan
    with pytest.raises(StudyError, match="another version"):
        StudyPlan.from_json(plan.as_json() | {"tomorrow": 1})


def test_that_more_seeds_keep_the_cells_and_other_settings_do_not() -> None:
    plan = StudyPlan()
    assert dataclasses.replace(plan, seeds=9).digest_of_cells() == plan.digest_of_cells()
    assert dataclasses.replace(plan, epochs=9).digest_of_cells() != plan.digest_of_cells()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seeds": 0}, "seeds must be at least 1"),
        ({"priors": ("mog",)}, "plain VAE"),
        ({"priors": ("standard",)}, "at least one other"),
        ({"losses": ("mse", "mse")}, "Losses are some of"),
        ({"losses": ("l1",)}, "'l1'"),
        ({"components": ()}, "at least one"),
        ({"components": (200,)}, "Components"),
        ({"decoder": "none"}, "decoder is one of"),
        ({"sigma": 0.0}, "sigma"),
    ],
)
def test_that_a_plan_that_makes_no_sense_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        StudyPlan(**changes)
