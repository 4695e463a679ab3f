"""The rows of any night, put together from parts, are the rows that reading the whole file gives."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, assume, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from tests.intake.builders import good, row, settings
from tests.runs.load.increment.exports import BY, SMALL, assert_same_rows, night_of, write

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.settings import Settings
from patrolcast.io.increment.cuts import NotStoredError, Stretch
from patrolcast.io.increment.folder import Snapshot, StoreFolder
from patrolcast.io.sources.export import mapped_columns, open_sources
from patrolcast.runs.load.city import _bad_rows, _read
from patrolcast.runs.load.increment import update as module
from patrolcast.runs.load.increment.rows import join_parts
from patrolcast.runs.load.increment.source import StoredFile
from patrolcast.runs.load.increment.update import Update, mapping_of

_ROW = st.builds(
    row,
    number=st.one_of(st.integers(1, 30), st.integers(1, 10**6)).map(str),
    occurred=st.sampled_from(["2026-01-10 10:00:00", "2026-01-11 00:00:00", "2026-02-30 10:00:00", "", "soon"]),
    until=st.sampled_from(["", "2026-01-12 10:45:00", "1900-01-01 00:00:00"]),
    reported=st.sampled_from(["2026-01-12 11:00:00", "2026-02-20 09:30:00", "2026-03-02 09:00:00", "NULL"]),
    lon=st.sampled_from(["-87.68", "-87.6812345", "87.68", "", "here"]),
    lat=st.sampled_from(["41.82", "41.83", "0"]),
    code=st.sampled_from(["THEFT", "FRAUD", "STOP", "?"]),
    source=st.sampled_from(["911", "PATROL", ""]),
)
_LINE = st.one_of(
    _ROW, st.just("short"), st.just('"q""uoted",2026-01-10 10:00:00,,2026-01-10 11:00:00,-87.68,41.82,THEFT,911')
)
_CHANGE = st.tuples(st.sampled_from(["add", "correct", "delete", "insert", "nothing"]), st.integers(0, 999), _LINE)


def _changed(rows: list[str], changes: list[tuple[str, int, str]]) -> list[str]:
    rows = list(rows)
    for kind, at, line in changes:
        if kind == "add":
            rows.append(line)
        elif kind == "insert":
            rows.insert(at % len(rows), line)
        elif kind == "correct":
            rows[at % len(rows)] = line
        elif kind == "delete" and len(rows) > 1:
            del rows[at % len(rows)]
    return rows


@budget(max_examples=6, phases=(Phase.generate,))  # without making a failure smaller: a night takes a while
@given(st.lists(st.lists(_CHANGE, max_size=8), min_size=2, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_any_nights_of_added_corrected_and_deleted_rows_give_the_rows_of_full_nights(
    nights: list[list[tuple[str, int, str]]], end: str
) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder, rows = Path(made), good(40)
        config = settings(folder)
        for i, changes in enumerate(nights):
            rows = _changed(rows, changes)
            write(folder, rows, end=end)
            try:
                _assert_as_in_full(config, folder / "store", i)
            except NotStoredError:  # most lines of one small part are ragged; such a night is read in full
                assume(False)


def _assert_as_in_full(config: Settings, store: Path, i: int) -> Update:
    update = Update(StoreFolder(store), config.incidents, BY, night_of(i), cuts=SMALL)
    columns = mapped_columns(config.incidents)
    sources = open_sources(config.incidents)
    whole = _read(sources, columns, config.incidents.time_format)
    snapshot, parts = update.run()
    assert_same_rows(join_parts(parts), whole)
    for stored, source, of, path in zip(snapshot.sources, sources, parts, _paths(config), strict=True):
        file = StoredFile(stored, of, path, delimiter=",", encoding="utf-8")
        for name in ("place", "name", "sha256", "bytes", "header", "plain", "notes"):
            assert getattr(file, name) == getattr(source, name), name
        assert file.rejected() == source.rejected()
        assert file.unusable() == source.unusable()
    if any(source.unusable() for source in sources):
        assert _bad_rows(sources, whole)
    return update


def _paths(config: Settings) -> list[Path]:
    path = config.incidents.path
    return path if isinstance(path, list) else [path] if path is not None else []


@pytest.mark.parametrize(
    "more",
    [
        {"columns": {"time": "clock", "count": "n", "status": "state", "updated_at": "changed", "supersedes": "old"},
         "cancelled_values": ["Unfounded"]},
        {"encoding": "cp1252"},
    ],
)  # fmt: skip
def test_every_role_comes_back_as_it_was_read(tmp_path: Path, more: dict[str, Any]) -> None:
    header = "id,occurred,until,reported,lon,lat,code,source,clock,n,state,changed,old"
    kinds = [
        "1430,1,Open,2026-01-20 10:00:00,",
        "5,-1,Unfounded,,7",
        "25:99,(2),\u00fc,soon,PENDING",
        ",x,,2026-02-31,0",
    ]
    rows = [f"{line},{kinds[i % 4]}" for i, line in enumerate(good(60))]
    (tmp_path / "export.csv").write_text(
        "\n".join([header, *rows, "short"]) + "\n", encoding=more.get("encoding", "utf-8")
    )
    for i in range(2):
        update = _assert_as_in_full(settings(tmp_path, **more), tmp_path / "store", i)
    assert update.effort.read == 0


def test_bytes_before_the_header_and_bytes_that_no_row_can_hold(tmp_path: Path) -> None:
    config = settings(tmp_path)
    write(tmp_path, [*good(30), row("9").replace("911", "9\x0011"), f'{row("8")[:-3]}"9"11', *good(9, start=500)])
    data = (tmp_path / "export.csv").read_bytes()
    (tmp_path / "export.csv").write_bytes(b"\xef\xbb\xbf" + data)
    for i in range(2):
        update = _assert_as_in_full(config, tmp_path / "store", i)
    assert update.effort.read == 0


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_changes_while_it_is_read_is_not_stored(
    packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, good(60))
    path, whole = tmp_path / "export.csv", module.stretches
    if packed:
        path = tmp_path / "export.csv.gz"
        path.write_bytes(gzip.compress((tmp_path / "export.csv").read_bytes()))

    def meanwhile(*parts: Any) -> Iterator[Stretch]:
        for stretch in whole(*parts):
            yield stretch
            os.utime(path, ns=(1, 1))

    config = settings(tmp_path, path.name).incidents
    Update(StoreFolder(tmp_path / "store"), config, BY, night_of(0), cuts=SMALL).run()
    monkeypatch.setattr(module, "stretches", meanwhile)
    with pytest.raises(NotStoredError, match="it changed while it was read"):
        Update(StoreFolder(tmp_path / "other"), config, BY, night_of(0), cuts=SMALL).run()
    assert not (tmp_path / "other" / "snapshots").exists()


def test_a_file_without_a_last_line_end_that_goes_on(tmp_path: Path) -> None:
    config = settings(tmp_path)
    for i, text in enumerate(["\n".join(good(30)), "\n".join(good(30)) + "5\n" + row("9")]):
        (tmp_path / "export.csv").write_text(f"id,occurred,until,reported,lon,lat,code,source\n{text}")
        _assert_as_in_full(config, tmp_path / "store", i)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"format": "parquet"}, "only delimited text is stored"),
        ({"encoding": "utf-16"}, "lines of utf-16 are not cut"),
    ],
)
def test_other_exports_are_not_stored(tmp_path: Path, more: dict[str, Any], why: str) -> None:
    write(tmp_path, good(20))
    update = Update(StoreFolder(tmp_path / "store"), settings(tmp_path, **more).incidents, BY, night_of(0), cuts=SMALL)
    with pytest.raises(NotStoredError, match=why):
        update.run()


def test_a_clock_that_went_back_orders_no_snapshot_before_another(tmp_path: Path) -> None:
    config, store = settings(tmp_path), StoreFolder(tmp_path / "store")
    found: list[Snapshot] = []
    for i, night in enumerate((night_of(3), night_of(0))):
        write(tmp_path, good(20 + i))
        found.append(Update(store, config.incidents, BY, night, cuts=SMALL).run()[0])
    assert found[1].recorded_at == found[0].recorded_at
    assert found[1].number == found[0].number + 1
    assert store.newest(mapping=found[0].mapping, recorded_by=night_of(3) - timedelta(hours=1)) is None


def test_rows_that_a_full_night_refuses_are_refused_by_it(tmp_path: Path) -> None:
    write(tmp_path, ["short"] * 30 + good(5))
    with pytest.raises(NotStoredError):
        Update(StoreFolder(tmp_path / "store"), settings(tmp_path).incidents, BY, night_of(0), cuts=SMALL).run()
    with pytest.raises(DataRefusedError, match="most rows must fit the header"):
        _read(
            open_sources(settings(tmp_path).incidents),
            mapped_columns(settings(tmp_path).incidents),
            "%Y-%m-%d %H:%M:%S",
        )


def test_of_a_query_the_first_day_decides_which_rows_it_gives(tmp_path: Path) -> None:
    """Rows that were asked for since another :since are no past night of this config."""
    days = (None, "2026-01-05", "2026-01-15")
    asked = [settings(tmp_path, database="TOWN_RECORDS", table="calls", first_day=day).incidents for day in days]
    assert len({mapping_of(one) for one in asked}) == 3
    assert len({mapping_of(settings(tmp_path, first_day=day).incidents) for day in days}) == 1, "a file is read whole"
