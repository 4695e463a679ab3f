"""The stand-alone verifier: nothing but Python, none of our code, the exit codes of `trail verify`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tests.io.trail.trails import KEY, OTHER_KEY, lines, small_trail, write_lines

from patrolcast.io.trail.note import verifier_key

TOOL = Path(__file__).parents[3] / "tools" / "verify_trail.py"


def run(*arguments: object) -> tuple[int, list[str]]:
    """As an outsider runs it: no packages (-S), no environment (-I)."""
    command = [sys.executable, "-I", "-S", str(TOOL), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_it_imports_only_the_standard_library() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(TOOL.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported <= sys.stdlib_module_names


def test_a_whole_trail_with_a_checkpoint_brought_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    small_trail(tmp_path / "trail", copies=[tmp_path / "far"])
    assert run(tmp_path / "trail") == (
        0,
        [
            "6 entries; level 1 (accident inside the file): ruled out",
            "level 2 (end cut off): NOT ruled out",
            "level 3 (written anew by an insider): NOT ruled out",
        ],
    )
    code, said = run(tmp_path / "trail", "--checkpoint", tmp_path / "far" / "tiny")
    assert (code, said[1]) == (0, "level 2 (end cut off): ruled out for the first 5 entries")


@pytest.mark.parametrize(("key", "code"), [(KEY, 0), (OTHER_KEY, 32)])
def test_a_reader_may_bring_the_key(tmp_path: Path, key: object, code: int) -> None:
    small_trail(tmp_path)
    assert run(tmp_path, "--key", verifier_key(key, "patrolcast/tiny"))[0] == code  # type: ignore[arg-type]


def test_each_fault_is_a_line_and_an_exit_code(tmp_path: Path) -> None:
    small_trail(tmp_path)
    whole = lines(tmp_path)
    write_lines(tmp_path, whole[:4])
    assert run(tmp_path)[0] == 31
    write_lines(tmp_path, [*whole[:4], whole[5]])
    code, said = run(tmp_path)
    assert (code, said[0]) == (30, "fault 30: entry 5 is entry 6, or does not follow the one before")
    assert run(tmp_path / "nothing") == (2, run(tmp_path / "nothing")[1])
