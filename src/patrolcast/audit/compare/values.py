"""Every variant in every measure: over all nights, in each batch, and in each draw of what the census may have missed.

A difference of two variants is the difference of all three, so whatever both share in a batch or in a draw cancels
before it becomes an interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from patrolcast.audit.batch_means import BATCHES, batch_interval
from patrolcast.audit.compare.groups import GroupMeasureFunction, dose_ratio
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
    drawn : over all nights, with residents redrawn, ``[n_draws]``; None where the census says nothing of its error.
    """

    whole: float
    batches: FloatArray
    n_nights: int
    drawn: FloatArray | None = None

    def __sub__(self, other: Values) -> Values:
        """Values of the difference.

        Raises
        ------
        ValueError
            when the two were not measured on the same nights.
        """
        if self.n_nights != other.n_nights:
            raise ValueError(f"paired variants need the same nights, got {other.n_nights} and {self.n_nights}")
        drawn = None if self.drawn is None or other.drawn is None else self.drawn - other.drawn
        return Values(self.whole - other.whole, self.batches - other.batches, self.n_nights, drawn)

    @property
    def interval(self) -> Interval:
        """The 95 % interval of batch means, wider by the census's error (`audit/disparity/census_error`)."""
        found = batch_interval(self.whole, self.batches, self.n_nights)
        return found if self.drawn is None else widen_interval(found, float(np.std(self.drawn)))


def measure_variants(
    measured: Measured, variants: Mapping[str, Sequence[Nights]], ground: LandAndCensus
) -> dict[str, dict[str, Values]]:
    """Variant -> measure -> values.

    Parameters
    ----------
    variants : name -> nights of each training seed.
    """
    drawn: dict[str, dict[str, FloatArray]] = {name: {} for name in variants}
    for group, sides in ground.redraws():
        for measure, taken in measured:
            if isinstance(taken, GroupMeasureFunction) and taken.group == group:
                for name, seeds in variants.items():
                    each = [taken.kernel(nights.sums, sides) for nights in seeds]
                    drawn[name][measure.name] = np.mean(each, axis=0)
    found: dict[str, dict[str, Values]] = {}
    for name, seeds in variants.items():
        n_nights = len(seeds[0])
        windows = [[nights, *(nights.part(batch) for batch in _batches(n_nights))] for nights in seeds]
        found[name] = {
            measure.name: _averaged(windows, lambda nights, taken=taken: taken(nights, ground), n_nights,  # type: ignore[misc]
                                    drawn[name].get(measure.name))
            for measure, taken in measured
        }  # fmt: skip
    return found


def measure_need(need: FloatArray, ground: LandAndCensus) -> dict[str, Values]:
    """Group -> log ratio of the need, ``[n_nights, n_cells]``, where either side lives; one for all variants."""
    drawn = {group: dose_ratio(need.sum(axis=0), sides) for group, sides in ground.redraws()}
    windows = [[need, *(need[batch] for batch in _batches(len(need)))]]
    return {
        group: _averaged(windows, lambda part, group=group: float(dose_ratio(part.sum(axis=0), ground.sides(group))),  # type: ignore[misc]
                         len(need), drawn.get(group))
        for group in measured_groups(ground)
    }  # fmt: skip


def _batches(n_nights: int) -> list[IntArray]:
    return np.array_split(np.arange(n_nights), BATCHES) if n_nights >= 2 * BATCHES else []


def _averaged(
    windows: Sequence[Sequence[_Window]], take: Callable[[_Window], float], n_nights: int, drawn: FloatArray | None
) -> Values:
    """A measure of all windows of each seed, the whole first, averaged over seeds."""
    whole, *batches = np.mean([[take(window) for window in by_seed] for by_seed in windows], axis=0)
    return Values(float(whole), np.array(batches), n_nights, drawn)
