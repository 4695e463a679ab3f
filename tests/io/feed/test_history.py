"""The history of accepted nights: read back as written, and none where it is not what was written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from patrolcast.domain.feed.accepted import AcceptedFeed
from patrolcast.io.feed.history import FILE, MOST_NIGHTS, accepted_by_manifest, read_history, write_history

NIGHT = AcceptedFeed(
    "20260301T1100Z-tiny-00000000", datetime(2026, 3, 1, 11, tzinfo=UTC), 4000, 300_000, line_end=True, trailer=False,
    bound="b", months={"theft": {"2026-02": 12}}, contents={"2026-02": [5, 7]},
)  # fmt: skip


def test_it_is_read_as_it_was_written_and_only_the_newest_keeps_its_months(tmp_path: Path) -> None:
    older = replace(NIGHT, as_of=NIGHT.as_of - timedelta(days=1))
    write_history(tmp_path, (older, NIGHT))
    assert read_history(tmp_path) == (replace(older, months={}, contents={}), NIGHT)


def test_it_keeps_the_newest_nights(tmp_path: Path) -> None:
    nights = tuple(replace(NIGHT, as_of=NIGHT.as_of + timedelta(days=k)) for k in range(MOST_NIGHTS + 5))
    write_history(tmp_path, nights)
    history = read_history(tmp_path)
    assert history is not None
    assert [night.as_of for night in history] == [night.as_of for night in nights[5:]]


def test_no_history_is_none(tmp_path: Path) -> None:
    assert read_history(tmp_path) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-40],
        lambda data: b"",
        lambda data: b"[]",
        lambda data: data.replace(b"4000", b"3000"),
        lambda data: data.replace(b'"feed_history_version": 1', b'"feed_history_version": 2'),
        lambda data: b"\0" * len(data),
        lambda data: json.dumps({"feed_history_version": 1, "nights": 3, "sha256": ""}).encode(),
    ],
)
def test_a_history_that_is_damaged_edited_or_of_a_later_form_is_none(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    write_history(tmp_path, (NIGHT,))
    assert read_history(tmp_path) == (NIGHT,)
    path = tmp_path / FILE
    path.write_bytes(damage(path.read_bytes()))
    assert read_history(tmp_path) is None


def test_a_manifest_stands_in_with_rows_and_bytes_of_incidents_alone() -> None:
    sources = [{"rows_in": 10, "bytes": 100}, {"rows_in": 7, "bytes": 70, "of_incidents": False}]
    manifest = {"run_id": "r", "as_of": "2026-03-01T11:00:00Z", "sources": sources}
    accepted = accepted_by_manifest(manifest)
    assert accepted is not None
    assert (accepted.rows, accepted.bytes, accepted.noted) == (10, 100, False)
    assert accepted_by_manifest({}) is None
    assert accepted_by_manifest({**manifest, "sources": [{"rows_in": "many", "bytes": 1}]}) is None
