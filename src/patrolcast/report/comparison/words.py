"""A comparison in sentences: what each pair's differences support, and just as plainly what they do not."""

from math import exp, isfinite

from patrolcast.domain.comparison import Comparison, Difference, Measure, Pair, Variant
from patrolcast.domain.measures import Interval
from patrolcast.report.words import count, listed, plain, sentence

NOTHING = "no supported difference"
NULL = "same_config_other_seed"
_WHOLE = {"distinct_cells", "deviance", "longest_run"}
_SHARES = {"hits", "top_minutes_share"}
_NOT_SHOWN, _MORE_OR_FEWER = "could not be shown to", "catch more or fewer incidents"
_NAMES = {NULL: "the same config with other seeds"}


def variant_name(name: str) -> str:
    """A variant's name as readers see it."""
    return _NAMES.get(name, plain(name))


def describe_measure(measure: Measure) -> str:
    """A measure in words, its group as readers see it.

    >>> describe_measure(Measure("x", "disparity", "patrol where group_a lives", "", group="group_a"))
    'patrol where group a lives'
    """
    if measure.group is None:
        return measure.description
    return measure.description.replace(measure.group, plain(measure.group)).replace(
        measure.against, plain(measure.against)
    )


def format_value(measure: Measure, value: float) -> str:
    """A value with its unit; log ratios as ratios.

    >>> format_value(Measure("hits", "accuracy", "", ""), 0.1234)
    '12.3 %'
    """
    if not isfinite(value):
        return "not measured"
    if measure.is_log:
        return f"{exp(value):.2f}"
    if measure.name in _SHARES:
        return f"{100 * value:.1f} %"
    return f"{value:.0f}" if measure.name in _WHOLE else f"{value:.2f}"


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


def measure_phrase(measure: Measure, difference: Difference) -> str:
    """What the second variant does that the first does not, with the interval."""
    by = difference.interval
    up, size = by.estimate > 0, format_change(measure, abs(by.estimate)).lstrip("+")
    if measure.is_log:  # how much less is not minus how much more
        size = f"{100 * abs(exp(by.estimate) - 1):.1f} %"
    group, against = "" if measure.group is None else plain(measure.group), plain(measure.against)
    much, many, higher = "more" if up else "less", "more" if up else "fewer", "higher" if up else "lower"
    phrases = {
        "hits": f"catches {size} {many} of the incidents",
        "pai": f"has a PAI {size} {higher}",
        "deviance": f"forecasts {'worse' if up else 'better'} (deviance {size} a night {higher})",
        "gini": f"spreads patrol {'less' if up else 'more'} evenly (Gini {size} {higher})",
        "distinct_cells": f"visits {size} {many} different cells in 28 nights",
        "top_minutes_share": f"puts {size} {much} of its minutes into the 20 cells with most",
        "longest_run": f"sends patrol to one cell for {size} {many} nights in a row",
        "log_exposure_ratio": f"puts {size} {much} patrol where {group} residents live, relative to {against}",
        "log_opportunity_ratio": f"reaches {size} {many} of {group} victims, relative to those of {against}",
        "log_calibration_ratio": f"expects {size} {many} incidents for each reported where {group} residents live, "
        f"relative to {against}",
        "log_composition_ratio": f"{'raises' if up else 'lowers'} the share of {group} residents in the most patrolled "
        f"5 % of census areas by {size}",
    }
    name = measure.name.removesuffix(f"_{measure.group}")
    words = phrases.get(name, f"{measure.description}: {format_change(measure, by.estimate)}")
    return f"{words} (95 % interval {format_interval(measure, by)})"


def pair_sentence(comparison: Comparison, pair: Pair) -> str:
    """What the pair supports and what it does not, for anybody."""
    supported = [measure_phrase(comparison.measure(row.measure), row) for row in pair.supported]
    other = [comparison.measure(row.measure) for row in pair.differences if not row.supported]
    head = f"Compared with {variant_name(pair.first)}, {variant_name(pair.second)}"
    if not supported:
        nothing = f"{head}: {NOTHING} in any of {count(len(other), 'measure')}."
        return f"{nothing} {_not_excluded(comparison, pair)}".strip()
    rest = f" No supported difference in {listed(short_name(measure) for measure in other)}." if other else ""
    return f"{head} {listed(supported)}.{rest}"


def headline(comparison: Comparison, pair: Pair) -> str:
    """The pair in one line: incidents caught, and patrol where each group lives."""
    named = [row for row in pair.differences if row.measure == "hits" or row.measure.startswith("log_exposure_ratio")]
    supported = [measure_phrase(comparison.measure(row.measure), row) for row in named if row.supported]
    others = [short_name(comparison.measure(row.measure)) for row in named if not row.supported]
    name = variant_name(pair.second)
    if not supported:
        groups = " or in the patrol of any group" if len(named) > 1 else ""
        return f"{name}: {NOTHING} in incidents caught{groups}. {_not_excluded(comparison, pair)}"
    rest = f"; {NOTHING} in {listed(others)}" if others else ""
    return f"{name}: {listed(supported)}{rest}."


def short_name(measure: Measure) -> str:
    """A measure in two or three words."""
    group = "" if measure.group is None else f" of {plain(measure.group)} residents"
    names = {"hits": "incidents caught", "pai": "PAI", "deviance": "deviance", "gini": "concentration (Gini)",
            "distinct_cells": "distinct cells", "top_minutes_share": "minutes in the 20 cells with most",
            "longest_run": "longest run of nights"}  # fmt: skip
    if measure.name.startswith("log_exposure_ratio"):
        return f"patrol exposure{group}"
    if measure.name.startswith("log_opportunity_ratio"):
        return f"{plain(measure.group or '')} victims reached"
    if measure.name.startswith("log_calibration_ratio"):
        return f"calibration{group}"
    if measure.name.startswith("log_composition_ratio"):
        return f"share{group} in the most patrolled areas"
    return names.get(measure.name, plain(measure.name))


def comparison_finding(comparison: Comparison) -> str:
    """The comparison in one sentence; a difference that is not supported is never called none."""
    base = comparison.variants[0].name
    pairs = [pair for pair in comparison.pairs if pair.first == base and pair.second != NULL]
    more, fewer = (sum(_moved(pair, "hits") == sign for pair in pairs) for sign in (1, -1))
    groups = sum(any(row.measure.startswith("log_exposure_ratio") for row in pair.supported) for pair in pairs)
    n, name = len(pairs), variant_name(base)
    shared = "how patrol is shared between groups of residents"
    if not n:
        return "One config against itself with other seeds: a check of the method, not a comparison."
    if not any(measure.name.startswith("log_exposure_ratio") for measure in comparison.measures):
        caught = f"{_number(more)} caught more of the incidents and {_number(fewer)} caught fewer"
        return f"Of {count(n, 'variant')} compared with {name}, {caught}. {sentence(shared)} was not measured."
    if n == 1:
        caught = (
            f"caught {'more' if more else 'fewer'} incidents" if more or fewer else f"{_NOT_SHOWN} {_MORE_OR_FEWER}"
        )
        moved = f"changed {shared}" if groups else f"{_NOT_SHOWN} change {shared}"
        return f"Compared with {name}, {variant_name(pairs[0].second)} {caught} and {moved}."
    if not more + fewer + groups:
        return f"None of {n} variants could be shown to {_MORE_OR_FEWER} than {name}, or to change {shared}."
    return (
        f"Of {n} variants compared with {name}, {_number(more)} caught more of the incidents, {_number(fewer)} caught "
        f"fewer, and {_number(groups)} changed {shared}."
    )


def describe_base(comparison: Comparison) -> str:
    """Whose places get most patrol beyond what is reported there (or least) under the base; empty without groups."""
    base = comparison.variants[0]
    name = furthest_group(comparison)
    if name is None:
        return ""
    group, excess, exposed = plain(name), base.excess[name], base.measured[f"log_exposure_ratio_{name}"]
    words = (
        f"Under {variant_name(base.name)}, patrol per reported incident where {group} residents live is "
        f"{_format_ratio(excess)} times that of {plain(comparison.against)}: patrol there is "
        f"{_format_ratio(exposed, short=True)} times as much and reported incidents are "
        f"{exp(comparison.need_ratio[name].estimate):.2f} times as many."
    )
    return words if excess.excludes_zero else f"{words} That is not clearly different from even."


def furthest_group(comparison: Comparison) -> str | None:
    """The group whose patrol per reported incident is furthest from even under the base; None where not measured."""
    excess = comparison.variants[0].excess
    measured = [name for name in sorted(excess) if excess[name].measured]
    return max(measured, key=lambda name: abs(excess[name].estimate), default=None)


def _format_ratio(log_ratio: Interval, *, short: bool = False) -> str:
    interval = f"{exp(log_ratio.lower):.2f} to {exp(log_ratio.upper):.2f}"
    return f"{exp(log_ratio.estimate):.2f} ({'' if short else '95 % interval '}{interval})"


def null_check(comparison: Comparison) -> str:
    """What the base against itself showed; empty where that was not compared."""
    pair = next((p for p in comparison.pairs if p.first == comparison.variants[0].name and p.second == NULL), None)
    if pair is None:
        return ""
    copy = "the base compared with a retrained copy of itself"
    if not pair.supported:
        return f"Self-check: {copy} shows no difference in {count(len(pair.differences), 'measure')}, as it should."
    names = listed(short_name(comparison.measure(row.measure)) for row in pair.supported)
    return (
        f"Self-check FAILED: {copy} differs in {names}. Differences of that size between other variants must not be "
        "believed."
    )


def describe_variant(variant: Variant) -> str:
    """What a variant is, and whether it could ever be used."""
    parts = (variant.changes, f"H3 resolution {variant.resolution}", count(len(variant.admitted), "feature"))
    words = "; ".join([*parts, *([variant.bound_by] if variant.bound_by else [])])
    return words if variant.publishable else f"{words}. For comparison only: it can never be used or published"


def _not_excluded(comparison: Comparison, pair: Pair) -> str:
    """The largest difference in exposure that the intervals still allow: "no difference" is not "the same"."""
    allowed = [
        (max(abs(row.interval.lower), abs(row.interval.upper)), comparison.measure(row.measure))
        for row in pair.differences
        if row.measure.startswith("log_exposure_ratio") and row.interval.measured
    ]
    if not allowed:
        return ""
    size, measure = max(allowed, key=lambda pair: pair[0])
    group = plain(measure.group or "")
    return f"A change of up to {100 * (exp(size) - 1):.1f} % in the patrol of {group} residents cannot be excluded."


def _moved(pair: Pair, name: str) -> int:
    row = next((row for row in pair.supported if row.measure == name), None)
    return 0 if row is None else 1 if row.interval.estimate > 0 else -1


def _number(n: int) -> str:
    return "none" if n == 0 else str(n)
