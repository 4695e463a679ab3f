"""Signatures with a key outside the project: what holds, what does not, and which key files are refused."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.io.signing import VARIABLE, SigningKey, configured_key

SECRET = bytes(range(32))
DIGEST = "ab" * 32


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def key_file(path: Path, data: bytes = SECRET, mode: int = 0o600) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_the_signature_is_the_hmac_of_purpose_and_digest_by_hand() -> None:
    signature = SigningKey(SECRET).sign("evidence: loop", DIGEST)
    by_hand = hmac.new(SECRET, b"patrolcast evidence: loop\0" + DIGEST.encode(), hashlib.sha256).hexdigest()
    assert signature == {"method": "hmac-sha256", "key_id": SigningKey(SECRET).key_id, "value": by_hand}
    assert SigningKey(SECRET).fault("evidence: loop", DIGEST, signature) == ""


def test_a_signature_holds_for_its_content_its_purpose_and_its_key_alone() -> None:
    key = SigningKey(SECRET)
    signature = key.sign("evidence: loop", DIGEST)
    assert key.fault("evidence: loop", "cd" * 32, signature) == "its signature does not fit its content"
    assert key.fault("evidence: screen", DIGEST, signature) == "its signature does not fit its content"
    assert key.fault("evidence: loop", DIGEST, None) == "it is not signed, and a signing key is configured"
    other = SigningKey(SECRET[::-1])
    assert other.fault("evidence: loop", DIGEST, signature) == "it is signed with another key than the one configured"
    forged = signature | {"key_id": other.key_id}
    assert other.fault("evidence: loop", DIGEST, forged) == "its signature does not fit its content"


def test_the_key_never_shows(project: Path) -> None:
    key = SigningKey(SECRET)
    for text in (repr(key), str(key), key.key_id):
        assert SECRET.hex() not in text
        assert "\\x01" not in text


def test_without_the_variable_there_is_no_key(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert configured_key(project) is None


def test_a_key_outside_the_project_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(key_file(project.parent / "key")))
    key = configured_key(project)
    assert key is not None
    assert key.secret == SECRET


@pytest.mark.parametrize(
    ("data", "mode", "where", "words"),
    [
        (SECRET, 0o640, "../key", "got permissions 640; must be closed to everybody else"),
        (SECRET, 0o604, "../key", "got permissions 604; must be closed to everybody else"),
        (SECRET, 0o600, "key", "got a file in the project; the key must lie outside the project that it guards"),
        (SECRET[:31], 0o600, "../key", "got 31 bytes; must hold 32 to 4,096 random bytes"),
        (b"", 0o600, "../key", "got 0 bytes; must hold"),
        (b"a" * 64, 0o600, "../key", "must hold 32 to 4,096 random bytes"),
        (SECRET * 200, 0o600, "../key", "must hold 32 to 4,096 random bytes"),
    ],
)
def test_a_key_that_guards_nothing_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, mode: int, where: str, words: str
) -> None:
    monkeypatch.setenv(VARIABLE, str(key_file(project / where, data, mode)))
    with pytest.raises(ConfigError) as caught:
        configured_key(project)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("named", ["key", "", "nowhere/key"])
def test_a_relative_path_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv(VARIABLE, named)
    with pytest.raises(ConfigError, match="must be an absolute path"):
        configured_key(project)


def test_a_missing_file_a_folder_and_a_pipe_are_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(project.parent / "pipe", 0o600)
    for path in (project.parent / "nothing", project.parent / "pipe", project.parent):
        monkeypatch.setenv(VARIABLE, str(path))
        with pytest.raises(ConfigError, match="must be a plain file"):
            configured_key(project)


def test_a_link_into_the_project_is_a_file_in_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.parent / "link").symlink_to(key_file(project / "key"))
    monkeypatch.setenv(VARIABLE, str(project.parent / "link"))
    with pytest.raises(ConfigError, match="outside the project"):
        configured_key(project)
