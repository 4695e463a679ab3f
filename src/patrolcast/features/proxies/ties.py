"""Four ties between a column and a share, given the citizen-report rate, each for the share and all its surrogates.

* **straight**: the correlation of the column's normal scores with the share. It sees a slope.
* **scales**: the same slope from broad patterns to fine ones. Both are written in the sixty smoothest patterns of the
  place (`surrogates.spectral_basis`) and correlated within the first 4, the next 8, 16 and 32 of them; what counts is
  the likelihood ratio of one slope a band against none. Where the column's noise is rough, broad patterns agree almost
  wholly, and rough noise no longer hides how seldom chance gives that; where it is smooth, the fine patterns add
  independent looks to the few broad ones. It measures how sure a slope is; how large it is, the plain slope says.
* **predicts**: the R2 of an adversary that reads the share from the column as a code (`columns`), by ridge regression
  on its steps. It sees any shape: a shuffled code, a map of gaps. Its size is what it predicts of the share on blocks
  of the city that it has not seen; whether that is chance, its fit says, which surrogates spread less.
* **follows**: how much of the column the share's own eighths explain (the correlation ratio, Pearson 1905). It sees
  what goes up on both sides of the share's middle: such a column does not give the share away, and yet is made of it.

Column and share are taken less what a cubic of the rank-normal report rate explains of them, in each part of the city
anew, and so is every surrogate: what need explains is in none of the four.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse

from patrolcast.features.proxies.adversary import N_FOLDS, spatial_folds
from patrolcast.features.proxies.association import rank_normal
from patrolcast.features.proxies.columns import LEAST_KNOWN, Column
from patrolcast.features.proxies.surrogates import spectral_basis
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray

_SHRINKAGE = 3.0
"""Places' worth of the mean that each step's own mean is drawn towards; 3 of some 16 places in the finest step."""
_PLACES_A_STEP = 4
_EIGHTHS = 8
_BANDS = (0, 4, 12, 28, 60)
"""Where the bands of patterns begin and end: each is about half as coarse as the one before."""


class TieKind(StrEnum):
    """Which of the four it is."""

    STRAIGHT = "straight"
    SCALES = "scales"
    PREDICTS = "predicts"
    FOLLOWS = "follows"


SLOPES = frozenset({TieKind.STRAIGHT, TieKind.SCALES})
"""Two tests of one slope: how large it is, both say alike."""


@dataclass(frozen=True)
class Tie:
    """One column in one part of the city by one statistic, for every share and its surrogates.

    Attributes
    ----------
    column : position of the column; ``part`` name of the part ("" the whole city).
    statistic : ``[n_groups, 1 + n_surrogates]``, the real share first: -1..1, or a part of the spread 0..1.
    size : how much it matters, ``[n_groups]``: of a slope (straight, scales) the part of the whole correlation that the
        rate leaves (-1..1), R2 on unseen blocks (at most 1), the part explained beyond chance (at most 1).
    """

    column: int
    part: str
    kind: TieKind
    statistic: FloatArray
    size: FloatArray

    @property
    def evidence(self) -> FloatArray:
        """Fisher's z of the statistic, or of its root: chance is about as wide everywhere; the statistic's shape.

        Of the bands it is the root of the likelihood ratio.
        """
        if self.kind == TieKind.STRAIGHT:
            return np.arctanh(np.minimum(np.abs(self.statistic), 1.0 - 1e-12))
        root = np.sqrt(np.clip(self.statistic, 0.0, 1.0 - 1e-12))
        return np.sqrt(-np.log1p(-(root**2))) if self.kind == TieKind.SCALES else np.arctanh(root)


def measure_ties(
    columns: Sequence[Column],
    shares: FloatArray,
    rate: FloatArray,
    xy: FloatArray,
    parts: Mapping[str, BoolArray],
    *,
    kinds: Collection[TieKind] = tuple(TieKind),
) -> list[Tie]:
    """Every column in every part of the city in which it is known in 32 places and varies.

    Parameters
    ----------
    columns : of places, ``[n]`` each.
    shares : ``[n, n_groups, 1 + n_surrogates]``, the real share first.
    rate : citizen reports per km2, ``[n]`` or ``[n, m]``; xy : metres, ``[n, 2]``; parts : name -> ``[n]``.
    """
    ties: list[Tie] = []
    for part, rows in parts.items():
        if int(rows.sum()) < LEAST_KNOWN:
            continue
        given = _GivenRate(shares[rows], rate[rows], xy[rows])
        folds = spatial_folds(xy[rows])
        for position, column in enumerate(columns):
            known = column.known[rows]
            if int(known.sum()) < LEAST_KNOWN or np.ptp(column.values[rows][known]) == 0:
                continue
            here = given if known.all() else _GivenRate(shares[rows][known], rate[rows][known], xy[rows][known])
            ties += _slopes_and_follows(here, column.values[rows][known], position, part)
            if TieKind.PREDICTS in kinds:
                ties += _predicts(given, [steps[rows] for steps in column.steps], folds, position, part)
    return [tie for tie in ties if tie.kind in kinds]


class _GivenRate:
    """Shares of some places, less what the report rate explains, the eighths of each, and its patterns."""

    def __init__(self, shares: FloatArray, rate: FloatArray, xy: FloatArray) -> None:
        self.shape = shares.shape[1:]
        self.basis = _rate_basis(rate)
        raw = shares.reshape(len(shares), -1)
        self.left = self.less_rate(raw)
        self.norm = np.sqrt((self.left**2).sum(axis=0))
        spread = np.sqrt(((raw - raw.mean(axis=0)) ** 2).sum(axis=0))
        self.left_of_share = np.divide(self.norm, spread, out=np.zeros(len(spread)), where=spread > 0)
        order = np.argsort(np.argsort(raw, axis=0, kind="stable"), axis=0, kind="stable")
        eighth = order * _EIGHTHS // len(raw)
        row = (eighth + np.arange(raw.shape[1]) * _EIGHTHS).ravel()
        place = np.repeat(np.arange(len(raw)), raw.shape[1])
        size = (raw.shape[1] * _EIGHTHS, len(raw))
        self.members = sparse.csr_array((np.ones(row.size), (row, place)), shape=size)
        self.size_of_eighth = np.bincount(eighth[:, 0], minlength=_EIGHTHS).astype(np.float64)
        self.patterns = spectral_basis(xy)[:, : _BANDS[-1]]
        self.in_patterns = self.patterns.T @ self.left

    def less_rate(self, values: FloatArray) -> FloatArray:
        """What the report rate leaves of ``[n]`` or ``[n, k]`` values."""
        return np.asarray(values - self.basis @ (self.basis.T @ values))


def _slopes_and_follows(given: _GivenRate, values: FloatArray, position: int, part: str) -> Iterator[Tie]:
    score = rank_normal(values)
    left = given.less_rate(score)
    norm = float(np.sqrt((left**2).sum()))
    if norm <= 1e-9 * np.sqrt(len(values)):
        return
    r = _divided(left @ given.left, norm * given.norm).reshape(given.shape)
    spread = float(np.sqrt(((score - score.mean()) ** 2).sum()))
    kept = (given.left_of_share * norm / spread).reshape(given.shape)
    yield Tie(position, part, TieKind.STRAIGHT, r, r[:, 0] * kept[:, 0])
    by_scale = _explained_by_scale(given.patterns.T @ left, given.in_patterns).reshape(given.shape)
    yield Tie(position, part, TieKind.SCALES, by_scale, r[:, 0] * kept[:, 0])
    summed = (given.members @ left).reshape(-1, _EIGHTHS)
    explained = ((summed**2 / given.size_of_eighth).sum(axis=1) / norm**2).reshape(given.shape)
    chance = explained[:, 1:].mean(axis=1)
    yield Tie(position, part, TieKind.FOLLOWS, explained, (explained[:, 0] - chance) / (1.0 - chance))


def _explained_by_scale(column: FloatArray, shares: FloatArray) -> FloatArray:
    """What one slope a band explains, as one part of the spread, 0..1: ``1 - exp(-likelihood ratio / patterns)``.

    Parameters
    ----------
    column, shares : coefficients of the patterns, smoothest first, ``[k]`` and ``[k, m]`` -> ``[m]``.
    """
    log_left = np.zeros(shares.shape[1])
    for first, after in itertools.pairwise(_BANDS):
        of_column, of_shares = column[first:after], shares[first:after]
        squared = _divided((of_column @ of_shares) ** 2, (of_column @ of_column) * (of_shares**2).sum(axis=0))
        log_left += len(of_column) * np.log1p(-np.minimum(squared, 1.0 - 1e-9))
    return -np.expm1(log_left / len(column))


def _predicts(
    given: _GivenRate, codes: Sequence[FloatArray], folds: IntArray, position: int, part: str
) -> Iterator[Tie]:
    for k, steps in enumerate(codes):
        if k and steps.shape[1] * _PLACES_A_STEP > len(steps):
            return
        left = given.less_rate(steps)
        unseen = _unseen_r2(left, given.left.reshape(len(left), *given.shape)[:, :, 0], folds)
        yield Tie(position, part, TieKind.PREDICTS, _seen_r2(left, given.left).reshape(given.shape), unseen)


def _seen_r2(steps: FloatArray, shares: FloatArray) -> FloatArray:
    """R2 of the same regression on the places that it was fitted to, 0..1."""
    outer = steps.T @ shares
    weight = np.linalg.solve(steps.T @ steps + _SHRINKAGE * np.eye(steps.shape[1]), outer)
    missed = ((shares - steps @ weight) ** 2).sum(axis=0)
    return 1.0 - np.where((whole := (shares**2).sum(axis=0)) > 0, _divided(missed, whole), 1.0)


def _unseen_r2(steps: FloatArray, shares: FloatArray, folds: IntArray) -> FloatArray:
    """R2 of ridge regression on the steps, on folds not seen, ``[n, k]`` and ``[n, m]`` -> ``[m]``."""
    places = [folds == fold for fold in range(N_FOLDS)]
    inner = [steps[out].T @ steps[out] for out in places]
    outer = [steps[out].T @ shares[out] for out in places]
    all_inner = np.sum(inner, axis=0) + _SHRINKAGE * np.eye(steps.shape[1])
    all_outer = np.sum(outer, axis=0)
    missed = np.zeros(shares.shape[1])
    for out, own_inner, own_outer in zip(places, inner, outer, strict=True):
        weight = np.linalg.solve(all_inner - own_inner, all_outer - own_outer)
        missed += ((shares[out] - steps[out] @ weight) ** 2).sum(axis=0)
    return 1.0 - np.where((whole := (shares**2).sum(axis=0)) > 0, _divided(missed, whole), 1.0)


def _rate_basis(rate: FloatArray) -> FloatArray:
    """Orthonormal columns that span a cubic of each rank-normal rate."""
    powers = [np.ones(len(rate))]
    for city_rate in rate.reshape(len(rate), -1).T:
        x = rank_normal(city_rate)
        powers += [x, x**2, x**3]
    left, size, _ = np.linalg.svd(np.column_stack(powers), full_matrices=False)
    return np.asarray(left[:, size > 1e-9 * size[0]])


def _divided(above: FloatArray, below: FloatArray) -> FloatArray:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 1e-12)
