"""Per cent is written one way, "5 %", in everything that people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report.city import make_context, make_result
from tests.report.reader import Reader

from patrolcast.io.behaviour.closure import reached_symbols
from patrolcast.report.audit.page import audit_page
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.data_page import data_page
from patrolcast.report.words import spaced
from patrolcast.runs.monitor.evidence import CODE as MONITOR
from patrolcast.runs.screen.evidence import CODE as SCREEN
from patrolcast.runs.simulate.evidence import CODE as LOOP

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "patrolcast"
CLOSE = re.compile(r"\d%(?!\w)")


def written_close(text: str) -> Iterator[int]:
    """Lines of a module whose texts write a per cent without its space: "5%", or a number formatted with "%"."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = node.format_spec
            if any(isinstance(part, ast.Constant) and str(part.value).endswith("%") for part in ast.walk(spec)):
                yield node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and CLOSE.search(node.value):
            yield node.lineno


def modules_that_measure() -> set[str]:
    return {module for module, _ in reached_symbols(LOOP, SCREEN, MONITOR)}


def module_name(path: Path) -> str:
    return ".".join(["patrolcast", *path.relative_to(SOURCE).with_suffix("").parts])


def test_no_text_of_the_code_writes_it_close_but_what_measures_and_that_is_spaced_where_it_is_printed() -> None:
    close = {module_name(path) for path in SOURCE.rglob("*.py") if [*written_close(path.read_text(encoding="utf-8"))]}
    assert close - modules_that_measure() <= {"patrolcast.report.words"}, "report.words shows what `spaced` mends"


def test_a_text_that_writes_it_close_is_found() -> None:
    assert {*written_close('f"{share:.0%} of it"')} == {1}
    assert {*written_close('"at most 5% of it"')} == {1}
    assert [*written_close('f"{100 * share:.0f} % of it, {when:%Y}, 90 %"')] == []


@pytest.mark.parametrize("page", [audit_page, briefing_page, data_page])
def test_no_page_of_a_run_writes_it_close(page) -> None:
    words = Reader(page(make_result(), make_context())).words
    assert CLOSE.findall(words) == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
def test_no_page_of_the_docs_writes_it_close(path: Path) -> None:
    assert CLOSE.findall(path.read_text(encoding="utf-8")) == []


def test_notes_of_code_that_only_computes_are_spaced() -> None:
    assert spaced("3.0% of times are midnight; 12%, at most 5%") == "3.0 % of times are midnight; 12 %, at most 5 %"
    assert spaced("file 5%20name.csv, %Y") == "file 5%20name.csv, %Y"
