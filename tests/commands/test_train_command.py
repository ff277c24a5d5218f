"""`mogvae train`."""

import contextlib
import dataclasses
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import core.training.train
from core.training.reports import EpochReport, StepReport, TrainingRequest
from core.training.run import Run
from core.training.settings import ARTICLE, TrainingSettings, info
from mogvae_gui.commands.train_options import TrainingOptions
from tests.commands.conftest import TINY, Command

KEYS = {
    "run",
    "prior",
    "epochs",
    "seconds",
    "loss",
    "reconstruction",
    "kl",
    "active_units",
    "latent",
    "device",
    "stopped_by",
}


def test_that_every_setting_is_an_option_with_its_choices() -> None:
    options = get_type_hints(TrainingOptions)
    for item in dataclasses.fields(TrainingSettings):
        if item.name == "preset":
            continue  # an option of the command itself
        given = [kind for kind in get_args(options.pop(item.name)) if kind is not type(None)]
        about = info(item.name)
        if about.choices:
            names = set(get_args(given[0]))
            if item.name == "kl":
                names.remove(ARTICLE)  # another name for some of them
            assert names == set(about.choices), item.name
        else:
            assert given == [item.type], item.name
    assert not options


@pytest.mark.parametrize(("prior", "estimator"), [("standard", "article-7"), ("mog", "article-a")])
def test_that_the_articles_kl_is_its_formula_for_the_prior(
    mogvae: Command, project: Path, prior: str, estimator: str
) -> None:
    command = ("train", "--project", project, "--name", "literal", "--kl", "article")
    assert mogvae(*command, "--prior", prior, "--epochs", 1, *TINY[2:]).status == 0
    assert Run.open(project / "runs" / "literal").settings.kl == estimator
    assert mogvae(*command, "--resume", "--epochs", 1).status == 0
    other = mogvae("train", "--project", project, "--name", "plain", "--kl", "article", "--resume")
    assert other.status == 2
    assert "--kl analytic" in other.err


def test_that_a_prior_that_the_article_has_not_has_no_kl_of_its(
    mogvae: Command, project: Path
) -> None:
    outcome = mogvae("train", "--project", project, "--prior", "vamp", "--kl", "article")
    assert outcome.status == 2
    assert "no KL for the prior 'vamp'" in " ".join(outcome.err.split())


def test_that_help_says_what_the_articles_kl_is_for(
    mogvae: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "500")  # one line for each option
    assert "to reproduce the study only" in mogvae("train", "--help").out


def test_that_training_reports_the_run_as_json(mogvae: Command, project: Path) -> None:
    outcome = mogvae(
        *("train", "--project", project, "--name", "new", "--prior", "mog", "--components", 2),
        *("--latent", 4, "--loss", "chamfer", "--kl", "variational", "--seed", 5),
        *("--device", "cpu", *TINY, "--json"),
    )
    content = outcome.json
    assert outcome.status == 0
    assert set(content) >= KEYS
    assert (content["run"], content["prior"], content["epochs"]) == ("new", "mog", 2)
    assert (content["latent"], content["device"], content["stopped_by"]) == (4, "cpu", "end")
    assert content["seconds"] > 0
    assert 0 <= content["active_units"] <= 4
    run = Run.open(project / "runs" / "new")
    last = run.metrics()[-1]
    assert [content[name] for name in ("loss", "reconstruction", "kl")] == [
        last[name] for name in ("loss", "reconstruction", "kl")
    ]
    settings = run.settings
    assert (settings.loss, settings.kl, settings.seed) == ("chamfer", "variational", 5)
    assert settings.preset == "custom"


def test_that_a_run_gets_a_name_that_is_free(mogvae: Command, project: Path) -> None:
    arguments = ("train", "--project", project, "--prior", "standard", *TINY, "--json")
    assert [mogvae(*arguments).json["run"] for _ in range(2)] == ["VAE", "VAE-2"]


def test_that_the_article_preset_brings_its_settings(mogvae: Command, project: Path) -> None:
    arguments = ("--preset", "article", "--loss", "chamfer", "--epochs", 1, "--threads", 1)
    assert mogvae("train", "--project", project, "--name", "a", *arguments).status == 0
    settings = Run.open(project / "runs" / "a").settings
    assert (settings.decoder, settings.components, settings.learning_rate) == ("article", 2, 1e-5)


def test_that_a_name_that_is_taken_is_refused(mogvae: Command, project: Path) -> None:
    outcome = mogvae("train", "--project", project, "--name", "plain")
    assert outcome.status == 1
    assert "--resume" in outcome.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--latent", 0), "Latent size (latent) must be 1 to 256"),
        (("--prior", "mog", "--kl", "analytic"), "does not go with the prior"),
        (("--batch", 1), "Batch normalisation"),
        (("--resume",), "--resume needs the --name"),
        (("--resume", "--name", "plain", "--prior", "mog"), "--prior standard"),
        (("--resume", "--name", "plain", "--preset", "article"), None),
    ],
)
def test_that_settings_that_do_not_fit_are_wrong_usage(
    mogvae: Command, project: Path, options: tuple[object, ...], words: str | None
) -> None:
    outcome = mogvae("train", "--project", project, *options, "--epochs", 2)
    if words is None:  # "plain" is made of changed settings, so its preset says nothing
        assert outcome.status == 0
        return
    assert outcome.status == 2
    assert words in outcome.err
    assert {path.name for path in (project / "runs").iterdir()} == {"plain", "mixture"}


def test_that_a_run_trains_beyond_its_end(mogvae: Command, project: Path) -> None:
    outcome = mogvae(
        *("train", "--project", project, "--name", "mixture", "--resume"),
        *("--prior", "mog", "--epochs", 3, "--json"),
    )
    assert outcome.status == 0
    assert (outcome.json["epochs"], outcome.json["stopped_by"]) == (3, "end")


def test_that_resuming_a_finished_run_tells_its_figures(mogvae: Command, project: Path) -> None:
    outcome = mogvae("train", "--project", project, "--name", "plain", "--resume", "--json")
    assert outcome.status == 0
    assert outcome.json["epochs"] == 2
    assert outcome.json["loss"] is not None


def test_that_resuming_a_run_that_is_not_there_lists_those_that_are(
    mogvae: Command, project: Path
) -> None:
    outcome = mogvae("train", "--project", project, "--name", "none", "--resume")
    assert outcome.status == 1
    assert "plain" in outcome.err
    assert "mixture" in outcome.err


def test_that_a_project_without_training_chairs_is_refused_and_keeps_no_run(
    mogvae: Command, project: Path
) -> None:
    from core.project import Project

    library = Project.open(project).library
    library.set_split([chair.id for chair in library], "test")
    outcome = mogvae("train", "--project", project, "--name", "new")
    assert outcome.status == 1
    assert "no training chairs" in outcome.err
    assert not (project / "runs" / "new").exists()


def after_each_epoch(monkeypatch: pytest.MonkeyPatch, do: Callable[[EpochReport], None]) -> None:
    """Let a training do something when it reports an epoch."""
    train = core.training.train.train

    def changed(request: TrainingRequest) -> Iterator[StepReport | EpochReport]:
        reports: Any = train(request)
        with contextlib.closing(reports):
            for report in reports:
                if isinstance(report, EpochReport):
                    do(report)
                yield report

    monkeypatch.setattr(core.training.train, "train", changed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_a_signal_stops_with_a_checkpoint_and_says_how_to_go_on(
    mogvae: Command, project: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    with monkeypatch.context() as patch:
        after_each_epoch(patch, lambda _: signal.raise_signal(number))
        arguments = ("train", "--project", project, "--name", "long run", *TINY, "--json")
        stopped = mogvae(*arguments, "--checkpoint-every-s", 10_000)
    assert stopped.status == 1
    assert (stopped.json["epochs"], stopped.json["stopped_by"]) == (1, "stop")
    assert f"--project {project} --name 'long run' --resume" in stopped.err
    resumed = mogvae("train", "--project", project, "--name", "long run", "--resume", "--json")
    assert resumed.status == 0
    assert (resumed.json["epochs"], resumed.json["stopped_by"]) == (2, "end")


def test_that_alarms_are_said_in_plain_words(
    mogvae: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm = "Only 1 of 3 latent axes tell chairs apart (posterior collapse): lower beta."
    after_each_epoch(monkeypatch, lambda report: object.__setattr__(report, "alarms", (alarm,)))
    outcome = mogvae("train", "--project", project, "--name", "new", *TINY, "--json")
    assert f"Epoch 2: {alarm}" in outcome.err
    assert outcome.json["run"] == "new"


def test_that_a_training_that_fails_tells_why_and_how_far_it_came(
    mogvae: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import TrainingError
    from core.training import session

    step = session.Session._step

    def fail_in_the_second_epoch(self: Any, *arguments: Any) -> Any:
        if self.position.epochs_done == 1:
            raise TrainingError("The loss is not a finite number any more.")
        return step(self, *arguments)

    monkeypatch.setattr(session.Session, "_step", fail_in_the_second_epoch)
    arguments = ("train", "--project", project, "--name", "new", *TINY, "--json")
    outcome = mogvae(*arguments, "--checkpoint-every-s", 0)
    assert outcome.status == 1
    assert (outcome.json["epochs"], outcome.json["stopped_by"]) == (1, "error")
    assert outcome.err.endswith("mogvae: The loss is not a finite number any more.\n")
