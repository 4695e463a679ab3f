"""Section "Parsing" of the bad-input catalogue, 1 to 25: each file is refused in one whole line, or read exactly."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.intake.builders import AS_OF, HEADER, NOW, good, load, load_bytes, quarantine, row, settings

from patrolcast.domain.errors import DataRefusedError, PatrolcastError, ProhibitedDataError
from patrolcast.io.csv import scan as csv_scan
from patrolcast.runs.load.city import load_city

ROWS = good(20)
TEXT = "\n".join([HEADER, *ROWS]) + "\n"
FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [-87.68, 41.82]},
    "properties": {
        "id": "007", "occurred": "2026-01-10 10:00:00", "until": None, "reported": "2026-01-10 11:00:00",
        "code": "THEFT", "source": "911",
    },
}  # fmt: skip
GEOJSON = json.dumps({"type": "FeatureCollection", "features": [FEATURE]})
DECLARE = "is not the declared encoding; declare it in [incidents] encoding, or save as UTF-8"
ONE = "a zip holds exactly one ordinary file; pack the export alone, without a password"


def _zip(*members: tuple[str, str | bytes], mode: int = 0) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return packed.getvalue()


def _encrypted() -> bytes:
    data = bytearray(_zip(("a.csv", TEXT)))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _geojson(text: str) -> tuple[bytes, str]:
    return text.encode(), "export.geojson"


REFUSED: dict[str, tuple[bytes | tuple[bytes, str], str]] = {
    "1 empty": (b"", "export.csv: got an empty file; must hold data; export it again"),
    "2 header only": (HEADER.encode() + b"\n", "export.csv: got a header only; needs rows; export it again"),
    "4 UTF-16": (TEXT.encode("utf-16"), f"export.csv: got UTF-16; {DECLARE}"),
    "4 UTF-32": (TEXT.encode("utf-32"), f"export.csv: got UTF-32; {DECLARE}"),
    "4 UTF-16 without a mark": (TEXT.encode("utf-16-le"), f"export.csv: got UTF-16 or binary; {DECLARE}"),
    "5 cp1252": (
        TEXT.encode() + row("é").encode("cp1252") + b"\n",
        "export.csv line 22: got byte 0xe9 at offset 1447; is not UTF-8; declare the real encoding, "
        "e.g. [incidents] encoding = 'cp1252'",
    ),
    "7 open quote": (
        TEXT.encode() + b'"' + row("x").encode() + b"\n" + row("y").encode() + b"\n",
        "export.csv line 22: got a quote that is never closed; the last good line is 21; copy the whole file "
        "again, or close the quote on that line",
    ),
    "8 torn end": (
        TEXT.encode() + b"9,2026-01-10 1",
        "export.csv line 22: got a torn end; the last line is cut off: 2 of 8 fields, no line end; "
        "copy the whole file again",
    ),
    "11 every row longer": (
        "\n".join([HEADER, *(one + ",x" for one in ROWS), ""]).encode(),
        "export.csv line 2: got 9 fields in the first of 20 such rows, 8 in the header; most rows must fit the "
        "header; check delimiter and quotes; a header without its last name shifts every column",
    ),
    "14 twins": (
        TEXT.replace("until", "lat", 1).encode(),
        "export.csv header: got two columns 'lat'; names must differ; rename one in the export",
    ),
    "15 case and space": (
        TEXT.replace("occurred", "Occurred ", 1).encode(),
        "export.csv header: got no column 'occurred'; [incidents.columns] occurred_at; did you mean 'Occurred'?",
    ),
    "15 look-alike": (
        TEXT.replace("code", "сode", 1).encode(),
        "export.csv header: got no column 'code'; [incidents.columns] offence; did you mean '\\u0441ode'?",
    ),
    "17 delimiter": (
        TEXT.replace(",", ";").encode(),
        "export.csv header: got one column between ','; looks parted by ';'; "
        "declare it: [incidents] delimiter = ';'",
    ),
    "20 zip bomb": (
        (gzip.compress(TEXT.encode() + b"\n" * 2**27), "export.csv.gz"),
        "export.csv.gz: got more than 250 times its size unpacked; an archive unpacks to at most 250 times its size "
        "and 64 GiB; unpack it yourself and look at it",
    ),
    "20 torn gzip": (
        (gzip.compress(TEXT.encode())[:-20], "export.csv.gz"),
        "export.csv.gz: got 'Compressed file ended before the end-of-stream marker was reached'; must unpack; "
        "copy the whole file again",
    ),
    "20 two members": (
        (_zip(("a.csv", TEXT), ("b.csv", TEXT)), "export.zip"), f"export.zip: got 2 files; {ONE}"
    ),
    "20 traversal": ((_zip(("../a.csv", TEXT)), "export.zip"), f"export.zip: got the path '../a.csv'; {ONE}"),
    "20 nested": (
        (_zip(("a.zip", _zip(("a.csv", TEXT)))), "export.zip"),
        "export.zip: got an archive inside an archive; packed at most once; unpack it once",
    ),
    "20 link": (
        (_zip(("a.csv", "/etc/passwd"), mode=stat.S_IFLNK | 0o777), "export.zip"),
        f"export.zip: got a symbolic link; {ONE}",
    ),
    "20 encrypted": ((_encrypted(), "export.zip"), f"export.zip: got an encrypted file; {ONE}"),
    "21 login page": (
        b"<!DOCTYPE html><html><body>Log in</body>\n",
        "export.csv: got a web page (a login page, perhaps); must be CSV; export it again, and look at it",
    ),
    "21 PDF": (b"%PDF-1.7 x\n", "export.csv: got a PDF; must be CSV; export it again, and look at it"),
    "21 xlsx": (
        _zip(("[Content_Types].xml", "x"), ("xl/workbook.xml", "y")),
        "export.csv: got an Excel workbook; must be CSV; save it as CSV UTF-8",
    ),
    "24 columns": (
        b",".join([b"a"] * 20_000) + b"\n1\n",
        "export.csv: got 20,000 columns or more; at most 10,000 columns; check delimiter and line ends",
    ),
    "25 key twice": (
        _geojson(GEOJSON.replace('"id": "007"', '"id": "007", "id": "8"')),
        "export.geojson: got the key 'id' twice; keys must differ; export it again",
    ),
    "25 NaN": (
        _geojson(GEOJSON.replace("41.82", "NaN")),
        "export.geojson: got NaN; JSON has no such number; export it again",
    ),
    "25 nesting": (
        _geojson("[" * 100_000 + "]" * 100_000),
        "export.geojson: got bottomless nesting; must be GeoJSON; export it again",
    ),
    "25 huge number": (
        _geojson(GEOJSON.replace('"007"', "9" * 30)),
        "export.geojson: got the number '999999999999999999999999999999'; at most 64 bits; write it as text",
    ),
    "25 torn": (
        _geojson(GEOJSON[:-30]),
        "export.geojson line 1: got \"Expecting ':' delimiter\"; must be JSON; export it again",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_trusted_is_refused_in_one_line(case: str, tmp_path: Path) -> None:
    given, message = REFUSED[case]
    data, name = given if isinstance(given, tuple) else (given, "export.csv")
    with pytest.raises(DataRefusedError) as caught:
        load_bytes(tmp_path, data, name, columns={} if name.endswith("csv") else _where(name))
    assert str(caught.value) == message


def _where(name: str) -> dict[str, str]:
    return {"longitude": "longitude", "latitude": "latitude"} if name.endswith("geojson") else {}


ACCEPTED: dict[str, tuple[bytes, str, tuple[str, ...]]] = {
    "3 byte-order mark": (b"\xef\xbb\xbf" + TEXT.encode(), "export.csv", ("byte-order mark",)),
    "9 CRLF": (TEXT.replace("\n", "\r\n").encode(), "export.csv", ()),
    "9 CR": (TEXT.replace("\n", "\r").encode(), "export.csv", ("line ends: carriage returns",)),
    "20 gzip": (gzip.compress(TEXT.encode()), "export.csv.gz", ()),
    "20 zip": (_zip(("a.csv", TEXT)), "export.zip", ()),
    "8 no last line end, all fields": (TEXT.rstrip("\n").encode(), "export.csv", ()),
    "plain": (TEXT.encode(), "export.csv", ()),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_a_peculiar_but_sound_file_is_read_to_the_last_row(case: str, tmp_path: Path) -> None:
    data, name, notes = ACCEPTED[case]
    city = load_bytes(tmp_path, data, name)
    source = city.sources[0]
    assert (source.rows_in, source.kept, source.refused, source.notes) == (20, 20, {}, notes)
    assert source.bytes == len(data)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_declared_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    city = load_bytes(tmp_path, (TEXT + row("é") + "\n").encode(encoding), encoding=encoding)
    assert city.sources[0].kept == 21


ROW_CASES: dict[str, tuple[list[str], list[tuple[int, str, str, str]]]] = {
    "6 NUL": ([row("a\0b")], [(22, "", "NUL byte", "")]),
    "10 line end in quotes": (
        [row('"a\nb"'), "", row("q", lat="95")],
        [(25, "lon", "coordinates outside their range", "-87.68 95")],
    ),
    "9 mixed line ends": (
        [good(2, 900)[0] + "\r", good(2, 900)[1] + "\r" + row("z", lat=""), row("z2")],
        [(24, "lon", "no location", "")],
    ),
    "12 longer": ([row() + ",x"], [(22, "", "more fields than the header", "9 fields")]),
    "13 shorter": (["1,2,3"], [(22, "", "fewer fields than the header", "3 fields")]),
    "12 and 13, and the lines after": (
        [row("1") + ",x", row("2"), "1,2", row("3", lat="")],
        [(22, "", "more fields than the header", "9 fields"), (24, "", "fewer fields than the header", "2 fields"),
         (25, "lon", "no location", "")],
    ),
    "18 huge field": ([row("x" * 200_000)], [(22, "", "row longer than 131,072 bytes", "")]),
}  # fmt: skip


@pytest.mark.parametrize("case", ROW_CASES)
def test_a_bad_row_is_refused_with_its_line_and_the_others_are_kept(case: str, tmp_path: Path) -> None:
    rows, refused = ROW_CASES[case]
    city = load(tmp_path, [*ROWS, *rows])
    assert quarantine(city) == refused
    source = city.sources[0]
    assert source.rows_in == source.kept + sum(source.refused.values())


def test_a_gigantic_line_is_refused_before_it_is_held(tmp_path: Path) -> None:
    with (tmp_path / "export.csv").open("wb") as file:
        file.write(TEXT.encode())
        for _ in range(12):
            file.write(b"x" * 2**20)
    with pytest.raises(DataRefusedError) as caught:
        load_city(settings(tmp_path), as_of=AS_OF, now=NOW)
    assert str(caught.value) == (
        "export.csv line 22: got 5,241,433 bytes or more; a line has at most 4,194,304 bytes; "
        "check the line ends of the export"
    )


def test_a_column_that_no_role_names_is_never_read_and_is_listed(tmp_path: Path) -> None:
    city = load(tmp_path, [one + ",=HYPERLINK(0)" for one in ROWS], header=HEADER + ",beat")
    assert city.sources[0].notes == ("columns not read: 'beat'",)


@pytest.mark.parametrize("name", ["Victim Name", "dob", "Suspect Race", "Caller Phone", "Narrative", "LicensePlate"])
def test_a_column_about_persons_refuses_the_file_and_no_value_is_reported(name: str, tmp_path: Path) -> None:
    with pytest.raises(ProhibitedDataError) as caught:
        load(tmp_path, [one + ",SECRET" for one in ROWS], header=f"{HEADER},{name}")
    assert str(caught.value) == (
        f"export.csv header: got columns about persons: '{name}'; "
        "patrolcast reads places and times, never persons; export it without them"
    )
    assert caught.value.exit_code == 14


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(("make", "got"), [(_pipe, "a pipe"), (Path.mkdir, "a folder")])
def test_what_is_no_ordinary_file_is_refused(make: Callable[[Path], None], got: str, tmp_path: Path) -> None:
    make(tmp_path / "export.csv")
    with pytest.raises(DataRefusedError) as caught:
        load_city(settings(tmp_path), as_of=AS_OF, now=NOW)
    assert str(caught.value) == f"export.csv: got {got}; must be an ordinary file; name the export itself"


def test_a_device_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    messages = []
    for name in ("/dev/zero", "export.csv"):
        with pytest.raises(PatrolcastError) as caught:
            load_city(settings(tmp_path, name), as_of=AS_OF, now=NOW)
        messages.append(str(caught.value))
    assert messages == [
        "zero: got a device; must be an ordinary file; name the export itself",
        "export.csv: got no such file; must exist; check the path",
    ]


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, take = tmp_path / "export.csv", csv_scan._Pass.take

    def take_and_append(self: csv_scan._Pass, chunk: bytes) -> None:
        take(self, chunk)
        with path.open("a") as file:
            file.write(row("late") + "\n")

    reads = iter([True])
    monkeypatch.setattr(
        csv_scan._Pass, "take", lambda self, chunk: (take_and_append if next(reads, False) else take)(self, chunk)
    )
    with pytest.raises(DataRefusedError) as caught:
        load_bytes(tmp_path, TEXT.encode())
    assert str(caught.value) == (
        "export.csv: got a file that is still being written; must not change while it is read; "
        "wait until it is written, then run again"
    )


def test_a_decimal_comma_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError) as caught:
        load_bytes(tmp_path, TEXT.replace(",", ";").replace(".", ",").encode(), delimiter=";")
    assert str(caught.value) == (
        "export.csv: got 20 of 20 rows: coordinate is not a number; most rows must have a place; "
        "check the columns in [incidents.columns]; numbers are written with a point, e.g. 41.88"
    )


def test_a_sound_geojson_is_read_with_its_leading_zeros(tmp_path: Path) -> None:
    city = load_bytes(tmp_path, GEOJSON.encode(), "export.geojson", columns=_where("export.geojson"))
    assert city.sources[0].kept == 1
