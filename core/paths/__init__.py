"""Paths through a latent space: straight from stop to stop, or where chairs are likely.

`path` holds what a path is, `density` how likely a place is, `find` finds paths. Import the one
that is needed: `find` brings half of scipy, which the window does without until a walk is made.

Axes: codes or places n, latent size d, stops S, points of a path P.
"""
