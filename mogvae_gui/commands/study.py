"""`mogvae study`: not there yet, and said so."""

from typing import Annotated, Any

from cyclopts import Parameter

from core.errors import StudioError
from mogvae_gui.commands.result import Result


def study(
    *arguments: Annotated[Any, Parameter(allow_leading_hyphen=True)], **options: Any
) -> Result:
    """The study's comparison, done properly."""
    raise StudioError(
        "The command study is not there yet; train each model with several --seed values and "
        "compare them with evaluate --against."
    )
