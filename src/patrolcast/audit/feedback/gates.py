"""What was found on the logs as gates: a name, a value, an interval, the rule, and a sentence a person can act on."""

from __future__ import annotations

import numpy as np

from patrolcast.audit.feedback.call_sources import CallSourceChange, LabelAudit, ShareDrift
from patrolcast.audit.feedback.e_process import ALARM, SequentialTest, sequential_gate
from patrolcast.audit.feedback.monitor import LogFindings
from patrolcast.audit.feedback.persistence import persistence_gate
from patrolcast.audit.feedback.randomised_band import Contrast
from patrolcast.domain.records import GateResult, GateVerdict

NO_COIN = (
    "no coin decided at the end of the budget, so effect and selection cannot be told apart; [patrol] boundary band "
    "makes it measurable"
)
NO_LATER = "no score 28 days later yet: 28 days of runs after the first suggestions are needed"
LABEL_P, LABEL_SHARE = 0.001, 0.05
"""Fewer mislabelled reports than 5 % inflated beliefs by less than 5 % in simulation (docs/monitor.md)."""
SUSPECT_P = 0.01


def feedback_gates(found: LogFindings, *, longest_run_days: int) -> tuple[GateResult, ...]:
    """Every gate on what was found, in the order in which they are read."""
    why = NO_COIN if found.n_weeks else "no week of the log is finished yet"
    gates = [
        _reports(found.reports, found.reports_band, why=why),
        _score(found.score_band, found.score_e_values, why=why if found.reports is None else NO_LATER),
        _labels(found.labels, has_visits=found.moments_of_visits),
        _change(found.citizen_change, found.officer_change),
        _drift(found.drift, found.n_weeks),
    ]
    if found.persistence is not None:
        gates.append(persistence_gate(found.persistence, longest_run=longest_run_days))
    return tuple(gates)


def _unmeasured(name: str, rule: str, why: str) -> GateResult:
    return GateResult(name, None, rule, GateVerdict.NOT_MEASURED, why, stops=False)


def _reports(found: SequentialTest | None, band: Contrast | None, *, why: str) -> GateResult:
    subject = "citizen reports in cells that the coin suggested against cells that it held back"
    if found is None:
        return _unmeasured("band_reports", f"e-value below {ALARM:g} in every week", why)
    gate = sequential_gate(found, name="band_reports", subject=subject)
    if band is None or band.ratio is None:
        return gate
    told = f"{gate.detail}; {band.difference:+.3f} reports per cell and shift ({band.lower:+.3f} to {band.upper:+.3f})"
    return GateResult(gate.name, gate.value, gate.threshold, gate.verdict, told, stops=gate.stops)


def _score(band: Contrast | None, e_values: tuple[float, ...], *, why: str) -> GateResult:
    rule = f"e-value below {ALARM:g} in every week"
    if band is None or not e_values:
        return _unmeasured("band_score_later", rule, why)
    highest, seen = max(e_values), np.expm1(band.difference)
    could = np.expm1(2.8 * band.standard_error)
    told = (
        f"28 days on, the score of suggested cells has changed by {100 * seen:+.1f} % against held-back ones "
        f"({100 * np.expm1(band.lower):+.1f} to {100 * np.expm1(band.upper):+.1f}); under {100 * could:.1f} % could "
        "easily have gone unseen"
    )
    verdict = GateVerdict.PASS
    if highest >= ALARM:
        verdict = GateVerdict.FAIL if band.difference > 0 else GateVerdict.WARN
    return GateResult("band_score_later", highest, rule, verdict, told, stops=verdict is GateVerdict.FAIL)


def _labels(found: LabelAudit | None, *, has_visits: bool) -> GateResult:
    rule = f"not both p < {LABEL_P:g} and {100 * LABEL_SHARE:.0f} % of reports"
    if found is None:
        why = (
            "too few citizen reports in visited cells and shifts"
            if has_visits
            else "no moments of delivered visits: [monitor.visits] names an AVL or CAD extract"
        )
        return _unmeasured("call_source_labels", rule, why)
    told = (
        f"{found.observed} citizen reports were made while an officer was on scene or shortly after, "
        f"{found.expected:.0f} would be chance (p = {found.p_value:.3g}): {100 * found.excess_share:.1f} % of "
        f"{found.n_reports} reports in visited cells and shifts"
    )
    verdict = GateVerdict.WARN if found.p_value < SUSPECT_P and found.excess_share > 0 else GateVerdict.PASS
    if found.p_value <= LABEL_P and found.excess_share >= LABEL_SHARE:
        verdict = GateVerdict.FAIL
    return GateResult(
        "call_source_labels",
        found.excess_share,
        rule,
        verdict,
        told,
        found.lower,
        found.upper,
        verdict is GateVerdict.FAIL,
    )


def _change(citizen: CallSourceChange | None, officer: CallSourceChange | None) -> GateResult:
    rule = "citizen reports do not rise where suggested more than where not"
    if citizen is None:
        why = "too few records before the log, or no cell outside it to compare with"
        return _unmeasured("change_by_call_source", rule, why)
    told = f"citizen reports {_ratio(citizen)}"
    if officer is not None:
        told += f", officer-initiated records {_ratio(officer)}"
        if officer.lower > 0 >= citizen.lower:
            told += ": a rise of officer-initiated records alone is patrol recording, not crime"
    verdict = GateVerdict.WARN if citizen.lower > 0 else GateVerdict.PASS
    return GateResult(
        "change_by_call_source", citizen.log_ratio, rule, verdict, told, citizen.lower, citizen.upper, stops=False
    )


def _ratio(change: CallSourceChange) -> str:
    value, low, high = (float(np.exp(one)) for one in (change.log_ratio, change.lower, change.upper))
    return f"changed {value:.2f} times ({low:.2f} to {high:.2f}) as much as in matched cells"


def _drift(found: ShareDrift | None, n_weeks: int) -> GateResult:
    rule = "the officer-initiated share does not rise faster where suggested"
    if found is None:
        why = f"{n_weeks} finished weeks" if n_weeks < 8 else "too few officer-initiated records"
        return _unmeasured(
            "officer_share_drift", rule, f"{why}: at least 8 weeks and 20 records of each kind are needed"
        )
    told = (
        f"officer-initiated records are {100 * found.suggested:.0f} % of all where patrol was suggested, "
        f"{100 * found.elsewhere:.0f} % elsewhere; the odds ratio changes {np.exp(found.slope):.2f} times in 26 weeks"
    )
    verdict = GateVerdict.WARN if found.lower > 0 else GateVerdict.PASS
    return GateResult("officer_share_drift", found.slope, rule, verdict, told, found.lower, found.upper, stops=False)
