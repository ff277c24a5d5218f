"""How many bars a histogram has, and where they end."""

import numpy as np
from jaxtyping import Float

MOST_BINS = 24
_FEWEST_BINS = 8
_SAME = 1e-9
"""Values whose span is a smaller share of them count as one value."""


def bin_edges(
    values: Float[np.ndarray, " values"], most: int = MOST_BINS
) -> Float[np.ndarray, " edges"]:
    """Edges of equally wide bins around finite values, of which there is at least one.

    As many as NumPy's rule "auto" finds fit, but never one lone bar nor more than `most`. Values
    that are all the same get three bins, the middle one around them.
    """
    low, high = float(values.min()), float(values.max())
    largest = max(abs(low), abs(high))
    if high - low <= _SAME * largest or high == low:
        margin = 0.05 * largest or 1.0
        return np.linspace(low - margin, high + margin, 4)
    wanted = len(np.histogram_bin_edges(values, "auto")) - 1
    fewest = min(_FEWEST_BINS, max(3, len(values)))
    return np.linspace(low, high, min(max(wanted, fewest), most) + 1)
