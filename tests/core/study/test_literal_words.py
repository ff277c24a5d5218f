"""A claim about the article's formulas stands only where the figures carry it."""

from typing import Any

import pytest

from core.study.literal import LITERAL_RUNS
from core.study.report.literal_words import literal_sentences

FORMULAS = {literal.key: literal for literal in LITERAL_RUNS}


def record(key: str, **changes: Any) -> dict[str, Any]:
    """A formula whose training came out as claimed, unless changed."""
    formula = FORMULAS[key]
    return {
        "key": key,
        "label": formula.label,
        "claim": formula.claim,
        "failed": None,
        "active_units": 0,
        "latent": 3,
        "curves": {"kl": [-3.0, -500.0, -2e6]},
    } | changes


def sentence(each: dict[str, Any], **result: Any) -> str:
    (found,) = literal_sentences({"literal": [each], **result})
    assert found.startswith(f"{each['label']}: ")
    return found


def test_that_a_divergence_is_said_where_the_term_grew() -> None:
    grew = sentence(record("printed-7"))
    assert FORMULAS["printed-7"].claim in grew
    assert "grew from 3 to 2.0e+06 nats in 3 epochs, without end" in grew


@pytest.mark.parametrize("course", [[-3.0, -2.0, -4.0], [-3.0, -90.0, -40.0], [1.0, 5.0, 9.0]])
def test_that_no_divergence_is_said_where_the_term_did_not_grow(course: list[float]) -> None:
    words = sentence(record("printed-7", curves={"kl": course}))
    assert FORMULAS["printed-7"].claim not in words
    assert "no divergence is seen in this training" in words


def test_that_numbers_that_are_none_are_a_divergence_and_one_epoch_is_not() -> None:
    broken = sentence(record("printed-7", failed="the KL is not a finite number"))
    assert FORMULAS["printed-7"].claim in broken
    assert "The training stopped: the KL is not a finite number" in broken
    assert "one epoch does not tell" in sentence(record("printed-7", curves={"kl": [-3.0]}))


@pytest.mark.parametrize("key", ["weight-1", "reading-b"])
def test_that_a_collapse_is_said_where_no_axis_is_active_alone(key: str) -> None:
    collapsed = sentence(record(key))
    assert FORMULAS[key].claim in collapsed
    assert "0 of 3 latent axes" in collapsed
    alive = sentence(record(key, active_units=2))
    assert FORMULAS[key].claim not in alive
    assert "no full collapse is seen in this training: 2 of 3 latent axes" in alive
    nothing = record(key, failed="stopped at once")
    del nothing["active_units"]
    assert FORMULAS[key].claim not in sentence(nothing)


def test_that_reading_a_is_no_kl_at_all_only_where_every_metric_is_the_same() -> None:
    claim = FORMULAS["reading-a"].claim
    same = {"cd_1": 0.0, "cd_sq": 0.0, "emd": 0.0}
    words = sentence(record("reading-a"), literal_gaps=same)
    assert claim in words
    assert "CD₁, CD² and EMD of every test chair are the same" in words
    # A gap that rounds to nothing is one, in whichever metric it is.
    for metric in same:
        words = sentence(record("reading-a"), literal_gaps=same | {metric: 1e-12})
        assert claim not in words
        assert "not the same as no KL at all" in words
        assert "1.0e-12" in words
    assert "could not be compared" in sentence(record("reading-a"), literal_gaps=None)


@pytest.mark.parametrize("kept", [{}, {"literal_gaps": None}])
def test_that_figures_of_an_earlier_program_are_said_to_be_of_one_metric_and_rounded(
    kept: dict[str, Any],
) -> None:
    pair = [record("reading-a", cd_1=[0.1, 0.2]), record("no-kl", cd_1=[0.1, 0.2])]
    words, _ = literal_sentences({"literal": pair, **kept})
    assert "seven decimals that were kept; CD² and EMD were not compared" in words
    pair[1]["cd_1"] = [0.1, 0.3]
    words, reference = literal_sentences({"literal": pair, **kept})
    assert "not the same as no KL at all in this training: up to 1.0e-01" in words
    assert reference == "no KL at all: What reading A is compared with."
