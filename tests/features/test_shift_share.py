"""A place's own share of the shift: by hand, as of each origin, drawn towards the city's as far as that pays."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from patrolcast.features.lags import PRIOR_REPORTS, hour_of_week_profile
from patrolcast.features.shift_share import (
    RENEWED_DAYS,
    STRENGTHS,
    WEEKEND_STRENGTHS,
    ShareStrength,
    ShiftReports,
    count_by_shift,
)

N_SLOTS, N_CELLS = 3, 50


def reports(rng: np.random.Generator, shares: np.ndarray, *, n: int, days: int) -> ShiftReports:
    """Reports of cells with shares of their own, ``[N_CELLS, N_SLOTS]``."""
    cell = rng.integers(0, N_CELLS, n)
    slot = (rng.random(n)[:, None] > np.cumsum(shares[cell], axis=1)).sum(axis=1).clip(0, N_SLOTS - 1)
    day = rng.integers(0, days, n)
    return ShiftReports(day, slot, (day % 7 >= 5).astype(np.int64), cell)


def test_the_factor_by_hand() -> None:
    """Two cells; of 8 reports of the first 6 fall in shift 0, 3 of them at the weekend; of 2 of the second none."""
    slot, weekend, cell = np.array([0] * 6 + [1] * 4), np.array([1] * 3 + [0] * 7), np.array([0] * 8 + [1] * 2)
    known = count_by_shift(ShiftReports(np.zeros(10, dtype=np.int64), slot, weekend, cell), n_slots=2, n_cells=3,
                           first_day=0, last_day=13)  # fmt: skip
    city = (6 + 100) / (10 + 200)
    by_shift = [(6 + 20 * city) / 28 / city, 20 * city / 22 / city, 1.0]
    made = known.shares(ShareStrength(20.0, inf))
    assert made.factor.shape == (2, 2, 2, 3)
    for weekend in (0, 1):
        assert made.factor[0, weekend, 0].tolist() == pytest.approx(by_shift)
    of_weekend = (3 + 200 / 7) / (6 + 100)
    made = known.shares(ShareStrength(20.0, 40.0))
    own = (3 + 40 * of_weekend) / (6 + 40) / of_weekend
    assert made.factor[0, 1, 0].tolist() == pytest.approx([by_shift[0] * own, by_shift[1], 1.0])
    own = (3 + 40 * (1 - of_weekend)) / (6 + 40) / (1 - of_weekend)
    assert made.factor[0, 0, 0, 0] == pytest.approx(by_shift[0] * own)
    assert made.at(*(np.array([n]) for n in (13, 1, 0, 0))).tolist() == made.factor[1, 1, 0, :1].tolist()
    assert made.of_city().of_cells(13, 1, 0).tolist() == [1.0, 1.0, 1.0]


def city_share(counts: np.ndarray, prior: float = PRIOR_REPORTS) -> np.ndarray:
    """Of each shift of working days and of the weekend, ``[n_weeks, 2, n_slots]``."""
    total = counts.sum(axis=3) + prior / N_SLOTS * (np.array([5.0, 2.0]) / 7)[:, None]
    return total / total.sum(axis=(1, 2), keepdims=True)


def test_over_the_shifts_of_a_week_the_factors_average_one_by_the_citys_shares() -> None:
    known = reports(np.random.default_rng(1), np.full((N_CELLS, N_SLOTS), 1 / 3), n=2000, days=70)
    counts = count_by_shift(known, n_slots=N_SLOTS, n_cells=N_CELLS, first_day=0, last_day=69)
    for strength in map(ShareStrength, STRENGTHS, WEEKEND_STRENGTHS):
        factor = counts.shares(strength).factor
        np.testing.assert_allclose((factor * city_share(counts.counts)[..., None]).sum(axis=(1, 2)), 1.0, rtol=1e-6)


def test_in_a_small_city_a_places_week_stays_what_it_was() -> None:
    """300 reports, most by day; twin: with one report in every shift for a prior it would not."""
    shares = np.random.default_rng(6).dirichlet([6.0, 2.0, 0.5], size=N_CELLS)
    known = reports(np.random.default_rng(5), shares, n=300, days=7)
    counts = count_by_shift(known, n_slots=N_SLOTS, n_cells=N_CELLS, first_day=0, last_day=7)
    week = np.zeros((8, 7, N_SLOTS), dtype=np.int64)
    np.add.at(week, (known.known_day, known.known_day, known.slot), 1)
    hours = hour_of_week_profile(week)[7]
    hours = np.stack([hours[:5].sum(axis=0), hours[5:].sum(axis=0)]) / hours.size
    factor = counts.shares(ShareStrength(10.0, 20.0)).factor[1]
    np.testing.assert_allclose((factor * hours[..., None]).sum(axis=(0, 1)), 1.0, rtol=1e-6)
    city = city_share(counts.counts, N_SLOTS)[1].sum(axis=0)[:, None]
    in_shift = counts.counts[1].sum(axis=0)
    other = (in_shift + 10.0 * city) / (in_shift.sum(axis=0) + 10.0) / city
    assert np.abs((other * hours.sum(axis=0)[:, None]).sum(axis=0) - 1.0).max() > 0.05


@pytest.mark.parametrize("first_day", [0, 30])
def test_what_becomes_known_after_an_origin_changes_nothing_for_it(first_day: int) -> None:
    """And twin: what became known by the first day of its week does."""
    rng = np.random.default_rng(2)
    known = reports(rng, np.full((N_CELLS, N_SLOTS), 1 / 3), n=3000, days=70)

    def factors(those: ShiftReports) -> np.ndarray:
        made = count_by_shift(those, n_slots=N_SLOTS, n_cells=N_CELLS, first_day=first_day, last_day=69)
        shares = made.shares(ShareStrength(20.0, 40.0))
        return np.array([shares.of_cells(origin, 1, 1) for origin in range(first_day, 70)])

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
    seen_from = ShiftReports(known.known_day[later] - 1, *(part[later] for part in known[1:]))
    strength = counts.likeliest_strength(seen_from)
    assert strength.shift in chosen
    assert strength.weekend >= 160.0, "they have no weekend of their own"


@pytest.mark.parametrize(("spread", "chosen"), [(15.0, {20.0, 40.0, 80.0}), (3.0, {20.0}), (1000.0, {inf, 320.0})])
def test_places_with_a_weekend_of_their_own_are_believed_as_far_as_they_have_one(
    spread: float, chosen: set[float]
) -> None:
    """Each place's share of the weekend in its shifts is drawn around the city's two sevenths."""
    rng = np.random.default_rng(4)
    known = reports(rng, np.full((N_CELLS, N_SLOTS), 1 / 3), n=6000, days=350)
    own = rng.beta(spread * 2 / 7, spread * 5 / 7, (N_CELLS, N_SLOTS))
    known = known._replace(weekend=(rng.random(6000) < own[known.cell, known.slot]).astype(np.int64))
    counts = count_by_shift(known, n_slots=N_SLOTS, n_cells=N_CELLS, first_day=100, last_day=349)
    later = known.known_day >= 101
    strength = counts.likeliest_strength(ShiftReports(known.known_day[later] - 1, *(p[later] for p in known[1:])))
    assert strength.weekend in chosen


def test_without_an_incident_or_with_one_shift_a_day_nothing_sets_shifts_apart() -> None:
    none = ShiftReports(*(np.zeros(0, dtype=np.int64) for _ in range(4)))
    counts = count_by_shift(none, n_slots=N_SLOTS, n_cells=2, first_day=0, last_day=6)
    weakest = ShareStrength(STRENGTHS[0], inf)
    assert counts.likeliest_strength(none) == weakest
    assert (counts.shares(ShareStrength(20.0, 20.0)).factor == 1.0).all()
    days = ShiftReports(np.arange(5), *(np.zeros(5, dtype=np.int64) for _ in range(3)))
    whole = count_by_shift(days, n_slots=1, n_cells=2, first_day=0, last_day=6)
    assert (whole.shares(ShareStrength(20.0, inf)).factor == 1.0).all()
