"""Learning rate and KL weight over a training."""

import pytest

from core.training.schedule import kl_weight, learning_rate_factor
from core.training.settings import TrainingSettings


def test_that_one_cycle_rises_to_its_peak_and_falls_to_a_hundredth() -> None:
    settings = TrainingSettings(epochs=100)
    factors = [learning_rate_factor(settings, epoch, [100]) for epoch in range(101)]
    assert factors[0] == pytest.approx(0.1)
    assert max(factors) == factors[10] == pytest.approx(1.0)
    assert factors[100] == pytest.approx(0.01)
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[:11] == sorted(factors[:11])


def test_that_a_continued_training_falls_once_more() -> None:
    settings = TrainingSettings(epochs=100)
    ends = [100, 150, 160]
    assert learning_rate_factor(settings, 99.9, ends) == pytest.approx(0.01, abs=1e-4)
    assert learning_rate_factor(settings, 100, ends) == pytest.approx(0.2)
    assert learning_rate_factor(settings, 150, ends) == pytest.approx(0.2)
    assert learning_rate_factor(settings, 149.99, ends) == pytest.approx(0.01, abs=1e-4)
    assert learning_rate_factor(settings, 500, ends) == pytest.approx(0.01)


def test_that_a_later_end_does_not_change_what_was_before() -> None:
    settings = TrainingSettings(epochs=100)
    for progress in (0.0, 3.3, 57.0, 99.0):
        assert learning_rate_factor(settings, progress, [100]) == learning_rate_factor(
            settings, progress, [100, 300]
        )


def test_that_a_constant_learning_rate_is_constant() -> None:
    settings = TrainingSettings(schedule="constant")
    assert {learning_rate_factor(settings, epoch, [10]) for epoch in range(30)} == {1.0}


def test_that_beta_grows_over_the_warm_up_and_stays() -> None:
    settings = TrainingSettings(beta=0.5, warm_up_epochs=10)
    assert [kl_weight(settings, epoch) for epoch in (0, 5, 10, 99)] == [0.0, 0.25, 0.5, 0.5]
    assert kl_weight(TrainingSettings(beta=0.5, warm_up_epochs=0), 0) == 0.5


def test_that_the_kl_of_a_sigma_vae_grows_to_its_full_weight_whatever_beta_is() -> None:
    settings = TrainingSettings(likelihood="sigma", beta=0.5, warm_up_epochs=10)
    assert [kl_weight(settings, epoch) for epoch in (0, 5, 10, 99)] == [0.0, 0.5, 1.0, 1.0]
