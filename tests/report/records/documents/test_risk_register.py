"""Every hazard is rated by the department and stands beside the checks of the run; a missing check is said."""

from __future__ import annotations

from tests.report.records.recorded_run import make_sources

from patrolcast.audit.gates import REQUIRED
from patrolcast.domain.governance.hazards import HAZARDS
from patrolcast.report.records.documents.risk_register import risk_register

PARTS = {part.key: part for part in risk_register(make_sources()).parts}


def test_every_hazard_is_there_with_its_rating() -> None:
    assert [*PARTS] == ["overview", *(one.key for one in HAZARDS)]
    rated = {one.key: one.answer.text for one in PARTS["feedback_loop"].entries}
    assert (rated["likelihood"], rated["severity"], rated["residual"]) == ("3", "5", "2")


def test_a_check_that_the_run_lacks_is_missing_not_passed() -> None:
    rated = {one.key: one.answer.text for one in PARTS["same_places"].entries}
    assert rated["checks"] == "patrol concentration: missing"


def test_every_check_of_a_hazard_is_one_that_runs_make() -> None:
    assert {name for one in HAZARDS for name in one.gates} - {"feedback_monitor"} <= REQUIRED
