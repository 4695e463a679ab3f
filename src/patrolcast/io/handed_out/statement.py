"""A signed statement: this file, of this run, has this SHA-256; checked with the public key of the audit trail.

::

    patrolcast/sample
    records
    20260630T1000Z-sample-e144adae
    <64 hexadecimal digits>

    — patrolcast/sample <key id and Ed25519 signature, base64>

A C2SP signed note (https://c2sp.org/signed-note) like a checkpoint (`io.trail.note`), by the same key. A checkpoint has
three lines, a statement four, so neither can be taken for the other. Without a trail key nothing is signed.
"""

import base64
import binascii
from collections.abc import Collection, Iterable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from patrolcast.domain.errors import ConfigError
from patrolcast.io.trail.checkpoints import KEY_EVENT, keys_named
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.keys import VARIABLE, trail_key
from patrolcast.io.trail.note import VerifierKey, verifier_key

KIT, RECORDS = "kit", "records"
SUFFIX = ".note"
_DASH = "\u2014 "


def origin_of(city: str) -> str:
    """The name of a city's trail and of its key."""
    return f"patrolcast/{city}"


def signed_statement(
    runs: Path, keys: Collection[VerifierKey], *, city: str, kind: str, run_id: str, sha256: str
) -> bytes | None:
    """The statement as a note; None where no trail key is set and the trail names none.

    Raises ConfigError, NotPermittedError: the key that is set cannot be used, or the trail does not name it, so that no
    reader could check it; or none is set, and the trail has one.

    Parameters
    ----------
    runs : the city's folder of runs; a key inside it is refused.
    keys : those that its trail names, see :func:`known_keys`.
    kind : what the hash is of, :data:`KIT` or :data:`RECORDS`.
    """
    private = trail_key(runs)
    if private is None and not keys:
        return None
    key = None if private is None else verifier_key(private, origin_of(city))
    if private is None or key is None or key not in keys:
        got = "no key" if key is None else "a key that the audit trail does not name"
        cure = "set it to the key in use" if keys else "run once with it: the trail names it then"
        raise ConfigError(VARIABLE, got=got, rule="what is handed out is signed with a key of the trail", cure=cure)
    text = _text(city, kind, run_id, sha256)
    signature = base64.b64encode(key.key_id + private.sign(text)).decode()
    return text + f"\n{_DASH}{key.name} {signature}\n".encode()


def known_keys(entries: Iterable[Entry]) -> list[VerifierKey]:
    """Public keys that the entries of a trail name."""
    return keys_named(entry.body for entry in entries if entry.event == KEY_EVENT)


def statement_fault(
    note: bytes | None, keys: Iterable[VerifierKey], *, city: str, kind: str, run_id: str, sha256: str
) -> str:
    """Why a note does not state this by one of the keys, as the end of a sentence; empty where it does.

    Without any key an absent note is no fault; a note that nobody can check is one.
    """
    keys = list(keys)
    if note is None:
        return "is not signed, and the audit trail has a key" if keys else ""
    text = _text(city, kind, run_id, sha256)
    if not note.startswith(text + b"\n"):
        return "is not what its signature is of"
    lines = note[len(text) + 1 :].decode("utf-8", "replace").splitlines()
    if len(lines) == 1 and any(_is_signed(lines[0], key, text) for key in keys):
        return ""
    return "is not signed by a key that the audit trail names"


def _text(city: str, kind: str, run_id: str, sha256: str) -> bytes:
    return f"{origin_of(city)}\n{kind}\n{run_id}\n{sha256}\n".encode()


def _is_signed(line: str, key: VerifierKey, text: bytes) -> bool:
    name, _, value = line.removeprefix(_DASH).partition(" ")
    try:
        blob = base64.b64decode(value, validate=True)
        Ed25519PublicKey.from_public_bytes(key.public).verify(blob[4:], text)
    except (binascii.Error, InvalidSignature, ValueError):
        return False
    return line.startswith(_DASH) and name == key.name and blob[:4] == key.key_id
