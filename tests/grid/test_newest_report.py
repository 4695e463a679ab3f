"""Where a feed ends: mistyped reports stand alone beyond it; a feed that pauses, is thin, or goes on does not."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.grid.newest_report import NewestReport, find_newest
from patrolcast.numerics.arrays import IntArray

DAY = 86_400_000_000


def feed(per_day: float = 12.0, days: int = 330) -> IntArray:
    """Instants of an ordinary feed, rising."""
    rng = np.random.default_rng(3)
    return np.asarray(np.sort(rng.integers(0, days * DAY, int(per_day * days))), dtype=np.int64)


def with_more(base: IntArray, *days: float) -> NewestReport:
    more = np.array([base[-1] + int(day * DAY) for day in days], dtype=np.int64)
    found = find_newest(np.sort(np.concatenate([base, more])))
    assert found is not None
    return found


@pytest.mark.parametrize("days", [(60.0,), (364.0,), (9861.0,), (60.0, 364.0, 9861.0), (30.0, 30.0)])
def test_mistyped_reports_stand_alone(days: tuple[float, ...]) -> None:
    base = feed()
    found = with_more(base, *days)
    assert (found.position, found.n_beyond) == (len(base) - 1, len(days))
    assert found.gap_days == pytest.approx(min(days))


def test_an_ordinary_feed_ends_where_it_ends() -> None:
    assert find_newest(feed()) == NewestReport(len(feed()) - 1, 0, 0.0)


def test_a_pause_of_a_few_days_is_no_end() -> None:
    assert with_more(feed(), 6.5).n_beyond == 0


def test_a_feed_that_went_on_after_a_hole_goes_on() -> None:
    assert with_more(feed(), *(60 + np.arange(30) / 12)).n_beyond == 0


def test_a_thin_feed_with_long_gaps_is_believed() -> None:
    base = np.arange(60, dtype=np.int64) * 9 * DAY
    assert with_more(base, 20.0).n_beyond == 0


def test_monthly_batches_are_believed() -> None:
    base = np.repeat(np.arange(12, dtype=np.int64) * 30 * DAY, 300)
    assert with_more(base, 30.0).n_beyond == 0


def test_few_reports_and_none_say_nothing() -> None:
    assert find_newest(np.zeros(0, dtype=np.int64)) is None
    assert with_more(feed(per_day=0.1, days=400), 300.0).n_beyond == 0
