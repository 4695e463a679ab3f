"""One stretch of an export, read by the one reader of delimited text, as if it were a file of its own.

It stands behind the export's header in an unnamed temporary file, which ends with the reading. Where a record reaches
over a line end or a line is blank, records and lines part, and a stretch is no file of its own any more: then the
export is read in full.
"""

import codecs
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from patrolcast.domain.errors import PatrolcastError
from patrolcast.io.csv.lines import is_utf8
from patrolcast.io.csv.source import CsvSource
from patrolcast.io.increment.cuts import NotStoredError
from patrolcast.io.sources.byte_stream import is_packed, open_bytes, require_file
from patrolcast.io.sources.layer_bytes import holds_layer

LOOKED_AT = 40 * 2**20
"""Bytes of which the look at unmapped columns sees the same first piece as of the whole file (`io.csv.source`)."""
_ONE_BYTE = frozenset({"cp1252", "iso8859-1", "iso8859-15"})
_LONGEST_HEADER = 2**20


def header_of(path: Path, encoding: str) -> bytes:
    """The first line of a file, its end included.

    Raises NotStoredError: without a line end, or in an encoding whose lines do not end in one byte.
    """
    try:
        require_file(path)
        name = codecs.lookup(encoding).name
    except (PatrolcastError, LookupError):
        raise NotStoredError("it cannot be opened") from None
    if not is_utf8(encoding) and name not in _ONE_BYTE:
        raise NotStoredError(f"lines of {encoding} are not cut")
    with path.open("rb") as file:
        line = file.readline(_LONGEST_HEADER)
    if not line.endswith(b"\n"):
        raise NotStoredError("its first line has no end")
    return line


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Where the lines of a file stand: the file itself, or an unnamed temporary one with what is packed in it.

    A packed file is new from its first byte on each night, but its lines are not.

    Raises
    ------
    NotStoredError
        a zip that holds a layer.
    DataRefusedError
        an archive that is damaged, or holds anything but one file.
    """
    require_file(path)
    with path.open("rb") as begun:
        packed = is_packed(begun.read(4))
    if not packed:
        yield path
        return
    if holds_layer(path):
        raise NotStoredError("only delimited text is stored; other files are read anew every night")
    with tempfile.TemporaryFile() as file, open_bytes(path) as inside:
        shutil.copyfileobj(inside, file, 2**22)
        file.flush()
        yield _place_of(file)


def _place_of(file: IO[bytes]) -> Path:
    place = Path(f"/proc/self/fd/{file.fileno()}")
    if not place.exists():
        raise NotStoredError("this system shows no open files to read again")
    return place


@contextmanager
def read_alone(header: bytes, body: bytes, *, delimiter: str, encoding: str) -> Iterator[CsvSource]:
    """The stretch as a source whose records are its lines; the header is record 1.

    Raises NotStoredError: it is no file of its own, or nothing that this reader takes.
    """
    with tempfile.TemporaryFile() as file:
        file.write(header)
        file.write(body)
        file.flush()
        try:
            source = CsvSource(_place_of(file), delimiter=delimiter, encoding=encoding)
        except PatrolcastError:
            raise NotStoredError("a part of it is refused by itself") from None
        if source.facts.n_records != source.facts.n_lines:
            raise NotStoredError("a record of it reaches over a line end, or a line is blank")
        yield source


def head_of(path: Path) -> tuple[bytes, bytes]:
    """The first line, and the whole lines that follow it within 40 MiB; of a packed file what is packed in it."""
    with open_bytes(path) as file:
        header, data = file.readline(), file.read(LOOKED_AT)
        if file.read(1):
            data = data[: data.rfind(b"\n") + 1]
    return header, data
