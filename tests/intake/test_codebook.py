"""The codebook decides, and only the codebook."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.provenance import Provenance
from patrolcast.intake.codebook import PROVENANCES, UNKNOWN_CODE, combine_provenance, is_undecided, parse_codebook

GOOD = {"offence": "0310", "call_source": "", "category": "robbery", "provenance": "citizen", "ground": "why"}
CITIZEN, OFFICER = PROVENANCES.index(Provenance.CITIZEN), PROVENANCES.index(Provenance.OFFICER)
ADMIN = PROVENANCES.index(Provenance.ADMINISTRATIVE)
ONE = "a row decides one code; one row for each"
ANY = "citizen, officer, sensor, administrative, environment, census, unknown"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"call_source": "911"}, f"book.csv line 2: got both an offence and a call source; {ONE}"),
        ({"offence": ""}, f"book.csv line 2: got neither an offence nor a call source; {ONE}"),
        ({"provenance": "TODO"}, f"book.csv line 2 provenance: got 'TODO'; one of {ANY}; decide it, and write why"),
        ({"category": "Robbery!"},
         "book.csv line 2 category: got 'Robbery!'; a-z, digits and _; empty: not forecast; e.g. vehicle_theft"),
        ({"ground": " "}, "book.csv line 2 ground: got nothing; each decision states its reason; write why"),
    ],
)  # fmt: skip
def test_a_row_that_decides_nothing_is_refused(wrong: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_codebook([GOOD | wrong], file="book.csv")
    assert str(caught.value) == message


def test_rows_of_nothing_but_delimiters_are_passed_over_and_move_no_line_number() -> None:
    blank = dict.fromkeys(GOOD, " ")
    assert set(parse_codebook([blank, GOOD, blank], file="book.csv").offences) == {"0310"}
    with pytest.raises(ConfigError, match=r"book\.csv line 4: got '0310' again"):
        parse_codebook([GOOD, blank, GOOD], file="book.csv")


def test_a_code_that_is_decided_twice_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_codebook([GOOD, GOOD], file="book.csv")
    assert str(caught.value) == "book.csv line 3: got '0310' again; one row a code; delete one"


def test_codes_are_exact_but_for_spaces_and_composition() -> None:
    book = parse_codebook([GOOD, GOOD | {"offence": "caf\u00e9"}], file="book.csv")
    codes = book.offence_provenance(["0310", " 0310 ", "310", "O310", "cafe\u0301"])
    assert codes.tolist() == [CITIZEN, CITIZEN, UNKNOWN_CODE, UNKNOWN_CODE, CITIZEN]


def test_officer_beats_citizen_and_the_call_source_decides_the_rest() -> None:
    offence = np.array([CITIZEN, OFFICER, CITIZEN, ADMIN, UNKNOWN_CODE, UNKNOWN_CODE], dtype=np.int8)
    source = np.array([CITIZEN, CITIZEN, OFFICER, CITIZEN, CITIZEN, OFFICER], dtype=np.int8)
    assert combine_provenance(offence, source).tolist() == [CITIZEN, OFFICER, OFFICER, CITIZEN, UNKNOWN_CODE, OFFICER]
    assert combine_provenance(offence, None).tolist() == offence.tolist()


def test_none_and_empty_mean_not_forecast() -> None:
    book = parse_codebook([GOOD, GOOD | {"offence": "9", "category": "none"}], file="book.csv")
    assert book.categories == ("robbery",)
    assert book.category_of(["0310", "9"]).tolist() == [0, -1]


def test_a_pattern_decides_a_family_and_the_longest_that_fits_wins() -> None:
    rows = [
        GOOD | {"offence": "23*", "category": "theft"},
        GOOD | {"offence": "23-9*", "category": "", "provenance": "officer"},
        GOOD | {"offence": "23-91", "category": "burglary"},
    ]
    book = parse_codebook(rows, file="book.csv")
    codes = ["23", "23-1", " 23-90 ", "23-91", "22", "2", ""]
    assert book.categories == ("burglary", "theft")
    assert book.category_of(codes).tolist() == [1, 1, -1, 0, -1, -1, -1]
    found = book.offence_provenance(codes).tolist()
    assert found == [CITIZEN, CITIZEN, OFFICER, CITIZEN, UNKNOWN_CODE, UNKNOWN_CODE, UNKNOWN_CODE]


def test_a_pattern_decides_call_sources_too() -> None:
    rows = [{**GOOD, "offence": "", "call_source": "911*", "category": ""}]
    book = parse_codebook(rows, file="book.csv")
    assert book.source_provenance(["911", "911 wireless", "on view"]).tolist() == [CITIZEN, CITIZEN, UNKNOWN_CODE]


def test_a_pattern_that_every_code_fits_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_codebook([GOOD | {"offence": " * "}], file="book.csv")
    assert str(caught.value) == (
        "book.csv line 2: got '*'; a pattern begins with a part of a code: no row may decide every code; e.g. 23*"
    )


def test_one_pattern_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"line 3: got '23\*' again; one row a code; delete one"):
        parse_codebook([GOOD | {"offence": "23*"}, GOOD | {"offence": "23* "}], file="book.csv")


def test_patterns_that_no_code_fits_are_found_and_those_that_fit_are_not() -> None:
    rows = [GOOD | {"offence": code} for code in ("23*", "24*", "2*5", "25")]
    book = parse_codebook(rows, file="book.csv")
    assert book.idle_patterns(["23F", "90Z"], []) == ["2*5", "24*"]
    assert book.idle_patterns(["23F", "24", "2*5"], []) == []


@pytest.mark.parametrize("twin", ["Provenance", "PROVENANCE", "provenance.1", "provenance_2", "provenance\u200b"])
def test_two_columns_that_look_alike_are_refused_whichever_stands_last(twin: str) -> None:
    for row in (GOOD | {twin: "officer"}, {twin: "officer"} | GOOD):
        with pytest.raises(ConfigError, match=r"^book.csv header: got two columns .*; one column"):
            parse_codebook([row], file="book.csv")


@pytest.mark.parametrize(
    ("ground", "open_"),
    [("TODO", True), ("TODO: proposed by init", True), (" 'TODO", True), ("todo: ask", True),
     ("todo later", True), ("To do: ask the sergeant", True), ("to-do", True), ("* TO DO", True),
     ("to document what was decided", False), ("decided; nothing TODO", False), ("TODOS", False), ("", False)],
)  # fmt: skip
def test_a_row_that_init_left_open_is_known_by_its_ground(ground: str, open_: bool) -> None:
    assert is_undecided({"ground": ground}) is open_


def test_rows_that_init_left_open_are_refused_whatever_they_propose() -> None:
    rows = [GOOD, GOOD | {"offence": "9", "ground": "TODO: proposed"}]
    with pytest.raises(ConfigError) as caught:
        parse_codebook(rows, file="book.csv")
    assert str(caught.value) == (
        "book.csv: 1 of 2 rows: got TODO (9); category and provenance are a person's decision; decide them and write "
        "why; undecided codes are never counted"
    )


@pytest.mark.parametrize("other", ["310", "00310", "310.0", "0310.00"])
def test_rows_that_differ_as_a_spreadsheet_leaves_a_code_and_decide_differently_look_alike(other: str) -> None:
    twin = GOOD | {"offence": other, "category": "theft"}
    [pair] = parse_codebook([GOOD, twin], file="book.csv").look_alikes()
    assert set(pair) == {"0310", other}


def test_rows_that_decide_alike_or_are_other_codes_do_not_look_alike() -> None:
    others = [{"offence": "310"}, {"offence": "3100", "category": "theft"}, {"offence": "0", "category": "theft"}]
    assert parse_codebook([GOOD, *(GOOD | other for other in others)], file="book.csv").look_alikes() == []
