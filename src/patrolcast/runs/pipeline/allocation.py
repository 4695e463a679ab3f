"""From expected incidents to visits: the one way in which a run, its audit and its comparison allocate patrol.

Caps, exploration and bounds are off unless the config names them. With them, shifts are allocated in order, night by
night, because a cap looks back on the nights before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from patrolcast.domain.dosage_log import COMPARISON, SUGGESTED
from patrolcast.domain.exploration import ExplorationPlan
from patrolcast.domain.settings import Patrol
from patrolcast.domain.shifts import to_instants
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import BoolArray, FloatArray, Int32Array, IntArray, ObjectArray
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.patrol import dosage, ranking
from patrolcast.patrol.allocation import ExposureBound, bounded_visits
from patrolcast.patrol.caps import CapRule, capped_cells
from patrolcast.patrol.exploration import draw_band, expected_in_suggested


@dataclass(frozen=True)
class ShiftSchedule:
    """The shifts to which patrol is allocated.

    Attributes
    ----------
    starts : instant of each shift in microseconds, ``[n_shifts]``; seeds the draws of exploration.
    night : number of its night, rising, one apart on consecutive days, ``[n_shifts]``.
    past : cells suggested on the nights before the first, ``[n_nights, n_cells]``, the latest last.
    """

    starts: IntArray
    night: IntArray
    past: BoolArray
    slot: IntArray

    @classmethod
    def without_past(cls, panel: Panel, shifts: Int32Array) -> ShiftSchedule:
        """The schedule of some of a panel's shifts, before which nothing is known to have been suggested."""
        calendar = panel.calendar.iloc[shifts]
        night = calendar["shift_day"].to_numpy().astype("datetime64[D]").astype(np.int64)
        return cls(
            to_instants(calendar["shift_start"]),
            night,
            np.zeros((0, panel.n_cells), dtype=bool),
            calendar["slot"].to_numpy(),
        )


@dataclass(frozen=True)
class Allocation:
    """Rank within district, visits, role ("" for none) and its propensity, each ``[n_shifts, n_cells]``."""

    ranks: IntArray
    visits: IntArray
    role: ObjectArray
    propensity: FloatArray


@dataclass(frozen=True)
class PatrolAllocator:
    """A city's patrol budget, the weights of its ranking and the fixed order among equal cells.

    Attributes
    ----------
    weights : of the categories in the ranking, ``[n_categories]``; nothing outside this class applies them.
    district : code of each cell's district, ``[n_cells]``; ``names`` : what the codes stand for.
    tie_order : seeded permutation of the cells.
    bounds : on the exposure of groups; empty unless the config sets one.
    """

    patrol: Patrol
    weights: FloatArray
    district: IntArray
    names: npt.NDArray[np.str_]
    tie_order: IntArray
    seed: int
    bounds: tuple[ExposureBound, ...] = field(default=())

    @property
    def ranked(self) -> BoolArray:
        """Which categories count in the ranking, ``[n_categories]``: those with a weight above 0."""
        return np.asarray((self.weights > 0).any(axis=1))

    def score(self, incidents: npt.NDArray[np.number], schedule: ShiftSchedule) -> FloatArray:
        """Weighted sum over the categories, ``[n_shifts, n_cells]``: of expected incidents the ranking score.

        Raises ValueError when they are of another number of shifts.

        Parameters
        ----------
        incidents : expected or observed, ``[n_categories, n_shifts, n_cells]``, of the shifts of ``schedule``.
        """
        if incidents.shape[1] != len(schedule.starts):
            raise ValueError(f"{incidents.shape[1]} shifts of incidents for a schedule of {len(schedule.starts)}")
        return ranking.weighted_score(incidents.astype(np.float64, copy=False), self.weights[:, schedule.slot])

    def leading_category(self, expected: FloatArray, schedule: ShiftSchedule) -> IntArray:
        """Code of the category that adds most to each score, ``[n_shifts, n_cells]``."""
        leading: IntArray = np.argmax(self.weights[:, schedule.slot, None] * expected, axis=0)
        return leading

    def rank(self, score: FloatArray) -> IntArray:
        """Rank within district and shift, ``[n_shifts, n_cells]``."""
        return ranking.rank_within_districts(score, self.district, self.tie_order)

    def allocate(self, score: FloatArray, schedule: ShiftSchedule) -> Allocation:
        """Ranks, visits, roles and propensities from ranking scores ``[n_shifts, n_cells]``."""
        if not self._has_levers:
            ranks = self.rank(score)
            visits = self._by_order(ranks)
            return Allocation(ranks, visits, np.where(visits > 0, SUGGESTED, "").astype(object), np.ones(score.shape))
        ranks = np.empty(score.shape, dtype=np.int64)
        visits = np.zeros(score.shape, dtype=np.int64)
        role = np.full(score.shape, "", dtype=object)
        propensity = np.zeros(score.shape)
        past, tonight = schedule.past, np.zeros(score.shape[1], dtype=bool)
        for shift in range(len(score)):
            if shift and schedule.night[shift] != schedule.night[shift - 1]:
                past, tonight = np.vstack([past, tonight[None]]), np.zeros_like(tonight)
            at_rest = self._held(past)
            ranks[shift] = self.rank(np.where(at_rest, -np.inf, score[shift])[None])[0]
            if self.bounds:
                visits[shift] = self._bounded(score[shift], at_rest)
                role[shift], propensity[shift] = np.where(visits[shift] > 0, SUGGESTED, ""), 1.0
            else:
                visits[shift], role[shift], propensity[shift] = self._drawn(
                    ranks[shift], at_rest, int(schedule.starts[shift])
                )
            tonight |= visits[shift] > 0
        return Allocation(ranks, visits, role, propensity)

    @property
    def _has_levers(self) -> bool:
        explore = self.patrol.exploration
        return bool(self.bounds or self.patrol.caps or explore.half_width or explore.uniform_cells)

    def _held(self, past: BoolArray) -> BoolArray:
        caps = self.patrol.caps
        if caps is None:
            return np.zeros(past.shape[1], dtype=bool)
        return capped_cells(past, CapRule(caps.most_nights, caps.of_nights, caps.run_nights, caps.rest_nights))

    def _drawn(self, ranks: IntArray, at_rest: BoolArray, start: int) -> tuple[IntArray, ObjectArray, FloatArray]:
        """Visits of one shift by rank, its band and uniform cells drawn anew in every district."""
        role, propensity, order = np.full(len(ranks), "", dtype=object), np.zeros(len(ranks)), ranks.copy()
        explore = self.patrol.exploration
        for code in range(len(self.names)):
            inside = np.flatnonzero((self.district == code) & ~at_rest)
            # The draw belongs to the shift and the district, not to the run: made again, it falls the same.
            rng = random_stream(self.seed, Stream.EXPLORATION, start // 1_000_000, code)
            drawn = draw_band(
                ranks[inside], budget_cells=self._budget_cells(), half_width=explore.half_width,
                uniform=explore.uniform_cells, rng=rng,
            )  # fmt: skip
            role[inside], propensity[inside] = drawn.role, drawn.propensity
            order[inside[drawn.order]] = np.arange(1, len(inside) + 1)
        visits = self._by_order(order)
        visits[at_rest | (role == COMPARISON) | (role == "")] = 0
        return visits, role, propensity

    def exploration(self, expected: FloatArray, schedule: ShiftSchedule) -> ExplorationPlan:
        """How far a plan explores, and what that costs in expected incidents; caps and bounds are left out of it.

        Parameters
        ----------
        expected : incidents, ``[n_categories, n_shifts, n_cells]``, of the shifts of ``schedule``.
        """
        explore, best, drawn = self.patrol.exploration, 0.0, 0.0
        incidents = expected[self.ranked].sum(axis=0)
        for ranks, counted in zip(self.rank(self.score(expected, schedule)), incidents, strict=True):
            for code in range(len(self.names)):
                inside = self.district == code
                pair = expected_in_suggested(
                    counted[inside], ranks[inside], budget_cells=self._budget_cells(),
                    half_width=explore.half_width, uniform=explore.uniform_cells,
                )  # fmt: skip
                best, drawn = best + pair[0], drawn + pair[1]
        return ExplorationPlan(
            explore.half_width, explore.uniform_cells, explore.off or "", best, drawn, len(incidents)
        )

    def _by_order(self, order: IntArray) -> IntArray:
        return dosage.visits_by_rank(
            order,
            minutes_per_district=self.patrol.minutes_per_district,
            visit_minutes=self.patrol.visit_minutes,
            visits_per_cell=self.patrol.visits_per_cell,
        )

    def _bounded(self, score: FloatArray, at_rest: BoolArray) -> IntArray:
        return bounded_visits(
            score, budget=self._affordable(), most_per_cell=np.where(at_rest, 0, self.patrol.visits_per_cell),
            bounds=self.bounds, district=self.district,
        )  # fmt: skip

    def _affordable(self) -> int:
        return int(self.patrol.minutes_per_district // self.patrol.visit_minutes)

    def _budget_cells(self) -> int:
        return -(-self._affordable() // self.patrol.visits_per_cell)


def build_allocator(
    cells: gpd.GeoDataFrame,
    categories: tuple[str, ...],
    patrol: Patrol,
    *,
    starts: Sequence[str],
    seed: int,
    bounds: tuple[ExposureBound, ...] = (),
) -> PatrolAllocator:
    """The allocator of one grid and config."""
    names, district = np.unique(cells["district"].astype(str), return_inverse=True)
    return PatrolAllocator(
        patrol=patrol,
        weights=ranking.weights_by_slot(categories, patrol, starts),
        district=district,
        names=names,
        tie_order=random_stream(seed, Stream.RANK_TIES).permutation(len(cells)),
        seed=seed,
        bounds=bounds,
    )
