"""Does the forecast err for one group more than for others? Are its victims reached as often?

Calibration compares like with like: cells of the same decile of the forecast, since a model may be too low in all busy
cells, and groups live in busy and quiet cells in different measure (calibration within groups: Obermeyer et al. 2019,
doi 10.1126/science.aax2342, on a score of health risk). Equal opportunity (Hardt, Price & Srebro 2016, doi
10.48550/arXiv.1610.02413) looks at the incidents: of those that happened where a group lives, how many lay in
suggested cells? Both stand on *reported* incidents, and inherit what is not reported.
"""

from collections.abc import Callable

import numpy as np

from patrolcast.audit.batch_means import batch_statistic
from patrolcast.audit.disparity.exposure import log_ratio
from patrolcast.domain.measures import GroupCalibration, GroupOpportunity, Interval, unmeasured
from patrolcast.numerics.arrays import FloatArray, IntArray
from patrolcast.numerics.distributions import mean_ranks, t_quantile, t_two_sided

DECILES = 10
LEAST_BLOCKS = 6


def group_calibration(
    predicted: FloatArray,
    actual: FloatArray,
    members: FloatArray,
    others: FloatArray,
    *,
    block: IntArray,
    names: tuple[str, str],
) -> GroupCalibration:
    """Calibration of one group beside others, at matched deciles of the forecast.

    Parameters
    ----------
    predicted, actual : expected and reported incidents of each cell over the window, ``[n_cells]``.
    members, others : residents of the group and of those it is compared with, ``[n_cells]``.
    block : spatial block of each cell, ``[n_cells]``; the interval is a jackknife over blocks, because errors of
        neighbouring cells resemble each other. Fewer than six blocks: no interval.
    """
    decile = forecast_deciles(predicted)
    all_cells = np.arange(len(predicted))
    ratio = _matched(predicted, actual, members, others, decile, all_cells)
    interval = _jackknife(lambda cells: _matched(predicted, actual, members, others, decile, cells), block)
    return GroupCalibration(*names, *ratio, interval)


def forecast_deciles(predicted: FloatArray) -> IntArray:
    """Decile (0..9) of each cell by its forecast; equal forecasts share one."""
    rank = mean_ranks(predicted) - 0.5
    return np.minimum((rank / len(predicted) * DECILES).astype(np.int64), DECILES - 1)


def matched_ratios(members: FloatArray, others: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Predicted / reported of both sides, each decile weighted alike on both; deciles with one side only do not count.

    Parameters
    ----------
    members, others : each side's residents, their predicted and their reported incidents by decile,
        ``[..., 3, DECILES]``.

    Returns
    -------
    ``[...]`` each; NaN where no decile is shared or nothing was reported in those that are.
    """
    shared = (members[..., 0, :] > 0) & (others[..., 0, :] > 0)
    weight = np.where(shared, members[..., 0, :] + others[..., 0, :], 0.0)
    ratios = []
    for side in (members, others):
        living = side[..., :1, :]
        rate = np.divide(side[..., 1:, :], living, out=np.zeros(side[..., 1:, :].shape), where=living > 0)
        mean = (rate * weight[..., None, :]).sum(axis=-1)
        ratio = np.divide(mean[..., 0], mean[..., 1], out=np.full(mean.shape[:-1], np.nan), where=mean[..., 1] > 0)
        ratios.append(ratio)
    return ratios[0], ratios[1]


def equal_opportunity(
    suggested: FloatArray,
    actual: FloatArray,
    members: FloatArray,
    others: FloatArray,
    total: FloatArray,
    *,
    names: tuple[str, str],
) -> GroupOpportunity:
    """Share of incidents in suggested cells and shifts by group.

    Parameters
    ----------
    suggested : incidents that lay in suggested cells and shifts, per night and cell, ``[n_nights, n_cells]``.
    actual : all incidents, the same shape. An incident counts for a group with its share of the cell's residents: who
        the victim was is not known, and never looked up.
    """
    share = np.stack([_share(members, total), _share(others, total)])
    reached, incidents = suggested @ share.T, actual @ share.T

    def shares(nights: IntArray) -> tuple[float, float]:
        top, bottom = reached[nights].sum(axis=0), incidents[nights].sum(axis=0)
        both = np.divide(top, bottom, out=np.full(2, np.nan), where=bottom > 0)
        return float(both[0]), float(both[1])

    difference = batch_statistic(lambda nights: shares(nights)[0] - shares(nights)[1], len(actual))
    return GroupOpportunity(*names, *shares(np.arange(len(actual))), difference)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def _matched(
    predicted: FloatArray,
    actual: FloatArray,
    members: FloatArray,
    others: FloatArray,
    decile: IntArray,
    cells: IntArray,
) -> tuple[float, float]:
    predicted, actual, decile = predicted[cells], actual[cells], decile[cells]
    amounts = np.stack([np.ones(len(cells)), predicted, actual])
    sides = members[cells], others[cells]
    sums = [[np.bincount(decile, side * amount, DECILES) for amount in amounts] for side in sides]
    first, second = matched_ratios(*np.array(sums))
    return float(first), float(second)


def _jackknife(ratios: Callable[[IntArray], tuple[float, float]], block: IntArray) -> Interval:
    """Delete-one-block jackknife of the log ratio of ratios (Quenouille 1956, doi 10.1093/biomet/43.3-4.353)."""
    names = np.unique(block)
    if len(names) < LEAST_BLOCKS:
        return unmeasured(f"{len(names)} spatial blocks are too few", n=len(names))
    whole = log_ratio(*ratios(np.arange(len(block))))
    without = np.array([log_ratio(*ratios(np.flatnonzero(block != name))) for name in names])
    if not (np.isfinite(whole) and np.isfinite(without).all()):
        return unmeasured("no incident on one side", n=len(names))
    n = len(names)
    error = float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
    half = t_quantile(0.975, n - 1) * error
    p_value = t_two_sided(whole / error, n - 1) if error else float(whole == 0.0)
    return Interval(whole, whole - half, whole + half, n, "", p_value)
