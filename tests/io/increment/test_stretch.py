"""A stretch is a file of its own, or it is not stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.io.increment.cuts import NotStoredError
from patrolcast.io.increment.stretch import head_of, header_of, read_alone, unpacked


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"a,b", "no end"), (b"", "cannot be opened")],
)
def test_a_file_that_is_not_cut(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(NotStoredError, match=why):
        header_of(tmp_path / "x.csv", "utf-8")


def test_a_header_that_begins_as_the_name_of_zip_does_is_read_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"PK_ID,b\n1,2\n")
    with unpacked(tmp_path / "x.csv") as there:
        assert there == tmp_path / "x.csv"


def test_records_are_lines(tmp_path: Path) -> None:
    with read_alone(b"a,b\n", b"1,2\n3,4\n", delimiter=",", encoding="utf-8") as source:
        assert (source.header, source.facts.n_lines) == (("a", "b"), 3)
        [(found, records)] = list(source.batches({"x": "b"}))
        assert (found["x"].to_pylist(), records.tolist()) == (["2", "4"], [2, 3])
    for body in (b"1,2\n\n3,4\n", b'1,"2\n3",4\n', b'1,"2\n3"\n4,5\n'):
        with pytest.raises(NotStoredError), read_alone(b"a,b\n", body, delimiter=",", encoding="utf-8"):
            pass


def test_the_head_ends_with_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.csv").write_bytes(b"a,b\n1,2\n3,4\n5,6")
    assert head_of(tmp_path / "x.csv") == (b"a,b\n", b"1,2\n3,4\n5,6")
    monkeypatch.setattr("patrolcast.io.increment.stretch.LOOKED_AT", 6)
    assert head_of(tmp_path / "x.csv") == (b"a,b\n", b"1,2\n")
