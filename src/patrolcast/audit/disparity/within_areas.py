"""Where in a census area do its people live? Not known, so residents are placed anew, many times over.

An area's count is spread evenly over its land, but homes are not: a park, a row of towers. How uneven density is from
place to place can be seen between areas, and that is what is assumed within them. Each cell's residents are multiplied
by exp(z), z normal, and the share of one side among both gets a normal addition on the logit scale, so that it stays
between 0 and 1: where nearly everybody is of one group, nearly everybody stays so. Each area's cells are then scaled to
its counts again.

How large is z? Log density is taken to differ between two cells of an area by as much as between two areas that touch
(half the mean squared difference: the semivariogram at its shortest lag, Matheron 1963, doi
10.2113/gsecongeo.58.8.1246). Areas are means of n cells each, though, and vary less than cells do: by nothing less if
density is even over many cells, by the root of n less if every cell stands for itself. Half-way between the two on the
log scale, the standard deviation is multiplied by the fourth root of n. `benchmarks/exposure_coverage` says how often
the intervals hold.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse, special

from patrolcast.audit.batch_means import SEED
from patrolcast.audit.disparity.ratio_draws import SidesOfCells
from patrolcast.numerics.arrays import FloatArray, IntArray
from patrolcast.numerics.random_streams import Stream, random_stream

DRAWS = 200
LEAST_PAIRS = 10
"""Pairs of areas that touch below which nothing is said of what happens within them."""


@dataclass(frozen=True)
class Unevenness:
    """Standard deviations between cells: of log density, and of the logit of the members' share of both sides."""

    homes: float
    share: float


def measure_unevenness(
    neighbours: IntArray, land: FloatArray, members: FloatArray, others: FloatArray, *, cells_to_an_area: float
) -> Unevenness | None:
    """What areas show of their cells; None with fewer than ten pairs that touch, or where nobody lives in them.

    Parameters
    ----------
    neighbours : positions of areas that touch, each pair once, ``[n_pairs, 2]``.
    land, members, others : land (any unit) and residents of each area, ``[n_areas]``; pairs are weighted by the
        residents of the smaller area.
    cells_to_an_area : cells for each area, at least 1.
    """
    both = members + others
    if len(neighbours) < LEAST_PAIRS or not (both[neighbours].min(axis=1) > 0).any():
        return None

    def spread(value: FloatArray) -> float:
        return float(np.sqrt(_semivariance(value, both, neighbours)) * cells_to_an_area**0.25)

    return Unevenness(spread(np.log((both + 1.0) / land)), spread(_logit_share(members, others)))


def place_anew(
    unevenness: Unevenness, weights: sparse.csr_array, members: FloatArray, others: FloatArray
) -> SidesOfCells:
    """Residents of both sides placed anew within their areas, ``[n_cells, DRAWS]``; the same chance for every group.

    Parameters
    ----------
    weights : share of each area's residents in each cell, ``[n_cells, n_areas]``.
    members, others : residents of each area, ``[n_areas]``.
    """
    rng = random_stream(SEED, Stream.RESIDENTS_WITHIN_AREAS)
    shape = (weights.shape[0], DRAWS)
    homes = np.exp(unevenness.homes * rng.standard_normal(shape))
    whole = np.asarray(weights.sum(axis=1))
    usual = np.divide(weights @ _logit_share(members, others), whole, out=np.zeros(len(whole)), where=whole > 0)
    share = special.expit(usual[:, None] + unevenness.share * rng.standard_normal(shape))
    ours, theirs = _scaled(homes * share, weights, members), _scaled(homes * (1.0 - share), weights, others)
    return SidesOfCells(ours, theirs, ours + theirs)


def place_by_reports(
    neighbours: IntArray,
    weights: sparse.csr_array,
    land: FloatArray,
    members: FloatArray,
    others: FloatArray,
    expected: FloatArray,
) -> SidesOfCells:
    """Residents who within their areas follow reports as between areas that touch, one version, ``[n_cells, 1]``.

    Where a group lives in the areas of more reports, it may live in the cells of more reports within them too; spread
    evenly, its exposure then comes out too close to parity (Robinson 1950, doi 10.2307/2087176, on what counts of areas
    hide). Differences of log density, and of the logit of the members' share, between areas that touch are regressed on
    those of the log of expected incidents, weighted by residents, and the slopes are used within areas.

    Parameters
    ----------
    neighbours, land, members, others : see :func:`measure_unevenness`.
    expected : incidents expected in each cell over the window, above 0, ``[n_cells]``.
    """
    on_grid = np.asarray(weights.sum(axis=0), dtype=np.float64)
    both = members + others
    pairs = neighbours[(on_grid[neighbours] > 0).all(axis=1)]
    level = np.log(np.maximum(expected, expected[expected > 0].min(initial=1.0)))
    between = np.divide(weights.T @ level, on_grid, out=np.zeros(len(on_grid)), where=on_grid > 0)
    slopes = [
        _slope(between, value, both, pairs) for value in (np.log((both + 1.0) / land), _logit_share(members, others))
    ]
    whole = np.asarray(weights.sum(axis=1))
    usual = np.divide(weights @ _logit_share(members, others), whole, out=np.zeros(len(whole)), where=whole > 0)
    around = np.divide(weights @ between, whole, out=np.zeros(len(whole)), where=whole > 0)
    away = level - around
    homes, share = np.exp(slopes[0] * away), special.expit(usual + slopes[1] * away)
    ours = _scaled((homes * share)[:, None], weights, members)
    theirs = _scaled((homes * (1.0 - share))[:, None], weights, others)
    return SidesOfCells(ours, theirs, ours + theirs)


def _slope(of: FloatArray, value: FloatArray, people: FloatArray, pairs: IntArray) -> float:
    first, second = pairs.T
    weight, step = people[pairs].min(axis=1), of[first] - of[second]
    squares = float(weight @ step**2)
    return float(weight @ (step * (value[first] - value[second]))) / squares if squares > 0 else 0.0


def cells_to_an_area(weights: sparse.csr_array) -> float:
    """Cells for each census area that reaches the grid, at least 1."""
    areas = np.count_nonzero(np.asarray(weights.sum(axis=0)))
    return max(weights.shape[0] / max(areas, 1), 1.0)


def _semivariance(value: FloatArray, people: FloatArray, pairs: IntArray) -> float:
    weight = people[pairs].min(axis=1)
    return float(0.5 * np.average((value[pairs[:, 0]] - value[pairs[:, 1]]) ** 2, weights=weight))


def _logit_share(members: FloatArray, others: FloatArray) -> FloatArray:
    """Half a person more on each side: an area without one of them has a share, too."""
    return np.asarray(np.log((members + 0.5) / (others + 0.5)))


def _scaled(factor: FloatArray, weights: sparse.csr_array, people: FloatArray) -> FloatArray:
    """Residents in proportion to weight times factor within each area, each area with as many on the grid as before."""
    on_grid = np.asarray(weights.sum(axis=0))
    reached = weights.T @ factor
    per_unit = np.divide((people * on_grid)[:, None], reached, out=np.zeros(reached.shape), where=reached > 0)
    return np.asarray(factor * (weights @ per_unit))
