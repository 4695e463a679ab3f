"""What `io.behaviour.closure` found, kept beside the compiled code: to follow every name takes a second a run.

A kept hash holds for exactly the package it was taken of: it stands with a hash of every file of it, which is taken
anew each time (.05 s). It lies in the package's ``__pycache__``: whoever could write a false one there could as well
write false compiled code, which Python runs unasked. Nothing hangs on it: where it is missing, damaged or cannot be
written, the hash is taken again. `patrolcast evidence verify` never reads it.
"""

import re
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from patrolcast.io.behaviour.closure import behaviour_sha256
from patrolcast.io.behaviour.files import DATA, PACKAGE, package_files
from patrolcast.io.hashing import digest, file_sha256
from patrolcast.io.safe_files import replace_synced

_HASH = re.compile(r"[0-9a-f]{64}")
_known: dict[tuple[str, Path], str] = {}
"""Of this process, by root and package."""


def kept_behaviour(root: str, *, package: Path = PACKAGE) -> str:
    """As `behaviour_sha256` gives it for one root, read where it is kept of just this package.

    Raises LookupError: the root is not there.
    """
    if (root, package) not in _known:
        kept = _read(_path(root, package), _state(package))
        if kept is None:
            return measure_behaviour(root, package=package)
        _known[root, package] = kept
    return _known[root, package]


def measure_behaviour(root: str, *, package: Path = PACKAGE) -> str:
    """The same taken anew, whatever was kept; this process and, where it can be written, the next keep it."""
    state, behaviour = _state(package), behaviour_sha256(root, package=package)
    _known[root, package] = behaviour
    if not sys.dont_write_bytecode and _files_sha256(package) == state:  # no file changed while it was taken
        path = _path(root, package)
        with suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            replace_synced(path, f"{state} {behaviour}".encode())
    return behaviour


def _read(path: Path, state: str) -> str | None:
    with suppress(OSError, UnicodeDecodeError):
        of, _, kept = path.read_text(encoding="ascii").partition(" ")
        return kept if of == state and _HASH.fullmatch(kept) else None
    return None


def _path(root: str, package: Path) -> Path:
    return package / "__pycache__" / f"behaviour-{digest(root)[:16]}.txt"


@cache
def _state(package: Path) -> str:
    """The package as this process met it: its code is read once, too."""
    return _files_sha256(package)


def _files_sha256(package: Path) -> str:
    """A hash of all that a behaviour can be taken from: every file of code and data, and the parser."""
    return digest(sys.version, [(name, _sha256(path)) for name, path in package_files(package, {".py", *DATA})])


def _sha256(path: Path) -> str | None:
    """None where it cannot be read: then no behaviour was taken of it either."""
    try:
        return file_sha256(path)
    except OSError:
        return None
