"""Where a file of lines is cut: after lines whose own bytes say so, hence in the same places whatever stands before.

Content-defined chunking (Muthitacharoen, Chen & Mazieres 2001, "A low-bandwidth network file system",
doi:10.1145/502034.502052), on whole lines: a line that was changed, put in or taken out changes the stretch that holds
it and no other. A file to which lines were added keeps all its stretches but the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from patrolcast.numerics.arrays import BoolArray, IntArray

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_BLOCK = 2**18
_READ = 32 * 2**20
_LONGEST_STRETCH = 512 * 2**20
_ONE, _TWO, _THREE = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class NotStoredError(Exception):
    """The store cannot be used for this export tonight; its text says why. The export is read in full."""


@dataclass(frozen=True)
class Cuts:
    """How long stretches are.

    Attributes
    ----------
    bits : a line ends a stretch with a chance of one in two to this power.
    least, most : lines of a stretch, whatever the lines say; fewer at the end go with those before them.
    """

    bits: int = 15
    least: int = 2_048
    most: int = 131_072


@dataclass(frozen=True)
class Stretch:
    """Consecutive whole lines: their bytes, where these begin in the file, and how many lines they are."""

    start: int
    body: bytes
    n_lines: int


def stretches(path: Path, start: int, cuts: Cuts) -> Iterator[Stretch]:
    """The lines of a file from byte ``start``, which begins one, to its end.

    Raises NotStoredError: no cut within 512 MiB.
    """
    held_back: Stretch | None = None  # a few lines at the end, a footer perhaps, are no stretch of their own
    for stretch in _each(path, start, cuts):
        if held_back is not None and stretch.n_lines < cuts.least:
            stretch = Stretch(held_back.start, held_back.body + stretch.body, held_back.n_lines + stretch.n_lines)
        elif held_back is not None:
            yield held_back
        held_back = stretch
    if held_back is not None:
        yield held_back


def still(path: Path) -> tuple[int, int]:
    """Size and time of change of a file: what must not differ before and after it is read."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def lines_at(path: Path, start: int, n_bytes: int) -> bytes:
    """So many bytes from there."""
    with path.open("rb") as file:
        file.seek(start)
        return file.read(n_bytes)


def continued(path: Path, *, upto: int, was_bytes: int, was_sha256: str) -> Hash | None:
    """The hash of the first ``upto`` bytes, to be gone on with, where a file begins with one of that size and hash."""
    if path.stat().st_size < was_bytes:
        return None
    whole = hashlib.sha256()
    with path.open("rb") as file:
        _update(whole, file, upto)
        to_its_end = whole.copy()
        _update(to_its_end, file, was_bytes - upto)
    return whole if to_its_end.hexdigest() == was_sha256 else None


def _update(whole: Hash, file: BufferedReader, n: int) -> None:
    room = memoryview(bytearray(_BLOCK))  # one for all: what is hashed was just written to the core's own memory
    while n > 0 and (got := file.readinto(room[: min(n, _BLOCK)])):
        whole.update(room[:got])
        n -= got


def _each(path: Path, start: int, cuts: Cuts) -> Iterator[Stretch]:
    with path.open("rb") as file:
        file.seek(start)
        buffer = b""
        while True:
            data = file.read(_READ)
            buffer += data
            ends, lines = _cut(buffer, cuts, is_end=not data)
            at = done = 0
            for end, upto in zip(ends.tolist(), lines.tolist(), strict=True):
                yield Stretch(start + at, buffer[at:end], upto - done)
                at, done = end, upto
            start, buffer = start + at, buffer[at:]
            if not data:
                return
            if len(buffer) > _LONGEST_STRETCH:
                raise NotStoredError("its lines are too long to be stored in pieces")


def _cut(buffer: bytes, cuts: Cuts, *, is_end: bool) -> tuple[IntArray, IntArray]:
    """Ends of stretches in ``buffer`` (bytes), and how many lines lie before each."""
    ends = np.flatnonzero(np.frombuffer(buffer, dtype=np.uint8) == ord("\n")) + 1
    chosen = _chosen(ends, _says_so(buffer, ends, cuts.bits), cuts)
    chosen_ends, lines = ends[chosen], chosen + 1
    last = int(chosen_ends[-1]) if chosen_ends.size else 0
    if is_end and last < len(buffer):
        n_lines = ends.size + (not buffer.endswith(b"\n"))
        chosen_ends, lines = np.append(chosen_ends, len(buffer)), np.append(lines, n_lines)
    return chosen_ends, lines


def _says_so(buffer: bytes, ends: IntArray, bits: int) -> BoolArray:
    """Lines that end a stretch by their own bytes: their length, their first eight bytes and their last."""
    if len(buffer) < 8 or not ends.size:
        return np.zeros(ends.size, dtype=bool)
    words: npt.NDArray[np.uint64] = np.ndarray((len(buffer) - 7,), dtype="<u8", buffer=buffer, strides=(1,))
    begins = np.r_[0, ends[:-1]]
    first = words[np.minimum(begins, words.size - 1)]
    last = words[np.clip(ends - 9, 0, words.size - 1)]
    mixed = (first ^ (last * _ONE) ^ (ends - begins).astype(np.uint64)) * _TWO
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _THREE
    return np.asarray((mixed >> np.uint64(64 - bits)) == 0) if bits else np.ones(ends.size, dtype=bool)


def _chosen(ends: IntArray, says_so: BoolArray, cuts: Cuts) -> IntArray:
    """Positions of the lines that end a stretch, none shorter than the least and none longer than the most."""
    chosen: list[int] = []
    before = -1
    for line in np.flatnonzero(says_so).tolist():
        while line - before > cuts.most:
            before += cuts.most
            chosen.append(before)
        if line - before >= cuts.least:
            before = line
            chosen.append(line)
    while ends.size - 1 - before >= cuts.most:
        before += cuts.most
        chosen.append(before)
    return np.array(chosen, dtype=np.int64)
