"""What the checks on groups found, as clauses, worst first: failed, waived, not measured and stopping, then warned.

Whatever kind of check it is (patrol of a group, its forecast, districts, the audit itself) and at whatever level: of
two that failed the larger stands first, and nothing milder stands before any of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from patrolcast.domain.measures import DisparityAudit, GroupCalibration, GroupComparison
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words
from patrolcast.report.audit.compared_words import (
    beyond_words,
    district_words,
    furthest_words,
    is_answered,
    live_words,
    place_words,
    ratio_words,
    size_from_even,
)
from patrolcast.report.audit.inputs_and_gates import CALIBRATION, EXCESS, OPPORTUNITY

WHOLE, DISTRICTS = "group_audit", "group_audit_districts"
MOST_PLACES = 5
"""So many groups in districts a sentence names; the checks name all."""
_RANKS = {GateVerdict.FAIL: 0, GateVerdict.WAIVED: 1, GateVerdict.NOT_MEASURED: 2, GateVerdict.WARN: 3}


@dataclass(frozen=True)
class AuditClause:
    """A clause about checks on groups, without its full stop.

    Attributes
    ----------
    rank : 0 failed, 1 waived, 2 not measured and stopping publication, 3 warned.
    size : distance from even on the log scale; infinite where one side has no patrol at all.
    of_city : it says how patrol of groups in the whole city stands.
    """

    rank: int
    size: float
    text: str
    of_city: bool = False

    @property
    def grave(self) -> bool:
        """More than a warning."""
        return self.rank < _RANKS[GateVerdict.WARN]


def worst_first(
    audit: DisparityAudit | None, gates: Sequence[GateResult], called: GroupNames
) -> tuple[AuditClause, ...]:
    """A clause for every kind of check on groups that did not pass; none where all passed.

    Parameters
    ----------
    audit : None where the audit itself broke.
    called : what people call the groups.
    """
    about = [gate for gate in gates if gate.name.startswith("group_")]
    clauses = [clause for verdict in _RANKS for clause in _of_verdict(audit, about, verdict, called)]
    return tuple(sorted(clauses, key=lambda clause: (clause.rank, -clause.size)))


def worst_in_districts(audit: DisparityAudit) -> tuple[str, GroupComparison] | None:
    """District and comparison furthest beyond the limit by its whole interval; where none is, by its estimate.

    Not only of those that are certain after correction: then a milder one could stand for a worse one beside it.
    """
    findings = audit.in_districts
    if findings is None or not (findings.beyond or findings.unclear):
        return None
    named = findings.beyond or findings.unclear
    pairs = [
        (finding.district, comparison)
        for finding in named
        for comparison in audit.districts[finding.district]
        if comparison.group == finding.group
    ]
    return max(pairs, key=lambda pair: size_from_even(pair[1]))


def unmeasured_words(audit: DisparityAudit, unknown: Iterable[GateResult], called: GroupNames) -> str:
    """Groups that were not measured, the one seen furthest from even first; of those beyond the limit, how far."""
    compared = {group.group: group for group in audit.groups}
    named: list[tuple[float, str]] = []
    for gate in unknown:
        name = gate.name.removeprefix(EXCESS)
        size, remark = 0.0, ""
        if gate.stops and (group := compared.get(name)) is not None and isfinite(group.excess.estimate):
            size = size_from_even(group)
            remark = f" (what is seen, {ratio_words(group.excess.estimate)} times, lies beyond the limit)"
        named.append((size, called(name) + remark))
    return words.listed([text for _, text in sorted(named, key=lambda pair: -pair[0])])


def _of_verdict(
    audit: DisparityAudit | None, gates: Sequence[GateResult], verdict: GateVerdict, called: GroupNames
) -> list[AuditClause]:
    with_verdict = [
        gate for gate in gates
        if gate.verdict is verdict and (verdict is not GateVerdict.NOT_MEASURED or gate.stops)
    ]  # fmt: skip
    rank = _RANKS[verdict]
    if audit is None:
        return [AuditClause(rank, 0.0, _plain(gate, called)) for gate in with_verdict]
    clauses: list[AuditClause] = []
    bare = [gate for gate in with_verdict if not _has_figure(audit, gate)]
    figures = [gate for gate in with_verdict if gate not in bare]
    if patrol := [gate.name.removeprefix(EXCESS) for gate in figures if gate.name.startswith(EXCESS)]:
        clauses.append(_patrol(audit, patrol, verdict, called))
    if forecast := [gate.name.removeprefix(CALIBRATION) for gate in figures if gate.name.startswith(CALIBRATION)]:
        clauses.append(_forecast(audit, forecast, verdict, called))
    for gate in figures:
        if gate.name == DISTRICTS:
            clauses.append(_districts(audit, verdict, called))
        elif not gate.name.startswith((EXCESS, CALIBRATION)):
            clauses.append(AuditClause(rank, 0.0, _plain(gate, called)))
    if bare and verdict in {GateVerdict.NOT_MEASURED, GateVerdict.WAIVED}:
        clauses.append(_not_measured(audit, bare, gates, rank, called))
    elif bare:
        clauses += [AuditClause(rank, 0.0, _plain(gate, called)) for gate in bare]
    return clauses


def _has_figure(audit: DisparityAudit, gate: GateResult) -> bool:
    """There is something that the check found; else it could not be measured, waived or not."""
    if gate.verdict is GateVerdict.NOT_MEASURED:
        return False
    if gate.name.startswith(EXCESS):
        return any(group.group == gate.name.removeprefix(EXCESS) and is_answered(group) for group in audit.groups)
    if gate.name.startswith(CALIBRATION):
        name = gate.name.removeprefix(CALIBRATION)
        return any(group.group == name and group.log_ratio_of_ratios.measured for group in audit.calibration)
    if gate.name == DISTRICTS:
        fails = audit.in_districts is not None and audit.in_districts.fails
        return worst_in_districts(audit) is not None and (fails or gate.verdict is GateVerdict.WARN)
    return True


def _patrol(audit: DisparityAudit, names: list[str], verdict: GateVerdict, called: GroupNames) -> AuditClause:
    size = max(size_from_even(group) for group in audit.groups if group.group in names)
    if verdict is GateVerdict.WARN:
        text = (
            "In the whole city it is not clear whether patrol stays within the limit set before the run. Furthest from "
            "even: "
        )
        return AuditClause(_RANKS[verdict], size, text + furthest_words(audit, called), of_city=True)
    how = "beyond the limit set before the run"
    if verdict is GateVerdict.WAIVED:
        how = "beyond the limit, by a written waiver"
    who = words.listed([called(name) for name in names])
    return AuditClause(
        _RANKS[verdict], size, f"Patrol is {how} for {who}. {beyond_words(audit, names, called)}", of_city=True
    )


def _forecast(audit: DisparityAudit, names: list[str], verdict: GateVerdict, called: GroupNames) -> AuditClause:
    def size_of(group: GroupCalibration) -> float:
        return abs(group.log_ratio_of_ratios.estimate)

    worst = max((group for group in audit.calibration if group.group in names), key=size_of)
    ratio = worst.log_ratio_of_ratios
    head = {
        GateVerdict.FAIL: "The forecast is beyond the limit set before the run for",
        GateVerdict.WAIVED: "The forecast is beyond the limit, by a written waiver for",
    }.get(verdict, "It is not clear whether the forecast stays within the limit set before the run for")
    text = (
        f"{head} {words.listed([called(name) for name in names])}. Per report it is {ratio_words(ratio.estimate)} "
        f"times as high where {live_words(called(worst.group))} as where {live_words(called(worst.against))}. The 95 % "
        f"interval is {ratio_words(ratio.lower)} to {ratio_words(ratio.upper)}"
    )
    return AuditClause(_RANKS[verdict], size_of(worst), text)


def _districts(audit: DisparityAudit, verdict: GateVerdict, called: GroupNames) -> AuditClause:
    worst = worst_in_districts(audit)
    assert worst is not None, "asked only where one lies beyond the limit"
    assert audit.in_districts is not None, "asked only where districts were looked at"
    text = district_words(*worst, audit.in_districts, called)
    if verdict is GateVerdict.WAIVED:
        text += ", by a written waiver"
    return AuditClause(_RANKS[verdict], size_from_even(worst[1]), text)


def _not_measured(
    audit: DisparityAudit, unmeasured: list[GateResult], gates: Sequence[GateResult], rank: int, called: GroupNames
) -> AuditClause:
    """One clause for all that could not be measured, with who and where; a waiver of it is said."""
    waived = ", by a written waiver" if rank == _RANKS[GateVerdict.WAIVED] else ""
    if audit.why_not:
        return AuditClause(rank, 0.0, f"How patrol falls on groups was not measured{waived}: {audit.why_not}")
    patrol = [gate for gate in unmeasured if gate.name.startswith(EXCESS)]
    names = {gate.name for gate in unmeasured}
    if WHOLE in names:  # a group of too few residents stops nothing by itself: the audit as a whole does
        silent = [gate for gate in gates if gate.verdict is GateVerdict.NOT_MEASURED and gate not in unmeasured]
        patrol += [gate for gate in silent if gate.name.startswith(EXCESS)]
    parts = [unmeasured_words(audit, patrol, called)] if patrol else []
    for gate in unmeasured:
        if gate.name == DISTRICTS and audit.in_districts is not None and audit.in_districts.not_measured:
            there = audit.in_districts.not_measured
            shown = [
                f"{called(missing.group)} in {place_words(missing.district)} ({missing.why})"
                for missing in there[:MOST_PLACES]
            ]
            more = [f"{len(there) - MOST_PLACES} more in districts"] if len(there) > MOST_PLACES else []
            parts.append(words.listed([*shown, *more]))
        elif not gate.name.startswith(EXCESS) and (gate.name != WHOLE or not patrol):
            parts.append(_detail(gate))
    return AuditClause(rank, 0.0, f"Not measured{waived}: {'; '.join(parts)}")


def _plain(gate: GateResult, called: GroupNames) -> str:
    """A check that has no sentence of its own."""
    of_group = gate.name.removeprefix(OPPORTUNITY)
    if gate.name == WHOLE:
        subject = "The audit of groups"
    elif of_group != gate.name:
        subject = f"The check of how many incidents lie in suggested places, for {called(of_group)},"
    else:
        subject = f"The check {gate.name}"
    how = {
        GateVerdict.FAIL: "failed", GateVerdict.WAIVED: "did not pass and is waived in writing",
        GateVerdict.NOT_MEASURED: "was not measured",
    }.get(gate.verdict, "warns")  # fmt: skip
    return f"{subject} {how}: {_detail(gate)}"


def _detail(gate: GateResult) -> str:
    """What a check says of itself, without the terms of its waiver: those stand beside the check."""
    return gate.detail.partition("; waived until ")[0].rstrip(".")
