"""Paths through a latent space: straight from stop to stop, or where chairs are likely.

Axes: codes or places n, latent size d, stops S, points of a path P.
"""

from core.paths.density import SpaceDensity
from core.paths.find import PathPair, find_paths
from core.paths.path import Path

__all__ = ["Path", "PathPair", "SpaceDensity", "find_paths"]
