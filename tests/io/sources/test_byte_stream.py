"""Bytes from whatever an export is packed in; an archive that lies, nests or explodes is refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.domain.errors import DataRefusedError, NotPermittedError
from patrolcast.io.sources import byte_stream
from patrolcast.io.sources.byte_stream import BytesBudget, TrimmedEnd, is_there, open_bytes, require_file

TEXT = b"a,b\n1,2\n"


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def opened(folder: Path, data: bytes, name: str = "export") -> bytes:
    path = folder / name
    path.write_bytes(data)
    with open_bytes(path) as file:
        return file.read()


@pytest.mark.parametrize(
    "data", [TEXT, gzip.compress(TEXT), zipped(("a.csv", TEXT)), zipped(("folder/", b""), ("folder/a.csv", TEXT))]
)
def test_the_first_bytes_decide_how_a_file_is_unpacked_and_its_ending_does_not(data: bytes, tmp_path: Path) -> None:
    assert opened(tmp_path, data, "export.csv") == opened(tmp_path, data, "export.zip") == TEXT


@pytest.mark.parametrize(
    "data", [TEXT, b"PK_ID,offence\n1,2\n", gzip.compress(TEXT), zipped(("a.csv", TEXT)), zipped(), b"PK\x03"]
)
def test_what_is_called_packed_is_what_is_unpacked(data: bytes, tmp_path: Path) -> None:
    try:
        left_as_it_is = opened(tmp_path, data) == data
    except DataRefusedError:  # a zip that holds nothing
        left_as_it_is = False
    assert byte_stream.is_packed(data[:4]) is not left_as_it_is


ONE_FILE = "a zip holds exactly one ordinary file; pack the export alone, without a password"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (zipped(), f"export: got 0 files; {ONE_FILE}"),
        (zipped(("a", TEXT), ("b", TEXT)), f"export: got 2 files; {ONE_FILE}"),
        (zipped(("/etc/a", TEXT)), f"export: got the path '/etc/a'; {ONE_FILE}"),
        (zipped(("b/../../a", TEXT)), f"export: got the path 'b/../../a'; {ONE_FILE}"),
        (
            zipped(("a", TEXT))[:40],
            "export: got 'File is not a zip file'; must be a whole zip; pack the export alone, without a password",
        ),
        (
            zipped(("a.gz", gzip.compress(TEXT))),
            "export: got an archive inside an archive; packed at most once; unpack it once",
        ),
        (
            gzip.compress(gzip.compress(TEXT)),
            "export: got an archive inside an archive; packed at most once; unpack it once",
        ),
        (
            gzip.compress(TEXT)[:-4],
            "export: got 'Compressed file ended before the end-of-stream marker was reached'; must unpack; "
            "copy the whole file again",
        ),
    ],
)
def test_an_archive_that_is_not_one_whole_file_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError) as caught:
        opened(tmp_path, data)
    assert str(caught.value) == message


def test_a_path_is_taken_apart_at_backslashes_too(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match="zip holds exactly one ordinary file"):
        opened(tmp_path, zipped(("b\\..\\a", TEXT)))


def unpacked(n: int, packed: int) -> int:
    stream = BytesBudget(io.BytesIO(b"x" * n), "export.gz", packed)
    return sum(len(piece) for piece in iter(lambda: stream.read(100), b""))


def test_an_archive_may_unpack_to_exactly_250_times_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_stream, "_FREE", 0)
    assert unpacked(2_500, 10) == 2_500
    with pytest.raises(DataRefusedError) as caught:
        unpacked(2_501, 10)
    assert str(caught.value) == (
        "export.gz: got more than 250 times its size unpacked; an archive unpacks to at most 250 times its size "
        "and 64 GiB; unpack it yourself and look at it"
    )


def test_the_ratio_counts_only_beyond_a_size_that_any_machine_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_stream, "_FREE", 5_000)
    assert unpacked(5_000, 1) == 5_000
    with pytest.raises(DataRefusedError):
        unpacked(5_001, 1)


def test_the_whole_is_limited_however_well_it_was_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_stream, "MAX_UNPACKED", 300)
    assert unpacked(300, 300) == 300
    with pytest.raises(DataRefusedError):
        unpacked(301, 300)


def test_reading_into_a_buffer_counts_like_reading() -> None:
    stream = BytesBudget(io.BytesIO(b"abc"), "export.gz", 1)
    buffer = bytearray(2)
    assert (stream.readinto(buffer), bytes(buffer)) == (2, b"ab")
    assert (stream.readinto(buffer), bytes(buffer)) == (1, b"cb")
    assert stream.readinto(buffer) == 0


def test_closing_the_stream_closes_the_archive() -> None:
    inner = io.BytesIO(b"abc")
    BytesBudget(inner, "export.gz", 1).close()
    assert inner.closed


def test_a_folder_is_no_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    assert (is_there(tmp_path / "a"), is_there(tmp_path), is_there(tmp_path / "b")) == (True, False, False)


def test_an_ordinary_file_with_something_in_it_passes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\0")
    require_file(tmp_path / "a")


def test_what_is_no_file_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    messages = []
    for path in (tmp_path / "empty", tmp_path / "none", tmp_path, Path("/dev/null")):
        with pytest.raises(DataRefusedError) as caught:
            require_file(path)
        messages.append(str(caught.value))
    assert messages == [
        "empty: got an empty file; must hold data; export it again",
        "none: got no such file; must exist; check the path",
        f"{tmp_path.name}: got a folder; must be an ordinary file; name the export itself",
        "null: got a device; must be an ordinary file; name the export itself",
    ]


def test_a_file_the_system_keeps_closed_is_said_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(NotPermittedError) as caught:
        require_file(tmp_path / "export.csv")
    assert str(caught.value) == "export.csv: got permission denied; must be readable"


@given(st.lists(st.sampled_from([b"a", b"\0", b"\x1a", b"\n"])), st.integers(1, 5))
def test_only_what_stands_at_the_very_end_is_cut_off_however_it_is_read(parts: list[bytes], size: int) -> None:
    data = b"".join(parts)
    file = TrimmedEnd(io.BytesIO(data))
    read = b""
    while chunk := file.read(size):
        read += chunk
    assert read == data.rstrip(b"\0\x1a")
    assert file.n_cut == len(data) - len(read)


def test_more_than_a_mebibyte_of_it_is_no_filling() -> None:
    file = TrimmedEnd(io.BytesIO(b"a" + b"\0" * 2**21))
    assert len(file.read()) == 1 + 2**21
