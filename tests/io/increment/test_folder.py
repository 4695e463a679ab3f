"""Parts and snapshots: whole or not there, removed when nobody needs them any more."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from patrolcast.io.increment.folder import Snapshot, StoredPart, StoredSource, StoreFolder

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)


def _file(name: str) -> str:
    return f"{name * 64}.parquet"


def _snapshot(store: StoreFolder, name: str, day: int, *, mapping: str = "m") -> Snapshot:
    store.write_part(_file(name), name.encode())
    part = StoredPart(name, 1, 1, _file(name), hashlib.sha256(name.encode()).hexdigest())
    source = StoredSource("export.csv", "0" * 64, 9, ("a", "b"), (), 4, (part,))
    at = NOW + timedelta(days=day)
    return store.write(Snapshot(0, at, at, mapping, "code", (source,)))


def test_the_newest_of_a_mapping_and_the_newest_of_a_moment(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    one, two, other = _snapshot(store, "a", 0), _snapshot(store, "b", 1), _snapshot(store, "c", 2, mapping="n")
    assert store.newest(mapping="m") == two
    assert store.newest(mapping="m", recorded_by=NOW + timedelta(hours=23)) == one
    assert store.newest(mapping="n") == other
    assert store.newest(mapping="m", recorded_by=NOW - timedelta(seconds=1)) is None
    assert [one.number, two.number, other.number] == [1, 2, 3]
    assert store.part(one.sources[0].parts[0]) == b"a"


def test_of_a_query_the_newest_that_holds_what_was_known_then(tmp_path: Path) -> None:
    """A past night that is run again asks for what was known then, and is recorded last."""
    store = StoreFolder(tmp_path)
    snapshots = [
        store.write(Snapshot(0, NOW + timedelta(days=i), NOW, "m", "code", (source,)))
        for i, day in enumerate((0, 3, -9))
        for source in [StoredSource("q", "0" * 64, 9, (), (), 0, (), known_at=(NOW + timedelta(days=day)).isoformat())]
    ]
    for day, found in ((-9, 2), (-8, 1), (0, 1), (3, 1), (4, 1)):
        assert store.newest(mapping="m", known_at=NOW + timedelta(days=day)) == snapshots[found]
    assert store.newest(mapping="m", recorded_by=NOW, known_at=NOW + timedelta(days=1)) == snapshots[0]
    whole = _snapshot(store, "a", 5)
    assert store.newest(mapping="m", known_at=NOW + timedelta(days=900)) == whole


def test_what_was_changed_is_not_there(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    one, two = _snapshot(store, "a", 0), _snapshot(store, "b", 1)
    (tmp_path / "parts" / _file("a")).write_bytes(b"x")
    assert store.part(one.sources[0].parts[0]) is None
    newest = tmp_path / "snapshots" / "000002.json"
    newest.write_text(newest.read_text().replace('"n_lines": 1', '"n_lines": 2'))
    assert store.newest(mapping="m") == one
    newest.write_text("{")
    assert store.newest(mapping="m") == one
    assert _snapshot(store, "c", 2).number == two.number + 1, "a number is never given twice"


def test_what_nobody_names_is_removed_and_the_newest_never(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    _snapshot(store, "a", 0)
    kept = _snapshot(store, "b", 1)
    store.write_part(_file("f"), b"left behind")
    (tmp_path / "parts" / f".{_file('e')}.4711").write_bytes(b"half of what a killed start wrote")
    (tmp_path / "parts" / "census.parquet").write_bytes(b"somebody's own, from before")
    (tmp_path / "snapshots" / "\u00b2.json").write_bytes(b"a digit that is no number")
    assert store.prune(now=NOW + timedelta(days=400), keep_days=30) == 4
    assert store.newest(mapping="m") == kept
    assert sorted((path.name for path in (tmp_path / "parts").iterdir()), key=len) == ["census.parquet", _file("b")]
    assert store.prune(now=NOW + timedelta(days=400), keep_days=30) == 0


def test_the_last_note_is_read_back_and_a_broken_one_is_none(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    assert store.noted() is None
    store.note(now=NOW, used=True, text="1 of 9 parts")
    assert store.noted() == {"at": "2026-03-01T02:00:00Z", "used": True, "text": "1 of 9 parts"}
    (tmp_path / "last.json").write_text("[1]")
    assert store.noted() is None
