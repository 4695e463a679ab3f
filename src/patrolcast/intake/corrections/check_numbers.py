"""Whether record numbers are what the config says: measured on the rows, refused beyond a stated share, noted below."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.corrections.declared import CorrectionRules
from patrolcast.intake.corrections.record_numbers import DESTROYED, PLACEHOLDER
from patrolcast.intake.corrections.versions import part_other_incidents, rows_of_shared_numbers
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, FloatArray, IntArray

MOST_OTHER_INCIDENTS = 0.01
"""More rows than this that share a number with another incident: the number does not mean what the config says."""
MOST_TIES = 0.05
"""More rows than this that lose to another offence only by their place in the file: the config says which counts."""
_FEWEST = 5
"""Fewer rows than this refuse nothing: a few mistyped numbers stand in any export."""


def check_kinds(kind: npt.NDArray[np.int8], *, file: str) -> list[str]:
    """Notes on words that stand in place of a number, and on numbers that a spreadsheet destroyed.

    Raises DataRefusedError when more than a hundredth of the numbers are destroyed.
    """
    notes: list[str] = []
    if (placeholders := int((kind == PLACEHOLDER).sum())) > 1:  # one alone is as good as a number
        words = "have a placeholder (a word or zeros) instead of a record number"
        notes.append(f"{counted(placeholders, 'row')} {words}: each counts separately")
    if destroyed := int((kind == DESTROYED).sum()):
        if _too_many(destroyed, kind.size, MOST_OTHER_INCIDENTS):
            raise DataRefusedError(
                file,
                got=f"{destroyed:,} of {kind.size:,} record numbers shortened by a spreadsheet, such as 2.02E+11",
                rule="record numbers must keep all their digits",
                cure="export the column as text, or leave [incidents.columns] record_id out",
            )
        number = counted(destroyed, "record number was", "record numbers were")
        notes.append(f"{number} shortened by a spreadsheet: each row counts separately")
    return notes


def separate_incidents(
    number: npt.NDArray[np.uint64], rank: IntArray, start: IntArray, east_m: FloatArray, north_m: FloatArray,
    category: AnyIntArray, *, rules: CorrectionRules, file: str, weighs: BoolArray, alone: int,
) -> tuple[npt.NDArray[np.uint64], list[str]]:  # fmt: skip
    """Numbers under which only rows of one incident stand, and notes on those that had several.

    Raises DataRefusedError when more than a hundredth of the rows share a number with another incident.

    Parameters
    ----------
    rank : the newest highest.
    weighs : rows that may cause a refusal or a note.
    alone : further rows like these, each with a number that no other row has.
    """
    notes: list[str] = []
    mine = number[weighs]
    numbered = alone + int((mine != 0).sum())
    if rules.record_means == "incident":
        shared = rows_of_shared_numbers(mine)
        other = shared.size - np.unique(mine[shared]).size
        if _too_many(other, numbered, MOST_OTHER_INCIDENTS):
            raise _not_its_meaning(other, numbered, 0, file, 'set record_means to "offence" or "versions"')
        return number, [_counts_separately(other, "a row of other content")] if other else []
    means = rules.record_means
    parted = part_other_incidents(number, rank, start, east_m, north_m, category, means=means)
    identity = parted[0]
    if not weighs.all():
        parted = part_other_incidents(
            mine, rank[weighs], start[weighs], east_m[weighs], north_m[weighs], category[weighs], means=means
        )
    others, heaped = parted[1:]
    if heaped.any():
        n = np.unique(mine[heaped]).size
        subject = "one record number" if n == 1 else f"{n:,} record numbers"
        notes.append(
            f"{subject} on {int(heaped.sum()):,} different incidents: placeholders, each row counts separately"
        )
    if other := int(others.sum()):
        aside = int(heaped.sum())
        if _too_many(other, numbered - aside, MOST_OTHER_INCIDENTS):
            raise _not_its_meaning(other, numbered - aside, aside, file, _cure(mine, others, start[weighs], rules))
        notes.append(_counts_separately(other, "an incident of another day, place or category"))
    return identity, notes


def check_ties(
    number: npt.NDArray[np.uint64], superseded: BoolArray, rank: IntArray, stamp: IntArray, offence: AnyIntArray, *,
    rules: CorrectionRules, file: str, weighs: BoolArray, alone: int, has_update: bool,
) -> list[str]:  # fmt: skip
    """Notes on rows that another row replaces though nothing but its place in the file makes it newer.

    Raises DataRefusedError when many of those are of another offence, and the config does not say what a number means.
    """
    lost = superseded & weighs
    rows = np.flatnonzero(np.isin(number, np.unique(number[lost]))) if lost.any() else np.zeros(0, np.int64)
    if not rows.size:
        return []
    order = rows[np.lexsort((rank[rows], number[rows]))]
    last = order[np.r_[number[order][1:] != number[order][:-1], True]]
    newest = last[np.searchsorted(number[last], number[rows])]
    tied = lost[rows] & (stamp[rows] == stamp[newest])
    several = int((tied & weighs[newest] & (offence[rows] != offence[newest])).sum())
    numbered = alone + int(((number != 0) & weighs).sum())
    if rules.record_means is None and _too_many(several, numbered, MOST_TIES):
        raise DataRefusedError(
            file,
            got=f"{several:,} of {numbered:,} rows with the same record number and time as a later row but another "
            "offence",
            rule="the config must say what a record number stands for",
            cure='set [incidents] record_means to "offence" (with offence_rule), or to "versions" (the later row '
            "counts)",
        )
    notes = _replaced_offences(
        lost[rows] & weighs[newest] & ~tied & (offence[rows] != offence[newest]), numbered, rules
    )
    if not tied.any():
        return notes
    when = "update" if has_update else "report"
    which = f", {several:,} of them of another offence" if several else ""
    which_rows, share = counted(int(tied.sum()), "row"), "shares" if tied.sum() == 1 else "share"
    return [*notes, f"{which_rows}{which} {share} number and time of {when} with a later row: that one counts"]


def _replaced_offences(replaced: BoolArray, numbered: int, rules: CorrectionRules) -> list[str]:
    """A supplement that names a further offence looks like a version; only the config can say which it is."""
    n = int(replaced.sum())
    if rules.record_means is not None or not _too_many(n, numbered, MOST_OTHER_INCIDENTS):
        return []
    return [
        f"{counted(n, 'row gave way', 'rows gave way')} to a later row of the same number and another offence: "
        "versions of one report, or several offences of one incident? Say which with record_means (docs/corrections.md)"
    ]


def _too_many(n: int, of: int, share: float) -> bool:
    return n >= _FEWEST and n > share * of


def _counts_separately(n: int, shared_with: str) -> str:
    return (
        f"{counted(n, 'row shares its', 'rows share their')} record number with {shared_with}: each counts separately"
    )


def _cure(number: npt.NDArray[np.uint64], others: BoolArray, start: IntArray, rules: CorrectionRules) -> str:
    """What to do about numbers of several incidents; corrections without their numbers would all count."""
    if rules.record_means is None:
        moments = pd.DataFrame({"number": number, "start": start})
        if 2 * (others & moments.duplicated(keep=False).to_numpy()).sum() > others.sum():
            return 'they happened at the same time, so they look like corrections: set record_means = "versions"'
    cure = "if numbers restart each year or come from two agencies, put the year or the agency in front of them"
    return f"{cure}, or leave [incidents.columns] record_id out"


def _not_its_meaning(n: int, of: int, heaped: int, file: str, cure: str) -> DataRefusedError:
    beside = f" (beside {heaped:,} rows under numbers of twenty incidents and more)" if heaped else ""
    return DataRefusedError(
        file,
        got=f"{n:,} of {of:,} rows{beside} that share their record number with a different incident",
        rule=f"at most {MOST_OTHER_INCIDENTS:.0%} may",
        cure=cure,
    )
