"""Lags by hand: windows that end on a day, rings, days since the last report, the week's profile."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy import sparse

from patrolcast.features import lags
from patrolcast.numerics.arrays import BoolArray, CountArray, Float32Array
from patrolcast.numerics.exposure import WHOLE, ExposedPart, Exposure

KNOWN: CountArray = np.array([[3, 0], [0, 1], [0, 0], [2, 0]], dtype=np.uint16)


def everywhere(history: lags.History, values: lags.At) -> Float32Array:
    """Values at every origin day from the history's first on, and every cell, ``[n_days - first, n_cells]``."""
    n_days, n_cells = history.known.shape
    origin, cell = np.meshgrid(np.arange(history.first, n_days), np.arange(n_cells), indexing="ij")
    return values(origin.ravel().astype(np.int32), cell.ravel().astype(np.int32)).reshape(origin.shape)


def trailing(history: lags.History, days: int) -> Float32Array:
    return everywhere(history, partial(history.trailing_at, days))


def test_a_trailing_mean_is_over_the_days_there_are() -> None:
    rates = trailing(lags.History(KNOWN, first=0), 2)
    assert rates.tolist() == [[3.0, 0.0], [1.5, 0.5], [0.0, 0.5], [1.0, 0.0]]


def test_windows_from_a_late_day_on_are_those_of_the_whole_history() -> None:
    known = np.random.default_rng(1).poisson(0.4, (800, 3)).astype(np.uint16)
    late = trailing(lags.History(known, first=700), 365)
    assert np.array_equal(late, trailing(lags.History(known, first=0), 365)[700:])
    assert late[-1] == pytest.approx(known[-365:].mean(axis=0))


def test_the_long_run_is_all_reports_over_all_days() -> None:
    assert lags.History(KNOWN, first=0).long_run_mean()[-1].tolist() == [5 / 4, 1 / 4]
    late = lags.History(KNOWN, first=3)
    assert late.long_run_mean().tolist() == everywhere(late, late.long_run_at).tolist() == [[5 / 4, 1 / 4]]


def test_a_ring_is_the_mean_of_the_neighbours_and_0_without_any() -> None:
    ring = sparse.csr_array(np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0]], dtype=np.float32))
    rates = np.array([2.0, 4.0, 8.0], dtype=np.float32)
    history = lags.History(np.zeros((1, 3), dtype=np.uint16), first=0)
    made = everywhere(history, partial(lags.over_ring_at, lambda _, cell: rates[cell], ring))
    assert made.tolist() == [[6.0, 2.0, 0.0]]


def test_days_since_the_last_report_begin_with_0_and_stop_at_a_year() -> None:
    for first in (0, 2):
        history = lags.History(KNOWN, first=first)
        assert everywhere(history, history.days_since_at).tolist() == [[0, 365], [1, 0], [2, 1], [0, 2]][first:]
    quiet = np.zeros((500, 1), dtype=np.uint16)
    quiet[0] = 1
    history = lags.History(quiet, first=0)
    assert everywhere(history, history.days_since_at)[[364, 365, 499]].ravel().tolist() == [364, 365, 365]


def test_days_since_the_last_report_next_door() -> None:
    ring = sparse.csr_array(np.array([[0, 1], [0, 0]], dtype=np.float32))  # the second cell has no neighbour
    history = lags.History(KNOWN, first=0)
    since = everywhere(history, partial(history.days_since_in_ring_at, ring))
    assert since.tolist() == [[365, 365], [0, 365], [1, 365], [2, 365]]


def test_a_profile_has_mean_1_and_begins_flat() -> None:
    known = np.zeros((2, 7, 3), dtype=np.int64)
    known[1, 4, 2] = 210
    profile = lags.hour_of_week_profile(known, prior_reports=210.0)
    assert profile.mean(axis=(1, 2)) == pytest.approx([1.0, 1.0])
    assert profile[0] == pytest.approx(np.ones((7, 3)))
    # 210 reports and 10 of the prior in one shift of the week, 10 in each of the other twenty: 220 / (420 / 21).
    assert profile[1, 4, 2] == pytest.approx(11.0)


def test_a_history_counts_exposed_days_only() -> None:
    """Four days of 2, 4, (a hole), 6 reports: the mean of two days is (4 + 6) / 2, of all days 12 / 3."""
    known = np.array([[2], [4], [0], [6]], dtype=np.uint16)
    exposure = Exposure((ExposedPart(np.array([0]), np.array([True, True, False, True])),))
    history = lags.History(known, first=1, exposure=exposure)
    assert trailing(history, 2).ravel().tolist() == [3.0, 3.0, 5.0]
    assert history.long_run_mean().ravel().tolist() == [3.0, 3.0, 4.0]
    assert everywhere(history, history.days_since_at).ravel().tolist() == [0.0, 0.0, 0.0]
    # a half-life of one day: (4 + 2/2) / 1.5, then the same in the hole, then (6 + 4/2 + 2/4) / 1.75
    assert history.decayed_mean(1.0).ravel().tolist() == pytest.approx([10 / 3, 10 / 3, 34 / 7])


def of_one_cell(known: CountArray, exposed: BoolArray, day: int, window: int) -> tuple[float, float, float]:
    """Trailing mean, long-run mean and days since the last report of one cell on one day, from its exposed days."""
    counts = known[: day + 1][exposed[: day + 1]].astype(np.float32)
    if not len(counts):
        return 0.0, 0.0, 0.0
    came, last = np.flatnonzero(counts), counts[-window:]
    since = min(len(counts) - 1 - int(came[-1]), 365) if len(came) else 365
    return float(last.sum() / np.float32(len(last))), float(counts.sum() / np.float32(len(counts))), float(since)


@pytest.mark.parametrize("kinds", [1, 3])
@pytest.mark.parametrize("first", [0, 40, 450])
def test_every_value_is_that_of_the_cells_own_exposed_days(kinds: int, first: int) -> None:
    """Districts with holes of their own, one that began late and one without any record; against a plain loop."""
    rng = np.random.default_rng(3)
    known = rng.poisson(0.02, (500, 7)).astype(np.uint16)
    exposed = np.ones((3, 500), dtype=bool)
    if kinds > 1:
        exposed[0, 100:160], exposed[0, 470:490], exposed[1, :60], exposed[2] = False, False, False, False
    parts = tuple(ExposedPart(np.arange(k, 7, 3), exposed[k]) for k in range(3))
    history = lags.History(known, first=first, exposure=Exposure(parts) if kinds > 1 else WHOLE)
    next_door = sparse.csr_array(np.roll(np.eye(7, dtype=np.float32), 1, axis=1))  # cell c hears of cell c + 1
    found = np.stack(
        [
            trailing(history, 28),
            everywhere(history, history.long_run_at),
            everywhere(history, history.days_since_at),
            everywhere(history, partial(history.days_since_in_ring_at, next_door)),
        ]
    )
    assert np.array_equal(history.long_run_mean(), found[1])
    for day in range(first, 500, 7):
        for cell in range(7):
            mine = of_one_cell(known[:, cell], exposed[cell % 3], day, 28)
            *_, around = of_one_cell(known[:, (cell + 1) % 7], exposed[cell % 3], day, 28)
            assert found[:, day - first, cell].tolist() == [*mine, around], (day, cell)
