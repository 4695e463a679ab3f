"""The self-exciting point process behind PredPol, fitted by expectation-maximisation.

Mohler et al. 2015 (doi 10.1080/01621459.2015.1077710), after Mohler et al. 2011 (doi 10.1198/jasa.2011.ap09546): the
rate of cell ``n`` is ``mu_n + sum_i theta omega exp(-omega (t - t_i))`` over the cell's own earlier reports ``i``.
The steps of the paper's EM: each report is background with probability ``mu_n / rate`` and otherwise the child of an
earlier one; ``mu_n``, ``theta`` and ``omega`` follow from these probabilities.

Choices of ours, said once: reports of the same cell and day excite only later days (some cities publish dates alone);
children beyond the history's end are not corrected for, as in the paper; sums over earlier reports are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from patrolcast.forecast.peers.reports import Reports, Space
from patrolcast.numerics.arrays import FloatArray, Int32Array, IntArray

_START = (0.1, 0.1)
ITERATIONS = 12


def self_exciting(
    reports: Reports, space: Space, *, days: int = 730, horizon_days: float = 7.0, iterations: int = ITERATIONS
) -> FloatArray:
    """Mean expected reports per day over the coming ``horizon_days``, ``[n_cells]``.

    Parameters
    ----------
    days : how far back the process is fitted.
    iterations : EM steps.
    """
    return rates_over(
        fit(reports, days=days, iterations=iterations), reports, days=days, horizons_days=(horizon_days,)
    )[0]


def rates_over(fitted: Fitted, reports: Reports, *, days: int, horizons_days: Sequence[float]) -> FloatArray:
    """Mean expected reports per day over each of several horizons, from one fit, ``[n_horizons, n_cells]``.

    The children of a report come over the horizon ``h`` as ``theta (exp(-omega t) - exp(-omega (t + h)))``, ``t`` its
    age: the shorter the horizon, the more the newest reports weigh.

    Parameters
    ----------
    days : how far back the process was fitted.
    horizons_days : each > 0.
    """
    recent = reports.age_days < days
    left = np.exp(-fitted.omega * reports.age_days[recent])
    excited = fitted.theta * np.bincount(reports.cell[recent], weights=left, minlength=reports.n_cells)
    horizon = np.asarray(horizons_days, dtype=np.float64)[:, None]
    return fitted.background + excited * (1.0 - np.exp(-fitted.omega * horizon)) / horizon


@dataclass(frozen=True)
class Fitted:
    """Parameters of the process: background per cell and day, children per report, decay per day."""

    background: FloatArray
    theta: float
    omega: float


def fit(reports: Reports, *, days: int, iterations: int) -> Fitted:
    """EM on the reports of the last ``days``; without any, a flat zero."""
    length = float(min(days, reports.n_days))
    recent = reports.age_days < days
    day, cell, times = _by_cell_and_day(length - 1.0 - np.floor(reports.age_days[recent]), reports.cell[recent])
    theta, omega = _START
    n = float(times.sum())
    if not n:
        return Fitted(np.zeros(reports.n_cells), 0.0, omega)
    background = np.bincount(cell, weights=times, minlength=reports.n_cells) * (1.0 - theta) / length
    for _ in range(iterations):
        nearby, elapsed = _earlier(day, cell, times, omega)
        trigger = theta * omega * nearby
        rate = np.maximum(background[cell] + trigger, 1e-300)
        children = times * trigger / rate
        waited = times * theta * omega * elapsed / rate
        background = np.bincount(cell, weights=times - children, minlength=reports.n_cells) / length
        theta = float(np.clip(children.sum() / n, 1e-6, 0.99))
        omega = float(np.clip(children.sum() / max(waited.sum(), 1e-12), 1.0 / 365.0, 2.0))
    return Fitted(np.asarray(background, dtype=np.float64), theta, omega)


def _by_cell_and_day(day: FloatArray, cell: Int32Array) -> tuple[FloatArray, IntArray, FloatArray]:
    code = cell.astype(np.int64) * 100_000 + day.astype(np.int64)
    unique, times = np.unique(code, return_counts=True)
    return (unique % 100_000).astype(np.float64), unique // 100_000, times.astype(np.float64)


def _earlier(day: FloatArray, cell: IntArray, times: FloatArray, omega: float) -> tuple[FloatArray, FloatArray]:
    """For each cell-day: sum over earlier days of the cell of ``exp(-omega dt)``, and of ``dt exp(-omega dt)``.

    Both are running sums of ``exp(omega t)``, taken as logarithms so that long histories do not overflow; a jump
    between cells larger than any sum inside one keeps cells apart without a loop.
    """
    jump = np.unique(cell, return_inverse=True)[1] * (omega * (float(day.max()) + 1.0) + 60.0)
    grows = omega * day + jump
    zeroth = np.logaddexp.accumulate(np.log(times) + grows)
    first = np.logaddexp.accumulate(np.log(times * (day + 1.0)) + grows)
    begins = np.r_[True, cell[1:] != cell[:-1]]
    nearby = np.r_[0.0, np.exp(zeroth[:-1] - grows[1:])]
    weighted_day = np.r_[0.0, np.exp(first[:-1] - grows[1:])]
    nearby[begins] = weighted_day[begins] = 0.0
    return nearby, np.maximum((day + 1.0) * nearby - weighted_day, 0.0)
