"""The night's sheets as one PDF: every page says what it must, nothing leaves its place, same run, same bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import subprocess
import sys

import pandas as pd
import pytest
from tests.report.city import make_context, make_result
from tests.report.sheet_reader import SheetReader, overlapping

from patrolcast.domain.records import NOTICE, GateResult, GateVerdict, RunContext, RunResult
from patrolcast.report import words
from patrolcast.report.rollcall.pages import roll_call_pdf

LETTER = (612, 792)
RED = (0x8C, 0x1D, 0x18)
HOSTILE = {
    "markup": "<b>Elm</b> & <script>alert(1)</script> &amp; \\) (Tj ET endstream",
    "long": "Avenue of the Very Long Name " * 60,
    "one word": "W" * 2000,
    "right to left": "שדרות רוטשילד \u202e& شارع الملك",
    "emoji": "Elm St \U0001f6a8\U0001f46e\U0001f3fd\u200d\u2642\ufe0f",
    "other scripts": "東京都 नई दिल्ली",
    "combining": "Z" + "\u0301\u0323\u0337" * 200,
    "controls": "Elm\x00\x1b[31m\nSt\u2028x",
}


@pytest.fixture(scope="module")
def four() -> RunResult:
    return make_result(each=4)


@pytest.fixture(scope="module")
def two() -> RunResult:
    return make_result(n_rings=4, n_districts=2, n_shifts=1, each=4)


@pytest.fixture(scope="module")
def sheets(four: RunResult, context: RunContext) -> SheetReader:
    return SheetReader(roll_call_pdf(four, context))


def shown(result: RunResult, context: RunContext) -> SheetReader:
    return SheetReader(roll_call_pdf(result, context))


def misplaced(read: SheetReader) -> list[str]:
    """Pages with a letter outside the margins, or with texts that lie on each other."""
    found = []
    for page, (width, height) in enumerate(read.sizes):
        outside = [b for b in read.letters(page) if b[0] < 35 or b[1] < 35 or b[2] > width - 35 or b[3] > height - 35]
        found += [f"page {page + 1}: outside at {box}" for box in outside]
        found += [f"page {page + 1}: {pair}" for pair in overlapping([box for _, box, _ in read.pieces(page)])]
    return found


def test_there_is_one_page_for_each_district_and_shift(sheets: SheetReader) -> None:
    assert len(sheets.pages) == 5 * 3
    heads = [(page.split("District ")[1][0], "06:00 to 14:00" in page) for page in sheets.pages]
    assert heads == [(name, shift == 0) for shift in range(3) for name in "12345"]


def test_every_page_says_when_where_until_when_and_what_it_is_not(sheets: SheetReader, context: RunContext) -> None:
    for number, page in enumerate(sheets.pages, start=1):
        assert "Sample city (synthetic)" in page
        assert "Good until " in page
        assert NOTICE in page
        assert f"Run {context.run_id}." in page
        assert f"Sheet {number} of 15" in page
        assert page.count("not visited, why:") == 4
        assert page.count("Listed for theft") == 4
        assert page.count("41 reports of theft here in the past year") == 4
        assert "Not published" not in page
    assert "Tuesday 30 June, 06:00 to 14:00 CDT" in sheets.pages[0]
    assert "Four places, 90 minutes in total." in sheets.pages[0]
    assert "Good until Tuesday 30 June 2026, 14:00 CDT." in sheets.pages[0]
    assert "Good until Wednesday 1 July 2026, 06:00 CDT." in sheets.pages[14]


def test_no_text_leaves_the_page_or_lies_on_another(sheets: SheetReader) -> None:
    assert misplaced(sheets) == []


def test_what_would_lie_on_each_other_is_found() -> None:
    assert overlapping([(0, 0, 10, 10), (5, 5, 15, 15), (20, 0, 30, 10)]) == [((0, 0, 10, 10), (5, 5, 15, 15))]


def test_a_place_has_the_numbers_of_the_briefing(four: RunResult, sheets: SheetReader) -> None:
    first = four.suggestions.iloc[0]
    by_hand = f"Expected incidents {first['expected_incidents']:.3f} ({first['lower']:.3f} to {first['upper']:.3f})"
    assert by_hand in sheets.pages[0]
    assert f"{first['latitude']:.4f}, {first['longitude']:.4f}" in sheets.pages[0]


def test_the_same_run_gives_the_same_bytes_whatever_the_environment(four: RunResult, context: RunContext) -> None:
    script = (
        "import hashlib; from tests.report.city import make_context, make_result; "
        "from patrolcast.report.rollcall.pages import roll_call_pdf; "
        "print(hashlib.sha256(roll_call_pdf(make_result(each=4), make_context())).hexdigest())"
    )
    more = {"PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1000000000", "TZ": "Asia/Tokyo",
            "RL_ttfAsciiReadable": "0", "RL_pageCompression": "1", "RL_invariant": "0"}  # fmt: skip
    elsewhere = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **more}, capture_output=True, text=True, check=True
    )
    here = [hashlib.sha256(roll_call_pdf(four, context)).hexdigest() for _ in range(2)]
    assert {*here, elsewhere.stdout.strip()} == {here[0]}


def test_another_run_has_another_id_and_its_own_date(four: RunResult, context: RunContext, sheets: SheetReader) -> None:
    assert sheets.about["CreationDate"] == sheets.about["ModDate"] == "D:20260630100000Z"
    assert sheets.about["Subject"] == f"Run {context.run_id}"
    other = dataclasses.replace(context, run_id="20260630T1000Z-other-ffffff")
    assert roll_call_pdf(four, other) != roll_call_pdf(four, context)


def test_a_shuffled_table_gives_the_same_bytes(four: RunResult, context: RunContext) -> None:
    shuffled = dataclasses.replace(
        four,
        suggestions=four.suggestions.sample(frac=1, random_state=1),
        forecast=four.forecast.sample(frac=1, random_state=2),
    )
    assert roll_call_pdf(shuffled, context) == roll_call_pdf(four, context)


def test_nothing_in_the_file_is_compressed(four: RunResult, context: RunContext) -> None:
    assert b"FlateDecode" not in roll_call_pdf(four, context)


def test_the_sheet_is_letter_in_chicago_and_a4_in_dublin(
    four: RunResult, context: RunContext, sheets: SheetReader
) -> None:
    assert {tuple(map(round, size)) for size in sheets.sizes} == {LETTER}
    dublin = shown(four, dataclasses.replace(context, timezone="Europe/Dublin"))
    assert {tuple(map(round, size)) for size in dublin.sizes} == {(595, 842)}
    assert misplaced(dublin) == []


@pytest.mark.parametrize("gates", [(), (GateResult("calibration", 2.0, "within", GateVerdict.FAIL, "off"),)])
def test_a_run_that_is_not_published_says_so_in_red_on_every_page(
    context: RunContext, gates: tuple[GateResult, ...]
) -> None:
    read = shown(dataclasses.replace(make_result(each=9), gates=gates), context)
    assert len(read.pages) > 15
    for page, text in enumerate(read.pages):
        assert "Not published. Do not use this sheet." in text
        assert RED in {colour for words, _, colour in read.pieces(page) if "Not published" in words}
    assert misplaced(read) == []


def test_what_is_not_as_it_comes_and_a_missing_call_source_stand_on_every_page(
    four: RunResult, context: RunContext
) -> None:
    exceptions = ("The limit of residents is 800; the default is 500.", "The check group_audit is waived by the chief.")
    without = dataclasses.replace(context.call_source, column=None, reason="the export has none")
    read = shown(four, dataclasses.replace(context, exceptions=exceptions, call_source=without))
    for page in read.pages:
        assert all(words.exception(one) in page for one in exceptions)
        assert without.statement in page
    assert without.statement


def test_four_places_of_a_stopped_run_with_all_it_must_say_print_on_one_page_each(context: RunContext) -> None:
    """As Chicago's: a banner, an exception of three lines, no call source, reasons of two lines."""
    gates = tuple(GateResult(name, None, "", GateVerdict.NOT_MEASURED, "") for name in ("proxy_screen", "loop_test"))
    result = dataclasses.replace(make_result(each=4), gates=gates)
    long = (
        "1,186 reports of theft here in the past year (without 2 to 5 August 2018), 416 of them between 06:00 and "
        "14:00; 26 reports of theft in the past year in the places next to it"
    )
    table = result.suggestions.assign(reasons=long)
    waived = ("The check group_audit_districts did not pass and is waived by demonstration: " + "few words " * 30,)
    source = dataclasses.replace(context.call_source, column=None, reason="the city publishes its records of crime so")
    read = shown(
        dataclasses.replace(result, suggestions=table),
        dataclasses.replace(context, exceptions=waived, call_source=source),
    )
    assert len(read.pages) == 15
    assert misplaced(read) == []
    assert not [page for page in read.pages if "Good until" in page], "what is not published is good at no time"


def test_a_district_without_a_place_has_its_page_and_its_map(four: RunResult, context: RunContext) -> None:
    without = dataclasses.replace(four, suggestions=four.suggestions[four.suggestions["district"] != "3"])
    read = shown(without, context)
    assert len(read.pages) == 15
    assert "No place is suggested here for this shift." in read.pages[2]
    assert "North is up." in read.pages[2]
    assert "visited" not in read.pages[2]


def test_a_night_without_any_place_or_shift_is_still_a_file(four: RunResult, context: RunContext) -> None:
    assert len(shown(dataclasses.replace(four, suggestions=four.suggestions.iloc[:0]), context).pages) == 15
    nothing = dataclasses.replace(four, suggestions=four.suggestions.iloc[:0], forecast=four.forecast.iloc[:0])
    (page,) = shown(nothing, context).pages
    assert "This run has no shift to print." in page
    assert NOTICE in page


def test_more_places_than_fit_run_on_with_their_heading_and_until_when_they_are_good(context: RunContext) -> None:
    read = shown(make_result(each=14), context)
    first = [page for page in read.pages if "Sheet 1 of 15" in page]
    assert len(first) > 1
    assert [f"page {i} of {len(first)}" in page for i, page in enumerate(first, 1)] == [True] * len(first)
    for page in first:
        assert "Good until Tuesday 30 June 2026, 14:00 CDT." in page
        assert NOTICE in page
        assert "06:00 to 14:00" in page
    assert all("District 1 (continued)" in page for page in first[1:])
    assert sum(page.count("not visited, why:") for page in first) == 14
    assert ["North is up." in page for page in first] == [False] * (len(first) - 1) + [True]
    assert misplaced(read) == []


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_name_breaks_a_sheet(two: RunResult, context: RunContext, kind: str) -> None:
    name = HOSTILE[kind]
    result = dataclasses.replace(two, suggestions=two.suggestions.assign(place=name, reasons=f"{name}; {name}"))
    read = shown(result, dataclasses.replace(context, title=name))
    assert len({page.split("Sheet ")[1].split(" of ")[0] for page in read.pages}) == 2
    assert misplaced(read) == []
    for page in read.pages:
        assert "Good until" in page
        assert NOTICE in page


def test_a_hostile_district_keeps_to_its_heading(two: RunResult, context: RunContext) -> None:
    cells, forecast, listed = (
        table.assign(district=[f"{name} {HOSTILE['long']}" for name in table["district"]])
        for table in (two.cells, two.forecast, two.suggestions)
    )
    read = shown(dataclasses.replace(two, cells=cells, forecast=forecast, suggestions=listed), context)
    assert len(read.pages) >= 2
    assert misplaced(read) == []


def test_markup_is_printed_as_it_is_and_what_cannot_be_printed_is_marked(four: RunResult, context: RunContext) -> None:
    marked = dataclasses.replace(four, suggestions=four.suggestions.assign(place="<b>Elm</b> & Oak"))
    assert "<b>Elm</b> & Oak" in shown(marked, context).pages[0]
    emoji = dataclasses.replace(four, suggestions=four.suggestions.assign(place=HOSTILE["emoji"]))
    page = shown(emoji, context).pages[0]
    assert "Elm St ▯" in page
    assert "▯ stands for letters that this sheet cannot print; briefing.html has the whole name." in page


def test_a_city_of_one_cell_has_a_sheet() -> None:
    result = make_result(n_rings=0, n_districts=1, n_shifts=1, each=1)
    read = shown(result, make_context())
    assert len(read.pages) == 1
    assert misplaced(read) == []


def test_a_shift_over_the_change_of_clocks_says_both_zones(four: RunResult, context: RunContext) -> None:
    by = pd.Timestamp("2026-11-01T04:00Z") - four.forecast["shift_start"].min()
    later = [
        table.assign(shift_start=table["shift_start"] + by, shift_end=table["shift_end"] + by)
        for table in (four.forecast, four.suggestions)
    ]
    night = dataclasses.replace(four, forecast=later[0], suggestions=later[1])
    read = shown(night, dataclasses.replace(context, expires_at=pd.Timestamp("2026-11-03T00:00Z").to_pydatetime()))
    assert "Saturday 31 October, 23:00 CDT to 06:00 next day CST" in read.pages[0]
    assert "Good until Sunday 1 November 2026, 06:00 CST." in read.pages[0]
