"""Checkpoints as files: those beside the trail, and the copies that lie where the trail's own machine is not trusted.

A copy is worth what keeps it: one on the same disk shows nothing of somebody who can write there.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from patrolcast.domain.errors import ConfigError, TrailBrokenError, TrailSignatureError, TrailTruncatedError, shown
from patrolcast.io.safe_files import write_errors, write_file
from patrolcast.io.trail.note import Checkpoint, NoteError, VerifierKey, read_note, read_verifier_key

FOLDER = "checkpoints"
_MOST_BYTES = 100_000
KEY_EVENT = "key.rotation"


def write_checkpoint(folder: Path, checkpoint: Checkpoint, note: bytes, copies: Iterable[Path]) -> Path:
    """Writes a signed note beside the trail and into each folder for copies; the path of the first.

    Raises CannotWriteError, NotPermittedError: one of them cannot be written. TrailBrokenError: another note of that
    size lies in a folder for copies, so the trail was begun or written anew; that note is left alone.
    """
    name = f"{checkpoint.size:012d}.note"
    city = checkpoint.origin.rpartition("/")[2]
    copied = [copy / city / name for copy in copies]
    if any(path.is_file() and note_bytes(path) != note for path in copied):
        got = f"another checkpoint over {checkpoint.size:,} entries in a folder for copies"
        cure = "keep both as they are, and read `patrolcast trail verify`"
        raise TrailBrokenError("the audit trail", got=got, rule="entries are appended and never changed", cure=cure)
    for path in copied:
        write_file(path, note)
    return write_file(folder / FOLDER / name, note)


def copy_folders(variables: Sequence[str]) -> list[Path]:
    """The folders for copies, each named by an environment variable, as the config says.

    Raises ConfigError: a variable is not set, or names no folder.
    """
    folders = []
    for name in variables:
        text = os.environ.get(name, "")
        cure = f"set {name} to a folder that lies on another machine or disk"
        if not text or "\0" in text or not Path(text).is_absolute():
            raise ConfigError(f"[trail] copies: {name}", got=shown(text), rule="must hold an absolute path", cure=cure)
        if not Path(text).is_dir():
            raise ConfigError(f"[trail] copies: {name}", got="no such folder", rule="must be a folder", cure=cure)
        folders.append(Path(text))
    return folders


def notes_in(place: Path) -> list[Path]:
    """The notes of a folder in order of name, or the file itself; none where there is neither."""
    return sorted(place.glob("*.note")) if place.is_dir() else [place] if place.is_file() else []


def note_bytes(path: Path) -> bytes:
    """The bytes of a note; of a large file only its beginning, which is none. Raises CannotWriteError and the like."""
    with write_errors(path), path.open("rb") as file:
        return file.read(_MOST_BYTES)


def sizes_claimed(notes: Iterable[bytes]) -> set[int]:
    """Sizes that notes speak of, signed or not: where the root must be known when the trail has been read."""
    lines = (note.split(b"\n", 2) for note in notes)
    return {int(parts[1]) for parts in lines if len(parts) == 3 and parts[1].isdigit() and len(parts[1]) < 16}


def require_kept(
    folder: Path, notes: dict[Path, bytes], keys: Sequence[VerifierKey], *, size: int, roots: dict[int, bytes]
) -> None:
    """Passes when every checkpoint beside the trail is signed and fits a trail of that size.

    Raises TrailTruncatedError, TrailBrokenError, TrailSignatureError: nothing may then be appended.
    """
    for path, data in notes.items():
        what = f"the audit trail, checkpoint {path.name}"
        cure = "keep the folder as it is, and read `patrolcast trail verify`"
        try:
            checkpoint = read_note(data, keys)
        except NoteError as error:
            if max(sizes_claimed([data]), default=0) > size:
                raise _truncated(what, data, size, cure) from None
            raise TrailSignatureError(what, got=str(error), rule="checkpoints are signed", cure=cure) from None
        if checkpoint.size > size:
            raise _truncated(what, data, size, cure)
        if roots.get(checkpoint.size) != checkpoint.root:
            got = f"another root over the first {checkpoint.size:,} entries"
            raise TrailBrokenError(what, got=got, rule="entries are appended and never changed", cure=cure)


def _truncated(what: str, data: bytes, size: int, cure: str) -> TrailTruncatedError:
    claimed = max(sizes_claimed([data]))
    got = f"{size:,} entries where there were {claimed:,}"
    return TrailTruncatedError(what, got=got, rule="entries are never removed", cure=cure)


def keys_named(bodies: Iterable[object]) -> list[VerifierKey]:
    """The public keys that entries of the event ``key.rotation`` name; what is no key is left out."""
    keys = []
    for body in bodies:
        try:
            keys.append(read_verifier_key(str(body["key"] if isinstance(body, dict) else "")))
        except (NoteError, KeyError):
            continue
    return keys
