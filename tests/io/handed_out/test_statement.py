"""A statement holds for one kind, city, run and hash, by a key that the trail names, and for nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.io.trail.trails import KEY, OTHER_KEY, small_trail

from patrolcast.domain.errors import ConfigError
from patrolcast.io.handed_out.statement import known_keys, signed_statement, statement_fault
from patrolcast.io.trail.note import NoteError, VerifierKey, read_note, verifier_key
from patrolcast.io.trail.scan import entries_if_begun

SHA = hashlib.sha256(b"x").hexdigest()
FACTS = {"city": "tiny", "kind": "records", "run_id": "r1", "sha256": SHA}


def use_key(monkeypatch: pytest.MonkeyPatch, folder: Path, key: Ed25519PrivateKey = KEY) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / "trail.key"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    monkeypatch.setenv("PATROLCAST_TRAIL_KEY", str(path))


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_trail(tmp_path / "runs" / "trail")
    use_key(monkeypatch, tmp_path / "secret")
    return tmp_path / "runs"


def keys_of(runs: Path) -> list[VerifierKey]:
    return known_keys(entries_if_begun(runs / "trail"))


def made(runs: Path) -> bytes:
    note = signed_statement(runs, keys_of(runs), **FACTS)
    assert note is not None
    return note


def test_it_holds_and_names_what_it_is_of(runs: Path) -> None:
    note = made(runs)
    assert note.startswith(f"patrolcast/tiny\nrecords\nr1\n{SHA}\n\n— patrolcast/tiny ".encode())
    assert statement_fault(note, keys_of(runs), **FACTS) == ""


@pytest.mark.parametrize("other", [{"city": "huge"}, {"kind": "kit"}, {"run_id": "r2"}, {"sha256": SHA[::-1]}])
def test_of_anything_else_it_states_nothing(runs: Path, other: dict[str, str]) -> None:
    fault = statement_fault(made(runs), keys_of(runs), **{**FACTS, **other})
    assert fault == "is not what its signature is of"


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note[:-5] + b"AAA=\n",
        lambda note: note + note.splitlines(keepends=True)[-1],
        lambda note: note.rpartition(b"\xe2")[0],
        lambda note: note.replace(b"\xe2\x80\x94 patrolcast/tiny", b"\xe2\x80\x94 patrolcast/hugh"),
    ],
)
def test_a_changed_signature_is_none(runs: Path, change: object) -> None:
    fault = statement_fault(change(made(runs)), keys_of(runs), **FACTS)  # type: ignore[operator]
    assert fault == "is not signed by a key that the audit trail names"


def test_another_key_is_none(runs: Path) -> None:
    keys = [verifier_key(OTHER_KEY, "patrolcast/tiny")]
    assert statement_fault(made(runs), keys, **FACTS) == "is not signed by a key that the audit trail names"


def test_a_signature_that_was_taken_away_is_missed_where_the_trail_has_a_key(runs: Path) -> None:
    assert statement_fault(None, keys_of(runs), **FACTS) == "is not signed, and the audit trail has a key"
    assert statement_fault(None, [], **FACTS) == ""


def test_a_statement_is_no_checkpoint_and_a_checkpoint_no_statement(runs: Path) -> None:
    with pytest.raises(NoteError, match="it is no checkpoint"):
        read_note(made(runs), keys_of(runs))
    [checkpoint] = (runs / "trail" / "checkpoints").glob("*.note")
    assert statement_fault(checkpoint.read_bytes(), keys_of(runs), **FACTS) != ""


def test_without_any_key_nothing_is_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PATROLCAST_TRAIL_KEY", raising=False)
    assert signed_statement(tmp_path, keys_of(tmp_path), **FACTS) is None


def test_a_trail_with_a_key_asks_for_it(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PATROLCAST_TRAIL_KEY")
    with pytest.raises(ConfigError, match=r"PATROLCAST_TRAIL_KEY: got no key; .* set it to the key in use"):
        made(runs)


def test_a_key_that_the_trail_does_not_name_signs_nothing(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_key(monkeypatch, runs.parent / "secret", OTHER_KEY)
    with pytest.raises(ConfigError, match="got a key that the audit trail does not name"):
        made(runs)
