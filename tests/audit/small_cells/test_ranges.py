"""What an outsider finds of a withheld count, by tables worked by hand."""

from __future__ import annotations

from math import inf

import pytest

from patrolcast.audit.small_cells.ranges import InconsistentTotalsError, _Seen, _System, exposed_totals
from patrolcast.audit.small_cells.totals import Total, totals_of
from patrolcast.domain.public.count_table import CountTable


def table(*rows: tuple[int | None, ...]) -> CountTable:
    names = tuple(f"d{i}" for i in range(len(rows) - 1))
    return CountTable("reports", "2026-05", (*names, "all"), ("theft", "arson", "all"), rows)


def total(atoms: str, value: int | None) -> Total:
    return Total(frozenset((one,) for one in atoms), value, atoms)


def attack_range(totals: list[Total], target: Total) -> tuple[float, float]:
    """Smallest and largest value of ``target`` that fit all shown totals; infinity where nothing bounds it."""
    seen = _Seen(_System([*totals, Total(target.atoms, None, target.place)]), [target])
    seen.look(0, 1.0)
    seen.look(0, -1.0)
    return seen.range_of(0)


def test_one_withheld_count_of_a_row_is_found_by_subtraction() -> None:
    [found] = exposed_totals(totals_of(table((7, None, 9), (20, 30, 50), (27, None, 59))), 5)[:1]
    assert (found.low, found.high) == (2, 2)
    assert found.sentence == "reports 2026-05: d0, arson could be found to lie between 2 and 2"


def test_four_withheld_counts_hide_each_other_where_their_sums_are_large() -> None:
    hidden = totals_of(table((None, None, 16), (None, None, 14), (15, 15, 30)))
    assert exposed_totals(hidden, 5) == []
    assert attack_range(hidden, hidden[0]) == (1, 15)


def test_they_do_not_where_their_sum_is_small() -> None:
    hidden = totals_of(table((None, None, 3), (None, None, 40), (22, 21, 43)))
    assert {one.place[-9:] for one in exposed_totals(hidden, 5)} >= {"d0, theft", "d0, arson"}


def test_a_large_count_must_not_be_known_closely() -> None:
    """Of three, b lies between 0 and 3, so a between 17 and 20: closer than 5."""
    known = [total("a", None), total("b", None), total("c", None), total("ab", 20), total("bc", 3)]
    assert ("a", 17, 20) in [(one.place, one.low, one.high) for one in exposed_totals(known, 5)]


def test_a_small_count_must_possibly_be_nothing_where_it_is_known_to_be_small() -> None:
    hidden = [total("a", None), total("b", None), total("ab", 20), total("c", None), total("bc", 18)]
    assert attack_range(hidden, hidden[0]) == (2, 20)
    assert exposed_totals(hidden, 5) == []
    assert [one.place for one in exposed_totals(hidden, 5, small={hidden[0].atoms})] == ["a"]


def test_a_small_count_that_is_shown_is_found() -> None:
    assert [one.place for one in exposed_totals([total("a", 4), total("b", 5)], 5)] == ["a"]


def test_whole_numbers_say_more_than_real_ones() -> None:
    """Three sums of pairs: 5 each. Halves would fit, and only whole counts are possible: none does."""
    with pytest.raises(InconsistentTotalsError):
        exposed_totals([total("ab", 5), total("bc", 5), total("ac", 5), total("a", None)], 5)


def test_what_nothing_bounds_has_no_end() -> None:
    assert attack_range([total("a", None)], total("a", None)) == (0, inf)
    assert exposed_totals([total("a", None)], 5) == []


def test_two_releases_give_away_by_their_difference_what_neither_does() -> None:
    first = [total("a", None), total("b", None), total("ab", 9)]
    second = [total("b", None), total("c", None), total("abc", 60), total("bc", 58)]
    assert exposed_totals(first, 5) == []
    assert exposed_totals(second, 5) == []
    assert ("a", 2, 2) in [(one.place, one.low, one.high) for one in exposed_totals([*first, *second], 5)]


@pytest.mark.parametrize(
    "wrong", [[("a", 9), ("a", 8)], [("a", 9), ("b", 9), ("ab", 17)], [("ab", 9), ("ab", 8)]], ids=str
)
def test_totals_that_contradict_each_other_are_refused(wrong: list[tuple[str, int]]) -> None:
    with pytest.raises(InconsistentTotalsError):
        exposed_totals([*(total(atoms, value) for atoms, value in wrong), total("a", None), total("b", None)], 5)
