"""Chance that looks like the city: shares with the same spatial pattern as the real ones, placed anew.

Spectral randomisation (Wagner & Dray 2015, doi 10.1111/2041-210X.12407): the share is written in smooth patterns of the
neighbour graph; pairs of neighbouring patterns are turned by random angles. The surrogate has the same mean, variance
and nearly the same autocorrelation, and no tie to any feature. The patterns are the eigenvectors of the graph's
Laplacian, whose quadratic form is Geary's c (Geary 1954, doi 10.2307/2986645). Those of the centred neighbour matrix
(Moran's I) fade towards the city's edge, which no real feature does: with them 9 % of smooth nulls passed for proxies
at a significance of 5 %, and 15 % of sets of eight; with the Laplacian 5 % (80 cities).

Two statistics see a tie that is not straight: distance correlation (Szekely, Rizzo & Bakirov 2007,
doi 10.1214/009053607000000505), 0 only under independence but weak against a U-shape; and the correlation with the bend
of the share, which is what a U-shape is. The smaller p counts, and its chance level is taken from the same surrogates
(min-p of Westfall & Young 1993, *Resampling-Based Multiple Testing*, Wiley), so that two looks cost no doubling.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from patrolcast.features.proxies.association import rank_normal
from patrolcast.features.proxies.distance import distance_correlations
from patrolcast.numerics.arrays import FloatArray

_NEIGHBOURS = 6
_NEAR = 1.6
"""Neighbours lie within so many times the usual spacing: a place on the edge has fewer, not farther ones."""


@dataclass(frozen=True)
class ShapeTest:
    """A tie of any shape.

    Attributes
    ----------
    distance : distance correlation, 0..1.
    bend : correlation with the bend of the share, -1..1.
    p : of the two together, the share of surrogates that reach the smaller of the two p (the observed among them).
    """

    distance: float
    bend: float
    p: float


def spectral_basis(xy: FloatArray) -> FloatArray:
    """Eigenvectors of the neighbour graph's Laplacian, ``[n, n - 1]``, smoothest first; for up to 1,500 places."""
    n = len(xy)
    apart, near = cKDTree(xy).query(xy, k=min(_NEIGHBOURS + 1, n))
    close = apart[:, 1:] <= _NEAR * np.median(apart[:, 1:])
    close[:, 0] = True
    weight = np.zeros((n, n))
    weight[np.nonzero(close)[0], near[:, 1:][close]] = 1.0
    weight = np.maximum(weight, weight.T)
    laplacian = np.diag(weight.sum(axis=1)) - weight
    # Twice the largest degree bounds the spectrum: so the constant comes last, also where the graph has islands.
    _, vectors = np.linalg.eigh(laplacian + 4.0 * weight.sum(axis=1).max() / n)
    return np.asarray(vectors[:, :-1])


def surrogates(values: FloatArray, basis: FloatArray, *, count: int, rng: np.random.Generator) -> FloatArray:
    """Values with the same spatial pattern, elsewhere: ``[n, count]``.

    Shares of several groups are turned alike by generators of the same seed: their ties to each other stay as they are.
    """
    size = basis.T @ (values - values.mean())
    odd = len(size) % 2
    first, second = size[: len(size) - odd : 2], size[1 : len(size) - odd + 1 : 2]
    angle = rng.uniform(0, 2 * np.pi, (len(first), count))
    turned = np.empty((len(size), count))
    length = np.hypot(first, second)[:, None]
    turned[: len(size) - odd : 2] = length * np.cos(angle)
    turned[1 : len(size) - odd + 1 : 2] = length * np.sin(angle)
    if odd:
        turned[-1] = size[-1] * rng.choice([-1.0, 1.0], count)
    return values.mean() + basis @ turned


def min_p(statistics: FloatArray) -> float:
    """One p for several statistics, large ones speaking against chance; ``[n_statistics, 1 + m]``, observed first.

    Every column gets the smallest of its p-values among all columns; what counts is how many columns' are as small as
    the observed (Westfall & Young 1993).
    """
    ranked = np.sort(statistics, axis=1)
    slack = 1e-12 * np.maximum(1.0, np.abs(statistics))
    below = np.stack([np.searchsorted(row, observed) for row, observed in zip(ranked, statistics - slack, strict=True)])
    least = (1.0 - below / statistics.shape[1]).min(axis=0)
    return float((least <= least[0] + 1e-12).mean())


def bend(shares: FloatArray) -> FloatArray:
    """The square of the rank-normal share, less what a straight line predicts; mean 0, deviation 1, ``[n, m]``."""
    z = np.column_stack([rank_normal(column) for column in shares.T])
    z = _unit(z)
    square = _unit(z**2)
    return _unit(square - z * (z * square).mean(axis=0))


def shape_tests(features: FloatArray, share: FloatArray, chance: FloatArray) -> list[ShapeTest]:
    """Ties of any shape of each feature with the share, against the same with surrogates of the share.

    Parameters
    ----------
    features : ``[n, k]``.
    share : ``[n]``.
    chance : surrogates, ``[n, m]``.
    """
    shares = np.column_stack([share, chance])
    distance = [distance_correlations(column, shares) for column in features.T]
    bent = _unit(features).T @ bend(shares) / len(shares)
    return [
        ShapeTest(float(far[0]), float(bow[0]), min_p(np.stack([far, np.abs(bow)])))
        for far, bow in zip(distance, bent, strict=True)
    ]


def _unit(values: FloatArray) -> FloatArray:
    spread = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread > 1e-12, spread, np.inf))
