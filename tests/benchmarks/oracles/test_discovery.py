"""The exact oracle of Elzayn et al. 2019: five Poisson places, few enough to look at every allocation."""

from __future__ import annotations

import math
from itertools import product

import pytest
from benchmarks.oracles.discovery import best_allocation, best_fair_allocation, evaluate_allocation, expected_found

RATES = (8.0, 6.0, 4.0, 3.0, 1.5)


def poisson(k: int, rate: float) -> float:
    return math.exp(-rate) * rate**k / math.factorial(k)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("units", [0, 1, 3, 7])
def test_what_units_find_is_the_mean_of_the_smaller_of_units_and_incidents(rate: float, units: int) -> None:
    by_hand = sum(min(units, k) * poisson(k, rate) for k in range(80))
    assert expected_found(rate, units) == pytest.approx(by_hand, abs=1e-12)


@pytest.mark.parametrize(
    ("total", "units", "found", "gap"), [(6, (3, 2, 1, 0, 0), 5.9447, 0.3729), (12, (5, 4, 2, 1, 0), 11.4482, 0.6278)]
)
def test_the_best_allocation_is_the_oracles(total: int, units: tuple[int, ...], found: float, gap: float) -> None:
    best = best_allocation(RATES, total)
    assert best.units == units
    assert (best.found, best.gap) == (pytest.approx(found, abs=5e-5), pytest.approx(gap, abs=5e-5))


def test_greedy_is_exact_no_other_allocation_finds_more() -> None:
    every = (units for units in product(range(7), repeat=5) if sum(units) == 6)
    assert max(evaluate_allocation(RATES, units).found for units in every) == pytest.approx(
        best_allocation(RATES, 6).found
    )


@pytest.mark.parametrize(("alpha", "units", "price"), [(0.3, (5, 3, 2, 1, 1), 1.0063), (0.2, (4, 3, 2, 2, 1), 1.0152)])
def test_fairness_costs_what_the_oracle_says(alpha: float, units: tuple[int, ...], price: float) -> None:
    fair = best_fair_allocation(RATES, 12, alpha=alpha)
    assert fair is not None
    assert fair.units == units
    assert fair.gap <= alpha
    assert best_allocation(RATES, 12).found / fair.found == pytest.approx(price, abs=5e-5)


def test_twelve_whole_units_cannot_be_fairer_than_one_in_nine() -> None:
    assert best_fair_allocation(RATES, 12, alpha=0.10) is None
