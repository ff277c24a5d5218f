import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.correspondence import OrderTable, bring_into_correspondence, match_points
from core.correspondence import build as build_module

Clouds = NDArray[np.float32]


@pytest.fixture
def clouds() -> Clouds:
    return np.random.default_rng(0).normal(size=(9, 40, 3)).astype(np.float32)


def run(
    folder: Path, clouds: Clouds, rows: NDArray[np.int64] | None = None
) -> tuple[list[tuple[int, int]], OrderTable]:
    reports = list(bring_into_correspondence(folder, clouds, rows, processes=0))
    assert all(report.orders is None for report in reports[:-1])
    orders = reports[-1].orders
    assert orders is not None
    return [(report.done, report.total) for report in reports], orders


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Has an entry for each cloud that is really matched."""
    calls: list[int] = []

    def match(template: Clouds, cloud: Clouds) -> NDArray[np.int32]:
        calls.append(len(cloud))
        return match_points(template, cloud)

    monkeypatch.setattr(build_module, "match_points", match)
    return calls


def test_that_each_cloud_gets_its_order_with_progress(tmp_path: Path, clouds: Clouds) -> None:
    progress, orders = run(tmp_path, clouds)

    assert progress == [(done, 9) for done in range(10)]
    assert len(orders) == 9
    for position, cloud in enumerate(clouds):
        np.testing.assert_array_equal(orders[position], match_points(orders.template, cloud))
        arranged = orders.arrange(position, cloud)
        np.testing.assert_array_equal(arranged, cloud[orders[position]])


def test_that_orders_are_kept_on_disk(tmp_path: Path, clouds: Clouds, counted: list[int]) -> None:
    _, first = run(tmp_path, clouds)
    assert len(counted) == 9

    progress, again = run(tmp_path, clouds)

    assert len(counted) == 9
    assert progress == [(9, 9)]
    np.testing.assert_array_equal(again.template, first.template)
    for position in range(9):
        np.testing.assert_array_equal(again[position], first[position])


def test_that_only_new_clouds_are_matched_to_the_template_of_before(
    tmp_path: Path, clouds: Clouds, counted: list[int]
) -> None:
    _, first = run(tmp_path, clouds, np.array([5, 2, 7]))

    progress, orders = run(tmp_path, clouds[::-1])

    assert len(counted) == 9
    assert progress[0] == (3, 9)
    np.testing.assert_array_equal(orders.template, first.template)
    np.testing.assert_array_equal(orders[8 - 5], first[0])


def test_that_a_changed_cloud_is_matched_again(
    tmp_path: Path, clouds: Clouds, counted: list[int]
) -> None:
    run(tmp_path, clouds)
    clouds[4] += 0.01

    run(tmp_path, clouds)

    assert len(counted) == 10


def test_that_equal_clouds_are_matched_once(
    tmp_path: Path, clouds: Clouds, counted: list[int]
) -> None:
    clouds[3] = clouds[8]

    progress, orders = run(tmp_path, clouds)

    assert len(counted) == 8
    assert progress[-1] == (8, 8)
    np.testing.assert_array_equal(orders[3], orders[8])


def test_that_what_was_done_when_the_reader_stopped_is_kept(
    tmp_path: Path, clouds: Clouds, counted: list[int]
) -> None:
    reports = bring_into_correspondence(tmp_path, clouds, processes=0)
    assert [next(reports).done for _ in range(4)] == [0, 1, 2, 3]
    reports.close()  # type: ignore[attr-defined]

    run(tmp_path, clouds)

    assert len(counted) == 9


def test_that_the_template_is_chosen_of_the_rows_that_are_given(
    tmp_path: Path, clouds: Clouds
) -> None:
    rows = np.arange(9)
    for only in (2, 5):
        of_one = np.array([only])
        *_, last = bring_into_correspondence(
            tmp_path / str(only), clouds, rows, template_rows=of_one, processes=0
        )
        assert last.orders is not None
        assert len(last.orders) == 9
        own = {tuple(point) for point in clouds[only].tolist()}
        assert {tuple(point) for point in last.orders.template.tolist()} == own


def test_that_another_template_has_orders_of_its_own(tmp_path: Path, clouds: Clouds) -> None:
    _, first = run(tmp_path, clouds)
    other = first.template[::-1]

    *_, last = bring_into_correspondence(tmp_path, clouds, template=other, processes=0)

    assert last.orders is not None
    np.testing.assert_array_equal(last.orders[0], first[0][::-1])
    np.testing.assert_array_equal(run(tmp_path, clouds)[1][0], first[0])


@pytest.mark.parametrize("damage", ["cut", "missing", "wrong shape", "index", "template"])
def test_that_damaged_files_are_made_again(
    tmp_path: Path, clouds: Clouds, counted: list[int], damage: str
) -> None:
    run(tmp_path, clouds)
    (part,) = tmp_path.glob("*/part-*.npy")
    (index,) = tmp_path.glob("*/index.json")
    if damage == "cut":
        part.write_bytes(part.read_bytes()[:200])
    elif damage == "missing":
        part.unlink()
    elif damage == "wrong shape":
        np.save(part, np.zeros((9, 41), np.int32))
    elif damage == "index":
        index.write_text("{")
    else:
        (tmp_path / "template-40.npy").write_bytes(b"\x93NUMPY nonsense")

    _, orders = run(tmp_path, clouds)

    assert len(counted) == (9 if damage == "template" else 18)  # the same one is chosen again
    for position in range(9):
        np.testing.assert_array_equal(np.sort(orders[position]), np.arange(40))
    assert json.loads(index.read_text())["format"] == 1


def test_that_other_processes_find_the_same_orders(tmp_path: Path, clouds: Clouds) -> None:
    _, here = run(tmp_path / "here", clouds)

    *_, last = bring_into_correspondence(tmp_path / "there", clouds, processes=2)

    assert last.orders is not None
    for position in range(9):
        np.testing.assert_array_equal(last.orders[position], here[position])
