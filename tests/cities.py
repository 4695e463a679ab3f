"""Synthetic cities for tests, in memory, with planted truth. Each returns ``(CityTables, Truth)`` and takes a seed.

``truth_rate = true_rate(truth, truth.cells, shift_starts)`` gives the expected reports per shift, cell and category;
``kind="true"`` gives all incidents. Read the tables as of ``as_of(days)``. Sizes: ``n_rings`` 5, 8, 10, 13 are 91, 217,
331, 547 cells. For the sample city itself: ``make_sample()`` (five seconds) or the files in `data/sample`.
"""

from __future__ import annotations

import numpy as np
from benchmarks.cities.planted import PlantedCity, as_of, plant_city

from patrolcast.domain.tables import CityTables
from patrolcast.synthetic.truth import Truth, true_rate

__all__ = ["PlantedCity", "as_of", "plant_city", "runaway_city", "segregated_city", "true_rate", "two_district_city",
           "uniform_city"]  # fmt: skip


def uniform_city(seed: int, *, n_rings: int = 8, days: int = 200) -> tuple[CityTables, Truth]:
    """One rate in every cell, everybody reports alike, patrol was everywhere alike; groups live segregated.

    Nothing is planted: an audit that finds something here is wrong (but for chance, and the choice among ties).
    """
    return plant_city(seed, PlantedCity(n_rings=n_rings, days=days, spread=0.0))


def segregated_city(
    seed: int,
    *,
    n_rings: int = 10,
    days: int = 200,
    rho: float = 0.5,
    spread: float = 1.0,
    per_day: float = 32.0,
    reporting_b: float = 0.5,
    offspring: float = 0.0,
) -> tuple[CityTables, Truth]:
    """Cells of uneven rates; their log correlates with group_b's share by ``rho`` exactly (0: need is neutral).

    ``reporting_b`` against group_a's .5 plants differential reporting; ``offspring`` above 0 makes incidents excite
    others nearby (the truth then is the background rate).
    """
    plan = PlantedCity(
        n_rings=n_rings,
        days=days,
        rho=rho,
        spread=spread,
        per_day={"burglary": per_day / 4, "theft": per_day * 3 / 4},
        reporting={"group_a": 0.5, "group_b": reporting_b},
        offspring=offspring,
    )
    return plant_city(seed, plan)


def two_district_city(
    seed: int,
    *,
    n_rings: int = 8,
    days: int = 200,
    ratio: float = 1.0,
    reporting_b: float = 0.5,
    share_b: tuple[float, float] = (0.2, 0.8),
) -> tuple[CityTables, Truth]:
    """A west and an east of even rates; an eastern cell has ``ratio`` times the true incidents of a western one.

    Group_b's share is ``share_b`` (west, east; tracts on the line mix). With ``ratio`` 1 and ``reporting_b`` below
    group_a's .5 the east has as many incidents but fewer reports: bias that no check of feedback can see.
    """
    plan = PlantedCity(
        n_rings=n_rings,
        days=days,
        share=lambda rng, xy: np.where(xy[:, 0] < 0, *share_b),
        log_rate=lambda rng, xy: np.where(xy[:, 0] < 0, 0.0, np.log(ratio)),
        reporting={"group_a": 0.5, "group_b": reporting_b},
        districts=lambda xy: np.where(xy[:, 0] < 0, "west", "east").astype(object),
    )
    return plant_city(seed, plan)


def runaway_city(
    seed: int, *, n_rings: int = 8, days: int = 200, patrolled: float = 0.9, patrol_per_day: float = 60.0
) -> tuple[CityTables, Truth]:
    """Nearly even true rates (east : west = 3.68511 : 2.816466), but past patrol went ``patrolled`` of the time west.

    The ratio is that of Ensign et al. 2018. Officer-initiated records (``set_aside``) are many and lie in the west:
    whatever counts them turns the order of the districts around, and sends patrol where patrol was.
    """
    plan = PlantedCity(
        n_rings=n_rings,
        days=days,
        share=lambda rng, xy: np.where(xy[:, 0] < 0, 0.8, 0.2),
        log_rate=lambda rng, xy: np.where(xy[:, 0] < 0, np.log(2.816466), np.log(3.68511)),
        dose=lambda rng, xy: np.where(xy[:, 0] < 0, 2 * patrolled, 2 * (1 - patrolled)),
        districts=lambda xy: np.where(xy[:, 0] < 0, "west", "east").astype(object),
        patrol_per_day=patrol_per_day,
    )
    return plant_city(seed, plan)
