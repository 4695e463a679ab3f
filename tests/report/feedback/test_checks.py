"""The checks of a loop test have plain names, on the page and on the terminal."""

from __future__ import annotations

from patrolcast.audit.feedback.loop_verdict import loop_gates
from patrolcast.cli.console import check_lines
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.report.feedback.checks import CHECKS, loop_check_rows


def test_every_check_of_a_loop_test_has_a_plain_name() -> None:
    made = loop_gates({}, silent=frozenset({"neutral"}))
    assert {check.name for check in made} == set(CHECKS)
    printed = check_lines(loop_check_rows(made))
    assert not any("_" in line for line in printed)
    assert printed[1].startswith("The forecast is the same with and without patrol")


def test_a_check_without_a_plain_name_keeps_its_own() -> None:
    [row] = loop_check_rows([GateResult("loop_new", 0.5, "at most 1", GateVerdict.PASS, "fine")])
    assert row["name"] == "Loop new"
