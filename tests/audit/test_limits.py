"""The gate on limits: passes inside the usual ranges, is waived in writing beyond them, fails where nothing holds."""

from __future__ import annotations

from datetime import date

from patrolcast.audit.limits import limits_gate
from patrolcast.audit.waivers import apply_waivers
from patrolcast.domain.records import GateVerdict, publishable
from patrolcast.domain.settings import Waiver
from patrolcast.domain.settings.limits import ChosenLimit, Usual

DAY = date(2026, 6, 1)
USUAL = ChosenLimit("audit.max_excess_ratio", 2.0, 2.0, Usual("patrol per report", most=2.0))
WIDE = ChosenLimit("audit.max_excess_ratio", 2.5, 2.0, Usual("patrol per report", most=2.0))
OLD = ChosenLimit("gates.max_report_age_hours", 200.0, 72.0, Usual("the age of reports", most=168.0))


def waiver(limit: str = "audit.max_excess_ratio", expires: str = "2026-12-31") -> Waiver:
    return Waiver(limit=limit, reason="the board has seen it and decided so", owner="oversight board", expires=expires)


def test_limits_in_their_usual_ranges_pass() -> None:
    gate = limits_gate([USUAL], [], day=DAY)
    assert (gate.verdict, gate.value, gate.detail) == (GateVerdict.PASS, 0.0, "1 limit, none beyond its usual range")


def test_a_limit_beyond_its_range_without_a_waiver_fails_and_stops() -> None:
    gate = limits_gate([USUAL, WIDE], [waiver("gates.max_report_age_hours")], day=DAY)
    assert gate.verdict is GateVerdict.FAIL
    assert gate.detail == (
        '[audit] max_excess_ratio is 2.5, usual is at most 2, and no [[waivers]] has limit = "audit.max_excess_ratio"'
    )
    assert not publishable((gate,), required=frozenset())


def test_with_a_waiver_that_holds_it_is_waived_with_its_words() -> None:
    gate = limits_gate([WIDE], [waiver()], day=DAY)
    assert (gate.verdict, gate.value) == (GateVerdict.WAIVED, 1.0)
    assert gate.detail == (
        "[audit] max_excess_ratio is 2.5, usual is at most 2: waived until 2026-12-31 by oversight board: the board "
        "has seen it and decided so"
    )
    assert publishable((gate,), required=frozenset())


def test_with_a_waiver_that_has_ended_it_fails_and_says_when() -> None:
    gate = limits_gate([WIDE], [waiver(expires="2026-05-31")], day=DAY)
    assert gate.verdict is GateVerdict.FAIL
    assert gate.detail.endswith("its waiver ended on 2026-05-31")


def test_of_two_limits_the_one_without_a_waiver_decides_and_is_named() -> None:
    gate = limits_gate([WIDE, OLD], [waiver()], day=DAY)
    assert (gate.verdict, gate.value) == (GateVerdict.FAIL, 2.0)
    assert gate.detail == (
        "[gates] max_report_age_hours is 200, usual is at most 168, and no [[waivers]] has limit = "
        '"gates.max_report_age_hours"'
    )


def test_the_gate_on_limits_stands_between_waivers_and_publication() -> None:
    """A waiver of the limit is not lost when gates are waived afterwards."""
    gate = limits_gate([WIDE], [waiver()], day=DAY)
    assert apply_waivers([gate], [waiver()], day=DAY) == (gate,)
