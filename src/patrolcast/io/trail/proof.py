"""A proof that an entry stands on the trail; a checkpoint and the line suffice to check it (C2SP tlog-proof).

::

    c2sp.org/tlog-proof@v1
    index 3
    <one hash a line, from the leaf to the root, base64>

    <the signed checkpoint>
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from patrolcast.domain.errors import UsageError
from patrolcast.io.trail.checkpoints import FOLDER, KEY_EVENT, keys_named, note_bytes, notes_in, sizes_claimed
from patrolcast.io.trail.merkle import inclusion_proof, is_included, leaf_hash
from patrolcast.io.trail.note import NoteError, VerifierKey, read_note
from patrolcast.io.trail.scan import read_entries, read_lines
from patrolcast.io.trail.verify import BROKEN, SIGNATURE, TRUNCATED, Fault

HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Proof:
    """The place of a leaf (from 0), the hashes to the root, and the note that states the root."""

    index: int
    hashes: tuple[bytes, ...]
    note: bytes


def make_proof(folder: Path, seq: int) -> bytes:
    """The proof of entry ``seq`` in the smallest checkpoint beside the trail that covers it.

    Raises UsageError: no checkpoint covers it. TrailBrokenError: the trail is not whole up to there.
    """
    notes = [note_bytes(path) for path in notes_in(folder / FOLDER)]
    covering = [(size, note) for note in notes for size in sizes_claimed([note]) if 1 <= seq <= size]
    if not covering:
        rule = "must be an entry that a signed checkpoint covers"
        raise UsageError("SEQ", got=f"entry {seq}", rule=rule, cure="the next run signs one, where there is a key")
    size, note = min(covering)
    leaves = [leaf_hash(line) for line in read_lines(folder, size)]
    hashes = (base64.b64encode(step).decode() for step in inclusion_proof(leaves, seq - 1))
    return "".join(f"{line}\n" for line in (HEAD, f"index {seq - 1}", *hashes, "")).encode() + note


def read_proof(data: bytes) -> Proof:
    """The proof of a file. Raises NoteError: it is none."""
    head, _, note = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    try:
        index = int(lines[1].removeprefix("index ")) if lines[0] == HEAD and lines[1].startswith("index ") else -1
        hashes = tuple(base64.b64decode(line, validate=True) for line in lines[2:])
    except (IndexError, ValueError, binascii.Error):
        index, hashes = -1, ()
    if index < 0:
        raise NoteError("it is no proof")
    return Proof(index, hashes, note)


def proof_fault(folder: Path, path: Path, keys: Sequence[VerifierKey]) -> Fault | None:
    """Why a proof does not show that its entry stands on this trail; None where it does.

    Raises UsageError: there is no such file.
    """
    if not path.is_file():
        raise UsageError("--proof", got="no such file", rule="must be a file that `trail prove` wrote")
    known = list(keys) or keys_named(entry.body for entry in read_entries(folder) if entry.event == KEY_EVENT)
    try:
        proof = read_proof(note_bytes(path))
        checkpoint = read_note(proof.note, known)
    except NoteError as error:
        return Fault(SIGNATURE, None, f"the proof: {error}")
    lines = read_lines(folder, proof.index + 1)
    if len(lines) <= proof.index:
        return Fault(TRUNCATED, proof.index + 1, "there is a proof of it, and it is not there")
    leaf = leaf_hash(lines[proof.index])
    root, size = checkpoint.root, checkpoint.size
    holds = is_included(leaf, index=proof.index, size=size, proof=proof.hashes, root=root)
    return None if holds else Fault(BROKEN, proof.index + 1, "it is not the one that the proof was made for")
