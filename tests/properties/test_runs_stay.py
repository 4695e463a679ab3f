"""Whole runs from files: what must not reach a forecast changes no byte of it, and what may does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from tests.runs.tiny_city import AS_OF, NOW, WEST, officer_records, records, write_city, write_rows

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.forecast.once import run_once

EARLIER = "2026-02-20T05:00:00-06:00"
SAME = ("forecast.parquet", "suggestions.csv", "suggestions.geojson", "model/model.txt", "model/matrix.parquet")
Rows = list[tuple[str, ...]]


def bytes_of(root: Path, rows: Rows, *, as_of: str = AS_OF, spoil: Callable[[Path], None] | None = None) -> dict:
    """Forecast, suggestions and model of a run of the tiny city with these rows."""
    config = write_city(root)
    write_rows(root / "data" / "incidents.csv", rows)
    if spoil:
        spoil(root)
    folder = run_once(read_settings(config), now=NOW, as_of=as_of).folder
    return {name: (folder / name).read_bytes() for name in SAME}


def changed(one: dict[str, bytes], two: dict[str, bytes]) -> list[str]:
    return [name for name in SAME if one[name] != two[name]]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return bytes_of(tmp_path_factory.mktemp("plain"), records())


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return bytes_of(tmp_path_factory.mktemp("earlier"), records(), as_of=EARLIER)


def _late(row: tuple[str, ...]) -> bool:
    last = datetime.fromisoformat(EARLIER).replace(tzinfo=None)
    return datetime.strptime(row[2], "%Y-%m-%d %H:%M:%S") > last


def _moved(row: tuple[str, ...]) -> tuple[str, ...]:
    return (*row[:3], f"{WEST + 0.001:.6f}", *row[4:]) if _late(row) else row


def _backdated(row: tuple[str, ...]) -> tuple[str, ...]:
    """Known as late as before, said to have happened months earlier."""
    return (row[0], "2025-12-24 18:00:00", *row[2:]) if _late(row) else row


LATER = {
    "deleted": lambda rows: [row for row in rows if not _late(row)],
    "moved": lambda rows: [_moved(row) for row in rows],
    "backdated": lambda rows: [_backdated(row) for row in rows],
    "ten times as many": lambda rows: rows + [(f"{r[0]}-{k}", *r[1:]) for r in rows if _late(r) for k in range(9)],
}


@pytest.mark.parametrize("change", LATER.values(), ids=LATER.keys())
def test_what_was_reported_after_as_of_changes_no_byte(
    change: Callable[[Rows], Rows], earlier: dict[str, bytes], tmp_path: Path
) -> None:
    other = change(records())
    assert other != records()
    assert changed(earlier, bytes_of(tmp_path, other, as_of=EARLIER)) == []


def test_one_report_known_by_as_of_does_change_it(earlier: dict[str, bytes], tmp_path: Path) -> None:
    known = [i for i, row in enumerate(records()) if not _late(row)]
    other = records()
    other[known[-1]] = (*other[known[-1]][:3], f"{WEST + 0.001:.6f}", *other[known[-1]][4:])
    assert "forecast.parquet" in changed(earlier, bytes_of(tmp_path, other, as_of=EARLIER))


def _as_officer(rows: Rows) -> Rows:
    """The same offences at the same places, but found by patrol."""
    return [(f"P{row[0]}", *row[1:6], "OFFICER") for row in rows]


OFFICERS = {
    "one": lambda: officer_records(n=1),
    "as many as citizens": lambda: officer_records(n=4000),
    "the same offences, found by patrol": lambda: _as_officer(records(n=2000, seed=9)),
    "long before the history": lambda: [(r[0], "2019-06-01 10:00:00", "2019-06-01 10:00:00", *r[3:])
                                        for r in officer_records()],
    "outside the city": lambda: [(*r[:3], "-87.9000", *r[4:]) for r in officer_records(n=50)],
    "unreadable": lambda: [(r[0], "yesterday", *r[2:]) for r in officer_records(n=50)],
}  # fmt: skip


@pytest.mark.parametrize("make", OFFICERS.values(), ids=OFFICERS.keys())
def test_any_number_of_officer_initiated_rows_changes_no_byte(
    make: Callable[[], Rows], plain: dict[str, bytes], tmp_path: Path
) -> None:
    assert changed(plain, bytes_of(tmp_path, records() + make())) == []


def test_nor_do_they_when_they_stand_before_the_others(plain: dict[str, bytes], tmp_path: Path) -> None:
    assert changed(plain, bytes_of(tmp_path, _as_officer(records(n=2000, seed=9)) + records())) == []


def test_the_same_rows_would_change_it_if_a_codebook_took_them_for_citizens(
    plain: dict[str, bytes], tmp_path: Path
) -> None:
    """A call source that says nothing by its own name, so that the codebook alone decides."""

    def taken_for(provenance: str) -> Callable[[Path], None]:
        def spoil(root: Path) -> None:
            with (root / "data" / "codebook.csv").open("a") as book:
                book.write(f",S3,,{provenance},made up for the test\n")

        return spoil

    rows = records() + [(*row[:6], "S3") for row in _as_officer(records(n=2000, seed=9))]
    assert changed(plain, bytes_of(tmp_path / "officers", rows, spoil=taken_for("officer"))) == []
    leaked = changed(plain, bytes_of(tmp_path / "citizens", rows, spoil=taken_for("citizen")))
    assert {"forecast.parquet", "suggestions.csv"} <= set(leaked)


def _other_stops(root: Path) -> None:
    """Everything that the layer of stops says is moved to one corner."""
    layer = root / "data" / "stops.geojson"
    rng = np.random.default_rng(99)
    points = [[WEST + 0.005 + 0.01 * float(rng.random()), 41.805] for _ in range(60)]
    shapes = ",".join(
        f'{{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":{point}}}}}'
        for point in points
    )
    layer.write_text(f'{{"type":"FeatureCollection","features":[{shapes}]}}')


WAIVED = """[[waivers]]
feature = "place_stops"
reason = "let in by the screen, which has no residents to measure against"
owner = "the tests"
expires = "2026-12-31"
"""


def _waived(root: Path) -> None:
    config = root / "configs" / "tiny.toml"
    config.write_text(config.read_text() + WAIVED)


def _without_stops(root: Path) -> None:
    """The policy keeps out what a waiver would let in."""
    _waived(root)
    config = root / "configs" / "tiny.toml"
    config.write_text(config.read_text().replace("[gates]", '[policy]\nexcluded_features = ["place_stops"]\n[gates]'))


def _both(one: Callable[[Path], None], two: Callable[[Path], None]) -> Callable[[Path], None]:
    def spoil(root: Path) -> None:
        one(root)
        two(root)

    return spoil


def test_an_excluded_feature_cannot_move_the_forecast(tmp_path: Path) -> None:
    one = bytes_of(tmp_path / "one", records(), spoil=_without_stops)
    two = bytes_of(tmp_path / "two", records(), spoil=_both(_without_stops, _other_stops))
    assert changed(one, two) == []


def test_admitted_it_would_be_a_column_that_moves(tmp_path: Path) -> None:
    one = bytes_of(tmp_path / "one", records(), spoil=_waived)
    two = bytes_of(tmp_path / "two", records(), spoil=_both(_waived, _other_stops))
    assert "model/matrix.parquet" in changed(one, two)
