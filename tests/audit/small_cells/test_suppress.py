"""Withheld counts hold against an attack that shares no code with what chose them; without protection they do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles.site_attack import Shown, ranges

from patrolcast.audit.small_cells import suppress
from patrolcast.audit.small_cells.suppress import suppressed
from patrolcast.domain.public.count_table import CountTable, with_margins

LEAST = 5


def whole(counts: list[list[int]], *, by_row: bool = True) -> CountTable:
    rows, columns = [f"d{i}" for i in range(len(counts))], [f"c{j}" for j in range(len(counts[0]))]
    return with_margins("reports", "2026-05", rows, columns, counts, by_row=by_row)


def as_read(table: CountTable) -> Shown:
    return {
        (table.period, row, column): value
        for row, values in zip(table.rows, table.values, strict=True)
        for column, value in zip(table.columns, values, strict=True)
    }


def unsafe(shown: CountTable, truth: CountTable) -> list[tuple[str, str, str]]:
    """Counts that the outsider knows too well, small ones also where they cannot be nothing."""
    true = as_read(truth)
    return [
        place
        for place, (low, high) in ranges([as_read(shown)]).items()
        if high < LEAST or high - low < LEAST or ((true[place] or 0) < LEAST and low > 0)
    ]


@st.composite
def counts(draw: st.DrawFn) -> list[list[int]]:
    n_rows, n_columns = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    one = st.one_of(st.integers(0, 7), st.integers(0, 60))
    return [[draw(one) for _ in range(n_columns)] for _ in range(n_rows)]


@settings(max_examples=15)
@given(counts(), st.booleans())
def test_no_table_gives_a_small_count_away(counted: list[list[int]], by_row: bool) -> None:
    truth = whole(counted, by_row=by_row)
    shown = suppressed(truth, least=LEAST)
    assert unsafe(shown, truth) == []
    assert all(
        one is None or one == is_so for one, is_so in zip(as_read(shown).values(), as_read(truth).values(), strict=True)
    )
    assert all(value is None or value >= LEAST for row in shown.values for value in row)


COUNTS = [[30, 2, 26], [36, 40, 33], [66, 47, 41]]


def test_without_complementary_withholding_the_attack_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = whole(COUNTS)
    with monkeypatch.context() as without:
        without.setattr(suppress, "_protect", lambda *_: None)
        bare = suppressed(truth, least=LEAST)
    assert sum(value is None for row in bare.values for value in row) == 1
    assert unsafe(bare, truth) == [("2026-05", "d0", "c1")]
    assert unsafe(suppressed(truth, least=LEAST), truth) == []


def test_as_little_as_possible_is_withheld() -> None:
    shown = suppressed(whole(COUNTS), least=LEAST)
    assert sum(value is None for row in shown.values for value in row) == 4, "a square: two rows by two columns"


def test_two_small_counts_across_from_each_other_do_not_bound_each_other() -> None:
    """Without other counts beside them, 3 could only fall as far as 1 can: to 2."""
    truth = whole([[3, 50, 40], [60, 1, 70], [30, 80, 90]])
    assert unsafe(suppressed(truth, least=LEAST), truth) == []


def test_a_table_without_small_counts_is_shown_whole() -> None:
    truth = whole([[5, 50], [70, 9]])
    assert suppressed(truth, least=LEAST) == truth


def test_nothing_and_little_look_alike() -> None:
    one, other = (
        suppressed(whole([[0, 40], [50, 60]]), least=LEAST),
        suppressed(whole([[4, 40], [50, 60]]), least=LEAST),
    )
    hidden = [[value is None for value in row] for row in one.values]
    assert hidden == [[value is None for value in row] for row in other.values]


def test_what_is_withheld_already_cannot_be_chosen_again() -> None:
    with pytest.raises(ValueError, match="nothing may be withheld before"):
        suppressed(suppressed(whole(COUNTS), least=LEAST), least=LEAST)
