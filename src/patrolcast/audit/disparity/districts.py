"""Groups within districts: which comparisons lie beyond the limit, and are they more than chance would bring?

Lists and budgets are made district by district, so a city's average can hide what happens in one of them. Each group is
compared within each district. Many comparisons make some look uneven by chance alone, so two questions are asked:

- one comparison: is it beyond the limit after Holm's correction over all groups and districts?
- many districts: in a district, is one comparison beyond after Holm's correction over its groups? Were every truth at
  the limit, that would happen in at most one district of 40 (one end of a 95 % interval); is the number of such
  districts larger than that explains (binomial, 5 %)? Districts share no resident and no patrol.

Residents are taken where the counts put them: that it is not known where in a census area they live widens every
interval that is shown, and acquits nobody. A side without any patrol, where reports were made on both, is beyond
without an interval: there is nothing to estimate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from scipy import stats

from patrolcast.audit.batch_means import holm
from patrolcast.audit.disparity.census_error import level_of_half_widths
from patrolcast.audit.disparity.error_parts import Z_95
from patrolcast.domain.findings import DistrictFinding, DistrictFindings
from patrolcast.domain.measures import GroupComparison
from patrolcast.domain.records import GateResult, GateVerdict

ALPHA = 0.05
GATE = "group_audit_districts"
_ONE_END = ALPHA / 2


@dataclass(frozen=True)
class _Compared:
    district: str
    comparison: GroupComparison
    p_beyond: float


def find_in_districts(districts: Mapping[str, tuple[GroupComparison, ...]], *, limit: float) -> DistrictFindings:
    """What lies beyond the limit within districts.

    Parameters
    ----------
    districts : district -> its comparisons; one district alone is the city, and is not looked at twice.
    limit : largest ratio of patrol per reported incident, above 1; its inverse is the smallest.
    """
    if len(districts) < 2:
        return DistrictFindings(limit, 0, len(districts), (), (), (), 0)
    measured = [
        _Compared(name, comparison, _p_beyond(comparison, limit))
        for name, comparisons in districts.items()
        for comparison in comparisons
        if comparison.excess.measured or comparison.without_patrol is not None
    ]
    sure = [bool(p <= ALPHA) for p in holm([one.p_beyond for one in measured])]
    flagged = []
    for name in districts:
        own = [one.p_beyond for one in measured if one.district == name]
        if own and holm(own).min() <= ALPHA:
            flagged.append(name)
    findings = [
        DistrictFinding(one.district, one.comparison.group, one.p_beyond, certain)
        for one, certain in zip(measured, sure, strict=True)
        if one.p_beyond <= ALPHA
    ]
    n_districts = len({one.district for one in measured})
    return DistrictFindings(
        limit, len(measured), n_districts, tuple(findings), tuple(flagged),
        tuple(one.district for one in findings if one.certain), most_by_chance(n_districts),
    )  # fmt: skip


def most_by_chance(n_districts: int) -> int:
    """Districts with a finding that chance alone would exceed in at most 5 % of cities.

    >>> [most_by_chance(n) for n in (1, 2, 3, 22)]
    [0, 0, 1, 2]
    """
    return int(stats.binom.ppf(1.0 - ALPHA, n_districts, _ONE_END)) if n_districts else 0


def district_gate(findings: DistrictFindings) -> GateResult:
    """Fails where a comparison is beyond after correction, or more districts have one than chance would bring.

    What warns is shown and published; what fails is published with a written waiver only (docs/decisions).
    """
    rule = (
        f"at most 0 comparisons in districts wholly beyond 1/{findings.limit:g} to {findings.limit:g} times the patrol "
        "per reported incident of others"
    )
    n, beyond = findings.n_compared, len(findings.beyond)
    if findings.n_districts == 1:
        return GateResult(GATE, 0.0, rule, GateVerdict.PASS, "one district: what holds for the city holds for it")
    if not n:
        detail = "no group has enough residents and patrol in any district"
        return GateResult(GATE, None, rule, GateVerdict.NOT_MEASURED, detail, stops=False)
    detail = f"{beyond} of {n} comparisons in {findings.n_districts} districts lie wholly beyond the limit"
    if findings.fails:
        many = f"in {len(findings.flagged)} districts, where chance would explain {findings.most_by_chance} at most"
        why = f"{len(findings.certain)} of them after correction for {n} comparisons" if findings.certain else many
        return GateResult(GATE, float(beyond), rule, GateVerdict.FAIL, f"{detail}, {why}")
    if beyond:
        detail += f"; after correction for {n} comparisons, chance may explain that"
    return GateResult(GATE, float(beyond), rule, GateVerdict.WARN if beyond else GateVerdict.PASS, detail)


def _p_beyond(comparison: GroupComparison, limit: float) -> float:
    """Level at which the interval of the excess as counted would touch the limit; 1 where the estimate lies within."""
    excess = comparison.counted
    if not excess.measured:
        return 0.0
    past = abs(excess.estimate) - log(limit)
    if past <= 0.0:
        return 1.0
    part = comparison.parts.get("excess")
    width = excess.upper - excess.estimate
    nights = width if part is None else part.nights
    other = max(width**2 - nights**2, 0.0) ** 0.5
    return level_of_half_widths(past, nights=nights, other=other / Z_95)
