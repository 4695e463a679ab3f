"""The same files give the same zip; the verifiers in it are those of `tools/`, and need nothing but Python."""

from __future__ import annotations

import ast
import io
import sys
import zipfile
from pathlib import Path

import pytest

from patrolcast.domain.errors import CannotReadError
from patrolcast.io.handed_out.archive import verifiers, zip_bytes


def test_the_order_in_which_files_come_changes_no_byte() -> None:
    one, other = {"b/c.txt": b"2", "a.txt": b"1" * 1000}, {"a.txt": b"1" * 1000, "b/c.txt": b"2"}
    packed = zip_bytes(one)
    assert packed == zip_bytes(other)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["a.txt", "b/c.txt"]
        assert {name: archive.read(name) for name in archive.namelist()} == one
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_verifiers_import_only_the_standard_library_and_read_as_python_3_9() -> None:
    found = verifiers()
    assert set(found) == {"verify.py", "verify_trail.py"}
    for data in found.values():
        tree = ast.parse(data, feature_version=(3, 9))
        imported = {
            name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
        }
        assert imported <= sys.stdlib_module_names


def test_without_a_checkout_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotReadError, match=r"tools/verify_kit.py: got no such file"):
        verifiers(tmp_path)
