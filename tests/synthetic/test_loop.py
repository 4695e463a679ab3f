"""The nights of the loop: the same chance whatever patrol does, no record lost, each effect with the right sign."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from scipy import sparse, stats

from patrolcast.synthetic.loop import LoopCity, LoopNight, World, _binomial, _poisson, make_city, simulate_night

N_CELLS, N_SLOTS = 60, 3


@pytest.fixture(scope="module")
def city() -> LoopCity:
    side = sparse.diags_array([np.ones(N_CELLS - 1), np.ones(N_CELLS - 1)], offsets=[-1, 1]).tocsr()
    return make_city(side, seed=4, composition=0.0, n_slots=N_SLOTS)


def dose_on(*cells: int) -> npt.NDArray[np.float64]:
    dose = np.zeros((N_SLOTS, N_CELLS))
    dose[:, list(cells)] = 2.0
    return dose


def rows(night: LoopNight, chosen: npt.NDArray[np.bool_]) -> set[tuple[float, ...]]:
    columns = (night.slot, night.cell, night.category, night.moment, night.delay)
    return set(zip(*(np.asarray(c)[chosen].tolist() for c in columns), strict=True))


def citizens(night: LoopNight) -> set[tuple[float, ...]]:
    return rows(night, night.citizen)


def test_two_nights_that_differ_in_patrol_alone_hold_the_same_citizen_reports(city: LoopCity) -> None:
    for night in range(30):
        one = simulate_night(city, World(), dose_on(1, 2, 3), night=night)
        two = simulate_night(city, World(), dose_on(40, 41), night=night)
        assert citizens(one) == citizens(two)


def test_where_patrol_did_not_differ_the_officers_records_are_the_same_too(city: LoopCity) -> None:
    for night in range(30):
        one = simulate_night(city, World(), dose_on(1, 7), night=night)
        two = simulate_night(city, World(), dose_on(2, 7), night=night)
        same = [rows(n, ~n.citizen & ~np.isin(n.cell, (1, 2))) for n in (one, two)]
        assert same[0] == same[1]


def test_another_night_or_another_seed_is_another_world(city: LoopCity) -> None:
    one = citizens(simulate_night(city, World(), dose_on(), night=0))
    assert one != citizens(simulate_night(city, World(), dose_on(), night=1))
    assert one != citizens(simulate_night(replace(city, seed=5), World(), dose_on(), night=0))


def test_a_lift_of_reporting_only_adds_reports_and_only_where_patrol_was(city: LoopCity) -> None:
    added = 0
    for night in range(60):
        plain = citizens(simulate_night(city, World(), dose_on(3, 9), night=night))
        lifted = citizens(simulate_night(city, World(lift=0.5), dose_on(3, 9), night=night))
        assert plain <= lifted
        assert {row[1] for row in lifted - plain} <= {3, 9}
        added += len(lifted - plain)
    assert added > 0


def test_deterrence_only_removes_reports_and_only_where_patrol_was(city: LoopCity) -> None:
    removed = 0
    for night in range(60):
        plain = citizens(simulate_night(city, World(), dose_on(3, 9), night=night))
        deterred = citizens(simulate_night(city, World(deterrence=0.5), dose_on(3, 9), night=night))
        assert deterred <= plain
        assert {row[1] for row in plain - deterred} <= {3, 9}
        removed += len(plain - deterred)
    assert removed > 0


def test_every_record_is_a_citizens_or_an_officers_and_no_citizens_report_is_mislabelled(city: LoopCity) -> None:
    night = simulate_night(city, World(mislabelled=0.3), dose_on(*range(20)), night=1)
    columns = (night.slot, night.cell, night.category, night.citizen, night.labelled_citizen, night.moment, night.delay)
    assert len({len(column) for column in columns}) == 1
    assert (night.labelled_citizen | ~night.citizen).all()
    assert ((night.moment >= 0) & (night.moment < 1) & (night.delay >= 0) & (night.delay < 1)).all()


def test_mislabelling_moves_records_between_labels_and_makes_none(city: LoopCity) -> None:
    for night in range(20):
        right = simulate_night(city, World(), dose_on(*range(20)), night=night)
        wrong = simulate_night(city, World(mislabelled=0.25), dose_on(*range(20)), night=night)
        assert len(right.cell) == len(wrong.cell)
        assert (
            np.bincount(right.cell, minlength=N_CELLS).tolist() == np.bincount(wrong.cell, minlength=N_CELLS).tolist()
        )
        assert right.labelled_citizen.sum() <= wrong.labelled_citizen.sum()


def test_the_share_that_is_mislabelled_is_the_share_that_was_asked_for(city: LoopCity) -> None:
    nights = [simulate_night(city, World(mislabelled=0.25), dose_on(*range(30)), night=n) for n in range(200)]
    officers = sum(int((~n.citizen).sum()) for n in nights)
    wrong = sum(int((~n.citizen & n.labelled_citizen).sum()) for n in nights)
    assert stats.binomtest(wrong, officers, 0.25).pvalue > 1e-4


def test_reports_come_as_often_as_their_rate_and_reporting_say(city: LoopCity) -> None:
    world = World(reporting_a=0.6, reporting_b=0.4)
    seen = sum(len(citizens(simulate_night(city, world, dose_on(), night=n))) for n in range(400))
    expected = 400 * (city.rate.sum(axis=(0, 1)) * (0.6 - 0.2 * city.share_b)).sum()
    assert abs(seen - expected) < 4 * np.sqrt(expected)


def test_the_counts_are_the_inverse_of_their_distributions() -> None:
    u = np.random.default_rng(1).random(5000)
    for mean in (0.01, 0.4, 3.0):
        assert (_poisson(np.full(5000, mean), u) == stats.poisson.ppf(u, mean)).all()
    n = np.random.default_rng(2).integers(0, 6, 5000)
    assert (_binomial(n, np.full(5000, 0.3), u) == np.where(n > 0, stats.binom.ppf(u, n, 0.3), 0)).all()


def test_a_city_of_one_rate_has_one_rate_and_a_neutral_one_has_no_correlation_with_composition(city: LoopCity) -> None:
    side = sparse.diags_array([np.ones(N_CELLS - 1), np.ones(N_CELLS - 1)], offsets=[-1, 1]).tocsr()
    flat = make_city(side, seed=4, composition=None, n_slots=N_SLOTS).rate.sum(axis=(0, 1))
    assert np.allclose(flat, flat[0])
    level = np.log(city.rate.sum(axis=(0, 1)))
    group = stats.norm.ppf(city.share_b)
    assert abs(np.corrcoef(level, group)[0, 1]) < 1e-6
    leaning = make_city(side, seed=4, composition=0.5, n_slots=N_SLOTS).rate.sum(axis=(0, 1))
    assert np.corrcoef(np.log(leaning), group)[0, 1] == pytest.approx(0.5, abs=1e-6)
