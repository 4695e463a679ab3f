"""A shown or withheld total, as the equation it is: the sum over some atoms, the counts that nobody can divide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from patrolcast.domain.public.count_table import ALL, CountTable

Atom = tuple[str, ...]
"""What an indivisible count is of: land, measure, period, row, column."""


@dataclass(frozen=True)
class Total:
    """A total over atoms, as published.

    Attributes
    ----------
    value : None where it is withheld.
    place : where it stands, for messages.
    """

    atoms: frozenset[Atom]
    value: int | None
    place: str


def totals_of(table: CountTable, *, land: str = "") -> list[Total]:
    """Every total of a table, row by row; an entry under :data:`ALL` is the total over that heading.

    Parameters
    ----------
    land : what parts tables of different cities; two tables of the same land share their atoms.
    """
    inner_rows, inner_columns = ([head for head in heads if head != ALL] for heads in (table.rows, table.columns))
    named = (land, table.measure, table.period)
    return [
        Total(
            frozenset(
                (*named, r, c)
                for r in (inner_rows if row == ALL else [row])
                for c in (inner_columns if column == ALL else [column])
            ),
            table.values[i][j],
            f"{' '.join(named).strip()}: {row}, {column}",
        )
        for i, row in enumerate(table.rows)
        for j, column in enumerate(table.columns)
    ]


def matrix_of(totals: Sequence[Total], atoms: Sequence[Atom]) -> sparse.csr_array:
    """Which atom is in which total, ``[n_totals, n_atoms]`` of 0 and 1."""
    where = {atom: i for i, atom in enumerate(atoms)}
    cells = [(i, where[atom]) for i, total in enumerate(totals) for atom in sorted(total.atoms)]
    rows, columns = np.array(cells, dtype=np.int64).reshape(-1, 2).T
    return sparse.csr_array((np.ones(len(cells)), (rows, columns)), shape=(len(totals), len(atoms)))


def all_atoms(totals: Iterable[Total]) -> list[Atom]:
    """Every atom that a total holds, in order."""
    return sorted({atom for total in totals for atom in total.atoms})


def apart(totals: Sequence[Total]) -> list[list[Total]]:
    """Totals in parts that share no atom: what is shown in one part says nothing of another."""
    matrix = matrix_of(totals, all_atoms(totals))
    _, label = connected_components(matrix @ matrix.T, directed=False)
    parts: dict[int, list[Total]] = {}
    for total, of in zip(totals, label.tolist(), strict=True):
        parts.setdefault(of, []).append(total)
    return list(parts.values())
