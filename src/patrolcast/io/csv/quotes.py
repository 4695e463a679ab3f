"""Which lines are one record: the quotes of a whole file, read once as Python's strict csv reads them.

Two stray quotes, hundreds of lines apart, make one field of all rows between them, and a parser is content. So every
record that takes more than one line is looked at: where its lines read as rows by themselves, or where there are too
many of them, the file is refused with the lines between which it happens. A line whose quotes open at the start of a
field and close at its end, which is nearly every line, is found by arrays at memory speed; only the others are walked.
"""

import contextlib
import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.csv.lines import HOLDS_NUL, LINE_TOO_LONG, LONGEST_ROW, open_utf8, pieces, read_line
from patrolcast.numerics.arrays import BoolArray, IntArray

MOST_LINE_ENDS = 100
"""Line ends that one record may hold in its quoted fields."""
TEXT_AFTER_QUOTE = "text after a closing quote"
_CURE = "double each quotation mark inside a field, or export without quotation marks in texts"
_QUOTE, _END = ord('"'), ord("\n")
_LEARNT_LINES = 200
_MOST_QUOTES = 12


@dataclass
class RecordFacts:
    """How the physical lines of a file part into records.

    Attributes
    ----------
    n_lines, n_records : the header included; blank lines between records are no record.
    n_folded : records that take more than one line.
    unusable : physical line -> rule: first lines of records with text after a closing quote; where every line is
        walked, lines with a NUL byte or of unreasonable length too.
    """

    n_lines: int = 0
    n_records: int = 0
    n_folded: int = 0
    unusable: dict[int, str] = field(default_factory=dict)


def scan_records(path: Path, *, delimiter: str, encoding: str, width: int, every_line: bool = False) -> RecordFacts:
    """Part every line into records.

    Raises DataRefusedError: a quote that is never closed, a quoted field that swallows rows, or rows that mostly hold
    text behind a closing quote.

    Parameters
    ----------
    width : columns of the header.
    every_line : walk every line: for files in which a lone carriage return ends lines too.
    """
    walk = _Walk(path.name, delimiter, width, every_line)
    rest = b""
    with open_utf8(path, encoding) as file:
        for chunk in pieces(file):
            whole = rest + chunk
            cut = max(whole.rfind(b"\n"), whole.rfind(b"\r", 0, -1)) + 1
            walk.take(whole[:cut])
            rest = whole[cut:]
    walk.take(rest)
    return walk.finished()


class _Walk:
    def __init__(self, name: str, delimiter: str, width: int, every_line: bool) -> None:
        self.name, self.mark, self.width, self.every_line = name, delimiter.encode(), width, every_line
        self.facts = RecordFacts()
        self.inside, self.broken = False, False
        self.first = self.n_like = self.signs = 0
        self.shapes: dict[int, set[str]] | None = None  # learnt from the first rows

    def take(self, block: bytes) -> None:
        """Whole lines; only the last block may end without a line end."""
        if not block:
            return
        if not self.facts.n_lines:
            block = block.removeprefix(b"\xef\xbb\xbf")
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if not block.endswith(b"\n"):
            block += b"\n"
        ends, suspect = _suspect_lines(block, self.mark[0])
        if self.shapes is None:
            self.shapes = self._learn(block[: int(ends[min(_LEARNT_LINES, ends.size - 1)])])
        todo = np.arange(ends.size) if self.every_line else np.flatnonzero(suspect)
        blank = int((np.diff(ends, prepend=-1) == 1).sum())
        inner = self._walk_lines(block, ends, todo)
        self.facts.n_lines += ends.size
        self.facts.n_records += ends.size - blank - inner

    def _walk_lines(self, block: bytes, ends: IntArray, todo: IntArray) -> int:
        """Lines that begin no record, without the blank ones among those that stand between records."""
        inner, at, n = 0, 0, ends.size
        while True:
            if not self.inside:
                place = int(np.searchsorted(todo, at))
                if place >= todo.size:
                    return inner
                at = int(todo[place])
            if at >= n:
                return inner
            text = block[int(ends[at - 1]) + 1 if at else 0 : int(ends[at])]
            inner += self.inside and bool(text)  # a blank line is left out by its length already
            self._line(text, self.facts.n_lines + at + 1)
            at += 1

    def _line(self, text: bytes, number: int) -> None:
        if self.every_line and (len(text) > LONGEST_ROW or b"\0" in text):
            self.facts.unusable[number] = HOLDS_NUL if b"\0" in text else LINE_TOO_LONG
        began = not self.inside
        if began:
            self.first, self.n_like, self.signs, self.broken = number, 0, 0, False
        self.inside, broken = read_line(text, self.mark, self.inside)
        self.broken |= broken
        if not began or self.inside:
            sign = self._reads_as_row(text)
            if began:  # so does the first line of an honest row whose last field holds line ends
                sign = min(sign, 0 if self.broken else 1)
            self.n_like, self.signs = self.n_like + (sign > 0), self.signs + sign
        if not self.inside:
            self._close(number)

    def _close(self, last: int) -> None:
        n = last - self.first
        swallows = self.signs >= (1 if self.broken else 2)
        if n and (n > MOST_LINE_ENDS or swallows):
            like = f", {self.n_like:,} of which look like rows" if swallows else ""
            raise DataRefusedError(
                f"{self.name} lines {self.first} to {last}",
                got=f"one row that spans {n + 1:,} lines{like}",
                rule="a stray quote seems to have swallowed them"
                if swallows
                else f"a quoted field may hold at most {MOST_LINE_ENDS} line ends",
                cure=_CURE,
            )
        self.facts.n_folded += n > 0
        if self.broken:
            self.facts.unusable[self.first] = TEXT_AFTER_QUOTE

    def _reads_as_row(self, text: bytes) -> int:
        """0 to 2: how sure a line is a row by itself, perhaps once one stray quote is taken out of it.

        It has the fields of the header then, and its numbers and dates where the rows of the file have them. One such
        line with a date or a coordinate in its place is sure; of others it takes two.
        """
        n = text.count(b'"')
        if self.width < 3 or text.count(self.mark) < self.width - 1 or n > _MOST_QUOTES:
            return 0
        at = -1
        for _ in range(n + 1):
            tried = text if at < 0 else text[:at] + text[at + 1 :]
            row = [] if read_line(tried, self.mark, inside=False)[0] else _parted(tried, self.mark)
            if len(row) == self.width:
                shapes = {i: _shape(row[i]) for i in self.shapes or ()}
                fits = all(shape in (self.shapes or {})[i] for i, shape in shapes.items() if shape)
                return fits + (fits and not set(shapes.values()) <= {"", "9"})
            at = text.find(b'"', at + 1)
        return 0

    def _learn(self, text: bytes) -> dict[int, set[str]]:
        """Column -> how nearly all its values are written, for columns of numbers, dates and the like."""
        lines = text.decode("utf-8", "replace").splitlines(keepends=True)
        rows: list[list[str]] = []
        with contextlib.suppress(csv.Error):  # a field beyond every measure: what stands before it says enough
            rows.extend(row for row in csv.reader(lines, delimiter=self.mark.decode()) if len(row) == self.width)
        rows = rows[1:]
        learnt = {}
        for i in range(self.width if rows else 0):
            counts = Counter(_shape(row[i]) for row in rows)
            usual = {shape for shape, n in counts.items() if 20 * n >= len(rows)}
            if all("9" in shape for shape in usual) and sum(counts[shape] for shape in usual) >= 0.9 * len(rows):
                learnt[i] = usual
        return learnt

    def finished(self) -> RecordFacts:
        if self.inside:
            raise DataRefusedError(
                f"{self.name} line {self.first}",
                got="a quote that is never closed",
                rule=f"the last good line is {self.first - 1}",
                cure="copy the whole file again, or close the quote on that line",
            )
        broken = [line for line, rule in self.facts.unusable.items() if rule == TEXT_AFTER_QUOTE]
        if 2 * len(broken) > self.facts.n_records:
            got = f"{len(broken):,} of {self.facts.n_records:,} rows with {TEXT_AFTER_QUOTE}"
            rule = "a quoted field ends with its quote"
            raise DataRefusedError(f"{self.name} line {min(broken)}", got=got, rule=rule, cure=_CURE)
        return self.facts


def _suspect_lines(block: bytes, mark: int) -> tuple[IntArray, BoolArray]:
    """Where each line ends, and which lines have quotes that are not simply a field's first and last byte, or doubled.

    A line that is not suspect begins and ends outside quotes: each of its quotes opens behind a delimiter, closes
    before one, or is one of two.
    """
    data = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(data == _END)
    quotes = np.flatnonzero(data == _QUOTE)
    if not quotes.size:
        return ends, np.zeros(ends.size, dtype=bool)
    line = np.searchsorted(ends, quotes)
    count = np.bincount(line, minlength=ends.size)
    place = np.arange(quotes.size) - (np.cumsum(count) - count)[line]
    before = np.where(quotes > 0, data[quotes - 1], _END)
    beside = np.where(place % 2 == 0, before, data[quotes + 1])  # a block ends with a line end
    wrong = (beside != mark) & (beside != _END) & (beside != _QUOTE)
    suspect = count % 2 == 1
    suspect[line[wrong]] = True
    return ends, suspect


def _shape(text: str) -> str:
    """A value with its digits as one 9 and its letters as one a: ``2024-01-31`` is ``9-9-9``."""
    return re.sub(r"[^\W\d]+", "a", re.sub(r"\d+", "9", text.strip()))


def _parted(text: bytes, mark: bytes) -> list[str]:
    try:
        return next(csv.reader([text.decode("utf-8", "replace")], delimiter=mark.decode()), [])
    except csv.Error:
        return []
