"""A signature with a key that lies outside the project: who can edit the project alone cannot make it.

HMAC-SHA256 (RFC 2104, FIPS 198-1), because the standard library has it; who holds the key can check and can sign
(`docs/decisions/0009-evidence.md` says why not Ed25519). The key is read, used and forgotten: no manifest, log
or error holds it, only `key_id`, the start of a hash by which two keys differ.
"""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

from patrolcast.domain.errors import ConfigError
from patrolcast.io.key_file import KeyFile, key_file

VARIABLE = "PATROLCAST_SIGNING_KEY"
METHOD = "hmac-sha256"
LEAST_BYTES = 32
"""As long as the hash: a shorter key is weaker than the signature (RFC 2104, section 3)."""
MOST_BYTES = 4096
_CURE = f"make one outside the project: `umask 077; head -c 32 /dev/urandom > FILE`, and set {VARIABLE}=FILE"


@dataclass(frozen=True, repr=False)
class SigningKey:
    """A key in use. It has no printed form."""

    secret: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id})"

    @property
    def key_id(self) -> str:
        """Which key it is, in 16 hexadecimal digits; says nothing of the key itself."""
        return hashlib.sha256(b"patrolcast key id\0" + self.secret).hexdigest()[:16]

    def sign(self, purpose: str, digest: str) -> dict[str, str]:
        """The signature of a SHA-256, as a document holds it; one made for another purpose does not fit."""
        return {"method": METHOD, "key_id": self.key_id, "value": self._value(purpose, digest)}

    def fault(self, purpose: str, digest: str, signature: object) -> str:
        """Why a signature does not hold, or an empty text."""
        if not isinstance(signature, dict):
            return "it is not signed, and a signing key is configured"
        if signature.get("method") != METHOD or signature.get("key_id") != self.key_id:
            return "it is signed with another key than the one configured"
        good = hmac.compare_digest(str(signature.get("value")).encode(), self._value(purpose, digest).encode())
        return "" if good else "its signature does not fit its content"

    def _value(self, purpose: str, digest: str) -> str:
        text = f"patrolcast {purpose}\0{digest}".encode()
        return hmac.new(self.secret, text, hashlib.sha256).hexdigest()


def configured_key(project: Path) -> SigningKey | None:
    """The key whose file ``PATROLCAST_SIGNING_KEY`` names, or None where the variable is not set.

    Raises
    ------
    ConfigError
        no such file, inside ``project``, not a plain file, too short or too long, or not closed to others.
    NotPermittedError
        the system refuses to open it.
    """
    with key_file(VARIABLE, project, cure=_CURE) as file:
        return None if file is None else SigningKey(_secret(file))


def _secret(file: KeyFile) -> bytes:
    if not file.is_ours:
        raise ConfigError(file.name, got="a file of somebody else", rule="must belong to who runs this", cure=_CURE)
    if not file.is_closed:
        got = f"permissions {file.mode:o}"
        raise ConfigError(file.name, got=got, rule="must be closed to everybody else", cure="chmod 600 it")
    secret = file.read(MOST_BYTES)
    if not LEAST_BYTES <= len(secret) <= MOST_BYTES or len(set(secret)) < 8:
        rule = f"must hold {LEAST_BYTES} to {MOST_BYTES:,} random bytes"
        raise ConfigError(file.name, got=f"{len(secret):,} bytes", rule=rule, cure=_CURE)
    return secret
