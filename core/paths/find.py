"""Finds the two ways from stop to stop: the straight one, and one along the density.

The way along the density is a shortest path in a space that is long where it is thin: the length
of a step counts by p(z) to the power -b (a Fermat distance: Groisman, Jonckheere and Sapienza,
"Nonhomogeneous Euclidean first-passage percolation and distance learning", 2018,
arXiv:1810.09398). With b in proportion to 1/d it means the same in every size, and a path of a
graph of neighbours is only a proposal, relaxed by the gradient of the density: Sorrenson et al.,
"Learning Distances from Data with Normalizing Flows and Score Matching", 2024, arXiv:2407.09297.
Here d is the dimension in which the codes really lie; axes that a model does not use count for
nothing.

Axes: points of a leg P, latent size d.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.optimize import minimize
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from core.paths.density import SpaceDensity
from core.paths.path import PathPair, chain_evenly, path_through
from core.threads import single_threaded

POINTS_PER_LEG = 129
NEIGHBOURS = 10
MOST_LANDMARKS = 400  # codes that a proposal may lead over
PRIOR_LANDMARKS = 150
STRAIGHT_LANDMARKS = 17  # on the straight line, so that it is a proposal as well
STRENGTHS = (
    1.0,
    2.0,
    4.0,
)  # b is one of these over the dimension; the stronger shuns thin places more
JUDGED_BY = 2.0  # the strength by which the best of all proposals is chosen
BENDS = 24  # straight pieces of a leg while it is relaxed
STEPS = 40  # of the relaxation
FINER = 8  # points between two of a leg, where its thinnest place is looked for
VALLEYS = 6  # of a leg, the deepest, that are looked into
ZOOMS, ZOOM_POINTS = 4, 33  # into a valley; each looks 16 times finer than the one before
ROUNDING_NATS = 1e-9  # by which the same place may differ from itself
_MOST_THIN = 40.0  # exp of this is as long as a step may count


def find_paths(density: SpaceDensity, stops: Float[ndarray, "S latent"], seed: int = 0) -> PathPair:
    """Both ways through two or more stops.

    At no leg is the one along the density thinner than the straight one, however close one looks.
    """
    stops = np.asarray(stops, dtype=np.float64)
    if len(stops) < 2:
        raise ValueError("A path needs two stops or more.")
    straight = [np.linspace(first, last, POINTS_PER_LEG) for first, last in pairwise(stops)]
    with single_threaded():  # many small sums: a second thread only waits for a core
        proposals = _proposals(density, stops, seed)
        legs = [
            _both_ways(density, line, {strength: ways[leg] for strength, ways in proposals.items()})
            for leg, line in enumerate(straight)
        ]
        straight, along = [line for line, _ in legs], [way for _, way in legs]
    return PathPair(
        path_through(straight, density),
        path_through(along, density),
        np.sort(density.log_density(density.codes)) if len(density.codes) else np.zeros(0),
    )


def _both_ways(
    density: SpaceDensity,
    line: Float[ndarray, "P latent"],
    proposals: dict[float, Float[ndarray, "n latent"]],
) -> tuple[Float[ndarray, "P+1 latent"], Float[ndarray, "P+1 latent"]]:
    """The line, and the shortest, in the space that is long where it is thin, of the ways that are
    as dense as the line everywhere. The thinnest place of each is one of its points."""
    if np.allclose(line[0], line[-1]):
        return line, line
    chains = [_relaxed(density, line, JUDGED_BY)]
    for strength, proposal in proposals.items():
        chains += [_relaxed(density, proposal, strength), proposal]
    candidates = [line, *(chain_evenly(chain, POINTS_PER_LEG) for chain in chains)]
    logs = [density.log_density(candidate) for candidate in candidates]
    straight, power = thinnest_place(density, line), JUDGED_BY / density.dimension
    reference = float(logs[0].min())
    costs = [
        _cost(candidate, log_density, reference, power)
        for candidate, log_density in zip(candidates, logs, strict=True)
    ]
    for best in np.argsort(costs, kind="stable"):
        if best == 0:
            break
        if logs[best].min() < straight.log_density - ROUNDING_NATS:
            continue
        found = thinnest_place(density, candidates[best])
        if found.log_density >= straight.log_density - ROUNDING_NATS:
            return straight.put_into(line), found.put_into(candidates[best])
    return straight.put_into(line), straight.put_into(line)


@dataclass(frozen=True, eq=False)
class ThinPlace:
    """Where a chain leads through the least likely place."""

    at: float  # 1.25: a quarter of the way from the second point to the third
    place: Float[ndarray, " latent"]
    log_density: float  # nats

    def put_into(self, chain: Float[ndarray, "P latent"]) -> Float[ndarray, "n latent"]:
        """The same chain with this place as one of its points."""
        if self.at == int(self.at):
            return chain
        return np.insert(chain, int(self.at) + 1, self.place, axis=0)


def thinnest_place(density: SpaceDensity, chain: Float[ndarray, "P latent"]) -> ThinPlace:
    """The least likely place of a chain, on its points and between them.

    Points that are near enough to be drawn miss the bottom of a narrow valley by tenths of nats:
    the chain is looked at more finely, and closer and closer where it is least likely.
    """
    last = len(chain) - 1
    places = np.linspace(0.0, last, last * FINER + 1)
    logs = density.log_density(_along(chain, places))
    at, least = float(places[logs.argmin()]), float(logs.min())
    walled = np.concatenate([[np.inf], logs, [np.inf]])
    valleys = np.flatnonzero((logs <= walled[:-2]) & (logs <= walled[2:]))
    deepest = places[valleys[np.argsort(logs[valleys])[:VALLEYS]]]
    reach = 1 / FINER
    for _ in range(ZOOMS):
        shifts = np.linspace(-reach, reach, ZOOM_POINTS)
        closer = np.clip(deepest[:, None] + shifts, 0.0, last)  # (valleys, ZOOM_POINTS)
        logs = density.log_density(_along(chain, closer.ravel())).reshape(closer.shape)
        deepest = closer[np.arange(len(closer)), logs.argmin(axis=1)]
        if logs.min() < least:
            at, least = float(deepest[logs.min(axis=1).argmin()]), float(logs.min())
        reach *= 2 / (ZOOM_POINTS - 1)
    return ThinPlace(at, _along(chain, np.array([at]))[0], least)


def _along(
    chain: Float[ndarray, "P latent"], places: Float[ndarray, " n"]
) -> Float[ndarray, "n latent"]:
    """Places of a chain, counted in its points: 1.25 lies a quarter behind the second."""
    before = np.minimum(places.astype(np.intp), len(chain) - 2)
    share = (places - before)[:, None]
    return np.asarray((1 - share) * chain[before] + share * chain[before + 1])


def _cost(
    chain: Float[ndarray, "P latent"],
    log_density: Float[ndarray, " P"],
    reference: float,
    power: float,
) -> float:
    """The chain's length where each piece counts by (p / p_reference) to the power -power."""
    lengths = np.linalg.norm(np.diff(chain, axis=0), axis=1)
    counts = np.exp(np.minimum(-power * (log_density - reference), _MOST_THIN))
    return float((lengths * (counts[1:] + counts[:-1]) / 2).sum())


def _proposals(
    density: SpaceDensity, stops: Float[ndarray, "S latent"], seed: int
) -> dict[float, list[Float[ndarray, "n latent"]]]:
    """For each strength a shortest path over codes and samples, leg by leg."""
    lines = [np.linspace(first, last, STRAIGHT_LANDMARKS)[1:-1] for first, last in pairwise(stops)]
    rows = np.linspace(0, max(len(density.codes) - 1, 0), MOST_LANDMARKS).round().astype(np.intp)
    codes = density.codes[np.unique(rows)] if len(density.codes) else density.codes
    places = np.concatenate([stops, *lines, codes, density.sample_prior(PRIOR_LANDMARKS, seed)])
    first, second = _edges(places, len(stops))
    lengths = np.linalg.norm(places[first] - places[second], axis=1)
    # An edge is looked at in three places: a hole that is narrower than that is met later.
    logs = np.stack(
        [
            density.log_density((1 - share) * places[first] + share * places[second])
            for share in (1 / 6, 1 / 2, 5 / 6)
        ]
    )
    reference = float(np.median(logs))
    proposals = {}
    for strength in STRENGTHS:
        thin = np.clip(-strength / density.dimension * (logs - reference), -_MOST_THIN, _MOST_THIN)
        weights = lengths * np.exp(thin).mean(axis=0)
        graph = coo_array((weights, (first, second)), shape=(len(places), len(places))).tocsr()
        _, before = dijkstra(
            graph, directed=False, indices=np.arange(len(stops)), return_predecessors=True
        )
        proposals[strength] = [
            places[_way(before[leg], leg, leg + 1)] for leg in range(len(stops) - 1)
        ]
    return proposals


def _edges(places: Float[ndarray, "n latent"], stops: int) -> tuple[ndarray, ndarray]:
    """Pairs of neighbours, each once, and the straight lines between stops."""
    neighbours = min(NEIGHBOURS, len(places) - 1)
    _, found = cKDTree(places).query(places, k=neighbours + 1)
    first = np.repeat(np.arange(len(places)), neighbours + 1)
    pairs = np.stack([first, found.ravel()], axis=1)
    between = STRAIGHT_LANDMARKS - 2
    for leg in range(stops - 1):
        inner = stops + leg * between + np.arange(between)
        chain = np.concatenate([[leg], inner, [leg + 1]])
        pairs = np.concatenate([pairs, np.stack([chain[:-1], chain[1:]], axis=1)])
    pairs.sort(axis=1)
    # Places that are the same have no edge of length 0: the graph would not keep it.
    apart = np.linalg.norm(places[pairs[:, 0]] - places[pairs[:, 1]], axis=1) > 0
    pairs = np.unique(pairs[apart], axis=0)
    return pairs[:, 0], pairs[:, 1]


def _way(before: ndarray, start: int, end: int) -> list[int]:
    """Rows from start to end, by the predecessors of each row; straight where there is no way."""
    return [start, *list(_backwards(before, start, end))[::-1]]


def _backwards(before: ndarray, start: int, end: int) -> Iterator[int]:
    row = end
    while row != start:
        yield row
        row = int(before[row])
        if row < 0:
            return


def _relaxed(
    density: SpaceDensity, proposal: Float[ndarray, "n latent"], strength: float
) -> Float[ndarray, "BENDS+1 latent"]:
    """The proposal pulled tight in the space that is long where it is thin.

    Minimises the energy sum_i |x_i+1 - x_i|^2 c(middle_i), c = (p / p_reference) ** (-2 b): its
    least is the shortest path, and it keeps the points apart evenly, as the length alone would not.
    """
    chain = chain_evenly(proposal, BENDS + 1)
    power = 2 * strength / density.dimension
    reference = float(np.median(density.log_density(chain)))
    scale = max(float((np.diff(chain, axis=0) ** 2).sum()), 1e-12)

    def energy_and_slope(inner: ndarray) -> tuple[float, ndarray]:
        points = np.concatenate([chain[:1], inner.reshape(BENDS - 1, -1), chain[-1:]])
        steps = np.diff(points, axis=0)
        logs, slopes = density.log_density_and_slope((points[1:] + points[:-1]) / 2)
        thin = -power * (logs - reference)
        counts = np.exp(np.clip(thin, -_MOST_THIN, _MOST_THIN))  # (BENDS,)
        squares = (steps**2).sum(axis=1)
        slope = np.zeros_like(points)
        pull = 2 * counts[:, None] * steps
        slope[1:] += pull
        slope[:-1] -= pull
        push = (-power * squares * counts * (np.abs(thin) < _MOST_THIN))[:, None] * slopes / 2
        slope[1:] += push
        slope[:-1] += push
        return float((squares * counts).sum()) / scale, slope[1:-1].ravel() / scale

    found = minimize(
        energy_and_slope,
        chain[1:-1].ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": STEPS},
    )
    return np.concatenate([chain[:1], found.x.reshape(BENDS - 1, -1), chain[-1:]])
