"""What a variant means for each group: patrol, victims reached, calibration, and who lives where most patrol is.

Every measure is the log of a ratio between two sides, from sums over nights (:class:`Sums`) and the residents of both
sides (:class:`Sides`). Residents may come once, ``[n_cells]``, or as many draws of the census, ``[n_draws, n_cells]``:
one formula serves the value and its census error, and sums are linear in residents, so all draws are one product.

Calibration follows the audit of a run (`audit/disparity/calibration`): expected / reported at matched deciles of the
forecast. It differs in three things:

- Each variant's cells are matched by its own forecast, in each batch of nights anew: a batch is a window of its own.
- Expected and reported incidents are of all evaluated categories, on the shared cells; a coarse forecast is spread
  evenly over its land, as its patrol is.
- The interval is that of batches of nights, not of blocks of cells. A pair is two forecasts of the same cells and the
  same incidents: chance in a neighbourhood touches both alike and cancels. What is left is chance between nights and
  between trainings, which the batches cover. So a *level* has a narrower interval here than in the variant's own audit,
  whose question is whether one forecast errs for a group in places like these.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from patrolcast.audit.compare.land_and_census import LandAndCensus, Sides
from patrolcast.audit.compare.nights import Nights, Sums
from patrolcast.audit.disparity.calibration import DECILES, forecast_deciles, matched_ratios
from patrolcast.audit.disparity.composition import TOP_WINDOW, WINDOWS, in_window
from patrolcast.domain.comparison import LEAST_LOG_RATIO, Measure
from patrolcast.numerics.arrays import FloatArray

Kernel = Callable[[Sums, Sides], FloatArray]


@dataclass(frozen=True)
class GroupMeasureFunction:
    """A measure of one group, from the nights or from their sums and any residents."""

    kernel: Kernel
    group: str

    def __call__(self, nights: Nights, land: LandAndCensus) -> float:
        """The value with residents as counted; NaN where it cannot be measured."""
        return float(self.kernel(nights.sums, land.sides(self.group)))


def group_measures(group: str, land: LandAndCensus) -> list[tuple[Measure, GroupMeasureFunction]]:
    """All measures of a group that these cells allow; composition only where there are census areas."""
    against, living = land.against, f"where a resident of {group} lives"

    def ratio(name: str, kernel: Kernel, description: str, to: str = against) -> tuple[Measure, GroupMeasureFunction]:
        measure = Measure(f"{name}_{group}", "disparity", description, "ratio", True, LEAST_LOG_RATIO, group, to)
        return measure, GroupMeasureFunction(kernel, group)

    met = f"share of {group} victims in patrolled land, relative to that of {against}"
    expected = f"expected / reported incidents {living}, at like forecasts, relative to {against}"
    measures = [
        ratio("log_exposure_ratio", log_exposure_ratio_of_minutes, f"patrol {living}, relative to {against}"),
        ratio("log_opportunity_ratio", opportunity_ratio, met),
        ratio("log_calibration_ratio", calibration_ratio, expected),
    ]
    if land.has_areas:
        to = "their share of all residents"
        description = f"share of {group} residents in the 5 % of census areas with most patrol, relative to {to}"
        measures.append(ratio("log_composition_ratio", composition_ratio, description, to))
    return measures


def log_exposure_ratio_of_minutes(sums: Sums, sides: Sides) -> FloatArray:
    """Log ratio of the patrol minutes where a resident of either side lives, ``[...]``; 0 is parity."""
    return log_ratio_of_means(sums.minutes, sides)


def log_ratio_of_means(amounts: FloatArray, sides: Sides) -> FloatArray:
    """Log ratio of the mean amounts, ``[n_cells]``, where a resident of either side lives: see `disparity/exposure`."""
    return _log_ratio(_mean(sides.members, amounts), _mean(sides.others, amounts))


def opportunity_ratio(sums: Sums, sides: Sides) -> FloatArray:
    """Log ratio of the shares of either side's victims in covered land (Hardt et al. 2016, arXiv 1610.02413)."""
    return _log_ratio(served(sums, sides.members, sides.total), served(sums, sides.others, sides.total))


def served(sums: Sums, residents: FloatArray, total: FloatArray) -> FloatArray:
    """Share of a group's victims in covered land, 0..1; an incident counts with the group's share of its cell.

    Parameters
    ----------
    residents, total : ``[..., n_cells]``.
    """
    share = np.divide(residents, total, out=np.zeros(residents.shape), where=total > 0)
    victims = share @ np.column_stack([sums.caught, sums.observed])
    return _divided(victims[..., 0], victims[..., 1])


def calibration_ratio(sums: Sums, sides: Sides) -> FloatArray:
    """Log of (expected / reported incidents of the group) / (the same of the others), each at equal shares of the
    deciles of the forecast; above 0 the forecast is too high for the group, compared with the others.
    """
    member = np.eye(DECILES)[forecast_deciles(sums.expected)]
    by_decile = np.concatenate([member, member * sums.expected[:, None], member * sums.observed[:, None]], axis=1)
    both = sides.members, sides.others
    members, others = ((side @ by_decile).reshape(*side.shape[:-1], 3, DECILES) for side in both)
    return _log_ratio(*matched_ratios(members, others))


def composition_ratio(sums: Sums, sides: Sides) -> FloatArray:
    """Log of (the group's share of the residents of the 5 % of census areas with most patrol) / (its share of all).

    Patrol of an area is the minutes where a resident of it lives, on average. The measure of The Markup's analysis of
    PredPol (`audit/disparity/composition`); NaN without census areas.
    """
    if sides.census is None:
        return np.full(sides.members.shape[:-1], np.nan)
    top = in_window(sides.census.mean(sums.minutes), *WINDOWS[TOP_WINDOW])
    members, total = sides.member_areas, sides.total_areas
    return _log_ratio(
        _divided(members[..., top].sum(axis=-1), total[..., top].sum(axis=-1)),
        _divided(members.sum(axis=-1), total.sum(axis=-1)),
    )


def _mean(residents: FloatArray, amounts: FloatArray) -> FloatArray:
    return _divided(residents @ amounts, residents.sum(axis=-1))


def _divided(top: FloatArray, bottom: FloatArray) -> FloatArray:
    return np.divide(top, bottom, out=np.full(np.shape(bottom), np.nan), where=np.asarray(bottom) > 0)


def _log_ratio(of: FloatArray, to: FloatArray) -> FloatArray:
    """Log of the ratio; NaN unless both are above 0."""
    ratio = np.divide(of, to, out=np.full(np.shape(of), np.nan), where=(np.asarray(of) > 0) & (np.asarray(to) > 0))
    return np.log(ratio)
