"""How likely a place of the latent space is: by the prior, and by where the chairs really lie.

Axes: places B, Gaussians or chairs n, components K, latent size d.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import cKDTree
from scipy.special import logsumexp

from core.components import Components

MOST_KERNELS = 500  # chairs whose codes carry a kernel; more are thinned evenly
NEIGHBOUR = 5  # whose distance says how wide a kernel is
SHARE_OF_CODES = 0.5
_AT_ONCE = 4_000_000  # numbers of the largest table
_LN_2PI = float(np.log(2 * np.pi))


class SpaceDensity:
    """A mixture of the prior and of a kernel density estimate of the chairs' codes.

    p(z) = (1 - s) prior(z) + s / n sum_i N(z; code_i, h^2 I), s a half. The prior alone calls
    places usual where no chair ever was; the codes alone leave holes between chairs. h is the
    median distance of a code to its fifth neighbour, divided by sqrt(d): the nearest-neighbour
    width of Silverman, "Density Estimation for Statistics and Data Analysis" (1986), section 2.5,
    the same for all kernels. Unlike Scott's rule it stays narrow where the codes form groups.
    """

    def __init__(self, components: Components | None, codes: Float[ndarray, "n latent"]) -> None:
        codes = np.asarray(codes, dtype=np.float64)
        if components is None and not len(codes):
            raise ValueError("A density needs a prior or codes.")
        self.codes = codes[_evenly(len(codes), MOST_KERNELS)]
        self._means: Float[ndarray, "K latent"] = np.zeros((0, codes.shape[1]))
        self._roots: Float[ndarray, "K latent latent"] = np.zeros((0, 0, 0))
        share = SHARE_OF_CODES if len(codes) else 0.0
        if components is None:
            share = 1.0
        else:
            self._means = components.means
            # (K, d, d): L with covariance L L'
            self._roots = np.linalg.cholesky(components.covariances)
            self._whitening = np.linalg.inv(self._roots)
            spread = 2 * np.log(np.diagonal(self._roots, axis1=1, axis2=2)).sum(axis=1)
            with np.errstate(divide="ignore"):
                self._log_prior = (
                    np.log(components.weights * (1 - share)) - 0.5 * spread - self._half_log_2pi
                )
            self._weights = components.weights
        self.width = self._kernel_width() if len(self.codes) else 1.0
        self._log_kernel = -np.inf
        if len(self.codes):
            log_scale = self.latent * float(np.log(self.width)) + self._half_log_2pi
            self._log_kernel = float(np.log(share / len(self.codes))) - log_scale

    @property
    def latent(self) -> int:
        """d."""
        return int(self.codes.shape[1])

    @property
    def dimension(self) -> float:
        """Of the part of the space in which the codes lie, 1 to d: (sum v)^2 / sum v^2, where v are
        their variances along principal components; d where there are no codes."""
        if len(self.codes) < 2:
            return float(self.latent)
        covariance = np.atleast_2d(np.cov(self.codes.T))
        squares = float((covariance**2).sum())  # of all eigenvalues together
        return float(np.trace(covariance)) ** 2 / squares if squares > 0 else float(self.latent)

    @property
    def _half_log_2pi(self) -> float:
        return 0.5 * self.latent * _LN_2PI

    def log_density(self, places: Float[ndarray, "B latent"]) -> Float[ndarray, " B"]:
        """log p at each place, nats."""
        return self.log_density_and_slope(places, with_slope=False)[0]

    def log_density_and_slope(
        self, places: Float[ndarray, "B latent"], *, with_slope: bool = True
    ) -> tuple[Float[ndarray, " B"], Float[ndarray, "B latent"]]:
        """log p and its gradient at each place; zeros for the gradient where it is not wanted.

        The gradient of a mixture's log density is that of its parts, weighted by how responsible
        they are.
        """
        places = np.asarray(places, dtype=np.float64)
        values = np.empty(len(places))
        slopes = np.zeros_like(places)
        for part in self._parts(len(places)):
            values[part], slopes[part] = self._of_part(places[part], with_slope)
        return values, slopes

    def sample_prior(self, count: int, seed: int) -> Float[ndarray, "count latent"]:
        """Draw places from the prior; none where there is no prior."""
        if not len(self._means):
            return np.zeros((0, self.latent))
        generator = np.random.default_rng(seed)
        weights = self._weights / self._weights.sum()
        which = generator.choice(len(weights), size=count, p=weights)
        noise = generator.normal(size=(count, self.latent))
        return np.asarray(self._means[which] + np.einsum("bij,bj->bi", self._roots[which], noise))

    def _of_part(
        self, places: Float[ndarray, "B latent"], with_slope: bool
    ) -> tuple[Float[ndarray, " B"], Float[ndarray, "B latent"]]:
        logs = []  # (B, K), then (B, n)
        if len(self._means):
            apart = places.T[None] - self._means[:, :, None]  # (K, d, B)
            whitened = self._whitening @ apart
            logs.append((self._log_prior[:, None] - 0.5 * (whitened**2).sum(axis=1)).T)
        if len(self.codes):
            scaled, centres = places / self.width, self.codes / self.width
            squared = (
                (scaled**2).sum(axis=1)[:, None]
                - 2 * scaled @ centres.T
                + (centres**2).sum(axis=1)[None]
            )
            logs.append(self._log_kernel - 0.5 * np.maximum(squared, 0.0))
        every = np.concatenate(logs, axis=1)  # (B, K + n)
        values = np.asarray(logsumexp(every, axis=1))
        slopes = np.zeros_like(places)
        if with_slope:
            responsible = np.exp(every - values[:, None])
            if len(self._means):
                back = np.swapaxes(self._whitening, 1, 2) @ whitened  # precision times apart
                slopes -= np.einsum("bk,kdb->bd", responsible[:, : len(self._means)], back)
            by_code = responsible[:, len(self._means) :]
            if len(self.codes):
                pulled = by_code @ self.codes - by_code.sum(axis=1)[:, None] * places
                slopes += pulled / self.width**2
        return values, slopes

    def _kernel_width(self) -> float:
        """h, the kernels' standard deviation."""
        spread = float(np.sqrt(self.codes.var(axis=0).mean()))
        if len(self.codes) < 2 or spread == 0.0:  # one place: as wide as the prior, or as 1
            if not len(self._roots):
                return 1.0
            return float(np.sqrt((self._roots**2).sum(axis=2).mean()))
        neighbour = min(NEIGHBOUR, len(self.codes) - 1)
        distances, _ = cKDTree(self.codes).query(self.codes, k=[neighbour + 1])
        width = float(np.median(distances)) / float(np.sqrt(self.latent))
        return max(width, 0.02 * spread)

    def _parts(self, count: int) -> Iterator[slice]:
        size = max(1, _AT_ONCE // (len(self.codes) + len(self._means) + 1))
        for start in range(0, count, size):
            yield slice(start, min(start + size, count))


def _evenly(count: int, most: int) -> ndarray:
    """At most `most` of the numbers below `count`, spread evenly."""
    if count <= most:
        return np.arange(count)
    return np.asarray(np.linspace(0, count - 1, most).round(), dtype=np.intp)
