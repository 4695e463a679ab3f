"""Waivers: they hold until their last day, are shown, and cannot waive what does not exist or must never be waived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from patrolcast.audit.waivers import (
    NEVER_WAIVED,
    NEVER_WAIVED_WHEN_FAILED,
    apply_waivers,
    exceptions_in_force,
    refuse_unwaivable,
)
from patrolcast.domain.errors import ConfigError
from patrolcast.domain.records import GateResult, GateVerdict, publishable
from patrolcast.domain.settings import Waiver
from patrolcast.domain.settings.limits import ChosenLimit, Usual

FAILED = GateResult("group_excess_b", 3.0, "at most 2", GateVerdict.FAIL, "three times as much")
PASSED = GateResult("calibration", 1.0, "near 1", GateVerdict.PASS, "fine")


def waiver(gate: str = "group_excess_b", expires: str = "2026-06-30") -> Waiver:
    return Waiver(gate=gate, reason="the board has seen it and decided so", owner="oversight board", expires=expires)


def test_a_waiver_holds_to_the_end_of_its_last_day() -> None:
    found = apply_waivers([FAILED, PASSED], [waiver()], day=date(2026, 6, 30))
    assert found[0].verdict == GateVerdict.WAIVED
    assert found[0].detail == (
        "three times as much; waived until 2026-06-30 by oversight board (fail without it): "
        "the board has seen it and decided so"
    )
    assert found[1] == PASSED
    assert publishable(found, required=frozenset())


def test_an_expired_waiver_does_not_hold_and_the_gate_says_so() -> None:
    found = apply_waivers([FAILED], [waiver()], day=date(2026, 7, 1))
    assert (found[0].verdict, found[0].detail) == (
        GateVerdict.FAIL,
        "three times as much; its waiver ended on 2026-06-30",
    )
    assert not publishable(found, required=frozenset())


def test_what_was_not_measured_can_be_waived_and_a_pass_stays_a_pass() -> None:
    unmeasured = GateResult("group_audit", None, "measured", GateVerdict.NOT_MEASURED, "no residents")
    found = apply_waivers([unmeasured, PASSED], [waiver("group_audit"), waiver("calibration")], day=date(2026, 6, 1))
    assert [gate.verdict for gate in found] == [GateVerdict.WAIVED, GateVerdict.PASS]
    assert "(not measured without it)" in found[0].detail


def test_a_waiver_for_a_gate_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ConfigError) as error:
        apply_waivers([PASSED], [waiver("group_exces_b")], day=date(2026, 6, 1))
    assert str(error.value) == (
        "[[waivers]] gate: got 'group_exces_b'; must be a gate of the run; gates of this run: calibration"
    )


NEVER = ["policy_admission", "notice_carried", "forecast_finite", "counts_conserved", "budget_kept",
         "one_suggestion_per_cell", "reasons_sum", "limits_kept", "loop_test", "feedback_monitor",
         "feed_settled"]  # fmt: skip


@pytest.mark.parametrize("name", NEVER)
@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2027, 6, 1)], ids=["while it lasts", "after its last day"])
def test_some_gates_can_never_be_waived(name: str, day: date) -> None:
    gate = GateResult(name, 1.0, "0", GateVerdict.FAIL, "bad")
    with pytest.raises(ConfigError) as error:
        apply_waivers([gate, FAILED], [waiver(), waiver(name)], day=day)
    assert str(error.value) == (
        f"[[waivers]] gate: got '{name}'; can never be waived; cure what makes it fail, and take the waiver out"
    )
    with pytest.raises(ConfigError, match="can never be waived"):
        refuse_unwaivable([waiver(), waiver(name)])


def test_what_can_never_be_waived_is_this_list_and_no_shorter_one() -> None:
    assert set(NEVER) == NEVER_WAIVED
    assert {"proxy_screen"} == NEVER_WAIVED_WHEN_FAILED


@pytest.mark.parametrize(("verdict", "found"), [(GateVerdict.FAIL, "fail"), (GateVerdict.NOT_MEASURED, "waived")])
def test_a_screen_that_cannot_be_made_can_be_waived_and_one_that_failed_can_not(
    verdict: GateVerdict, found: str
) -> None:
    gate = GateResult("proxy_screen", None, "a stored screen", verdict, "the stored screen is stale")
    (after,) = apply_waivers([gate], [waiver("proxy_screen")], day=date(2026, 6, 1))
    assert after.verdict == found
    if verdict is GateVerdict.FAIL:
        assert after.detail == (
            "the stored screen is stale; its waiver does not hold: what failed here cannot be waived"
        )


WIDE = ChosenLimit(
    "audit.max_excess_ratio", 2.5, 2.0, Usual("patrol per report", most=2.0, yardstick="others use less")
)


def test_every_exception_is_a_sentence_of_its_own() -> None:
    of_limit = Waiver(**vars(waiver()) | {"gate": None, "limit": "audit.max_excess_ratio"})
    of_feature = Waiver(**vars(waiver()) | {"gate": None, "feature": "place_bars"})
    ended = waiver("report_age", expires="2026-05-31")
    waivers = [waiver(), of_limit, of_feature, ended]
    gates = apply_waivers([FAILED, PASSED, replace(FAILED, name="report_age")], waivers, day=date(2026, 6, 1))
    why = "until 2026-06-30 by oversight board: the board has seen it and decided so."
    assert exceptions_in_force(gates, [WIDE], waivers, day=date(2026, 6, 1)) == (
        f"The check group_excess_b did not pass and is waived {why}",
        f"The exclusion of the feature place_bars is waived {why}",
        "This agency set the limit of patrol per report to 2.5; the default is 2; others use less. "
        f"That is beyond the usual range (at most 2), by a waiver {why}",
    )
    before = exceptions_in_force(None, [], [waiver()], day=date(2026, 6, 1))
    assert before == (f"Should the check group_excess_b not pass, it is waived {why}",)


def test_without_exceptions_nothing_is_said() -> None:
    default = replace(WIDE, value=2.0)
    passed = replace(FAILED, verdict=GateVerdict.PASS)
    assert exceptions_in_force([passed], [default], [waiver()], day=date(2026, 6, 1)) == ()


def test_a_limit_inside_its_usual_range_that_is_not_the_default_is_said_all_the_same() -> None:
    (said,) = exceptions_in_force([], [replace(WIDE, value=1.5)], [], day=date(2026, 6, 1))
    assert said == "This agency set the limit of patrol per report to 1.5; the default is 2; others use less."


def test_a_waiver_touches_its_own_gate_only() -> None:
    other = replace(FAILED, name="group_excess_c")
    found = apply_waivers([other, FAILED], [waiver()], day=date(2026, 6, 1))
    assert found[0] == other
    assert found[1].verdict is GateVerdict.WAIVED
    assert not publishable(found, required=frozenset())


def test_a_waiver_changes_the_verdict_and_the_detail_and_leaves_what_was_measured() -> None:
    failed = GateResult("group_excess_b", 3.0, "at most 2", GateVerdict.FAIL, "three times as much", 2.5, 3.5)
    (found,) = apply_waivers([failed], [waiver()], day=date(2026, 6, 1))
    assert replace(found, verdict=failed.verdict, detail=failed.detail) == failed


@pytest.mark.parametrize("verdict", [GateVerdict.PASS, GateVerdict.WARN])
@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2027, 6, 1)], ids=["while it lasts", "after its last day"])
def test_a_pass_and_a_warning_stay_as_they_are_and_do_not_mention_the_waiver(verdict: GateVerdict, day: date) -> None:
    gate = replace(FAILED, verdict=verdict)
    assert apply_waivers([gate], [waiver()], day=day) == (gate,)


def test_of_two_waivers_the_first_that_holds_counts() -> None:
    old, new = waiver(expires="2026-03-31"), waiver(expires="2026-12-31")
    (found,) = apply_waivers([FAILED], [old, new], day=date(2026, 6, 1))
    assert found.verdict is GateVerdict.WAIVED
    assert "waived until 2026-12-31 by" in found.detail
    (both,) = apply_waivers([FAILED], [old, new], day=date(2026, 3, 31))
    assert "waived until 2026-03-31 by" in both.detail


def test_of_waivers_that_have_ended_the_last_day_is_named() -> None:
    ended = [waiver(expires=day) for day in ("2026-02-28", "2026-03-31", "2026-01-31")]
    (found,) = apply_waivers([FAILED], ended, day=date(2026, 6, 1))
    assert found.detail == "three times as much; its waiver ended on 2026-03-31"


def test_the_gates_of_the_run_are_named_in_order_where_a_waiver_names_none_of_them() -> None:
    with pytest.raises(ConfigError) as error:
        apply_waivers([FAILED, PASSED], [waiver("nothing")], day=date(2026, 6, 1))
    assert str(error.value) == (
        "[[waivers]] gate: got 'nothing'; must be a gate of the run; gates of this run: calibration, group_excess_b"
    )


def test_a_waiver_of_a_feature_is_none_of_a_gate() -> None:
    other = Waiver(
        feature="place_bars", reason="seen by the board and kept for now", owner="board", expires="2026-12-31"
    )
    assert apply_waivers([FAILED], [other], day=date(2026, 6, 1)) == (FAILED,)


def test_a_waiver_of_a_feed_check_stands_among_the_gates_of_a_run_and_is_told_while_it_holds() -> None:
    of_the_feed = waiver("feed_rows", expires="2026-06-30")
    assert apply_waivers([PASSED], [of_the_feed], day=date(2026, 6, 1)) == (PASSED,)
    [said] = exceptions_in_force([PASSED], (), [of_the_feed], day=date(2026, 6, 30))
    assert said.startswith("Should the check feed_rows not pass, it is waived until 2026-06-30 by ")
    assert exceptions_in_force([PASSED], (), [of_the_feed], day=date(2026, 7, 1)) == ()
