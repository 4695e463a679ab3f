"""Pages join, rows hold what was asked for, values are plain: else a line that says which is not."""

from __future__ import annotations

import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.portals.tables import Page, joined, objects_in, plain_text, refuse_unasked


def test_the_row_that_joins_two_pages_is_taken_once() -> None:
    assert joined(["b", "c"], [["2"], ["3"]], "b", what="portal") == Page(["c"], [["3"]])
    assert joined(["a"], [["1"]], None, what="portal") == Page(["a"], [["1"]])
    assert joined([], [], "b", what="portal") == Page([], [])
    with pytest.raises(DataRefusedError, match=r"^portal: got a page that does not join the one before; "):
        joined(["c"], [["3"]], "b", what="portal")


@pytest.mark.parametrize("answer", [{}, None, "text", [1], [[]]])
def test_what_is_no_list_of_rows_is_refused(answer: object) -> None:
    with pytest.raises(DataRefusedError, match="must be rows"):
        objects_in(answer, what="portal")


def test_a_column_nobody_asked_for_is_refused_by_name() -> None:
    refuse_unasked({"a": 1}, frozenset("ab"), what="portal")
    with pytest.raises(DataRefusedError, match="a column 'c' that was not asked for"):
        refuse_unasked({"a": 1, "c": 2}, frozenset("ab"), what="portal")


def test_numbers_keep_their_digits_and_lists_are_refused() -> None:
    assert plain_text(-87.623177, "x", what="portal") == "-87.623177"
    assert plain_text(1_514_764_800_000, "x", what="portal") == "1514764800000"
    with pytest.raises(DataRefusedError, match="a dict in 'x'"):
        plain_text({}, "x", what="portal")
