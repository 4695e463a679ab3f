"""Are "citizen" labels true? Each of the three checks on records that can be counted by hand."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from patrolcast.audit.feedback.call_sources import audit_labels, change_by_source, officer_share_drift
from patrolcast.audit.feedback.dosage_log import WEEK, LoggedRows, Records

HOUR = 3_600_000_000
N_WEEKS = 10
BEGIN = 100 * WEEK
SPAN = N_WEEKS * WEEK


def rows(cells: list[int], n_cells: int, *, weeks: int = N_WEEKS, assigned: bool = True) -> LoggedRows:
    """Each cell in one 8-hour shift a day."""
    start = np.repeat(BEGIN + np.arange(7 * weeks) * 24 * HOUR, len(cells))
    n = len(start)
    return LoggedRows(
        cell=np.tile(cells, 7 * weeks),
        start=start,
        end=start + 8 * HOUR,
        assigned=np.full(n, assigned),
        chance=np.ones(n),
        drawn=np.zeros(n, dtype=bool),
        week=(start - BEGIN) // WEEK,
        score=np.ones(n),
        later=np.full(n, np.nan),
        delivered=np.ones(n),
        n_cells=n_cells,
    )


def spread(counts: dict[int, int], begin: int, length: int) -> Records:
    """So many records of each cell, evenly over the time."""
    moment = np.concatenate([begin + (np.arange(n) * length) // n for n in counts.values()])
    return Records(moment, np.repeat(list(counts), list(counts.values())))


def joined(*parts: Records) -> Records:
    return Records(np.concatenate([part.moment for part in parts]), np.concatenate([part.cell for part in parts]))


def test_the_change_is_that_of_suggested_cells_over_that_of_cells_matched_on_an_earlier_time() -> None:
    """Cell 0 is suggested. Early it had 40 reports as cell 2, not as cell 1, so cell 2 is its match.

    Before: 50 and 100; since: 100 and 150. By hand (100 / 50) / (150 / 100) = 4 / 3.
    """
    early = spread({0: 40, 1: 200, 2: 40}, BEGIN - 2 * SPAN, SPAN)
    before = spread({0: 50, 1: 300, 2: 100}, BEGIN - SPAN, SPAN)
    since = spread({0: 100, 1: 900, 2: 150}, BEGIN, SPAN)
    citizen = joined(early, before, since)
    change = change_by_source(rows([0], 3), citizen, citizen, source="citizen")
    assert change is not None
    assert (change.source, change.counts) == ("citizen", (50, 100, 100, 150))
    assert change.log_ratio == pytest.approx(log(4 / 3))
    error = sqrt(1 / 50 + 1 / 100 + 1 / 100 + 1 / 150)  # evenly spread counts are no more dispersed than Poisson
    assert (change.lower, change.upper) == pytest.approx((log(4 / 3) - 1.96 * error, log(4 / 3) + 1.96 * error))


def test_a_matched_cell_that_is_used_twice_counts_as_one_cell() -> None:
    """Cells 0 and 1 are suggested and share their only match: its two counts enter the error twice."""
    early = spread({0: 40, 1: 40, 2: 40}, BEGIN - 2 * SPAN, SPAN)
    before = spread({0: 50, 1: 50, 2: 50}, BEGIN - SPAN, SPAN)
    since = spread({0: 50, 1: 50, 2: 50}, BEGIN, SPAN)
    citizen = joined(early, before, since)
    change = change_by_source(rows([0, 1], 3), citizen, citizen, source="citizen")
    assert change is not None
    assert change.counts == (100, 100, 100, 100)
    assert change.upper == pytest.approx(1.96 * sqrt(2 / 100 + 2 * 2 / 100))


@pytest.mark.parametrize(("since", "measured"), [(19, False), (20, True)])
def test_twenty_records_in_each_of_the_four_counts_are_needed(since: int, measured: bool) -> None:
    citizen = joined(spread({0: 40, 1: 40}, BEGIN - SPAN, SPAN), spread({0: since, 1: 40}, BEGIN, SPAN))
    assert (change_by_source(rows([0], 2), citizen, citizen, source="citizen") is not None) is measured


def test_without_a_cell_outside_the_log_there_is_nothing_to_compare_with() -> None:
    citizen = spread({0: 400, 1: 400}, BEGIN - SPAN, 2 * SPAN)
    assert change_by_source(rows([0, 1], 2), citizen, citizen, source="citizen") is None


def test_a_steady_officer_share_has_no_slope() -> None:
    officer, citizen = spread({0: 300, 1: 100}, BEGIN, SPAN), spread({0: 300, 1: 300}, BEGIN, SPAN)
    drift = officer_share_drift(rows([0], 2), citizen, officer)
    assert drift is not None
    assert (drift.suggested, drift.elsewhere) == (0.5, 0.25)
    assert drift.slope == pytest.approx(0.0, abs=1e-9)
    assert drift.lower < 0.0 < drift.upper


def test_an_officer_share_that_rises_where_patrol_is_suggested_has_the_slope_of_its_log_odds() -> None:
    """A tenth more officer records each week in the suggested cell: the log odds rise by ln 1.1 a week."""
    weekly = [round(2000 * 1.1**week) for week in range(N_WEEKS)]
    officer = joined(
        *(spread({0: n}, BEGIN + week * WEEK, WEEK) for week, n in enumerate(weekly)), spread({1: 20_000}, BEGIN, SPAN)
    )
    citizen = spread({0: 20_000, 1: 20_000}, BEGIN, SPAN)
    drift = officer_share_drift(rows([0], 2), citizen, officer)
    assert drift is not None
    assert drift.slope == pytest.approx(26 * log(1.1), rel=0.01)
    assert drift.lower > 0.0


@pytest.mark.parametrize(("weeks", "measured"), [(7, False), (8, True)])
def test_eight_weeks_are_needed_for_a_drift(weeks: int, measured: bool) -> None:
    both = spread({0: 300, 1: 300}, BEGIN, SPAN)
    assert (officer_share_drift(rows([0], 2, weeks=weeks), both, both) is not None) is measured


def test_reports_during_visits_are_counted_and_shuffling_their_moments_finds_them_beyond_chance() -> None:
    """70 visits of 30 minutes at random moments, and a "citizen" report 10 minutes into each of the first 40."""
    logged = rows([0], 1)
    rng = np.random.default_rng(1)
    arrival = logged.start + rng.integers(0, 7 * HOUR, len(logged.start))
    visits = (np.zeros(len(arrival), dtype=np.int64), arrival, arrival + HOUR // 2)
    citizen = Records(arrival[:40] + HOUR // 6, np.zeros(40, dtype=np.int64))
    audit = audit_labels(logged, visits, citizen, near_minutes=0.0, permutations=99, rng=np.random.default_rng(2))
    assert audit is not None
    assert (audit.observed, audit.n_reports, audit.n_visits) == (40, 40, 70)
    assert audit.expected < 10.0
    assert audit.p_value == 0.01  # none of 99 shuffles has as many
    assert audit.excess_share == pytest.approx((40 - audit.expected) / 40)


def test_a_report_within_the_minutes_after_a_visit_is_near_and_one_later_is_not() -> None:
    logged = rows([0], 1)
    arrival = logged.start + HOUR
    visits = (np.zeros(len(arrival), dtype=np.int64), arrival, arrival + HOUR)
    citizen = Records(arrival + HOUR + HOUR // 4, np.zeros(len(arrival), dtype=np.int64))
    for minutes, observed in ((16.0, 70), (15.0, 0)):
        audit = audit_labels(
            logged, visits, citizen, near_minutes=minutes, permutations=9, rng=np.random.default_rng(3)
        )
        assert audit is not None
        assert audit.observed == observed


def test_too_few_reports_in_visited_shifts_are_no_audit() -> None:
    logged = rows([0], 1)
    visits = (np.zeros(70, dtype=np.int64), logged.start, logged.start + HOUR)
    few = Records(logged.start[:19] + 1, np.zeros(19, dtype=np.int64))
    assert audit_labels(logged, visits, few, near_minutes=0, permutations=9, rng=np.random.default_rng(4)) is None
