"""Headers of persons are distinguished from headers of places and things; portals pass."""

from __future__ import annotations

import pytest

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.intake.persons import is_person_column, masked, refuse_person_columns

PORTAL = (
    "ID", "Date", "Block", "IUCR", "Primary Type", "Description", "Location Description", "Arrest", "Domestic", "Beat",
    "District", "Ward", "Community Area", "FBI Code", "X Coordinate", "Y Coordinate", "Updated On", "Latitude",
    "Longitude", "Case Number", "Location", "Address", "OFFENSE_NAME", "Neighborhood Name", "PREM_TYP_DESC",
    "Sex Offense", "Incident Address", "Agency Name",
)  # fmt: skip
PERSONS = (
    "Victim Name", "first_name", "DOB", "birth date", "Phone", "License Plate", "SSN", "Full Address", "Narrative",
    "Officer Race", "SUSP_SEX", "VIC_AGE_GROUP", "Arrestee", "Ethnicity", "caller", "House Number", "Remarks",
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


@pytest.mark.parametrize("text", ["(312) 555-0100", "312.555.0100", "078-05-1120", "a.b@example.org"])
def test_personal_numbers_are_masked(text: str) -> None:
    assert masked(f"x {text} y") == "x [masked] y"


@pytest.mark.parametrize("text", ["0310", "2026-01-10 10:00:00", "THEFT-F/AUTO", "90-0071992"])
def test_codes_are_not_masked(text: str) -> None:
    assert masked(text) == text
