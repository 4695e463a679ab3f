"""`tests/` mirrors `src/`: each module that decides something has a test file of its name, found in one guess."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "patrolcast"
TESTS = ROOT / "tests"

TESTED_AS_A_WHOLE: dict[str, str] = {
    "audit/compare/nights.py": "tests/audit/compare/test_pairs.py",
    "cli/options.py": "tests/cli/test_door.py",
    "domain/comparison.py": "tests/report/comparison/test_data.py",
    "domain/settings/base.py": "tests/domain/settings/test_inputs.py",
    "io/sample_files.py": "tests/synthetic/test_committed.py",
    "io/settings/stored_config.py": "tests/runs/forecast/test_reproduce.py",
    "io/sources/export.py": "tests/io/test_bad_files.py",
    "io/sources/export_sample.py": "tests/runs/init/test_draft.py",
    "io/store/booster.py": "tests/runs/forecast/explained/test_cell.py",
    "runs/backtest/files.py": "tests/acceptance/test_backtest.py",
    "runs/backtest/hindsight.py": "tests/runs/backtest/test_backtest.py",
    "runs/backtest/model.py": "tests/runs/backtest/test_backtest.py",
    "runs/backtest/peers.py": "tests/runs/backtest/test_backtest.py",
    "runs/backtest/windows.py": "tests/runs/backtest/test_backtest.py",
    "runs/compare/fold_results.py": "tests/runs/compare/test_compare.py",
    "runs/compare/nights.py": "tests/runs/compare/test_compare_groups.py",
    "runs/compare/prepare.py": "tests/runs/compare/test_compare.py",
    "runs/compare/variants.py": "tests/configs/test_variants.py",
    "runs/init/codebook.py": "tests/runs/init/test_draft.py",
    "runs/init/config_text.py": "tests/runs/init/test_draft.py",
    "runs/load/unread/look.py": "tests/runs/load/test_call_source.py",
    "intake/corrections/report_rows.py": "tests/intake/corrections/test_resolve.py",
    "runs/init/places.py": "tests/runs/init/test_draft.py",
    "runs/load/layers.py": "tests/runs/load/test_city.py",
    "runs/load/operations.py": "tests/intake/test_operations.py",
    "runs/pipeline/run.py": "tests/properties/test_nothing_later_is_known.py",
    "runs/sample.py": "tests/synthetic/test_committed.py",
    "runs/simulate/city.py": "tests/runs/simulate/test_loop.py",
    "synthetic/city_truth.py": "tests/synthetic/test_truth.py",
    "synthetic/dirt.py": "tests/synthetic/test_committed.py",
    "synthetic/layers.py": "tests/synthetic/test_geography.py",
    "synthetic/offences.py": "tests/synthetic/test_committed.py",
    "synthetic/plane.py": "tests/synthetic/test_geography.py",
    "synthetic/reports.py": "tests/synthetic/test_truth.py",
    "synthetic/sample.py": "tests/synthetic/test_committed.py",
    "synthetic/sample_log.py": "tests/synthetic/test_committed.py",
}
"""Modules that are tried only together with others so far, and the test that does it. The list may only get shorter."""


def modules() -> list[str]:
    """Every module by its path in the package, without the faces of the folders."""
    paths = (path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*.py") if path.name != "__init__.py")
    return sorted(path for path in paths if path != "__main__.py")


def decides(text: str) -> bool:
    """True when a module defines a function, however: a table of names, types or settings defines none."""
    tree = ast.parse(text)
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) for node in ast.walk(tree))


def test_of(module: str) -> Path:
    """The test file of a module's name; a verb is tried as a person calls it, by the acceptance test of its name."""
    path = Path(module)
    if path.is_relative_to("cli/verbs"):
        return TESTS / "acceptance" / f"test_{path.name}"
    return TESTS / path.parent / f"test_{path.name}"


test_of.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", [m for m in modules() if decides((SOURCES / m).read_text(encoding="utf-8"))])
def test_every_module_that_decides_something_has_a_test_file_of_its_name(module: str) -> None:
    assert test_of(module).is_file() or module in TESTED_AS_A_WHOLE


def test_no_module_is_excused_that_has_a_test_file_or_is_gone_or_whose_test_is_gone() -> None:
    wrong = [m for m in TESTED_AS_A_WHOLE if test_of(m).is_file() or not (SOURCES / m).is_file()]
    assert wrong == []
    assert [path for path in TESTED_AS_A_WHOLE.values() if not (ROOT / path).is_file()] == []


def test_every_test_file_in_a_mirrored_folder_holds_a_test() -> None:
    files = list(TESTS.rglob("test_*.py"))
    empty = [p.relative_to(ROOT).as_posix() for p in files if "def test_" not in p.read_text(encoding="utf-8")]
    assert empty == []


def test_a_module_of_names_decides_nothing() -> None:
    assert not decides("A = 1\nclass B:\n    x: int\n")
    assert decides("class B:\n    def f(self): ...\n")
    assert decides("TEST = {'a': lambda x: x > 1}\n")
    assert decides("async def f(): ...\n")


MOST_FILES = 15


def test_no_folder_holds_more_than_15_files() -> None:
    folders = {path.parent for path in SOURCES.rglob("*.py")}
    crowded = {f.relative_to(SOURCES).as_posix(): n for f in folders if (n := len(list(f.glob("*.py")))) > MOST_FILES}
    assert crowded == {}
