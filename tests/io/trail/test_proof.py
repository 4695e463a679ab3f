"""A proof of one entry: holds for it, for no other, and only with a signed checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.trail.trails import KEY, OTHER_KEY, STARTED, opened, small_trail

from patrolcast.domain.errors import UsageError
from patrolcast.io.trail.note import NoteError, verifier_key
from patrolcast.io.trail.proof import make_proof, proof_fault, read_proof


def code_of(folder: Path, proof: bytes, **more: object) -> int:
    (folder / "proof").write_bytes(proof)
    fault = proof_fault(folder, folder / "proof", **{"keys": [], **more})  # type: ignore[arg-type]
    return 0 if fault is None else fault.code


def test_every_covered_entry_has_a_proof_in_the_smallest_checkpoint_that_covers_it(tmp_path: Path) -> None:
    small_trail(tmp_path)
    with opened(tmp_path) as trail:
        trail.append(STARTED)
        trail.checkpoint()
    for seq in range(1, 8):
        proof = make_proof(tmp_path, seq)
        assert f"index {seq - 1}\n".encode() in proof
        assert (b"\n5\n" if seq <= 5 else b"\n7\n") in proof
        assert code_of(tmp_path, proof) == 0


def test_a_proof_of_another_trail_another_place_or_another_key_does_not_hold(tmp_path: Path) -> None:
    one, other = small_trail(tmp_path / "one"), small_trail(tmp_path / "other")
    proof = make_proof(one, 2)
    assert code_of(other, proof) == 30
    assert code_of(one, proof.replace(b"index 1", b"index 2")) == 30
    assert code_of(one, proof.replace(b"index 1", b"index 99")) == 31
    assert code_of(one, proof, keys=[verifier_key(OTHER_KEY, "patrolcast/tiny")]) == 32
    assert code_of(one, proof, keys=[verifier_key(KEY, "patrolcast/tiny")]) == 0


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"c2sp.org/tlog-proof@v1\nindex -1\n\n", b"c2sp.org/tlog-proof@v1\nindex 1\n*\n\n"]
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError):
        read_proof(data)


def test_without_a_covering_checkpoint_there_is_no_proof(tmp_path: Path) -> None:
    small_trail(tmp_path)
    with pytest.raises(UsageError, match="must be an entry that a signed checkpoint covers"):
        make_proof(tmp_path, 6)
    with pytest.raises(UsageError, match="must be a file that `trail prove` wrote"):
        proof_fault(tmp_path, tmp_path / "nothing", [])
