"""What `trail verify` says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.trail.trails import KEY, OTHER_KEY, small_trail

from patrolcast.domain.errors import UsageError
from patrolcast.io.trail.note import verifier_key
from patrolcast.io.trail.proof import make_proof
from patrolcast.runs.trail.find import CityTrail
from patrolcast.runs.trail.verify import public_keys, verified_document, verified_lines, verify_city_trail


def test_copies_that_the_config_names_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "share").mkdir()
    folder = small_trail(tmp_path / "trail", copies=[tmp_path / "share"])
    trail = CityTrail("tiny", folder, tmp_path, ("AUDIT_SHARE",))
    monkeypatch.setenv("AUDIT_SHARE", str(tmp_path / "share"))
    assert verify_city_trail(trail).elsewhere == 5
    monkeypatch.delenv("AUDIT_SHARE")
    without = verify_city_trail(trail)
    assert (without.exit_code, without.elsewhere) == (0, 0)
    assert verified_lines("tiny", without)[-1].startswith("not looked at: [trail] copies: AUDIT_SHARE: got ''")


def test_faults_stand_first_and_a_missing_checkpoint_is_said(tmp_path: Path) -> None:
    found = verify_city_trail(CityTrail("tiny", small_trail(tmp_path, key=None), tmp_path))
    assert verified_lines("tiny", found)[0] == "audit trail of tiny: 5 entries, whole"
    assert verified_lines("tiny", found)[-1] == "no signed checkpoint holds: docs/trail.md says how to have them"
    (tmp_path / "texts" / "2.json").unlink()
    broken = verify_city_trail(CityTrail("tiny", tmp_path, tmp_path))
    assert verified_lines("tiny", broken)[:2] == [
        "audit trail of tiny: 5 entries, NOT as it must be (exit code 30)",
        "fault 30, entry 2: its text is missing, and no entry says that it was redacted",
    ]
    assert verified_document("tiny", broken)["exit_code"] == 30


def test_a_proof_is_looked_at_also_where_something_else_is_wrong(tmp_path: Path) -> None:
    folder, other = small_trail(tmp_path / "trail"), small_trail(tmp_path / "other", key=OTHER_KEY)
    trail, proof, foreign = CityTrail("tiny", folder, tmp_path), tmp_path / "proof", tmp_path / "foreign"
    proof.write_bytes(make_proof(folder, 3))
    foreign.write_bytes(make_proof(other, 3))
    (folder / "texts" / "2.json").unlink()
    assert [fault.code for fault in verify_city_trail(trail, proof=proof).faults] == [30]
    assert [fault.code for fault in verify_city_trail(trail, proof=foreign).faults] == [30, 32]
    (folder / "trail.jsonl").unlink()
    found = verify_city_trail(trail, proof=proof)
    assert (found.exit_code, found.notes[-1]) == (31, "the proof: the trail cannot be read to its end")
    with pytest.raises(UsageError, match="no such file"):
        verify_city_trail(trail, proof=tmp_path / "none")


def test_a_key_that_is_none_is_an_error_of_the_call() -> None:
    key = verifier_key(KEY, "patrolcast/tiny")
    assert public_keys([str(key)]) == [key]
    with pytest.raises(UsageError, match="must be NAME"):
        public_keys(["key"])
