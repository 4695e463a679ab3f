"""Headers of persons are distinguished from those of places, things and counts; only codes travel."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.intake.persons import (
    NO_CODE,
    NOT_SHOWN,
    code_as_shown,
    is_person_column,
    masked,
    refuse_person_columns,
    value_as_shown,
)

PORTAL = (
    "ID", "Date", "Block", "IUCR", "Primary Type", "Description", "Location Description", "Arrest", "Domestic", "Beat",
    "District", "Ward", "Community Area", "FBI Code", "X Coordinate", "Y Coordinate", "Updated On", "Latitude",
    "Longitude", "Case Number", "Location", "Address", "OFFENSE_NAME", "Neighborhood Name", "PREM_TYP_DESC",
    "Sex Offense", "Incident Address", "Agency Name", "LSOA name", "LSOAName", "NTA Name", "NTAName", "VICTIM_COUNT",
    "Victims", "Number of Victims", "num_suspects", "total persons injured", "STATION_NAME", "NHOOD_NAME", "BORO_NM",
    "Street Name", "Premise Name", "Hospital Name", "Court Name", "CMPLNT_NUM", "Crime Against Person", "PersonCrimes",
    "Reported by", "Reporting Area", "Reporting District", "Supervisor District", "Officer Initiated",
    "Call Taker Source", "Contact Method", "Crm Cd Desc", "Mocodes", "AREA NAME", "Rpt Dist No", "Crime Name1",
    "Police District Name", "Context", "Last outcome category", "Falls within", "GEOID", "shape_area", "created_user",
    "Race Track", "Case Age", "Weapon Used Cd", "Ownership", "Parenthesis", "Agency ID", "Arr Date", "UCR_PART",
    "OFFENSE_CATEGORY_ID", "FIRST_OCCURRENCE_DATE", "Zone/Beat", "Sexual Assault", "Personal Property",
)  # fmt: skip
PERSONS = (
    "Victim Name", "first_name", "DOB", "birth date", "Phone", "License Plate", "SSN", "Full Address", "Narrative",
    "Officer Race", "SUSP_SEX", "VIC_AGE_GROUP", "Arrestee", "Ethnicity", "caller", "House Number", "Remarks", "Name",
    "NAME_1", "defendant", "Defendant ID", "DefendantID", "person_id", "PERSONID", "lastname", "LName", "juvenile",
    "JUV", "Juvenile_Flag", "fullname", "NickName", "alias", "aka", "Complainant", "CMPLNT_NAME", "RP Name",
    "Reporting Party", "reporting_officer", "ArrestingOfficer", "OfficerID", "officer_name", "officer badge no",
    "employee number", "owner name", "OwnerPhone", "Witness", "informant", "perpetrator", "subject", "inmate_no",
    "parolee", "date_of_birth", "YOB", "Vict Age", "Vict Descent", "e_mail", "cell_phone", "Cell No", "Home Address",
    "IP Address", "hair_color", "Eye Color", "tattoo", "Photo URL", "occupation", "marital_status", "username",
    "User Name", "next of kin", "name of owner", "Suspect_No", "victimname", "Prénom", "Apellido", "fecha_nacimiento",
    "Geschlecht", "drivers license", "passport_no", "MRN", "Deceased", "Individual", "Accused", "Respondent",
)  # fmt: skip


@pytest.mark.parametrize("header", PORTAL)
def test_a_public_portal_passes(header: str) -> None:
    assert not is_person_column(header)
    refuse_person_columns([header], {"Date"}, file="export.csv")


@pytest.mark.parametrize("header", PERSONS)
def test_a_column_about_persons_is_recognised(header: str) -> None:
    assert is_person_column(header)


def test_an_address_passes_unread_but_cannot_be_mapped() -> None:
    with pytest.raises(ProhibitedDataError) as caught:
        refuse_person_columns(["Address", "Date"], {"Address"}, file="export.csv")
    assert str(caught.value) == (
        "export.csv header: got columns about persons: 'Address'; "
        "patrolcast reads places and times, never persons; export it without them"
    )


@pytest.mark.parametrize(
    "text",
    ["SMITH", "Garcia", "SMITH, JOHN", "John Smith", "O'Neil", "LEE", "1980-01-31", "01/31/1980", "19800131", "31.1.80",
     "3125550100", "312-555-0100", "(312) 555-0100", "+49 30 901820", "0301234567", "078-05-1120", "a.b@example.org",
     "100 MAIN ST", "12 Elm", "Apt 4B", "JOHNNY80", "Müller", "the victim said", "x" * 15, "1" * 100_000],
)  # fmt: skip
def test_names_dates_addresses_and_telephones_in_a_field_of_codes_are_counted_and_not_shown(text: str) -> None:
    assert code_as_shown(text) == NOT_SHOWN


@pytest.mark.parametrize(
    "text",
    ["0310", "051A", "13A", "23F", "459", "10-16", "PC459", "18-3-10(1)", "90.5", "UCR-04", "DV", "26/1", "THEFT",
     "Theft from vehicle", "BURGLARY/BREAKING & ENTERING", "Motor Vehicle Theft"],
)  # fmt: skip
def test_codes_and_words_of_the_trade_are_shown(text: str) -> None:
    assert code_as_shown(text) == text


def test_an_empty_field_of_codes_is_called_so() -> None:
    assert code_as_shown("") == NO_CODE


@pytest.mark.parametrize("text", ["13/01/2026 99:00", "2026-01-10T10:00:00Z", "3-Jan-26", "12:60 PM", "45000.5"])
def test_a_time_that_cannot_be_read_is_shown(text: str) -> None:
    assert value_as_shown(text) == text


@pytest.mark.parametrize("text", ["41,88", "34°2'12.1\"N", "-87.6.1", "1.234.567"])
def test_a_coordinate_that_cannot_be_read_is_shown(text: str) -> None:
    assert value_as_shown(text) == text


@pytest.mark.parametrize(
    "text", ["JOHN SMITH", "312-555-0100", "3125550100", "100 MAIN ST", "a@b.org", "x" * 100, "078-05-1120"]
)
def test_any_other_text_in_a_field_of_times_or_numbers_stays_where_it_is(text: str) -> None:
    assert value_as_shown(text) == NOT_SHOWN


@pytest.mark.parametrize("text", ["(312) 555-0100", "312.555.0100", "3125550100", "078-05-1120", "a.b@example.org"])
def test_personal_numbers_in_a_description_are_masked(text: str) -> None:
    assert masked(f"x {text} y") == "x [masked] y"
    assert text[:6] not in masked("word " * 31 + text)


@pytest.mark.parametrize("text", ["0310", "2026-01-10 10:00:00", "THEFT-F/AUTO", "90-0071992"])
def test_codes_in_a_description_are_not_masked(text: str) -> None:
    assert masked(text) == text


@given(st.text(max_size=60))
def test_what_is_shown_is_the_text_itself_or_says_that_it_is_not_shown(text: str) -> None:
    assert code_as_shown(text) in {text, NOT_SHOWN, NO_CODE}
    assert value_as_shown(text) in {text.strip(), NOT_SHOWN}


def test_texts_and_headers_without_end_take_no_time() -> None:
    begin = time.perf_counter()
    for text in ("a." * 100_000, "1-" * 100_000, "@" * 200_000, "name_" * 40_000, "312 555 " * 20_000):
        code_as_shown(text)
        value_as_shown(text)
        masked(text)
        is_person_column(text)
    assert time.perf_counter() - begin < 5.0
