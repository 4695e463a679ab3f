"""The private key that signs checkpoints: a PEM file outside the project, named by ``PATROLCAST_TRAIL_KEY``.

Unlike the key of stored evidence (`io.signing`) it has a public half: who checks a checkpoint cannot make one.
"""

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from patrolcast.domain.errors import ConfigError, NotPermittedError, shown
from patrolcast.io.safe_files import sync_folder, write_errors

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
    named = os.environ.get(VARIABLE)
    if named is None:
        return None
    path = Path(named)
    if not path.is_absolute() or "\0" in named:
        raise ConfigError(VARIABLE, got=shown(named), rule="must be an absolute path", cure=_CURE)
    if path.resolve().is_relative_to(project.resolve()):
        rule = "the key must lie outside the project that it guards"
        raise ConfigError(VARIABLE, got="a file in the project", rule=rule, cure=_CURE)
    data = _closed_file(path.resolve(), f"{VARIABLE}: {shown(path.name)[1:-1]}")
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
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.resolve().parent)
    return key


def _closed_file(path: Path, name: str) -> bytes:
    """The bytes of a small file that belongs to who runs this and that nobody else may open."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except PermissionError:
        raise NotPermittedError(name, got="permission denied", rule="must be readable to its owner") from None
    except OSError as error:
        raise ConfigError(name, got=shown(error.strerror)[1:-1], rule="must be a plain file", cure=_CURE) from None
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise ConfigError(name, got="no plain file", rule="must be a plain file", cure=_CURE)
        if facts.st_uid not in {os.geteuid(), 0} or facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            got = f"permissions {stat.S_IMODE(facts.st_mode):o}"
            raise ConfigError(name, got=got, rule="must belong to who runs this, and be closed to others", cure=_CURE)
        return os.read(handle, _MOST_BYTES + 1)
    finally:
        os.close(handle)
