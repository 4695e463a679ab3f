"""What is measured of a variant's nights: incidents caught on equal land, and who receives the patrol.

Everything is measured on shared cells, from the patrol minutes a variant puts on each and the incidents that occurred:

* A minute covers the same land in every variant: a cell with the minutes of a whole suggestion is covered, one with
  fewer in proportion. Coarse cells spread their minutes over their land, so no variant wins by larger cells.
* Sums over the nights of a batch are taken before ratios, so that nights without an incident neither count nor disturb.
* Incidents stand for their victims, who are taken to be residents of the cell in proportion to its groups.
"""

from collections.abc import Callable

import numpy as np

from patrolcast.audit.compare.groups import group_measures
from patrolcast.audit.compare.land_and_census import LandAndCensus, measured_groups
from patrolcast.audit.compare.nights import Nights
from patrolcast.audit.disparity import concentration
from patrolcast.audit.disparity.concentration import BLOCK_NIGHTS, TOP, blocks
from patrolcast.audit.feedback.persistence import measure_persistence
from patrolcast.domain.comparison import Measure

LEAST_GINI = 0.01
LEAST_CELLS, LEAST_CELL_SHARE = 2.0, 0.01
LEAST_SHARE, LEAST_NIGHTS = 0.01, 1.0
"""Differences in concentration below these (of cells: the larger) are never claimed."""


MeasureFunction = Callable[[Nights, LandAndCensus], float]


def all_measures(land: LandAndCensus) -> tuple[tuple[Measure, MeasureFunction], ...]:
    """All measures that these cells allow, in the order in which they are shown."""
    measures: list[tuple[Measure, MeasureFunction]] = [
        (Measure("hits", "accuracy", "incidents caught by the patrol budget", "share of all incidents"), hits),
        (Measure("pai", "accuracy", "PAI: share of incidents caught / share of land patrolled", "ratio"), variant_pai),
        (Measure("deviance", "accuracy", "Poisson deviance of the forecast (lower is better)", "per night"), deviance),
    ]
    for group in measured_groups(land):
        measures += group_measures(group, land)
    few = max(LEAST_CELLS, LEAST_CELL_SHARE * len(land.area_km2))
    even = "Gini coefficient of patrol minutes over cells"
    cells = f"distinct cells patrolled in {BLOCK_NIGHTS} nights"
    most = f"share of patrol minutes in the {TOP} cells with most, in {BLOCK_NIGHTS} nights"
    run = f"most nights in a row that one cell is patrolled, of {BLOCK_NIGHTS}"
    measures += [
        (Measure("gini", "disparity", even, "0 even .. 1 one cell", least=LEAST_GINI), variant_gini),
        (Measure("distinct_cells", "disparity", cells, "cells", least=few), distinct),
        (Measure("top_minutes_share", "disparity", most, "share of all minutes", least=LEAST_SHARE), top_minutes_share),
        (Measure("longest_run", "disparity", run, "nights", least=LEAST_NIGHTS), longest_run),
    ]
    return tuple(measures)


def hits(nights: Nights, land: LandAndCensus) -> float:
    """Share of incidents in covered land, 0..1."""
    return _ratio(float(nights.caught.sum()), float(nights.observed.sum()))


def variant_pai(nights: Nights, land: LandAndCensus) -> float:
    """Share of incidents caught / share of land covered.

    Chainey, Tompson & Uhlig 2008 (doi 10.1057/palgrave.sj.8350066).
    """
    covered_share = float((nights.covered @ land.area_km2).mean() / land.area_km2.sum())
    return _ratio(hits(nights, land), covered_share)


def deviance(nights: Nights, land: LandAndCensus) -> float:
    """Mean Poisson deviance a night."""
    return float(nights.deviance.mean())


def variant_gini(nights: Nights, land: LandAndCensus) -> float:
    """Gini coefficient of minutes over cells in 28 nights, 0 (even) to 1; the mean over such blocks."""
    return float(np.mean([concentration.gini(block.sum(axis=0)) for block in blocks(nights.minutes)]))


def distinct(nights: Nights, land: LandAndCensus) -> float:
    """Cells with any minute in 28 nights; the mean over such blocks."""
    return concentration.distinct_cells(nights.minutes)


def top_minutes_share(nights: Nights, land: LandAndCensus) -> float:
    """Share of the minutes of 28 nights in the 20 cells that have most, 0..1; the mean over such blocks."""
    falling = [np.sort(block.sum(axis=0))[::-1] for block in blocks(nights.minutes)]
    return float(np.mean([_ratio(float(minutes[:TOP].sum()), float(minutes.sum())) for minutes in falling]))


def longest_run(nights: Nights, land: LandAndCensus) -> float:
    """Most nights in a row, of 28, on which one cell has any minute; the mean over such blocks."""
    return float(np.mean([measure_persistence(block > 0, top=TOP).longest_run for block in blocks(nights.minutes)]))


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")
