"""A model for use: numpy in, numpy out."""

import numpy as np
import pytest
import torch

from core.errors import RunError
from core.shape_model import ShapeModel
from core.training.presets import recommended
from core.vae import build_vae

POINTS = 60


def make_model(prior: str = "mog", **changes: object) -> ShapeModel:
    settings = recommended(prior).with_changes(**({"latent": 2, "components": 3} | changes))
    return ShapeModel(settings, POINTS)


def clouds(count: int, points: int = POINTS) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(count, points, 3)).astype(np.float32)


def codes(count: int) -> np.ndarray:
    return np.random.default_rng(2).normal(size=(count, 2)).astype(np.float32)


def test_that_shapes_and_types_are_those_of_the_contract() -> None:
    model = make_model()
    means, log_vars = model.encode(clouds(5))
    assert means.shape == log_vars.shape == (5, 2)
    decoded = model.decode(codes(4))
    assert decoded.shape == (4, POINTS, 3)
    assert model.reconstruct(clouds(3)).shape == (3, POINTS, 3)
    assert model.responsibilities(codes(4)).shape == (4, 3)
    assert model.log_density(codes(4)).shape == (4,)
    for array in (means, log_vars, decoded, model.sample(2, seed=0)):
        assert array.dtype == np.float32
        assert isinstance(array, np.ndarray)


@pytest.mark.parametrize(
    ("prior", "components"), [("standard", 1), ("gaussian", 1), ("mog", 3), ("vamp", 3)]
)
def test_that_every_prior_gives_its_components(prior: str, components: int) -> None:
    found = make_model(prior).components()
    assert found is not None
    assert found.means.shape == (components, 2)
    assert found.covariances.shape == (components, 2, 2)
    assert found.weights.sum() == pytest.approx(1.0)
    assert (np.linalg.eigvalsh(found.covariances) > 0).all()


def test_that_the_standard_normal_is_one_component_of_unit_variance() -> None:
    model = make_model("standard")
    found = model.components()
    assert found is not None
    np.testing.assert_array_equal(found.covariances[0], np.eye(2))
    np.testing.assert_array_equal(model.responsibilities(codes(3)), np.ones((3, 1)))
    expected = -np.log(2 * np.pi) - 0.5 * (codes(3) ** 2).sum(axis=1)
    np.testing.assert_allclose(model.log_density(codes(3)), expected, rtol=1e-5)


def test_that_many_clouds_are_encoded_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.shape_model._POINTS_AT_ONCE", 4 * POINTS)
    model = make_model()
    many = clouds(15)
    means, _ = model.encode(many)
    for index in (0, 7, 14):
        np.testing.assert_allclose(
            model.encode(many[index : index + 1])[0][0], means[index], atol=1e-5
        )


def test_that_clouds_may_be_read_only_and_of_any_size() -> None:
    given = clouds(2, points=7).astype(np.float64)
    given.flags.writeable = False
    assert make_model().encode(given)[0].shape == (2, 2)


def test_that_nothing_at_all_can_be_encoded_and_decoded() -> None:
    model = make_model()
    assert model.encode(clouds(0))[0].shape == (0, 2)
    assert model.decode(codes(0)).shape == (0, POINTS, 3)


@pytest.mark.parametrize("decoder", ["article", "pointwise"])
def test_that_fewer_points_can_be_decoded(decoder: str) -> None:
    model = make_model(decoder=decoder)
    some, all_points = model.decode(codes(1), points=20), model.decode(codes(1))
    assert some.shape == (1, 20, 3)
    np.testing.assert_allclose(some, all_points[:, :20], atol=1e-5)


def test_that_more_points_need_the_pointwise_decoder() -> None:
    assert make_model().decode(codes(1), points=200).shape == (1, 200, 3)
    with pytest.raises(ValueError, match="60 points"):
        make_model(decoder="article").decode(codes(1), points=200)


def test_that_a_decoded_code_does_not_depend_on_its_neighbours() -> None:
    model = make_model()
    together = model.decode(codes(5))
    np.testing.assert_allclose(model.decode(codes(5)[3:4])[0], together[3], atol=1e-5)


def test_that_arrays_of_a_wrong_shape_are_told() -> None:
    model = make_model()
    with pytest.raises(ValueError, match=r"clouds have shape \(5, 3\).*\(B, N, 3\)"):
        model.encode(np.zeros((5, 3)))
    with pytest.raises(ValueError, match=r"codes have shape \(2, 3\).*\(B, 2\)"):
        model.decode(np.zeros((2, 3)))


def test_that_samples_follow_the_seed_and_the_component() -> None:
    model = make_model()
    np.testing.assert_array_equal(model.sample(5, seed=3), model.sample(5, seed=3))
    assert not np.array_equal(model.sample(5, seed=3), model.sample(5, seed=4))
    state = build_vae(model.settings, POINTS).state_dict()
    state["prior.means"] = torch.tensor([[-50.0, 0.0], [0.0, 0.0], [50.0, 0.0]])
    model.load_state(state)
    drawn = model.sample(20, seed=0, component=2)
    assert (drawn[:, 0] > 40).all()
    assert (model.responsibilities(drawn).argmax(axis=1) == 2).all()
    with pytest.raises(ValueError, match="components 0 to 2"):
        model.sample(1, seed=0, component=3)


@pytest.mark.parametrize("prior", ["mog", "vamp"])
def test_that_loaded_weights_replace_all_that_was_computed_from_the_old(prior: str) -> None:
    model = make_model(prior)
    before = (model.decode(codes(1)), model.components(), model.encode(clouds(1))[0])
    model.load_state(build_vae(model.settings.with_changes(seed=5), POINTS).state_dict())
    after = (model.decode(codes(1)), model.components(), model.encode(clouds(1))[0])
    assert not np.array_equal(before[0], after[0])
    assert before[1] is not None
    assert after[1] is not None
    assert not np.array_equal(before[1].means, after[1].means)
    assert not np.array_equal(before[2], after[2])


def test_that_the_seed_decides_the_first_weights_whatever_else_was_drawn() -> None:
    first = make_model().decode(codes(1))
    torch.rand(7)
    np.testing.assert_array_equal(make_model().decode(codes(1)), first)
    assert not np.array_equal(make_model(seed=8).decode(codes(1)), first)


def test_that_weights_of_another_model_are_refused_and_leave_the_old() -> None:
    model = make_model()
    before = model.decode(codes(1))
    state = build_vae(model.settings, POINTS).state_dict()
    with pytest.raises(RunError, match=r"lack prior.means.*Copy the run's whole folder again"):
        model.load_state({name: state[name] for name in state if name != "prior.means"})
    with pytest.raises(RunError, match=r"prior\.means with the shape \(4, 2\)"):
        model.load_state(state | {"prior.means": torch.zeros(4, 2)})
    with pytest.raises(RunError, match="hold extra"):
        model.load_state(state | {"extra": torch.zeros(1)})
    np.testing.assert_array_equal(model.decode(codes(1)), before)


def test_that_a_fitted_mixture_replaces_only_the_prior() -> None:
    model = make_model("standard")
    generator = np.random.default_rng(0)
    means = np.concatenate([generator.normal(size=(40, 2)) - 6, generator.normal(size=(40, 2)) + 6])
    fitted = model.with_fitted_mixture(means, np.full((80, 2), -3.0), components=2, seed=1)
    found = fitted.components()
    assert found is not None
    np.testing.assert_allclose(np.sort(found.means[:, 0]), [-6, 6], atol=0.6)
    np.testing.assert_array_equal(fitted.decode(codes(2)), model.decode(codes(2)))
    assert fitted.log_density(means).mean() > model.log_density(means).mean() + 10
