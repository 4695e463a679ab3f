"""Families of codes: one line for codes that mean the same, never for codes that do not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from patrolcast.intake.codebook import row_finder
from patrolcast.runs.init.patterns import families


def test_codes_that_begin_alike_and_mean_the_same_become_one_pattern_as_long_as_it_can_be() -> None:
    meaning = {"BURG": "burglary", "BURGP": "burglary", "BURGW": "burglary", "ROB": "robbery", "ROBP": "robbery"}
    assert list(families(meaning, ())) == [("BURG*", ["BURG", "BURGP", "BURGW"])]


def test_one_code_that_means_something_else_breaks_a_family_into_smaller_ones() -> None:
    meaning = {f"23{c}": "theft" for c in "ABC"} | {"2391": "officer"} | {f"238{c}": "theft" for c in "123"}
    assert list(families(meaning, ())) == [("238*", ["2381", "2382", "2383"])]


def test_a_code_that_a_person_must_look_at_keeps_others_from_a_family() -> None:
    meaning = dict.fromkeys(("23A", "23B", "23C", "23D"), "theft")
    assert list(families(meaning, {"23D"})) == []


def test_a_beginning_much_shorter_than_its_codes_is_no_family() -> None:
    meaning = dict.fromkeys(("THEFT FROM BUILDING", "THREE CARD MONTE SWINDLE", "THAWED PIPES BY NEGLECT"), "theft")
    assert list(families(meaning, ())) == []


codes = st.text("AB12*", min_size=1, max_size=5)


@given(st.dictionaries(codes, st.sampled_from("xyz"), max_size=30))
def test_with_patterns_in_place_of_codes_every_code_still_means_what_it_meant(meaning: dict[str, str]) -> None:
    rows = dict(meaning)
    for pattern, members in families(meaning, ()):
        means = {rows.pop(code) for code in members}
        assert len(means) == 1
        rows[pattern] = means.pop()
    row_of = row_finder(rows)
    for code, means in meaning.items():
        row = row_of(code)
        assert row is not None
        assert rows[row] == means
