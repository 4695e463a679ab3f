"""Rows of the tables on a run's inputs and gates: every row accounted for, and every verdict shown as it is."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from tests.report.city import GATES, admission, make_context

from patrolcast.domain.records import GateResult, GateVerdict, RunResult
from patrolcast.domain.residents import GroupNames
from patrolcast.report.audit.inputs_and_gates import (
    admitted_groups,
    excluded_rows,
    gate_rows,
    is_publishable,
    source_accounts,
    stored_gate,
)


@pytest.mark.parametrize(
    ("verdict", "mark", "key", "stops"),
    [
        (GateVerdict.PASS, "✓", "pass", False),
        (GateVerdict.WARN, "!", "warn", False),
        (GateVerdict.FAIL, "✕", "fail", True),
        (GateVerdict.WAIVED, "–", "waived", False),
        (GateVerdict.NOT_MEASURED, "?", "not-measured", True),
    ],
)
def test_a_verdict_is_shown_as_itself_with_its_own_mark(verdict: GateVerdict, mark: str, key: str, stops: bool) -> None:
    [row] = gate_rows((replace(GATES[0], verdict=verdict),), GroupNames())
    assert (row["verdict"], row["mark"], row["key"], row["stops"]) == (str(verdict), mark, key, stops)


def test_a_gate_that_never_stops_a_run_does_not_stop_it_by_failing() -> None:
    [row] = gate_rows((replace(GATES[0], verdict=GateVerdict.FAIL, stops=False),), GroupNames())
    assert row["stops"] is False


def test_the_value_and_the_ends_of_its_interval_stand_in_their_order() -> None:
    rows = gate_rows(GATES, GroupNames())
    assert (rows[1]["value"], rows[1]["interval"], rows[0]["interval"]) == ("1.03", "0.980 to 1.08", "")
    assert (rows[1]["name"], rows[1]["threshold"], rows[1]["detail"]) == (
        "Calibration", "within 0.8 to 1.25", "Over the validation window"
    )  # fmt: skip
    [unknown] = gate_rows((GateResult("x", None, "rule", GateVerdict.NOT_MEASURED, "no data"),), GroupNames())
    assert unknown["value"] == "not measured"


@pytest.mark.parametrize(
    ("gate", "value", "interval", "rule"),
    [
        (GateResult("report_age", 0.331, "at most 72", GateVerdict.PASS, ""), "20 minutes", "", "at most 72 hours"),
        (GateResult("report_age", 72.4, "at most 72", GateVerdict.FAIL, ""), "72.4 hours", "", "at most 72 hours"),
        (GateResult("refused_share", 0.1004, "at most 0.1", GateVerdict.FAIL, ""), "10.0 %", "", "at most 10 %"),
        (GateResult("cancelled_share", 0.0, "at most 0.2", GateVerdict.PASS, ""), "0 %", "", "at most 20 %"),
        (GateResult("report_age", 2.5, "at most 72", GateVerdict.PASS, ""), "2.50 hours", "", "at most 72 hours"),
        (GateResult("group_opportunity_b", -0.0274, "difference at most 0.15", GateVerdict.PASS, "", -0.0356, -0.0193),
         "-2.74 points", "-3.56 to -1.93", "difference at most 15 points"),
        (GATES[0], "0", "", "no officer-initiated column"),
    ],
)  # fmt: skip
def test_a_figure_and_its_rule_are_in_the_same_unit(gate: GateResult, value: str, interval: str, rule: str) -> None:
    [row] = gate_rows((gate,), GroupNames())
    assert (row["value"], row["interval"], row["threshold"]) == (value, interval, rule)


def test_a_stored_gate_is_read_back_as_it_was() -> None:
    for gate in GATES:
        assert stored_gate({**asdict(gate), "verdict": str(gate.verdict)}) == gate


def test_rows_in_are_the_rows_kept_set_aside_and_refused_largest_reason_first() -> None:
    [account] = source_accounts(make_context().sources)
    kept, aside, refused, rows_in = (
        int(account[key].replace(",", "")) for key in ("kept", "set_aside", "refused", "rows_in")
    )
    assert kept + aside + refused == rows_in == 101_000
    assert [(row["what"], row["reason"], row["rows"], row["share"]) for row in account["reasons"]] == [
        ("Set aside", "officer-initiated", "15,000", "15 %"),
        ("Set aside", "administrative", "500", "0.5 %"),
        ("Refused", "no coordinates", "900", "0.9 %"),
        ("Refused", "time that does not exist", "600", "0.6 %"),
    ]


def test_a_reason_without_rows_is_not_listed() -> None:
    source = replace(make_context().sources[0], kept=101_000, set_aside={"administrative": 0}, refused={})
    assert source_accounts((source,))[0]["reasons"] == []


def test_features_are_grouped_by_rule_and_the_excluded_name_theirs() -> None:
    [group] = admitted_groups(admission())
    assert group["names"] == ["reports_28d", "reports_365d", "reports_all"]
    assert [(row["name"], row["rule"]) for row in excluded_rows(admission())] == [
        ("stops_28d", "never in model"), ("place_x", "excluded by name")
    ]  # fmt: skip


def test_a_run_without_gates_or_with_one_that_stops_it_is_not_publishable(result: RunResult) -> None:
    assert is_publishable(result)
    assert not is_publishable(replace(result, gates=()))
    for verdict in (GateVerdict.FAIL, GateVerdict.NOT_MEASURED):
        assert not is_publishable(replace(result, gates=(replace(result.gates[0], verdict=verdict),)))


@pytest.mark.parametrize("verdict", list(GateVerdict))
def test_a_check_without_a_figure_is_called_not_measured_only_where_that_is_its_verdict(verdict: GateVerdict) -> None:
    (row,) = gate_rows(
        [GateResult("feedback_monitor", None, "no alarm", verdict, "no alarm in 26 weeks")], GroupNames()
    )
    said = [row["verdict"], row["value"]].count("not measured")
    assert (said > 0) is (verdict is GateVerdict.NOT_MEASURED)


def test_a_checks_figure_lies_inside_its_interval_as_both_are_printed() -> None:
    gate = GateResult("calibration", 0.9503, "within 0.8 to 1.25", GateVerdict.PASS, "", 0.9496, 0.97)
    (row,) = gate_rows([gate], GroupNames())
    low, high = map(float, row["interval"].split(" to "))
    assert low <= float(row["value"]) <= high
