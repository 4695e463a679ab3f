"""Skill of a ranking: how many incidents fall in the cells that a method ranks highest.

Rules, the same for every method:

* Cells are ranked by expected incidents in each window. Equal expectations are ordered by a seeded random permutation
  that is drawn anew for each window and shared by all methods: never by cell id, which runs along the map. Where equal
  cells stand at the end of the flagged land, one such order is a matter of luck: hits are means over several.
* An area share of 2 % flags exactly 2 % of the area: whole cells from the top, and of the last cell the part that is
  missing (its incidents count in that proportion, as if that part of it were flagged by chance). Methods that prefer
  cells of other sizes therefore flag the same land.
* Sums run over all windows before ratios are taken, so that windows without incidents neither count nor disturb.

::

    rank      1      2      3      4           area budget = 2.5 cells
    area     |#####||#####||##   ||     |      incidents caught = n1 + n2 + n3 / 2
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from patrolcast.domain.comparison import TIE_ORDERS
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray

AREA_SHARES = (0.005, 0.01, 0.02, 0.05, 0.10)
"""Shares of the area that the tables report."""
SPARSE_PER_WINDOW = 10.0
"""Below this many incidents a window, the prediction efficiency index says more about chance than about the method."""


@dataclass(frozen=True)
class Caught:
    """Incidents in the flagged land, by window.

    Attributes
    ----------
    shares : area shares, ``[n_shares]``.
    hits : incidents caught, ``[n_shares, n_windows]`` (the last cell counts in part); the mean over orders of ties.
    best : incidents that the best choice of the same area would have caught, the same shape.
    observed : all incidents, ``[n_windows]``.
    """

    shares: FloatArray
    hits: FloatArray
    best: FloatArray
    observed: FloatArray


def tie_orders(n_windows: int, n_cells: int, *, rng: np.random.Generator) -> Int32Array:
    """One random permutation of the cells per window, ``[n_windows, n_cells]``; give the same one to every method."""
    return np.argsort(rng.random((n_windows, n_cells)), axis=1).astype(np.int32)


def several_orders(n_windows: int, n_cells: int, *, rng: np.random.Generator, n: int = TIE_ORDERS) -> Int32Array:
    """``n`` results of :func:`tie_orders`, ``[n, n_windows, n_cells]``."""
    return np.stack([tie_orders(n_windows, n_cells, rng=rng) for _ in range(n)])


def ranked(predicted: npt.NDArray[np.floating], ties: Int32Array) -> Int32Array:
    """Cells from the highest expectation to the lowest, ``[n_windows, n_cells]``; ties in the order of ``ties``.

    >>> ranked(np.array([[1.0, 3.0, 1.0]]), np.array([[2, 0, 1]], dtype=np.int32)).tolist()
    [[1, 2, 0]]
    """
    _same_shape(predicted, ties)
    shuffled = np.take_along_axis(np.asarray(predicted, dtype=np.float64), ties, axis=1)
    if not np.isfinite(shuffled).all():
        raise ValueError("a forecast holds values that are not finite")
    return np.take_along_axis(ties, np.argsort(-shuffled, axis=1, kind="stable"), axis=1)


def flagged(order: Int32Array, area: FloatArray, share: float) -> FloatArray:
    """How much of each cell is flagged, 0..1, ``[n_windows, n_cells]``: exactly ``share`` of the area."""
    sizes = area[order]
    before = np.cumsum(sizes, axis=1) - sizes
    part = np.clip((share * area.sum() - before) / np.maximum(sizes, 1e-300), 0.0, 1.0)
    result = np.empty_like(part)
    np.put_along_axis(result, order, part, axis=1)
    return result


def caught(
    predicted: npt.NDArray[np.floating],
    observed: AnyIntArray,
    area: FloatArray,
    *,
    ties: Int32Array,
    shares: Sequence[float] = AREA_SHARES,
) -> Caught:
    """Incidents in the flagged land of each window.

    Parameters
    ----------
    predicted : expected incidents, any positive scale, ``[n_windows, n_cells]``.
    observed : incidents that occurred, the same shape.
    area : land of each cell, > 0, ``[n_cells]``; leave out cells that are not part of the area in question.
    ties : result of :func:`tie_orders`, or of :func:`several_orders` to average over them; shared by all methods that
        are compared.
    shares : area shares, 0 < share <= 1.
    """
    _same_shape(predicted, observed)
    if area.shape != (observed.shape[1],) or not (area > 0).all():
        raise ValueError("area needs one value > 0 per cell")
    if not all(0.0 < share <= 1.0 for share in shares):
        raise ValueError(f"area shares must lie in 0..1, got {tuple(shares)}")
    density = observed / np.maximum(area, 1e-300)
    orders = ties if ties.ndim == 3 else ties[None]
    order = ranked(predicted, orders[0])
    hits = _caught_by(order, observed, area, shares)
    if len(orders) > 1 and (tied := _tied_at_the_end(predicted, order, area, shares)).any():
        again = [ranked(predicted[tied], tie_order[tied]) for tie_order in orders[1:]]
        hits[:, tied] += sum(_caught_by(tie_order, observed[tied], area, shares) for tie_order in again)
        hits[:, tied] /= len(orders)
    best = _caught_by(ranked(density, orders[0]), observed, area, shares)
    return Caught(np.asarray(shares, dtype=np.float64), hits, best, observed.sum(axis=1).astype(np.float64))


def hits_in_top(predicted: npt.NDArray[np.floating], observed: AnyIntArray, *, ties: Int32Array, share: float) -> float:
    """Share of all incidents in the top ``share`` of cells that count as equally large; NaN without incidents.

    The same rule as :func:`caught` for one share and one order of ties, without the best choice in hindsight: a run
    compares its methods by it for every category, and the second ranking would double the time.
    """
    if not observed.any():
        return float("nan")
    hits = _caught_by(ranked(predicted, ties), observed, np.ones(observed.shape[1]), (share,))
    return float(hits.sum() / observed.sum())


def hit_rate(result: Caught) -> FloatArray:
    """Share of all incidents that fell in the flagged land, ``[n_shares]``; NaN without incidents."""
    return _ratio(result.hits.sum(axis=1), np.full(len(result.shares), result.observed.sum()))


def pai(result: Caught) -> FloatArray:
    """Prediction accuracy index, ``[n_shares]``: share of incidents caught / share of area flagged; 1 is chance.

    Chainey, Tompson & Uhlig 2008 (doi 10.1057/palgrave.sj.8350066).
    """
    return hit_rate(result) / result.shares


def pei(result: Caught) -> FloatArray:
    """Prediction efficiency index, ``[n_shares]``: PAI / best PAI of the same area in the same windows, 0..1.

    Hunt 2016 (dissertation, American University: "Do crime hot spots move?"); discussed by White, Hunt & Green 2023
    (Security Journal). The best choice knows the outcome, so in windows with fewer incidents than flagged cells it
    catches all and PEI shrinks to the hit rate: see :func:`pei_warning`.
    """
    return _ratio(result.hits.sum(axis=1), result.best.sum(axis=1))


def pei_warning(result: Caught) -> str:
    """Says so when PEI degenerates, else nothing.

    That is when a window holds few incidents, or when the best choice catches (nearly) everything in it.
    """
    total, n = float(result.observed.sum()), len(result.observed)
    if not n or not total:
        return "PEI is not defined: no incident occurred"
    full = result.best.sum(axis=1) >= 0.99 * total
    notes = []
    if total / n < SPARSE_PER_WINDOW:
        notes.append(f"only {total / n:.1f} incidents a window")
    if full.any():
        shares = ", ".join(f"{100 * share:g} %" for share in result.shares[full])
        notes.append(f"hindsight catches all of them at {shares} of the area, where PEI is just the hit rate")
    return "PEI degenerates here: " + "; ".join(notes) if notes else ""


def rri(order: Int32Array, observed: AnyIntArray, earlier: AnyIntArray, area: FloatArray, *, share: float) -> float:
    """Recapture rate index: growth of incidents in the flagged land / growth of incidents everywhere.

    ``(flagged land after / before) / (everywhere after / before)``: Levine 2008 (doi 10.1057/sj.2008.5), who measured
    the flagged land of one period by what came in the next. 1 means that it keeps its share, below 1 is regression to
    the mean, 0 that nothing came back. NaN where a count that is divided by is 0: none before in the flagged land, or
    none after anywhere.

    Parameters
    ----------
    order : result of :func:`ranked`.
    observed, earlier : counts in the window and in the period before it, ``[n_windows, n_cells]``.
    """
    _same_shape(observed, earlier)
    land = flagged(order, area, share)
    after, before = float((land * observed).sum()), float((land * earlier).sum())
    if not before or not observed.any():
        return float("nan")
    return (after / before) / (float(observed.sum()) / float(earlier.sum()))


def _tied_at_the_end(
    predicted: npt.NDArray[np.floating], order: Int32Array, area: FloatArray, shares: Sequence[float]
) -> BoolArray:
    """Windows where cells as high as the last one flagged are flagged in part only, ``[n_windows]``."""
    value, after = np.take_along_axis(np.asarray(predicted), order, axis=1), np.cumsum(area[order], axis=1)
    tied = np.zeros(len(order), dtype=np.bool_)
    for share in shares:
        same = value == np.take_along_axis(value, _last(after, share * area.sum()), axis=1)
        tied |= same.sum(axis=1) > 1
    return tied


def _last(after: FloatArray, budget: float) -> IntArray:
    """Position of the cell where the flagged land ends, ``[n_windows, 1]``, of the land up to and with each cell."""
    return np.asarray(np.minimum((after <= budget * (1.0 + 1e-12)).sum(axis=1), after.shape[1] - 1))[:, None]


def _caught_by(
    order: Int32Array, amount: npt.NDArray[np.generic], area: FloatArray, shares: Sequence[float]
) -> FloatArray:
    sizes, inside = area[order], np.take_along_axis(np.asarray(amount, dtype=np.float64), order, axis=1)
    after, running = np.cumsum(sizes, axis=1), np.cumsum(inside, axis=1)
    amounts = np.empty((len(shares), len(order)))
    for k, share in enumerate(shares):
        budget = share * area.sum()
        last = _last(after, budget)
        whole = np.take_along_axis(running - inside, last, axis=1)
        area_before = np.take_along_axis(after - sizes, last, axis=1)
        size = np.take_along_axis(sizes, last, axis=1)
        part = np.clip((budget - area_before) / np.maximum(size, 1e-300), 0.0, 1.0)
        amounts[k] = (whole + part * np.take_along_axis(inside, last, axis=1))[:, 0]
    return amounts


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)


def _same_shape(a: npt.NDArray[np.generic], b: npt.NDArray[np.generic]) -> None:
    if a.ndim != 2 or a.shape != b.shape:
        raise ValueError(f"needs two arrays [n_windows, n_cells] of the same shape, got {a.shape} and {b.shape}")
