"""Gates on groups: is the patrol of any group out of proportion, its forecast off, its victims out of reach?

Three answers, never two: within the limit (the whole interval inside), beyond it (the whole interval outside), or not
to be told from this many nights (the interval holds the limit), which warns. What could not be measured is said so.

Without an interval there is no pass: a group that got no patrol at all while reports were made where it lives fails,
and one of which what is seen lies beyond the limit is not measured and stops publication.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, isfinite, log

from patrolcast.domain.measures import DisparityAudit, GroupComparison, Interval
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Audit

MEASURED = "group_audit"
"""The gate without which nothing is published: that groups were measured at all."""

_RULE = "at least one group compared"


def disparity_gates(found: DisparityAudit, limits: Audit, groups: Sequence[str]) -> tuple[GateResult, ...]:
    """All gates on groups.

    Parameters
    ----------
    groups : the groups that the config names: each has its line, measured or not.
    """
    compared = {one.group: one for one in found.groups}
    named = [name for name in groups if name != limits.reference]
    gates = [_measured(found)]
    gates += [_excess(name, compared.get(name), found, limits) for name in named]
    for calibration in found.calibration:
        gates.append(_calibration(calibration.group, calibration.against, calibration.log_ratio_of_ratios, limits))
    for opportunity in found.opportunity:
        gates.append(_opportunity(opportunity.group, opportunity.against, opportunity.difference, limits))
    return tuple(gates)


def broken_gate(error: Exception) -> GateResult:
    """An audit that broke has failed."""
    told = f"the audit of groups itself broke: {type(error).__name__}: {error}"
    return GateResult(MEASURED, None, _RULE, GateVerdict.FAIL, told)


def _measured(found: DisparityAudit) -> GateResult:
    measured = [one.group for one in found.groups if one.excess.measured]
    if measured:
        told = f"{', '.join(measured)}, over {found.n_nights} nights; residents: {found.vintage}"
        return GateResult(MEASURED, float(len(measured)), _RULE, GateVerdict.PASS, told)
    why = found.why_not or "; ".join(sorted({one.excess.note for one in found.groups})) or "no group"
    return GateResult(MEASURED, None, _RULE, GateVerdict.NOT_MEASURED, why)


def _excess(name: str, one: GroupComparison | None, found: DisparityAudit, limits: Audit) -> GateResult:
    limit = limits.max_excess_ratio
    rule = f"patrol per reported incident within 1/{limit:g} to {limit:g} times that of others"
    gate = f"group_excess_{name}"
    if one is None:
        return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, found.why_not, stops=False)
    if not one.excess.measured:
        return _without_interval(gate, one, found.n_nights, limit, rule)
    seen = f"exposure ratio {exp(one.log_exposure_ratio.estimate):.2f}"
    if one.log_need_ratio.measured:
        seen += f", need ratio {exp(one.log_need_ratio.estimate):.2f}"
    told = f"against {one.against}: {seen}, {one.excess.n} nights"
    return _ratio_gate(gate, one.excess, limit, rule, told)


def _without_interval(gate: str, one: GroupComparison, n_nights: int, limit: float, rule: str) -> GateResult:
    """A part of the window held no patrol or no report on one side; or there are too few residents or nights."""
    if (side := one.without_patrol) is not None:
        told = f"no patrol at all in {n_nights} nights where {side} lives, and reports were made there"
        return GateResult(gate, 0.0 if side == one.group else None, rule, GateVerdict.FAIL, told)
    why, seen = one.excess.note, one.excess.estimate
    beyond = one.enough and isfinite(seen) and abs(seen) > log(limit)
    if beyond:
        why = f"against {one.against}: {why}; what is seen, {exp(seen):.2f} times, lies beyond the limit"
    return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, why, stops=beyond)


def _calibration(name: str, against: str, ratio: Interval, limits: Audit) -> GateResult:
    limit = limits.max_calibration_ratio
    rule = f"predicted / reported within 1/{limit:g} to {limit:g} times that of others"
    told = f"against {against}, at matched deciles of the forecast, {ratio.n} spatial blocks"
    gate = f"group_calibration_{name}"
    if not ratio.measured:
        return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, ratio.note, stops=False)
    return _ratio_gate(gate, ratio, limit, rule, told)


def _opportunity(name: str, against: str, gap: Interval, limits: Audit) -> GateResult:
    limit = limits.max_opportunity_gap
    rule = f"difference at most {limit:g}; else a warning"
    gate = f"group_opportunity_{name}"
    if not gap.measured:
        return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, gap.note, stops=False)
    inside = -limit <= gap.lower and gap.upper <= limit
    told = f"share of incidents in suggested cells and shifts, minus that of {against}"
    verdict = GateVerdict.PASS if inside else GateVerdict.WARN
    return GateResult(gate, gap.estimate, rule, verdict, told, gap.lower, gap.upper, stops=False)


def _ratio_gate(name: str, found: Interval, limit: float, rule: str, told: str) -> GateResult:
    """Verdict of a log ratio; value and ends are told as ratios."""
    if found.lower > log(limit) or found.upper < -log(limit):
        verdict = GateVerdict.FAIL
    elif -log(limit) <= found.lower and found.upper <= log(limit):
        verdict = GateVerdict.PASS
    else:
        verdict, told = GateVerdict.WARN, f"{told}; the interval holds the limit: not to be told from so few"
    return GateResult(name, exp(found.estimate), rule, verdict, told, exp(found.lower), exp(found.upper))
