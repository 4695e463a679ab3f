"""Groups within districts: which comparisons lie beyond the limit, and are they more than chance would bring?

Lists and budgets are made district by district, so a city's average can hide what happens in one of them. Each group is
compared within each district. Many comparisons make some look uneven by chance alone, so two questions are asked:

- one comparison: is it beyond the limit after Holm's correction over all groups and districts?
- many districts: in a district, is one comparison beyond after Holm's correction over its groups? Were every truth at
  the limit, that would happen in at most one district of 40 (one end of a 95 % interval); is the number of such
  districts larger than that explains (binomial, 5 %)? Districts share no resident and no patrol.

What is beyond the limit by its estimate, but not by its whole interval, warns: as in the whole city, it is not clear.

Residents are taken where the counts put them: that it is not known where in a census area they live widens every
interval that is shown, and acquits nobody.

A group counts in every district where it and the others have enough residents. A side without any patrol, where
reports were made on both, is beyond without an interval. So is a comparison without an interval (too few visits, say)
whose estimate lies beyond the limit: a single visit in the window makes no difference. Where there is not even an
estimate, the group is not measured there, by name, and the gate does not pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite, log

from patrolcast.audit.batch_means import holm
from patrolcast.audit.disparity.census_error import level_of_half_widths
from patrolcast.audit.disparity.error_parts import Z_95
from patrolcast.domain.counted import counted
from patrolcast.domain.findings import DistrictFinding, DistrictFindings, UnmeasuredInDistrict
from patrolcast.domain.measures import GroupComparison
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.numerics.distributions import binomial_quantile

ALPHA = 0.05
GATE = "group_audit_districts"
MOST_NAMED = 5
"""So many comparisons without an interval a gate names; `audit.json` has all."""
_ONE_END = ALPHA / 2


@dataclass(frozen=True)
class _Compared:
    """A comparison that counts; ``without_interval`` : why its estimate alone decides, "" where it need not."""

    district: str
    comparison: GroupComparison
    p_beyond: float
    without_interval: str


def find_in_districts(districts: Mapping[str, tuple[GroupComparison, ...]], *, limit: float) -> DistrictFindings:
    """What lies beyond the limit within districts.

    Parameters
    ----------
    districts : every district of the city -> its comparisons; one district alone is the city, and is not looked at
        twice.
    limit : largest ratio of patrol per reported incident, above 1; its inverse is the smallest.
    """
    if len(districts) < 2:
        return DistrictFindings(limit, 0, 0, (), (), (), 0, len(districts))
    compared, not_measured = [], []
    for name, comparisons in districts.items():
        for comparison in comparisons:
            if not comparison.enough:
                continue
            if _is_estimated(comparison):
                compared.append(
                    _Compared(name, comparison, _p_beyond(comparison, limit), _without_interval(comparison))
                )
            else:
                not_measured.append(UnmeasuredInDistrict(name, comparison.group, comparison.excess.note))
    sure = [bool(p <= ALPHA) for p in holm([row.p_beyond for row in compared])]
    flagged = []
    for name in districts:
        p_values = [row.p_beyond for row in compared if row.district == name]
        if p_values and holm(p_values).min() <= ALPHA:
            flagged.append(name)
    findings = [_finding(row, certain) for row, certain in zip(compared, sure, strict=True) if row.p_beyond <= ALPHA]
    unclear = [
        _finding(row, False) for row in compared
        if row.p_beyond > ALPHA and row.comparison.parity_excluded and abs(row.comparison.excess.estimate) > log(limit)
    ]  # fmt: skip
    n_districts = len({row.district for row in compared})
    return DistrictFindings(
        limit, len(compared), n_districts, tuple(findings), tuple(flagged),
        tuple(finding.district for finding in findings if finding.certain), most_by_chance(n_districts),
        n_in_city=len(districts), not_measured=tuple(not_measured),
        within_by_estimate=sum(bool(row.without_interval) and row.p_beyond > ALPHA for row in compared),
        unclear=tuple(unclear),
    )  # fmt: skip


def _finding(row: _Compared, certain: bool) -> DistrictFinding:
    group, excess = row.comparison.group, row.comparison.excess.estimate
    return DistrictFinding(row.district, group, row.p_beyond, certain, excess, row.without_interval)


def most_by_chance(n_districts: int) -> int:
    """Districts with a finding that chance alone would exceed in at most 5 % of cities.

    >>> [most_by_chance(n) for n in (1, 2, 3, 22)]
    [0, 0, 1, 2]
    """
    return binomial_quantile(1.0 - ALPHA, n_districts, _ONE_END)


def district_gate(findings: DistrictFindings) -> GateResult:
    """Fails where a comparison is beyond after correction, or more districts have one than chance would bring.

    Not measured, and stopping publication, where nothing can be estimated of a group that has enough residents in a
    district. What warns is shown and published; what fails is published with a written waiver only (docs/decisions).
    """
    rule = (
        f"at most 0 comparisons in districts wholly beyond 1/{findings.limit:g} to {findings.limit:g} times the patrol "
        "per reported incident of others; by their estimate where they have no interval"
    )
    n, beyond = findings.n_compared, len(findings.beyond)
    if findings.n_in_city == 1:
        return GateResult(GATE, 0.0, rule, GateVerdict.PASS, "one district: what holds for the city holds for it")
    if not n and not findings.not_measured:
        detail = "no group has enough residents in any district"
        return GateResult(GATE, None, rule, GateVerdict.NOT_MEASURED, detail, stops=False)
    verb = "lies" if beyond == 1 else "lie"
    wholly = "" if any(finding.without_interval for finding in findings.beyond) else " wholly"
    detail = (
        f"{beyond} of {counted(n, 'comparison')} in {counted(findings.n_districts, 'district')} {verb}{wholly} beyond "
        "the limit"
    )
    if findings.fails:
        many = f"in {len(findings.flagged)} districts, where chance would explain {findings.most_by_chance} at most"
        after = f"{len(findings.certain)} of them after correction for {counted(n, 'comparison')}"
        why = after if findings.certain else many
        detail = "; ".join([f"{detail}, {why}", *_without_intervals(findings)])
        return GateResult(GATE, float(beyond), rule, GateVerdict.FAIL, detail)
    parts = (
        [detail, f"after correction for {counted(n, 'comparison')}, chance may explain that"] if beyond else [detail]
    )
    detail = "; ".join([*(parts if n else []), *_unclear(findings), *_without_intervals(findings)])
    if findings.not_measured:
        return GateResult(GATE, None, rule, GateVerdict.NOT_MEASURED, detail)
    verdict = GateVerdict.WARN if beyond or findings.unclear else GateVerdict.PASS
    return GateResult(GATE, float(beyond), rule, verdict, detail)


def _unclear(findings: DistrictFindings) -> list[str]:
    """What a gate says of comparisons whose interval leaves open whether they lie beyond the limit."""
    if not findings.unclear:
        return []
    furthest = max(findings.unclear, key=lambda finding: abs(finding.excess))
    at = f"{furthest.group} in district {furthest.district} at {times_words(furthest.excess)} times"
    return [f"{len(findings.unclear)} by the estimate, not by the whole interval, {at} the furthest"]


def _without_intervals(findings: DistrictFindings) -> list[str]:
    """What a gate says of comparisons that no interval could be given, each by name where it matters."""
    parts = []
    without = sorted(
        (finding for finding in findings.beyond if finding.without_interval), key=lambda finding: -abs(finding.excess)
    )
    if without:
        named = [
            f"{finding.group} in district {finding.district} "
            f"({finding.without_interval}; got {times_words(finding.excess)} times)"
            for finding in without[:MOST_NAMED]
        ]
        more = [f"{len(without) - MOST_NAMED} more"] if len(without) > MOST_NAMED else []
        parts.append(f"by estimate alone: {', '.join([*named, *more])}")
    if n := findings.within_by_estimate:
        parts.append(f"{n} without an interval, with an estimate within the limit")
    if findings.not_measured:
        named = [
            f"{unmeasured.group} in district {unmeasured.district} ({unmeasured.why})"
            for unmeasured in findings.not_measured
        ]
        parts.append(f"not measured: {', '.join(named)}")
    return parts


def times_words(log_ratio: float) -> str:
    """A log ratio written as a ratio, never as 0.

    >>> times_words(0.0), times_words(-5.4)
    ('1.00', '0.0045')
    """
    return f"{exp(log_ratio):.2f}" if log_ratio > log(0.01) else f"{exp(log_ratio):.2g}"


def _is_estimated(comparison: GroupComparison) -> bool:
    return isfinite(comparison.excess.estimate) or comparison.without_patrol is not None


def _without_interval(comparison: GroupComparison) -> str:
    """Why the estimate of a comparison has no interval; "" where it has one, or one side got no patrol at all."""
    if comparison.counted.measured or comparison.without_patrol is not None:
        return ""
    if not comparison.log_need_ratio.measured:
        return "too few reports for an interval"
    return "too few visits for an interval" if not comparison.log_exposure_ratio.measured else comparison.excess.note


def _p_beyond(comparison: GroupComparison, limit: float) -> float:
    """Level at which the interval of the excess as counted would touch the limit; 1 where the estimate lies within.

    Without an interval 0 or 1, as the estimate lies beyond or within; 0 where one side got no patrol at all.
    """
    if comparison.without_patrol is not None:
        return 0.0
    past = abs(comparison.excess.estimate) - log(limit)
    if past <= 0.0:
        return 1.0
    excess = comparison.counted
    if not excess.measured:
        return 0.0
    part = comparison.parts.get("excess")
    width = excess.upper - excess.estimate
    nights = width if part is None else part.nights
    other = max(width**2 - nights**2, 0.0) ** 0.5
    return level_of_half_widths(past, nights=nights, other=other / Z_95)
