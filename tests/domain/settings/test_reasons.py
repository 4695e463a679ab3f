"""A reason says why in words, an owner is an office: blanks, placeholders and repeated characters are neither."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from patrolcast.domain.settings.reasons import Owner, Reason

REASON, OWNER = TypeAdapter(Reason), TypeAdapter(Owner)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " " * 20,
        "\u00a0\u200b" * 15,
        "-" * 40,
        "a" * 40,
        "aaaa bbbb cccc dddd eeee ffff",
        "a b c d e f g h i j k l m n o p",
        "because because because because because",
        "1234567890 1234567890 1234567890",
        "TODO: write down why the board allows this",
        "tbd, the office will say later on why",
        "to do before the meeting of the board",
        "n/a n/a n/a n/a n/a n/a",
        "xxx the board has seen it and decided",
        "lorem ipsum dolor sit amet consectetur",
        "we agreed to it",  # four words, too few letters
        "administratively unobjectionable",  # many letters, two words
        "to be determined at some point",
        "none given at this time",
        "Reason: TBD by the office later",
        "no reason given by the office",
        "\u3164bcd \u3164efg \u3164hij \u3164klm",
    ],
)
def test_what_says_nothing_is_no_reason(text: str) -> None:
    with pytest.raises(ValidationError):
        REASON.validate_python(text)


@pytest.mark.parametrize(
    "text",
    [
        "the export of March lacks a district; the records bureau sends it again",
        "El censo de 2020 no cuenta a este grupo",
        "Toda la zona norte cambió de distrito en mayo",
        "not all officers were given radios that month",
        "the tests' city has few incidents a night",
    ],
)
def test_a_sentence_is_a_reason(text: str) -> None:
    assert REASON.validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "...",
        "---",
        "x",
        "xxx",
        "XX XX",
        "N/A",
        "none",
        "TODO",
        "tbd",
        "Me",
        "owner",
        "nobody",
        "a b c",
        "To be named",
        "to be determined",
        "TBC",
        "unassigned",
        "vacant",
        "pending",
        "None yet",
        "no-one",
        "see above",
        "\u3164\u3164a",
        "Chief, to be named",
    ],
)
def test_a_blank_or_a_placeholder_is_no_owner(text: str) -> None:
    with pytest.raises(ValidationError):
        OWNER.validate_python(text)


@pytest.mark.parametrize(
    "text", ["Oversight board", "Chief of police", "Research", "City council", "Data unit 2", "IT unit"]
)
def test_an_office_is_an_owner(text: str) -> None:
    assert OWNER.validate_python(text) == text
