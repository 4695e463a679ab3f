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

from patrolcast.domain.comparison import LEAST_LOG_RATIO, Measure

Floats = npt.NDArray[np.float64]

MONTH_NIGHTS = 28
SMALL_GROUP_SHARE = 0.01
"""A group with fewer of the residents than this is not measured: a handful of cells would decide its ratio."""


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
    """What the shared cells hold: land in km2, ``[n_cells]``, and residents by group, ``[n_cells]`` each."""

    area_km2: Floats
    residents: Mapping[str, Floats]


Taken = Callable[[Nights, Ground], float]


def measures(ground: Ground) -> tuple[tuple[Measure, Taken], ...]:
    """All measures that can be taken on this ground, in the order in which they are told."""
    found: list[tuple[Measure, Taken]] = [
        (Measure("hits", "accuracy", "incidents caught by the patrol budget", "share of all incidents"), hits),
        (Measure("pai", "accuracy", "PAI: share of incidents caught / share of land patrolled", "ratio"), pai),
        (Measure("deviance", "accuracy", "Poisson deviance of the forecast (lower is better)", "per night"), deviance),
    ]
    for group, reference in group_pairs(ground):
        found += _between(group, reference)
    found += [
        (Measure("gini", "disparity", "Gini coefficient of patrol minutes over cells", "0 even .. 1 one cell"), gini),
        (
            Measure("distinct_cells", "disparity", f"distinct cells patrolled in {MONTH_NIGHTS} nights", "cells"),
            distinct,
        ),
    ]
    return tuple(found)


def group_pairs(ground: Ground) -> list[tuple[str, str]]:
    """(group, reference) for every group large enough; the largest group is the reference, ties by name."""
    size = {name: float(of_group.sum()) for name, of_group in ground.residents.items()}
    total = sum(size.values())
    large = sorted(
        (n for n in size if size[n] > 0 and size[n] >= SMALL_GROUP_SHARE * total), key=lambda n: (-size[n], n)
    )
    return [(name, large[0]) for name in sorted(large[1:])]


def too_small(ground: Ground) -> list[str]:
    """Groups that are not measured."""
    inside = {name for pair in group_pairs(ground) for name in pair}
    return sorted(set(ground.residents) - inside)


def _between(group: str, reference: str) -> list[tuple[Measure, Taken]]:
    pair = (group, reference)

    def exposure(nights: Nights, ground: Ground) -> float:
        return log_ratio(nights.minutes, ground, pair)

    def opportunity(nights: Nights, ground: Ground) -> float:
        return _log(served(nights, ground, group), served(nights, ground, reference))

    told = f"patrol per resident of {group} relative to {reference}"
    met = f"share of victims of {group} in patrolled land relative to {reference}"
    shape = {"is_log": True, "least": LEAST_LOG_RATIO, "groups": pair}
    return [
        (Measure(f"log_exposure_ratio_{group}_{reference}", "disparity", told, "ratio", **shape), exposure),  # type: ignore[arg-type]
        (Measure(f"log_opportunity_ratio_{group}_{reference}", "disparity", met, "ratio", **shape), opportunity),  # type: ignore[arg-type]
    ]


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


def log_ratio(amount: Floats, ground: Ground, pair: tuple[str, str]) -> float:
    """Log of (amount per resident of the group / of the reference); residents receive their cell's amount.

    Parameters
    ----------
    amount : minutes or incidents, ``[n_nights, n_cells]``.
    """
    per_resident = [
        float((amount.sum(axis=0) @ ground.residents[name]) / max(float(ground.residents[name].sum()), 1e-12))
        for name in pair
    ]
    return _log(*per_resident)


def need_ratio(observed: Floats, ground: Ground, pair: tuple[str, str]) -> float:
    """The same ratio for reported incidents in place of minutes: what reports say is needed, not what is."""
    return float(np.exp(log_ratio(observed, ground, pair)))


def served(nights: Nights, ground: Ground, group: str) -> float:
    """Share of a group's victims in covered land, 0..1 (equal opportunity: Hardt et al. 2016, arXiv 1610.02413)."""
    total = np.sum(list(ground.residents.values()), axis=0)
    share = np.divide(ground.residents[group], total, out=np.zeros(len(total)), where=total > 0)
    return _ratio(float(nights.caught.sum(axis=0) @ share), float(nights.observed.sum(axis=0) @ share))


def gini(nights: Nights, ground: Ground) -> float:
    """Gini coefficient of minutes over cells, 0 (even) to 1."""
    ordered = np.sort(nights.minutes.sum(axis=0))
    total = float(ordered.sum())
    if not total:
        return float("nan")
    n = len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def distinct(nights: Nights, ground: Ground) -> float:
    """Cells with any minute in the first 28 nights of the batch (in fewer, where there are fewer)."""
    return float((nights.minutes[:MONTH_NIGHTS].sum(axis=0) > 0).sum())


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")


def _log(above: float, below: float) -> float:
    return float(np.log(above / below)) if above > 0 and below > 0 else float("nan")
