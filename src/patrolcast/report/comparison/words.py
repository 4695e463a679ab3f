"""A comparison's parts in words: variants, measures, values, a difference, and what each pair supports."""

from collections.abc import Iterable
from math import exp, isfinite

from patrolcast.domain.comparison import Comparison, Difference, Measure, Pair, Variant
from patrolcast.domain.measures import Interval
from patrolcast.domain.residents import GroupNames
from patrolcast.report.words import count, listed, plain

NOTHING = "no clear difference"
NULL = "same_config_other_seed"
_WHOLE = {"distinct_cells", "deviance", "longest_run"}
_SHARES = {"hits", "top_minutes_share"}
_NAMES = {NULL: "the same config with other seeds"}
_DESCRIPTIONS = {
    "hits": "share of incidents caught by the same patrol minutes",
    "pai": "share of incidents caught / share of land patrolled (PAI)",
    "deviance": "misfit between forecast and reports (Poisson deviance; lower is better)",
    "log_exposure_ratio": "patrol where {group} residents live, relative to {against}",
    "log_opportunity_ratio": "share of {group} victims in patrolled places, relative to {against}",
    "log_calibration_ratio": "expected / reported incidents where {group} residents live, relative to {against}",
    "log_composition_ratio": "share of {group} residents in the most patrolled 5 % of census areas, relative to "
    "{against}",
    "gini": "how unevenly patrol minutes are spread (Gini: 0 even, 1 all in one place)",
    "distinct_cells": "places patrolled in 28 nights",
    "top_minutes_share": "share of patrol minutes in the 20 most patrolled places",
    "longest_run": "longest run of nights at one place, of 28 nights",
}
_SHORT = {
    "hits": "incidents caught",
    "pai": "incidents caught for the land covered (PAI)",
    "deviance": "fit to the reports (deviance)",
    "log_exposure_ratio": "patrol where {group} residents live",
    "log_opportunity_ratio": "{group} victims reached",
    "log_calibration_ratio": "calibration where {group} residents live",
    "log_composition_ratio": "share of {group} residents in the most patrolled areas",
    "gini": "evenness of patrol (Gini)",
    "distinct_cells": "number of places patrolled",
    "top_minutes_share": "minutes in the 20 most patrolled places",
    "longest_run": "longest run at one place",
}


def variant_name(name: str) -> str:
    """A variant's name as readers see it."""
    return _NAMES.get(name, plain(name))


def named_variant(comparison: Comparison, name: str) -> str:
    """A variant in a sentence: the base is called that, others stand in quotation marks."""
    if name in _NAMES:
        return _NAMES[name]
    quoted = f"“{variant_name(name)}”"
    return f"the base ({variant_name(name)})" if name == comparison.variants[0].name else f"the {quoted} variant"


def quantity_of(measure: Measure) -> str:
    """A measure's name without its group.

    >>> quantity_of(Measure("log_exposure_ratio_b", "disparity", "", "", group="b"))
    'log_exposure_ratio'
    """
    return measure.name.removesuffix(f"_{measure.group}")


def describe_measure(measure: Measure, called: GroupNames) -> str:
    """A measure in words, its group as readers see it.

    >>> describe_measure(Measure("log_exposure_ratio_group_a", "disparity", "", "", group="group_a"), GroupNames())
    'patrol where group a residents live, relative to everyone else'
    """
    words = _DESCRIPTIONS.get(quantity_of(measure), measure.description)
    return words.format(group=called(measure.group or ""), against=called(measure.against))


def short_name(measure: Measure, called: GroupNames) -> str:
    """A measure in a few words."""
    words = _SHORT.get(quantity_of(measure), plain(measure.name))
    return words.format(group=called(measure.group or ""))


def format_value(measure: Measure, value: float, *, more: int = 0) -> str:
    """A value with its unit; log ratios as ratios; ``more`` decimals than usual.

    >>> format_value(Measure("hits", "accuracy", "", ""), 0.1234)
    '12.3 %'
    """
    if not isfinite(value):
        return "not measured"
    if measure.is_log:
        return f"{exp(value):.{2 + more}f}"
    if measure.name in _SHARES:
        return f"{100 * value:.{1 + more}f} %"
    return f"{value:.{more}f}" if measure.name in _WHOLE else f"{value:.{2 + more}f}"


def format_change(measure: Measure, by: float) -> str:
    """A difference with its sign; of log ratios in per cent, of shares in points."""
    if not isfinite(by):
        return "not measured"
    if measure.is_log:
        return f"{100 * (exp(by) - 1):+.1f} %"
    if measure.name in _SHARES:
        return f"{100 * by:+.2f} points"
    return f"{by:+.1f}" if measure.name in _WHOLE else f"{by:+.3f}"


def format_interval(measure: Measure, by: Interval) -> str:
    """The 95 % interval of a difference."""
    if not by.measured:
        return by.note
    low, high = format_change(measure, by.lower), format_change(measure, by.upper)
    return f"{low.removesuffix(' points').removesuffix(' %')} to {high}"


def measure_phrase(comparison: Comparison, pair: Pair, row: Difference) -> str:
    """What the second variant does that the first does not, as a verb and both levels; without the interval."""
    measure, by = comparison.measure(row.measure), row.interval
    up, size = by.estimate > 0, f"{100 * abs(exp(by.estimate) - 1):.1f} %"
    before, after = _levels(comparison, pair, measure)
    who, against = (comparison.group_names(name) for name in (measure.group or "", measure.against))
    phrases = {
        "hits": f"catches {after} of incidents instead of {before}",
        "pai": f"catches {'more' if up else 'less'} for the land it covers (PAI {after} instead of {before})",
        "deviance": f"fits the reports {'worse' if up else 'better'} (deviance {after} a night instead of {before})",
        "log_exposure_ratio": f"puts {size} {'more' if up else 'less'} patrol where {who} residents live, relative to "
        f"{against}",
        "log_opportunity_ratio": f"reaches {size} {'more' if up else 'fewer'} of {who} victims, relative to {against}",
        "log_calibration_ratio": f"expects {size} {'more' if up else 'fewer'} incidents for each one reported where "
        f"{who} residents live, relative to {against}",
        "log_composition_ratio": f"{'raises' if up else 'lowers'} the share of {who} residents in the most patrolled "
        f"5 % of census areas by {size}",
        "gini": f"spreads patrol {'less' if up else 'more'} evenly (Gini {after} instead of {before})",
        "distinct_cells": f"sends patrol to {after} places instead of {before} in four weeks",
        "top_minutes_share": f"puts {after} of patrol minutes into its 20 most patrolled places instead of {before}",
        "longest_run": f"{'raises' if up else 'cuts'} the longest run at one place from {before} nights to {after}",
    }
    return phrases.get(quantity_of(measure), f"{measure.description}: {format_change(measure, by.estimate)}")


def supported_phrase(comparison: Comparison, pair: Pair, row: Difference) -> str:
    """The same with the interval of the difference."""
    interval = format_interval(comparison.measure(row.measure), row.interval)
    return f"{measure_phrase(comparison, pair, row)} (95 % interval of the difference {interval})"


def pair_sentence(comparison: Comparison, pair: Pair) -> str:
    """What the pair supports and what it does not, for anybody."""
    supported = [supported_phrase(comparison, pair, row) for row in pair.supported]
    other = [comparison.measure(row.measure) for row in pair.differences if not row.supported]
    first, second = named_variant(comparison, pair.first), named_variant(comparison, pair.second)
    if not supported:
        nothing = f"Between {first} and {second} there is {NOTHING} in any of {count(len(other), 'measure')}."
        return f"{nothing} {not_excluded(comparison, pair)}".strip()
    rest = (
        f" There is {NOTHING} in {either(short_name(measure, comparison.group_names) for measure in other)}."
        if other
        else ""
    )
    return f"Compared with {first}, {second} {listed(supported)}.{rest}"


def either(parts: Iterable[str]) -> str:
    """A list after a negation.

    >>> either(["a"]), either(["a", "b", "c"])
    ('a', 'a, b or c')
    """
    *head, last = list(parts)
    return f"{', '.join(head)} or {last}" if head else last


def describe_variant(variant: Variant) -> str:
    """What a variant is, and whether it could ever be used."""
    parts = (variant.changes, f"H3 resolution {variant.resolution}", count(len(variant.admitted), "feature"))
    words = "; ".join([*parts, *([variant.bound_by] if variant.bound_by else [])])
    return words if variant.publishable else f"{words}. For comparison only: it can never be used or published"


def not_excluded(comparison: Comparison, pair: Pair) -> str:
    """The largest difference in exposure that the intervals still allow: "no clear difference" is not "the same"."""
    allowed = [
        (max(abs(row.interval.lower), abs(row.interval.upper)), comparison.measure(row.measure))
        for row in pair.differences
        if row.measure.startswith("log_exposure_ratio") and row.interval.measured
    ]
    size, measure = max(allowed, key=lambda pair: pair[0], default=(0.0, None))
    if measure is None or size < 5e-4:
        return ""
    where = f"patrol where {comparison.group_names(measure.group or '')} residents live"
    return f"A change of up to {100 * (exp(size) - 1):.1f} % in {where} cannot be ruled out."


def _levels(comparison: Comparison, pair: Pair, measure: Measure) -> tuple[str, str]:
    """The measure of both variants, with as many decimals as keep them apart."""
    measured = {variant.name: variant.measured[measure.name].estimate for variant in comparison.variants}
    both = measured[pair.first], measured[pair.second]
    texts = [tuple(format_value(measure, value, more=more) for value in both) for more in (0, 1, 2)]
    before, after = next((pair for pair in texts if pair[0] != pair[1]), texts[-1])
    return before, after
