"""Waivers: they hold while they last, they are told, and they cannot waive what does not exist or may not be waived."""

from __future__ import annotations

from datetime import date

import pytest

from patrolcast.audit.waivers import NEVER_WAIVED, apply_waivers
from patrolcast.domain.errors import ConfigError
from patrolcast.domain.records import GateResult, GateVerdict, publishable
from patrolcast.domain.settings import Waiver

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


def test_an_expired_waiver_does_not_hold_and_is_told() -> None:
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


def test_a_waiver_for_a_gate_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ConfigError) as error:
        apply_waivers([PASSED], [waiver("group_exces_b")], day=date(2026, 6, 1))
    assert str(error.value) == (
        "[[waivers]] gate: got 'group_exces_b'; must be a gate of the run; gates of this run: calibration"
    )


@pytest.mark.parametrize("name", sorted(NEVER_WAIVED))
def test_some_gates_can_never_be_waived(name: str) -> None:
    gate = GateResult(name, 1.0, "0", GateVerdict.FAIL, "bad")
    with pytest.raises(ConfigError, match="can never be waived"):
        apply_waivers([gate], [waiver(name)], day=date(2026, 6, 1))


def test_a_waiver_of_a_feature_is_none_of_a_gate() -> None:
    other = Waiver(
        feature="place_bars", reason="seen by the board and kept for now", owner="board", expires="2026-12-31"
    )
    assert apply_waivers([FAILED], [other], day=date(2026, 6, 1)) == (FAILED,)
