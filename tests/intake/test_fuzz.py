"""Whatever bytes arrive: tables whose rows are all accounted for, or one line of refusal. Never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from tests.intake.builders import HEADER, good, load, load_bytes, row

from patrolcast.domain.errors import PatrolcastError

CSV = "\n".join([HEADER, *good(12), ""]).encode()
POINT = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-87.68, 41.82]},
         "properties": dict(zip(HEADER.split(","), row().split(","), strict=True))}  # fmt: skip
GEOJSON = json.dumps({"type": "FeatureCollection", "features": [POINT] * 3}).encode()
QUIET = budget(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SPITE = [
    b'"',
    b"\n",
    b"\r",
    b",",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"1e400",
    b"",
    b"''",
    b"\x1f\x8b",
    b"PK\x03\x04",
]
Edits = list[tuple[int, int, bytes]]
EDITS = st.lists(
    st.tuples(st.integers(0, len(CSV)), st.integers(0, 6), st.sampled_from(SPITE) | st.binary(max_size=4)), max_size=5
)


def _edited(data: bytes, edits: Edits) -> bytes:
    for at, length, put in edits:
        data = data[:at] + put + data[at + length :]
    return data


def _survives(folder: Path, data: bytes, name: str) -> None:
    refusal: PatrolcastError | None = None
    try:
        city = load_bytes(folder, data, name)
    except PatrolcastError as error:
        refusal = error
    if refusal is not None:
        assert str(refusal).isprintable()
        return
    source = city.sources[0]
    assert source.kept == len(city.tables.incidents.table)
    assert len(city.refused) == sum(source.refused.values())
    assert all(text.isprintable() for text in city.refused["value"])


@QUIET
@given(EDITS)
def test_a_damaged_csv_is_read_or_refused(tmp_path: Path, edits: Edits) -> None:
    _survives(tmp_path, _edited(CSV, edits), "export.csv")


@QUIET
@given(EDITS)
def test_a_damaged_geojson_is_read_or_refused(tmp_path: Path, edits: Edits) -> None:
    _survives(tmp_path, _edited(GEOJSON, edits), "export.geojson")


@QUIET
@given(st.lists(st.lists(st.text(max_size=12), min_size=8, max_size=8), min_size=1, max_size=6))
def test_any_text_in_any_field_is_read_or_refused(tmp_path: Path, fields: list[list[str]]) -> None:
    rows = [",".join('"' + text.replace('"', '""') + '"' for text in line) for line in fields]
    _survives(tmp_path, "\n".join([HEADER, *good(12), *rows, ""]).encode("utf-8", "replace"), "export.csv")


@QUIET
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(PatrolcastError):
        load_bytes(tmp_path, data, "export.csv")


def test_the_twin_of_the_fuzz_is_kept_whole(tmp_path: Path) -> None:
    assert load(tmp_path, good(12)).sources[0].kept == 12
