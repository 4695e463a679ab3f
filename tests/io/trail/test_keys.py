"""The private key: outside the project, closed to others, Ed25519, and never printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from tests.io.trail.trails import KEY

from patrolcast.domain.errors import CannotWriteError, ConfigError
from patrolcast.io.trail.keys import VARIABLE, make_trail_key, trail_key


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def named(monkeypatch: pytest.MonkeyPatch, path: Path, data: bytes | None = None, mode: int = 0o600) -> None:
    if data is not None:
        path.write_bytes(data)
        path.chmod(mode)
    monkeypatch.setenv(VARIABLE, str(path))


def test_a_key_that_was_made_is_read_back(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_trail_key(tmp_path / "key")
    named(monkeypatch, tmp_path / "key")
    read = trail_key(project)
    assert read is not None
    assert read.private_bytes_raw() == made.private_bytes_raw()
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_without_the_variable_there_is_no_key(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert trail_key(project) is None


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    make_trail_key(tmp_path / "key")
    with pytest.raises(CannotWriteError, match="File exists"):
        make_trail_key(tmp_path / "key")


PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
LOCKED = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"password"))
OTHER = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("data", "mode", "rule"),
    [
        (PEM, 0o640, "must belong to who runs this, and be closed to others"),
        (b"x" * 64, 0o600, "must be an Ed25519 key as PEM, no password"),
        (LOCKED, 0o600, "must be an Ed25519 key as PEM, no password"),
        (OTHER, 0o600, "must be an Ed25519 key as PEM, no password"),
    ],
)
def test_what_is_no_closed_ed25519_key_is_refused_and_not_shown(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, mode: int, rule: str
) -> None:
    named(monkeypatch, tmp_path / "key", data, mode)
    with pytest.raises(ConfigError, match=rule) as refused:
        trail_key(project)
    assert "BEGIN" not in str(refused.value)


def test_a_key_in_the_project_or_by_a_relative_path_or_that_is_no_file_is_refused(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(monkeypatch, project / "key", PEM)
    with pytest.raises(ConfigError, match="must lie outside the project that it guards"):
        trail_key(project)
    monkeypatch.setenv(VARIABLE, "key")
    with pytest.raises(ConfigError, match="must be an absolute path"):
        trail_key(project)
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "nothing", tmp_path / "folder"):
        named(monkeypatch, path)
        with pytest.raises(ConfigError, match="must be a plain file"):
            trail_key(project)
