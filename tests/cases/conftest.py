"""Trouble that others met, as small inputs with right values: they lie beside the project; absence is said loudly.

Each case is a folder whose `make.py` writes exports, layers and configs of a small made-up city; `EXPECTED.md` in it
says what is right. `tests/cases/test_NAME.py` holds the right values of the cases of one kind.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import ROOT, patrolcast

CASES = ROOT.parent / "shared" / "cases"


@pytest.fixture
def case(tmp_path: Path) -> Callable[[str], Path]:
    """Makes one case in a folder of its own and returns that folder."""

    def make(name: str) -> Path:
        if not (CASES / "city.py").is_file():
            pytest.skip(f"CASES ABSENT: {name} was not tried")
        shutil.copy2(CASES / "city.py", tmp_path)
        shutil.copytree(CASES / name, tmp_path / name)
        made = subprocess.run(
            [sys.executable, tmp_path / name / "make.py"], capture_output=True, text=True, check=False, timeout=300
        )
        assert made.returncode == 0, made.stderr
        return tmp_path / name

    return make


def check(config: Path) -> dict[str, Any]:
    """What `patrolcast check` answers, as a script reads it; a refusal has ``problems`` and its exit code."""
    done = patrolcast("check", config, "--json")
    assert done.stdout.startswith("{"), done.stderr
    return dict(json.loads(done.stdout))


def incidents(answer: dict[str, Any]) -> dict[str, Any]:
    """The accounting of the incidents' source."""
    return next(source for source in answer["sources"] if source["of_incidents"])
