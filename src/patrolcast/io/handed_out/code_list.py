"""Which files make up the code of a run, so that somebody who has the source can say which of them differ."""

from pathlib import Path

from patrolcast.io.hashing import digest, file_sha256
from patrolcast.io.run_identity import PACKAGE

_CODE = {".py", ".html", ".css", ".js"}


def code_files(code_sha256: str, package: Path = PACKAGE) -> dict[str, str]:
    """Relative name -> SHA-256 of every file; empty where the code at hand has another hash than ``code_sha256``."""
    paths = sorted(p for p in package.rglob("*") if p.suffix in _CODE and "__pycache__" not in p.parts)
    files = [(path.relative_to(package).as_posix(), file_sha256(path)) for path in paths]
    return dict(files) if digest(*files) == code_sha256 else {}
