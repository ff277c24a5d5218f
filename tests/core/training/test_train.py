"""Training: reports, stopping, going on, reproducing, and failing well."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.correspondence import choose_template, match_points
from core.errors import RunError, StudioError, TrainingError
from core.library import Library
from core.losses import reconstruction_loss
from core.shape_model import ShapeModel
from core.training.chairs import Chairs
from core.training.checkpoint import delete_optimiser, read_optimiser, read_weights
from core.training.corresponding import corresponding_clouds, orders_of
from core.training.device import check_precision
from core.training.reports import EpochReport, PreparationReport, StepReport, TrainingRequest
from core.training.run import Run
from core.training.train import train
from tests.core.training.small_runs import POINTS, box, small_settings, train_all, train_and_stop

MakeRun = Callable[..., Run]

TIMES = ("elapsed_s", "chairs_per_s")


def figures(run: Run) -> list[dict[str, Any]]:
    """The run's metrics without what depends on the clock."""
    return [
        {name: value for name, value in record.items() if name not in TIMES}
        for record in run.metrics()
    ]


def assert_same(run: Run, other: Run) -> None:
    """Weights, optimiser, metrics and codes are equal, bit for bit."""
    weights, position = read_weights(run.folder)
    other_weights, other_position = read_weights(other.folder)
    for name, tensor in weights.items():
        assert torch.equal(tensor, other_weights[name]), name
    moments = read_optimiser(run.folder, position)
    other_moments = read_optimiser(other.folder, other_position)
    assert moments is not None
    assert other_moments is not None
    assert set(moments) == set(other_moments)
    for name, tensor in moments.items():
        assert torch.equal(tensor, other_moments[name]), name
    assert figures(run) == figures(other)
    codes, other_codes = run.codes(), other.codes()
    assert codes is not None
    assert other_codes is not None
    np.testing.assert_array_equal(codes.codes, other_codes.codes)
    np.testing.assert_array_equal(codes.responsibilities, other_codes.responsibilities)


def test_that_reports_come_for_each_step_and_each_epoch(new_run: MakeRun, boxes: Path) -> None:
    run = new_run(epochs=2)
    reports = list(train(TrainingRequest(run.folder, boxes)))
    kinds = [type(report) for report in reports]
    assert kinds == [StepReport, StepReport, StepReport, EpochReport] * 2
    steps = [report for report in reports if isinstance(report, StepReport)]
    assert [(report.epoch, report.step, report.steps) for report in steps[:4]] == [
        (1, 1, 3),
        (1, 2, 3),
        (1, 3, 3),
        (2, 1, 3),
    ]
    assert all(math.isfinite(report.loss) and report.chairs_per_s > 0 for report in steps)
    last = reports[-1]
    assert isinstance(last, EpochReport)
    assert (last.epoch, last.epochs, last.latent, last.device) == (2, 2, 2, "cpu")
    assert last.remaining_s == 0.0
    assert last.elapsed_s >= steps[-1].elapsed_s > 0
    assert last.beta == run.settings.beta
    assert last.learning_rate == pytest.approx(run.settings.learning_rate / 100)
    assert last.codes.shape == (25, 2)
    assert last.responsibilities.shape == (25, 3)
    np.testing.assert_allclose(last.responsibilities.sum(axis=1), 1.0, atol=1e-5)
    assert last.component_usage.sum() == pytest.approx(1.0, abs=1e-5)
    assert last.components is not None
    assert last.components.means.shape == (3, 2)
    assert last.test_reconstruction is not None


def test_that_training_lowers_the_loss_on_training_and_test_chairs(
    new_run: MakeRun, boxes: Path
) -> None:
    reports = train_all(new_run(epochs=15), boxes)
    assert reports[-1].reconstruction < 0.6 * reports[0].reconstruction
    first, last = reports[0].test_reconstruction, reports[-1].test_reconstruction
    assert first is not None
    assert last is not None
    assert last < 0.8 * first


@pytest.mark.parametrize(
    ("prior", "changes"),
    [
        ("standard", {}),
        ("mog", {}),
        ("gaussian", {}),
        ("vamp", {}),
        ("mog", {"full_covariance": True}),
        ("mog", {"loss": "mse"}),
        ("mog", {"loss": "emd"}),
    ],
)
def test_that_a_seed_reproduces_a_run_bit_for_bit(
    new_run: MakeRun, boxes: Path, prior: str, changes: dict[str, Any]
) -> None:
    first, again, other = (new_run(prior, seed=seed, **changes) for seed in (0, 0, 1))
    for run in (first, again, other):
        torch.rand(3)  # the global generator has no part in it
        train_all(run, boxes)
    assert_same(first, again)
    assert figures(first) != figures(other)


# Of 16 reports (4 epochs of 3 steps): within the first epoch, right before components are placed,
# several times (also in the epoch after they were placed), and after the very last step.
@pytest.mark.parametrize("stops", [[1], [8], [2, 2, 1, 6], [15]])
def test_that_a_stopped_and_resumed_run_equals_one_that_ran_through(
    new_run: MakeRun, boxes: Path, stops: list[int]
) -> None:
    through, stopped = new_run(), new_run()
    train_all(through, boxes)
    for number, reports in enumerate(stops):
        train_and_stop(stopped, boxes, reports, resume=number > 0)
        assert stopped.state.stopped_by == "stop"
    train_all(stopped, boxes, resume=True)
    assert stopped.state.stopped_by == "end"
    assert_same(through, stopped)


def test_that_a_vamp_prior_and_the_article_network_resume_too(
    new_run: MakeRun, boxes: Path
) -> None:
    changes = {"decoder": "article", "batch_norm": False, "kl": "variational"}
    through, stopped = new_run("vamp", **changes), new_run("vamp", **changes)
    train_all(through, boxes)
    train_and_stop(stopped, boxes, 10)
    train_all(stopped, boxes, resume=True)
    assert_same(through, stopped)


def test_that_a_stop_in_the_middle_of_an_epoch_keeps_the_steps_done(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run()
    train_and_stop(run, boxes, 6)  # an epoch of three steps and its report, then two steps
    assert (run.state.epochs_done, run.state.step_in_epoch) == (1, 2)
    assert [record["epoch"] for record in run.metrics()] == [1]
    codes = run.codes()
    assert codes is not None
    assert codes.exact
    assert run.model().latent == 2


def test_that_training_stops_at_an_earlier_epoch_and_goes_on_as_planned(
    new_run: MakeRun, boxes: Path
) -> None:
    through, parted = new_run(), new_run()
    train_all(through, boxes)
    assert len(train_all(parted, boxes, until_epoch=1)) == 1
    assert parted.state.epochs_planned == 4
    assert not parted.state.finished
    train_all(parted, boxes, resume=True)
    assert_same(through, parted)


def test_that_a_finished_run_can_be_trained_beyond_its_end(new_run: MakeRun, boxes: Path) -> None:
    run = new_run()
    train_all(run, boxes)
    more = train_all(run, boxes, until_epoch=6, resume=True)
    assert [report.epoch for report in more] == [5, 6]
    assert more[-1].learning_rate == pytest.approx(run.settings.learning_rate / 100)
    assert more[0].learning_rate > more[-1].learning_rate
    assert [record["epoch"] for record in run.metrics()] == [1, 2, 3, 4, 5, 6]
    assert run.state.epochs_planned == 6

    stopped = new_run()
    train_all(stopped, boxes)
    session = train(TrainingRequest(stopped.folder, boxes, until_epoch=6, resume=True))
    for _ in range(2):
        next(session)
    session.close()
    train_all(stopped, boxes, resume=True)  # the plan of six epochs is remembered
    assert_same(run, stopped)


def test_that_there_is_nothing_to_do_after_the_end(new_run: MakeRun, boxes: Path) -> None:
    run = new_run(epochs=1, pretraining_epochs=0)
    train_all(run, boxes)
    before = (run.folder / "weights.safetensors").read_bytes()
    assert train_all(run, boxes, resume=True) == []
    assert (run.folder / "weights.safetensors").read_bytes() == before
    assert run.state.stopped_by == "end"


def test_that_closing_at_the_last_report_is_an_end(new_run: MakeRun, boxes: Path) -> None:
    run = new_run(epochs=1, pretraining_epochs=0)
    train_and_stop(run, boxes, 4)
    assert run.state.stopped_by == "end"


def test_that_a_killed_run_has_each_epoch_once_and_equals_one_that_ran_through(
    new_run: MakeRun, boxes: Path, tmp_path: Path
) -> None:
    through, killed = new_run(), new_run()
    train_all(through, boxes)
    train_and_stop(killed, boxes, 4)  # the checkpoint is of epoch 1
    session = train(TrainingRequest(killed.folder, boxes, resume=True))
    for _ in range(9):  # two epochs more, and into the next
        next(session)
    left = shutil.copytree(killed.folder, tmp_path / "left")  # what a kill would leave
    session.close()
    run = Run.open(left)
    assert run.state.stopped_by == "running"
    assert [record["epoch"] for record in run.metrics()] == [1, 2, 3]
    train_all(run, boxes, resume=True)
    assert [record["epoch"] for record in run.metrics()] == [1, 2, 3, 4]
    assert_same(through, run)


def test_that_checkpoints_come_at_the_ends_of_epochs_when_they_are_due(
    new_run: MakeRun, boxes: Path, tmp_path: Path
) -> None:
    run = new_run(checkpoint_every_s=0.0)
    session = train(TrainingRequest(run.folder, boxes))
    for _ in range(4):
        next(session)
    assert run.state.epochs_done == 1
    assert run.model().latent == 2
    codes = run.codes()
    assert codes is not None
    assert not codes.exact
    session.close()


def test_that_a_snapshot_of_the_weights_shows_the_model_of_its_epoch(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run()
    request = TrainingRequest(run.folder, boxes, snapshot_every_s=0.0)
    reports = [report for report in train(request) if isinstance(report, EpochReport)]
    assert all(report.model_state is not None for report in reports)
    live = ShapeModel(run.settings, 48)
    assert reports[-1].model_state is not None
    live.load_state(reports[-1].model_state)
    codes = np.zeros((1, 2), dtype=np.float32)
    np.testing.assert_array_equal(live.decode(codes), run.model().decode(codes))
    assert reports[0].model_state is not None
    live.load_state(reports[0].model_state)
    assert not np.array_equal(live.decode(codes), run.model().decode(codes))


def test_that_snapshots_are_not_made_more_often_than_asked(new_run: MakeRun, boxes: Path) -> None:
    run = new_run()
    request = TrainingRequest(run.folder, boxes, snapshot_every_s=1e6)
    reports = [report for report in train(request) if isinstance(report, EpochReport)]
    given = [report.model_state is not None for report in reports]
    assert given == [True, False, False, True]


def test_that_a_trained_run_is_not_begun_again_unasked(new_run: MakeRun, boxes: Path) -> None:
    run = new_run()
    train_and_stop(run, boxes, 1)
    with pytest.raises(RunError, match=r"trained already. Resume it"):
        train_all(run, boxes)


def test_that_resuming_a_run_that_never_began_begins_it(new_run: MakeRun, boxes: Path) -> None:
    assert len(train_all(new_run(epochs=1), boxes, resume=True)) == 1


def test_that_a_library_without_training_chairs_is_told(new_run: MakeRun, tmp_path: Path) -> None:
    Library.create(tmp_path / "library", points=48).add([box(4)])  # a test chair
    with pytest.raises(TrainingError, match=r"no training chairs. Import"):
        train_all(new_run(), tmp_path / "library")


def test_that_the_squared_error_is_taken_between_points_in_correspondence(
    new_run: MakeRun, boxes: Path
) -> None:
    library = Library.open(boxes)
    orders = orders_of(library)
    template = np.asarray(orders.template)
    arranged = np.stack([orders.arrange(i, library.cloud(i)) for i in range(len(library))])
    source = Chairs(boxes, small_settings("mog", loss="mse"), torch.device("cpu")).train
    first = source.batch(torch.tensor([0, 3])).numpy()
    train = library.indices("train")
    np.testing.assert_array_equal(first, arranged[train[[0, 3]]])
    some = torch.tensor([5, 1, 7])
    np.testing.assert_array_equal(source.batch(torch.tensor([3]), some)[0].numpy(), first[1][some])
    # In order the clouds lie far nearer to the template than as they were sampled.
    sampled = np.stack([library.cloud(i) for i in range(len(library))])
    assert ((arranged - template) ** 2).sum() < 0.5 * ((sampled - template) ** 2).sum()


def test_that_the_template_is_a_training_chair_however_middling_a_test_chair_is(
    tmp_path: Path,
) -> None:
    library = Library.create(tmp_path / "library", points=48)
    library.add([box(number) for number in range(6)])
    clouds = {chair.id: np.asarray(library.cloud(chair)) for chair in library.chairs}
    middling = next(
        chair.id
        for chair in library.chairs
        if same_points(clouds[chair.id], choose_template(library.clouds, library.rows()))
    )
    library.set_split([chair.id for chair in library.chairs], "train")
    library.set_split([middling], "test")

    template = np.asarray(orders_of(library).template)

    assert not same_points(clouds[middling], template)
    assert any(same_points(cloud, template) for cloud in clouds.values())


def same_points(cloud: np.ndarray, other: np.ndarray) -> bool:
    """Whether two clouds are the same in some order."""
    return sorted(map(tuple, cloud.tolist())) == sorted(map(tuple, other.tolist()))


def test_that_some_chairs_come_in_the_order_that_runs_learnt_without_writing(
    tmp_path: Path,
) -> None:
    library = Library.create(tmp_path / "library", points=48)
    library.add([box(number) for number in range(6)])
    assert corresponding_clouds(library, library.chairs) is None  # no run has asked for orders
    orders = orders_of(library)
    library.add([box(9)])  # came later: its order is not kept
    before = sorted(path.name for path in library.folder.rglob("*"))

    clouds = corresponding_clouds(library, [library.chairs[2], library.chairs[6]])

    assert clouds is not None
    np.testing.assert_array_equal(clouds[0], orders.arrange(2, library.cloud(2)))
    late = np.asarray(library.cloud(6))
    np.testing.assert_array_equal(clouds[1], late[match_points(orders.template, late)])
    assert sorted(path.name for path in library.folder.rglob("*")) == before


def test_that_a_training_with_the_squared_error_matches_chairs_first_and_only_once(
    new_run: MakeRun, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    Library.create(library, points=48).add([box(number) for number in range(6)])
    first = list(train(TrainingRequest(new_run(loss="mse").folder, library)))
    preparing = [report for report in first if isinstance(report, PreparationReport)]
    assert [report.done for report in preparing][-1] == preparing[-1].total == 6
    assert "correspondence" in preparing[0].doing
    assert isinstance(first[0], PreparationReport)
    second = list(train(TrainingRequest(new_run(loss="mse").folder, library)))
    assert sum(isinstance(report, PreparationReport) for report in second) == 1


@pytest.mark.parametrize("chairs", [1, 2])
def test_that_one_or_two_chairs_can_be_trained_on(
    new_run: MakeRun, tmp_path: Path, chairs: int
) -> None:
    library = tmp_path / "library"
    Library.create(library, points=48).add([box(number) for number in range(chairs)])
    reports = train_all(new_run(), library)
    assert reports[-1].test_reconstruction is None
    assert reports[-1].codes.shape == (chairs, 2)


def test_that_clouds_of_another_size_are_told(
    new_run: MakeRun, boxes: Path, tmp_path: Path
) -> None:
    run = new_run()
    train_and_stop(run, boxes, 1)
    Library.create(tmp_path / "other", points=10)
    other = Library.open(tmp_path / "other")
    new = box(0)
    other.add([type(new)(**(vars(new) | {"cloud": new.cloud[:10]}))])
    with pytest.raises(TrainingError, match="48 points, the library has 10"):
        train_all(run, tmp_path / "other", resume=True)


def test_that_an_unfinished_epoch_begins_again_when_there_are_other_chairs(
    new_run: MakeRun, boxes: Path, tmp_path: Path
) -> None:
    library = shutil.copytree(boxes, tmp_path / "library")
    run = new_run()
    train_and_stop(run, library, 6)
    Library.open(library).add([box(100)])
    session = train(TrainingRequest(run.folder, library, resume=True))
    report = next(session)
    session.close()
    assert isinstance(report, StepReport)
    assert (report.epoch, report.step) == (2, 1)


def test_that_an_unfinished_epoch_begins_again_with_other_chairs_of_the_same_ids(
    new_run: MakeRun, boxes: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    Library.create(other, points=POINTS).add([box(number + 100) for number in range(25)])
    assert [chair.id for chair in Library.open(other)] == [c.id for c in Library.open(boxes)]
    for library, goes_on_with in ((other, (2, 1)), (boxes, (2, 3))):
        run = new_run()
        train_and_stop(run, boxes, 6)
        session = train(TrainingRequest(run.folder, library, resume=True))
        report = next(session)
        session.close()
        assert isinstance(report, StepReport)
        assert (report.epoch, report.step) == goes_on_with


def test_that_a_run_whose_settings_are_of_another_model_says_so_when_it_is_resumed(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run(epochs=1)
    train_all(run, boxes)
    path = run.folder / "settings.json"
    content = json.loads(path.read_text())
    content["settings"]["latent"] = 5
    path.write_text(json.dumps(content))
    with pytest.raises(StudioError, match=rf"{run.name} cannot be resumed.*Copy the run's whole"):
        train_all(run, boxes, until_epoch=2, resume=True)


def test_that_a_run_without_optimiser_state_goes_on_and_says_so(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run()
    train_and_stop(run, boxes, 4)
    delete_optimiser(run.folder)
    reports = train_all(run, boxes, resume=True)
    assert "optimiser's state is not in the run's folder" in reports[0].alarms[0]
    assert reports[1].alarms == ()


def spoil(monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """Make the reconstruction loss NaN at its `call`-th use in training."""
    calls = 0

    def spoiled(*arguments: Any, **keywords: Any) -> Tensor:
        nonlocal calls
        calls += 1
        loss = reconstruction_loss(*arguments, **keywords)
        return loss * math.nan if calls == call else loss

    monkeypatch.setattr("core.training.session.reconstruction_loss", spoiled)


def test_that_nan_stops_the_training_and_keeps_the_last_good_weights(
    new_run: MakeRun, boxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = new_run()
    train_and_stop(run, boxes, 4)
    weights, _ = read_weights(run.folder)
    spoil(monkeypatch, call=2)
    with pytest.raises(TrainingError) as error:
        train_all(run, boxes, resume=True)
    sentence = str(error.value)
    assert "epoch 2, step 2: the reconstruction loss is not a finite number" in sentence
    assert "weights of epoch 1 are kept" in sentence
    assert run.state.stopped_by == "error"
    assert run.state.message == sentence
    assert all(
        torch.equal(weights[name], kept) for name, kept in read_weights(run.folder)[0].items()
    )
    monkeypatch.undo()
    assert len(train_all(run, boxes, resume=True)) == 3


def test_that_a_kl_that_is_not_finite_is_named(
    new_run: MakeRun, boxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import kl

    monkeypatch.setattr(kl, "analytic_per_axis", lambda *_: torch.full((7, 2), math.inf))
    with pytest.raises(
        TrainingError, match=r"the KL is not a finite number.*No weights were saved"
    ):
        train_all(new_run("standard", warm_up_epochs=0), boxes)


def test_that_alarms_are_said_once(new_run: MakeRun, boxes: Path) -> None:
    # Weight 1 and more on the KL collapses the posterior.
    run = new_run("standard", beta=30.0, warm_up_epochs=0, epochs=8, batch_norm=False)
    reports = train_all(run, boxes)
    said = [sentence for report in reports for sentence in report.alarms if "collapse" in sentence]
    assert len(said) == 1
    assert "“KL weight (beta)” (now 30)" in said[0]
    assert sum(len(record["alarms"]) for record in run.metrics()) >= 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_that_a_device_that_is_not_there_is_told(new_run: MakeRun, boxes: Path) -> None:
    with pytest.raises(TrainingError, match=r"'cuda' cannot be used here.*auto or cpu"):
        train_all(new_run(device="cuda"), boxes)


@pytest.mark.parametrize("prior", ["standard", "mog", "vamp"])
def test_that_a_training_in_bfloat16_comes_out_nearly_as_one_in_float32(
    new_run: MakeRun, boxes: Path, prior: str
) -> None:
    runs = [new_run(prior, precision=each, epochs=8) for each in ("float32", "bfloat16")]
    exact, coarse = (train_all(run, boxes)[-1] for run in runs)
    assert coarse.test_reconstruction == pytest.approx(exact.test_reconstruction, rel=0.1)
    weights, _ = read_weights(runs[1].folder)
    assert {tensor.dtype for tensor in weights.values()} <= {torch.float32, torch.int64}


def test_that_a_device_without_bfloat16_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "A GPU")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)
    check_precision(gpu, "bfloat16")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: False)
    check_precision(gpu, "float32")
    check_precision(torch.device("cpu"), "bfloat16")
    with pytest.raises(TrainingError, match=r"'bfloat16' cannot be used on cuda \(A GPU\). Choose"):
        check_precision(gpu, "bfloat16")


def test_that_the_number_of_threads_is_given_back(new_run: MakeRun, boxes: Path) -> None:
    before = torch.get_num_threads()
    session = train(TrainingRequest(new_run(threads=1).folder, boxes))
    next(session)
    assert torch.get_num_threads() == 1
    session.close()
    assert torch.get_num_threads() == before


def test_that_a_full_disk_is_told(
    new_run: MakeRun, boxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.training.metrics_log.MetricsLog.write", full)
    with pytest.raises(StudioError, match=r"No space left on device.*The disk is full: make room"):
        train_all(new_run(), boxes)


def test_that_a_full_memory_of_the_device_is_told(
    new_run: MakeRun, boxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("core.training.session.reconstruction_loss", full)
    run = new_run()
    with pytest.raises(TrainingError, match=r"memory of this computer is full.*smaller batch"):
        train_all(run, boxes)
    assert run.state.stopped_by == "error"


@pytest.mark.parametrize(
    ("prior", "changes"),
    [
        ("mog", {"full_covariance": True}),
        ("mog", {"kl": "variational", "free_bits": 0.5}),
        ("mog", {"kl": "jensen", "loss": "chamfer"}),
        ("mog", {"kl": "article-a", "loss": "emd"}),
        ("mog", {"kl": "article-b", "decoder": "article"}),
        ("mog", {"components": 1, "points_per_step": 0}),
        ("mog", {"components": 64, "latent": 8}),
        ("standard", {"kl": "monte_carlo", "schedule": "constant"}),
        ("standard", {"kl": "article-7", "gradient_clip": 0.0}),
        ("standard", {"free_bits": 0.1, "batch_norm": False}),
        ("gaussian", {"initialise_components": False}),
        ("vamp", {"pretraining_epochs": 0}),
        ("vamp", {"kl": "jensen", "batch": 100}),
    ],
)
def test_that_every_choice_trains(
    new_run: MakeRun, boxes: Path, prior: str, changes: dict[str, Any]
) -> None:
    run = new_run(prior, epochs=2, **({"pretraining_epochs": 1} | changes))
    reports = train_all(run, boxes)
    assert math.isfinite(reports[-1].loss)
    count = 1 if "article-b" in changes.values() else reports[-1].component_usage.size
    assert reports[-1].responsibilities.shape == (25, count)
    assert run.model().sample(3, seed=0).shape == (3, run.settings.latent)


def test_that_components_start_where_the_codes_are(new_run: MakeRun, boxes: Path) -> None:
    run = new_run(epochs=3, latent=2, prior_learning_rate=1e-8)
    reports = train_all(run, boxes)
    assert reports[1].components is not None
    assert reports[2].components is not None
    before = reports[1].components.means
    after = reports[2].components.means
    codes = reports[2].codes
    assert not np.allclose(before, after)
    centre, spread = codes.mean(axis=0), codes.std(axis=0)
    assert (np.abs(after - centre) < 4 * spread + 0.1).all()
