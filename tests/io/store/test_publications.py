"""The record of what was published lies outside the run, so that an edited run is not what was published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.runs.finished import write_finished

from patrolcast.io.signing import VARIABLE
from patrolcast.io.store.publications import (
    forget_publication,
    publication_fault,
    record_publication,
    trail_entries,
)
from patrolcast.io.store.run_store import MANIFEST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_finished(tmp_path / "tiny").folder


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "key"
    path.write_bytes(bytes(range(64)))
    path.chmod(0o600)
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def test_a_run_without_a_record_was_never_published(folder: Path) -> None:
    assert publication_fault(folder) == "there is no record that it was published"
    record_publication(folder)
    assert publication_fault(folder) == ""
    forget_publication(folder)
    assert publication_fault(folder) == "there is no record that it was published"


def test_one_byte_of_the_manifest_is_another_run(folder: Path) -> None:
    record_publication(folder)
    with (folder / MANIFEST).open("ab") as file:
        file.write(b" ")
    assert publication_fault(folder) == "it was changed after it was published"


def test_the_record_of_one_run_does_not_speak_for_another(folder: Path) -> None:
    path = record_publication(folder)
    other = folder.rename(folder.with_name("20260302T1100Z-tiny-00000002"))
    path.rename(path.with_name(f"{other.name}.json"))
    assert publication_fault(other) == "it was changed after it was published"


@pytest.mark.parametrize("text", ["", "[]", "{}", "{"])
def test_a_record_that_is_none_is_no_record(folder: Path, text: str) -> None:
    record_publication(folder).write_text(text)
    assert publication_fault(folder)


@pytest.mark.usefixtures("key")
def test_with_a_key_the_record_is_signed_and_who_has_none_cannot_write_one(folder: Path) -> None:
    path = record_publication(folder)
    assert publication_fault(folder) == ""
    record = json.loads(path.read_text())
    manifest = (folder / MANIFEST).read_bytes()
    path.write_text(json.dumps({key: value for key, value in record.items() if key != "signature"}))
    assert publication_fault(folder) == "it is not signed, and a signing key is configured"
    (folder / MANIFEST).write_bytes(manifest + b" ")
    from patrolcast.io.hashing import file_sha256

    path.write_text(json.dumps(record | {"manifest_sha256": file_sha256(folder / MANIFEST)}))
    assert publication_fault(folder) == "its signature does not fit its content"


def test_the_record_says_how_long_the_trail_was_and_is_signed_with_it(folder: Path, key: Path) -> None:
    assert trail_entries(folder.parent) == 0
    path = record_publication(folder, entries=7)
    (path.parent / "torn.json").write_text("{")
    assert trail_entries(folder.parent) == 7
    assert publication_fault(folder) == ""
    path.write_text(path.read_text().replace('"trail_entries": 7', '"trail_entries": 1'))
    assert trail_entries(folder.parent) == 1
    assert publication_fault(folder) != "", "the signature is of the seven"
