"""From findings to verdicts: each gate at its thresholds, with findings made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patrolcast.audit.feedback.call_sources import CallSourceChange, LabelAudit, ShareDrift
from patrolcast.audit.feedback.e_process import SequentialTest
from patrolcast.audit.feedback.gates import NO_LATER, NOT_BY_LOT, feedback_gates
from patrolcast.audit.feedback.monitor import LogFindings
from patrolcast.audit.feedback.persistence import Persistence
from patrolcast.audit.feedback.randomised_band import Contrast
from patrolcast.domain.records import GateResult, GateVerdict

QUIET = SequentialTest((0.5, 1.5), None, 1.0, 1.2, (100.0, 100.0), 1.0)
BAND = Contrast(0.01, 0.02, -0.03, 0.05, 0.11, 0.10, 1.1, 200, 20)
LABELS = LabelAudit(100, 90.0, 0.3, 0.01, -0.02, 0.04, 1000, 500)
CITIZEN = CallSourceChange("citizen", 0.0, -0.1, 0.1, (100, 100, 100, 100))
OFFICER = CallSourceChange("officer", 0.5, 0.3, 0.7, (100, 165, 100, 100))
DRIFT = ShareDrift(0.4, 0.3, 0.0, -0.1, 0.1)
STILL = Persistence(90, 300, 60, 0, 20, 0.5, 28, 0.4)
CALM = LogFindings(26, 2000, 900, ((5, 5),), QUIET, BAND, BAND, (0.5, 1.5), CITIZEN, None, DRIFT, LABELS, STILL, True)


def gate(name: str, **changes: object) -> GateResult:
    return {each.name: each for each in feedback_gates(replace(CALM, **changes), longest_run_days=28)}[name]


def test_calm_logs_pass_every_gate_in_the_order_in_which_they_are_read() -> None:
    gates = feedback_gates(CALM, longest_run_days=28)
    assert [each.name for each in gates] == [
        "band_reports", "band_score_later", "call_source_labels", "change_by_call_source", "officer_share_drift",
        "suggestions_move",
    ]  # fmt: skip
    assert {each.verdict for each in gates} == {GateVerdict.PASS}


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("band_reports", "reports"),
        ("band_score_later", "score_band"),
        ("call_source_labels", "labels"),
        ("change_by_call_source", "citizen_change"),
        ("officer_share_drift", "drift"),
    ],
)
def test_what_was_not_measured_is_never_a_pass_and_stops_nothing(name: str, missing: str) -> None:
    found = gate(name, **{missing: None})
    assert (found.verdict, found.value, found.stops) == (GateVerdict.NOT_MEASURED, None, False)


def test_the_reason_for_no_measurement_names_its_cure() -> None:
    assert gate("band_reports", reports=None).detail == NOT_BY_LOT
    assert gate("band_reports", reports=None, n_weeks=0).detail == "no week of the log is finished yet"
    assert gate("band_score_later", score_band=None).detail == NO_LATER
    assert gate("band_score_later", score_band=None, reports=None).detail == NOT_BY_LOT
    assert gate("call_source_labels", labels=None, moments_of_visits=False).detail == (
        "no moments of delivered visits: [monitor.visits] names an AVL or CAD extract"
    )
    assert gate("officer_share_drift", drift=None, n_weeks=7).detail == (
        "7 finished weeks: at least 8 weeks and 20 records of each kind are needed"
    )


@pytest.mark.parametrize(
    ("highest", "difference", "verdict"),
    [(19.9, 0.1, GateVerdict.PASS), (20.0, 0.1, GateVerdict.FAIL), (20.0, -0.1, GateVerdict.WARN)],
)
def test_a_score_that_rises_after_suggestions_stops_and_one_that_falls_warns(
    highest: float, difference: float, verdict: GateVerdict
) -> None:
    found = gate(
        "band_score_later", score_e_values=(1.0, highest, 2.0), score_band=replace(BAND, difference=difference)
    )
    assert (found.verdict, found.value, found.stops) == (verdict, highest, verdict is GateVerdict.FAIL)


@pytest.mark.parametrize(
    ("p", "share", "verdict"),
    [
        (0.001, 0.05, GateVerdict.FAIL),
        (0.0011, 0.05, GateVerdict.WARN),
        (0.001, 0.049, GateVerdict.WARN),
        (0.0099, 0.01, GateVerdict.WARN),
        (0.01, 0.20, GateVerdict.PASS),
        (0.001, -0.01, GateVerdict.PASS),
    ],
)
def test_labels_fail_only_when_sure_and_many_and_warn_when_suspect(
    p: float, share: float, verdict: GateVerdict
) -> None:
    found = gate("call_source_labels", labels=replace(LABELS, p_value=p, excess_share=share))
    assert (found.verdict, found.stops) == (verdict, verdict is GateVerdict.FAIL)


@pytest.mark.parametrize(("lower", "verdict"), [(0.0, GateVerdict.PASS), (0.01, GateVerdict.WARN)])
def test_a_rise_of_citizen_reports_or_of_the_officer_share_warns_and_never_stops(
    lower: float, verdict: GateVerdict
) -> None:
    change = gate("change_by_call_source", citizen_change=replace(CITIZEN, lower=lower))
    drift = gate("officer_share_drift", drift=replace(DRIFT, lower=lower))
    assert [(each.verdict, each.stops) for each in (change, drift)] == [(verdict, False)] * 2


def test_officer_records_that_rise_alone_are_named_as_recording() -> None:
    sentence = "a rise of officer-initiated records alone is patrol recording, not crime"
    assert sentence in gate("change_by_call_source", officer_change=OFFICER).detail
    both = gate("change_by_call_source", officer_change=OFFICER, citizen_change=replace(CITIZEN, lower=0.01))
    assert sentence not in both.detail


@pytest.mark.parametrize(("run", "verdict"), [(28, GateVerdict.PASS), (29, GateVerdict.WARN)])
def test_a_cell_suggested_longer_than_the_limit_warns(run: int, verdict: GateVerdict) -> None:
    found = gate("suggestions_move", persistence=replace(STILL, longest_run=run))
    assert (found.verdict, found.stops) == (verdict, False)
