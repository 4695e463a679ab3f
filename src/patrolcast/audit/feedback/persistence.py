"""Do suggestions stay where they were? How few cells ever get one, how long the same ones keep them.

The measures of Lum & Isaac 2016, To predict and serve? (doi 10.1111/j.1740-9713.2016.00960.x), whose Oakland record is
the oracle: of 661 bins 52 were ever suggested in 368 days, 5 on every day, and 20 bins held 74.1 % of all bin-days.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.numerics.arrays import BoolArray


@dataclass(frozen=True)
class Persistence:
    """How suggestions spread over nights and cells.

    Attributes
    ----------
    distinct : cells suggested at least once.
    always : cells suggested every night.
    top_share : share of all cell-nights in the ``top`` most suggested cells, 0..1.
    longest_run : most nights in a row for one cell.
    kept : mean share of a night's cells that were suggested the night before, 0..1.
    """

    n_nights: int
    n_cells: int
    distinct: int
    always: int
    top: int
    top_share: float
    longest_run: int
    kept: float


def measure_persistence(suggested: BoolArray, *, top: int = 20) -> Persistence:
    """Persistence and concentration of ``[n_nights, n_cells]`` suggestions, nights in order."""
    n_nights, n_cells = suggested.shape
    n_suggested = suggested.sum(axis=0)
    total = int(n_suggested.sum())
    again, cells = (suggested[1:] & suggested[:-1]).sum(axis=1), suggested[1:].sum(axis=1)
    kept = float((again[cells > 0] / cells[cells > 0]).mean()) if (cells > 0).any() else 0.0
    return Persistence(
        n_nights=n_nights,
        n_cells=n_cells,
        distinct=int((n_suggested > 0).sum()),
        always=int((n_suggested == n_nights).sum()) if n_nights else 0,
        top=top,
        top_share=float(np.sort(n_suggested)[::-1][:top].sum() / total) if total else 0.0,
        longest_run=_longest_run(suggested),
        kept=kept,
    )


def persistence_gate(persistence: Persistence, *, longest_run: int = 28) -> GateResult:
    """Warns when one cell was suggested more nights in a row than the limit; it never stops publication."""
    rule = f"no cell more than {longest_run} nights in a row"
    detail = (
        f"{persistence.distinct} of {persistence.n_cells} cells in {persistence.n_nights} nights, {persistence.always} "
        f"every night; the {persistence.top} most suggested hold {100 * persistence.top_share:.0f} %"
    )
    verdict = GateVerdict.PASS if persistence.longest_run <= longest_run else GateVerdict.WARN
    return GateResult("suggestions_move", float(persistence.longest_run), rule, verdict, detail, stops=False)


def _longest_run(suggested: BoolArray) -> int:
    run = np.zeros(suggested.shape[1], dtype=np.int64)
    longest = 0
    for night in suggested:
        run = np.where(night, run + 1, 0)
        longest = max(longest, int(run.max(initial=0)))
    return longest
