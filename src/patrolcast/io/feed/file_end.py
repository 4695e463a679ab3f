"""How a file of records lies on disk: when it was written, how its last line ends, whether that counts the rows."""

import re
import time
from collections.abc import Sequence
from pathlib import Path

from patrolcast.domain.feed.accepted import FileFacts
from patrolcast.io.sources.byte_stream import is_packed

_TAIL = 65_536
_BINARY = (b"PAR1", b"SQLite format 3")
_TRAILER = re.compile(
    r'^[\s"#*-]*(?:grand\s+)?(?:total|end\s+of\s+(?:file|report|export)|(?:rows?|records?|count|trailer)\b)',
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d,]*")
_TEXT_ENDINGS = {".csv", ".txt", ".tsv", ".psv", ".dat"}


def file_facts(paths: Sequence[Path]) -> tuple[FileFacts, ...]:
    """Each file as it lies there now; one that went away meanwhile counts as one that is being written."""
    return tuple(_facts(path, time.time()) for path in paths)


def _facts(path: Path, now: float) -> FileFacts:
    try:
        tail, head = _ends(path)
        changed = now - path.stat().st_mtime  # after the read: what was written meanwhile shows
    except OSError:
        return FileFacts(path.name, 0.0)
    if path.suffix.lower() not in _TEXT_ENDINGS or is_packed(head) or head.startswith(_BINARY) or not tail:
        return FileFacts(path.name, changed)
    tail = tail.replace(b"\0", b"").rstrip(b"\x1a ")  # UTF-16, and what old systems fill a block with
    lines = tail.decode("latin-1").splitlines()
    last = next((line for line in reversed(lines) if line.strip()), "")
    trailer = last.strip()[:80] if _TRAILER.match(last) else ""
    numbers = _NUMBER.findall(trailer)
    rows = int(numbers[0].replace(",", "")) if len(numbers) == 1 and len(numbers[0]) < 16 else None
    return FileFacts(path.name, changed, tail.endswith((b"\n", b"\r")), trailer, rows)


def _ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(0, 2)
        file.seek(max(file.tell() - _TAIL, 0))
        return file.read(), head
