"""Numbers as people say them."""

import math


def plain_duration(seconds: float) -> str:
    """Return a duration in its two largest units: "12 s", "3 min 20 s", "1 h 5 min"."""
    if not math.isfinite(seconds) or seconds < 0:
        return "–"
    if seconds < 1:
        return "under 1 s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def short_number(value: float) -> str:
    """Return `value` in four characters or so, for read-outs: "0.0123", "3.1e-05", "1,240"."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size == 0:
        return "0"
    if size < 0.001:
        return f"{value:.1e}"
    if size < 1:
        return f"{value:.3g}"
    if size < 100:
        return f"{value:.3g}"
    return f"{value:,.0f}"
