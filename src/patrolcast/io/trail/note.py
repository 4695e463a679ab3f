"""A signed checkpoint: so many entries, with this root (C2SP tlog-checkpoint in a C2SP signed-note, Ed25519).

::

    patrolcast/sample
    42
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — patrolcast/sample Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

(https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note). The first line names the log and the key.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
_DASH = "\u2014 "
_SIZE = re.compile(r"0|[1-9]\d{0,15}")


class NoteError(ValueError):
    """A note that is none, or that none of the keys has signed; its text says why."""


@dataclass(frozen=True)
class VerifierKey:
    """A public key as C2SP writes it: ``name+hash+key``."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """4 bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"


@dataclass(frozen=True)
class Checkpoint:
    """What a note says: the log's name, its number of entries, its Merkle root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read_verifier_key(text: str) -> VerifierKey:
    """The key of a line ``name+hash+key``.

    Raises NoteError: it is none.
    """
    try:
        name, short, rest = text.strip().split("+", 2)
        data = base64.b64decode(rest, validate=True)
    except (ValueError, binascii.Error):
        raise NoteError("no public key of the form name+hash+key") from None
    key = VerifierKey(name, data[1:])
    if data[:1] != ED25519 or len(data) != 33 or key.key_id.hex() != short or not name or " " in name:
        raise NoteError("no Ed25519 key of the form name+hash+key, or its hash does not fit")
    return key


def verifier_key(private: Ed25519PrivateKey, name: str) -> VerifierKey:
    """The public half of a key, under a name."""
    return VerifierKey(name, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def signed_note(checkpoint: Checkpoint, private: Ed25519PrivateKey) -> bytes:
    """The checkpoint as a note with one signature, by the key of the log's own name."""
    text = checkpoint.text.encode()
    key = verifier_key(private, checkpoint.origin)
    signature = base64.b64encode(key.key_id + private.sign(text)).decode()
    return text + f"\n{_DASH}{key.name} {signature}\n".encode()


def read_note(data: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint of a note that one of the keys has signed.

    Raises NoteError: no note, or no such signature.
    """
    try:
        text, _, signatures = data.decode("utf-8").rpartition("\n\n")
        checkpoint = _checkpoint(text + "\n")
        if not signatures.endswith("\n"):
            raise NoteError("it is cut off")
        lines = [_signature(line) for line in signatures[:-1].split("\n")]
    except UnicodeDecodeError:
        raise NoteError("it is no text") from None
    for key in keys:
        for name, signature in lines:
            if name == key.name == checkpoint.origin and signature[:4] == key.key_id:
                _require_signed(key, signature[4:], checkpoint)
                return checkpoint
    raise NoteError("none of the known keys has signed it")


def _checkpoint(text: str) -> Checkpoint:
    parts = text.split("\n")
    if len(parts) != 4 or not parts[0] or not _SIZE.fullmatch(parts[1]):
        raise NoteError("it is no checkpoint")
    try:
        root = base64.b64decode(parts[2], validate=True)
    except binascii.Error:
        raise NoteError("its root is no base64") from None
    checkpoint = Checkpoint(parts[0], int(parts[1]), root)
    if len(root) != 32 or checkpoint.text != text:
        raise NoteError("its root is no SHA-256")
    return checkpoint


def _signature(line: str) -> tuple[str, bytes]:
    name, _, value = line.removeprefix(_DASH).partition(" ")
    try:
        signature = base64.b64decode(value, validate=True)
    except binascii.Error:
        signature = b""
    if not line.startswith(_DASH) or base64.b64encode(signature).decode() != value or len(signature) < 5:
        raise NoteError("a line of it is no signature")
    return name, signature


def _require_signed(key: VerifierKey, signature: bytes, checkpoint: Checkpoint) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, checkpoint.text.encode())
    except (InvalidSignature, ValueError):
        raise NoteError("its signature does not fit its content") from None
