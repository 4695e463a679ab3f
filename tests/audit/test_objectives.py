"""A run against objectives: met, not met, not measured, and review dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from patrolcast.audit.objectives import idle_target, reported, review_gate, too_far, unknown_measure
from patrolcast.audit.verdicts import contradiction
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Audit, Gates
from patrolcast.domain.settings.deciding.objectives import Objectives

DAY = date(2026, 3, 1)


def objectives(**changed: object) -> Objectives:
    one = {
        "id": "forecast_holds",
        "goal": "Commanders can rely on the size of the forecast",
        "measure": "calibration",
        "at_least": 0.9,
        "at_most": 1.1,
        "review": "2026-03-31",
        "owner": "Oversight board",
    }
    return Objectives.model_validate({"objectives_version": 1, "objectives": [{**one, **changed}]})


def gate(value: float | None, verdict: GateVerdict = GateVerdict.PASS) -> GateResult:
    return GateResult("calibration", value, "within 0.8 to 1.25", verdict, "")


@pytest.mark.parametrize(
    ("value", "state"), [(0.9, "met"), (1.1, "met"), (0.89, "not met"), (1.11, "not met"), (None, "not measured")]
)
def test_a_value_is_held_against_the_target(value: float | None, state: str) -> None:
    (one,) = reported(objectives(), [gate(value)])
    assert (one.state, one.value) == (state, value)


def test_what_was_not_measured_is_never_met() -> None:
    assert reported(objectives(), [gate(1.0, GateVerdict.NOT_MEASURED)])[0].state == "not measured"
    assert reported(objectives(), [])[0].state == "not measured"
    (one,) = reported(objectives(measure="answered_share"), [gate(1.0)])
    assert (one.state, one.detail) == ("not measured", "no run measures it: `patrolcast decisions figures` does")


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        (-1, GateVerdict.PASS),
        (0, GateVerdict.PASS),
        (1, GateVerdict.WARN),
        (31, GateVerdict.WARN),
        (32, GateVerdict.FAIL),
    ],
)
def test_a_review_date_that_passed_warns_and_after_31_days_fails(days: int, verdict: GateVerdict) -> None:
    found = review_gate(objectives(), day=date(2026, 3, 31) + timedelta(days=days))
    assert found.verdict is verdict
    assert found.stops
    assert contradiction(found, gates=Gates(), audit=Audit()) == ""


def test_a_pass_that_somebody_wrote_over_a_failure_is_found() -> None:
    late = review_gate(objectives(), day=date(2026, 6, 1))
    edited = GateResult(late.name, late.value, late.threshold, GateVerdict.PASS, late.detail)
    assert "beyond its threshold" in contradiction(edited, gates=Gates(), audit=Audit())


def test_an_unknown_measure_is_named_with_its_nearest() -> None:
    def fault(measure: str) -> str:
        return unknown_measure(objectives(measure=measure), groups=("black", "hispanic"))

    assert fault("callibration").endswith("did you mean calibration?")
    assert fault("group_excess_black") == ""
    assert fault("group_excess_blck").endswith("did you mean group_excess_black?")
    assert fault("crime_goes_down") != ""
    assert fault("group_excess_") != ""
    assert unknown_measure(objectives(measure="group_excess_black"), groups=()) != ""


@pytest.mark.parametrize(
    ("low", "high", "why"),
    [
        (80.0, None, "can never be met"),
        (1.01, None, "can never be met"),
        (None, -0.1, "can never be met"),
        (0.0, None, "cannot be missed"),
        (None, 1.0, "cannot be missed"),
        (-3.0, 7.0, "cannot be missed"),
        (0.8, None, ""),
        (1.0, None, ""),
        (None, 0.95, ""),
        (0.0, 0.5, ""),
    ],
)
def test_a_share_has_a_target_that_can_be_met_and_missed(low: float | None, high: float | None, why: str) -> None:
    found = idle_target(objectives(measure="answered_share", at_least=low, at_most=high))
    assert (why in found) if why else found == ""
    assert idle_target(objectives(measure="calibration", at_least=low, at_most=high)) == ""


def test_a_review_comes_within_two_years() -> None:
    assert too_far(objectives(), day=DAY) == ""
    assert "within two years" in too_far(objectives(review="2029-01-01"), day=DAY)
