"""A place's own share of the shift: by hand, as of each origin, drawn towards the city's as far as that pays."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.lags import PRIOR_REPORTS, hour_of_week_profile
from patrolcast.features.shift_share import RENEWED_DAYS, STRENGTHS, ShiftReports, count_by_shift

N_SLOTS, N_CELLS = 3, 50


def reports(rng: np.random.Generator, shares: np.ndarray, *, n: int, days: int) -> ShiftReports:
    """Reports of cells with shares of their own, ``[N_CELLS, N_SLOTS]``."""
    cell = rng.integers(0, N_CELLS, n)
    slot = (rng.random(n)[:, None] > np.cumsum(shares[cell], axis=1)).sum(axis=1).clip(0, N_SLOTS - 1)
    return ShiftReports(rng.integers(0, days, n), slot, cell)


def test_the_factor_by_hand() -> None:
    """Two cells; of 8 reports of the first 6 fall in shift 0, of 2 of the second none."""
    slot, cell = np.array([0] * 6 + [1] * 4), np.array([0] * 8 + [1] * 2)
    known = ShiftReports(np.zeros(10, dtype=np.int64), slot, cell)
    made = count_by_shift(known, n_slots=2, n_cells=3, first_day=0, last_day=13).shares(20.0)
    city = (6 + 100) / (10 + 200)
    assert made.factor.shape == (2, 2, 3)
    assert made.factor[0, 0].tolist() == pytest.approx([(6 + 20 * city) / 28 / city, 20 * city / 22 / city, 1.0])
    assert made.at(np.array([13]), np.array([0]), np.array([2])).tolist() == [1.0]


def test_over_the_shifts_of_a_day_the_factors_average_one_by_the_citys_shares() -> None:
    known = reports(np.random.default_rng(1), np.full((N_CELLS, N_SLOTS), 1 / 3), n=2000, days=70)
    counts = count_by_shift(known, n_slots=N_SLOTS, n_cells=N_CELLS, first_day=0, last_day=69)
    for strength in STRENGTHS:
        factor = counts.shares(strength).factor
        total = counts.counts.sum(axis=2) + PRIOR_REPORTS / N_SLOTS
        city = total / total.sum(axis=1, keepdims=True)
        np.testing.assert_allclose((factor * city[:, :, None]).sum(axis=1), 1.0, rtol=1e-6)


def test_in_a_small_city_a_places_day_stays_what_it_was() -> None:
    """300 reports, most by day; twin: with one report in every shift for a prior it would not."""
    shares = np.random.default_rng(6).dirichlet([6.0, 2.0, 0.5], size=N_CELLS)
    known = reports(np.random.default_rng(5), shares, n=300, days=7)
    counts = count_by_shift(known, n_slots=N_SLOTS, n_cells=N_CELLS, first_day=0, last_day=7)
    week = np.zeros((8, 7, N_SLOTS), dtype=np.int64)
    np.add.at(week, (known.known_day, known.known_day, known.slot), 1)
    hours = hour_of_week_profile(week)[7].mean(axis=0)
    np.testing.assert_allclose((counts.shares(10.0).factor[1] * hours[:, None]).mean(axis=0), 1.0, rtol=1e-6)
    total = counts.counts[1].sum(axis=1) + 1.0
    city = (total / total.sum())[:, None]
    factor = (counts.counts[1] + 10.0 * city) / (counts.counts[1].sum(axis=0) + 10.0) / city
    assert np.abs((factor * hours[:, None]).mean(axis=0) - 1.0).max() > 0.05


@pytest.mark.parametrize("first_day", [0, 30])
def test_what_becomes_known_after_an_origin_changes_nothing_for_it(first_day: int) -> None:
    """And twin: what became known by the first day of its week does."""
    rng = np.random.default_rng(2)
    known = reports(rng, np.full((N_CELLS, N_SLOTS), 1 / 3), n=3000, days=70)

    def factors(those: ShiftReports) -> np.ndarray:
        made = count_by_shift(those, n_slots=N_SLOTS, n_cells=N_CELLS, first_day=first_day, last_day=69).shares(20.0)
        return np.array([made.of_cells(origin, 1) for origin in range(first_day, 70)])

    whole = factors(known)
    for origin in (36, 41, 42):
        early = known.known_day <= origin
        assert np.array_equal(factors(ShiftReports(*(part[early] for part in known)))[origin - first_day],
                              whole[origin - first_day])  # fmt: skip
    before = known.known_day <= 36 - 36 % RENEWED_DAYS - 1
    assert not np.array_equal(factors(ShiftReports(*(part[before] for part in known)))[36 - first_day],
                              whole[36 - first_day])  # fmt: skip


@pytest.mark.parametrize(("spread", "chosen"), [(30.0, {80.0}), (1000.0, {320.0}), (0.6, {10.0})])
def test_the_strength_is_that_under_which_later_shifts_were_likeliest(spread: float, chosen: set[float]) -> None:
    """Places that are nearly alike are drawn to the city; places with hours of their own are believed sooner.

    The true strength of the draw is three times ``spread``: 90, 3000, 2.
    """
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.full(N_SLOTS, spread), size=N_CELLS)
    known = reports(rng, shares, n=4000, days=350)
    counts = count_by_shift(known, n_slots=N_SLOTS, n_cells=N_CELLS, first_day=100, last_day=349)
    later = known.known_day >= 101
    seen_from = ShiftReports(known.known_day[later] - 1, known.slot[later], known.cell[later])
    assert counts.likeliest_strength(seen_from) in chosen


def test_without_an_incident_or_with_one_shift_a_day_nothing_is_told_apart() -> None:
    none = ShiftReports(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    counts = count_by_shift(none, n_slots=N_SLOTS, n_cells=2, first_day=0, last_day=6)
    assert counts.likeliest_strength(none) == STRENGTHS[0]
    assert (counts.shares(STRENGTHS[0]).factor == 1.0).all()
    days = ShiftReports(np.arange(5), np.zeros(5, dtype=np.int64), np.zeros(5, dtype=np.int64))
    assert (count_by_shift(days, n_slots=1, n_cells=2, first_day=0, last_day=6).shares(20.0).factor == 1.0).all()
