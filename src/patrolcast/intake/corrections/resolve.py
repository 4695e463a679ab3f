"""Corrections applied, in one order: copies, reversals, replaced records, versions, cancelled reports, offences.

Every row that was known takes part in choosing which version of a record stands, also one that is refused or
officer-initiated: the outdated version may not count in its stead. Such a row still counts nothing itself, takes
nothing back and causes no refusal.
What a row says of itself (its count, its status) never reaches the forecast by another way than its net count.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.domain.counted import counted
from patrolcast.intake.corrections.check_numbers import check_kinds, check_ties, separate_incidents
from patrolcast.intake.corrections.declared import CorrectionRules
from patrolcast.intake.corrections.newest import (
    Newest,
    find_copies,
    newest_notes,
    order_versions,
    untimed_notes,
    unusable_notes,
)
from patrolcast.intake.corrections.report_rows import ReportRows
from patrolcast.intake.corrections.reversals import take_back
from patrolcast.intake.corrections.statuses import status_notes
from patrolcast.intake.corrections.versions import (
    SUPERSEDED,
    choose_offences,
    find_replaced,
    find_versions,
    rows_of_shared_numbers,
)
from patrolcast.intake.row_status import RowStatus
from patrolcast.intake.times import DAY, NOT_A_TIME, Bits, mix
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray

NOT_YET_KNOWN = "not yet known"
REVERSED, REVERSAL, UNMATCHED = "reversed", "reversal of a report", "reversal of a report that is not in the export"
CANCELLED_STATUS, COUNTS_ZERO = "cancelled by its status", "counts zero"


@dataclass(frozen=True)
class Corrected:
    """What is left after corrections.

    Attributes
    ----------
    count : incidents that each row stands for, None where each is one.
    notes : what a reader should know, one sentence each.
    """

    count: IntArray | None
    notes: tuple[str, ...]


def resolve_corrections(
    reports: ReportRows | None,
    rules: CorrectionRules,
    categories: tuple[str, ...],
    status: RowStatus,
    *,
    as_of: int,
    file: str,
) -> Corrected:
    """Mark every row that another row of the export corrects, or that cancels itself.

    Raises DataRefusedError when record numbers are not what the config says they are.

    Parameters
    ----------
    categories : names, by position.
    file : name of the export and of the column of record numbers, for messages.
    """
    if reports is None:
        return Corrected(None, ())
    notes: list[str] = []
    count = None if reports.count is None else reports.count.copy()
    if reports.number_kind is not None:
        notes += check_kinds(reports.number_kind[status.open & ~reports.officer], file=file)
    if reports.status is not None and rules.cancelled_values:
        known = reports.status.codes[reports.reported <= as_of]
        rows = np.bincount(known, minlength=len(reports.status.texts))
        notes += status_notes(reports.status.texts, rows, rules.cancelled_values)
    if count is not None:
        status.mark(count == 0, "cancelled", COUNTS_ZERO)
    newest, linked = None, np.zeros(0, dtype=np.int64)
    if reports.number is not None:
        linked = _linked(reports.number, reports.supersedes)
        late = np.zeros(reports.officer.size, dtype=bool)
        if reports.updated is not None:
            late = _known_only_later(reports.number, reports.reported, reports.updated, linked, as_of)
            status.mark(late, "set aside", NOT_YET_KNOWN)
        newest = order_versions(
            reports.number, reports.stamp, reports.updated, reports.officer, status,
            linked=linked, known=(reports.reported <= as_of) & ~late,
            cancels=_cancels(reports), takes_back=_below_zero(reports), declared=rules.record_means is not None,
        )  # fmt: skip
    for officer in (False, True):
        ours = reports.officer == officer
        if newest is not None and reports.number is not None:
            copies = find_copies(
                reports.number, reports.content, reports.updated, linked[(status.open & ours)[linked]],
                newest=newest, takes_back=_below_zero(reports),
            )  # fmt: skip
            status.mark(copies, "set aside", "duplicate")
        if count is not None:
            count = _take_back(reports, count, status, ours, as_of=as_of)
    if newest is not None and reports.number is not None:
        notes += _resolve_numbers(reports, reports.number, linked, newest, rules, categories, status, file)
    elif reports.cancelled is not None:
        status.mark(reports.cancelled, "cancelled", CANCELLED_STATUS)
    if count is not None:
        notes += _count_notes(reports, count, status)
    return Corrected(count, tuple(notes))


def _cancels(reports: ReportRows) -> BoolArray:
    """Rows that say that their record counts nothing."""
    zero = np.zeros(reports.officer.size, dtype=bool) if reports.count is None else reports.count == 0
    return zero if reports.cancelled is None else zero | reports.cancelled


def _below_zero(reports: ReportRows) -> BoolArray:
    return np.zeros(reports.officer.size, dtype=bool) if reports.count is None else reports.count < 0


def _take_back(reports: ReportRows, count: IntArray, status: RowStatus, ours: BoolArray, *, as_of: int) -> IntArray:
    rows = status.open & ours
    if reports.number is not None:
        # A reversal that lacks a place or a code still names by its number what it takes back.
        refused = np.isin(status.code, status.codes("refused")) & (reports.number != 0)
        rows |= ours & refused & (count < 0) & (reports.reported != NOT_A_TIME) & (reports.reported <= as_of)
    backs = rows & (count < 0)
    if not backs.any():
        return count
    kind = np.where(reports.category < 0, -2 - reports.offence.astype(np.int64), reports.category)
    day, offence = reports.written // DAY, reports.offence.astype(np.int64)
    east_m, north_m = reports.metres(np.arange(count.size))
    spot = mix(mix(np.zeros(count.size, dtype=np.uint64), _metre(east_m)), _metre(north_m))
    content = [mix(mix(spot, offence), reports.start), mix(mix(spot, offence), day), mix(mix(spot, kind), day)]
    left = count
    numbered = np.zeros(count.size, dtype=bool) if reports.number is None else reports.number != 0
    if reports.number is not None:
        likeness = [*content, mix(np.zeros(count.size, dtype=np.uint64), kind), np.zeros(count.size, dtype=np.uint64)]
        keys = [np.where(numbered, mix(reports.number, key), 0).astype(np.uint64) for key in likeness]
        left = take_back(left, rows, keys)
        matched = backs & numbered & (left == 0)
        # Where numbers find most reports they name incidents; one that finds none reverses a report not in the export.
        apart = numbered if 2 * matched.sum() >= (backs & numbered).sum() else np.zeros(count.size, dtype=bool)
        left = take_back(left, rows & status.open & ~(apart & backs), content)
    else:
        left = take_back(left, rows, content)
    status.mark(rows & (count > 0) & (left == 0), "cancelled", REVERSED)
    status.mark(backs & (left == 0), "cancelled", REVERSAL)
    status.mark(backs & (left < 0), "set aside", UNMATCHED)
    return left


def _metre(metres: FloatArray) -> IntArray:
    return np.rint(np.nan_to_num(metres)).astype(np.int64)


def _resolve_numbers(
    reports: ReportRows, number: Bits, linked: IntArray, newest: Newest, rules: CorrectionRules,
    categories: tuple[str, ...], status: RowStatus, file: str,
) -> list[str]:  # fmt: skip
    notes: list[str] = []
    alone = (number != 0) & status.open & ~reports.officer
    alone[linked] = False
    rows = linked[(status.open | newest.closed)[linked]]
    if reports.supersedes is not None:
        replaced, absent = find_replaced(number[rows], reports.supersedes[rows], newest.rank[rows])
        takers = np.flatnonzero(np.isin(reports.supersedes[rows], number[rows][replaced & status.open[rows]]))
        notes += unusable_notes(
            rows[takers[~replaced[takers]]], newest, reports.officer, status, "records whose replacement"
        )
        status.mark(rows[replaced], "set aside", "replaced by another record")
        rows = rows[~replaced]
        if absent:
            notes.append(f"{absent:,} records replace one that is not in the export")
    if rules.record_means == "incident":
        rows = rows[status.open[rows]]
    officers = linked[newest.apart[linked] & (number[linked] != 0)]
    if officers.size:
        number = number.copy()
        number[officers] = mix(number[officers], np.ones(officers.size, dtype=np.int64))
    n_alone = int(alone.sum())
    weighs = status.open[rows] & ~reports.officer[rows]
    identity, more = separate_incidents(
        number[rows], newest.rank[rows], reports.start[rows], *reports.metres(rows), reports.category[rows],
        rules=rules, file=file, weighs=weighs, alone=n_alone,
    )  # fmt: skip
    notes += more
    if rules.record_means == "incident":
        identity = np.zeros_like(identity)
    key = identity
    if rules.record_means == "offence":
        key = np.where(identity == 0, 0, mix(identity, reports.offence[rows].astype(np.int64))).astype(np.uint64)
    content = reports.content[rows] if reports.updated is None else mix(reports.content[rows], reports.updated[rows])
    superseded = find_versions(key, content, newest.rank[rows]) == SUPERSEDED
    if rules.record_means != "offence":
        notes += check_ties(
            key, superseded, newest.rank[rows], reports.stamp[rows], reports.offence[rows], rules=rules, file=file,
            weighs=weighs, alone=n_alone, has_update=reports.updated is not None,
        )  # fmt: skip
    notes += newest_notes(key, superseded & weighs, rows, newest, reports.officer, status)
    status.mark(rows[superseded], "set aside", "older version, superseded")
    if reports.cancelled is not None:
        status.mark(reports.cancelled, "cancelled", CANCELLED_STATUS)
    if rules.record_means == "offence" and rules.offence_rule != "each":
        order = {name: i for i, name in enumerate(rules.offence_order)}
        rank = np.array([order.get(name, len(order)) for name in categories] + [len(order) + 1], dtype=np.int64)
        for officer in (False, True):
            stand = status.open[rows] & (reports.officer[rows] == officer)
            chosen = choose_offences(
                identity[stand], rank[reports.category[rows][stand]], reports.reported[rows][stand],
                most_serious=rules.offence_rule == "most_serious",
            )  # fmt: skip
            status.mark(rows[stand][~chosen], "set aside", "another offence of the same incident")
    return notes + untimed_notes(number, newest, status)


def _linked(number: Bits, supersedes: Bits | None) -> IntArray:
    """Positions of the rows that may replace another or be replaced: their number stands twice, or replaces one."""
    linked = np.zeros(number.size, dtype=bool)
    linked[rows_of_shared_numbers(number)] = True
    if supersedes is not None:
        names = supersedes != 0
        linked |= names | ((number != 0) & np.isin(number, supersedes[names]))
    return np.flatnonzero(linked)


def _known_only_later(number: Bits, reported: IntArray, updated: IntArray, linked: IntArray, as_of: int) -> BoolArray:
    """Rows updated after ``as_of`` whose record has a row that was known before: what they say came later."""
    later = (updated[linked] != NOT_A_TIME) & (updated[linked] > as_of)
    mine = number[linked]
    late = np.zeros(number.size, dtype=bool)
    late[linked] = later & (mine != 0) & np.isin(mine, mine[~later & (reported[linked] <= as_of)])
    return late


def _count_notes(reports: ReportRows, count: IntArray, status: RowStatus) -> list[str]:
    assert reports.count is not None
    everyone = np.ones(count.size, dtype=bool)
    notes: list[str] = []
    if cancelled := status.count("cancelled", everyone).get(REVERSAL, 0):
        reversing = counted(cancelled, "row reverses an earlier report", "rows reverse earlier reports")
        notes.append(f"{reversing}: neither is counted")
    if unmatched := status.count("set aside", everyone).get(UNMATCHED, 0):
        reversals = counted(unmatched, "reversal finds no report", "reversals find no report")
        notes.append(f"{reversals} to take back in the export: without effect")
    refused = int(((count < 0) & np.isin(status.code, status.codes("refused"))).sum())
    if refused:
        reversals = counted(refused, "reversal was", "reversals were")
        notes.append(f"{reversals} refused: what they reverse may still be counted")
    more = status.open & (count > 1)
    if more.any():
        rows = counted(int(more.sum()), "row counts", "rows count")
        notes.append(f"{rows} more than one incident: {int(count[more].sum()):,} in all")
    return notes
