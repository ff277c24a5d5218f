"""Sentences say what the figures carry, and no more."""

import dataclasses

import numpy as np
import pytest

from core.study.plan import StudyPlan
from core.study.result import compare_all
from core.study.words import conclusions, limits, verdict

PLAN = StudyPlan(components=(2,), losses=("mse",), seeds=4)
CHAIRS = 40
POINTS = 768


def cells(shifts: dict[str, float]) -> list[dict[str, object]]:
    """Finished cells: each model's figures are the plain VAE's, moved by its shift."""
    generator = np.random.default_rng(0)
    base = generator.uniform(0.1, 0.3, size=CHAIRS)
    found: list[dict[str, object]] = []
    for model in PLAN.models:
        for seed in range(4):
            noise = np.random.default_rng([seed, len(found)]).normal(0.0, 1e-4, size=CHAIRS)
            moved = base + shifts.get(model.key, 0.0) + (noise if shifts else 0.0)
            found.append({
                "model": model.key,
                "loss": "mse",
                "seed": seed,
                "failed": None,
                "metrics": {name: moved.tolist() for name in ("cd_sq", "cd_1", "emd", "f_score")},
            })  # fmt: skip
    return found


def test_that_equal_figures_show_no_difference() -> None:
    said = conclusions(PLAN, compare_all(PLAN, cells({})), POINTS)
    assert said["verdict"].startswith("No difference shown.")
    assert "the control, none does either" in said["verdict"]
    sentences = [each for question in said["questions"] for each in question["sentences"]]
    assert len(sentences) == 2
    assert all(sentence.startswith("No difference is shown") for sentence in sentences)


def test_that_a_difference_of_these_trainings_alone_is_said_to_be_one() -> None:
    records = cells({"mog-2": 0.0})
    for each in records:
        if each["model"] == "mog-2":
            shift = 0.05 if each["seed"] == 0 else -0.01  # one unlucky training
            assert isinstance(each["metrics"], dict)
            for name, values in each["metrics"].items():
                each["metrics"][name] = [value + shift for value in values]
    said = conclusions(PLAN, compare_all(PLAN, records), POINTS)
    assert said["verdict"].startswith("No difference shown.")
    for sentence in said["questions"][0]["sentences"]:
        assert sentence.startswith("No difference is shown")
        assert "which other seeds may not show (t-test over seeds p = " in sentence


@pytest.mark.parametrize("failing", ["vae", "mog-2"])
def test_that_nothing_is_claimed_where_one_side_never_came_to_its_end(failing: str) -> None:
    records = [
        {**each, "failed": "The loss is not finite."} if each["model"] == failing else each
        for each in cells({})
    ]
    if failing == "mog-2":
        records = [each for each in records if not str(each["model"]).startswith("vamp")]
    said = verdict(PLAN, compare_all(PLAN, records))
    assert said.startswith("Nothing can be said of mixtures")


def test_that_one_seed_makes_no_claim_about_the_models() -> None:
    plan = dataclasses.replace(PLAN, seeds=1)
    for shift, found in ((-0.02, "2 show the mixture ahead"), (0.02, "2 show the mixture behind")):
        records = [each for each in cells({"mog-2": shift, "vamp-2": 0.0}) if each["seed"] == 0]
        comparisons = compare_all(plan, records)
        assert not any(each.shows_difference for each in comparisons)
        said = conclusions(plan, comparisons, POINTS)
        assert said["verdict"].startswith("No claim about the models")
        assert "of these trainings only" in said["verdict"]
        assert found in said["verdict"]
        for sentence in said["questions"][0]["sentences"]:
            assert sentence.startswith("No difference is shown")
            assert "difference between these trainings" in sentence
    same = compare_all(plan, [each for each in cells({}) if each["seed"] == 0])
    assert "none shows a difference" in verdict(plan, same)


def test_that_the_limits_say_what_is_not_the_articles() -> None:
    other = dataclasses.replace(PLAN, decoder="blendshape")
    words = " ".join(limits(other, (), POINTS))
    assert "the decoder is one of blend shapes, not the article's network" in words
    assert "clouds have 768 points, the article's 5,000" in words
    assert "not the article's" not in " ".join(limits(PLAN, (), 5000))


def test_that_a_mixture_has_to_beat_the_control_as_well() -> None:
    better = {"mog-2": -0.02, "vamp-2": 0.0}
    words = verdict(PLAN, compare_all(PLAN, cells(better)))
    assert "Better than the control, the learned Gaussian, as well: MoG-VAE K=2" in words

    with_control = better | {"gaussian": -0.02}
    words = verdict(PLAN, compare_all(PLAN, cells(with_control)))
    assert words.startswith("No gain from mixing shown.")


def test_that_a_mixture_that_is_worse_is_said_to_be_worse() -> None:
    words = verdict(PLAN, compare_all(PLAN, cells({"mog-2": 0.02})))
    assert words.startswith("No mixture is shown to be better.")
    assert "2 show a worse one" in words


def test_that_what_the_control_shows_is_said_as_well() -> None:
    # Each step is too small to be shown against the plain VAE, both together are not.
    steps = {"gaussian": -2.6e-5, "mog-2": 2.6e-5, "vamp-2": 0.0}
    words = verdict(PLAN, compare_all(PLAN, cells(steps)))
    assert words.startswith("No difference shown.")
    assert "the control, 2 show the mixture to be worse" in words


def test_that_every_pair_is_compared_in_every_metric() -> None:
    comparisons = compare_all(PLAN, cells({}))
    pairs = {(each.first, each.second) for each in comparisons}
    assert pairs == {
        ("gaussian", "vae"),
        ("mog-2", "vae"),
        ("vamp-2", "vae"),
        ("mog-2", "gaussian"),
        ("vamp-2", "gaussian"),
    }
    assert len(comparisons) == 4 * len(pairs)


def test_that_seeds_that_failed_on_one_side_are_left_out() -> None:
    records = cells({"mog-2": -0.02})
    failed = next(each for each in records if (each["model"], each["seed"]) == ("mog-2", 1))
    failed |= {"failed": "the loss is not a finite number any more"}
    seeds = {(each.first, each.second): each.seeds for each in compare_all(PLAN, records)}
    assert seeds["mog-2", "vae"] == 3
    assert seeds["gaussian", "vae"] == 4
