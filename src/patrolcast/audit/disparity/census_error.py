"""What the census does not know: sampling error of its counts, carried into the ratios by Monte Carlo.

A survey's count of a group in a census area comes with a 90 % margin of error. Counts are redrawn area by area (the
cells of one area share its error), the ratios are formed anew, and their spread is added to that over nights, of which
it is independent. A standard error is the margin / 1.645 (US Census Bureau 2020, *Understanding and Using ACS Data*).
"""

from collections.abc import Iterator
from dataclasses import replace
from math import exp, hypot, isfinite, log

import numpy as np
from scipy import optimize, special

from patrolcast.audit.batch_means import BATCHES, SEED
from patrolcast.domain.measures import Interval, unmeasured
from patrolcast.numerics.arrays import FloatArray
from patrolcast.numerics.distributions import t_quantile
from patrolcast.numerics.random_streams import Stream, random_stream

Z_90 = 1.645
DRAWS = 400
ROUNDING = 1e-12
"""A standard error of a log ratio below this comes from sums in floating point and counts as none."""
NOBODY_LIVES_THERE = "within the census's margins of error nobody may live there"
_LEAST_P = 1e-100


def redraw_counts(
    counts: FloatArray,
    margins: FloatArray,
    total: FloatArray,
    total_margin: FloatArray | None,
    *,
    reference: int | None,
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Each group in order as the census may have missed it: its residents, those it is compared with, and all.

    The same call gives the same draws.

    Parameters
    ----------
    counts, margins : ``[n_groups, n_areas]``; ``total``, ``total_margin`` : ``[n_areas]``.
    reference : the group compared with; None: everyone else, whose count is redrawn as independent of the group's.

    Returns
    -------
    ``[n_draws, n_areas]`` each, never below 0. All is the sum of the parts: the two sides and, where the config names
    a reference, whoever is of neither.
    """
    rng = random_stream(SEED, Stream.CENSUS_COUNTS)
    drawn = _draws(rng, counts, margins)
    for g in range(len(counts)):
        members = drawn[:, g]
        if reference is None:
            beyond = margins[g] if total_margin is None else _beyond(total_margin, margins[g])
            others = _draws(rng, np.maximum(total - counts[g], 0.0)[None], beyond[None])[:, 0]
            yield members, others, members + others
            continue
        others = drawn[:, reference]
        sides = [g] if g == reference else [g, reference]
        beyond = np.zeros(len(total)) if total_margin is None else _beyond(total_margin, *margins[sides])
        left = np.maximum(total - counts[sides].sum(axis=0), 0.0)
        rest = _draws(random_stream(SEED, Stream.CENSUS_REST, g), left[None], beyond[None])[:, 0]
        yield members, others, drawn[:, sides].sum(axis=1) + rest


def widen_interval(interval: Interval, error: float, *, why_not: str = NOBODY_LIVES_THERE) -> Interval:
    """An interval of batch means that also covers an independent error, here the census's.

    Parameters
    ----------
    error : standard error; 0 (or rounding) returns the interval unchanged. Not finite: in some draw there is no ratio,
        and the interval is not measured.
    why_not : what is said then.

    Returns
    -------
    Half-widths added in quadrature, Student's t for the nights and the normal for the census, and the p-value of that
    very interval: the level at which it would touch 0. So p < .05 and "the interval excludes 0" stay one statement.
    """
    if not interval.measured or error < ROUNDING:
        return interval
    if not isfinite(error):
        return unmeasured(why_not, n=interval.n, estimate=interval.estimate)
    lower = interval.estimate - hypot(interval.estimate - interval.lower, 1.96 * error)
    upper = interval.estimate + hypot(interval.upper - interval.estimate, 1.96 * error)
    nights = (interval.upper - interval.estimate) / t_quantile(0.975, BATCHES - 1)
    return replace(interval, lower=lower, upper=upper, p_value=_p_of_both(abs(interval.estimate), nights, error))


def level_of_half_widths(size: float, *, nights: float, other: float) -> float:
    """Level at which an interval would reach ``size`` from its estimate, 0..1.

    Parameters
    ----------
    nights : half-width of the 95 % interval over nights; ``other`` : standard error of everything else.
    """
    return _p_of_both(size, nights / t_quantile(0.975, BATCHES - 1), other)


def _p_of_both(size: float, nights: float, census: float) -> float:
    """Level at which the two half-widths, added in quadrature, reach ``size``."""

    def beyond(log_p: float) -> float:
        half = exp(log_p) / 2  # by `special`, a hundred times faster than `stats`: this runs for each of many pairs
        return hypot(float(special.stdtrit(BATCHES - 1, half)) * nights, float(special.ndtri(half)) * census) - size

    if size == 0.0:
        return 1.0
    least = log(_LEAST_P)
    return exp(optimize.brentq(beyond, least, 0.0, xtol=1e-12)) if beyond(least) > 0 else 0.0


def _draws(rng: np.random.Generator, counts: FloatArray, margins: FloatArray) -> FloatArray:
    """``[n_draws, n_groups, n_areas]``, never below 0."""
    noise = rng.standard_normal((DRAWS, *counts.shape))
    return np.maximum(counts + noise * margins / Z_90, 0.0)


def _beyond(total_margin: FloatArray, *parts: FloatArray) -> FloatArray:
    """What is left of a total's margin beside that of its parts."""
    return np.asarray(np.sqrt(np.maximum(total_margin**2 - np.sum(np.square(parts), axis=0), 0.0)))
