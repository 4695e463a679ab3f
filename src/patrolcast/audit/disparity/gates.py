"""Gates on groups: is the patrol of any group out of proportion, its forecast off, its victims out of reach?

Three answers, never two: within the limit (the whole interval inside) passes, beyond it (the whole interval outside)
fails, and undecided (the interval contains the limit) warns. What could not be measured is reported as such. Doubt
counts against the run: to pass, the interval with everything that is not known must lie inside; to fail, it is enough
that the interval as counted lies outside (`GroupComparison.counted`).

Without an interval there is no pass: a group that got no patrol at all while reports were made where it lives fails,
and one whose point estimate lies beyond the limit is "not measured" and stops publication.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, isfinite, log

from patrolcast.audit.disparity.districts import district_gate, find_in_districts, times_words
from patrolcast.audit.disparity.measured import GATE, measured_gate, rule_words
from patrolcast.domain.measures import DisparityAudit, GroupComparison, Interval
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Audit


def disparity_gates(
    audit: DisparityAudit, limits: Audit, groups: Sequence[str], not_measured: Mapping[str, str] | None = None
) -> tuple[GateResult, ...]:
    """All gates on groups.

    Parameters
    ----------
    groups : the groups that the config names: each has its line, measured or not.
    not_measured : group -> why the config says that it cannot be measured.
    """
    compared = {comparison.group: comparison for comparison in audit.groups}
    named = [name for name in groups if name != limits.reference]
    gates = [measured_gate(audit, limits, groups, not_measured or {})]
    gates += [_excess(name, compared.get(name), audit, limits) for name in named]
    for calibration in audit.calibration:
        gates.append(_calibration(calibration.group, calibration.against, calibration.log_ratio_of_ratios, limits))
    for opportunity in audit.opportunity:
        gates.append(_opportunity(opportunity.group, opportunity.against, opportunity.difference, limits))
    gates.append(_districts(audit, limits))
    return tuple(gates)


def broken_gate(error: Exception, limits: Audit | None = None) -> GateResult:
    """An audit that broke has failed."""
    detail = f"the audit of groups itself broke: {type(error).__name__}: {error}"
    return GateResult(GATE, None, rule_words((limits or Audit()).least_measured_share), GateVerdict.FAIL, detail)


def _districts(audit: DisparityAudit, limits: Audit) -> GateResult:
    """Where districts were not looked at, that stops publication if any group has enough residents to be compared."""
    if audit.in_districts is not None:
        return district_gate(audit.in_districts)
    nothing = district_gate(find_in_districts({}, limit=limits.max_excess_ratio))
    why = audit.why_not or "groups were not compared within districts"
    return replace(nothing, detail=why, stops=any(group.enough for group in audit.groups))


def _excess(name: str, comparison: GroupComparison | None, audit: DisparityAudit, limits: Audit) -> GateResult:
    limit = limits.max_excess_ratio
    rule = f"patrol per reported incident within 1/{limit:g} to {limit:g} times that of others"
    gate = f"group_excess_{name}"
    if comparison is None:
        return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, audit.why_not, stops=False)
    counted = comparison.counted
    if not comparison.excess.measured:
        if _is_beyond(counted, limit):
            detail = f"against {comparison.against}: as counted, {counted.n} nights; {comparison.excess.note}"
            return _ratio_gate(gate, counted, limit, rule, detail)
        return _without_interval(gate, comparison, audit.n_nights, limit, rule)
    estimates = f"exposure ratio {exp(comparison.log_exposure_ratio.estimate):.2f}"
    if comparison.log_need_ratio.measured:
        estimates += f", need ratio {exp(comparison.log_need_ratio.estimate):.2f}"
    detail = f"against {comparison.against}: {estimates}, {comparison.excess.n} nights"
    return _ratio_gate(gate, comparison.excess, limit, rule, detail, counted=counted)


def _without_interval(gate: str, comparison: GroupComparison, n_nights: int, limit: float, rule: str) -> GateResult:
    """A part of the window held no patrol or no report on one side; or there are too few residents or nights."""
    if (side := comparison.without_patrol) is not None:
        detail = f"no patrol at all in {n_nights} nights where {side} lives, and reports were made there"
        return GateResult(gate, 0.0 if side == comparison.group else None, rule, GateVerdict.FAIL, detail)
    why, estimate = comparison.excess.note, comparison.excess.estimate
    beyond = comparison.enough and isfinite(estimate) and abs(estimate) > log(limit)
    if beyond:
        why = f"against {comparison.against}: {why}; the estimate, {times_words(estimate)} times, lies beyond the limit"
    return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, why, stops=beyond)


def _calibration(name: str, against: str, ratio: Interval, limits: Audit) -> GateResult:
    limit = limits.max_calibration_ratio
    rule = f"predicted / reported within 1/{limit:g} to {limit:g} times that of others"
    detail = f"against {against}, at matched deciles of the forecast, {ratio.n} spatial blocks"
    gate = f"group_calibration_{name}"
    if not ratio.measured:
        return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, ratio.note, stops=False)
    return _ratio_gate(gate, ratio, limit, rule, detail)


def _opportunity(name: str, against: str, gap: Interval, limits: Audit) -> GateResult:
    limit = limits.max_opportunity_gap
    rule = f"difference at most {limit:g}; else a warning"
    gate = f"group_opportunity_{name}"
    if not gap.measured:
        return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, gap.note, stops=False)
    inside = -limit <= gap.lower and gap.upper <= limit
    detail = f"share of incidents in suggested cells and shifts, minus that of {against}"
    verdict = GateVerdict.PASS if inside else GateVerdict.WARN
    return GateResult(gate, gap.estimate, rule, verdict, detail, gap.lower, gap.upper, stops=False)


def _ratio_gate(
    name: str, interval: Interval, limit: float, rule: str, detail: str, *, counted: Interval | None = None
) -> GateResult:
    """Verdict of a log ratio; value and ends are given as ratios. ``counted``: the interval that can fail it."""
    if _is_beyond(counted or interval, limit):
        verdict = GateVerdict.FAIL
    elif -log(limit) <= interval.lower and interval.upper <= log(limit):
        verdict = GateVerdict.PASS
    else:
        verdict, detail = GateVerdict.WARN, f"{detail}; the interval contains the limit: too few to decide"
    return GateResult(name, exp(interval.estimate), rule, verdict, detail, exp(interval.lower), exp(interval.upper))


def _is_beyond(interval: Interval, limit: float) -> bool:
    """The whole interval lies beyond the limit; an unmeasured one lies nowhere."""
    return interval.measured and (interval.lower > log(limit) or interval.upper < -log(limit))
