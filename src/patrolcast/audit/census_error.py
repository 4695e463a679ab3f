"""What the census does not know: sampling error of its counts, carried into the ratios by Monte Carlo.

A survey's count of a group in a census area comes with a 90 % margin of error. Counts are redrawn area by area (the
cells of one area share its error), the ratios formed anew, and the spread is added to that over nights, which is
independent of it. A standard error is the margin / 1.645 (US Census Bureau 2020, *Understanding and Using ACS Data*).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np
import numpy.typing as npt

from patrolcast.domain.measures import GroupComparison, Interval

Numbers = npt.NDArray[np.float64]
Z_90 = 1.645
DRAWS = 400
SEED = 20260224


@dataclass(frozen=True)
class CensusError:
    """Standard errors of one group's log ratios that stem from the census."""

    log_exposure_ratio: float
    log_need_ratio: float
    excess: float


def census_error(
    sums: tuple[Numbers, Numbers],
    on_grid: Numbers,
    counts: Numbers,
    margins: Numbers,
    total: Numbers,
    total_margin: Numbers | None,
    *,
    reference: int | None,
) -> tuple[CensusError, ...]:
    """Standard errors for every group, in order.

    Parameters
    ----------
    sums : dose and need of each census area, each cell's mean weighted by the area's share in it, ``[n_areas]``.
    on_grid : share of each area's residents on the grid, ``[n_areas]``.
    counts, margins : ``[n_groups, n_areas]``; ``total``, ``total_margin`` : ``[n_areas]``.
    reference : the group compared with; None: everyone else, whose count is redrawn as independent of the group's.
    """
    rng = np.random.default_rng(SEED)
    drawn = _draws(rng, counts, margins)
    found = []
    for g in range(len(counts)):
        if reference is None:
            beyond = margins[g] if total_margin is None else np.sqrt(np.maximum(total_margin**2 - margins[g] ** 2, 0.0))
            other = _draws(rng, np.maximum(total - counts[g], 0.0)[None], beyond[None])[:, 0]
        else:
            other = drawn[:, reference]
        logs = [_log_ratios(drawn[:, g], other, of, on_grid) for of in sums]
        spread = [float(np.std(one)) for one in (*logs, logs[0] - logs[1])]
        found.append(CensusError(*spread))
    return tuple(found)


def widened(found: GroupComparison, error: CensusError) -> GroupComparison:
    """The comparison with intervals that hold both kinds of error."""
    return replace(
        found,
        log_exposure_ratio=_wider(found.log_exposure_ratio, error.log_exposure_ratio),
        log_need_ratio=_wider(found.log_need_ratio, error.log_need_ratio),
        excess=_wider(found.excess, error.excess),
    )


def _draws(rng: np.random.Generator, counts: Numbers, margins: Numbers) -> Numbers:
    """``[n_draws, n_groups, n_areas]``, never below 0."""
    noise = rng.standard_normal((DRAWS, *counts.shape))
    drawn: Numbers = np.maximum(counts + noise * margins / Z_90, 0.0)
    return drawn


def _log_ratios(own: Numbers, other: Numbers, of: Numbers, on_grid: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (own @ of) / (own @ on_grid) / ((other @ of) / (other @ on_grid))
        logs = np.log(ratio)
    kept: Numbers = np.where(np.isfinite(logs), logs, 0.0)
    return kept


def _wider(found: Interval, error: float) -> Interval:
    if not found.measured or error == 0.0:
        return found
    lower = found.estimate - hypot(found.estimate - found.lower, 1.96 * error)
    upper = found.estimate + hypot(found.upper - found.estimate, 1.96 * error)
    return replace(found, lower=lower, upper=upper)
