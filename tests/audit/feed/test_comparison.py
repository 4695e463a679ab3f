"""Windows of a whole number of weeks apart, and what is usual in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.audit.feed.weeks import kept, recent, steady

from patrolcast.audit.feed.comparison import DAY_US, FeedTable, usual_of


def test_windows_are_the_same_weekday_of_the_weeks_before_and_share_no_row() -> None:
    feed = steady()
    windows = [feed.rows(1, back_weeks=k) for k in range(feed.n_weeks + 1)]
    taken = np.concatenate([feed.known[rows] for rows in windows])
    assert len(windows) == 9
    assert len(np.unique(taken)) == len(taken)
    assert {int((feed.end - known) // DAY_US) % 7 for known in taken} == {0}


def test_a_row_on_the_border_belongs_to_one_window() -> None:
    feed = steady()
    known = np.arange(1, 20, dtype=np.int64) * 7 * DAY_US
    at_the_border = replace(kept(feed, np.arange(19)), known=known, end=int(known[-1]))
    assert [rows.stop - rows.start for rows in (at_the_border.rows(7, back_weeks=k) for k in range(4))] == [1, 1, 1, 1]


def test_one_wrong_week_moves_neither_the_middle_nor_the_spread() -> None:
    ordinary = np.array([[100], [104], [96], [98], [101], [99], [103], [97]])
    wrong = ordinary.copy()
    wrong[3] = 10_000
    assert abs(usual_of(wrong).middle[0] - usual_of(ordinary).middle[0]) < 2
    assert abs(usual_of(wrong).spread[0] - usual_of(ordinary).spread[0]) < 2


def test_fewer_than_five_earlier_weeks_say_nothing() -> None:
    feed = steady()
    assert feed.is_long_enough
    assert not kept(feed, recent(feed, 5 * 7)).is_long_enough
    assert not kept(feed, np.zeros(0, dtype=np.int64)).is_long_enough


def test_codes_without_a_part_are_not_counted() -> None:
    feed: FeedTable = steady()
    nowhere = replace(feed, district=np.full(len(feed.known), -1))
    assert nowhere.counts(nowhere.district, 3, 7).sum() == 0
