"""The level of the whole city: how many reports a day lately, where the season takes it, and maps brought to it.

How fast "lately" should forget differs: a large city's thefts follow the season within weeks, a small city's burglaries
are mostly chance. The half-life, and how far the season (`features/season`) is followed, are therefore chosen anew at
every origin, among a few, by how well each would have forecast the weeks before it: prequential choice (Dawid 1984, doi
10.2307/2981683), scored by the Poisson deviance. Reports are taken relative to the season of their day before they are
averaged, and the mean is brought to the season of the day that is forecast.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from patrolcast.features.season import fit_season, harmonics
from patrolcast.numerics.arrays import BoolArray, CountArray, FloatArray, IntArray
from patrolcast.numerics.decay import daily_factor
from patrolcast.numerics.exposure import WHOLE, Exposure

HALF_LIVES_DAYS: Final = (7.0, 14.0, 28.0, 56.0, 91.0, 182.0)
SEASON_WEIGHTS: Final = (0.0, 0.5, 1.0)
"""How far the season is followed: its power."""
MOST_LEAD_DAYS: Final = 32
FLOOR: Final = 0.01
_WEEK = 7
_WARM_UP_DAYS = 28
_LEAST = 1e-6
_REFIT_DAYS = 28
_TIE = 1e-6
CHOICES: Final = tuple((half_life, weight) for weight in SEASON_WEIGHTS for half_life in HALF_LIVES_DAYS)
_LEAST_EXPOSED_SHARE = 0.5
"""Of a city's usual reports; on a day with fewer exposed the city's rate is not measured."""


@dataclass(frozen=True)
class CityLevel:
    """The level that all methods share.

    Attributes
    ----------
    rate : expected reports of the city on the day after each origin, ``[n_days]``.
    ahead : what the season makes of that rate on the days after, relative to the first, ``[n_days, MOST_LEAD_DAYS]``.
    half_life_days, season_weight : what was chosen at the last origin.
    """

    rate: FloatArray
    ahead: FloatArray
    half_life_days: float
    season_weight: float


def city_level(known: CountArray, day_of_year: IntArray, exposure: Exposure = WHOLE) -> CityLevel:
    """The city's level at each origin, from what was known by it.

    Parameters
    ----------
    known : reports by the origin day on which they became known, ``[n_days, n_cells]``.
    day_of_year : 1..366 of each origin day and of those after the last, ``[n_days + MOST_LEAD_DAYS]``.
    exposure : the days on which each cell's records came in.
    """
    n_days = len(known)
    total, exposed = _exposed_total(known, exposure)
    waves = harmonics(day_of_year)
    # The season is fitted every four weeks, on what was known then: a few days more change nothing that could be seen.
    refits = range(0, n_days, _REFIT_DAYS)
    coefficients = [fit_season(total[: day + 1], exposed[: day + 1], waves[: day + 1]) for day in refits]
    fitted = np.repeat(coefficients, _REFIT_DAYS, axis=0)[:n_days]
    rates, loss = np.empty((len(CHOICES), n_days)), np.empty((len(CHOICES), n_days))
    for i, weight in enumerate(SEASON_WEIGHTS):
        chosen = slice(i * len(HALF_LIVES_DAYS), (i + 1) * len(HALF_LIVES_DAYS))
        rates[chosen], week = _relative_rates(total, exposed, waves, fitted, weight)
        for rate, losses in zip(rates[chosen], loss[chosen], strict=True):
            # Of equals the one without a season.
            losses[:] = _loss_so_far(rate * week, total, exposed) + weight * _TIE
    loss[CHOICES.index((28.0, 0.0))] -= _TIE  # until anything is known
    best = loss.argmin(axis=0)
    weights = np.array([weight for _, weight in CHOICES])[best]
    coming = np.arange(n_days)[:, None] + 1 + np.arange(MOST_LEAD_DAYS)
    season = (waves[np.minimum(coming, len(waves) - 1)] * fitted[:, None]).sum(axis=2) * weights[:, None]
    rate = np.take_along_axis(rates, best[None], axis=0)[0] * np.exp(season[:, 0])
    return CityLevel(rate, np.exp(season - season[:, :1]), *CHOICES[int(best[-1])])


def at_city_rate(
    rates: npt.NDArray[np.floating], city: FloatArray, *, floor: float = FLOOR
) -> npt.NDArray[np.floating]:
    """Rates ``[n_origins, n_cells]`` rescaled so that each row sums to the city's rate at that origin.

    No cell is impossible: each gets at least ``floor`` of the mean, or a single report there would be infinitely
    surprising.
    """
    rates = np.maximum(rates, floor * rates.mean(axis=1, dtype=np.float64, keepdims=True) + 1e-12)
    total = rates.sum(axis=1, dtype=np.float64, keepdims=True)
    return np.asarray(rates / np.maximum(total, 1e-12) * np.maximum(city, _LEAST)[:, None])


def _exposed_total(known: CountArray, exposure: Exposure) -> tuple[FloatArray, BoolArray]:
    """The city's reports by day, and on which days they are measured.

    Where some districts' records are missing, the others stand for them by their share of all reports until then.
    """
    if exposure.is_whole:
        return known.sum(axis=1, dtype=np.float64), np.ones(len(known), dtype=bool)
    by_part = np.stack([known[:, part.cells].sum(axis=1, dtype=np.float64) for part in exposure.parts])
    came = np.stack([part.exposed for part in exposure.parts])
    # What a part usually has on an exposed day, by the days before this one.
    days = np.maximum(np.cumsum(came, axis=1) - came, 1)
    usual = (np.cumsum(by_part * came, axis=1) - by_part * came) / days + _LEAST
    share = np.where(came.all(axis=0), 1.0, (usual * came).sum(axis=0) / usual.sum(axis=0))
    exposed = share >= _LEAST_EXPOSED_SHARE
    return np.where(exposed, (by_part * came).sum(axis=0) / np.maximum(share, _LEAST_EXPOSED_SHARE), 0.0), exposed


def _relative_rates(
    total: FloatArray, exposed: BoolArray, waves: FloatArray, fitted: FloatArray, weight: float
) -> tuple[FloatArray, FloatArray]:
    """Decayed reports per day of season 1 by half-life and origin, and the season of the exposed days of the next week.

    ``[n_half_lives, n_days]`` and ``[n_days]``.
    """
    n_days, factors = len(total), np.array([daily_factor(half_life) for half_life in HALF_LIVES_DAYS])
    came = np.concatenate([exposed, np.zeros(_WEEK, dtype=bool)])
    step = _REFIT_DAYS if weight else n_days  # without a season nothing is fitted again
    week, begins = np.empty(n_days), range(0, n_days, step)
    seasons = np.zeros((len(begins), n_days))
    for begin, kept in zip(begins, seasons, strict=True):
        end = min(begin + step, n_days)
        season = np.exp(weight * (waves[: end + _WEEK] * fitted[begin]).sum(axis=1)) * came[: end + _WEEK]
        kept[:end] = season[:end]
        running = np.concatenate([[0.0], np.cumsum(season)])
        after = np.arange(begin, end) + 1
        week[begin:end] = running[np.minimum(after + _WEEK, len(season))] - running[after]
    reports, usual = np.empty((len(factors), n_days)), np.empty((len(factors), n_days))
    summed = np.zeros((1 + len(begins), len(factors)))
    for day, values in enumerate(np.vstack([total * exposed, seasons]).T):
        summed *= factors
        summed += values[:, None]
        reports[:, day], usual[:, day] = summed[0], summed[1 + day // step]
    return reports / np.maximum(usual, _LEAST**2), week


def _loss_so_far(expected: FloatArray, total: FloatArray, exposed: BoolArray) -> FloatArray:
    """Poisson loss over the weeks that were over by each origin, ``[n_days]``; ``expected`` of the week after each."""
    loss = np.zeros(len(total))
    over = len(total) - _WEEK  # the week after an origin is known a week later
    if over > _WARM_UP_DAYS:
        running = np.concatenate([[0.0], np.cumsum(total * exposed)])
        came = running[_WEEK + 1 :] - running[1 : over + 1]
        each = np.maximum(expected[:over], _LEAST)
        each -= came * np.log(each)
        each[:_WARM_UP_DAYS] = 0.0
        loss[_WEEK:] = np.cumsum(each)
    return loss
