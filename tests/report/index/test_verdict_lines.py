"""What the index says of each page and stored test follows from the run, and a pass is only ever a pass."""

from __future__ import annotations

import pytest
from tests.report.index.listing import FINDING, gate, make_published

from patrolcast.domain.residents import GroupNames
from patrolcast.report.index.verdict_lines import NO_COUNTS, NO_GROUPS, check_name, evidence_lines, page_lines


def verdicts(**changed: object) -> dict[str, str]:
    return {line.name: line.verdict for line in page_lines(make_published(**changed))}


def answers(*gates: dict) -> list[str]:
    return [line.verdict for line in evidence_lines(make_published(gates=gates), {})]


def test_each_page_has_its_line_and_its_link_into_the_run() -> None:
    run = make_published()
    assert [(line.name, line.href.removeprefix(run.run_id)) for line in page_lines(run)] == [
        ("Briefing", "/briefing.html"), ("Roll-call sheets", "/rollcall.pdf"), ("Data and forecast", "/data.html"),
        ("Audit", "/audit.html#groups"), ("Checks", "/audit.html#checks"),
    ]  # fmt: skip


def test_suggestions_are_counted_with_their_districts_and_shifts() -> None:
    assert verdicts()["Briefing"] == "120 suggestions in 5 districts, 3 shifts."
    assert verdicts(suggestions=(1, 1, 1))["Briefing"] == "1 suggestion in 1 district, 1 shift."
    assert verdicts(suggestions=(0, 0, 0))["Briefing"] == "No suggestions."
    assert verdicts(suggestions=None)["Briefing"] == NO_COUNTS


def test_the_audit_is_said_in_its_own_first_finding_or_not_at_all() -> None:
    assert verdicts()["Audit"] == FINDING
    assert verdicts(finding="")["Audit"] == NO_GROUPS


def test_refused_rows_are_said_with_their_share() -> None:
    assert verdicts()["Data and forecast"].startswith("1,500 of 101,000 rows of incidents were refused (1.5 %).")
    for unknown in (None, (0, 0)):
        assert verdicts(rows=unknown)["Data and forecast"].startswith("How good the forecast is")


def test_checks_are_counted_by_their_verdicts() -> None:
    assert verdicts()["Checks"] == "Of 5 checks: 3 passed, 1 warned, 1 not measured."
    waived = [gate("a", "waived"), gate("b", "fail", stops=False), gate("c", "pass")]
    assert verdicts(gates=waived)["Checks"] == (
        "Of 3 checks: 1 passed, 1 waived in writing, 1 failed without stopping it."
    )
    assert verdicts(gates=())["Checks"] == "No check was made."


def test_a_page_that_the_run_has_not_has_no_line() -> None:
    assert list(verdicts(files=frozenset({"suggestions.csv"}))) == ["Checks"]
    assert [line.href for line in page_lines(make_published(files=frozenset()))] == [""]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("pass", "Passed. No sign that it does. 12 cities per scenario."),
        ("waived", "Did not pass, waived in writing. Open; 12 cities per scenario."),
        ("fail", "Failed. Open; 12 cities per scenario."),
        ("not measured", "Not measured, which is not a pass. Open; 12 cities per scenario."),
        ("warn", "Warning. Open; 12 cities per scenario."),
    ],
)
def test_only_a_passed_test_says_that_nothing_was_seen(verdict: str, said: str) -> None:
    _, loop, _ = answers(gate("loop_test", verdict, "open; 12 cities per scenario"))
    assert loop == said


def test_a_test_that_the_run_has_no_gate_of_was_not_measured() -> None:
    assert answers() == ["Not measured, which is not a pass."] * 3


def test_a_tests_own_page_is_linked_where_there_is_one_else_the_checks_of_the_run() -> None:
    run = make_published()
    screen, loop, monitor = evidence_lines(run, {"feedback.html": "../../simulated/sample/feedback.html"})
    assert loop.href == "../../simulated/sample/feedback.html"
    assert screen.href == monitor.href == f"{run.run_id}/audit.html#checks"


def test_a_verdict_that_is_none_is_no_pass() -> None:
    with pytest.raises(ValueError, match="fine"):
        page_lines(make_published(gates=(gate("calibration", "fine"),)))


def test_a_check_is_named_as_on_the_audit_page() -> None:
    assert check_name("group_excess_black", GroupNames({"black": "Black"})) == "group excess: Black"
