"""Hashes of what code does, kept from process to process: never another than would be taken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from patrolcast.io.behaviour import closure, kept
from patrolcast.io.behaviour.closure import behaviour_sha256

ROOT = "patrolcast.measure:measure"
FALSE = "0" * 64


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    folder = tmp_path / "patrolcast"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "measure.py").write_text("def measure():\n    return 1\n")
    return folder


def in_another_process(package: Path) -> str:
    """As a process that begins now would give it."""
    kept._known.pop((ROOT, package), None)
    kept._state.cache_clear()
    return kept.kept_behaviour(ROOT, package=package)


def kept_file(package: Path) -> Path:
    (path,) = (package / "__pycache__").glob("behaviour-*")
    return path


def test_the_next_process_reads_what_this_one_found(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = in_another_process(package)
    monkeypatch.setattr(kept, "behaviour_sha256", lambda *_, **__: FALSE)

    assert found == behaviour_sha256(ROOT, package=package)
    assert in_another_process(package) == found


@pytest.mark.parametrize("name", ["measure.py", "new.py", "new.csv", "inner/new.toml"])
def test_any_change_of_the_package_has_it_taken_again(
    package: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_another_process(package)
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("def measure():\n    return 2\n")
    monkeypatch.setattr(kept, "behaviour_sha256", lambda *_, **__: FALSE)

    assert in_another_process(package) == FALSE


def test_a_change_behind_a_folder_that_is_a_link_has_it_taken_again(package: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/__init__.py").write_text("def measure():\n    return 1\n")
    (package / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (package / "measure.py").write_text("from patrolcast.linked import measure\n\ndef measured():\n    measure()\n")
    root = "patrolcast.measure:measured"

    def found() -> str:
        kept._known.pop((root, package), None)
        kept._state.cache_clear()
        behaviour_sha256.cache_clear()
        closure._code.cache_clear()
        return kept.kept_behaviour(root, package=package)

    before = found()
    (tmp_path / "elsewhere/__init__.py").write_text("def measure():\n    return 2\n")
    assert found() != before


def test_another_python_has_it_taken_again(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_another_process(package)
    monkeypatch.setattr(sys, "version", "4.0.0")
    monkeypatch.setattr(kept, "behaviour_sha256", lambda *_, **__: FALSE)

    assert in_another_process(package) == FALSE


@pytest.mark.parametrize("name", [".#measure.py", "gone.csv"])
def test_a_link_to_nothing_in_the_package_stops_nobody(package: Path, name: str) -> None:
    (package / name).symlink_to("somebody@a-machine.1234")

    assert in_another_process(package) == behaviour_sha256(ROOT, package=package)


def test_a_file_that_cannot_be_read_stops_nobody_who_does_not_need_it(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (package / "shut.py").write_text("")
    whole = kept.file_sha256

    def closed(path: Path) -> str:
        if path.name == "shut.py":
            raise PermissionError(13, "no")
        return whole(path)

    monkeypatch.setattr(kept, "file_sha256", closed)
    assert in_another_process(package) == behaviour_sha256(ROOT, package=package)


@pytest.mark.parametrize("hash_", [FALSE[:-1], FALSE + "0", FALSE.replace("0", "g"), FALSE.replace("0", "A")])
def test_what_has_not_the_form_of_a_hash_is_taken_again(package: Path, hash_: str) -> None:
    found = in_another_process(package)
    state, _, _ = kept_file(package).read_text().partition(" ")
    kept_file(package).write_text(f"{state} {hash_}")

    assert in_another_process(package) == found


def test_a_file_that_is_gone_or_has_another_name_has_it_taken_again(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (package / "other.py").write_text("")
    in_another_process(package)
    (package / "other.py").rename(package / "another.py")
    monkeypatch.setattr(kept, "behaviour_sha256", lambda *_, **__: FALSE)

    assert in_another_process(package) == FALSE


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"no hash", FALSE.encode(), b" " + FALSE.encode()])
def test_what_is_damaged_is_taken_again(package: Path, damage: bytes) -> None:
    found = in_another_process(package)
    kept_file(package).write_bytes(damage)

    assert in_another_process(package) == found
    assert kept_file(package).read_text().endswith(found)


def test_measuring_anew_never_reads_what_was_kept(package: Path) -> None:
    found = in_another_process(package)
    state, _, _ = kept_file(package).read_text().partition(" ")
    kept_file(package).write_text(f"{state} {FALSE}")

    assert in_another_process(package) == FALSE  # the twin: it is read where nobody asks to measure
    assert kept.measure_behaviour(ROOT, package=package) == found
    assert kept.kept_behaviour(ROOT, package=package) == found
    assert in_another_process(package) == found


def test_a_folder_that_cannot_be_written_costs_time_only(package: Path) -> None:
    (package / "__pycache__").write_text("a file where the folder would be")

    assert in_another_process(package) == behaviour_sha256(ROOT, package=package)


def test_who_wants_no_compiled_code_written_gets_no_hash_written(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    in_another_process(package)

    assert not (package / "__pycache__").exists()


def test_nothing_is_kept_where_a_file_changes_while_the_hash_is_taken(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (package / "measure.py").read_text()

    def edited_meanwhile(*_: str, **__: Path) -> str:
        (package / "measure.py").write_text("def measure():\n    return 2\n")
        return FALSE

    with monkeypatch.context() as patched:
        patched.setattr(kept, "behaviour_sha256", edited_meanwhile)
        in_another_process(package)
    (package / "measure.py").write_text(whole)

    assert in_another_process(package) == behaviour_sha256(ROOT, package=package) != FALSE


def test_a_root_that_is_not_there_is_said(package: Path) -> None:
    with pytest.raises(LookupError, match="no such function"):
        kept.kept_behaviour("patrolcast.measure:other", package=package)
