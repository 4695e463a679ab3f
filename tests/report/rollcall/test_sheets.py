"""What stands on a sheet: every district and shift has one, and it says until when it is good."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from patrolcast.domain.exploration import ExplorationPlan
from patrolcast.domain.records import GateResult, GateVerdict, RunContext, RunResult
from patrolcast.report.rollcall.sheets import sheets_of, standing_of


def test_each_shift_and_district_has_one_sheet_in_the_order_people_count(
    result: RunResult, context: RunContext
) -> None:
    sheets = sheets_of(result, context)
    assert [(one.shift, one.district) for one in sheets] == [(s, d) for s in range(3) for d in "12345"]
    assert [one.rank for one in sheets[0].places] == list(range(1, 9))


def test_a_district_without_a_place_has_a_sheet_too(result: RunResult, context: RunContext) -> None:
    without = result.suggestions[result.suggestions["district"] != "3"]
    sheets = sheets_of(dataclasses.replace(result, suggestions=without), context)
    assert len(sheets) == 15
    assert (sheets[2].heading, sheets[2].places) == ("District 3", ())
    assert sheets[2].summary == "No place is suggested here for this shift."


def test_a_sheet_is_good_until_its_own_shift_ends(result: RunResult, context: RunContext) -> None:
    assert [one.good_until for one in sheets_of(result, context)[::5]] == [
        "Good until Tuesday 30 June 2026, 14:00 CDT",
        "Good until Tuesday 30 June 2026, 22:00 CDT",
        "Good until Wednesday 1 July 2026, 06:00 CDT",
    ]


def test_a_run_that_ends_sooner_ends_its_sheets_sooner(result: RunResult, context: RunContext) -> None:
    early = dataclasses.replace(context, expires_at=datetime(2026, 6, 30, 20, tzinfo=UTC))
    assert [one.good_until[-9:] for one in sheets_of(result, early)[::5]] == ["14:00 CDT", "15:00 CDT", "15:00 CDT"]


def test_a_place_has_its_name_first_and_its_area_after_it(result: RunResult, context: RunContext) -> None:
    named = dataclasses.replace(result, suggestions=result.suggestions.assign(place="Elm St & Oak Ave"))
    one = sheets_of(named, context)[0].places[0]
    assert (one.name, one.dose) == ("Elm St & Oak Ave", "2 × 15 min")
    assert one.remarks[-1].startswith("Expected incidents 0.0")
    assert one.remarks[-1].endswith("Area 1-A, 41.8410, -87.6612.")
    plain = sheets_of(result, context)[0].places[0]
    assert plain.name == "Area 1-A, 41.8410, -87.6612"
    assert "Area" not in plain.remarks[-1]


def test_a_name_that_cannot_be_printed_says_where_it_can_be_read(result: RunResult, context: RunContext) -> None:
    foreign = dataclasses.replace(result, suggestions=result.suggestions.assign(place="שדרות"))
    said = sheets_of(foreign, context)[0].places[0].remarks[-1]
    assert said == "▯ stands for letters that this sheet cannot print; briefing.html has the whole name."
    assert not any("▯" in remark for remark in sheets_of(result, context)[0].places[0].remarks)


def test_a_stopped_run_says_which_check_stopped_it(result: RunResult, context: RunContext) -> None:
    assert standing_of(result, context).banner == ""
    failed = GateResult("calibration", 2.0, "within 0.8 to 1.25", GateVerdict.FAIL, "off")
    stopped = dataclasses.replace(result, gates=(failed,))
    assert (
        standing_of(stopped, context).banner == "Not published. Do not use this sheet. Stopped by 1 check: Calibration."
    )
    unchecked = standing_of(dataclasses.replace(result, gates=()), context).banner
    assert unchecked == "Not published. Do not use this sheet. Its checks were not made."


def test_a_cell_that_the_coin_left_out_is_on_no_sheet(result: RunResult, context: RunContext) -> None:
    left_out = result.suggestions.copy()
    left_out.loc[left_out["rank"] == 2, ["visits", "patrol_minutes"]] = 0
    left_out.loc[left_out["rank"] == 2, "role"] = "comparison"
    plan = ExplorationPlan(1, best=4.0, drawn=3.9, n_shifts=3)
    for sheet in sheets_of(dataclasses.replace(result, suggestions=left_out, exploration=plan), context):
        assert [one.rank for one in sheet.places] == [1, 3, 4, 5, 6, 7, 8]
        assert sheet.summary.startswith("Seven places, ")
        assert "so a rank may be missing" in sheet.summary
    assert "rank may be missing" not in sheets_of(result, context)[0].summary
