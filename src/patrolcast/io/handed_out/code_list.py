"""Which files make up the code of a run, so that somebody who has the source can say which of them differ."""

from pathlib import Path

from patrolcast.io import run_identity
from patrolcast.io.behaviour.files import PACKAGE
from patrolcast.io.hashing import digest


def code_files(code_sha256: str, package: Path = PACKAGE) -> dict[str, str]:
    """Relative name -> SHA-256 of every file; empty where the code at hand has another hash than ``code_sha256``."""
    files = run_identity.hashed_code(package)
    return dict(files) if digest(*files) == code_sha256 else {}
