"""The preset "Recommended" on made chairs."""

from pathlib import Path

import pytest

from core.library import Library
from core.made_chairs import add_made_chairs
from core.training.presets import recommended
from core.training.run import Run
from tests.core.training.small_runs import train_all


@pytest.fixture(scope="module")
def made_chairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of 400 made chairs, of few points so that it trains quickly."""
    library = Library.create(tmp_path_factory.mktemp("made") / "library", points=512)
    for _ in add_made_chairs(library, 400, seed=3):
        pass
    assert len(library) == 400
    return library.folder


@pytest.mark.parametrize("prior", ["standard", "mog"])
def test_that_recommended_keeps_all_latent_units_active(
    made_chairs: Path, tmp_path: Path, prior: str
) -> None:
    # As recommended, but shorter and with fewer points; the warm-up is over half way through.
    settings = recommended(prior).with_changes(
        epochs=6, warm_up_epochs=3, pretraining_epochs=2, points_per_step=128, device="cpu"
    )
    reports = train_all(Run.create(tmp_path / prior, settings), made_chairs)
    assert [report.active_units for report in reports[-3:]] == [3, 3, 3]
    assert not any("collapse" in sentence for report in reports for sentence in report.alarms)
    assert reports[-1].reconstruction < 0.7 * reports[0].reconstruction
