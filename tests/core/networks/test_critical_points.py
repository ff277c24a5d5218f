"""Winners of the max, found block by block, against the whole table of values."""

import pytest
import torch
from torch import Tensor

from core.networks import critical_points
from core.networks.critical_points import find_critical_points, largest_values


@pytest.fixture
def layer() -> tuple[Tensor, Tensor]:
    """Points of three clouds before the last product, and its weights."""
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(3, 2500, 16, generator=generator, dtype=torch.float64)
    return hidden, torch.randn(40, 16, generator=generator, dtype=torch.float64)


def table(hidden: Tensor, weight: Tensor) -> Tensor:
    """All values at once, (clouds, points, channels)."""
    return hidden @ weight.T


def test_that_blocks_of_a_processor_find_the_points_of_the_whole_table(
    layer: tuple[Tensor, Tensor],
) -> None:
    torch.testing.assert_close(find_critical_points(*layer), table(*layer).argmax(dim=1))
    torch.testing.assert_close(largest_values(*layer), table(*layer).amax(dim=1))


def test_that_blocks_of_an_accelerator_find_the_points_of_the_whole_table(
    layer: tuple[Tensor, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Room for one cloud at a time.
    monkeypatch.setattr(critical_points, "_DEVICE_BLOCK_BYTES", 2500 * 40 * 8)
    found = critical_points._find_on_device(*layer)
    torch.testing.assert_close(found, table(*layer).argmax(dim=1))


def test_that_a_number_that_is_none_wins_in_any_block(layer: tuple[Tensor, Tensor]) -> None:
    hidden, weight = layer
    hidden[1, 2000] = torch.nan
    winners = find_critical_points(hidden, weight)
    assert (winners[1] == 2000).all()
    torch.testing.assert_close(winners[0], table(hidden, weight)[0].argmax(dim=0))
