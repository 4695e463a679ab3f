"""What is read of a CSV is what Python's strict csv reads, or the difference is said: a seeded corpus of odd files."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.csv.source import CsvSource

_WORDS = ("theft", "Main St", "5 3/4", "a, b", 'he said "no"', "two\nlines", "", "é", "x;y", "a\tb", "one\r\ntwo", "NA")
_STRAY = ('"', '"', '"', '""', '",', ',"', ' "', '" ', "\n", "\r", "\\", "'", ",", "\n\n")


@dataclass(frozen=True)
class OddFile:
    """A file, and how many odd characters fell into it."""

    text: str
    delimiter: str
    planted: int


def odd_file(random_: random.Random) -> OddFile:
    """Rows written by csv in one of its ways, into which up to four odd characters fell."""
    mark, width = random_.choice(",,,;\t|"), random_.randint(3, 7)
    rows = [["id", "date", *(f"c{i}" for i in range(width - 2))]]
    for i in range(random_.randint(3, 60)):
        day = f"2024-{random_.randint(1, 12):02d}-{random_.randint(1, 28):02d}"
        rows.append([str(100 + i), day, *random_.choices(_WORDS, k=width - 2)])
    file = io.StringIO()
    quoting = random_.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
    csv.writer(file, delimiter=mark, quoting=quoting, lineterminator=random_.choice(["\n", "\r\n"])).writerows(rows)
    text, planted = file.getvalue(), random_.choice([0, 1, 1, 2, 2, 2, 3, 4])
    for _ in range(planted):
        at = random_.randrange(len(text))
        text = text[:at] + random_.choice(_STRAY) + text[at + random_.randint(0, 1) :]
    return OddFile(text.rstrip("\n") if random_.random() < 0.1 else text, mark, planted)


def strict_rows(text: str, mark: str) -> list[list[str]]:
    """Rows as Python's strict csv reads them, the header first; blank lines are none."""
    return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=mark) if row]


def without_lines(text: str, spans: list[tuple[int, int]]) -> str:
    """The text without these physical lines (first, last)."""
    lines = list(io.StringIO(text, newline=""))
    return "".join(line for i, line in enumerate(lines, start=1) if not any(a <= i <= b for a, b in spans))


def differs(file: OddFile, folder: Path) -> str | None:
    """Why what is read of a file differs in silence from the strict reading; None where it does not, "" if refused."""
    (folder / "odd.csv").write_bytes(file.text.encode())
    try:
        source = CsvSource(folder / "odd.csv", delimiter=file.delimiter, encoding="utf-8")
        read: dict[int, list[str]] = {}
        for batch, records in source.batches({name: name for name in source.header}):
            texts = zip(*(values.to_pylist() for values in batch.values()), strict=True)
            read |= dict(zip(records.tolist(), map(list, texts), strict=True))
    except DataRefusedError:
        return ""
    bad = source.unusable()
    ragged = {number for number, _, _ in source.rejected()}
    everything = sorted(read.keys() | ragged)
    if everything != list(range(2, source.facts.n_records + 1)):
        return "records are not numbered through"
    first = source.lines(np.array([*everything, everything[-1] + 1], dtype=np.int64)).tolist()
    last = [begin - 1 for begin in first[1:-1]] + [10**9]
    spans = [span for number, *span in zip(everything, first, last, strict=False) if number in bad]
    try:
        strict = strict_rows(without_lines(file.text, [(a, b) for a, b in spans]), file.delimiter)[1:]
    except csv.Error as error:
        return f"strict csv refuses what was accepted: {error}"
    kept = [read.get(number) for number in everything if number not in bad]
    if len(strict) != len(kept):
        return f"{len(kept)} rows for {len(strict)}"
    width = len(source.header)
    for ours, theirs in zip(kept, strict, strict=True):
        if (ours is None) != (len(theirs) != width) or (ours is not None and ours != theirs):
            return f"{ours} for {theirs}"
    return None


def swept(n: int, seed: int, folder: Path) -> Counter[str]:
    """How many files were refused and read; fails at the first silent difference."""
    random_ = random.Random(seed)
    count: Counter[str] = Counter()
    for _ in range(n):
        file = odd_file(random_)
        found = differs(file, folder)
        assert not found, f"{found}\n{file.text!r}"
        count["read" if found is None else "refused"] += 1
        count["refused although nothing fell into it"] += found == "" and not file.planted
    return count


def test_no_odd_file_is_read_otherwise_than_strict_csv_reads_it_in_silence(tmp_path: Path) -> None:
    count = swept(600, 4, tmp_path)
    assert count["read"] > 400
    assert count["refused"] > 40
    assert count["refused although nothing fell into it"] == 0


@pytest.mark.long
def test_of_twenty_thousand_odd_files_none_is_read_otherwise_in_silence(tmp_path: Path) -> None:
    assert swept(20_000, 15, tmp_path)["refused although nothing fell into it"] == 0


def test_the_judge_sees_a_row_that_is_read_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = OddFile('id,b,c\n1,"x"y,2\n2,x,3\n3,x,4\n', ",", 1)
    assert differs(file, tmp_path) is None
    monkeypatch.setattr(CsvSource, "unusable", lambda _: {})
    assert "strict csv refuses what was accepted" in str(differs(file, tmp_path))
