"""One cheap look at every byte of a CSV before it is parsed: what would make a parser silently wrong is refused here.

A parser shifts columns, keeps NUL bytes, swallows half a file behind a stray quote, or stops at a torn end. This pass
runs at memory speed (searches for single bytes), in bounded memory, and notes what the parse needs to know: how many
physical lines there are, and which of them cannot be used.
"""

import codecs
import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from patrolcast.domain.errors import ConfigError, DataRefusedError, shown
from patrolcast.io.csv.footers import is_footer
from patrolcast.io.csv.lines import HOLDS_NUL, LINE_TOO_LONG, LONGEST_ROW, is_utf8, open_utf8, pieces, read_line
from patrolcast.io.csv.quotes import TEXT_AFTER_QUOTE, RecordFacts, scan_records
from patrolcast.io.hashing import file_sha256
from patrolcast.io.sources.byte_stream import require_file

LONGEST_LINE = 4 * 2**20
MOST_COLUMNS = 10_000
_TITLE_LINES = 30
"""A report writer's title, print date and filters stand in this many lines at most."""
_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"),
)  # fmt: skip


@dataclass(frozen=True)
class CsvFacts:
    """What the bytes say.

    Attributes
    ----------
    header : column names as written, stripped of spaces around them.
    n_lines, n_records : physical lines and records, the header included.
    unusable : physical line -> rule, for rows with a NUL byte, of unreasonable length, or with a stray quote.
    """

    header: tuple[str, ...]
    sha256: str
    bytes: int
    n_lines: int
    n_records: int
    n_quotes: int
    unusable: dict[int, str]
    notes: tuple[str, ...]


def scan_csv(path: Path, *, delimiter: str, encoding: str, may_be_empty: bool = False) -> CsvFacts:
    """Look at every byte.

    Raises DataRefusedError: the file is empty, no CSV, of another encoding than declared, torn at its end, or not
    closed in its quotes.
    """
    require_file(path)
    if not delimiter.isascii() or delimiter in '"\r\n':
        rule, cure = "one ASCII character, no quote and no line end", "e.g. ';'"
        raise ConfigError("[incidents] delimiter", got=shown(delimiter), rule=rule, cure=cure)
    try:
        "".encode(encoding)  # unlike lookup, this refuses codecs that are no encoding of text, such as rot13
    except (LookupError, ValueError):
        cure = "write encoding = 'utf-8' or a name that Python knows"
        raise ConfigError("[incidents] encoding", got=shown(encoding), rule="must exist", cure=cure) from None
    before = path.stat()
    pass_ = _Pass(path, delimiter, encoding)
    try:
        with open_utf8(path, encoding) as file:
            for chunk in pieces(file):
                pass_.take(chunk)
            pass_.n_cut = file.n_cut
    except UnicodeError as error:
        got = f"bytes that are not {encoding} ({shown(getattr(error, 'reason', error))})"
        cure = "declare the real encoding in [incidents] encoding"
        raise DataRefusedError(path.name, got=got, rule="must be what it is declared to be", cure=cure) from None
    facts = pass_.facts()
    if facts.n_lines < 2 and not may_be_empty:
        raise DataRefusedError(path.name, got="a header only", rule="needs rows", cure="export it again")
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        rule, cure = "must not change while it is read", "wait until it is written, then run again"
        raise DataRefusedError(path.name, got="a file that is still being written", rule=rule, cure=cure)
    return facts


class _Pass:
    def __init__(self, path: Path, delimiter: str, encoding: str) -> None:
        self.path, self.name, self.delimiter, self.encoding = path, path.name, delimiter, encoding
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.at = self.newlines = self.quotes = self.lone_cr = self.crlf = 0
        self.line_length, self.last, self.n_cut = 0, b"", 0
        self.tail = b""
        self.bom = self.cr_only = self.blank = False
        self.header: tuple[str, ...] | None = None
        self.unusable: dict[int, str] = {}

    def take(self, chunk: bytes) -> None:
        if self.at == 0:
            chunk = self._first(chunk)
        if not self.at:
            self.at = 3 if self.bom else 0
        if self.cr_only:
            chunk = chunk.replace(b"\r", b"\n")
        self._check_encoding(chunk)
        self._check_bytes(chunk)
        self._check_lengths(chunk)
        data = np.frombuffer(chunk, dtype=np.uint8)  # bytes are counted many times as fast so
        ends, returns = data == ord("\n"), data == ord("\r") if b"\r" in chunk else None
        crs = crlf = 0
        if returns is not None:
            crs, crlf = int(np.count_nonzero(returns)), int(np.count_nonzero(returns[:-1] & ends[1:]))
            self.blank |= bool((ends[:-2] & returns[1:-1] & ends[2:]).any())
        if self.last[-1:] == b"\r" and chunk[:1] == b"\n":  # the two bytes of one line end, parted by the reading
            self.lone_cr, self.crlf = self.lone_cr - 1, self.crlf + 1
        self.lone_cr, self.crlf = self.lone_cr + crs - crlf, self.crlf + crlf
        joined = self.last + chunk[:2]
        self.blank |= b"\n\n" in joined or b"\n\r\n" in joined or bool((ends[:-1] & ends[1:]).any())
        self.newlines += int(np.count_nonzero(ends))
        self.quotes += int(np.count_nonzero(data == ord('"')))
        self.tail = (self.tail + chunk if len(chunk) < 2 * LONGEST_ROW else chunk)[-2 * LONGEST_ROW :]
        self.at, self.last = self.at + len(chunk), (self.last + chunk[-2:])[-2:]

    def _first(self, chunk: bytes) -> bytes:
        _refuse_other_kinds(chunk, self.name)
        if is_utf8(self.encoding) and chunk.startswith(codecs.BOM_UTF8):
            self.bom, chunk = True, chunk[3:]
        self.cr_only = b"\r" in chunk and b"\n" not in chunk
        line = chunk.replace(b"\r", b"\n") if self.cr_only else chunk
        self.header = _header(line, self.name, self.delimiter)
        return chunk

    def _check_encoding(self, chunk: bytes) -> None:
        pending = len(self.decoder.getstate()[0])
        if chunk.isascii() and not pending:
            return
        real = "utf-8"
        try:
            self.decoder.decode(chunk)
            if codecs.lookup(self.encoding).name != "ascii":
                return
            chunk.decode("ascii")
        except UnicodeDecodeError as error:
            if error.encoding != "ascii":
                real = "cp1252"
            offset = self.at + error.start - pending
            line = self.newlines + error.object[: error.start].count(b"\n") + 1
            raise DataRefusedError(
                f"{self.name} line {line}",
                got=f"byte 0x{error.object[error.start]:02x} at offset {offset}",
                rule="is not ASCII, as declared" if codecs.lookup(self.encoding).name == "ascii" else "is not UTF-8",
                cure=f"declare the real encoding, e.g. [incidents] encoding = '{real}'",
            ) from None

    def _check_bytes(self, chunk: bytes) -> None:
        at = chunk.find(b"\0")
        while at >= 0:
            self.unusable[self.newlines + chunk.count(b"\n", 0, at) + 1] = HOLDS_NUL
            at = chunk.find(b"\0", max(chunk.find(b"\n", at), at + 1))

    def _check_lengths(self, chunk: bytes) -> None:
        """Length of each line, exactly only where half a limit passes without a line end."""
        step = LONGEST_ROW // 2
        if all(chunk.find(b"\n", i, i + step) >= 0 for i in range(0, max(len(chunk) - step, 1), step)):
            if self.line_length + chunk.find(b"\n") > LONGEST_ROW:
                self._too_long(self.newlines + 1, self.line_length + chunk.find(b"\n"))
            self.line_length = len(chunk) - chunk.rfind(b"\n") - 1
            return
        at, line = 0, self.newlines + 1
        while (end := chunk.find(b"\n", at)) >= 0:
            self._too_long(line, self.line_length + end - at)
            at, line, self.line_length = end + 1, line + 1, 0
        self.line_length += len(chunk) - at
        self._too_long(line, self.line_length)

    def _too_long(self, line: int, length: int) -> None:
        if length > LONGEST_LINE:
            rule, cure = f"a line has at most {LONGEST_LINE:,} bytes", "check the line ends of the export"
            raise DataRefusedError(f"{self.name} line {line}", got=f"{length:,} bytes or more", rule=rule, cure=cure)
        if length > LONGEST_ROW:
            self.unusable[line] = LINE_TOO_LONG

    def facts(self) -> CsvFacts:
        if self.decoder.getstate()[0]:
            rule, cure = "ends within a character", "copy the whole file again"
            raise DataRefusedError(self.name, got="a torn last character", rule=rule, cure=cure)
        if self.header is None:
            raise DataRefusedError(self.name, got="NUL bytes only", rule="must hold data", cure="export it again")
        n_lines = self.newlines + (self.line_length > 0)
        records = RecordFacts(n_lines, n_lines)
        if self.quotes or self.lone_cr or self.blank:
            records = scan_records(
                self.path, delimiter=self.delimiter, encoding=self.encoding, width=len(self.header),
                every_line=self.lone_cr > 0,
            )  # fmt: skip
        if self.line_length:
            self._refuse_torn_end(n_lines)
        notes = ["byte-order mark"] if self.bom else []
        notes += ["line ends: carriage returns" if self.cr_only else "line ends: mixed"] * bool(
            self.cr_only or self.lone_cr
        )
        if records.n_folded:
            stated = f"{records.n_lines:,} lines are {records.n_records:,} rows, the header included"
            notes.append(f"line ends in quotes: {stated}")
        if self.n_cut:
            filling = "1 byte" if self.n_cut == 1 else f"{self.n_cut:,} bytes"
            notes.append(f"{filling} of filling (NUL or ^Z) behind the last row not read: is it the last row?")
        return CsvFacts(
            self.header, file_sha256(self.path), self.path.stat().st_size, records.n_lines, records.n_records,
            self.quotes, records.unusable | ({} if self.lone_cr else self.unusable), tuple(notes),
        )  # fmt: skip

    def _refuse_torn_end(self, n_lines: int) -> None:
        last = self.tail.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")
        if '"' in last or is_footer(last, self.delimiter):
            return
        n, wanted = last.count(self.delimiter) + 1, len(self.header or ())
        if n < wanted:
            rule, cure = f"the last line is cut off: {n} of {wanted} fields, no line end", "copy the whole file again"
            raise DataRefusedError(f"{self.name} line {n_lines}", got="a torn end", rule=rule, cure=cure)


def _header(chunk: bytes, name: str, delimiter: str) -> tuple[str, ...]:
    line = chunk.replace(b"\r", b"\n").partition(b"\n")[0]
    mark = delimiter.encode()
    n = line.count(mark) + 1
    if n > MOST_COLUMNS:
        rule, cure = f"at most {MOST_COLUMNS:,} columns", "check delimiter and line ends"
        raise DataRefusedError(name, got=f"{n:,} columns or more", rule=rule, cure=cure)
    text = line.decode("utf-8", "replace")
    is_open, is_broken = read_line(line.removeprefix(codecs.BOM_UTF8), mark, inside=False)
    if is_open or is_broken:
        got = "a quote that the line does not close" if is_open else TEXT_AFTER_QUOTE
        rule, cure = "a column name stands on one line, its quotes around it", "rename it in the export"
        raise DataRefusedError(f"{name} header", got=got, rule=rule, cure=cure)
    try:
        names = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error as error:
        cure = "export it again"
        raise DataRefusedError(
            f"{name} header", got=shown(str(error)), rule="must be column names", cure=cure
        ) from None
    if not any(part.strip() for part in names):
        rule, cure = "the first line names the columns", "delete what stands above them in the export"
        raise DataRefusedError(f"{name} line 1", got="a blank line", rule=rule, cure=cure)
    other = max(",;\t|", key=text.count)
    if len(names) < 2 and text.count(other):
        cure = f"declare it: [incidents] delimiter = {shown(other)}"
        rule = f"looks parted by {shown(other)}"
        raise DataRefusedError(f"{name} header", got=f"one column between {shown(delimiter)}", rule=rule, cure=cure)
    if re.fullmatch(r"\W*sep=.?.?\W*", text.strip(), re.IGNORECASE):
        rule, cure = "the first line names the columns", "delete the first line: it is meant for a spreadsheet"
        raise DataRefusedError(f"{name} line 1", got=shown(text.strip()), rule=rule, cure=cure)
    if len(names) < 2:
        below = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")[1:_TITLE_LINES]
        wider = next((i for i, text in enumerate(below, start=2) if text.count(mark) > 1), None)
        if wider is not None:
            got, rule = f"one column where line {wider} has more", "the first line names the columns"
            raise DataRefusedError(
                f"{name} line 1", got=got, rule=rule, cure="delete what stands above them in the export"
            )
    return tuple(part.strip() for part in names)


def _refuse_other_kinds(head: bytes, name: str) -> None:
    cure = "declare it in [incidents] encoding, or save as UTF-8"
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            raise DataRefusedError(name, got=encoding, rule="is not the declared encoding", cure=cure)
    start = head[:4096]
    if start.count(b"\0") > len(start) // 4:
        raise DataRefusedError(name, got="UTF-16 or binary", rule="is not the declared encoding", cure=cure)
    text = start.lstrip().lower()
    kinds = ((b"%pdf", "a PDF"), (b"par1", "a Parquet file"), (b"\xd0\xcf\x11\xe0", "an Excel workbook"))
    kind = next((kind for mark, kind in kinds if text.startswith(mark)), None)
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        kind = "a web page (a login page, perhaps)"
    if kind:
        raise DataRefusedError(name, got=kind, rule="must be CSV", cure="export it again, and look at it")
