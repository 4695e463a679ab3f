"""The hash of what code does: everything that a function can reach, and nothing that cannot change a result."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.io.behaviour.closure import behaviour_sha256, reached_symbols
from patrolcast.runs.monitor import evidence as of_monitor
from patrolcast.runs.screen import evidence as of_screen
from patrolcast.runs.simulate import evidence as of_loop

ROOT = "patrolcast.runs.measure:measure"
FILES = {
    "__init__.py": '"""The package."""\n__version__ = "1"\n',
    "runs/__init__.py": "",
    "runs/measure.py": (
        '"""Measures."""\n'
        "from typing import TYPE_CHECKING\n"
        "import patrolcast.numerics.sums as sums\n"
        "from patrolcast.numerics import passed_on\n"
        "from patrolcast.report.page import page\n"
        "if TYPE_CHECKING:\n    from patrolcast.report.page import unused\n"
        "LIMIT = 0.5\n"
        "def measure(values: list) -> float:\n"
        '    """Measures."""\n'
        "    from patrolcast.numerics.late import late\n"
        "    return sums.total(values) + passed_on() + late() + LIMIT + Table().rows()\n"
        "class Table:\n    def rows(self):\n        return named('known.csv')\n"
        "def named(name):\n    return len(name)\n"
        "def beside():\n    return page()\n"
    ),
    "numerics/__init__.py": "from patrolcast.numerics.inner import passed_on\n",
    "numerics/inner.py": "def passed_on():\n    return 1\ndef other():\n    return 2\n",
    "numerics/sums.py": "def total(values):\n    return sum(values)  # all of them\ndef mean(values):\n    return 0\n",
    "numerics/late.py": "STATE = {}\nSTATE.update(a=1)\ndef late():\n    return 3\n",
    "report/__init__.py": "",
    "report/page.py": "def page():\n    return 'page'\n",
    "known.csv": "a,b\n",
}


INSTEAD = "    def total(values):\n        return 0\n"
PATCHED = "from patrolcast.numerics import sums\nsums.total = max\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return written(tmp_path / "one")


def written(folder: Path, **changed: str) -> Path:
    for name, text in FILES.items():
        path = folder / "patrolcast" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(name, text))
    return folder / "patrolcast"


def after(tmp_path: Path, name: str, old: str, new: str) -> str:
    """The hash after one file was edited."""
    assert old in FILES[name]
    return behaviour_sha256(ROOT, package=written(tmp_path / "other", **{name: FILES[name].replace(old, new)}))


def test_what_is_reached_by_hand(package: Path) -> None:
    assert reached_symbols(ROOT, package=package) == {
        ("patrolcast.runs.measure", "measure"),
        ("patrolcast.runs.measure", "LIMIT"),
        ("patrolcast.runs.measure", "Table"),
        ("patrolcast.runs.measure", "named"),
        ("patrolcast.numerics.sums", "total"),
        ("patrolcast.numerics.inner", "passed_on"),
        ("patrolcast.numerics.late", "late"),
        ("patrolcast.numerics.late", "*"),
        ("patrolcast.numerics.late", "STATE"),
    }


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("runs/measure.py", "LIMIT = 0.5", "LIMIT = 0.6"),
        ("runs/measure.py", "return len(name)", "return 0"),
        ("runs/measure.py", "named('known.csv')", "named('other.csv')"),
        ("numerics/sums.py", "return sum(values)", "return max(values)"),
        ("numerics/inner.py", "return 1", "return 10"),
        ("numerics/late.py", "return 3", "return 4"),
        ("numerics/late.py", "a=1", "a=2"),
        ("known.csv", "a,b", "a,c"),
        ("numerics/sums.py", "def mean", f"if not TYPE_CHECKING:\n{INSTEAD}def mean"),
        ("numerics/sums.py", "def mean", f"if __name__ != '__main__':\n{INSTEAD}def mean"),
        ("numerics/sums.py", "def mean", f"if __name__ == '__main__':\n    pass\nelse:\n{INSTEAD}def mean"),
        ("numerics/__init__.py", "import passed_on\n", f"import passed_on\n{PATCHED}"),
    ],
)
def test_a_change_of_anything_reached_changes_the_hash(
    package: Path, tmp_path: Path, name: str, old: str, new: str
) -> None:
    assert after(tmp_path, name, old, new) != behaviour_sha256(ROOT, package=package)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("runs/measure.py", '    """Measures."""\n', ""),
        ("runs/measure.py", "values: list", "values: tuple"),
        ("runs/measure.py", "return page()", "return 7"),
        ("numerics/sums.py", "  # all of them", "  # in another order"),
        ("numerics/sums.py", "return 0", "return 1"),
        ("numerics/inner.py", "return 2", "return 20"),
        ("report/page.py", "'page'", "'another page'"),
        ("__init__.py", '"1"', '"2"'),
    ],
)
def test_words_and_code_beside_it_do_not(package: Path, tmp_path: Path, name: str, old: str, new: str) -> None:
    assert after(tmp_path, name, old, new) == behaviour_sha256(ROOT, package=package)


@pytest.mark.parametrize("root", ["patrolcast.runs.measure:nothing", "patrolcast.nowhere:measure", "elsewhere:measure"])
def test_a_root_that_is_not_there_is_an_error_and_no_hash(package: Path, root: str) -> None:
    with pytest.raises(LookupError, match="no such function"):
        behaviour_sha256(root, package=package)


@pytest.mark.parametrize("root", [of_screen.CODE, of_loop.CODE, of_monitor.CODE])
def test_evidence_hangs_on_no_page_no_door_and_no_draft(root: str) -> None:
    modules = {module for module, _ in reached_symbols(root)}
    beside = (
        "patrolcast.report",
        "patrolcast.cli",
        "patrolcast.runs.init",
        "patrolcast.runs.forecast",
        "patrolcast.web",
    )
    assert [module for module in modules if module.startswith(beside)] == []


@pytest.mark.parametrize(
    ("root", "symbol"),
    [
        (of_screen.CODE, ("patrolcast.features.matrix", "category_matrices")),
        (of_screen.CODE, ("patrolcast.intake.codebook", "parse_codebook")),
        (of_screen.CODE, ("patrolcast.features.proxies.screen", "METHOD")),
        (of_loop.CODE, ("patrolcast.runs.pipeline.run", "run_pipeline")),
        (of_loop.CODE, ("patrolcast.audit.feedback.loop_verdict", "EXACT")),
        (of_loop.CODE, ("patrolcast.synthetic.scenarios", "SCENARIOS")),
        (of_monitor.CODE, ("patrolcast.domain.dosage_log", "ALARM_E_VALUE")),
        (of_monitor.CODE, ("patrolcast.runs.monitor.invariance", "invariance_gates")),
    ],
)
def test_what_a_measurement_hangs_on_is_reached(root: str, symbol: tuple[str, str]) -> None:
    assert symbol in reached_symbols(root)
