"""Columns of call sources by header and by value: what is one, what is none, and what nothing can be said of."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.domain.provenance import Provenance
from patrolcast.intake.words.call_sources import (
    call_source_columns,
    names_call_source,
    officers_as_citizens,
    only_value,
)
from patrolcast.intake.words.offence_words import word_book
from patrolcast.io.codebook_files import offence_words

OFFENCES, SOURCES = word_book(offence_words()), word_book(offence_words(), "sources")


def found(values: dict[str, dict[str, int]]) -> list[str]:
    return call_source_columns(list(values), values, offences=OFFENCES, sources=SOURCES)


@pytest.mark.parametrize(
    "header",
    [
        "initiated_at",
        "Date Initiated",
        "On View Date",
        "received_date",
        "call time",
        "district",
        "source_file",
    ],
)
def test_headers_of_moments_and_of_other_things_do_not_name_a_call_source(header: str) -> None:
    assert not names_call_source(header)


def test_values_need_an_officer_and_somebody_else_and_most_rows() -> None:
    assert found({"a": {"ON VIEW": 5, "911": 5}}) == ["a"]
    assert found({"a": {"ON VIEW": 5, "SELF": 5}}) == []
    assert found({"a": {"PHONE": 5, "ONLINE": 5}}) == []
    assert found({"a": {"ON VIEW": 1, "911": 1, "elm street": 8}}) == []
    assert found({"a": {"ON VIEW": 4, "911": 4, "elm street": 2}}) == ["a"]
    assert found({"a": {"": 900, "ON VIEW": 5, "911": 5}}) == ["a"]


def test_many_different_values_are_free_text_and_no_call_source() -> None:
    texts = {f"officer on view at {i}": 1 for i in range(40)} | {f"caller {i}": 1 for i in range(40)}
    assert found({"a": texts}) == []


def test_a_vague_header_is_one_with_a_few_values_that_are_no_offences() -> None:
    assert found({"source": {"A": 3, "B": 4}}) == ["source"]
    assert found({"source": {"A": 7}}) == []
    assert found({"source": {"911": 7}}) == ["source"]
    assert found({"call type": {"BURGLARY": 3, "THEFT": 4}}) == []
    assert found({"source": {str(i): 1 for i in range(26)}}) == []
    assert found({"source": {}}) == []


def test_a_header_of_persons_is_passed_over() -> None:
    assert found({"Victim Name": {"ON VIEW": 5, "911": 5}}) == []


def test_only_a_citizens_label_on_an_officers_words_is_wrong() -> None:
    decided = [
        ("ON VIEW", Provenance.OFFICER, ""),
        ("ON VIEW", Provenance.UNKNOWN, ""),
        ("911", Provenance.CITIZEN, "a call"),
        ("3", Provenance.CITIZEN, "self-initiated by a unit"),
    ]
    assert officers_as_citizens(decided, SOURCES) == [("3", "self-initiated by a unit")]


def test_the_only_value_is_that_of_the_filled_rows() -> None:
    texts = ("911", "", "PATROL")
    assert only_value(np.array([0, 0, 1], dtype=np.int32), texts) == "911"
    assert only_value(np.array([0, 2], dtype=np.int32), texts) is None
    assert only_value(np.array([1, 1], dtype=np.int32), texts) is None
