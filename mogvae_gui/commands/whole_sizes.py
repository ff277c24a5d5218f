"""How much `mogvae evaluate --whole` measures, as options of its own."""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter
from cyclopts.validators import Number

if TYPE_CHECKING:
    from core.model_figures import FigureSizes

_GROUP = Group("With --whole", sort_key=1)
_AT_LEAST_1 = Number(gte=1)


def _option(name: str, words: str, validator: Number = _AT_LEAST_1) -> Parameter:
    return Parameter(name=name, group=_GROUP, help=words, validator=validator)


@dataclass(frozen=True)
class WholeSizes:
    """None: as usual. Figures of other sizes are not to be compared."""

    generated: Annotated[
        int | None,
        _option("--generated", "Clouds drawn from the prior; 64.", Number(gte=2)),
    ] = None
    points: Annotated[
        int | None, _option("--generation-points", "Points of a cloud that are compared; 1024.")
    ] = None
    emd_points: Annotated[
        int | None, _option("--generation-emd-points", "Points for the exact EMD; 256.")
    ] = None
    likelihood_chairs: Annotated[
        int | None, _option("--likelihood-chairs", "Chairs whose likelihood is estimated; 32.")
    ] = None
    likelihood_samples: Annotated[
        int | None, _option("--likelihood-samples", "Samples of each likelihood; 64.")
    ] = None
    sigma: Annotated[
        float | None,
        _option(
            "--sigma",
            "Deviation of the Gaussian around a decoded point, of which the likelihood is; that of "
            "the run's own training where not given.",
            Number(gte=1e-6),
        ),
    ] = None

    def sizes(self) -> "FigureSizes":
        """The usual ones, with what the person named."""
        from core.model_figures import QUICK

        named = {name: value for name, value in vars(self).items() if value is not None}
        return dataclasses.replace(QUICK, **named)
