"""One variant through the nights of a fold: forecast, patrol, and what both come to on shared cells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from patrolcast.audit.compare.nights import Nights
from patrolcast.domain.settings import Patrol
from patrolcast.forecast.calibration import poisson_deviance
from patrolcast.grid.overlay import spread_over_land
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import BoolArray, CountArray, Float32Array, FloatArray, Int32Array, IntArray
from patrolcast.runs.pipeline.allocation import PatrolAllocator, ShiftSchedule, build_allocator


@dataclass(frozen=True)
class Shared:
    """What all variants are measured on: the finest grid, its panel, the nights and their shifts.

    Attributes
    ----------
    shifts : positions of the shifts of all nights, rising.
    night : for each of them, which night it belongs to, 0..n_nights-1.
    """

    cells: gpd.GeoDataFrame
    panel: Panel
    shifts: Int32Array
    night: IntArray
    n_nights: int

    @property
    def area_km2(self) -> FloatArray:
        """Land of each shared cell."""
        return np.asarray(self.cells["area_km2"], dtype=np.float64)

    def of(self, category: int, chosen: BoolArray) -> CountArray:
        """Incidents of a category in some of the shifts, ``[n_chosen, n_cells]``."""
        return self.panel.occurred(category)[self.shifts[chosen]]

    def observed(self) -> Float32Array:
        """Incidents of all categories, ``[n_shifts, n_cells]``."""
        every = range(len(self.panel.categories))
        return np.sum([self.panel.occurred(code)[self.shifts] for code in every], axis=0, dtype=np.float32)

    def need(self, patrol: Patrol, starts: Sequence[str]) -> FloatArray:
        """Incidents of each night, weighted as the ranking weighs their categories, ``[n_nights, n_cells]``."""
        allocator = build_allocator(
            self.cells, self.panel.categories, patrol, starts=starts, seed=0
        )  # nothing is drawn or ranked
        occurred = np.array([self.panel.occurred(code)[self.shifts] for code in range(len(self.panel.categories))])
        return _by_night(allocator.score(occurred, ShiftSchedule.without_past(self.panel, self.shifts)), self)


@dataclass(frozen=True)
class FoldResult:
    """What a variant came to in a fold.

    Attributes
    ----------
    minutes, deviance : on shared cells, ``[n_shifts, n_cells]`` and by shift ``[n_shifts]``.
    suggested : cells of the variant's own grid suggested in each night, ``[n_nights, n_own_cells]``: the past of caps.
    expected : incidents that the forecast expected, of all categories, on shared cells, ``[n_nights, n_cells]``; by
        night and not by shift, since no measure looks at less than a night and parts are stored on disk.
    """

    minutes: Float32Array
    deviance: FloatArray
    suggested: BoolArray
    expected: Float32Array


def allocate_fold(
    expected: FloatArray, allocator: PatrolAllocator, schedule: ShiftSchedule, past: list[FoldResult]
) -> tuple[FloatArray, BoolArray]:
    """Patrol minutes ``[n_shifts, n_cells]`` and cells suggested ``[n_nights, n_cells]``, allocated as a run does it.

    Parameters
    ----------
    expected : ``[n_categories, n_shifts, n_cells]`` on the variant's grid.
    schedule : the fold's shifts, before which nothing was suggested.
    past : the variant's earlier folds: caps and cool-downs look back on them.
    """
    suggested_before = [fold.suggested for fold in past]
    known = np.concatenate(suggested_before) if past else np.zeros((0, expected.shape[2]), dtype=bool)
    schedule, night = replace(schedule, past=known), schedule.night
    visits = allocator.allocate(allocator.score(expected, schedule), schedule).visits
    first = np.flatnonzero(np.diff(night, prepend=night[0] - 1))
    suggested = np.add.reduceat(visits, first, axis=0) > 0
    return np.asarray(visits * allocator.patrol.visit_minutes, dtype=np.float64), suggested


def fold_result(
    expected: FloatArray, allocated: tuple[FloatArray, BoolArray], inside: IntArray, shared: Shared, chosen: BoolArray
) -> FoldResult:
    """A fold of one variant on shared cells.

    Parameters
    ----------
    expected : ``[n_categories, n_shifts, n_cells]`` on the variant's grid.
    allocated : result of :func:`allocate_fold`.
    inside : the variant's cell of each shared cell.
    chosen : which of the shared shifts are the fold's.
    """
    deviance = np.zeros(int(chosen.sum()))
    total = np.zeros((len(deviance), len(shared.area_km2)))
    for code in range(len(shared.panel.categories)):  # what a variant counts besides is not scored
        fine = spread_over_land(expected[code], inside, shared.area_km2)
        total += fine
        observed = shared.of(code, chosen)
        each = [poisson_deviance(m, y) * y.size for m, y in zip(fine, observed, strict=True)]
        deviance += np.array(each)
    return FoldResult(
        minutes=spread_over_land(allocated[0], inside, shared.area_km2).astype(np.float32),
        deviance=deviance,
        suggested=allocated[1],
        expected=_summed(total, shared.night[chosen]).astype(np.float32),
    )


def nightly_results(folds: list[FoldResult], observed: Float32Array, shared: Shared, *, whole_minutes: float) -> Nights:
    """All folds of one variant and seed, by night.

    Parameters
    ----------
    observed : incidents of all categories, ``[n_shifts, n_cells]``.
    whole_minutes : patrol minutes in a shift that cover a shared cell; fewer cover it in proportion.
    """
    minutes = np.concatenate([fold.minutes for fold in folds])
    covered = np.minimum(minutes / whole_minutes, 1.0)
    n = np.bincount(shared.night, minlength=shared.n_nights)[:, None]
    return Nights(
        minutes=_by_night(minutes, shared),
        covered=_by_night(covered, shared) / n,
        caught=_by_night(covered * observed, shared),
        observed=_by_night(observed, shared),
        deviance=_by_night(np.concatenate([fold.deviance for fold in folds])[:, None], shared)[:, 0],
        expected=np.concatenate([fold.expected for fold in folds]).astype(np.float64),
    )


def _by_night(values: npt.NDArray[np.floating], shared: Shared) -> FloatArray:
    return _summed(values, shared.night)


def _summed(values: npt.NDArray[np.floating], night: IntArray) -> FloatArray:
    """Sums of consecutive rows of the same night."""
    first = np.flatnonzero(np.diff(night, prepend=-1))
    return np.add.reduceat(values, first, axis=0, dtype=np.float64)
