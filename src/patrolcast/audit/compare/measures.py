"""What a variant's nights are measured in: incidents caught on equal land, and who receives the patrol.

Everything is taken on shared cells, from the patrol minutes a variant puts on each and the incidents that occurred:

* A minute covers the same land in every variant: a cell with the minutes of a whole suggestion is covered, one with
  less in that proportion. Coarse cells spread their minutes over their land, so no variant wins by larger cells.
* Sums over the nights of a batch are taken before ratios, so that nights without an incident neither count nor disturb.
* Incidents stand for their victims, who are taken to be residents of the cell in proportion to its groups.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from patrolcast.audit.compare.groups import group_measures
from patrolcast.audit.compare.land_and_census import LandAndCensus, measured_groups
from patrolcast.audit.compare.nights import Nights
from patrolcast.audit.disparity import concentration
from patrolcast.audit.disparity.concentration import TOP
from patrolcast.audit.feedback.persistence import measure_persistence
from patrolcast.domain.comparison import Measure
from patrolcast.numerics.arrays import FloatArray

MONTH_NIGHTS = 28
LEAST_GINI = 0.01
LEAST_CELLS, LEAST_CELL_SHARE = 2.0, 0.01
LEAST_SHARE, LEAST_NIGHTS = 0.01, 1.0
"""Differences in concentration below these (of cells: the larger) are never claimed."""


MeasureFunction = Callable[[Nights, LandAndCensus], float]


def all_measures(ground: LandAndCensus) -> tuple[tuple[Measure, MeasureFunction], ...]:
    """All measures that can be taken on this ground, in the order in which they are told."""
    found: list[tuple[Measure, MeasureFunction]] = [
        (Measure("hits", "accuracy", "incidents caught by the patrol budget", "share of all incidents"), hits),
        (Measure("pai", "accuracy", "PAI: share of incidents caught / share of land patrolled", "ratio"), pai),
        (Measure("deviance", "accuracy", "Poisson deviance of the forecast (lower is better)", "per night"), deviance),
    ]
    for group in measured_groups(ground):
        found += group_measures(group, ground)
    even = "Gini coefficient of patrol minutes over cells"
    cells = f"distinct cells patrolled in {MONTH_NIGHTS} nights"
    most = f"share of patrol minutes in the {TOP} cells with most, in {MONTH_NIGHTS} nights"
    run = f"most nights in a row that one cell is patrolled, of {MONTH_NIGHTS}"
    found += [
        (Measure("gini", "disparity", even, "0 even .. 1 one cell", least=LEAST_GINI), gini),
        (Measure("distinct_cells", "disparity", cells, "cells", least=_least_cells(ground)), distinct),
        (Measure("top_minutes_share", "disparity", most, "share of all minutes", least=LEAST_SHARE), top_minutes_share),
        (Measure("longest_run", "disparity", run, "nights", least=LEAST_NIGHTS), longest_run),
    ]
    return tuple(found)


def _least_cells(ground: LandAndCensus) -> float:
    return max(LEAST_CELLS, LEAST_CELL_SHARE * len(ground.area_km2))


def hits(nights: Nights, ground: LandAndCensus) -> float:
    """Share of incidents in covered land, 0..1."""
    return _ratio(float(nights.caught.sum()), float(nights.observed.sum()))


def pai(nights: Nights, ground: LandAndCensus) -> float:
    """Share of incidents caught / share of land covered.

    Chainey, Tompson & Uhlig 2008 (doi 10.1057/palgrave.sj.8350066).
    """
    land = float((nights.covered @ ground.area_km2).mean() / ground.area_km2.sum())
    return _ratio(hits(nights, ground), land)


def deviance(nights: Nights, ground: LandAndCensus) -> float:
    """Mean Poisson deviance a night."""
    return float(nights.deviance.mean())


def gini(nights: Nights, ground: LandAndCensus) -> float:
    """Gini coefficient of minutes over cells in 28 nights, 0 (even) to 1; the mean of such months."""
    return float(np.mean([concentration.gini(month.sum(axis=0)) for month in _months(nights)]))


def distinct(nights: Nights, ground: LandAndCensus) -> float:
    """Cells with any minute in 28 nights; the mean of such months."""
    return float(np.mean([(month.sum(axis=0) > 0).sum() for month in _months(nights)]))


def top_minutes_share(nights: Nights, ground: LandAndCensus) -> float:
    """Share of the minutes of 28 nights in the 20 cells that have most, 0..1; the mean of such months."""
    found = [np.sort(month.sum(axis=0))[::-1] for month in _months(nights)]
    return float(np.mean([_ratio(float(minutes[:TOP].sum()), float(minutes.sum())) for minutes in found]))


def longest_run(nights: Nights, ground: LandAndCensus) -> float:
    """Most nights in a row, of 28, on which one cell has any minute; the mean of such months."""
    return float(np.mean([measure_persistence(month > 0, top=TOP).longest_run for month in _months(nights)]))


def _months(nights: Nights) -> list[FloatArray]:
    """Whole months of 28 nights; the one part there is where the nights are fewer."""
    n = max(len(nights) // MONTH_NIGHTS, 1)
    return [nights.minutes[k * MONTH_NIGHTS : (k + 1) * MONTH_NIGHTS] for k in range(n)]


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")
