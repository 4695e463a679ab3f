"""Physical lines and records of a CSV: which record stands where, since a quoted field may hold line ends.

Slow and exact (a loop over lines), for the places of refused rows and for quotes that never close; the parse itself
does not come here.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from patrolcast.io.sources.byte_stream import TrimmedEnd, open_bytes

CHUNK = 2**22
PIECE = 2**20
LONGEST_ROW = 131_072
LINE_TOO_LONG, HOLDS_NUL = "row longer than 131,072 bytes", "NUL byte"


def is_utf8(encoding: str) -> bool:
    """True for every name of UTF-8, and for ASCII, which is part of it."""
    return codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}


def open_utf8(path: Path, encoding: str) -> TrimmedEnd:
    """The unpacked bytes as UTF-8, without filling at their end; another declared encoding is translated on the way."""
    file = open_bytes(path)
    if is_utf8(encoding):
        return TrimmedEnd(file)
    return TrimmedEnd(cast(IO[bytes], codecs.EncodedFile(file, "utf-8", encoding)))


def pieces(file: IO[bytes] | TrimmedEnd) -> Iterator[bytes]:
    """All bytes: first as many as a header and the rows to learn from may need, then what fits a processor's cache."""
    size = CHUNK
    while piece := file.read(size):
        yield piece
        size = PIECE


def iter_records(file: IO[bytes] | TrimmedEnd, delimiter: str) -> Iterator[tuple[int, int, int, bool]]:
    """Each record that is not blank: its number, its first and last physical line, and whether its quotes are closed.

    A quote opens only at the start of a field, as parsers read it. The header is record 1.
    """
    record, first, line, inside, mark = 0, 0, 0, False, delimiter.encode()
    for text in _lines(file):
        line += 1
        if line == 1:
            text = text.removeprefix(codecs.BOM_UTF8)
        if not inside:
            if not text:
                continue
            record, first = record + 1, line
        if b'"' in text or inside:
            inside, _ = read_line(text, mark, inside)
        if not inside:
            yield record, first, line, True
    if inside:
        yield record, first, line, False


def read_line(text: bytes, mark: bytes, inside: bool) -> tuple[bool, bool]:
    """Whether a quoted field is open after a line, and whether text stands behind a closing quote in it.

    Such text is read to the next delimiter, as parsers read it that are not strict.

    >>> read_line(b'1,"a ""b"" c",2', b",", False), read_line(b'1,"5" pipe",2', b",", False)
    ((False, False), (False, True))
    """
    at, broken = 0, False
    while True:
        if inside:
            end = text.find(b'"', at)
            if end < 0:
                return True, broken
            if text[end + 1 : end + 2] == b'"':
                at = end + 2
                continue
            inside, at = False, end + 1
            broken |= text[at : at + 1] not in (b"", mark)
        elif text[at : at + 1] == b'"':
            inside, at = True, at + 1
            continue
        at = text.find(mark, at) + 1
        if not at:
            return False, broken


def _lines(file: IO[bytes] | TrimmedEnd) -> Iterator[bytes]:
    """Lines without their ends: newline, carriage return, or both."""
    rest = b""
    while chunk := file.read(CHUNK):
        whole = rest + chunk
        ends_in_return = whole.endswith(b"\r")
        parts = (whole[:-1] if ends_in_return else whole).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        rest = parts.pop() + (b"\r" if ends_in_return else b"")
        yield from parts
    if rest:
        yield rest.removesuffix(b"\r")
