"""Failures are found, and the sentence names the setting that cures them."""

import math
from typing import Any

import numpy as np
import pytest

from core.components import Components
from core.training import health
from core.training.settings import TrainingSettings


def vitals(**changes: Any) -> health.Vitals:
    """A training in good health, late enough to be judged."""
    codes = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)
    components = Components(np.zeros((4, 3)), np.tile(np.eye(3), (4, 1, 1)), np.full(4, 0.25))
    healthy: dict[str, Any] = {
        "epoch": 190,
        "loss": 0.01,
        "best_loss": 0.011,
        "codes": codes,
        "component_usage": np.full(4, 0.25),
        "components": components,
    }
    return health.Vitals(**(healthy | changes))


def test_that_a_healthy_training_raises_no_alarm() -> None:
    assert health.alarms(TrainingSettings(), vitals()) == {}


@pytest.mark.parametrize("batch_norm", [True, False])
def test_that_collapse_is_told_with_its_cures(batch_norm: bool) -> None:
    codes = vitals().codes.copy()
    codes[:, 1] *= 0.05  # variance 0.0025
    found = health.alarms(TrainingSettings(batch_norm=batch_norm), vitals(codes=codes))
    assert set(found) == {"collapse"}
    assert "2 of 3 latent axes" in found["collapse"]
    assert "“KL weight (beta)”" in found["collapse"]
    assert "“Warm-up of beta”" in found["collapse"]
    assert ("“Batch normalisation”" in found["collapse"]) is not batch_norm


def test_that_the_cures_of_a_sigma_vae_do_not_name_the_beta_that_it_ignores() -> None:
    settings = TrainingSettings(likelihood="sigma")
    collapsed = health.alarms(settings, vitals(codes=np.zeros((100, 3), dtype=np.float32)))
    assert "beta)" not in collapsed["collapse"]
    assert "“Free bits” (now 0)" in collapsed["collapse"]
    scale = health.alarms(settings, vitals(codes=vitals().codes * 40))["scale"]
    assert "beta)" not in scale
    assert "set “Likelihood” to fixed" in scale


def test_that_collapse_is_not_judged_before_the_warm_up_is_over() -> None:
    settings = TrainingSettings(warm_up_epochs=20, epochs=200)
    codes = np.zeros((100, 3), dtype=np.float32)
    assert "collapse" not in health.alarms(settings, vitals(epoch=25, codes=codes))
    assert "collapse" in health.alarms(settings, vitals(epoch=35, codes=codes))


def test_that_dead_components_are_counted() -> None:
    usage = np.array([0.6, 0.4 - 0.04, 0.02, 0.02])  # below 1 / 40 is dead
    found = health.alarms(TrainingSettings(), vitals(component_usage=usage))
    assert set(found) == {"dead-components"}
    assert found["dead-components"].startswith("2 of 4 components make almost no chair")
    assert "“Components” (now 4)" in found["dead-components"]
    settings = TrainingSettings(initialise_components=False)
    found = health.alarms(settings, vitals(component_usage=usage))
    assert "switch on “Start components at chairs”" in found["dead-components"]


def test_that_a_single_gaussian_cannot_be_a_dead_component() -> None:
    assert health.alarms(TrainingSettings(), vitals(component_usage=np.ones(1))) == {}


def test_that_runaway_codes_are_told_with_their_scale() -> None:
    found = health.alarms(TrainingSettings(), vitals(codes=vitals().codes * 40))
    assert set(found) == {"scale"}
    assert "“Prior's learning rate”" in found["scale"]


def test_that_runaway_components_are_told() -> None:
    far = Components(np.full((4, 3), 55.0), np.tile(np.eye(3), (4, 1, 1)), np.full(4, 0.25))
    assert "scale of 55" in health.alarms(TrainingSettings(), vitals(components=far))["scale"]
    wide = Components(np.zeros((4, 3)), np.tile(np.eye(3) * math.exp(6), (4, 1, 1)), np.ones(4))
    assert "scale" in health.alarms(TrainingSettings(), vitals(components=wide))


def test_that_a_growing_loss_is_told() -> None:
    found = health.alarms(TrainingSettings(), vitals(loss=0.5, best_loss=0.01))
    assert set(found) == {"divergence"}
    assert "“Learning rate” (now 0.002)" in found["divergence"]
    assert health.alarms(TrainingSettings(), vitals(best_loss=math.inf)) == {}


@pytest.mark.parametrize(
    ("term", "changes", "cure"),
    [
        ("reconstruction loss", {}, "Lower “Learning rate” (now 0.002)"),
        ("gradient", {"gradient_clip": 0.0}, "set “Gradient limit” to 1"),
        ("KL", {}, "“Prior's learning rate” (now 0.005)"),
        ("KL", {"prior": "standard", "kl": "article-7"}, "choose another “KL estimator”"),
    ],
)
def test_that_a_term_that_is_not_finite_is_named_with_a_cure(
    term: str, changes: dict[str, Any], cure: str
) -> None:
    sentence = health.not_finite("run, epoch 3, step 2", term, TrainingSettings(**changes), 2)
    assert sentence.startswith(f"run, epoch 3, step 2: the {term} is not a finite number")
    assert "The weights of epoch 2 are kept." in sentence
    assert cure in sentence
    assert "No weights were saved" in health.not_finite("run", term, TrainingSettings(), None)


COLLAPSED = np.zeros((100, 3), dtype=np.float32)
FAR = 40 * np.random.default_rng(1).normal(size=(100, 3)).astype(np.float32)


@pytest.mark.parametrize(
    ("changes", "sick", "cure", "no_cure"),
    [
        # The reversed sign: more weight would drive codes away faster.
        (
            {"prior": "standard", "kl": "article-7"},
            {"codes": FAR},
            "choose another “KL estimator”",
            "beta",
        ),
        # No gradient comes from it to the codes.
        ({"kl": "article-a"}, {"codes": FAR}, "choose another “KL estimator”", "beta"),
        ({"beta": 0.0}, {"codes": COLLAPSED}, "raise “Epochs”", "beta"),
        # Its components are not placed at chairs, whatever is switched on.
        (
            {"kl": "article-a", "initialise_components": False},
            {"component_usage": np.array([1.0, 0.0, 0.0, 0.0])},
            "choose another “KL estimator”",
            "Start components at chairs",
        ),
    ],
)
def test_that_no_cure_is_named_that_does_nothing_or_harm(
    changes: dict[str, Any], sick: dict[str, Any], cure: str, no_cure: str
) -> None:
    (sentence,) = health.alarms(TrainingSettings(**changes), vitals(**sick)).values()
    assert cure in sentence
    assert no_cure not in sentence
