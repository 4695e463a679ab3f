"""Detached texts: text and salt prove each other, and without them nothing can be learned."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.domain.errors import TrailTruncatedError
from patrolcast.io.trail.texts import (
    DetachedText,
    remove_text,
    remove_unclaimed,
    salted,
    text_of,
    text_path,
    texts_there,
    write_text,
)


@given(st.text())
def test_the_same_text_never_has_the_same_digest_twice(text: str) -> None:
    one, other = salted(text), salted(text)
    assert one.text == other.text
    assert one.digest != other.digest


def test_a_text_is_given_back_with_its_salt(tmp_path: Path) -> None:
    text = salted("a \u2028 line\n\x1b[31m \U0001f6a8")
    write_text(tmp_path, 3, text)
    assert text_of(tmp_path, 3) == text
    assert texts_there(tmp_path) == {3}
    remove_text(tmp_path, 3)
    assert (text_of(tmp_path, 3), texts_there(tmp_path)) == (None, set())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"salt":"zz","text":"a"}',
        b'{"salt":1,"text":"a"}',
        b'{"salt":"","text":"a","text":"b"}',
        b"\xff",
    ],
)
def test_what_is_no_text_counts_as_none(tmp_path: Path, data: bytes) -> None:
    text_path(tmp_path, 1).parent.mkdir()
    text_path(tmp_path, 1).write_bytes(data)
    assert text_of(tmp_path, 1) is None


def test_a_link_is_no_text(tmp_path: Path) -> None:
    write_text(tmp_path, 1, salted("a"))
    text_path(tmp_path, 2).symlink_to(text_path(tmp_path, 1))
    assert text_of(tmp_path, 2) is None


def test_another_salt_or_text_has_another_digest() -> None:
    assert len({DetachedText("a", b"x").digest, DetachedText("b", b"x").digest, DetachedText("a", b"y").digest}) == 3


def test_only_what_belongs_to_no_entry_is_cleared(tmp_path: Path) -> None:
    for seq in (1, 2, 3):
        write_text(tmp_path, seq, salted("a"))
    (tmp_path / "texts" / ".4.json.77").write_bytes(b"")
    remove_unclaimed(tmp_path, 2, {1})
    assert [path.name for path in (tmp_path / "texts").iterdir()] == ["2.json"]


def test_a_text_that_no_killed_writer_can_have_left_says_that_entries_are_gone(tmp_path: Path) -> None:
    for seq in (3, 4):
        write_text(tmp_path, seq, salted("a"))
    with pytest.raises(TrailTruncatedError, match="got 2 entries, and a text of entry 4; entries are never removed"):
        remove_unclaimed(tmp_path, 2, ())
    assert texts_there(tmp_path) == {3, 4}, "what shows it is kept"
