"""What a variant's nights are measured in: incidents caught on equal land, and who receives the patrol.

Everything is taken on shared cells, from the patrol minutes a variant puts on each and the incidents that occurred:

* A minute covers the same land in every variant: a cell with the minutes of a whole suggestion is covered, one with
  less in that proportion. Coarse cells spread their minutes over their land, so no variant wins by larger cells.
* Sums over the nights of a batch are taken before ratios, so that nights without an incident neither count nor disturb.
* Incidents stand for their victims, who are taken to be residents of the cell in proportion to its groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from patrolcast.audit import concentration
from patrolcast.audit.concentration import TOP
from patrolcast.audit.exposure import log_exposure_ratio, log_ratio
from patrolcast.audit.persistence import measure_persistence
from patrolcast.domain.comparison import LEAST_LOG_RATIO, Measure
from patrolcast.domain.measures import EVERYONE_ELSE

Floats = npt.NDArray[np.float64]

MONTH_NIGHTS = 28
LEAST_GINI = 0.01
LEAST_CELLS, LEAST_CELL_SHARE = 2.0, 0.01
LEAST_SHARE, LEAST_NIGHTS = 0.01, 1.0
"""Differences in concentration below these (of cells: the larger) are never claimed."""


@dataclass(frozen=True)
class Nights:
    """One variant's nights, or a batch of them, on shared cells; all arrays ``[n_nights, n_cells]`` but ``deviance``.

    Attributes
    ----------
    minutes : patrol minutes of the night.
    covered : share of the cell's shifts that are covered, 0..1.
    caught : incidents of the night in covered land.
    observed : all incidents of the night.
    deviance : Poisson deviance of the night's forecast, summed over categories, shifts and cells, ``[n_nights]``.
    """

    minutes: Floats
    covered: Floats
    caught: Floats
    observed: Floats
    deviance: Floats

    def __len__(self) -> int:
        return len(self.minutes)

    def part(self, chosen: npt.NDArray[np.int64]) -> Nights:
        """Some of the nights."""
        return Nights(
            self.minutes[chosen],
            self.covered[chosen],
            self.caught[chosen],
            self.observed[chosen],
            self.deviance[chosen],
        )


@dataclass(frozen=True)
class Ground:
    """What the shared cells hold: land in km2, residents by group, all residents; ``[n_cells]`` each.

    Attributes
    ----------
    least_residents : a group with fewer is not measured.
    reference : group that the others are compared with; None: everyone else.
    """

    area_km2: Floats
    residents: Mapping[str, Floats]
    total: Floats
    least_residents: float = 1.0
    reference: str | None = None

    def others(self, group: str) -> Floats:
        """Residents whom the group is compared with."""
        if self.reference is not None:
            return self.residents[self.reference]
        return np.maximum(self.total - self.residents[group], 0.0)

    @property
    def against(self) -> str:
        """Whom groups are compared with, in words."""
        return EVERYONE_ELSE if self.reference is None else f"{self.reference} residents"


Taken = Callable[[Nights, Ground], float]


def measures(ground: Ground) -> tuple[tuple[Measure, Taken], ...]:
    """All measures that can be taken on this ground, in the order in which they are told."""
    found: list[tuple[Measure, Taken]] = [
        (Measure("hits", "accuracy", "incidents caught by the patrol budget", "share of all incidents"), hits),
        (Measure("pai", "accuracy", "PAI: share of incidents caught / share of land patrolled", "ratio"), pai),
        (Measure("deviance", "accuracy", "Poisson deviance of the forecast (lower is better)", "per night"), deviance),
    ]
    for group in large_groups(ground):
        found += _of_group(group, ground.against)
    even = "Gini coefficient of patrol minutes over cells"
    cells = f"distinct cells patrolled in {MONTH_NIGHTS} nights"
    most = f"share of patrol minutes in the {TOP} cells with most, in {MONTH_NIGHTS} nights"
    run = f"most nights in a row that one cell is patrolled, of {MONTH_NIGHTS}"
    found += [
        (Measure("gini", "disparity", even, "0 even .. 1 one cell", least=LEAST_GINI), gini),
        (Measure("distinct_cells", "disparity", cells, "cells", least=_least_cells(ground)), distinct),
        (Measure("top_share", "disparity", most, "share of all minutes", least=LEAST_SHARE), top_share),
        (Measure("longest_run", "disparity", run, "nights", least=LEAST_NIGHTS), longest_run),
    ]
    return tuple(found)


def _least_cells(ground: Ground) -> float:
    return max(LEAST_CELLS, LEAST_CELL_SHARE * len(ground.area_km2))


def large_groups(ground: Ground) -> list[str]:
    """Groups that are measured, by name; of two that are everyone only the smaller: the other mirrors it."""
    small = set(too_small(ground))
    size = {name: float(ground.residents[name].sum()) for name in sorted(ground.residents) if name not in small}
    if ground.reference is None and len(size) == 2 and sum(size.values()) > 0.999 * float(ground.total.sum()):
        return [min(size, key=lambda name: (size[name], name))]
    return [name for name in size if name != ground.reference]


def too_small(ground: Ground) -> list[str]:
    """Groups that are not measured: a handful of cells would decide their ratio."""
    size = {name: float(of_group.sum()) for name, of_group in ground.residents.items()}
    return sorted(name for name in size if size[name] < max(ground.least_residents, 1.0))


def _of_group(group: str, against: str) -> list[tuple[Measure, Taken]]:
    def exposed(nights: Nights, ground: Ground) -> float:
        return log_exposure_ratio(nights.minutes, ground.residents[group], ground.others(group))

    def opportunity(nights: Nights, ground: Ground) -> float:
        return log_ratio(served(nights, ground, ground.residents[group]), served(nights, ground, ground.others(group)))

    told = f"patrol where a resident of {group} lives, relative to {against}"
    met = f"share of {group} victims in patrolled land, relative to that of {against}"

    def ratio(name: str, words: str) -> Measure:
        return Measure(f"{name}_{group}", "disparity", words, "ratio", True, LEAST_LOG_RATIO, group, against)

    return [(ratio("log_exposure_ratio", told), exposed), (ratio("log_opportunity_ratio", met), opportunity)]


def hits(nights: Nights, ground: Ground) -> float:
    """Share of incidents in covered land, 0..1."""
    return _ratio(float(nights.caught.sum()), float(nights.observed.sum()))


def pai(nights: Nights, ground: Ground) -> float:
    """Share of incidents caught / share of land covered.

    Chainey, Tompson & Uhlig 2008 (doi 10.1057/palgrave.sj.8350066).
    """
    land = float((nights.covered @ ground.area_km2).mean() / ground.area_km2.sum())
    return _ratio(hits(nights, ground), land)


def deviance(nights: Nights, ground: Ground) -> float:
    """Mean Poisson deviance a night."""
    return float(nights.deviance.mean())


def served(nights: Nights, ground: Ground, residents: Floats) -> float:
    """Share of a group's victims in covered land, 0..1 (equal opportunity: Hardt et al. 2016, arXiv 1610.02413)."""
    share = np.divide(residents, ground.total, out=np.zeros(len(residents)), where=ground.total > 0)
    return _ratio(float(nights.caught.sum(axis=0) @ share), float(nights.observed.sum(axis=0) @ share))


def gini(nights: Nights, ground: Ground) -> float:
    """Gini coefficient of minutes over cells in 28 nights, 0 (even) to 1; the mean of such months."""
    return float(np.mean([concentration.gini(month.sum(axis=0)) for month in _months(nights)]))


def distinct(nights: Nights, ground: Ground) -> float:
    """Cells with any minute in 28 nights; the mean of such months."""
    return float(np.mean([(month.sum(axis=0) > 0).sum() for month in _months(nights)]))


def top_share(nights: Nights, ground: Ground) -> float:
    """Share of the minutes of 28 nights in the 20 cells that have most, 0..1; the mean of such months."""
    found = [np.sort(month.sum(axis=0))[::-1] for month in _months(nights)]
    return float(np.mean([_ratio(float(minutes[:TOP].sum()), float(minutes.sum())) for minutes in found]))


def longest_run(nights: Nights, ground: Ground) -> float:
    """Most nights in a row, of 28, on which one cell has any minute; the mean of such months."""
    return float(np.mean([measure_persistence(month > 0, top=TOP).longest_run for month in _months(nights)]))


def _months(nights: Nights) -> list[Floats]:
    """Whole months of 28 nights; the one part there is where the nights are fewer."""
    n = max(len(nights) // MONTH_NIGHTS, 1)
    return [nights.minutes[k * MONTH_NIGHTS : (k + 1) * MONTH_NIGHTS] for k in range(n)]


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")
