"""Codes made so that what can be recovered from them is known."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.metrics import MetricError
from core.metrics.latent_use import measure_latent_use
from core.metrics.recovery import Recovery, measure_recovery

Array = NDArray[np.float64]

CHAIRS = 120
FAMILIES = [f"family {i % 4}" for i in range(CHAIRS)]
LABELS = np.arange(CHAIRS) % 4


def noise(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=shape)


def one_hot(labels: NDArray[np.int64], components: int = 4) -> Array:
    return np.asarray(np.eye(components)[labels])


def measured(codes: Array, responsibilities: Array, **options: Any) -> Recovery:
    given: dict[str, Any] = {"families": FAMILIES, "parameters": {}} | options
    return measure_recovery(codes, responsibilities, **given)


def test_that_perfect_codes_recover_families_and_parameters() -> None:
    height, rake = noise(CHAIRS, seed=1), noise(CHAIRS, seed=2)
    corners = np.array([[5.0, 0], [0, 5.0], [-5.0, 0], [0, -5.0]])[LABELS]
    codes = np.column_stack([corners, 100.0 * height, rake + 0.5 * height])
    renamed = np.array([2, 0, 3, 1])[LABELS]  # which component is which family does not matter

    recovery = measured(
        codes, one_hot(renamed), parameters={"seat_height": height, "back_rake": 20 + 5 * rake}
    )

    assert (recovery.chairs, recovery.families) == (CHAIRS, 4)
    assert recovery.adjusted_rand == 1.0
    assert recovery.probe_accuracy == 1.0
    assert recovery.guess_accuracy == 0.25
    assert recovery.parameter_r2["seat_height"] > 0.99
    assert recovery.parameter_r2["back_rake"] > 0.97
    assert recovery.use.active_units == recovery.use.latent == 4


def test_that_random_codes_recover_nothing() -> None:
    random_labels = np.random.default_rng(3).integers(4, size=CHAIRS)

    recovery = measured(
        noise(CHAIRS, 3), one_hot(random_labels), parameters={"seat_height": noise(CHAIRS, seed=1)}
    )

    assert abs(recovery.adjusted_rand) < 0.05
    assert recovery.probe_accuracy is not None
    assert abs(recovery.probe_accuracy - 0.25) < 0.12
    assert -0.3 < recovery.parameter_r2["seat_height"] < 0.05


def test_that_half_of_a_variance_is_half_of_it() -> None:
    known, unknown = noise(CHAIRS, seed=1), noise(CHAIRS, seed=2)
    recovery = measured(known[:, None], one_hot(LABELS), parameters={"seat_width": known + unknown})
    assert recovery.parameter_r2["seat_width"] == pytest.approx(0.5, abs=0.12)


def test_that_components_that_split_families_agree_in_part() -> None:
    halves = LABELS * 2 + (np.arange(CHAIRS) // 4) % 2
    split = measured(noise(CHAIRS, 2), one_hot(halves, 8)).adjusted_rand
    joined = measured(noise(CHAIRS, 2), one_hot(LABELS // 2, 2)).adjusted_rand
    assert 0.5 < split < 0.8
    assert 0.3 < joined < 0.7


def test_that_one_component_agrees_with_no_families() -> None:
    recovery = measured(noise(CHAIRS, 2), np.ones((CHAIRS, 1)))
    assert recovery.adjusted_rand == 0.0
    assert recovery.use.component_usage == (1.0,)
    assert recovery.use.usage_entropy == 0.0
    assert recovery.use.used_components == 1.0


def test_that_families_of_one_chair_are_left_to_the_others() -> None:
    codes = one_hot(LABELS) + 0.01 * noise(CHAIRS, 4)
    lonely = ["alone", *FAMILIES[1:]]
    assert measured(codes, one_hot(LABELS), families=lonely).probe_accuracy == 1.0
    assert measured(codes, one_hot(LABELS), families=["same"] * CHAIRS).probe_accuracy is None
    every = [str(i) for i in range(CHAIRS)]
    assert measured(codes, one_hot(LABELS), families=every).probe_accuracy is None


def test_that_a_parameter_without_spread_is_left_out() -> None:
    recovery = measured(
        noise(CHAIRS, 2), one_hot(LABELS), parameters={"seat_height": np.full(CHAIRS, 0.4)}
    )
    assert recovery.parameter_r2 == {}


def test_that_a_seed_gives_the_same_figures() -> None:
    parameters = {"seat_height": noise(CHAIRS, seed=1)}
    first = measured(noise(CHAIRS, 3), one_hot(LABELS), parameters=parameters, seed=4)
    again = measured(noise(CHAIRS, 3), one_hot(LABELS), parameters=parameters, seed=4)
    other = measured(noise(CHAIRS, 3), one_hot(LABELS), parameters=parameters, seed=5)
    assert first == again
    assert first.parameter_r2 != other.parameter_r2


def test_that_usage_and_its_entropy_are_of_the_average_responsibility() -> None:
    codes = noise(4000, 3) * np.sqrt([0.02, 0.005, 1.0])
    responsibilities = np.tile([[0.5, 0.5, 0.0], [0.0, 1.0, 0.0]], (2000, 1))

    use = measure_latent_use(codes, responsibilities)

    assert (use.latent, use.active_units) == (3, 2)
    assert use.component_usage == pytest.approx((0.25, 0.75, 0.0))
    assert use.usage_entropy == pytest.approx(0.25 * math.log(4) + 0.75 * math.log(4 / 3))
    even = measure_latent_use(codes, np.full((4000, 8), 1 / 8))
    assert even.usage_entropy == pytest.approx(math.log(8))
    assert even.used_components == pytest.approx(8)


def test_that_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(MetricError, match=r"\[119, 120\] chairs"):
        measured(noise(CHAIRS, 2), one_hot(LABELS)[1:])
    with pytest.raises(MetricError, match="at least two made chairs"):
        measured(noise(1, 2), one_hot(LABELS[:1]), families=["club"])
    with pytest.raises(MetricError, match="diverged"):
        measured(np.full((CHAIRS, 2), np.nan), one_hot(LABELS))
