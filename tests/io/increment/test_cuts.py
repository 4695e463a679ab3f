"""Stretches are all lines in order; a change moves no cut but those beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from patrolcast.io.increment import cuts as module
from patrolcast.io.increment.cuts import Cuts, NotStoredError, stretches

_SMALL = Cuts(bits=2, least=3, most=12)


@budget(max_examples=30)
@given(st.lists(st.text("ab,1\r", max_size=9), max_size=60), st.booleans(), st.integers(0, 3))
def test_stretches_are_every_byte_in_order(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], ends: bool, bits: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "lines.csv"
    data = ("header\n" + "\n".join(lines) + "\n" * ends).encode()
    path.write_bytes(data)
    found = list(stretches(path, 7, Cuts(bits, 3, 12)))
    assert b"".join(one.body for one in found) == data[7:]
    assert [one.start for one in found] == [7 + sum(len(one.body) for one in found[:i]) for i in range(len(found))]
    for i, one in enumerate(found):
        assert one.n_lines == one.body.count(b"\n") + (not one.body.endswith(b"\n"))
        assert i == len(found) - 1 or (one.body.endswith(b"\n") and one.n_lines <= 12)
        assert len(found) == 1 or one.n_lines >= 3


def test_a_line_put_in_changes_the_stretch_that_holds_it(tmp_path: Path) -> None:
    lines = [f"{i * 7919 % 1000:04d},some,row,{i}" for i in range(300)]
    found = []
    for text in (lines, [*lines[:40], "a new line", *lines[40:]], [*lines, "a last line"]):
        path = tmp_path / "lines.csv"
        path.write_text("\n".join(text) + "\n")
        found.append({one.body for one in stretches(path, 0, _SMALL)})
    assert len(found[0]) > 20
    assert 1 <= len(found[1] - found[0]) <= 3
    assert 1 <= len(found[2] - found[0]) <= 2


def test_cuts_are_the_same_in_whatever_pieces_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("".join(f"{i * 7919 % 1000:04d},some,row,{i}\n" for i in range(300)))
    whole = [one.body for one in stretches(path, 0, _SMALL)]
    monkeypatch.setattr(module, "_READ", 1000)
    assert [one.body for one in stretches(path, 0, _SMALL)] == whole


def test_lines_without_an_end_are_not_held_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_READ", 10)
    monkeypatch.setattr(module, "_LONGEST_STRETCH", 50)
    path = tmp_path / "lines.csv"
    path.write_text("x" * 200)
    with pytest.raises(NotStoredError, match="too long"):
        list(stretches(path, 0, _SMALL))
