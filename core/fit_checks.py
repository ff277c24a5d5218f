"""To which runs and chairs a mixture can be fitted afterwards; asked without loading torch."""

from typing import TYPE_CHECKING, Final

from core.errors import LibraryError, SettingsError
from core.model_choices import MAXIMUM_COMPONENTS

if TYPE_CHECKING:  # they bring numpy, which the help of a command does without
    from core.library import Library
    from core.training.settings import TrainingSettings

USUAL_COMPONENTS: Final = 8


def reason_not_fitted(settings: "TrainingSettings") -> str:
    """Why a run of these settings gets no mixture afterwards; empty where it can."""
    if not settings.has_components:
        return ""
    has = "a VampPrior" if settings.prior == "vamp" else "a mixture"
    return (
        f"It has {has} already. A mixture is fitted afterwards to runs without components: those "
        "with the standard normal or a learned Gaussian as their prior."
    )


def check_components(components: int) -> None:
    """Raise SettingsError for a number of components that no mixture has."""
    if not 1 <= components <= MAXIMUM_COMPONENTS:
        raise SettingsError(
            f"A mixture that is fitted has 1 to {MAXIMUM_COMPONENTS} components, not {components}."
        )


def check_enough_chairs(library: "Library", components: int) -> None:
    """Raise LibraryError for fewer training chairs than components."""
    train = len(library.indices("train"))
    if train < components:
        raise LibraryError(
            f"A mixture of {components} components is fitted to at least as many "
            f"training chairs; there are {train}. Fit fewer, or import or make more chairs."
        )
