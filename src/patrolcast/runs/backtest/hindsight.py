"""The hindsight smooth rate on a real city: what a smooth rate fitted in hindsight catches on the same windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from patrolcast.domain.errors import DataRefusedError
from patrolcast.forecast import skill
from patrolcast.forecast.hindsight_rate import hindsight_rates, share_of_hindsight
from patrolcast.forecast.peers import COUNTING, Reports, Space
from patrolcast.forecast.peers.stacked import by_half_life
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import BoolArray, FloatArray, Int32Array, IntArray
from patrolcast.runs.backtest.scoring import FORECAST, Windows
from patrolcast.runs.backtest.windows import HORIZON_DAYS, RollingOrigins

Pair = tuple[Reports, Reports]


@dataclass(frozen=True)
class HindsightRate:
    """Hindsight rates of the scored windows, inhabited cells only, ``[n_windows, n_cells]``."""

    rate: FloatArray

    def scores(self, windows: Windows, *, shares: Sequence[float], ties: Int32Array) -> dict[str, Any]:
        """Hits of the hindsight rate, and the forecast's share of them, by area share; ties as in every other score."""

        def hits(rate: FloatArray) -> list[float]:
            caught = skill.caught(rate, windows.observed, windows.area, ties=ties, shares=shares)
            return [float(total) for total in caught.hits.sum(axis=1)]

        hindsight, mine, counting = hits(self.rate), hits(windows.expected[FORECAST]), hits(windows.expected[COUNTING])
        parts = [share_of_hindsight(m, c, a) for m, c, a in zip(mine, counting, hindsight, strict=True)]
        return {
            "hits": hindsight,
            "over_counting": [a / c if c else float("nan") for a, c in zip(hindsight, counting, strict=True)],
            "share_of_hits": [whole for whole, _ in parts],
            "share_of_gain": [gain for _, gain in parts],
        }


def all_category_reports(rolling: RollingOrigins) -> list[tuple[FloatArray, FloatArray]]:
    """Reports of all categories before and after each weekly window, by half-life: made once for every category."""
    sides = [_sides(rolling, None, int(origin)) for origin in rolling.origins[rolling.scored("week")]]
    return [(by_half_life(before), by_half_life(after)) for before, after in sides]


def hindsight_reference(
    rolling: RollingOrigins, code: int, space: Space, observed: IntArray,
    everything: list[tuple[FloatArray, FloatArray]], *, inhabited: BoolArray,
) -> HindsightRate | None:  # fmt: skip
    """The hindsight rate of each weekly window: every report before and after it, weights fitted on the windows.

    None ("not measured") where the windows hold no incident from which weights could be fitted.

    Parameters
    ----------
    observed : what occurred in the weekly windows, ``[n_windows, n_cells]``.
    everything : result of :func:`all_category_reports`.
    """
    sides = [_sides(rolling, code, int(origin)) for origin in rolling.origins[rolling.scored("week")]]
    try:
        return HindsightRate(hindsight_rates(sides, everything, observed, space)[:, inhabited])
    except DataRefusedError:
        return None


def _sides(rolling: RollingOrigins, code: int | None, origin: int) -> Pair:
    panel, slots = rolling.panel, rolling.n_slots
    first = rolling.first_shift(origin)
    end = first + HORIZON_DAYS["week"] * slots
    chosen = np.ones(len(panel.cell), dtype=bool) if code is None else panel.category == code
    before, after = chosen & (panel.shift < first), chosen & (panel.shift >= end)
    return (
        _reports(panel, before, (first - 1 - panel.shift) // slots),
        _reports(panel, after, (panel.shift - end) // slots),
    )


def _reports(panel: Panel, chosen: BoolArray, age: Int32Array) -> Reports:
    ages = age[chosen].astype(np.float64)
    return Reports(ages, panel.cell[chosen], int(ages.max(initial=0.0)) + 1, panel.n_cells)
