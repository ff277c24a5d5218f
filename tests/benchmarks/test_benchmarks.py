"""Each benchmark at a toy size: it measures something and prints the keys that others read."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import registry
from benchmarks.choices import AS_IT_IS, CHANGES
from benchmarks.command import main
from benchmarks.distributed import WAYS
from benchmarks.memory import peak_bytes, ratio
from benchmarks.plain import (
    PlainDecoder,
    PlainEncoder,
    chunked_chamfer,
    exact_chamfer,
    plain_chamfer,
)
from benchmarks.timing import interleaved, spread_ms
from core.training.presets import recommended
from tests.benchmarks.filling import Filling

SPREAD = {"median_ms", "p95_ms", "p99_ms", "worst_ms"}


def measured(capsys: pytest.CaptureFixture[str], name: str, *options: str) -> dict[str, Any]:
    """What `python -m benchmarks NAME --json` prints."""
    assert main([name, "--json", *options]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert result["benchmark"] == name
    assert {"cores", "processor", "torch"} <= set(result["machine"])
    return result


def test_that_training_step_gives_speed_memory_and_the_gradient(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = ("--batch", "2", "--points", "64", "--repeats", "1", "--memory", "0")
    result = measured(capsys, "training_step", "--settle-steps", "3", *small)
    assert result["speedup"] > 0
    assert result["products_ratio"] > 0
    assert "memory_ratio" in result
    assert result["gradient_relative_error"] < 1e-3


def test_that_encoder_gives_the_same_value_and_gradient_as_the_plain_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = measured(capsys, "encoder", "--batch", "2", "--points", "64", "--repeats", "1")
    assert result["speedup"] > 0
    assert result["value_largest_difference"] < 1e-5
    assert result["gradient_relative_error"] < 1e-3


def test_that_chamfer_has_the_gradient_of_the_whole_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = ("--batch", "2", "--points", "64", "--repeats", "1", "--memory", "0")
    result = measured(capsys, "chamfer", *small)
    assert result["speedup"] > 0
    assert result["speedup_over_chunked"] > 0
    assert result["gradient_relative_error"] < 1e-3
    assert result["ours_error_to_exact"] < 1e-5


def test_that_two_processes_have_the_losses_of_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two machines are trained on in the tests of `mogvae train`.
    monkeypatch.setattr("benchmarks.distributed.WAYS", {way: WAYS[way] for way in ("one", "two")})
    # Seven chairs in steps of three or four: shares are uneven.
    small = ("--chairs", "9", "--points", "64", "--batch", "4", "--epochs", "2")
    result = measured(capsys, "distributed", *small)
    assert result["two_first_epoch_relative_difference"] < 1e-5
    assert result["two_largest_relative_difference"] < 1e-4
    assert result["speedup"] == result["one_epoch_s"] / result["two_epoch_s"]


def test_that_gpu_gives_a_step_its_floors_and_the_experiment(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = ("--points", "64", "--batch", "2", "--chairs", "6", "--repeats", "1", "--epochs", "1")
    result = measured(capsys, "gpu", "--device", "cpu", "--compiled", "0", *small)
    assert result["measured"]
    floors = result["arithmetic_floor_s"] + result["memory_floor_s"]
    assert result["step_over_floors"] == result["step_s"] / floors
    assert result["epoch_s"] > 0


def test_that_other_ways_of_a_step_are_held_against_the_step_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = ("--points", "64", "--batch", "2", "--repeats", "1", "--settle-steps", "3")
    ways = measured(capsys, "step_ways", "--compiled", "0", *small)["ways"]
    assert ways["float32"]["speedup"] == 1
    assert ways["float32"]["gradient_relative_error"] == 0
    coarse = ways["bfloat16"]
    assert coarse["speedup"] == ways["float32"]["step_s"] / coarse["step_s"]
    assert 0 < coarse["loss_relative_error"] < 0.01


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU to measure")
def test_that_gpu_says_that_nothing_was_measured_without_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert measured(capsys, "gpu")["measured"] is False


def test_that_emd_is_exact_beside_scipy(capsys: pytest.CaptureFixture[str]) -> None:
    small = ("--points", "64", "--pairs", "1", "--many", "1", "--processes", "1")
    result = measured(capsys, "emd", *small)
    assert result["speedup"] > 0
    assert result["parallel_speedup"] > 0
    assert result["largest_relative_difference"] < 1e-6


def test_that_import_meshes_gives_both_ways_and_how_time_grows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = ("--meshes", "4", "--points", "64", "--memory", "0")
    result = measured(capsys, "import_meshes", *small)
    assert result["speedup"] == result["plain_s"] / result["ours_s"]
    assert result["seconds_a_mesh_ratio"] > 0


def test_that_decode_gives_every_decoder_alone_and_beside_a_training(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = ("--points", "64", "--repeats", "2", "--chairs", "6", "--pause-ms", "0")
    result = measured(capsys, "decode", *small)
    for decoder in ("article", "blendshape", "pointwise"):
        assert set(result[decoder]) == SPREAD
        assert set(result["while_training"][decoder]) == SPREAD


def test_that_the_bar_gives_both_sides_and_their_paired_difference(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = ("--chairs", "14", "--points", "64", "--epochs", "1", "--threads", "1")
    result = measured(capsys, "bar", *small, "--measured", "2", "--samples", "0")
    for side in ("recommended", "article"):
        assert {"cd_1", "emd", "seconds"} <= set(result[side])
    improvement = result["paired"]["cd_1"]["improvement"]
    assert improvement == pytest.approx(
        1 - result["recommended"]["cd_1"] / result["article"]["cd_1"]
    )
    assert result["floor"]["emd"] > 0


def test_that_decoders_are_compared_at_equal_time(capsys: pytest.CaptureFixture[str]) -> None:
    small = ("--chairs", "14", "--points", "48", "--points-per-step", "24", "--seconds", "0.05")
    result = measured(capsys, "decoders", *small, "--measured", "2", "--samples", "0")
    assert set(result["decoders"]) == {"article", "blendshape", "pointwise"}
    assert all(each["epochs"] >= 2 for each in result["decoders"].values())


def test_that_the_sweep_has_every_size(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.sweep.LATENTS", (2, 3))
    monkeypatch.setattr("benchmarks.sweep.COMPONENTS", (1, 8))
    small = ("--chairs", "14", "--points", "48", "--points-per-step", "24", "--epochs", "1")
    result = measured(capsys, "sweep", *small, "--measured", "2", "--samples", "0")
    sizes = [(row["latent"], row["components"]) for row in result["rows"]]
    assert sizes == [(2, 8), (3, 1), (3, 8)]


def test_that_choices_are_compared_with_the_preset_as_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [recommended("mog").with_changes(**changes) for changes in CHANGES.values()]
    assert len(set(chosen)) == len(CHANGES)  # all may be trained, and each is another
    few = {words: CHANGES[words] for words in (AS_IT_IS, "loss: mse", "prior: standard")}
    monkeypatch.setattr("benchmarks.choices.CHANGES", few)
    small = ("--chairs", "14", "--points", "48", "--points-per-step", "24", "--epochs", "1")
    result = measured(capsys, "choices", *small, "--measured", "3", "--samples", "0")
    assert [row["change"] for row in result["rows"]] == list(few)
    assert [row["p_t"] is None for row in result["rows"]] == [True, False, False]


@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="the window needs a display")
def test_that_scale_opens_lists_streams_and_picks() -> None:
    small = ("--chairs", "40", "--points", "32", "--batches", "2")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "scale", "--json", *small],
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert result["chairs"] == 40
    assert result["bytes_on_disk"] == 40 * 32 * 3 * 4
    assert 0 < result["thumbnails"] <= 40


@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="the window needs a display")
def test_that_frame_gives_a_view_of_the_stage_beside_bare_vtk() -> None:
    # In a process of its own: VTK's window and Qt's views do not share one for long.
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "frame", "--json", "--points", "64", "--repeats", "2"],
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert result["ratio"] == result["ours_s"] / result["bare_s"]


@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="the window needs a display")
def test_that_start_gives_the_bare_window_and_what_is_seen_when(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = measured(capsys, "start", "--repeats", "1")
    assert 0 < result["painted_s"] < result["clouds_s"] < result["model_s"]
    assert result["clouds_ratio"] == result["clouds_s"] / result["bare_s"]


@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="the window needs a display")
def test_that_responsiveness_gives_the_idle_window_and_the_training_one() -> None:
    # In a process of its own, for it owns the application and its event loop.
    small = ("--points", "64", "--chairs", "6", "--seconds", "0.2", "--idle-seconds", "0.2")
    alone = ("--alone-seconds", "0.2")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "responsiveness", "--json", *small, *alone],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    for state in ("idle", "training"):
        assert set(result[state]) >= SPREAD
    assert result["epochs"] >= 1
    assert result["chairs_per_s"] == pytest.approx(
        (1 - result["lost_share"]) * result["alone_chairs_per_s"]
    )


@pytest.mark.parametrize("name", registry.ABOUT)
def test_that_every_benchmark_has_options_a_measure_and_a_table(name: str) -> None:
    benchmark = registry.find(name)
    assert benchmark.Options() == benchmark.Options()
    assert callable(benchmark.measure)
    assert callable(benchmark.table)


@pytest.mark.parametrize("arguments", [[], ["speed-of-light"]])
def test_that_a_name_that_is_none_is_wrong_usage(
    arguments: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert "training_step" in said.out + said.err


def test_that_the_table_for_people_holds_the_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["encoder", "--batch", "2", "--points", "32", "--repeats", "1"]) == 0
    assert "faster" in capsys.readouterr().out


def test_that_the_plain_networks_are_the_studys() -> None:
    encoder, decoder = PlainEncoder(3), PlainDecoder(3, 5000)
    assert sum(parameter.numel() for parameter in encoder.parameters()) == 799_173
    assert sum(parameter.numel() for parameter in decoder.parameters()) == 17_592_712


def test_that_chunks_give_the_distance_of_the_whole_table() -> None:
    generator = torch.Generator().manual_seed(0)
    pred = torch.randn(2, 70, 3, generator=generator)
    target = torch.randn(2, 50, 3, generator=generator)
    torch.testing.assert_close(chunked_chamfer(pred, target, chunk=32), plain_chamfer(pred, target))
    torch.testing.assert_close(exact_chamfer(pred, target).float(), plain_chamfer(pred, target))


def test_that_works_are_timed_in_turns() -> None:
    calls: list[str] = []
    seconds = interleaved(
        {name: lambda name=name: calls.append(name) for name in "ab"},  # type: ignore[misc]
        repeats=2,
        warm_ups=0,
    )
    assert calls == ["a", "b", "b", "a"]
    assert set(seconds) == {"a", "b"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
def test_that_the_peak_is_what_the_work_adds_and_not_what_it_leaves() -> None:
    peaks = peak_bytes({"small": (Filling, (20,)), "large": (Filling, (80,))})
    small, large = peaks["small"], peaks["large"]
    assert small is not None
    assert large is not None
    assert small / 2**20 == pytest.approx(20, abs=2)
    assert large / 2**20 == pytest.approx(80, abs=2)
    assert ratio(peaks, "small", "large") == pytest.approx(0.25, abs=0.05)


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=50))
@settings(max_examples=30)
def test_that_percentiles_lie_between_the_median_and_the_worst(seconds: list[float]) -> None:
    spread = spread_ms(seconds)
    assert spread["median_ms"] <= spread["p95_ms"] <= spread["p99_ms"] <= spread["worst_ms"]
    assert spread["worst_ms"] == pytest.approx(1000 * np.max(seconds), abs=1e-3)
