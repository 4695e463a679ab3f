"""Letters are read as they look, and digits as the letters that they stand for."""

from __future__ import annotations

import pytest

from patrolcast.intake.persons import is_person_column
from patrolcast.intake.words.letters import latin_letters, with_digits_as_letters


@pytest.mark.parametrize(
    "text", ["\u041eFFICER", "OFF\u0406\u0421\u0415R", "\u039fFFICER", "Of\u200bFICER", "\uff2fFFICER", "OF\u00adFICER",
             "ꜰO", "O\u0301FFICER"],
)  # fmt: skip
def test_what_looks_latin_is_latin(text: str) -> None:
    assert latin_letters(text).upper() in {"OFFICER", "FO"}


def test_digits_are_letters_only_in_words_that_are_no_codes() -> None:
    assert "officer call" in with_digits_as_letters("0ff1cer call")
    assert with_digits_as_letters("911 s1 b5 e91") == ()


def test_a_header_about_persons_is_not_hidden_by_a_look_alike() -> None:
    assert is_person_column("r\u0430ce")
    assert not is_person_column("place")
