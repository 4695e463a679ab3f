"""How few cells the patrol falls on, and how long it stays on them; and the gate on it.

Both limits follow from the caps that `[patrol.caps]` has by default, at most 10 of 14 nights: a cell suggested more
than 14 nights in a row was never off in any such window, and with the caps at least 14 / 10 = 1.4 cells would share
what one cell has today. Beyond a limit the gate warns. Where nothing moves at all, not one cell in the whole window, it
fails: the list no longer depends on any forecast, and patrol that always goes to the same cells records what it always
records (Lum & Isaac 2016, doi 10.1111/j.1740-9713.2016.00960.x: 5 of 661 bins on every one of 368 days).
"""

import numpy as np
import numpy.typing as npt

from patrolcast.audit.feedback.persistence import measure_persistence
from patrolcast.domain.findings import CapsPrice, Concentration
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Audit
from patrolcast.numerics.arrays import FloatArray

BLOCK_NIGHTS = 28
TOP = 20
CONCENTRATION = "patrol_concentration"
STILL_NIGHTS = 14
"""Nights from which a list that never changes fails the gate."""


def concentration(minutes: FloatArray, *, top: int = TOP) -> Concentration:
    """Concentration of patrol minutes ``[n_nights, n_cells]``, nights in order."""
    persistence = measure_persistence(minutes > 0, top=top)
    return Concentration(
        n_nights=len(minutes),
        n_cells=minutes.shape[1],
        gini=gini(minutes.sum(axis=0)),
        distinct_cells=distinct_cells(minutes),
        longest_run=persistence.longest_run,
        top=top,
        top_share=persistence.top_share,
        ever_suggested=persistence.distinct,
        nightly_cells=float((minutes > 0).sum(axis=1).mean()) if len(minutes) else float("nan"),
    )


def concentration_gate(window: Concentration, caps: CapsPrice | None, limits: Audit) -> GateResult:
    """Warns beyond either limit; fails where not one cell changes in a window of two weeks or more."""
    rule = (
        f"at most {limits.max_run_nights} nights in a row for one cell, and {limits.least_turnover:g} cells ever "
        "suggested for each cell of an average night"
    )
    if not window.nightly_cells > 0:
        detail = "no patrol was suggested on the audited nights"
        return GateResult(CONCENTRATION, None, rule, GateVerdict.NOT_MEASURED, detail, stops=False)
    detail = (
        f"{window.ever_suggested:,} of {window.n_cells:,} cells ever suggested in {window.n_nights} nights, "
        f"{window.nightly_cells:.1f} on an average night; longest run {window.longest_run} of {window.n_nights} nights"
    )
    if caps is not None:
        detail += f"; {caps_words(caps)}"
    still = window.turnover <= 1.0 and window.n_nights >= STILL_NIGHTS and window.ever_suggested < window.n_cells
    beyond = window.longest_run > limits.max_run_nights or window.turnover < limits.least_turnover
    verdict = GateVerdict.FAIL if still else GateVerdict.WARN if beyond else GateVerdict.PASS
    return GateResult(CONCENTRATION, float(window.longest_run), rule, verdict, detail)


def caps_words(caps: CapsPrice) -> str:
    """What caps cost, or would."""
    verb = "cost" if caps.in_use else "would cost"
    return (
        f"caps ({caps.rule}) {verb} {100 * caps.lost:.1f} % of the incidents expected in suggested cells, with "
        f"{caps.ever_with:,} cells ever suggested and a longest run of {caps.longest_run_with}"
    )


def blocks(minutes: FloatArray) -> list[FloatArray]:
    """Whole blocks of 28 nights, ``[28, n_cells]`` each; the one part there is where the nights are fewer."""
    n = max(len(minutes) // BLOCK_NIGHTS, 1)
    return [minutes[k * BLOCK_NIGHTS : (k + 1) * BLOCK_NIGHTS] for k in range(n)]


def distinct_cells(minutes: FloatArray) -> float:
    """Cells with any minute in 28 nights; the mean over blocks."""
    return float(np.mean([(block > 0).any(axis=0).sum() for block in blocks(minutes)]))


def gini(amounts: npt.ArrayLike) -> float:
    """Gini coefficient of amounts that are not negative: 0 when equal, (n-1)/n when one holds all; NaN for none.

    Half the relative mean difference (Gini 1912; its computation: Dorfman 1979, doi 10.2307/1924845).

    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    values = np.sort(np.asarray(amounts, dtype=np.float64))
    n, total = len(values), float(values.sum())
    if n == 0 or total <= 0.0:
        return float("nan")
    return float((2 * np.arange(1, n + 1) - n - 1) @ values / (n * total))
