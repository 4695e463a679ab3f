"""Concentration by hand."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.concentration import concentration, concentration_gate, gini
from patrolcast.domain.findings import CapsPrice
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Audit


def test_gini_is_half_the_relative_mean_difference() -> None:
    amounts = np.random.default_rng(1).gamma(1.0, size=50)
    by_pairs = np.abs(amounts[:, None] - amounts[None, :]).mean() / (2 * amounts.mean())
    assert gini(amounts) == pytest.approx(by_pairs)


def test_gini_of_nothing_is_not_zero() -> None:
    assert np.isnan(gini([]))
    assert np.isnan(gini([0.0, 0.0]))


def test_a_cell_that_is_always_chosen_is_seen() -> None:
    dose = np.zeros((56, 10))
    dose[:, 0] = 15.0
    dose[np.arange(56), 1 + np.arange(56) % 3] = 15.0
    found = concentration(dose, top=1)
    assert (found.longest_run, found.distinct_cells, found.top_share) == (56, 4.0, 0.5)


def moving(nights: int, step: int, *, width: int = 4, n_cells: int = 40) -> np.ndarray:
    """``width`` cells a night that move on by one cell every ``step`` nights."""
    dose = np.zeros((nights, n_cells))
    for night in range(nights):
        dose[night, [(night // step + k) % n_cells for k in range(width)]] = 20.0
    return dose


def gate(dose: np.ndarray) -> GateResult:
    return concentration_gate(concentration(dose), None, Audit())


def test_patrol_that_moves_passes_and_patrol_that_stays_too_long_warns() -> None:
    assert gate(moving(28, 3)).verdict == GateVerdict.PASS  # no cell more than 12 nights in a row
    slow = gate(moving(28, 5))  # up to 20 nights in a row
    assert (slow.verdict, slow.value) == (GateVerdict.WARN, 20.0)
    assert slow.detail == (
        "9 of 40 cells ever suggested in 28 nights, 4.0 on an average night; longest run 20 of 28 nights"
    )


def test_few_cells_ever_warn_though_none_stays_long() -> None:
    dose = np.zeros((28, 40))
    for night in range(28):
        dose[night, [k for k in range(5) if k != night % 5]] = 20.0  # four of the same five cells
    found = concentration(dose)
    assert found.longest_run <= 14
    assert found.turnover < 1.4
    assert gate(dose).verdict == GateVerdict.WARN


def test_a_list_of_which_not_one_cell_ever_changes_fails_and_stops() -> None:
    still = gate(moving(28, 100))
    assert (still.verdict, still.stops) == (GateVerdict.FAIL, True)
    assert gate(moving(28, 27)).verdict == GateVerdict.WARN  # one cell changed on the last night


def test_a_city_that_is_all_suggested_has_nowhere_else_to_go_and_a_short_window_shows_nothing() -> None:
    assert gate(moving(28, 100, width=4, n_cells=4)).verdict == GateVerdict.WARN
    assert gate(moving(7, 100)).verdict == GateVerdict.WARN


def test_without_patrol_nothing_is_measured() -> None:
    none = gate(np.zeros((28, 4)))
    assert (none.verdict, none.stops) == (GateVerdict.NOT_MEASURED, False)


def test_the_gate_names_the_price_of_caps() -> None:
    price = CapsPrice("at most 10 of 14 nights", in_use=False, expected_without=200.0, expected_with=190.0,
                      ever_with=55, longest_run_with=5)  # fmt: skip
    found = concentration_gate(concentration(moving(28, 5)), price, Audit())
    assert found.detail.endswith(
        "caps (at most 10 of 14 nights) would cost 5.0 % of the incidents expected in suggested cells, with 55 cells "
        "ever suggested and a longest run of 5"
    )
