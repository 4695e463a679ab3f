"""What the audit found, in sentences: the worst that the measurements support, at any level, before anything else."""

from collections.abc import Mapping, Sequence
from math import exp, inf

from patrolcast.domain.measures import DisparityAudit
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words
from patrolcast.report.audit.compared_words import (
    beyond_words,
    furthest_in_a_district,
    furthest_words,
    is_answered,
    ratio_words,
    weights_words,
)
from patrolcast.report.audit.inputs_and_gates import EXCESS
from patrolcast.report.audit.worst_first import unmeasured_words, worst_first, worst_in_districts


def audit_findings(
    audit: DisparityAudit | None,
    gates: Sequence[GateResult],
    called: GroupNames,
    weights: Mapping[str, float] | None = None,
) -> tuple[str, ...]:
    """Findings in the order in which they matter; none where no check on groups was made and none measured.

    The first holds every kind of check on groups that failed, is waived, or could not be measured and stops
    publication, worst first (`worst_first`). Then what warns, a sentence each; then the whole city, where nothing was
    said of it; then what was left out for want of records;
    then the groups for which the two readings of need disagree.

    Parameters
    ----------
    weights : by which the ranking, and with it the audit, counts a category; the first finding says so.
    """
    clauses = worst_first(audit, gates, called)
    grave = [clause.text for clause in clauses if clause.grave]
    findings = [f"{'. '.join(grave)}."] if grave else []
    findings += [f"{clause.text}." for clause in clauses if not clause.grave]
    if audit is None or not any(is_answered(group) for group in audit.groups):
        return tuple(findings)
    if not any(clause.of_city for clause in clauses):
        city = disparity_finding(audit, gates, called)
        findings.append(f"Patrol in the whole city: {_lowered(city)}" if findings else city)
    missing = (f"{audit.left_out}.",) if audit.left_out else ()
    if counts_as := weights_words(weights or {}):
        findings[0] += f" Reports count by their weight: {counts_as}."
    return (*findings, *missing, *readings_sentences(audit, called))


def audit_lines(
    audit: DisparityAudit | None,
    gates: Sequence[GateResult],
    called: GroupNames,
    weights: Mapping[str, float] | None = None,
) -> list[str]:
    """What the briefing says of the audit: its first sentence, and what uneven reporting would change."""
    answered = audit is not None and any(is_answered(group) for group in audit.groups)
    uneven = ascertainment_sentence(audit, called) if answered else None
    return [*audit_findings(audit, gates, called, weights)[:1], *([uneven] if uneven else [])]


def readings_sentences(audit: DisparityAudit, called: GroupNames) -> tuple[str, ...]:
    """One sentence on the groups for which it matters how need is read; none where it does not."""
    apart = sorted(
        (group for group in audit.groups if group.readings_apart),
        key=lambda group: (not group.readings_flip, -group.residents),
    )
    if not apart:
        return ()
    parts = [
        f"{called(group.group)} {exp(group.excess.estimate):.2f} or {exp(group.excess_per_resident.estimate):.2f}"
        for group in apart
    ]
    flips = [called(group.group) for group in apart if group.readings_flip]
    turned = (
        f" For {words.listed(flips)} residents it decides whether they get more than others or less." if flips else ""
    )
    return (
        "It matters how need is read: as reported incidents, or as reported incidents for each resident. Patrol for "
        f"it, times that of others: {words.listed(parts)}.{turned}",
    )


def ascertainment_sentence(audit: DisparityAudit | None, called: GroupNames) -> str | None:
    """What uneven reporting would change, in one line: the difference in the whole city that it would turn most easily.

    A group whose patrol is not shown to differ has no difference that could turn; then there is no sentence.
    """
    uneven = {group.group: group for group in (audit.groups if audit else ()) if group.parity_excluded}
    turned = [group for group in (audit.ascertainment if audit else ())
              if group.tipping_ratio is not None and group.group in uneven]  # fmt: skip
    if not turned:
        return None
    nearest = min(turned, key=lambda group: max(group.tipping_ratio or inf, 1 / (group.tipping_ratio or inf)))
    return (
        f"Not every crime is reported. In the whole city, places of {called(nearest.group)} residents get "
        f"{ratio_words(uneven[nearest.group].excess.estimate)} times as much patrol per report. If these residents "
        f"report {nearest.tipping_ratio:.2f} times as often as {called(nearest.against)}, that difference is none. "
        "Beyond that it turns around."
    )


def disparities_found(audit: DisparityAudit, gates: Sequence[GateResult]) -> tuple[str, ...]:
    """Groups with a disparity: the interval of the excess excludes parity, and the limit is not shown to hold.

    Where one side got no patrol at all and both have reports, there is no interval and none is needed.
    """
    passed = {gate.name for gate in gates if gate.verdict == GateVerdict.PASS}
    uneven = [group.group for group in audit.groups if group.parity_excluded or group.without_patrol is not None]
    return tuple(name for name in uneven if f"group_excess_{name}" not in passed)


def disparity_finding(audit: DisparityAudit, gates: Sequence[GateResult], called: GroupNames) -> str:
    """How patrol of groups in the whole city stands; at least one was measured, or got no patrol where others did."""
    if of_city := [clause.text for clause in worst_first(audit, gates, called) if clause.of_city]:
        return f"{'. '.join(of_city)}."
    if not any(group.excess.measured or group.counted.measured for group in audit.groups):
        return f"{words.sentence(beyond_words(audit, [group.group for group in audit.groups], called))}."
    answered = {group.group for group in audit.groups if is_answered(group)}
    limits = {gate.name.removeprefix(EXCESS): gate for gate in gates if gate.name.startswith(EXCESS)}
    head = "No group is beyond the limit"
    if unknown := [gate for name, gate in limits.items() if name not in answered]:
        named = unmeasured_words(audit, unknown, called)
        head = f"Of the groups that were measured none is beyond the limit. Not measured: {named}"
    if worst_in_districts(audit) is None and (within := furthest_in_a_district(audit, called)):
        return f"{head}. Furthest from even: {within}. In the whole city, {furthest_words(audit, called)}."
    return f"{head}. Furthest from even: {furthest_words(audit, called)}."


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
