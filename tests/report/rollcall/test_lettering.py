"""Text never grows wider than its place, and nothing is left out unseen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.report.rollcall.lettering import BOLD, PLAIN, Style, fitted, lines_of, printable, width_of

SMALL = Style(PLAIN, 9, most_lines=3)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Milwaukee Ave & Division St", "Milwaukee Ave & Division St"),
        ("<b>Elm</b> & <script>alert(1)</script>", "<b>Elm</b> & <script>alert(1)</script>"),
        ("Łódź, Ōtautahi, Đường Láng, Αθήνα, Київ", "Łódź, Ōtautahi, Đường Láng, Αθήνα, Київ"),
        ("Elm St \U0001f46e\U0001f3fd\u200d\u2642\ufe0f", "Elm St ▯"),
        ("שדרות רוטשילד & Elm", "▯ ▯ & Elm"),
        ("شارع الملك", "▯ ▯"),
        ("東京 Ave", "▯ Ave"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\x00b\nc\td", "ab c d"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_a_text_prints_as_it_is_or_with_a_box_for_what_the_font_does_not_have(text: str, seen: str) -> None:
    assert printable(text) == seen


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.floats(30, 400), st.integers(1, 4))
def test_no_line_is_wider_than_its_place_and_no_text_has_more_lines_than_it_may(
    text: str, width: float, most: int
) -> None:
    style = Style(BOLD, 12, most_lines=most)
    lines = lines_of(text, style, width)
    assert len(lines) <= most
    assert all(width_of(line, style) <= width + 1e-6 for line in lines)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="latin-1", exclude_categories=("C", "Z")), min_size=1, max_size=60))
def test_a_text_that_has_room_loses_no_letter(text: str) -> None:
    lines = lines_of(text, Style(PLAIN, 9, most_lines=99), 60)
    assert "".join(lines).replace(" ", "") == printable(text).replace(" ", "")


def test_what_is_cut_says_so() -> None:
    lines = lines_of("word " * 200, SMALL, 100)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert not any("…" in line for line in lines_of("word " * 5, SMALL, 100))


def test_words_stay_whole_where_they_fit() -> None:
    assert lines_of("Milwaukee Avenue", SMALL, width_of("Milwaukee", SMALL) + 1) == ["Milwaukee", "Avenue"]


def test_a_heading_is_set_smaller_before_it_is_broken() -> None:
    style = Style(BOLD, 20, most_lines=2)
    lines, smaller = fitted("Northwest Division and Harbor", style, 300, smallest=13)
    assert len(lines) == 1
    assert 13 <= smaller.size < 20
    lines, smaller = fitted("Northwest Division and Harbor of the Upper Lakes", style, 300, smallest=13)
    assert (len(lines), smaller.size) == (2, 13)
    assert fitted("East", style, 300, smallest=13) == (["East"], style)
