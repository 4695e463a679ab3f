"""What an interval of the audit is made of: nights, other trainings, census margins, and where residents really live.

Five parts, each a half-width of the 95 % interval on the log scale, independent of each other and added in quadrature:

- nights: the spread of six batches of nights (`audit/batch_means`);
- trainings: the patrol that a model trained on another half of the weeks, with another seed, would have suggested.
  Balanced half-samples (McCarthy 1969, doi 10.2307/1402214): the mean square of their distance from the run's own
  estimates its variance over trainings, with Student's t of as many degrees of freedom as there are half-samples;
- census: counts redrawn within their margins of error (`census_error`);
- within_areas: the census counts areas, patrol goes to cells, and where in an area its people live is not known
  (`within_areas`);
- spreading: the largest distance from the estimate among other ways of spreading residents over cells
  (`grid/residents/spreading`). A choice is no sample, so the whole distance counts, and each of them lies inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import hypot, isfinite

import numpy as np

from patrolcast.audit.disparity.census_error import NOBODY_LIVES_THERE, widen_interval
from patrolcast.audit.disparity.ratio_draws import MEASURES, SidesOfCells, ratio_draws
from patrolcast.domain.measures import ErrorParts, GroupComparison, Interval
from patrolcast.numerics.arrays import FloatArray
from patrolcast.numerics.distributions import t_quantile

Z_95 = 1.96


@dataclass(frozen=True)
class OtherVersions:
    """How one group's residents, and the patrol, might be otherwise; None or empty: not measured.

    Attributes
    ----------
    other_minutes : minutes of the window by other trainings, ``[n_cells, n_trainings]``; no column: none was made.
    census, within_areas : residents drawn anew.
    spreadings : way of spreading -> residents, one version each.
    """

    other_minutes: FloatArray
    census: SidesOfCells | None
    within_areas: SidesOfCells | None
    spreadings: Mapping[str, SidesOfCells]


def part_widths(
    minutes: FloatArray, reported: FloatArray, sides: SidesOfCells, places: FloatArray, others: OtherVersions
) -> list[dict[str, ErrorParts]]:
    """Half-widths of every measure in every place, the nights' still NaN.

    Parameters
    ----------
    minutes, reported : sums over the window, ``[n_cells, 1]``.
    sides : residents as the audit has them, one version.
    """

    def drawn(people: SidesOfCells) -> dict[str, FloatArray]:
        return ratio_draws(minutes, reported, people, places)

    measured = drawn(sides)
    n_trained = others.other_minutes.shape[1]
    trained = ratio_draws(others.other_minutes, reported, sides, places) if n_trained else None
    census = None if others.census is None else drawn(others.census)
    within = None if others.within_areas is None else drawn(others.within_areas)
    spread = {name: drawn(people) for name, people in others.spreadings.items()}
    t = t_quantile(0.975, n_trained) if n_trained else float("nan")
    by_place: list[dict[str, ErrorParts]] = []
    for place in range(len(places)):
        by_measure = {}
        for name in MEASURES:
            at = float(measured[name][place, 0])
            by_measure[name] = ErrorParts(
                nights=float("nan"),
                trainings=t * _distance(trained, name, place, at),
                census=Z_95 * _distance(census, name, place, None),
                within_areas=Z_95 * _distance(within, name, place, at),
                spreading=max(
                    (abs(float(spreading[name][place, 0]) - at) for spreading in spread.values()), default=float("nan")
                ),
            )
        by_place.append(by_measure)
    return by_place


def with_parts(comparison: GroupComparison, parts: Mapping[str, ErrorParts]) -> GroupComparison:
    """The comparison with intervals that hold every part that was measured, and with the parts themselves."""
    widened: dict[str, Interval] = {}
    named: dict[str, ErrorParts] = {}
    for measure, part in parts.items():
        interval: Interval = getattr(comparison, measure)
        if not interval.measured:
            continue
        named[measure] = replace(part, nights=interval.upper - interval.estimate)
        widened[measure] = widen_interval(interval, beside_nights(part) / Z_95, why_not=_why_not(part))
    if "excess" in named:
        error = hypot(*_known(named["excess"])) / Z_95
        widened["excess_as_counted"] = widen_interval(comparison.excess, error, why_not=_why_not(named["excess"]))
    return replace(comparison, **widened, parts=named)  # type: ignore[arg-type]


def _why_not(part: ErrorParts) -> str:
    """What makes an interval endless; of several parts the first that counts in both intervals."""
    if np.isinf(part.trainings):
        return "a model trained on other weeks would send one side no patrol at all"
    if np.isinf(part.census):
        return NOBODY_LIVES_THERE
    return "were residents spread otherwise within their census areas, one side would have no patrol or no reports"


def _known(part: ErrorParts) -> list[float]:
    """Half-widths that remain when residents are where the counts put them."""
    return [width for width in (part.trainings, part.census) if not np.isnan(width)]


def beside_nights(part: ErrorParts) -> float:
    """Half-width of everything but the nights; what was not measured adds nothing, and the page says so."""
    widths = (part.trainings, part.census, part.within_areas, part.spreading)
    return hypot(*(width for width in widths if not np.isnan(width)))


def _distance(draws: Mapping[str, FloatArray] | None, name: str, place: int, around: float | None) -> float:
    """Root mean square distance of the draws from ``around`` (None: their mean); infinite where a draw has no ratio."""
    if draws is None:
        return float("nan")
    values = draws[name][place]
    if not np.isfinite(values).all() or (around is not None and not isfinite(around)):
        return float("inf")
    return float(np.std(values)) if around is None else float(np.sqrt(np.mean((values - around) ** 2)))
