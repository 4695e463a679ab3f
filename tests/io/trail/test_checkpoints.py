"""Checkpoints as files, and the folders that the environment names for copies."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.trail.trails import KEY

from patrolcast.domain.errors import ConfigError, TrailBrokenError
from patrolcast.io.trail.checkpoints import copy_folders, keys_named, notes_in, sizes_claimed, write_checkpoint
from patrolcast.io.trail.merkle import EMPTY
from patrolcast.io.trail.note import Checkpoint, signed_note, verifier_key

CHECKPOINT = Checkpoint("patrolcast/tiny", 12, EMPTY)
NOTE = signed_note(CHECKPOINT, KEY)


def test_a_note_lies_beside_the_trail_and_in_each_folder_for_copies_below_its_city(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path / "trail", CHECKPOINT, NOTE, [tmp_path / "a", tmp_path / "b"])
    copies = [tmp_path / name / "tiny" / path.name for name in ("a", "b")]
    assert [one.read_bytes() for one in (path, *copies)] == [NOTE] * 3
    assert notes_in(tmp_path / "trail" / "checkpoints") == [path]
    assert notes_in(path) == [path]
    assert notes_in(tmp_path / "nothing") == []


def test_a_copy_is_never_overwritten_by_the_checkpoint_of_a_trail_that_was_begun_anew(tmp_path: Path) -> None:
    for _ in range(2):
        path = write_checkpoint(tmp_path / "trail", CHECKPOINT, NOTE, [tmp_path / "a"])
    other = Checkpoint(CHECKPOINT.origin, 12, bytes(32))
    with pytest.raises(TrailBrokenError, match="got another checkpoint over 12 entries in a folder for copies"):
        write_checkpoint(tmp_path / "anew", other, signed_note(other, KEY), [tmp_path / "b", tmp_path / "a"])
    assert (tmp_path / "a" / "tiny" / path.name).read_bytes() == NOTE
    assert not (tmp_path / "b").exists()
    assert not (tmp_path / "anew").exists()


def test_a_folder_for_copies_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_SHARE", str(tmp_path))
    assert copy_folders(["AUDIT_SHARE"]) == [tmp_path]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "[trail] copies: AUDIT_SHARE: got ''; must hold an absolute path; set AUDIT_SHARE to a folder that lies"),
        ("here", "[trail] copies: AUDIT_SHARE: got 'here'; must hold an absolute path"),
        ("/nonexistent/folder", "[trail] copies: AUDIT_SHARE: got no such folder; must be a folder"),
    ],
)
def test_a_variable_that_names_no_folder_is_an_error(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    monkeypatch.setenv("AUDIT_SHARE", value)
    with pytest.raises(ConfigError) as refused:
        copy_folders(["AUDIT_SHARE"])
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("note", "sizes"),
    [(NOTE, {12}), (b"a\n7\nx", {7}), (b"a\n-7\nx", set()), (b"", set()), (b"a\n" + b"9" * 16 + b"\nx", set())],
)
def test_the_size_of_a_note_is_known_before_it_is_believed(note: bytes, sizes: set[int]) -> None:
    assert sizes_claimed([note]) == sizes


def test_keys_are_those_that_entries_name_and_nothing_else() -> None:
    key = verifier_key(KEY, "patrolcast/tiny")
    assert keys_named([{"key": str(key)}, {"key": "no key"}, {}, {"key": None}]) == [key]
