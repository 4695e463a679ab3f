"""The private key that signs checkpoints: a PEM file outside the project, named by ``PATROLCAST_TRAIL_KEY``.

Unlike the key of stored evidence (`io.signing`) it has a public half: who checks a checkpoint cannot make one.
"""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from patrolcast.domain.errors import ConfigError
from patrolcast.io.key_file import key_file
from patrolcast.io.safe_files import write_errors, write_new_private

VARIABLE = "PATROLCAST_TRAIL_KEY"
_MOST_BYTES = 4096
_CURE = f"`patrolcast trail key FILE` makes one; set {VARIABLE}=FILE"


def trail_key(project: Path) -> Ed25519PrivateKey | None:
    """The key whose file the variable names, or None where it is not set.

    Raises
    ------
    ConfigError
        no such file, inside ``project``, no Ed25519 key, or not closed to others.
    NotPermittedError
        the system refuses to open it.
    """
    with key_file(VARIABLE, project, cure=_CURE) as file:
        if file is None:
            return None
        if not (file.is_ours and file.is_closed):
            rule = "must belong to who runs this, and be closed to others"
            raise ConfigError(file.name, got=f"permissions {file.mode:o}", rule=rule, cure=_CURE)
        data = file.read(_MOST_BYTES)
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(VARIABLE, got="no such key", rule="must be an Ed25519 key as PEM, no password", cure=_CURE)
    return key


def make_trail_key(path: Path) -> Ed25519PrivateKey:
    """Writes a new key, readable to its owner alone, and returns it.

    Raises CannotWriteError, NotPermittedError: also where a file of that name is there.
    """
    key = Ed25519PrivateKey.generate()
    with write_errors(path):
        write_new_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key
