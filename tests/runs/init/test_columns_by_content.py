"""Headers that no list knows: what stands in the columns says which hold codes and which hold words about them."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolcast.intake.words.offence_words import word_book
from patrolcast.io.codebook_files import offence_words
from patrolcast.runs.init.columns_by_content import column_of_codes, columns_of_words

BOOK = word_book(offence_words())
OFFENCES = ["THEFT", "BURGLARY", "SIMPLE ASSAULT", "DRUG POSSESSION", "FOUND PROPERTY", "VANDALISM"]
N = 60


def table(**columns: list[str]) -> pd.DataFrame:
    """60 rows; a shorter column is repeated."""
    return pd.DataFrame({name: [values[i % len(values)] for i in range(N)] for name, values in columns.items()})


def test_words_about_offences_of_several_kinds_are_known_by_what_they_say() -> None:
    rows = table(a=["x", "y"], b=OFFENCES, c=["1-NW", "2-NE"])
    assert columns_of_words(rows, rows.columns, BOOK) == ["b"]


@pytest.mark.parametrize(
    "values",
    [
        ["HANDGUN", "KNIFE", "RIFLE", "SHOTGUN", "FIREARM"],  # weapons: one kind
        ["DRUG STORE", "BAR", "SCHOOL", "BANK", "STREET", "PARKING LOT"],  # places
        ["THEFT", "BURGLARY"],  # too few to say
        ["THEFT BIKE", "THEFT TOOLS", "THEFT MAIL", "THEFT PARTS"],  # one kind
        ["DRUG POSSESSION", "FOUND PROPERTY", "FRAUD", "WARRANT ARREST"],  # none that a forecast counts
        ["THEFT", "BURGLARY", "DRUG POSSESSION", "Ann B", "Bob C", "Cy D", "Di E", "Ed F"],  # mostly something else
        ["OPEN", "CLOSED", "UNFOUNDED", "CLEARED BY ARREST", "INACTIVE"],
        [*(f"THEFT seen by neighbour {i}" for i in range(58)), "BURGLARY", "DRUG POSSESSION"],  # written freely
    ],
)
def test_other_columns_are_no_words_about_offences(values: list[str]) -> None:
    assert columns_of_words(table(a=values), ["a"], BOOK) == []


def test_a_column_about_persons_is_never_looked_at() -> None:
    rows = table(**{"Victim Name": OFFENCES, "Suspect ID": ["1", "2", "3", "4", "5", "6"], "w": OFFENCES})
    assert columns_of_words(rows, rows.columns, BOOK) == ["w"]
    assert column_of_codes(rows, rows.columns, "w") is None


def test_codes_go_with_the_words_one_to_one_whatever_their_case() -> None:
    written = [text if i % 2 else text.title() for text in OFFENCES for i in range(2)]
    rows = table(
        words=written, code=[code for code in ("77A", "22", "13", "35", "90", "29") for _ in range(2)],
        district=["1", "2", "3", "4", "5"], number=[str(i) for i in range(N)], always=["x"],
    )  # fmt: skip
    assert column_of_codes(rows, rows.columns, "words") == "code"


def test_an_officers_number_is_no_code_even_where_an_officer_mostly_writes_one_kind_of_report() -> None:
    rows = table(words=OFFENCES)
    rows["unit"] = [str(i % 6) if i % 3 else str((i * 5) % 7) for i in range(N)]
    assert column_of_codes(rows, rows.columns, "words") is None


def test_blank_fields_say_nothing() -> None:
    rows = table(words=[*OFFENCES, " "], empty=[""])
    assert column_of_codes(rows, rows.columns, "words") is None
    assert columns_of_words(rows, rows.columns, BOOK) == ["words"]
