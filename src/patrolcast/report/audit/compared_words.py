"""Words for one comparison of a group with others: how far from even, with its interval, or that it got none."""

from collections.abc import Collection, Mapping
from math import exp, inf, isfinite

from patrolcast.domain.findings import DistrictFindings
from patrolcast.domain.measures import EVERYONE_ELSE, DisparityAudit, GroupComparison
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words


def is_answered(group: GroupComparison) -> bool:
    """The group was measured, or one side got no patrol where others did."""
    return group.excess.measured or group.counted.measured or group.without_patrol is not None


def size_from_even(comparison: GroupComparison) -> float:
    """How far from even on the log scale; infinite where one side has no patrol at all, 0 where nothing is seen."""
    if comparison.without_patrol is not None:
        return inf
    return abs(comparison.excess.estimate) if isfinite(comparison.excess.estimate) else 0.0


def ratio_words(log_ratio: float) -> str:
    """A log ratio written as a ratio, never as 0.

    >>> ratio_words(0.0), ratio_words(-5.4)
    ('1.00', '0.0045')
    """
    return f"{exp(log_ratio):.2f}" if exp(log_ratio) > 0.01 else f"{exp(log_ratio):.2g}"


def live_words(side: str) -> str:
    """A group's name, or "everyone else", with its verb."""
    return f"{side} lives" if side == EVERYONE_ELSE else f"{side} residents live"


def would_get(comparison: GroupComparison, called: GroupNames) -> str:
    """How much patrol per report a group's places would get, and its intervals in sentences of their own.

    The interval as counted, then the wider one where it was measured, each with what it holds. No stop at the end.
    """
    against = called(comparison.against)
    others = "other places" if against == EVERYONE_ELSE else f"places of {against} residents"
    text = (
        f"places of {called(comparison.group)} residents would get {ratio_words(comparison.excess.estimate)} times as "
        f"much patrol per report as {others}"
    )
    counted, wide = comparison.counted, comparison.excess
    if not counted.measured:
        return text
    text += f". The 95 % interval is {ratio_words(counted.lower)} to {ratio_words(counted.upper)}"
    if comparison.parts and wide.measured:
        text += (
            f" with residents where the census counts them, and {ratio_words(wide.lower)} to {ratio_words(wide.upper)} "
            "with what is not known of where they live"
        )
    return text


def furthest_words(audit: DisparityAudit, called: GroupNames, names: Collection[str] | None = None) -> str:
    """The measured group furthest from even, of those named; at least one was measured."""
    measured = [
        comparison
        for comparison in audit.groups
        if (comparison.excess.measured or comparison.counted.measured) and (not names or comparison.group in names)
    ]
    furthest = max(measured, key=size_from_even)
    return would_get(furthest, called)


def furthest_in_a_district(audit: DisparityAudit, called: GroupNames) -> str:
    """The comparison in a district that is certainly not even and further from it than any of the city; "" without."""
    inside = [
        (size_from_even(comparison), name, comparison)
        for name, comparisons in audit.districts.items()
        for comparison in comparisons
        if comparison.enough and comparison.parity_excluded
    ]
    whole = max((size_from_even(comparison) for comparison in audit.groups), default=0.0)
    if len(audit.districts) < 2 or not inside or (furthest := max(inside, key=lambda pair: pair[0]))[0] <= whole:
        return ""
    _, name, comparison = furthest
    return f"in {place_words(name)}, {would_get(comparison, called)}"


def beyond_words(audit: DisparityAudit, names: Collection[str], called: GroupNames) -> str:
    """What is known of groups beyond the limit: those without any patrol, then what is furthest from even."""
    beyond = [group for group in audit.groups if group.group in names]
    sides = dict.fromkeys(called(group.without_patrol) for group in beyond if group.without_patrol is not None)
    parts = []
    if sides:
        where = words.listed([f"where {live_words(side)}" for side in sides])
        parts.append(
            f"in {audit.n_nights} nights there would have been no patrol at all {where}, despite reports there"
        )
    if any(group.excess.measured or group.counted.measured for group in beyond):
        parts.append(furthest_words(audit, called, names))
    return ". ".join(map(words.sentence, parts))


def district_words(name: str, comparison: GroupComparison, findings: DistrictFindings, called: GroupNames) -> str:
    """One comparison in a district, and how many there lie beyond the limit."""
    where = place_words(name)
    if comparison.without_patrol is not None:
        side = called(comparison.without_patrol)
        patrol = f"there would be no patrol at all where {live_words(side)}, despite reports there"
    else:
        why = next(
            (finding.without_interval for finding in findings.beyond
             if (finding.district, finding.group) == (name, comparison.group)), "",
        )  # fmt: skip
        patrol = would_get(comparison, called) + (f" ({why})" if why else "")
    limit = f"{1 / findings.limit:.2g} to {findings.limit:g} times"
    if not findings.beyond:
        return f"In {where}, {patrol}. Whether that is beyond the limit of {limit} is not clear"
    n = len(findings.beyond)
    lie = "lies" if n == 1 else "lie"
    wholly = "" if any(finding.without_interval for finding in findings.beyond) else " wholly"
    chance = "" if findings.fails else f", which chance may explain among {findings.n_compared}"
    return (
        f"In {where}, {patrol}. Of {words.count(findings.n_compared, 'comparison')} in districts, {n} {lie}{wholly} "
        f"beyond the limit of {limit}{chance}"
    )


def place_words(name: str) -> str:
    """A district within a sentence."""
    where = words.district(name)
    return where if where[:1].isupper() and not where.startswith("District ") else where[:1].lower() + where[1:]


def weights_words(weights: Mapping[str, float]) -> str:
    """The weights that change an order, in words; an empty text where every incident counts the same.

    >>> weights_words({"assault": 3.0, "vehicle_theft": 2.5, "theft": 1.0})
    'assault 3, vehicle theft 2.5, everything else 1'
    """
    stated = [f"{words.plain(name)} {weight:g}" for name, weight in sorted(weights.items()) if weight != 1]
    return ", ".join([*stated, "everything else 1"]) if stated else ""
