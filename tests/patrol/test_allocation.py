"""Exposure-bounded allocation: optimal by enumeration, within its bounds, and plain about bounds it cannot keep."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.patrol.allocation import ExposureBound, allocated_exposure_ratio, bounded_visits, reachable_ratio

RNG = np.random.default_rng(12)
N = 14
SCORE = RNG.gamma(0.5, size=N) / 1000
B = RNG.integers(10, 200, N).astype(float)
A = 210.0 - B


def bound(floor: float = 0.0, ceiling: float = np.inf) -> ExposureBound:
    return ExposureBound("group_b", "group_a", B, A, floor, ceiling)


def best_by_enumeration(k: int, floor: float, ceiling: float) -> float:
    best = -np.inf
    for chosen in combinations(range(N), k):
        visits = np.zeros(N)
        visits[list(chosen)] = 1
        if floor <= allocated_exposure_ratio(visits, B, A) <= ceiling:
            best = max(best, float(SCORE @ visits))
    return best


@pytest.mark.parametrize(("floor", "ceiling"), [(0.0, np.inf), (0.9, 1.1), (0.0, 0.7), (1.3, np.inf)])
def test_it_finds_what_trying_every_allocation_finds(floor: float, ceiling: float) -> None:
    visits = bounded_visits(SCORE, budget=5, most_per_cell=1, bounds=[bound(floor, ceiling)])
    assert visits.sum() == 5
    assert visits.max() == 1
    assert floor <= allocated_exposure_ratio(visits, B, A) <= ceiling
    assert float(SCORE @ visits) == pytest.approx(best_by_enumeration(5, floor, ceiling), rel=1e-3)


def best_of_many(score: np.ndarray, weight: np.ndarray, k: int, limit: int) -> float:
    """Greatest score of k of many cells with a sum of whole weights up to ``limit``: dynamic programming, no solver."""
    table = np.full((k + 1, limit + 1), -np.inf)
    table[0, 0] = 0.0
    for value, heavy in zip(score, weight, strict=True):
        taken = np.full_like(table, -np.inf)
        taken[1:, heavy:] = table[:-1, : limit + 1 - heavy] + value
        table = np.maximum(table, taken)
    return float(table[k].max())


@pytest.mark.parametrize("seed", [0, 4, 6, 11])
def test_among_many_cells_it_leaves_no_more_than_a_thousandth(seed: int) -> None:
    """Thirty cells whose score goes with group b, at most .7 of the exposure: a solver that stops at 5 % loses 1-4 %.

    With eight visits E_b / E_a <= c says: b summed over the visited cells is at most 8 * 210 c / A / (1 / B + c / A).
    """
    rng = np.random.default_rng(seed)
    b = rng.integers(10, 200, 30)
    score = rng.gamma(2, size=30) + b / 60
    in_b, in_a, ceiling, k = b.sum(), (210 - b).sum(), 0.7, 8
    limit = int(ceiling * 210 * k / in_a / (1 / in_b + ceiling / in_a))
    bound = ExposureBound("group_b", "group_a", b.astype(float), 210.0 - b, 0.0, ceiling)
    visits = bounded_visits(score, budget=k, most_per_cell=1, bounds=[bound])
    assert float(score @ visits) >= 0.999 * best_of_many(score, b, k, limit)


def test_without_bounds_it_is_the_ranking() -> None:
    visits = bounded_visits(SCORE, budget=6, most_per_cell=2, bounds=[])
    assert sorted(np.flatnonzero(visits)) == sorted(np.argsort(-SCORE)[:3])


def test_a_ceiling_out_of_reach_is_refused_with_how_far() -> None:
    least = reachable_ratio(bound(), shares=[(np.ones(N), 5.0)], most=np.ones(N), greatest=False)
    with pytest.raises(ConfigError) as error:
        bounded_visits(SCORE, budget=5, most_per_cell=1, bounds=[bound(ceiling=0.01)])
    assert str(error.value) == (
        f"[patrol.bound] group_b against group_a: got ceiling 0.01; 5 visits allow no ratio below {least:.3g}; "
        f"move the bound by {np.ceil((least - 0.01) * 100) / 100:.2g} or more, or raise the budget"
    )


def test_a_floor_out_of_reach_is_refused_as_a_floor() -> None:
    with pytest.raises(ConfigError, match="got floor 1000; 5 visits allow no ratio above"):
        bounded_visits(SCORE, budget=5, most_per_cell=1, bounds=[bound(floor=1000.0)])


def test_bounds_that_only_contradict_each_other_are_refused_together() -> None:
    with pytest.raises(ConfigError) as error:
        bounded_visits(SCORE, budget=5, most_per_cell=1, bounds=[bound(ceiling=0.8), bound(floor=1.2)])
    assert str(error.value).startswith("[patrol.bound] group_b against group_a: got ")
    assert "5 whole visits cannot keep all bounds at once; the nearest ratio found is" in str(error.value)


def widest_gap(k: int) -> tuple[float, float]:
    """Two neighbouring exposure ratios of k visits to k cells: only parts of visits reach what lies between."""
    reached = np.sort(
        [allocated_exposure_ratio(np.isin(np.arange(N), cells), B, A) for cells in combinations(range(N), k)]
    )[50:-50]
    at = int(np.argmax(np.diff(reached)))
    return float(reached[at]), float(reached[at + 1])


@pytest.mark.parametrize(("ends", "end"), [((0.2, 0.6), "floor"), ((0.4, 0.8), "ceiling")])
def test_a_single_bound_that_whole_visits_cannot_keep_is_refused_with_the_nearest_ratio(
    ends: tuple[float, float], end: str
) -> None:
    low, high = widest_gap(3)
    least, most = (low + part * (high - low) for part in ends)
    limit, nearest = (least, low) if end == "floor" else (most, high)
    with pytest.raises(ConfigError) as error:
        bounded_visits(SCORE, budget=3, most_per_cell=1, bounds=[bound(least, most)])
    message, _, cure = str(error.value).partition("; move the bound by ")
    assert message == (
        f"[patrol.bound] group_b against group_a: got {end} {limit:g}; 3 whole visits cannot keep it; "
        f"the nearest ratio found is {nearest:.4g}"
    )
    moved = float(cure.removesuffix(" or more, or raise the budget"))
    assert abs(limit - nearest) <= moved < 1.11 * abs(limit - nearest)
    wider = bound(least - moved, most) if end == "floor" else bound(least, most + moved)
    visits = bounded_visits(SCORE, budget=3, most_per_cell=1, bounds=[wider])
    assert allocated_exposure_ratio(visits, B, A) == pytest.approx(nearest)


def test_of_several_bounds_the_one_that_is_missed_most_is_named() -> None:
    low, high = widest_gap(3)
    tight, loose = low + 0.3 * (high - low), 0.01
    kept = ExposureBound("group_c", "group_a", np.roll(B, 3), A, loose, np.inf)
    with pytest.raises(
        ConfigError, match=rf"group_b against group_a: got floor {tight:g}; 3 whole visits cannot keep all"
    ):
        bounded_visits(SCORE, budget=3, most_per_cell=1, bounds=[kept, bound(tight, low + 0.6 * (high - low))])


@pytest.mark.parametrize(
    ("own", "other", "who"),
    [(0 * B, A, "group_b"), (B, 0 * A, "group_a"), (B, 1e-13 * A, "group_a"), (np.nan * B, A, "group_b")],
)
def test_a_bound_on_nobody_is_an_error_and_never_ignored(own: np.ndarray, other: np.ndarray, who: str) -> None:
    with pytest.raises(ConfigError) as error:
        ExposureBound("group_b", "group_a", own, other, 0.9, 1.1)
    assert str(error.value) == (
        f"[patrol.bound]: got no residents of {who} on the grid; both sides of a bound need residents there; "
        "name groups that live there, or take the bound out"
    )


def test_a_bound_on_one_resident_is_a_bound() -> None:
    one = np.zeros(N)
    one[3] = 1.0
    few = ExposureBound("group_b", "group_a", one, A, 0.5, np.inf)
    assert bounded_visits(SCORE, budget=3, most_per_cell=1, bounds=[few])[3] == 1


def test_the_reachable_ratio_bounds_every_allocation() -> None:
    least = reachable_ratio(bound(), shares=[(np.ones(N), 3.0)], most=np.ones(N), greatest=False)
    most = reachable_ratio(bound(), shares=[(np.ones(N), 3.0)], most=np.ones(N), greatest=True)
    ratios = [allocated_exposure_ratio(np.isin(np.arange(N), cells), B, A) for cells in combinations(range(N), 3)]
    assert least <= min(ratios) + 1e-9
    assert most >= max(ratios) - 1e-9
    assert least > 0.8 * min(ratios)


def test_every_district_keeps_its_own_budget() -> None:
    district = np.arange(N) % 2
    visits = bounded_visits(SCORE, budget=3, most_per_cell=1, bounds=[bound(0.9, 1.1)], district=district)
    assert [visits[district == code].sum() for code in (0, 1)] == [3, 3]
    assert 0.9 <= allocated_exposure_ratio(visits, B, A) <= 1.1


def test_a_cell_that_may_not_be_suggested_gets_no_visit() -> None:
    most = np.ones(N, dtype=np.int64)
    most[np.argmax(SCORE)] = 0
    assert bounded_visits(SCORE, budget=3, most_per_cell=most, bounds=[])[np.argmax(SCORE)] == 0
