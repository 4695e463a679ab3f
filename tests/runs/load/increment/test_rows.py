"""A part comes back from its bytes as it was, and the same rows are the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from tests.intake.builders import good, row, settings
from tests.runs.load.increment.exports import BY, night_of, write

from patrolcast.intake.persons import value_as_shown
from patrolcast.io.increment.cuts import NotStoredError
from patrolcast.io.increment.folder import StoreFolder
from patrolcast.runs.load.increment.rows import Beside, PartRows, from_bytes, join_parts, to_bytes
from patrolcast.runs.load.increment.update import Update


def _part(folder: Path, rows: list[str], *, time_format: str = "%Y-%m-%d %H:%M:%S") -> PartRows:
    write(folder, rows)
    config = settings(folder, time_format=time_format)
    _, [[(offset, part)]] = Update(StoreFolder(folder / "store"), config.incidents, BY, night_of(0)).run()
    assert offset == 0
    return part


def test_a_part_is_the_same_from_its_bytes(tmp_path: Path) -> None:
    part = _part(tmp_path, [*good(20), row("9", "John Smith was here"), "short"])
    data = to_bytes(part)
    again = from_bytes(data)
    assert again.columns.keys() == part.columns.keys()
    for name, values in part.columns.items():
        np.testing.assert_array_equal(again.columns[name], values)
        assert again.columns[name].dtype == values.dtype
    assert (again.texts, again.dated, again.ragged, again.unusable) == (
        part.texts, part.dated, part.ragged, part.unusable,
    )  # fmt: skip
    assert to_bytes(again) == data
    assert b"Smith" not in data


def test_a_row_of_two_parts_has_its_place_in_the_file(tmp_path: Path) -> None:
    part = _part(tmp_path, [*good(5), row("9", "soon")])
    table = join_parts([[(0, part), (6, part)], [(0, part)]])
    assert table.record.tolist() == [*range(2, 14), *range(2, 8)]
    assert table.file.tolist() == [0] * 12 + [1] * 6
    assert table.unreadable["occurred_at"][0].tolist() == [5, 11, 17]


@pytest.mark.parametrize("role", ["occurred_at", "reported_at"])
def test_parts_of_which_one_has_times_with_a_zone_are_no_table(role: str, tmp_path: Path) -> None:
    part = _part(tmp_path, good(5))
    other = replace(part, dated=part.dated | {role: (True, False)})
    join_parts([[(0, part), (5, part)]])
    join_parts([[(0, other)], [(0, other)]])
    for parts in ([[(0, part), (5, other)]], [[(0, other)], [(0, part)]]):
        with pytest.raises(NotStoredError, match="some of its times have a zone, others have none"):
            join_parts(parts)


@pytest.mark.parametrize("data", [b"", b"PAR1", b"x" * 100])
def test_bytes_that_are_no_part(data: bytes) -> None:
    with pytest.raises(NotStoredError):
        from_bytes(data)


@budget(max_examples=15)
@given(st.one_of(st.text(max_size=50), st.sampled_from(["12", "41.8N", "soon", " jan 5 ", "312-555-0100", "1 2"])))
def test_what_may_be_shown_of_a_text_may_be_shown(text: str) -> None:
    """Parts hold this of a field that could not be read; the quarantine asks once more."""
    assert value_as_shown(value_as_shown(text)) == value_as_shown(text)


def test_parts_beside_each_other_are_joined_as_parts_apart_and_only_in_their_order(tmp_path: Path) -> None:
    parts = []
    for i in (1, 2, 3):
        (tmp_path / str(i)).mkdir()
        parts.append(_part(tmp_path / str(i), good(4 + i, 100 * i)))
    n = sum(part.n_rows for part in parts)
    room = Beside(n + 1)
    placed = [room.take(part) for part in parts]
    late = room.take(parts[0])  # there is no room for it any more
    assert late is parts[0]
    for order in ([0, 1, 2], [1, 0, 2], [1, 2], [0, 1], [0, 0, 1], [2, 1, 0]):
        for chosen in ([placed[i] for i in order], [placed[i] for i in order] + [late]):
            offsets = range(0, 100 * len(chosen), 100)
            apart = [replace(p, columns={k: v.copy() for k, v in p.columns.items()}, beside=None) for p in chosen]
            tables = [join_parts([list(zip(offsets, some, strict=True))]) for some in (chosen, apart)]
            assert tables[0].record.tolist() == tables[1].record.tolist()
            assert tables[0].numbers is not None
            assert tables[1].numbers is not None
            assert (tables[0].numbers.bits == tables[1].numbers.bits).all()
            assert (tables[0].times["occurred_at"].micros == tables[1].times["occurred_at"].micros).all()
            assert (tables[0].longitude == tables[1].longitude).all()
    other = Beside(n)
    elsewhere = [other.take(part) for part in (parts[0], parts[2])]
    mixed = join_parts([[(0, placed[0]), (9, elsewhere[1])]])
    assert mixed.numbers is not None
    assert (mixed.numbers.bits[5:] == parts[2].columns["record_id"]).all(), "of another room nothing is taken here"
    whole = join_parts([[(0, placed[0]), (100, placed[1]), (200, placed[2])]])
    assert np.shares_memory(whole.longitude, room.columns["longitude"]), "nothing is copied"
    assert Beside(0).take(parts[0]) is parts[0]
