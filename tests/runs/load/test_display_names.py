"""Names are text for people: cleaned, short, and never of a person or a single house."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.runs.load.display_names import LONGEST, display_name, refuse_person_names


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("N ABERDEEN ST & W 79TH ST", "N Aberdeen St & W 79th St"),
        ("Milwaukee Ave & Division St", "Milwaukee Ave & Division St"),
        ("O'HARE", "O'Hare"),
        ("KING'S CT", "King's Ct"),
        ("MCKINLEY AVE", "McKinley Ave"),
        ("ARDENWALD-JOHNSON CREEK", "Ardenwald-Johnson Creek"),
        ("5TH/MAIN", "5th/Main"),
        ("COLLEGE OF THE PARK", "College of the Park"),
        ("a\u202eb\u2066c\ufeff", "abc"),
        ("a\x1b[31m\r\n\tb", "a [31m b"),
        ("z" + "\u0301" * 30 + "one", "\u017a\u0301\u0301one"),
        ("\ue000\U000f0000Elm", "Elm"),
        ("  Elm \u00a0 St ", "Elm St"),
        ("nan", ""),
        ("<Null>", ""),
        ("Unnamed Street", ""),
        ("---", ""),
        ("=HYPERLINK(1)", "Hyperlink(1)"),
        ("@Elm St", "Elm St"),
        ("", ""),
    ],
)
def test_a_name_is_cleaned(given_text: str, shown: str) -> None:
    assert display_name(given_text) == shown


def test_a_long_name_is_cut_at_a_word() -> None:
    assert display_name("Martin Luther King Drive & " * 4) == ("Martin Luther King Drive & Martin Luther King Drive…")
    assert len(display_name("x" * 500)) == LONGEST == 60


@given(st.text(max_size=300))
def test_no_text_leaves_an_invisible_letter_a_second_line_or_more_than_sixty(text: str) -> None:
    name = display_name(text)
    assert len(name) <= 60
    assert all(letter.isprintable() for letter in name)
    assert name == " ".join(name.split())
    assert display_name(name) == name or "…" in name or name.upper() == name


RULE = "a place is called by its streets, crossings or neighborhood, never by a person or a house"


def refused(header: list[str], column: str, names: list[str]) -> str:
    with pytest.raises(ProhibitedDataError) as error:
        refuse_person_names(header, column, names, file="parcels.geojson")
    assert error.value.exit_code == 14
    return str(error.value)


@pytest.mark.parametrize("column", ["OWNER", "owner_name", "OwnerName1", "OWN1", "Taxpayer", "tenant", "CONTACT_NAME",
                                    "last_name", "Occupant", "GRANTEE", "COMMANDER", "homeowner"])  # fmt: skip
def test_a_column_about_persons_names_no_place(column: str) -> None:
    assert refused([column], column, ["Elm St"]) == (
        f"parcels.geojson in [[area.names]]: got the column '{column}', which is about persons; {RULE}; "
        "name another column or layer"
    )


def test_a_layer_with_owners_beside_the_column_is_a_layer_of_parcels() -> None:
    assert refused(["SITE", "OWNER_NAME"], "SITE", ["Elm St"]) == (
        f"parcels.geojson in [[area.names]]: got a layer with the column 'OWNER_NAME', which names owners of houses; "
        f"{RULE}; name another column or layer"
    )


PERSONS = {
    "last name first": ["Smith, John", "Garcia, Ana M", "O'Neil, Pat", "Okafor, Ngozi"],
    "as people say it": ["John Smith", "Maria Garcia", "Lake View", "Ana Okafor"],
    "as a deed says it": ["Smith John et ux", "Garcia Family Trust", "Estate of Okafor", "Elm LLC"],
    "with a number to call": ["Elm 312-555-0100", "Ash 312-555-0101", "Oak St", "Fir St"],
}


@pytest.mark.parametrize("names", PERSONS.values(), ids=PERSONS)
def test_names_that_look_like_persons_are_refused_without_a_word_of_them(names: list[str]) -> None:
    message = refused(["label"], "label", names)
    assert message == (
        "parcels.geojson in [[area.names]]: got names in the column 'label' that look like names of persons; "
        f"{RULE}; name another column or layer"
    )


def test_addresses_of_houses_are_refused() -> None:
    assert "got addresses of houses in the column 'label'" in refused(
        ["label"], "label", ["1234 W Division St", "17 Elm St", "88B Oak Ave", "Depot"]
    )


PLACES = {
    "crossings": ["N Aberdeen St & W 79th St", "Milwaukee Ave & Division St", "5th Ave & Main St"],
    "numbered streets": ["57 Street", "12 Avenue", "3 Pl", "Broadway"],
    "blocks": ["1200 block of Elm St", "1300 block of Elm St", "1400 block of Elm St"],
    "parks and streets of people": ["Mary Bartelme Park", "James Madison Dr", "Daniel Webster School", "Elm St"],
    "neighborhoods": ["Lincoln Park", "St. Johns", "Russell", "Eliot", "Mary's Woods"],
    "with the city behind": ["Lincoln Park, Chicago", "Hyde Park, Chicago", "Uptown, Chicago", "Edgewater, Chicago",
                             "Loop, Chicago", "Pullman, Chicago"],
}  # fmt: skip


@pytest.mark.parametrize("names", PLACES.values(), ids=PLACES)
def test_names_of_places_pass(names: list[str]) -> None:
    for column in ("NAME", "FULLNAME", "street", "intersection", "label", "NTAName"):
        refuse_person_names([column, "OWNER"], column, names, file="f")  # a street's owner is the city or the state
