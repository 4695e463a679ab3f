"""The order of the rules: what is not yet known, and what officers initiated, can neither cause nor hide a refusal."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.intake.builders import good as good_rows
from tests.intake.builders import load
from tests.intake.raw_tables import intake_rules, micros, raw_table

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.tables import INCIDENT_COLUMNS
from patrolcast.intake import rules as module
from patrolcast.intake.codebook import Codebook
from patrolcast.intake.corrections.versions import rows_of_shared_numbers
from patrolcast.intake.rules import IntakeResult, apply_intake_rules, list_codes

AS_OF = micros("2026-02-01T00:00")
LATER = "2026-03-01 12:00:00"
SWAPPED = {"longitude": "41.5", "latitude": "-87.5"}


def applied(n: int, *, rules: dict[str, Any] | None = None, as_of: int = AS_OF, **columns: Any) -> IntakeResult:
    return apply_intake_rules(raw_table(n, **columns), intake_rules(**(rules or {})), as_of=as_of, bad_rows={})


def account(result: IntakeResult) -> tuple[int, dict[str, int], dict[str, int]]:
    """Kept, set aside by reason, refused by rule."""
    status = result.status
    rows = np.ones(status.n_rows, dtype=bool)
    return int(status.open.sum()), status.count("set aside", rows), status.count("refused", rows)


def mixed(n: int, bad: int, good: list[str], wrong: str) -> list[str]:
    return [wrong] * bad + good[bad:n]


def places(n: int, bad: int, fault: dict[str, str]) -> dict[str, list[str]]:
    """Coordinates of ``n`` rows of which the first ``bad`` have the fault."""
    good = {"longitude": [f"{-87.5 - i * 1e-4:.4f}" for i in range(n)], "latitude": ["41.5"] * n}
    return {role: mixed(n, bad, good[role], fault[role]) for role in good}


FAULTS = {
    "swapped": (SWAPPED, "longitude and latitude swapped, e.g. (41.5, -87.5)",
                "exchange longitude and latitude in [incidents.columns]"),
    "projected": ({"longitude": "1156823", "latitude": "1899214"},
                  "coordinates outside their range, e.g. (1156823, 1899214)",
                  'read as EPSG:4326 they lie nowhere on the globe; set [incidents] crs = "EPSG:3435"; '
                  "most likely systems: "),
    "elsewhere": ({"longitude": "-80", "latitude": "30"}, "outside the jurisdiction, e.g. (-80, 30)",
                  "read as EPSG:4326 they lie at longitude -80.00, latitude 30.00, the city at longitude -87.50, "
                  "latitude 41.50; check the columns, [incidents] crs and [area] boundary"),
    "empty": ({"longitude": "", "latitude": ""}, "no location", "check the columns in [incidents.columns]"),
    "text": ({"longitude": "-87,5", "latitude": "41,5"}, "coordinate is not a number",
             "check the columns in [incidents.columns]; numbers are written with a point, e.g. 41.88"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_file_is_refused_when_more_than_half_of_its_places_have_one_fault_and_not_at_half(name: str) -> None:
    fault, words, cure = FAULTS[name]
    assert applied(20, **places(20, 10, fault)).status.open.sum() == 10
    with pytest.raises(DataRefusedError) as caught:
        applied(20, **places(20, 11, fault))
    assert str(caught.value).startswith(f"export.csv: got 11 of 20 rows: {words}; most rows must have a place; {cure}")


def test_rows_that_are_not_yet_known_neither_cause_nor_hide_the_refusal_of_a_file() -> None:
    known = ["2026-01-10 12:00:00"] * 10
    caused = applied(20, **places(20, 10, SWAPPED) | {"reported_at": [LATER] * 10 + known})
    assert account(caused) == (10, {"not yet known": 10}, {})
    with pytest.raises(DataRefusedError, match=r"got 6 of 10 rows: longitude and latitude swapped"):
        applied(20, **places(20, 6, SWAPPED) | {"reported_at": known + [LATER] * 10})


def test_officer_initiated_rows_neither_cause_nor_hide_the_refusal_of_a_file() -> None:
    caused = applied(20, **places(20, 11, SWAPPED) | {"offence": ["STOP"] * 11 + ["THEFT"] * 9})
    assert account(caused) == (9, {}, {"longitude and latitude swapped": 11})
    with pytest.raises(DataRefusedError, match=r"got 6 of 10 rows: longitude and latitude swapped"):
        applied(20, **places(20, 6, SWAPPED) | {"offence": ["THEFT"] * 10 + ["STOP"] * 10})


def test_a_row_that_is_not_yet_known_is_set_aside_before_any_other_rule_sees_it() -> None:
    spoiled = applied(3, reported_at=["2026-01-10 12:00:00", LATER, LATER], offence=["THEFT", "W9", "STOP"],
                      latitude=["41.5", "95", ""])  # fmt: skip
    assert account(spoiled) == (1, {"not yet known": 2}, {})
    assert spoiled.unknown_codes == {}


def test_as_of_itself_is_known_and_a_microsecond_later_is_not() -> None:
    report = ["2026-01-10 12:00:00"]
    moment = micros("2026-01-10T18:00")
    assert account(applied(1, reported_at=report, as_of=moment))[0] == 1
    assert account(applied(1, reported_at=report, as_of=moment - 1))[0] == 0


def test_unknown_codes_refuse_the_file_above_the_limit_and_are_listed_by_frequency() -> None:
    codes = ["W9"] * 3 + ["W8"] * 1 + ["THEFT"] * 16
    at_limit = applied(20, offence=codes)
    assert account(at_limit) == (16, {}, {"offence not in the codebook": 4})
    assert at_limit.unknown_codes == {"offence": {"W9": 3, "W8": 1}}
    with pytest.raises(DataRefusedError) as caught:
        applied(20, offence=["W9"] * 3 + ["W8"] * 2 + ["THEFT"] * 15)
    assert str(caught.value) == (
        "export.csv: got 5 of 20 rows with codes that codebook.csv lacks: 'W9' (3), 'W8' (2); at most 20.0%; "
        "add them to codebook.csv, each with its reason; `patrolcast init` lists all codes"
    )


def test_officer_initiated_rows_neither_hide_nor_cause_the_refusal_for_unknown_codes() -> None:
    with pytest.raises(DataRefusedError, match=r"got 3 of 10 rows with codes that codebook\.csv lacks: 'W9' \(3\)"):
        applied(20, offence=["W9"] * 3 + ["THEFT"] * 7 + ["STOP"] * 10)
    result = applied(20, offence=["W9"] * 10 + ["THEFT"] * 10, call_source=["PATROL"] * 10 + ["911"] * 10)
    assert (account(result)[0], result.unknown_codes) == (10, {})


def test_codes_are_listed_up_to_ten_and_the_others_counted() -> None:
    assert list_codes({f"c{i:02d}": 1 for i in range(12)}).endswith("'c09' (1) and 2 more")


def test_records_of_other_provenance_are_set_aside_and_handed_to_the_audit() -> None:
    result = applied(4, offence=["THEFT", "STOP", "THEFT", "FRAUD"], call_source=["911", "911", "ALARM", "911"])
    assert account(result) == (
        1, {"category not forecast": 1, "officer-initiated": 1, "provenance sensor": 1}, {}
    )  # fmt: skip
    assert tuple(result.set_aside.columns) == INCIDENT_COLUMNS
    assert sorted(result.set_aside["provenance"].astype(str)) == ["officer", "sensor"]
    assert result.incidents["provenance"].astype(str).tolist() == ["citizen"]


def test_a_citizens_report_is_not_replaced_by_an_officers_record_under_its_number() -> None:
    result = applied(3, record_id=["7", "7", "8"], offence=["THEFT", "STOP", "THEFT"],
                     reported_at=["2026-01-10 12:00:00", "2026-01-11 12:00:00", "2026-01-10 12:00:00"])  # fmt: skip
    assert account(result) == (2, {"officer-initiated": 1}, {})


def test_policy_and_first_day_set_aside_by_their_own_reasons() -> None:
    result = applied(
        3,
        rules={"excluded_offences": frozenset({"FRAUD"}), "first_day": micros("2026-01-10T16:00")},
        offence=["THEFT", "THEFT", "FRAUD"],
        occurred_at=["2026-01-10 09:59:59", "2026-01-10 10:00:00", "2026-01-10 10:00:01"],
    )
    assert account(result) == (1, {"before first_day": 1, "offence excluded by policy": 1}, {})


def test_the_tables_do_not_depend_on_the_order_of_the_file() -> None:
    columns = {
        "occurred_at": [f"2026-01-10 10:{i % 3:02d}:00" for i in range(12)],
        "occurred_until": ["2026-01-10 11:00:00"] * 12,
        "longitude": [f"{-87.5 - i % 4 * 1e-4:.4f}" for i in range(12)],
        "latitude": ["41.5"] * 12,
        "offence": ["THEFT", "STOP"] * 6,
    }
    order = np.random.default_rng(1).permutation(12)
    first = applied(12, **columns)
    again = applied(12, **{role: [values[i] for i in order] for role, values in columns.items()})
    assert first.incidents.equals(again.incidents)
    assert first.set_aside.equals(again.set_aside)


def test_two_offences_at_one_moment_and_place_stand_in_no_order_of_the_file() -> None:
    """By their names: codes are numbered as a file names them, so a number is no order."""
    book = Codebook({code: (code.lower(), Provenance.CITIZEN) for code in ("ARSON", "THEFT", "ROBBERY")}, {})
    alike = {"occurred_at": ["2026-01-10 10:00:00"] * 6, "longitude": ["-87.5"] * 6}
    made = [
        applied(6, rules={"codebook": book}, offence=[*codes, *codes], **alike).incidents
        for codes in permutations(("THEFT", "ARSON", "ROBBERY"))
    ]
    assert made[0]["offence"].astype(str).tolist() == ["ARSON"] * 2 + ["ROBBERY"] * 2 + ["THEFT"] * 2
    assert all(table.equals(made[0]) for table in made[1:])


def test_rows_of_which_only_who_started_them_differs_stand_in_no_order_of_the_file() -> None:
    alike = {"occurred_at": ["2026-01-10 10:00:00"] * 4, "longitude": ["-87.5"] * 4}
    first = applied(4, call_source=["ALARM", "PATROL", "ALARM", "PATROL"], **alike)
    again = applied(4, call_source=["PATROL", "ALARM", "ALARM", "PATROL"], **alike)
    assert len(set(first.set_aside["provenance"])) == 2
    assert first.set_aside.equals(again.set_aside)


def test_most_on_one_point_counts_kept_incidents_only() -> None:
    result = applied(6, longitude=["-87.5"] * 4 + ["-87.6", "-87.7"], offence=["THEFT", "THEFT", "STOP", "STOP"] +
                     ["THEFT"] * 2)  # fmt: skip
    assert result.most_on_one_point == 2


def test_incidents_stand_in_order_of_report_then_occurrence_place_and_offence() -> None:
    rng = np.random.default_rng(5)
    n = 300
    result = applied(
        n,
        occurred_at=[f"2026-01-0{day} 10:00:00" for day in rng.integers(1, 4, n)],
        longitude=[f"-87.6{place}" for place in rng.integers(6, 10, n)],
        offence=[["THEFT", "FRAUD"][which] for which in rng.integers(0, 2, n)],
    )
    rows = result.incidents
    keys = rows[["reported_at", "occurred_at", "longitude", "latitude"]].assign(offence=rows["offence"].astype(str))
    assert len(rows) > 50
    assert keys.equals(keys.sort_values(list(keys.columns), kind="stable", ignore_index=True))


def test_rows_that_are_equal_are_looked_at_wherever_in_the_file_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is looked at is found by order; of a row that it leaves out nobody sees that it stands twice."""
    seen: list[tuple[int, int]] = []

    def looked_at(status: Any, content: Any, reported: Any, alike: Any, *, file: str) -> list[str]:
        twice = np.zeros(content.size, dtype=bool)
        twice[rows_of_shared_numbers(np.where(status.open, content, 0).astype(np.uint64))] = True
        assert not (twice & ~alike).any()
        seen.append((int(twice.sum()), int(alike.sum())))
        return []

    monkeypatch.setattr(module, "mark_batches", looked_at)
    rows = good_rows(60)
    again = [f"9{line}" for line in (*rows[3:9], *rows[40:44])]
    other = [line.replace("THEFT", "STOP") for line in again[:3]]
    load(tmp_path, [*(f"7{line}" for line in again[:2]), *rows, *again, *other, *(f"8{line}" for line in other)])
    assert seen == [(10 * 2 + 2 + 3 * 2, 10 * 2 + 2 + 3 * 2)]
