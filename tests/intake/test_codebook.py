"""The codebook decides, and only the codebook."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.provenance import Provenance
from patrolcast.intake.codebook import PROVENANCES, UNKNOWN_CODE, combine_provenance, parse_codebook

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
