"""The gate without which nothing is published: every named group was measured, on nearly all of its residents.

A group that is left out, or seen on a sixth of the city, is not found equal: it is not found at all. So the gate names
each group that was not measured, and passes only where none is left but those that the config declares too few.
"""

from collections.abc import Mapping, Sequence
from math import isfinite, nan

from patrolcast.domain.measures import DisparityAudit, GroupComparison
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Audit

GATE = "group_audit"


def rule_words(least_share: float) -> str:
    """The rule as pages print it."""
    return f"every named group compared, on at least {least_share:g} of its residents"


def measured_gate(
    audit: DisparityAudit, limits: Audit, groups: Sequence[str], not_measured: Mapping[str, str]
) -> GateResult:
    """Whether every group that the config names was compared, on the stated share of its residents.

    Fails where a group was compared on too few of its residents, or on a share that is not known; is not measured
    where a group could not be compared.
    ``value`` is the smallest share measured of a group, or of all residents.

    Parameters
    ----------
    groups : every group that the config names.
    not_measured : group -> the reason that the config states; accepted only where the group is too small to measure.
    """
    rule, named = rule_words(limits.least_measured_share), [name for name in groups if name != limits.reference]
    if audit.why_not or not named:
        return GateResult(GATE, None, rule, GateVerdict.NOT_MEASURED, audit.why_not or "no group is named")
    compared = {each.group: each for each in audit.groups}
    absent = [text for name in named if (text := _absent(name, compared.get(name), not_measured))]
    stated = audit.measured_shares
    shares = {name: stated[name] if isfinite(stated.get(name, nan)) else 0.0 for name in (*groups, "total")}
    low = {name: share for name, share in shares.items() if share < limits.least_measured_share}
    value = min(shares.values(), default=0.0)
    unknown = [name for name in shares if not isfinite(stated.get(name, nan))]
    sentences = [_counted_on(name, share) for name, share in sorted(low.items(), key=lambda pair: pair[1])
            if name not in unknown]  # fmt: skip
    if unknown:
        whose = ", ".join("all residents" if name == "total" else name for name in unknown)
        sentences.append(f"the share of residents that was measured is not known: {whose}")
    if audit.coverage is not None and low:
        sentences.append(audit.coverage.sentence)
    if audit.left_out:
        sentences.append(audit.left_out)
    if low or absent:
        verdict = GateVerdict.FAIL if low else GateVerdict.NOT_MEASURED
        return GateResult(GATE, value if low else None, rule, verdict, "; ".join([*absent, *sentences]))
    measured = [name for name in named if name not in not_measured]
    detail = f"{', '.join(measured)}, over {audit.n_nights} nights, on {100 * value:.1f} % of the residents or more"
    declared = [f"{name} is not measured, as declared: {why}" for name, why in not_measured.items()]
    detail = "; ".join([f"{detail}; residents: {audit.vintage}", *sentences, *declared])
    return GateResult(GATE, value, rule, GateVerdict.PASS, detail)


def _absent(name: str, comparison: GroupComparison | None, not_measured: Mapping[str, str]) -> str:
    """Why a group was not measured as it should be, or an empty text."""
    if comparison is None:
        return f"{name} was not compared"
    if name in not_measured:
        many = f"{name} has {comparison.residents:,.0f} residents and is declared as not measured: measure it"
        return many if comparison.enough else ""
    return "" if comparison.excess.measured else f"{name} was not measured: {comparison.excess.note}"


def _counted_on(name: str, share: float) -> str:
    whose = "all residents" if name == "total" else f"the residents of {name}"
    return f"measured on {100 * share:.0f} % of {whose}"
