"""Chance that looks like the city: shares with the same spatial pattern as the real ones, placed anew.

Moran spectral randomisation (Wagner & Dray 2015, doi 10.1111/2041-210X.12407): the share is written in the
eigenvectors of the doubly centred neighbour matrix; pairs of neighbouring eigenvectors are turned by random angles. The
surrogate has the same mean, variance and nearly the same Moran's I, and no tie to any feature. Distance correlation
(Szekely, Rizzo & Bakirov 2007, doi 10.1214/009053607000000505) is 0 only under independence, so it also sees a U-shaped
proxy; its chance level is taken from those surrogates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist, squareform

_NEIGHBOURS = 6

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DistanceTest:
    """Distance correlation, 0..1, and the share of surrogates that reach it (with the observed among them)."""

    value: float
    p: float


def moran_basis(xy: Numbers) -> Numbers:
    """Eigenvectors of the doubly centred neighbour matrix, ``[n, n - 1]``, smoothest first; for up to 1,500 places."""
    n = len(xy)
    _, near = cKDTree(xy).query(xy, k=min(_NEIGHBOURS + 1, n))
    weight = np.zeros((n, n))
    weight[np.repeat(np.arange(n), near.shape[1] - 1), near[:, 1:].ravel()] = 1.0
    weight = np.maximum(weight, weight.T)
    centre = np.eye(n) - 1.0 / n
    values, vectors = np.linalg.eigh(centre @ weight @ centre)
    constant = int(np.argmax(np.abs(vectors.sum(axis=0))))
    order = [i for i in np.argsort(-values) if i != constant]
    return np.asarray(vectors[:, order])


def surrogates(values: Numbers, basis: Numbers, *, count: int, rng: np.random.Generator) -> Numbers:
    """Values with the same spatial pattern, elsewhere: ``[n, count]``."""
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


def distance_tests(features: Numbers, share: Numbers, chance: Numbers) -> list[DistanceTest]:
    """Distance correlation of each feature with the share, against the same with surrogates of the share.

    Parameters
    ----------
    features : ``[n, k]``.
    share : ``[n]``.
    chance : surrogates, ``[n, m]``.
    """
    centred = np.stack([_centred(column) for column in features.T]).reshape(features.shape[1], -1)
    own = np.sqrt((centred**2).mean(axis=1))
    observed = _correlations(centred, own, share)
    by_chance = np.array([_correlations(centred, own, column) for column in chance.T])
    reached = (by_chance >= observed - 1e-12).sum(axis=0)
    p = (1 + reached) / (1 + len(by_chance))
    return [DistanceTest(float(value), float(one)) for value, one in zip(observed, p, strict=True)]


def _correlations(centred: Numbers, own: Numbers, share: Numbers) -> Numbers:
    other = _centred(share).ravel()
    size = np.sqrt((other**2).mean())
    covariance = np.maximum(centred @ other / len(other), 0.0)
    return np.sqrt(np.divide(covariance, own * size, out=np.zeros(len(own)), where=own * size > 0))


def _centred(values: Numbers) -> Numbers:
    apart = squareform(pdist(values[:, None]))
    mean = apart.mean(axis=0)
    return np.asarray(apart - mean[None, :] - mean[:, None] + mean.mean())
