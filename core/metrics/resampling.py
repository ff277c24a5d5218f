"""What perfect looks like: the metrics between two samples of one surface."""

from core.frame import Frame
from core.mesh import Mesh
from core.metrics.pair import compare_clouds
from core.pair_metrics import PairMetrics
from core.sampling import sample_surface_exactly


def resampling_floor(
    mesh: Mesh, points: int = 5000, seed: int = 0, *, with_emd: bool = True
) -> PairMetrics:
    """Compare two samples of `points` of the same mesh, in the scale of a normalised cloud.

    No reconstruction can be told from perfect below these figures. About 6e-4 in CD_sq and 0.034
    in EMD at 5,000 points. ValueError where no face has an area.
    """
    reference = sample_surface_exactly(mesh, points, 2 * seed)
    again = sample_surface_exactly(mesh, points, 2 * seed + 1)
    frame = Frame.fitting(reference)
    return compare_clouds(
        frame.to_normalised(again),
        frame.to_normalised(reference),
        with_emd=with_emd,
        scale=frame.scale,
    )
