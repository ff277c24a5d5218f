"""The training settings as fields: every setting once, in words, and only where it matters."""

import dataclasses

import pytest

from core.training.presets import article, recommended
from core.training.settings import TrainingSettings, kl_choices
from mogvae_gui.presenters.setting_fields import enabled_settings, fitting_kl, setting_fields


def test_that_every_setting_has_a_field_with_words() -> None:
    fields = {field.name: field for field in setting_fields()}
    names = {item.name for item in dataclasses.fields(TrainingSettings)} - {"preset"}

    assert set(fields) == names
    for field in fields.values():
        assert field.label, field.name
        assert len(field.tooltip) > 10, field.name
        assert field.group, field.name


def test_that_choices_are_named_for_people() -> None:
    unnamed = [
        (field.name, choice)
        for field in setting_fields()
        for choice, words in field.choices
        if words == choice
    ]

    assert unnamed == []


@pytest.mark.parametrize("settings", [recommended("mog"), article("standard")])
def test_that_every_value_of_a_preset_fits_its_field(settings: TrainingSettings) -> None:
    values = settings.as_json()
    for field in setting_fields():
        value = values[field.name]
        if field.choices:
            assert value in [choice for choice, _ in field.choices], field.name
        elif field.kind != "flag":
            assert field.minimum <= value <= field.maximum, field.name


@pytest.mark.parametrize("prior", ["standard", "gaussian", "mog", "vamp"])
def test_that_a_change_of_prior_takes_an_estimator_that_fits(prior: str) -> None:
    for settings in (recommended("mog"), recommended("standard")):
        assert fitting_kl(settings, prior) in kl_choices(prior)


def test_that_settings_without_a_meaning_are_disabled() -> None:
    plain = enabled_settings(recommended("standard"), editable=True)
    mixture = enabled_settings(recommended("mog"), editable=True)

    assert not plain["components"]
    assert mixture["components"]
    assert not plain["initialise_components"]
    assert plain["latent"]
    assert not any(enabled_settings(recommended("mog"), editable=False).values())
