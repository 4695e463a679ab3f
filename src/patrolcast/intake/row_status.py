"""What became of each row: kept, set aside for a reason, or refused by a rule; the first verdict stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from patrolcast.numerics.arrays import BoolArray, IntArray

Kind = Literal["set aside", "refused"]


@dataclass(frozen=True)
class Reason:
    """Why a row is not kept, and the role of the column that says so ("" for the whole row)."""

    kind: Kind
    told: str
    role: str = ""


@dataclass
class RowStatus:
    """One verdict per row; 0 is still open, and kept in the end."""

    n_rows: int
    reasons: list[Reason] = field(default_factory=list)
    status: npt.NDArray[np.int16] = field(init=False)

    def __post_init__(self) -> None:
        self.status = np.zeros(self.n_rows, dtype=np.int16)

    @property
    def open(self) -> BoolArray:
        """Rows without a verdict."""
        return self.status == 0

    def mark(self, where: BoolArray | IntArray, kind: Kind, told: str, role: str = "") -> None:
        """Give the open rows of ``where`` (mask or positions) their verdict."""
        rows = np.flatnonzero(where) if where.dtype == np.bool_ else where
        rows = rows[self.status[rows] == 0]
        if rows.size:
            self.status[rows] = self._code(Reason(kind, told, role))

    def count(self, kind: Kind, rows: BoolArray) -> dict[str, int]:
        """Reason -> rows of ``rows`` with a verdict of this kind."""
        counts = np.bincount(self.status[rows], minlength=len(self.reasons) + 1)[1:]
        told: dict[str, int] = {}
        for reason, n in zip(self.reasons, counts, strict=True):
            if reason.kind == kind and n:
                told[reason.told] = told.get(reason.told, 0) + int(n)
        return dict(sorted(told.items()))

    def _code(self, reason: Reason) -> int:
        if reason not in self.reasons:
            self.reasons.append(reason)
        return self.reasons.index(reason) + 1
