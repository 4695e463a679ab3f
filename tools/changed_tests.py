"""Names the test files of what changed since a commit, one a line: of each changed module the test file of its name.

    python tools/changed_tests.py HEAD~3

A changed test file names itself; the walls and the docs are always among them, since any change can break those.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
ALWAYS = ("tests/test_architecture.py", "tests/test_docs.py", "tests/test_glossary.py", "tests/test_mirror.py")


def changed_files(since: str) -> list[str]:
    """Files that differ from a commit, and new ones that are not ignored."""
    commands = (["git", "diff", "--name-only", since], ["git", "ls-files", "--others", "--exclude-standard"])
    outputs = [subprocess.run(c, cwd=ROOT, capture_output=True, text=True, check=True).stdout for c in commands]
    return sorted({name for output in outputs for name in output.splitlines()})


def tests_of(changed: Iterable[str], present: Iterable[str]) -> list[str]:
    """Test files of changed files, among those that are present.

    >>> tests_of(["src/patrolcast/audit/gates.py", "README.md"], ["tests/audit/test_gates.py", "tests/test_docs.py"])
    ['tests/audit/test_gates.py', 'tests/test_docs.py']
    """
    named = set(ALWAYS)
    for name in map(PurePosixPath, changed):
        if name.is_relative_to("src/patrolcast") and name.suffix == ".py":
            inside = name.relative_to("src/patrolcast")
            named.add(str(PurePosixPath("tests") / inside.parent / f"test_{inside.name}"))
        elif name.is_relative_to("tests") and name.name.startswith("test_"):
            named.add(str(name))
    return sorted(named & set(present))


if __name__ == "__main__":
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")]
    print("\n".join(tests_of(changed_files(sys.argv[1] if len(sys.argv) > 1 else "HEAD"), files)))
