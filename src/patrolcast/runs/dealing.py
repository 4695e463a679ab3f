"""From expected incidents to visits: the one way in which a run, its audit and its comparison deal out patrol."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from patrolcast.domain.settings import Patrol
from patrolcast.patrol import dosage, ranking

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dealer:
    """A city's budget and the fixed order among equals.

    Attributes
    ----------
    weights : of the categories in the ranking, ``[n_categories]``.
    district : code of each cell's district, ``[n_cells]``; ``names`` : what the codes stand for.
    tie_order : seeded permutation of the cells.
    """

    patrol: Patrol
    weights: Numbers
    district: Codes
    names: npt.NDArray[np.str_]
    tie_order: Codes

    def score(self, expected: npt.NDArray[np.floating]) -> Numbers:
        """Ranking score ``[n_shifts, n_cells]`` of expected incidents ``[n_categories, n_shifts, n_cells]``."""
        return ranking.weighted_score(expected.astype(np.float64, copy=False), self.weights)

    def rank(self, score: Numbers) -> Codes:
        """Rank within district and shift, ``[n_shifts, n_cells]``."""
        return ranking.rank_within_districts(score, self.district, self.tie_order)

    def visits(self, ranks: Codes) -> Codes:
        """Visits ``[n_shifts, n_cells]``."""
        return dosage.deal_visits(
            ranks,
            minutes_per_district=self.patrol.minutes_per_district,
            visit_minutes=self.patrol.visit_minutes,
            visits_per_cell=self.patrol.visits_per_cell,
        )

    def deal(self, score: Numbers) -> Codes:
        """Scores -> visits."""
        return self.visits(self.rank(score))


def dealer_of(cells: gpd.GeoDataFrame, categories: tuple[str, ...], patrol: Patrol, *, seed: int) -> Dealer:
    """The dealer of one grid and config."""
    names, district = np.unique(cells["district"].astype(str), return_inverse=True)
    return Dealer(
        patrol=patrol,
        weights=ranking.weights_of(categories, dict(patrol.weights)),
        district=district,
        names=names,
        tie_order=np.random.default_rng([seed, 5]).permutation(len(cells)),
    )
