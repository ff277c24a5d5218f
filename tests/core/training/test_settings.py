"""Settings are checked where they are made, and say what is allowed."""

import dataclasses
import json
from typing import Any

import pytest

from core.errors import SettingsError
from core.training.presets import PRESETS, article, recommended
from core.training.settings import PRIORS, TrainingSettings, info, kl_choices


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prior": "gauss"}, ["Prior", "standard", "vamp", "gauss"]),
        ({"components": 0}, ["Components", "1 to 64", "0"]),
        ({"components": 65}, ["Components", "1 to 64"]),
        ({"latent": 2.5}, ["Latent size", "1 to 256", "2.5"]),
        ({"latent": True}, ["Latent size"]),
        ({"beta": -1e-3}, ["KL weight", "0 to 100", "-0.001"]),
        ({"beta": float("nan")}, ["KL weight", "nan"]),
        ({"learning_rate": 0.0}, ["Learning rate", "1e-08 to 1"]),
        ({"batch_norm": "yes"}, ["Batch normalisation", "yes or no"]),
        ({"loss": "l2"}, ["Reconstruction loss", "chamfer+sliced"]),
        ({"kl": "analytic"}, ["analytic", "mog", "monte_carlo, variational"]),
        ({"prior": "standard", "kl": "variational"}, ["variational", "standard", "analytic"]),
        ({"likelihood": "beta"}, ["Likelihood", "fixed, sigma"]),
        ({"likelihood": "sigma", "loss": "emd"}, ["emd", "squared", "chamfer"]),
        (
            {"likelihood": "sigma", "prior": "standard", "kl": "article-7"},
            ["sigma", "article-7", "fixed"],
        ),
        ({"batch": 1}, ["Batch normalisation", "at least 2"]),
        ({"device": "tpu"}, ["Device", "auto, cpu, cuda, mps"]),
        ({"seed": -1}, ["Seed"]),
        ({"epochs": None}, ["Epochs"]),
    ],
)
def test_that_a_wrong_setting_is_refused_with_its_name_and_range(
    changes: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(SettingsError) as error:
        TrainingSettings(**changes)
    for word in words:
        assert word in str(error.value)


def test_that_every_setting_tells_a_form_what_to_show() -> None:
    for item in dataclasses.fields(TrainingSettings):
        about = info(item.name)
        assert about.label, item.name
        assert about.tooltip.endswith("."), item.name
        assert about.group in ("Model", "Objective", "Optimiser", "Run")
        assert about.choices or item.type is bool or about.minimum is not None, item.name


def test_that_defaults_lie_inside_their_ranges_at_both_ends() -> None:
    for item in dataclasses.fields(TrainingSettings):
        about = info(item.name)
        if about.minimum is not None and item.name != "batch":
            for value in (about.minimum, about.maximum):
                TrainingSettings.from_json({item.name: value})


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_that_every_preset_goes_with_every_prior(preset: str, prior: str) -> None:
    settings = PRESETS[preset](prior)
    assert settings.prior == prior
    assert settings.preset == preset
    assert settings.kl == kl_choices(prior)[0]


def test_that_an_unknown_prior_is_refused_by_the_presets() -> None:
    with pytest.raises(SettingsError, match="standard, gaussian, mog, vamp"):
        recommended("laplace")


def test_that_the_defaults_are_the_recommended_mixture() -> None:
    assert TrainingSettings() == recommended("mog")


def test_that_the_article_preset_is_the_study() -> None:
    settings = article("mog")
    assert (settings.decoder, settings.batch_norm) == ("article", False)
    assert (settings.components, settings.latent) == (2, 3)
    assert (settings.learning_rate, settings.schedule) == (1e-5, "constant")
    assert settings.points_per_step == 0


def test_that_settings_survive_json() -> None:
    for settings in (recommended("vamp"), article("standard"), TrainingSettings(seed=7, beta=0)):
        again = TrainingSettings.from_json(json.loads(json.dumps(settings.as_json())))
        assert again == settings


def test_that_settings_of_an_older_program_get_defaults() -> None:
    assert TrainingSettings.from_json({"latent": 4}) == TrainingSettings(latent=4)


def test_that_a_setting_of_a_newer_program_is_named() -> None:
    with pytest.raises(SettingsError, match=r"'wheels'.*update"):
        TrainingSettings.from_json({"wheels": 4})


def test_that_changed_settings_are_custom_and_unchanged_ones_keep_their_preset() -> None:
    assert recommended().with_changes(latent=8).preset == "custom"
    assert recommended().with_changes(latent=3).preset == "recommended"
    assert recommended().with_changes(latent=8, preset="article").preset == "article"


def test_that_whole_numbers_become_the_fields_type() -> None:
    settings = TrainingSettings(beta=1, latent=4.0)  # type: ignore[arg-type]
    assert isinstance(settings.beta, float)
    assert isinstance(settings.latent, int)


def test_that_components_are_placed_for_priors_that_have_something_to_place() -> None:
    assert not recommended("standard").places_components
    assert recommended("gaussian").places_components
    assert recommended("vamp").places_components
    assert not TrainingSettings(kl="article-a").places_components
    assert not TrainingSettings(initialise_components=False).places_components
