"""The level of the whole city: how many reports a day lately, and a map of rates brought to it.

How fast "lately" should forget differs: a large city's thefts follow the season within weeks, a small city's burglaries
are mostly chance. The half-life is therefore chosen anew at every origin, among a few, by how well each would have
forecast the weeks before it: prequential choice (Dawid 1984, doi 10.2307/2981683), scored by the Poisson deviance.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from patrolcast.numerics.arrays import CountArray, FloatArray
from patrolcast.numerics.decay import decayed_mean

HALF_LIVES_DAYS: Final = (7.0, 14.0, 28.0, 56.0, 91.0)
FLOOR: Final = 0.01
_WEEK = 7
_WARM_UP_DAYS = 28
_LEAST = 1e-6


def city_rate(known: CountArray) -> FloatArray:
    """City-wide reports per day lately, by origin, ``[n_days]``: the level that all methods share.

    Parameters
    ----------
    known : reports by the origin day on which they became known, ``[n_days, n_cells]``.
    """
    total = known.sum(axis=1, dtype=np.float64)
    rates = np.stack([decayed_mean(total, half_life, dtype=np.float64) for half_life in HALF_LIVES_DAYS])
    best = _loss_so_far(rates, total).argmin(axis=0)
    return np.asarray(np.take_along_axis(rates, best[None], axis=0)[0])


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


def _loss_so_far(rates: FloatArray, total: FloatArray) -> FloatArray:
    """Poisson loss of each half-life over the weeks that were over by each origin, ``[n_half_lives, n_days]``."""
    loss = np.zeros_like(rates)
    over = len(total) - _WEEK  # the week after an origin is known a week later
    if over > _WARM_UP_DAYS:
        running = np.concatenate([[0.0], np.cumsum(total)])
        came = running[_WEEK + 1 :] - running[1 : over + 1]
        expected = np.maximum(_WEEK * rates[:, :over], _LEAST)
        each = expected - came * np.log(expected)
        each[:, :_WARM_UP_DAYS] = 0.0
        loss[:, _WEEK:] = np.cumsum(each, axis=1)
    loss[HALF_LIVES_DAYS.index(28.0)] -= 1e-9  # until anything is known
    return loss
