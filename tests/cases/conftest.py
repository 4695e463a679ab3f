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
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import ROOT

from patrolcast.cli import main

CASES = ROOT.parent / "shared" / "cases"


@pytest.fixture(scope="session")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a case once; nobody writes into the folder that it returns."""
    root = tmp_path_factory.mktemp("cases")

    @cache
    def make(name: str) -> Path:
        if not (CASES / "city.py").is_file():
            pytest.skip(f"CASES ABSENT: {name} was not tried")
        shutil.copy2(CASES / "city.py", root)
        shutil.copytree(CASES / name, root / name)
        made = subprocess.run(
            [sys.executable, root / name / "make.py"], capture_output=True, text=True, check=False, timeout=300
        )
        assert made.returncode == 0, made.stderr
        return root / name

    return make


@pytest.fixture
def case(tmp_path: Path, made_case: Callable[[str], Path]) -> Callable[[str], Path]:
    """A case in a folder of the test's own."""
    return lambda name: Path(shutil.copytree(made_case(name), tmp_path / name))


def check(config: Path) -> dict[str, Any]:
    """What `patrolcast check` answers, as a script reads it; a refusal has ``problems`` and its exit code."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as errors:
        main(["check", str(config), "--json"])
    assert out.getvalue().startswith("{"), errors.getvalue()
    return dict(json.loads(out.getvalue()))


def incidents(answer: dict[str, Any]) -> dict[str, Any]:
    """The accounting of the incidents' source."""
    return next(source for source in answer["sources"] if source["of_incidents"])
