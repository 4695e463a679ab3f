"""What the audit found, in sentences: the worst that the measurements support, at any level, before anything else."""

from collections.abc import Sequence
from math import exp, inf, isfinite

from patrolcast.domain.findings import DistrictFindings
from patrolcast.domain.measures import EVERYONE_ELSE, DisparityAudit, GroupComparison
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.report import words


def audit_findings(audit: DisparityAudit, gates: Sequence[GateResult]) -> tuple[str, ...]:
    """Sentences in the order in which they matter; at least one group was measured, or got no patrol.

    The first is about the worst comparison that the measurements support, in a district or in the city; then the city,
    where a district came first; then the groups for which the two readings of need disagree.
    """
    city = disparity_finding(audit, gates)
    found = [city]
    worst = worst_in_districts(audit)
    if worst is not None and audit.in_districts is not None:
        name, comparison = worst
        sentence = _of_district(name, comparison, audit.in_districts)
        beyond = [group for group in audit.groups if f"group_excess_{group.group}" in _beyond_limit(gates)]
        in_city = max((_size(group) for group in beyond), default=0.0)
        found = [sentence, f"In the whole city: {_lowered(city)}"] if _size(comparison) >= in_city else [city, sentence]
    return (*found, *readings_sentences(audit))


def audit_lines(audit: DisparityAudit | None, gates: Sequence[GateResult]) -> list[str]:
    """What the briefing says of the audit: its first sentence, and what uneven reporting would change."""
    if audit is None or not any(is_answered(group) for group in audit.groups):
        return []
    uneven = ascertainment_sentence(audit)
    return [audit_findings(audit, gates)[0], *([uneven] if uneven else [])]


def worst_in_districts(audit: DisparityAudit) -> tuple[str, GroupComparison] | None:
    """District and comparison furthest beyond the limit; of those that are certain after correction, if any are."""
    findings = audit.in_districts
    if findings is None or not findings.beyond:
        return None
    named = [one for one in findings.beyond if one.certain] or findings.beyond
    pairs = [
        (one.district, comparison)
        for one in named
        for comparison in audit.districts[one.district]
        if comparison.group == one.group
    ]
    return max(pairs, key=lambda pair: _size(pair[1]))


def readings_sentences(audit: DisparityAudit) -> tuple[str, ...]:
    """One sentence on the groups for which it matters how need is read; none where it does not."""
    apart = sorted(
        (one for one in audit.groups if one.readings_apart), key=lambda one: (not one.readings_flip, -one.residents)
    )
    if not apart:
        return ()
    parts = [
        f"{words.group(one.group)} {exp(one.excess.estimate):.2f} or {exp(one.excess_per_resident.estimate):.2f}"
        for one in apart
    ]
    flips = [words.group(one.group) for one in apart if one.readings_flip]
    turned = (
        f" For {words.listed(flips)} residents it decides whether they get more than others or less." if flips else ""
    )
    return (
        "It matters how need is read. Times the patrol that others get per reported incident, or per reported incident "
        f"for each resident: {words.listed(parts)}.{turned}",
    )


def ascertainment_sentence(audit: DisparityAudit | None) -> str | None:
    """What uneven reporting would change, in one line: the group whose finding it would turn most easily."""
    turned = [one for one in (audit.ascertainment if audit else ()) if one.tipping_ratio is not None]
    if not turned:
        return None
    nearest = min(turned, key=lambda one: max(one.tipping_ratio or inf, 1 / (one.tipping_ratio or inf)))
    return (
        f"Not every crime is reported. If {words.group(nearest.group)} residents report {nearest.tipping_ratio:.2f} "
        f"times as often as {nearest.against}, the difference found for them is none, and beyond that it turns around."
    )


def _of_district(name: str, comparison: GroupComparison, findings: DistrictFindings) -> str:
    where = words.district(name)
    where = where if where[:1].isupper() and not where.startswith("District ") else where[:1].lower() + where[1:]
    who = words.group(comparison.group)
    if comparison.without_patrol is not None:
        side = words.group(comparison.without_patrol)
        what = f"there would be no patrol at all where {_live(side)}, despite reports there"
    else:
        what = (
            f"the places of {who} residents would get {_times(comparison)} times the patrol per "
            f"reported incident that those of {words.group(comparison.against)} get"
        )
    n = len(findings.beyond)
    lie = "lies" if n == 1 else "lie"
    limit = f"{1 / findings.limit:.2g} to {findings.limit:g} times"
    chance = "" if findings.fails else f", which chance may explain among {findings.n_compared}"
    return (
        f"In {where} {what}; {n} of {findings.n_compared} comparisons in districts {lie} wholly beyond the limit of "
        f"{limit}{chance}."
    )


def _beyond_limit(gates: Sequence[GateResult]) -> set[str]:
    return {gate.name for gate in gates if gate.verdict in {GateVerdict.FAIL, GateVerdict.WAIVED}}


def _size(comparison: GroupComparison) -> float:
    """How far from even; infinite where one side has no patrol at all."""
    return abs(comparison.excess.estimate) if isfinite(comparison.excess.estimate) else inf


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def disparities_found(audit: DisparityAudit, gates: Sequence[GateResult]) -> tuple[str, ...]:
    """Groups with a disparity: the interval of the excess excludes parity, and the limit is not shown to hold.

    Where one side got no patrol at all and both have reports, there is no interval and none is needed.
    """
    passed = {gate.name for gate in gates if gate.verdict == GateVerdict.PASS}
    uneven = [group.group for group in audit.groups if group.parity_excluded or group.without_patrol is not None]
    return tuple(name for name in uneven if f"group_excess_{name}" not in passed)


def disparity_finding(audit: DisparityAudit, gates: Sequence[GateResult]) -> str:
    """The one sentence that stands first; at least one group was measured, or got no patrol where others did."""
    limits = {gate.name.removeprefix("group_excess_"): gate for gate in gates if gate.name.startswith("group_excess_")}
    answered = {group.group for group in audit.groups if is_answered(group)}
    failed = [name for name, gate in limits.items() if gate.verdict == GateVerdict.FAIL]
    waived = [name for name, gate in limits.items() if gate.verdict == GateVerdict.WAIVED and name in answered]
    if failed or waived:
        names = words.listed([words.group(name) for name in (failed or waived)])
        how = "beyond the limit set before the run" if failed else "beyond the limit, by a written waiver"
        return f"Patrol is {how} for {names}: {_beyond(audit, failed or waived)}."
    if any(gate.verdict == GateVerdict.WARN for gate in limits.values()):
        head = "It is not clear whether patrol stays within the limit set before the run"
    elif unknown := [gate for name, gate in limits.items() if name not in answered]:
        head = f"Of the groups that were measured none is beyond the limit; not measured: {_named(unknown)}"
    else:
        head = "No group is beyond the limit"
    return f"{head}; furthest from even: {_furthest(audit)}."


def is_answered(group: GroupComparison) -> bool:
    """The group was measured, or one side got no patrol where others did."""
    return group.excess.measured or group.without_patrol is not None


def _beyond(audit: DisparityAudit, names: Sequence[str]) -> str:
    """What is known of groups beyond the limit: those without any patrol, then what is furthest from even."""
    beyond = [group for group in audit.groups if group.group in names]
    sides = dict.fromkeys(words.group(group.without_patrol) for group in beyond if group.without_patrol is not None)
    parts = []
    if sides:
        where = words.listed([f"where {_live(side)}" for side in sides])
        parts.append(
            f"in {audit.n_nights} nights there would have been no patrol at all {where}, despite reports there"
        )
    if any(group.excess.measured for group in beyond):
        parts.append(_furthest(audit))
    return "; ".join(parts)


def _live(side: str) -> str:
    """A group's name, or "everyone else", with its verb."""
    return f"{side} lives" if side == EVERYONE_ELSE else f"{side} residents live"


def _furthest(audit: DisparityAudit) -> str:
    measured = [group for group in audit.groups if group.excess.measured]
    furthest = max(measured, key=lambda group: abs(group.excess.estimate))
    return (
        f"places where {_live(words.group(furthest.group))} would get {_times(furthest)} times the "
        f"patrol per reported incident that the places of {words.group(furthest.against)} get"
    )


def _named(unknown: Sequence[GateResult]) -> str:
    """Groups that were not measured; of those that stop publication, why."""
    return words.listed(
        [
            words.group(gate.name.removeprefix("group_excess_"))
            + (" (what is seen lies beyond the limit)" if gate.stops else "")
            for gate in unknown
        ]
    )


def _times(comparison: GroupComparison) -> str:
    """Times the patrol of others, with its interval as counted and, where it was measured, the wider one."""
    counted, wide = comparison.counted, comparison.excess
    ends = f"{exp(counted.lower):.2f} to {exp(counted.upper):.2f}"
    if comparison.parts and wide.measured:
        ends += f"; {exp(wide.lower):.2f} to {exp(wide.upper):.2f} with what is not known of where people live"
    return f"{exp(comparison.excess.estimate):.2f} (95 % interval {ends})"
