"""Row status: the first finding stands, and every row is counted once."""

from __future__ import annotations

import numpy as np

from patrolcast.intake.row_status import Reason, RowStatus


def test_the_first_finding_about_a_row_stands() -> None:
    status = RowStatus(4)
    status.mark(np.array([True, True, False, False]), "refused", "no time", "occurred_at")
    status.mark(np.array([1, 2]), "set aside", "duplicate")
    assert status.code.tolist() == [1, 1, 2, 0]
    assert status.open.tolist() == [False, False, False, True]
    assert status.reasons == [Reason("refused", "no time", "occurred_at"), Reason("set aside", "duplicate")]


def test_a_mask_and_positions_mean_the_same_rows() -> None:
    by_mask, by_position = RowStatus(3), RowStatus(3)
    by_mask.mark(np.array([False, True, True]), "refused", "x")
    by_position.mark(np.array([1, 2]), "refused", "x")
    assert by_mask.code.tolist() == by_position.code.tolist()


def test_a_reason_that_catches_no_row_is_not_listed() -> None:
    status = RowStatus(2)
    status.mark(np.array([False, False]), "refused", "never")
    assert status.reasons == []


def test_counts_are_by_kind_and_text_over_the_rows_of_the_mask() -> None:
    status = RowStatus(6)
    status.mark(np.array([0]), "refused", "no time", "occurred_at")
    status.mark(np.array([1]), "refused", "no time", "reported_at")
    status.mark(np.array([2, 3]), "set aside", "duplicate")
    status.mark(np.array([4]), "set aside", "category not forecast")
    every, first_file = np.ones(6, dtype=bool), np.array([True, True, True, False, False, False])
    assert status.count("refused", every) == {"no time": 2}
    assert list(status.count("set aside", every).items()) == [("category not forecast", 1), ("duplicate", 2)]
    assert status.count("set aside", first_file) == {"duplicate": 1}
