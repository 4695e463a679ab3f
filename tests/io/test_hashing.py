"""Hashes of files and of plain values: the published ones of SHA-256, and no two values alike."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from patrolcast.io.hashing import digest, file_sha256


def test_a_file_has_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    # The test vector of FIPS 180-4.
    assert file_sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_plain_values_are_hashed_as_canonical_json() -> None:
    assert digest("a", 1) == hashlib.sha256(b'["a",1]').hexdigest()
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    assert len({digest(1), digest("1"), digest([1]), digest(1, None), digest()}) == 5


def test_a_number_that_is_none_has_no_hash() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest(float("nan"))
