"""Findings on the logs as gates: a name, a value, an interval, the rule, and a sentence a person can act on."""

from dataclasses import replace

import numpy as np

from patrolcast.audit.feedback.call_sources import CallSourceChange, LabelAudit, ShareDrift
from patrolcast.audit.feedback.e_process import SequentialTest, sequential_gate
from patrolcast.audit.feedback.monitor import LogFindings
from patrolcast.audit.feedback.persistence import persistence_gate
from patrolcast.audit.feedback.randomised_band import Contrast
from patrolcast.domain.dosage_log import ALARM_E_VALUE
from patrolcast.domain.records import GateResult, GateVerdict

NOT_BY_LOT = (
    "no place was suggested or left out by lot, so the effect of patrol cannot be separated from the choice of places; "
    "[patrol.exploration] makes it measurable"
)
NO_LATER = "no score 28 days later yet: 28 days of runs after the first suggestions are needed"
LABEL_P, LABEL_SHARE = 0.001, 0.05
"""In simulation, fewer than 5 % of mislabelled reports inflated the forecast by less than 5 % (docs/monitor.md)."""
SUSPECT_P = 0.01


def feedback_gates(findings: LogFindings, *, longest_run_days: int) -> tuple[GateResult, ...]:
    """Every gate on the logs of one city, in the order in which they are read."""
    why = NOT_BY_LOT if findings.n_weeks else "no week of the log is finished yet"
    gates = [
        _reports(findings.reports, findings.reports_band, why=why),
        _score(findings.score_band, findings.score_e_values, why=why if findings.reports is None else NO_LATER),
        _labels(findings.labels, has_visits=findings.moments_of_visits),
        _change(findings.citizen_change, findings.officer_change),
        _drift(findings.drift, findings.n_weeks),
    ]
    if findings.persistence is not None:
        gates.append(persistence_gate(findings.persistence, longest_run=longest_run_days))
    return tuple(gates)


def _unmeasured(name: str, rule: str, why: str) -> GateResult:
    return GateResult(name, None, rule, GateVerdict.NOT_MEASURED, why, stops=False)


def _reports(test: SequentialTest | None, band: Contrast | None, *, why: str) -> GateResult:
    subject = "citizen reports in cells suggested by lot, against cells left out by lot"
    if test is None:
        return _unmeasured("band_reports", f"e-value below {ALARM_E_VALUE:g} in every week", why)
    gate = sequential_gate(test, name="band_reports", subject=subject)
    if band is None or band.ratio is None:
        return gate
    per_shift = f"{band.difference:+.3f} reports per cell and shift ({band.lower:+.3f} to {band.upper:+.3f})"
    return replace(gate, detail=f"{gate.detail}; {per_shift}")


def _score(band: Contrast | None, e_values: tuple[float, ...], *, why: str) -> GateResult:
    rule = f"e-value below {ALARM_E_VALUE:g} in every week"
    if band is None or not e_values:
        return _unmeasured("band_score_later", rule, why)
    highest, change = max(e_values), np.expm1(band.difference)
    detectable = np.expm1(2.8 * band.standard_error)
    detail = (
        f"28 days on, the score of suggested cells has changed by {100 * change:+.1f} % against held-back ones "
        f"({100 * np.expm1(band.lower):+.1f} to {100 * np.expm1(band.upper):+.1f}); under {100 * detectable:.1f} % "
        "could easily have gone unseen"
    )
    verdict = GateVerdict.PASS
    if highest >= ALARM_E_VALUE:
        verdict = GateVerdict.FAIL if band.difference > 0 else GateVerdict.WARN
    return GateResult("band_score_later", highest, rule, verdict, detail, stops=verdict is GateVerdict.FAIL)


def _labels(labels: LabelAudit | None, *, has_visits: bool) -> GateResult:
    rule = f"not both p < {LABEL_P:g} and {100 * LABEL_SHARE:.0f} % of reports"
    if labels is None:
        why = "no moments of delivered visits: [monitor.visits] names an AVL or CAD extract"
        why = "too few citizen reports in visited cells and shifts" if has_visits else why
        return _unmeasured("call_source_labels", rule, why)
    detail = (
        f"{labels.observed} citizen reports were made while an officer was on scene or shortly after, "
        f"{labels.expected:.0f} would be chance (p = {labels.p_value:.3g}): {100 * labels.excess_share:.1f} % of "
        f"{labels.n_reports} reports in visited cells and shifts"
    )
    verdict = GateVerdict.WARN if labels.p_value < SUSPECT_P and labels.excess_share > 0 else GateVerdict.PASS
    if labels.p_value <= LABEL_P and labels.excess_share >= LABEL_SHARE:
        verdict = GateVerdict.FAIL
    share, stops = labels.excess_share, verdict is GateVerdict.FAIL
    return GateResult("call_source_labels", share, rule, verdict, detail, labels.lower, labels.upper, stops)


def _change(citizen: CallSourceChange | None, officer: CallSourceChange | None) -> GateResult:
    rule = "citizen reports do not rise where suggested more than where not"
    if citizen is None:
        why = "too few records before the log, or no cell outside it to compare with"
        return _unmeasured("change_by_call_source", rule, why)
    detail = f"citizen reports {_ratio(citizen)}"
    if officer is not None:
        detail += f", officer-initiated records {_ratio(officer)}"
        if officer.lower > 0 >= citizen.lower:
            detail += ": a rise of officer-initiated records alone is patrol recording, not crime"
    verdict = GateVerdict.WARN if citizen.lower > 0 else GateVerdict.PASS
    value, lower, upper = citizen.log_ratio, citizen.lower, citizen.upper
    return GateResult("change_by_call_source", value, rule, verdict, detail, lower, upper, stops=False)


def _ratio(change: CallSourceChange) -> str:
    value, low, high = (float(np.exp(log_ratio)) for log_ratio in (change.log_ratio, change.lower, change.upper))
    return f"changed {value:.2f} times ({low:.2f} to {high:.2f}) as much as in matched cells"


def _drift(drift: ShareDrift | None, n_weeks: int) -> GateResult:
    rule = "the officer-initiated share does not rise faster where suggested"
    if drift is None:
        why = f"{n_weeks} finished weeks" if n_weeks < 8 else "too few officer-initiated records"
        why = f"{why}: at least 8 weeks and 20 records of each kind are needed"
        return _unmeasured("officer_share_drift", rule, why)
    detail = (
        f"officer-initiated records are {100 * drift.suggested:.0f} % of all where patrol was suggested, "
        f"{100 * drift.elsewhere:.0f} % elsewhere; the odds ratio changes {np.exp(drift.slope):.2f} times in 26 weeks"
    )
    verdict = GateVerdict.WARN if drift.lower > 0 else GateVerdict.PASS
    return GateResult("officer_share_drift", drift.slope, rule, verdict, detail, drift.lower, drift.upper, stops=False)
