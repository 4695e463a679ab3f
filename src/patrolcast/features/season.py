"""The season of a whole city: how the time of year moves its reports, learned across years and drawn towards none.

A level that only follows (a decayed mean) is late: too high while a city's reports fall, too low while they rise. Two
harmonics of the year are therefore fitted beside a trend that bends once a year (harmonic regression of weekly counts:
Serfling 1963, doi 10.2307/4591848), by Poisson likelihood with a ridge on the harmonics, so that two noisy years make
next to no season (iteratively reweighted least squares: McCullagh & Nelder 1989, section 2.5). Whether the season is
used at all is decided where the level is chosen, in `features/city_rate`.
"""

from typing import Final

import numpy as np

from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray

N_HARMONICS: Final = 2
_DAYS_A_YEAR = 365.2425
_LEAST_WEEKS = 78
"""A year and a half: a season seen once cannot be distinguished from a trend."""
_RIDGE = 25.0
_ITERATIONS = 8


def harmonics(day_of_year: IntArray) -> FloatArray:
    """Sines and cosines of the year, ``[n_days, 2 * N_HARMONICS]``, of days 1..366 of a year."""
    angle = 2.0 * np.pi * day_of_year.astype(np.float64) / _DAYS_A_YEAR
    return np.column_stack([wave(k * angle) for k in range(1, N_HARMONICS + 1) for wave in (np.sin, np.cos)])


def fit_season(total: FloatArray, exposed: BoolArray, waves: FloatArray) -> FloatArray:
    """Coefficients of the harmonics on the log scale, ``[2 * N_HARMONICS]``; zeros where the history is too short.

    Parameters
    ----------
    total : the city's reports by day, >= 0, ``[n_days]``, oldest first; only exposed days are read.
    exposed : the days on which its records came in.
    waves : result of :func:`harmonics` for the same days.
    """
    n = len(total) // 7
    last = slice(len(total) - 7 * n, None)
    days = exposed[last].reshape(n, 7)
    exposed_weeks = days.any(axis=1)
    if exposed_weeks.sum() < _LEAST_WEEKS:
        return np.zeros(waves.shape[1])
    reports = (total[last].reshape(n, 7) * days).sum(axis=1)[exposed_weeks]
    if not reports.any():
        return np.zeros(waves.shape[1])
    exposure = days.sum(axis=1)[exposed_weeks] / 7.0
    trend = _trend(np.arange(n) / 52.0)[exposed_weeks]
    design = np.hstack([trend, waves[last].reshape(n, 7, -1)[:, 3][exposed_weeks]])
    n_trend = trend.shape[1]
    penalty = np.diag(np.concatenate([np.full(n_trend, 1e-3), np.full(waves.shape[1], _RIDGE)]))
    flat = np.zeros(design.shape[1])
    flat[:n_trend] = np.log(max(reports.sum() / exposure.sum(), 0.1))
    fitted = flat.copy()
    for iteration in range(_ITERATIONS):
        mean = exposure * np.exp(np.clip(design @ fitted, -5.0, 15.0))
        # Weeks vary more than Poisson counts: without their overdispersion a wave of burglaries would be a season.
        chi = float(((reports - mean) ** 2 / mean).sum() / max(len(reports) - design.shape[1], 1))
        scale = max(1.0, chi) if iteration > 2 else 1.0
        information = (design * (mean / scale)[:, None]).T @ design + penalty
        gradient = design.T @ ((reports - mean) / scale) - penalty @ (fitted - flat)
        fitted = fitted + np.linalg.solve(information, gradient)
    return np.asarray(fitted[n_trend:])


def _trend(years: FloatArray) -> FloatArray:
    """A line that bends at each whole year and is flat in what is left of the last, ``[n_weeks, n_knots]``."""
    knots = np.arange(0.0, years[-1] + 0.5, 1.0)
    tents = np.maximum(0.0, 1.0 - np.abs(years[:, None] - knots[None]))
    tents[:, -1] += 1.0 - tents.sum(axis=1)
    return tents
