"""Computes: chairs, models, training, metrics. Knows no screen and runs from a script."""

__version__ = "0.1.0"
