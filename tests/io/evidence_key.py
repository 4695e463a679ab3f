"""The key that seals stored evidence, put where the environment says: for tests of whatever reads evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.io.signing import VARIABLE


def use_key(monkeypatch: pytest.MonkeyPatch, path: Path, *, first: int = 0) -> None:
    path.write_bytes(bytes(range(first, first + 32)))
    path.chmod(0o600)
    monkeypatch.setenv(VARIABLE, str(path))
