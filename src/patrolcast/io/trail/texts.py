"""Detached texts: what may be personal, beside the chain and not in it.

The entry holds an HMAC-SHA-256 of the text under a salt of its own. With text and salt the entry proves the text; once
both are removed nothing can be learned from the entry, not even by trying likely texts, and the chain still fits.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from patrolcast.domain.errors import DataRefusedError, TrailTruncatedError
from patrolcast.io.safe_files import replace_synced, sync_folder
from patrolcast.io.strict_json import read_json
from patrolcast.io.trail.canonical import canonical_bytes

FOLDER = "texts"


@dataclass(frozen=True)
class DetachedText:
    """A text with its salt."""

    text: str
    salt: bytes

    @property
    def digest(self) -> str:
        """What the entry holds of it."""
        return hmac.new(self.salt, self.text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def salted(text: str) -> DetachedText:
    """The text with a new salt."""
    return DetachedText(text.encode("utf-8", "replace").decode(), secrets.token_bytes(32))


def write_text(folder: Path, seq: int, text: DetachedText) -> None:
    """Writes the text of an entry, synced; it is written before its entry is."""
    path = text_path(folder, seq)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    replace_synced(path, canonical_bytes({"salt": text.salt.hex(), "text": text.text}))


def text_of(folder: Path, seq: int) -> DetachedText | None:
    """The text of an entry, or None where there is none, or none that can be read."""
    path = text_path(folder, seq)
    try:
        if path.is_symlink():
            return None
        document = read_json(path.read_bytes(), name=path.name)
        return DetachedText(document["text"], bytes.fromhex(document["salt"]))
    except (OSError, DataRefusedError, KeyError, TypeError, ValueError):
        return None


def remove_text(folder: Path, seq: int) -> None:
    """Removes a text and its salt for good."""
    path = text_path(folder, seq)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        sync_folder(path.parent)


def remove_unclaimed(folder: Path, last: int, redacted: Collection[object]) -> None:
    """Removes what a killed writer left: a text without its entry, and one whose redaction stands on the trail.

    Raises TrailTruncatedError, and removes nothing: there is a text behind the one entry that a writer can have begun.
    """
    numbers = {path: int(path.stem) if path.stem.isdigit() else 0 for path in _files(folder)}
    if (latest := max(numbers.values(), default=0)) > last + 1:
        got = f"{last:,} entries, and a text of entry {latest:,}"
        cure = "keep the folder as it is, and find a copy of it"
        raise TrailTruncatedError("the audit trail", got=got, rule="entries are never removed", cure=cure)
    for path, number in numbers.items():
        if path.name.startswith(".") or number > last or number in redacted:
            path.unlink()


def texts_there(folder: Path) -> set[int]:
    """Numbers of the entries whose text is there. Raises PermissionError: this account may not look."""
    return {int(path.stem) for path in _files(folder) if path.suffix == ".json" and path.stem.isdigit()}


def _files(folder: Path) -> list[Path]:
    try:
        return [folder / FOLDER / name for name in os.listdir(folder / FOLDER)]  # noqa: PTH208
    except FileNotFoundError:
        return []


def text_path(folder: Path, seq: int) -> Path:
    """Where the text of an entry lies."""
    return folder / FOLDER / f"{seq}.json"
