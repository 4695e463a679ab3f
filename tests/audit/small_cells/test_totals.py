"""Totals as equations over the counts that nobody can divide."""

from __future__ import annotations

from patrolcast.audit.small_cells.totals import all_atoms, apart, matrix_of, totals_of
from patrolcast.domain.public.count_table import with_margins

TABLE = with_margins("reports", "2026-05", ["1", "2"], ["theft", "arson"], [[7, 1], [9, 2]], by_row=True)


def test_a_margin_is_the_sum_over_its_heading() -> None:
    totals = {one.place.partition(": ")[2]: one for one in totals_of(TABLE, land="x")}
    assert len(totals["1, all"].atoms) == 2
    assert len(totals["all, all"].atoms) == 4
    assert totals["all, arson"].value == 3


def test_the_same_count_of_two_tables_of_one_land_is_one_atom_and_of_two_lands_two() -> None:
    one, again, elsewhere = totals_of(TABLE, land="x"), totals_of(TABLE, land="x"), totals_of(TABLE, land="y")
    assert len(all_atoms([*one, *again])) == 4
    assert len(all_atoms([*one, *elsewhere])) == 8
    assert len(apart([*one, *again])) == 1
    assert len(apart([*one, *elsewhere])) == 2


def test_the_matrix_has_a_one_for_each_atom_of_a_total() -> None:
    totals = totals_of(TABLE)
    matrix = matrix_of(totals, all_atoms(totals)).toarray()
    assert matrix.sum(axis=1).tolist() == [1, 1, 2, 1, 1, 2, 2, 2, 4]
