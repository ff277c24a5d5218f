"""`mogvae evaluate`."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.metric_words import few_samples_words
from core.project import Project
from core.training.run import Run
from tests.commands.conftest import POINTS, Command

METRICS = ["cd_sq", "cd_1", "emd", "f_score"]


def test_that_a_run_is_measured_on_the_test_chairs(mogvae: Command, finished_project: Path) -> None:
    outcome = mogvae("evaluate", "--project", finished_project, "--run", "plain", "--json")
    content = outcome.json
    chairs = [
        chair.name for chair in Project.open(finished_project).library if chair.split == "test"
    ]
    assert outcome.status == 0
    assert (content["run"], content["split"], content["points"]) == ("plain", "test", POINTS)
    assert [design["name"] for design in content["designs"]] == chairs
    scales = {chair.name: chair.frame.scale for chair in Project.open(finished_project).library}
    for design in content["designs"]:
        assert list(design) == ["name", *METRICS, "points", "scale"]
        assert (design["points"], design["scale"]) == (POINTS, scales[design["name"]])
        assert design["scale"] != 1.0
    assert list(content["mean"]) == list(content["floor"]) == METRICS
    for metric in METRICS:
        values = [design[metric] for design in content["designs"]]
        assert content["mean"][metric] == pytest.approx(np.mean(values))
    for metric in METRICS[:3]:
        assert 0 < content["floor"][metric] < content["mean"][metric]
    assert "against" not in content


def test_that_two_runs_are_compared_chair_by_chair(mogvae: Command, finished_project: Path) -> None:
    arguments = ("evaluate", "--project", finished_project, "--split", "all", "--json")
    content = mogvae(*arguments, "--run", "plain", "--against", "mixture").json
    against = content["against"]
    assert against["run"] == "mixture"
    assert len(content["designs"]) == len(against["designs"]) == 24
    assert list(against["paired"]) == METRICS
    for metric, paired in against["paired"].items():
        assert {"difference", "p_t", "p_wilcoxon", "ci95"} <= set(paired)
        expected = content["mean"][metric] - against["mean"][metric]
        assert paired["difference"] == pytest.approx(expected)
        low, high = paired["ci95"]
        assert low <= paired["difference"] <= high
        assert 0 <= paired["p_t"] <= 1
        assert 0 <= paired["p_wilcoxon"] <= 1


def test_that_a_run_against_itself_shows_no_difference(
    mogvae: Command, finished_project: Path
) -> None:
    arguments = ("evaluate", "--project", finished_project, "--run", "plain")
    outcome = mogvae(*arguments, "--against", "plain")
    assert outcome.status == 0
    assert outcome.out.count("No difference is shown") == 4
    assert "mean of" in outcome.out
    assert "floor" in outcome.out


def test_that_chairs_without_a_mesh_give_no_floor(mogvae: Command, project: Path) -> None:
    index = project / "library" / "index.json"
    index.write_text(index.read_text(encoding="utf-8").replace("made chair", "cloud.ply"))
    content = mogvae("evaluate", "--project", project, "--run", "plain", "--json").json
    assert content["floor"] == dict.fromkeys(METRICS)
    assert content["floor_chairs"] == 0


def test_that_a_split_without_chairs_is_refused(mogvae: Command, project: Path) -> None:
    library = Project.open(project).library
    library.set_split([chair.id for chair in library], "train")
    outcome = mogvae("evaluate", "--project", project, "--run", "plain", "--json")
    assert outcome.status == 1
    assert "no test chairs" in outcome.err


def test_that_a_damaged_run_is_a_sentence(mogvae: Command, project: Path) -> None:
    weights = project / "runs" / "plain" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    outcome = mogvae("evaluate", "--project", project, "--run", "plain")
    assert outcome.status == 1
    assert "damaged" in outcome.err
    shutil.rmtree(weights.parent)
    assert mogvae("evaluate", "--project", project, "--run", "plain").status == 1


def test_that_a_model_is_measured_as_a_whole_when_asked_to(
    mogvae: Command, finished_project: Path
) -> None:
    arguments = ("evaluate", "--project", finished_project, "--run", "mixture", "--whole")
    content = mogvae(*arguments, "--json").json
    tests = len(content["designs"])
    assert content["generation"]["generated"] == content["generation"]["references"] == tests
    assert 0 <= content["generation"]["cd"]["coverage"] <= 1
    assert content["likelihood"]["chairs"] == tests
    assert content["likelihood"]["elbo"] <= content["likelihood"]["log_likelihood"]
    assert sum(content["latent"]["component_usage"]) == pytest.approx(1.0)
    assert content["recovery"]["chairs"] == 24
    assert -1 <= content["recovery"]["adjusted_rand"] <= 1
    assert "fitted" not in content
    words = mogvae(*arguments).out
    assert "1-NNA, EMD" in words
    assert "codes name the family" in words
    assert "(R²)" in words


def test_that_log_p_is_under_the_runs_own_likelihood_and_says_how_many_samples_count(
    mogvae: Command, finished_project: Path
) -> None:
    arguments = ("evaluate", "--project", finished_project, "--run", "mixture", "--whole")
    likelihood = mogvae(*arguments, "--json").json["likelihood"]
    beta = Run.open(finished_project / "runs" / "mixture").settings.beta
    assert likelihood["sigma"] == pytest.approx((beta * POINTS / 2) ** 0.5)
    assert likelihood["residual"] == "nearest"
    effective, samples = likelihood["effective_samples"], likelihood["samples"]
    assert 1 <= effective <= samples
    assert likelihood["caution"] == few_samples_words(effective, samples)
    words = mogvae(*arguments).out
    assert f"{effective:.1f} of {samples}" in words
    assert ("hardly more than one sample" in words) == (effective < 2)


def test_that_the_sizes_of_what_is_measured_are_the_persons(
    mogvae: Command, finished_project: Path
) -> None:
    content = mogvae(
        *("evaluate", "--project", finished_project, "--run", "mixture", "--whole", "--json"),
        *("--generated", "2", "--generation-points", "20", "--generation-emd-points", "10"),
        *("--likelihood-chairs", "1", "--likelihood-samples", "3", "--sigma", "0.2"),
    ).json
    generation, likelihood = content["generation"], content["likelihood"]
    assert (generation["generated"], generation["points"], generation["emd_points"]) == (2, 20, 10)
    assert (likelihood["chairs"], likelihood["samples"], likelihood["sigma"]) == (1, 3, 0.2)


def test_that_a_mixture_fitted_afterwards_is_measured_as_the_prior(
    mogvae: Command, finished_project: Path
) -> None:
    arguments = ("evaluate", "--project", finished_project, "--run", "plain", "--whole")
    content = mogvae(*arguments, "--fitted", "3", "--against", "mixture", "--json").json
    for side in (content, content["against"]):
        fitted = side["fitted"]
        assert fitted["components"] == 3
        assert len(fitted["latent"]["component_usage"]) == 3
        assert fitted["generation"] != side["generation"]
        assert fitted["likelihood"]["log_likelihood"] != side["likelihood"]["log_likelihood"]
        assert fitted["latent"]["active_units"] == side["latent"]["active_units"]
    assert len(content["latent"]["component_usage"]) == 1
    words = mogvae(*arguments, "--fitted", "3").out
    assert "plain as a whole" in words
    assert "mixture K=3 fitted afterwards" in words


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        (("--fitted", "2"), 2, "--fitted goes with --whole"),
        (("--sigma", "0.1"), 2, "goes with --whole"),
        (("--whole", "--fitted", "0"), 2, "1 to 64 components, not 0"),
        (("--whole", "--fitted", "25"), 1, "at least as many training chairs; there are "),
    ],
)
def test_that_a_mixture_that_cannot_be_fitted_is_a_sentence(
    mogvae: Command, finished_project: Path, given: tuple[str, ...], status: int, said: str
) -> None:
    outcome = mogvae("evaluate", "--project", finished_project, "--run", "plain", *given)
    assert outcome.status == status
    assert said in " ".join(outcome.err.split())
