"""Planted corrections: whatever is taken back, cancelled, replaced or sent again, what counts is the truth."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intake.raw_tables import intake_rules, micros, raw_table

from patrolcast.domain.provenance import Provenance
from patrolcast.intake.codebook import Codebook
from patrolcast.intake.corrections.declared import CorrectionRules
from patrolcast.intake.rules import IntakeResult, apply_intake_rules

AS_OF = micros("2026-02-01T00:00")
BOOK = Codebook({name: (name.lower(), Provenance.CITIZEN) for name in ("THEFT", "ROBBERY", "ASSAULT")}, {})
UNFOUNDED = CorrectionRules(cancelled_values=frozenset({"unfounded", "admin close"}))
Row = dict[str, str]


def row(i: int, **changes: str) -> Row:
    """Report ``i``: of its own day, place and number."""
    return {
        "record_id": f"24-{i:05d}", "occurred_at": f"2026-01-{1 + i % 20:02d} 10:{i % 60:02d}:00",
        "reported_at": f"2026-01-{1 + i % 20:02d} 12:{i % 60:02d}:00", "longitude": f"{-87.9 + i % 7 * 0.01:.4f}",
        "latitude": "41.5", "offence": ("THEFT", "ROBBERY", "ASSAULT")[i % 3], "count": "1", "status": "open",
        "updated_at": "", "supersedes": "",
    } | changes  # fmt: skip


def applied(
    rows: list[Row], *, drop: tuple[str, ...] = (), rules: CorrectionRules = UNFOUNDED, book: Codebook | None = None
) -> IntakeResult:
    columns: dict[str, Any] = {name: [one[name] for one in rows] for name in rows[0] if name not in drop}
    raw = raw_table(len(rows), **columns)
    return apply_intake_rules(raw, intake_rules(codebook=book or BOOK, corrections=rules), as_of=AS_OF, bad_rows={})


def counted(result: IntakeResult) -> Counter[tuple[str, str, str]]:
    """Incidents by place, category and day."""
    table = result.incidents
    return Counter(
        zip(table["longitude"].map("{:.4f}".format), table["category"].astype(str),
            table["occurred_at"].dt.strftime("%Y-%m-%d"), strict=True)
    )  # fmt: skip


def truth(rows: list[Row]) -> Counter[tuple[str, str, str]]:
    return counted(applied(rows, drop=("record_id", "count", "status", "updated_at", "supersedes")))


def said(result: IntakeResult) -> tuple[str, ...]:
    """The notes but for those on statuses that stand in no row."""
    return tuple(note for note in result.notes if not note.startswith("cancelled_values"))


def account(result: IntakeResult) -> dict[str, int]:
    everything = np.ones(result.status.n_rows, dtype=bool)
    parts = [result.status.count(kind, everything) for kind in ("set aside", "cancelled", "refused")]
    assert int(result.status.open.sum()) + sum(sum(part.values()) for part in parts) == result.status.n_rows
    return parts[0] | parts[1] | parts[2]


LATER = {"reported_at": "2026-01-25 09:00:00"}
PLANTED = {
    "reversed": lambda i: [row(i), row(i, count="-1", **LATER)],
    "reversed and booked anew": lambda i: [
        row(i, offence="THEFT"), row(i, offence="THEFT", count="-1"), row(i, offence="ASSAULT", **LATER)
    ],
    "unfounded": lambda i: [row(i, status="Unfounded")],
    "found unfounded later": lambda i: [row(i), row(i, status="ADMIN-CLOSE", updated_at="2026-01-24 10:00:00")],
    "a version": lambda i: [row(i, longitude="-87.8000"), row(i, **LATER)],
    "an update": lambda i: [row(i, updated_at="2026-01-24 10:00:00"), row(i, offence="ROBBERY")],
    "sent again": lambda i: [row(i)] * 3,
    "replaced": lambda i: [row(i, record_id=f"T-{i}"), row(i, supersedes=f"T-{i}")],
    "replaced by the second of two alike": lambda i: [
        row(i, record_id=f"T-{i}"), row(i), row(i, supersedes=f"T-{i}")
    ],
    "zero": lambda i: [row(i, count="0")],
}  # fmt: skip
STANDS = {"reversed and booked anew", "a version", "an update", "sent again", "replaced",
          "replaced by the second of two alike"}  # fmt: skip


@given(st.lists(st.sampled_from([None, *PLANTED]), min_size=20, max_size=60), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_planted_corrections_leave_exactly_the_truth_of_each_place_category_and_day(
    plan: list[str | None], random: Any
) -> None:
    written: list[Row] = []
    right: list[Row] = []
    for i, kind in enumerate(plan, start=1):
        written += [row(i)] if kind is None else PLANTED[kind](i)
        if kind == "reversed and booked anew":
            right.append(row(i, offence="ASSAULT", **LATER))
        elif kind == "a version":
            right.append(row(i, **LATER))
        elif kind is None or kind in STANDS:
            right.append(row(i))
    if not right:
        return
    random.shuffle(written)
    result = applied(written)
    assert counted(result) == truth(right)
    account(result)


@given(st.integers(0, 30), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_reversals_without_a_number_leave_exactly_the_truth(n: int, random: Any) -> None:
    right = [row(i) for i in range(1, 60)]
    more = [row(100 + i) for i in range(n)]
    written = right + more + [one | {"count": "-1"} | LATER for one in more]
    random.shuffle(written)
    result = applied(written, drop=("record_id", "supersedes", "updated_at", "status"))
    assert counted(result) == truth(right)
    assert account(result) == ({"reversal of a report": n, "reversed": n} if n else {})


def test_a_reversal_with_a_row_number_of_its_own_takes_back_the_report_it_describes() -> None:
    rows = [row(i) for i in range(1, 31)]
    backs = [row(i, record_id=f"R-{i}", count="-1", **LATER) for i in range(1, 6)]
    assert counted(applied(rows + backs)) == truth(rows[5:])


def test_a_reversal_that_finds_no_report_takes_nothing_back_and_is_noted() -> None:
    rows = [row(i) for i in range(1, 31)]
    backs = [row(i, count="-1", **LATER) for i in (1, 2)]
    lost = row(3, record_id="23-99999", count="-1", **LATER)  # numbers name reports here, and this one is not there
    result = applied([*rows, *backs, lost])
    assert counted(result) == truth(rows[2:])
    assert account(result)["reversal of a report that is not in the export"] == 1
    assert said(result) == (
        "2 rows reverse earlier reports: neither is counted",
        "1 reversal finds no report to take back in the export: without effect",
    )


def test_a_reversal_that_became_known_after_as_of_takes_nothing_back_yet() -> None:
    rows = [row(i) for i in range(1, 31)]
    result = applied([*rows, row(1, count="-1", reported_at="2026-02-02 10:00:00")])
    assert counted(result) == truth(rows)
    assert account(result) == {"not yet known": 1}


def test_an_update_after_as_of_is_not_known_yet_where_the_row_before_it_is_in_the_export() -> None:
    late = {"updated_at": "2026-02-10 10:00:00"}
    rows = [row(i) for i in range(1, 31)]
    assert counted(applied([*rows, row(1, status="unfounded", **late)])) == truth(rows)
    assert counted(applied([*rows, row(40, **late)])) == truth([*rows, row(40)])


def test_a_refused_reversal_takes_back_the_report_of_its_number_and_is_noted_where_it_has_none() -> None:
    rows = [row(i) for i in range(1, 31)]
    taken = applied([*rows, row(1, count="-1", latitude="", **LATER), row(2, count="-1", offence="?", **LATER)])
    assert counted(taken) == truth(rows[2:])
    assert account(taken)["reversed"] == 2
    assert said(taken) == ()
    for lacks in ({"latitude": ""}, {"occurred_at": "1971-01-01 10:00:00"}):
        late = applied([*rows, row(1, count="-1", reported_at="2026-02-02 10:00:00", **lacks)])
        assert counted(late) == truth(rows)
    result = applied([*rows, row(1, count="-1", latitude="", record_id="")])
    assert said(result) == ("1 reversal was refused: what they reverse may still be counted",)


def test_a_cancelled_status_counts_nothing_without_numbers_too() -> None:
    rows = [row(i) for i in range(1, 31)]
    closed = [row(40, status="Admin. Close"), row(41, status="UNFOUNDED")]
    result = applied(rows + closed, drop=("record_id", "supersedes", "updated_at", "count"))
    assert counted(result) == truth(rows)
    assert account(result) == {"cancelled by its status": 2}


OFFICER = Codebook(BOOK.offences | {"STOP": ("theft", Provenance.OFFICER)}, {})
VERSIONS = CorrectionRules("versions", cancelled_values=UNFOUNDED.cancelled_values)
UPDATED = {"updated_at": "2026-01-28 10:00:00"}


def test_an_officer_initiated_row_takes_back_no_report() -> None:
    rows = [row(1, offence="THEFT"), row(1, offence="STOP", count="-1", **LATER)]
    assert len(applied(rows, book=OFFICER, drop=("updated_at",)).incidents) == 1


@pytest.mark.parametrize("newer", [UPDATED, {"record_id": "N-1", "supersedes": "24-00001"}])
def test_a_newer_version_that_is_officer_initiated_ends_the_citizens_version(newer: dict[str, str]) -> None:
    rows = [row(i) for i in range(1, 31)]
    result = applied([*rows, row(1, offence="STOP", **newer)], book=OFFICER)
    assert counted(result) == truth(rows[1:])
    assert account(result)["officer-initiated"] == 1
    assert "is officer-initiated: the older ones count nothing" in said(result)[0]


@pytest.mark.parametrize("rules", [UNFOUNDED, VERSIONS])
def test_an_officers_row_of_the_same_number_is_a_version_only_where_its_update_or_the_config_says_so(
    rules: CorrectionRules,
) -> None:
    rows = [row(i) for i in range(1, 31)]
    result = applied([*rows, row(1, offence="STOP", **LATER)], book=OFFICER, rules=rules)
    assert counted(result) == truth(rows if rules is UNFOUNDED else rows[1:])


NO_PLACE, NO_TIMES = {"longitude": "", "latitude": ""}, {"occurred_at": "", "reported_at": ""}
UNUSABLE = [NO_PLACE, {"longitude": "0", "latitude": "0"}, {"longitude": "-80.0"}, {"offence": "999"}]


@pytest.mark.parametrize("lacks", [*UNUSABLE, NO_TIMES, NO_TIMES | NO_PLACE])
@pytest.mark.parametrize("cancels", [{"status": "unfounded"}, {"count": "0"}])
def test_a_row_that_cancels_does_so_whatever_else_it_lacks(lacks: dict[str, str], cancels: dict[str, str]) -> None:
    rows = [row(i) for i in range(1, 31)]
    result = applied([*rows, row(1) | lacks | cancels])
    assert counted(result) == truth(rows[1:])
    assert account(result)["older version, superseded"] == 1


@pytest.mark.parametrize("lacks", UNUSABLE)
@pytest.mark.parametrize("newer", [UPDATED, {"record_id": "N-1", "supersedes": "24-00001"}])
def test_where_the_newest_version_is_refused_the_outdated_one_does_not_count_in_its_stead(
    lacks: dict[str, str], newer: dict[str, str]
) -> None:
    rows = [row(i) for i in range(1, 31)]
    result = applied([*rows, row(1) | lacks | newer])
    assert counted(result) == truth(rows[1:])
    account(result)
    assert said(result)[0].startswith("1 records whose ")
    assert said(result)[0].endswith(" 1): the older ones count nothing")
    # ... and a refused row that is the older one changes nothing
    old = {"updated_at": "2026-01-01 10:00:00"}
    assert counted(applied([*rows, row(1) | lacks | old])) == truth(rows)


def test_a_refused_row_without_a_time_corrects_nothing_and_is_noted() -> None:
    rows = [row(i) for i in range(1, 31)]
    result = applied([*rows, row(1) | NO_TIMES])
    assert counted(result) == truth(rows)
    assert said(result) == ("1 refused rows without a time have the number of a record that counts: are they newer?",)


def test_a_refused_version_that_became_known_after_as_of_ends_nothing() -> None:
    rows = [row(i) for i in range(1, 31)]
    for late in ({"updated_at": "2026-02-10 10:00:00"}, {"reported_at": "2026-02-10 10:00:00"}):
        assert counted(applied([*rows, row(1) | NO_PLACE | late])) == truth(rows)


@pytest.mark.parametrize("between", [{"status": "unfounded"}, {"offence": "ASSAULT"}, NO_PLACE])
@pytest.mark.parametrize("drop", [(), ("updated_at",)])
def test_a_correction_back_to_an_earlier_state_counts_as_that_state(
    between: dict[str, str], drop: tuple[str, ...]
) -> None:
    rows = [row(i) for i in range(1, 31)]
    states = [row(1), row(1) | between | {"updated_at": "2026-01-27 10:00:00"}, row(1) | UPDATED]
    result = applied([*rows[1:], *states], drop=drop)
    assert counted(result) == truth(rows)
    account(result)


@pytest.mark.parametrize("drop", [(), ("updated_at",)])
def test_a_later_version_that_reopens_a_report_makes_it_count(drop: tuple[str, ...]) -> None:
    rows = [row(i) for i in range(1, 31)]
    again = [row(1, status="unfounded"), row(1, status="open", updated_at="2026-01-28 10:00:00", **LATER)]
    assert counted(applied([*rows[1:], *again], drop=drop)) == truth([*rows[1:], row(1, **LATER)])


def test_a_cancelled_value_that_no_known_row_has_is_noted() -> None:
    rows = [row(i) for i in range(1, 31)]
    late = row(40, status="Unfounded", reported_at="2026-02-10 10:00:00")
    assert applied([*rows, row(41, status="Admin-Close"), late]).notes == (
        "cancelled_values 'unfounded': no row has it",
    )  # fmt: skip
