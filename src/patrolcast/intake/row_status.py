"""What became of each row: kept, set aside for a reason, cancelled by its agency, or refused by a rule. The first
finding stands.

Every row ends in exactly one of the four, so that the account of a source always adds up: rows in = kept + set aside
+ cancelled + refused.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from patrolcast.numerics.arrays import BoolArray, IntArray

Kind = Literal["set aside", "cancelled", "refused"]

WHOLE_FILE_SHARE = 0.5
"""When more than this share of a file's rows break the same rule, the config is wrong and not the rows: the whole file
is refused, with the cure, instead of being reduced to the few rows that happen to pass."""


@dataclass(frozen=True)
class Reason:
    """Why a row is not kept, and the role of the column at fault ("" for the whole row)."""

    kind: Kind
    text: str
    role: str = ""


@dataclass
class RowStatus:
    """The status of every row of a table.

    ``code``, int16 ``[n_rows]``, is 0 while no rule has caught the row (what stays 0 is kept), otherwise the position
     of its reason in ``reasons``, counted from 1.
    """

    n_rows: int
    reasons: list[Reason] = field(default_factory=list)
    code: npt.NDArray[np.int16] = field(init=False)

    def __post_init__(self) -> None:
        self.code = np.zeros(self.n_rows, dtype=np.int16)

    @property
    def open(self) -> BoolArray:
        """Rows that no rule has caught so far."""
        return self.code == 0

    def mark(self, where: BoolArray | IntArray, kind: Kind, text: str, role: str = "") -> None:
        """Set aside, cancel or refuse those rows of ``where`` (mask or positions) that are still open."""
        rows = np.flatnonzero(where) if where.dtype == np.bool_ else where
        rows = rows[self.code[rows] == 0]
        if rows.size:
            if (reason := Reason(kind, text, role)) not in self.reasons:
                self.reasons.append(reason)
            self.code[rows] = self.reasons.index(reason) + 1

    def marked(self, text: str) -> BoolArray:
        """Rows that were set aside or refused for this reason."""
        codes = [code for code, reason in enumerate(self.reasons, start=1) if reason.text == text]
        return np.isin(self.code, codes)

    def count(self, kind: Kind, rows: BoolArray) -> dict[str, int]:
        """Reason -> how many of ``rows`` (a mask) have that status for it, in order of the reason's text."""
        counts = np.bincount(self.code[rows], minlength=len(self.reasons) + 1)[1:]
        totals: dict[str, int] = {}
        for reason, n in zip(self.reasons, counts, strict=True):
            if reason.kind == kind and n:
                totals[reason.text] = totals.get(reason.text, 0) + int(n)
        return dict(sorted(totals.items()))

    def codes(self, kind: Kind) -> list[int]:
        """Values of ``code`` that stand for a reason of that kind."""
        return [code for code, reason in enumerate(self.reasons, start=1) if reason.kind == kind]
