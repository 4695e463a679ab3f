"""Reading the file from where one stands to its end, checking each line, and keeping what the next line must follow."""

import os
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from patrolcast.domain.errors import TrailBrokenError
from patrolcast.io.safe_files import write_errors
from patrolcast.io.trail.entry import FIRST_PREV, Entry, LineError, read_entry
from patrolcast.io.trail.merkle import GrowingTree, leaf_hash

FILE = "trail.jsonl"
_BLOCK = 2**20


class Scan:
    """A place in the trail: the entries before it were each found to follow the one before.

    Attributes
    ----------
    offset : bytes read.
    last : the entry before this place.
    tree : over the lines so far; ``roots`` are those at the sizes that were asked for.
    unfinished : what stands behind the last end of a line: a writer was killed within it, or is at work.
    """

    def __init__(self, sizes: Collection[int] = ()) -> None:
        self.offset = 0
        self.last: Entry | None = None
        self.tree = GrowingTree()
        self.roots: dict[int, bytes] = {}
        self.unfinished = b""
        self._sizes = set(sizes)
        self._note_root()

    @property
    def size(self) -> int:
        """Number of entries so far."""
        return self.tree.size

    def read_on(self, handle: int) -> Iterator[tuple[Entry, bytes]]:
        """Every further entry with its line, up to the end of the file.

        Raises LineError: at the first line that is not what must stand there.
        """
        rest = b""
        at = self.offset
        while True:
            block = os.pread(handle, _BLOCK, at)
            at += len(block)
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                entry = read_entry(line, seq=self.size + 1, prev=self.last.hash if self.last else FIRST_PREV)
                self.accept(entry, line)
                yield entry, line
            if not block:
                self.unfinished = rest
                return

    def accept(self, entry: Entry, line: bytes) -> None:
        """Moves behind an entry that follows."""
        self.offset += len(line) + 1
        self.last = entry
        self.tree.add(leaf_hash(line))
        self._note_root()

    def _note_root(self) -> None:
        if self.tree.size in self._sizes:
            self.roots[self.tree.size] = self.tree.root()


def broken(scan: Scan, error: LineError) -> TrailBrokenError:
    """The alarm for a whole line that is wrong: nothing repairs it, and nothing is appended behind it."""
    return TrailBrokenError(
        f"the audit trail, entry {scan.size + 1}",
        got=str(error),
        rule="entries are appended and never changed",
        cure="keep the folder as it is, read `patrolcast trail verify`, and tell whoever answers for the trail",
    )


def open_read(folder: Path) -> int:
    """A handle to read the trail of a folder; a link is never followed. Raises OSError."""
    return os.open(folder / FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)


def trails_below(place: Path) -> list[Path]:
    """Folders of trails: ``place`` itself, the one in it, or those of the cities' folders in it."""
    candidates = [place, place / "trail", *sorted(place.glob("*/trail"))]
    return [folder for folder in candidates if _was_begun(folder)]


def _was_begun(folder: Path) -> bool:
    """True also where only checkpoints are left: then entries are gone, which whoever reads them must hear."""
    return os.path.lexists(folder / FILE) or (folder / "checkpoints").is_dir()


def entries_if_begun(folder: Path) -> Iterator[Entry]:
    """As :func:`read_entries`; none where no trail was begun yet."""
    return read_entries(folder) if _was_begun(folder) else iter(())


def read_entries(folder: Path) -> Iterator[Entry]:
    """Every entry of a folder's trail, in order; the last line may still be in the writing.

    Raises TrailBrokenError: at the first line that is wrong; the entries before it were given.
    """
    return (entry for entry, _ in entries_with_lines(folder))


def read_lines(folder: Path, size: int) -> list[bytes]:
    """The first ``size`` lines, without their ends, each checked. Raises TrailBrokenError."""
    return [line for _, line in islice(entries_with_lines(folder), size)]


def entries_with_lines(folder: Path) -> Iterator[tuple[Entry, bytes]]:
    """As :func:`read_entries`, each with its line, without the end of it."""
    with write_errors(folder / FILE):
        handle = open_read(folder)
    scan = Scan()
    try:
        yield from scan.read_on(handle)
    except LineError as error:
        raise broken(scan, error) from None
    finally:
        os.close(handle)


def has_trail(folder: Path) -> bool:
    """Whether a trail is there; opening one to write would begin it."""
    return (folder / FILE).is_file()
