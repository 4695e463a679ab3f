"""Errors: one line each, printable whatever they hold, and exit codes that scripts may rely on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.domain import errors
from patrolcast.domain.errors import DEFECT, INTERRUPTED, ConfigError, PatrolcastError, shown

PROMISED = {
    "UsageError": 2, "ConfigError": 10, "GovernanceError": 11, "UnapprovedChangeError": 12, "DataRefusedError": 13,
    "ProhibitedDataError": 14, "GateRefusedError": 20, "PausedError": 21, "CannotWriteError": 73, "LockedError": 75,
    "NotPermittedError": 77, "CannotReadError": 74, "HeldTooLongError": 76, "EndedBySignalError": 143,
    "TrailBrokenError": 30, "TrailTruncatedError": 31, "TrailSignatureError": 32, "TrailIndexError": 33,
    "TrailClockError": 34, "UnknownError": 2, "ConflictError": 22, "NotAllowedError": 77,
}  # fmt: skip


def test_exit_codes_are_the_promised_ones_and_no_error_is_without_one() -> None:
    made = {
        name: kind.exit_code
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, PatrolcastError) and kind is not PatrolcastError
    }
    assert made == PROMISED
    assert (DEFECT, INTERRUPTED) == (70, 130)


@pytest.mark.parametrize("code", sorted({*PROMISED.values(), DEFECT, INTERRUPTED}))
def test_every_exit_code_is_documented(code: int) -> None:
    page = (Path(__file__).parents[2] / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    assert re.search(rf"(^\| `?|exits ){code}\b", page, re.MULTILINE)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "the thing"),
        ({"got": "x"}, "the thing: got x"),
        ({"rule": "must be y", "cure": "write y"}, "the thing: must be y; write y"),
        ({"got": "", "rule": "must be y"}, "the thing: got ; must be y"),
    ],
)
def test_a_message_says_what_got_what_the_rule_and_the_cure_and_leaves_out_what_is_missing(
    parts: dict[str, str], message: str
) -> None:
    assert str(ConfigError("the thing", **parts)) == message


@given(st.text())
def test_any_text_is_shown_on_one_printable_line_of_at_most_eighty_characters(text: str) -> None:
    line = shown(text)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) <= 80


def test_a_long_value_is_cut_and_says_so() -> None:
    assert shown("a" * 78) == "'" + "a" * 78 + "'"
    assert shown("a" * 79) == "'" + "a" * 76 + "..."
