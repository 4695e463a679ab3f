"""Which row is the newest of its record: by its time, then its place in the file, over rows that count and others."""

from __future__ import annotations

import numpy as np

from patrolcast.intake.corrections.newest import Newest, find_copies, order_versions
from patrolcast.intake.row_status import RowStatus
from patrolcast.intake.times import NOT_A_TIME

ALL = np.ones(3, dtype=bool)
NONE = ~ALL
ONE_NUMBER = np.ones(3, dtype=np.uint64)


def ordered(stamp: list[int], *, refused: list[int], cancels: list[int], declared: bool) -> Newest:
    status, says = RowStatus(3), NONE.copy()
    status.mark(np.array(refused, dtype=np.int64), "refused", "no location")
    says[cancels] = True
    return order_versions(
        ONE_NUMBER, np.array(stamp), None, NONE, status, linked=np.arange(3),
        known=ALL, cancels=says, takes_back=NONE, declared=declared
    )  # fmt: skip


def test_a_refused_row_is_newer_by_its_time_and_by_its_place_alone_only_where_the_config_says_what_a_number_means() -> (
    None
):
    assert ordered([1, 2, 3], refused=[2], cancels=[], declared=False).rank.tolist() == [0, 1, 2]
    assert ordered([1, 1, 1], refused=[2], cancels=[], declared=False).rank.tolist() == [1, 2, 0]
    assert ordered([1, 1, 1], refused=[2], cancels=[], declared=True).rank.tolist() == [0, 1, 2]


def test_a_row_without_a_time_is_the_newest_if_it_cancels_and_else_no_version() -> None:
    newest = ordered([NOT_A_TIME, 2, 3], refused=[0], cancels=[0], declared=False)
    assert (int(np.argmax(newest.rank)), newest.closed.tolist()) == (0, [True, False, False])
    newest = ordered([NOT_A_TIME, 2, 3], refused=[0], cancels=[], declared=False)
    assert (newest.closed.any(), newest.untimed.tolist()) == (False, [True, False, False])


def test_the_first_of_equal_rows_stands_as_new_as_the_last_and_an_update_makes_a_version() -> None:
    content, updated = np.array([500, 600, 500], dtype=np.uint64), np.array([1, 2, 3])
    newest = ordered([1, 1, 1], refused=[], cancels=[], declared=False)
    assert find_copies(ONE_NUMBER, content, None, np.arange(3), newest=newest, takes_back=NONE).tolist() == [2]
    assert newest.rank[0] > newest.rank[1]
    assert find_copies(ONE_NUMBER, content, updated, np.arange(3), newest=newest, takes_back=NONE).size == 0
    takes_back = np.array([False, True, False])
    assert find_copies(ONE_NUMBER, content, updated, np.arange(3), newest=newest, takes_back=takes_back).tolist() == [2]
