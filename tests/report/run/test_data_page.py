"""The data page is true to the run: every row accounted for, skill, intervals, features, and what it was trained on."""

from __future__ import annotations

import dataclasses

import pytest
from tests.report.reader import Reader

from patrolcast.domain.records import GateResult, GateVerdict, RunContext, RunResult, SourceAccount
from patrolcast.report.run.data_page import data_page


@pytest.fixture(scope="module")
def data(result: RunResult, context: RunContext) -> Reader:
    return Reader(data_page(result, context))


def test_every_row_that_came_in_stands_with_what_became_of_it(data: Reader) -> None:
    assert "101,000 rows = 84,000 kept + 15,500 set aside + 1,500 refused" in data.words
    for row in ("Set aside officer-initiated 15,000 15 %", "Refused no coordinates 900", "byte-order mark"):
        assert row in data.words
    assert "quarantine/refused.csv" in {one["href"] for one in data.all("a")}


def test_it_says_how_fresh_and_how_whole_the_reports_are(data: Reader) -> None:
    assert "Latest report Tuesday 30 June 2026, 03:00 CDT (2 hours before this was made)" in data.words
    assert "Rows of incidents refused 1,500 of 101,000 (1.5 %)" in data.words
    assert "Made from 84,000 incidents that citizens reported" in data.words


def test_rows_refused_are_a_share_of_all_rows_that_came_in(result: RunResult, context: RunContext) -> None:
    half = dataclasses.replace(context.sources[0], rows_in=400, kept=200, set_aside={}, refused={"no time": 200})
    page = data_page(result, dataclasses.replace(context, sources=(half,)))
    assert "200 of 400 (50 %)" in Reader(page).words


def test_sources_of_which_every_row_was_used_share_one_table(result: RunResult, context: RunContext) -> None:
    layers = [
        SourceAccount(f"{name}.geojson", "ef" * 32, 2_000, 801, 801, {}, {}, notes=("a note",), of_incidents=False)
        for name in ("tracts", "water")
    ]
    page = data_page(result, dataclasses.replace(context, sources=(*context.sources, *layers)))
    assert page.count("all rows could be used</caption>") == 1
    assert "tracts.geojson 801 2 kB a note water.geojson 801 2 kB a note" in Reader(page).words
    assert "Rows of tracts.geojson" not in page
    assert "all rows could be used" not in data_page(result, context)


def test_without_any_row_no_share_is_made_up(result: RunResult, context: RunContext) -> None:
    page = Reader(data_page(result, dataclasses.replace(context, sources=(), newest_report=None))).words
    assert "Rows of incidents refused 0 of 0 Made from" in page
    assert "No source was recorded with this run." in page
    assert "no report has a time" in page


def test_a_baseline_that_won_is_said_where_the_forecast_is_assessed(data: Reader) -> None:
    assert "For burglary the model did not beat counting: counting (climatology) fitted better" in data.words
    assert "How often the ranges are right" in data.words


def test_features_used_and_left_out_stand_with_their_rules(data: Reader) -> None:
    for part in ("stops_28d", "never in model", "officer records never reach it", "reports_28d", "Features used"):
        assert part in data.words


def test_notes_and_training_are_here(data: Reader) -> None:
    assert "31 incidents lie outside the grid and are not counted" in data.words
    assert "Trees 142" in data.words
    assert "cd" * 32 in data.words


@pytest.mark.parametrize("verdict", [GateVerdict.FAIL, GateVerdict.PASS])
def test_a_stopped_run_says_so_first(result: RunResult, context: RunContext, verdict: GateVerdict) -> None:
    gate = GateResult("loop_test", None, "a rule", verdict, "")
    page = data_page(dataclasses.replace(result, gates=(*result.gates, gate)), context)
    assert ("Not published." in page) is (verdict is GateVerdict.FAIL)


def test_the_page_is_the_same_bytes_twice(result: RunResult, context: RunContext) -> None:
    assert data_page(result, context) == data_page(result, context)


def test_a_stopped_run_has_nothing_that_could_expire_and_no_script(result: RunResult, context: RunContext) -> None:
    gate = GateResult("loop_test", None, "a rule", GateVerdict.FAIL, "")
    assert "<script" not in data_page(dataclasses.replace(result, gates=(gate,)), context)
