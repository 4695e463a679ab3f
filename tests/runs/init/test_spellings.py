"""Clipped words are written out before a code's meaning is proposed."""

from __future__ import annotations

import pytest

from patrolcast.intake.words.offence_words import propose, word_book
from patrolcast.io.codebook_files import offence_words
from patrolcast.runs.init.spellings import spelt_out


@pytest.mark.parametrize(
    ("text", "category", "provenance"),
    [
        ("ASLT SIMPLE - KNIFE", "assault", "citizen"),
        ("BURGL RES", "burglary", "citizen"),
        ("VANDLSM VEH", "criminal_damage", "citizen"),
        ("ASLT ON POLICE OFFICER", "", "officer"),
    ],
)
def test_a_clipped_offence_is_that_offence(text: str, category: str, provenance: str) -> None:
    proposal = propose(text, word_book(spelt_out(offence_words())))
    assert proposal is not None
    assert (proposal.category, proposal.provenance, proposal.settled) == (category, provenance, True)


def test_a_caller_without_an_emergency_is_a_citizen() -> None:
    proposal = propose("NON-EMERG", word_book(spelt_out(offence_words()), "sources"))
    assert proposal is not None
    assert proposal.provenance == "citizen"


def test_the_list_of_the_words_file_stands_before_these() -> None:
    table = {"abbreviations": {"aslt": "something else"}, "rules": []}
    assert spelt_out(table)["abbreviations"]["aslt"] == "something else"
    assert table["abbreviations"] == {"aslt": "something else"}, "the file's own table stays as it is"
