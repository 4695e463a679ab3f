"""Headers of public exports are recognised; a header about persons is never proposed."""

from __future__ import annotations

import pytest

from patrolcast.intake.guess_columns import (
    CLOCKS,
    LIKELY,
    ROLES,
    first_known_header,
    guess_roles,
    header_words,
    next_description,
)

CHICAGO = ["ID", "Case Number", "Date", "Block", "IUCR", "Primary Type", "Description", "Latitude", "Longitude"]
LOS_ANGELES = ["DR_NO", "Date Rptd", "DATE OCC", "TIME OCC", "Crm Cd", "Crm Cd Desc", "Vict Age", "LAT", "LON"]
NEW_YORK = ["CMPLNT_NUM", "CMPLNT_FR_DT", "CMPLNT_TO_DT", "RPT_DT", "KY_CD", "OFNS_DESC", "VIC_RACE", "Latitude"]


@pytest.mark.parametrize(
    ("headers", "first"),
    [
        (CHICAGO, {"occurred_at": "Date", "offence": "IUCR", "record_id": "Case Number", "longitude": "Longitude"}),
        (LOS_ANGELES, {"occurred_at": "DATE OCC", "reported_at": "Date Rptd", "offence": "Crm Cd", "latitude": "LAT"}),
        (NEW_YORK, {"occurred_at": "CMPLNT_FR_DT", "occurred_until": "CMPLNT_TO_DT", "reported_at": "RPT_DT",
                    "offence": "KY_CD", "record_id": "CMPLNT_NUM"}),
    ],
)  # fmt: skip
def test_the_exports_of_three_cities_are_recognised(headers: list[str], first: dict[str, str]) -> None:
    guesses = guess_roles(headers)
    assert {role: guesses[role][0] for role in first} == first


def test_a_known_header_comes_before_one_that_is_only_likely() -> None:
    assert guess_roles(["Crime Statistics Area", "Offense Code"])["offence"] == [
        "Offense Code",
        "Crime Statistics Area",
    ]


def test_a_header_that_is_known_for_one_role_is_not_a_likely_one_for_another() -> None:
    guesses = guess_roles(["incident date", "report date"])
    assert (guesses["occurred_at"], guesses["reported_at"]) == (["incident date"], ["report date"])


@pytest.mark.parametrize("header", ["Victim DOB", "Suspect Name", "Vict Age", "Offender Race", "Caller Phone"])
def test_a_column_about_persons_is_proposed_for_no_role(header: str) -> None:
    assert all(not proposed for proposed in guess_roles([header]).values())
    assert first_known_header([header], (header_words(header),)) is None


def test_capitals_punctuation_and_joined_words_do_not_matter() -> None:
    for header in ("OCCURRED_DATE_TIME", "occurredDateTime", "Occurred Datetime", "occurred-date-time "):
        assert guess_roles([header])["occurred_at"] == [header]


def test_the_first_known_header_is_chosen_by_the_list_and_not_by_the_file() -> None:
    assert first_known_header(["Time", "Time OCC"], CLOCKS) == "Time OCC"
    assert first_known_header(["Beat"], CLOCKS) is None


def test_every_likely_role_has_known_headers_that_are_written_as_words() -> None:
    assert set(LIKELY) == set(ROLES)
    assert all(phrase == header_words(phrase) for phrases in ROLES.values() for phrase in phrases)


@pytest.mark.parametrize(
    "header",
    ["Offense Desc", "OFFENSE_DESC", "UCR_DESC", "Offense Descr", "Nature", "NIBRS Offense Descrip", "Crm_Descr"],
)
def test_any_offence_word_with_any_word_for_a_description_explains_codes(header: str) -> None:
    assert next_description(["Beat", header]) == header


@pytest.mark.parametrize(
    "header", ["Location Desc", "Incident Location Descr", "Victim Offense Desc", "Weapon Class Desc"]
)
def test_a_description_of_something_else_explains_no_code(header: str) -> None:
    assert next_description([header]) is None
