"""Every variant in every measure: over all nights, in each batch, and with each redraw of the census.

Two variants are subtracted in all three, so whatever both share in a batch or in a redraw cancels before it becomes an
interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from patrolcast.audit.batch_means import BATCHES, batch_interval
from patrolcast.audit.compare.groups import GroupMeasureFunction, log_ratio_of_means
from patrolcast.audit.compare.land_and_census import LandAndCensus, measured_groups
from patrolcast.audit.compare.measures import MeasureFunction
from patrolcast.audit.compare.nights import Nights
from patrolcast.audit.disparity.census_error import widen_interval
from patrolcast.domain.comparison import Measure
from patrolcast.domain.measures import Interval
from patrolcast.numerics.arrays import FloatArray, IntArray

Measured = Sequence[tuple[Measure, MeasureFunction]]
_Window = TypeVar("_Window")


@dataclass(frozen=True)
class Values:
    """One measure of one variant, averaged over its training seeds.

    Attributes
    ----------
    whole : over all nights.
    batches : over each batch of nights, ``[n_batches]``.
    redrawn : over all nights, with residents redrawn, ``[n_draws]``; None where the census gives no error.
    """

    whole: float
    batches: FloatArray
    n_nights: int
    redrawn: FloatArray | None = None

    def __sub__(self, other: Values) -> Values:
        """Values of the difference.

        Raises ValueError when the two were not measured on the same nights.
        """
        if self.n_nights != other.n_nights:
            raise ValueError(f"paired variants need the same nights, got {other.n_nights} and {self.n_nights}")
        redrawn = None if self.redrawn is None or other.redrawn is None else self.redrawn - other.redrawn
        return Values(self.whole - other.whole, self.batches - other.batches, self.n_nights, redrawn)

    @property
    def interval(self) -> Interval:
        """The 95 % interval of batch means, wider by the census's error (`audit/disparity/census_error`)."""
        interval = batch_interval(self.whole, self.batches, self.n_nights)
        return interval if self.redrawn is None else widen_interval(interval, float(np.std(self.redrawn)))


def measure_variants(
    measured: Measured, variants: Mapping[str, Sequence[Nights]], land: LandAndCensus
) -> dict[str, dict[str, Values]]:
    """Variant -> measure -> values.

    Parameters
    ----------
    variants : name -> nights of each training seed.
    """
    redrawn: dict[str, dict[str, FloatArray]] = {name: {} for name in variants}
    for group, sides in land.redraws():
        for measure, function in measured:
            if isinstance(function, GroupMeasureFunction) and function.group == group:
                for name, seeds in variants.items():
                    by_seed = [function.kernel(nights.sums, sides) for nights in seeds]
                    redrawn[name][measure.name] = np.mean(by_seed, axis=0)
    values: dict[str, dict[str, Values]] = {}
    for name, seeds in variants.items():
        n_nights = len(seeds[0])
        windows = [[nights, *(nights.part(batch) for batch in _batches(n_nights))] for nights in seeds]
        values[name] = {
            measure.name: _averaged(windows, lambda nights, function=function: function(nights, land), n_nights,  # type: ignore[misc]
                                    redrawn[name].get(measure.name))
            for measure, function in measured
        }  # fmt: skip
    return values


def measure_need(need: FloatArray, land: LandAndCensus) -> dict[str, Values]:
    """Group -> log need ratio, from the ``need`` by night and cell, ``[n_nights, n_cells]``; one for all variants."""
    redrawn = {group: log_ratio_of_means(need.sum(axis=0), sides) for group, sides in land.redraws()}
    windows = [[need, *(need[batch] for batch in _batches(len(need)))]]

    def ratio(group: str, nights: FloatArray) -> float:
        return float(log_ratio_of_means(nights.sum(axis=0), land.sides(group)))

    return {
        group: _averaged(windows, partial(ratio, group), len(need), redrawn.get(group))
        for group in measured_groups(land)
    }


def _batches(n_nights: int) -> list[IntArray]:
    return np.array_split(np.arange(n_nights), BATCHES) if n_nights >= 2 * BATCHES else []


def _averaged(
    windows: Sequence[Sequence[_Window]], take: Callable[[_Window], float], n_nights: int, redrawn: FloatArray | None
) -> Values:
    """A measure of all windows of each seed, the whole first, averaged over seeds."""
    whole, *batches = np.mean([[take(window) for window in by_seed] for by_seed in windows], axis=0)
    return Values(float(whole), np.array(batches), n_nights, redrawn)
