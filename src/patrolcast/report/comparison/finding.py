"""What a comparison found: the sentences that open the page, each backed by an interval that excludes zero.

A difference that is not supported is never called none: it is one that could not be shown.
"""

from collections.abc import Sequence
from math import exp

from patrolcast.domain.comparison import Comparison, Difference, Pair
from patrolcast.domain.measures import Interval
from patrolcast.report.comparison.words import (
    NOTHING,
    NULL,
    either,
    measure_phrase,
    named_variant,
    not_excluded,
    short_name,
    supported_phrase,
    variant_name,
)
from patrolcast.report.words import count, listed, sentence, small

EXPOSURE = "log_exposure_ratio"
SPREAD, SPREAD_ELSE = ("distinct_cells", "longest_run"), ("top_minutes_share", "gini")
"""How patrol is spread, in the measures that anybody can picture; the others lead only where these show nothing."""
_MOST_GROUPS = 2
_MOST_IN_FULL = 2
"""More variants than this are counted, and each stands in a line of its own below."""
_SHARED = "how patrol is shared between groups of residents"


def comparison_finding(comparison: Comparison) -> str:
    """The whole finding: what each variant was shown to do, what could not be shown, and what it is compared with."""
    pairs = _against_base(comparison)
    if not pairs:
        return "One config against itself with other seeds: a check of the method, not a comparison."
    if len(pairs) > _MOST_IN_FULL:
        effects = _tally(comparison, pairs)
    else:
        lines = [sentence(line) for pair in pairs for line in _effects(comparison, pair)]
        effects = [*lines, *_not_shown(comparison, pairs)]
    base = variant_name(comparison.variants[0].name)
    nights = count(comparison.n_nights, "night")
    last = f"The base is “{base}”; {'both' if len(pairs) == 1 else 'all'} were measured on the same {nights}."
    return " ".join([*effects, last])


def headline(comparison: Comparison, pair: Pair) -> str:
    """The pair in a line, with intervals: what leads the finding, and what of it could not be shown."""
    leading = _leading(pair)
    supported = [supported_phrase(comparison, pair, row) for row in leading]
    others = [
        short_name(comparison.measure(row.measure), comparison.group_names)
        for row in pair.differences
        if (row.measure == "hits" or row.measure.startswith(EXPOSURE)) and not row.supported
    ]
    parts = [f"{listed(supported)}."] if supported else []
    if others:
        words = f"{NOTHING} in {either(others)}."
        parts.append(sentence(words) if parts else words)
        parts.append(not_excluded(comparison, pair))
    return f"“{variant_name(pair.second)}”: {' '.join(part for part in parts if part)}"


def leads_with_spread(comparison: Comparison) -> bool:
    """True when all that was shown is how patrol is spread: then maps show the finding, not the frontier."""
    shown = [row.measure for pair in _against_base(comparison) for row in _leading(pair)]
    return bool(shown) and not any(name == "hits" or name.startswith(EXPOSURE) for name in shown)


def _against_base(comparison: Comparison) -> list[Pair]:
    base = comparison.variants[0].name
    return [pair for pair in comparison.pairs if pair.first == base and pair.second != NULL]


def _leading(pair: Pair) -> list[Difference]:
    """The supported differences that lead: incidents caught, groups, then how patrol is spread."""
    supported = {row.measure: row for row in pair.supported}
    names = ["hits", *(name for name in supported if name.startswith(EXPOSURE)), *SPREAD]
    chosen = [supported[name] for name in names if name in supported]
    if not supported.keys() & set(SPREAD):
        chosen += [supported[name] for name in SPREAD_ELSE if name in supported][:1]
    return chosen


def _effects(comparison: Comparison, pair: Pair) -> list[str]:
    """What a variant was shown to do, a sentence for each effect; many groups are counted and named below."""
    leading, name = _leading(pair), named_variant(comparison, pair.second)
    groups = [row for row in leading if row.measure.startswith(EXPOSURE)]
    many = len(groups) > _MOST_GROUPS
    phrases = [measure_phrase(comparison, pair, row) for row in leading if not (many and row in groups)]
    if many:
        at = sum(row.measure == "hits" for row in leading)
        phrases.insert(at, f"changes how patrol is shared for {small(len(groups))} groups of residents")
    return [f"{name if k == 0 else 'it'} {phrase}." for k, phrase in enumerate(phrases)]


def _tally(comparison: Comparison, pairs: list[Pair]) -> list[str]:
    """How many of many variants were shown to do what, and the one that moves the incidents caught furthest."""
    n = len(pairs)
    caught = [(pair, row) for pair in pairs for row in pair.supported if row.measure == "hits"]
    fewer = sum(row.interval.estimate < 0 for _, row in caught)
    lines = _catches(n, len(caught) - fewer, fewer)
    if caught:
        pair, row = max(caught, key=lambda of: abs(of[1].interval.estimate))
        lines.append(sentence(f"{named_variant(comparison, pair.second)} {measure_phrase(comparison, pair, row)}."))
    if not any(measure.name.startswith(EXPOSURE) for measure in comparison.measures):
        return [*lines, f"{sentence(_SHARED)} was not measured."]
    moved = [pair for pair in pairs if _moves(pair, EXPOSURE)]
    changes = f"{small(len(moved))} {'changes' if len(moved) == 1 else 'change'}" if moved else "none clearly changes"
    return [*lines, sentence(f"{changes} {_SHARED}.{_of_the_rest(n, moved)}")]


def _catches(n: int, more: int, fewer: int) -> list[str]:
    """Only what was shown is counted: that none catches more would be a claim about those of which nothing was."""
    if not more + fewer:
        return [f"We could not show that any of the {small(n)} variants catches more or fewer incidents."]
    shown = [
        f"{small(k)} {_catch(k)} {comparative} incidents" for k, comparative in ((more, "more"), (fewer, "fewer")) if k
    ]
    lines, rest = [f"Of {small(n)} variants, {listed(shown)}."], n - more - fewer
    if rest:
        lines.append(f"We could not show that the other {small(rest)} {_catch(rest)} more or fewer.")
    return lines


def _catch(n: int) -> str:
    return "catches" if n == 1 else "catch"


def _of_the_rest(n: int, shown: Sequence[object]) -> str:
    """What no interval shows is never called none."""
    rest = n - len(shown)
    return f" We could not show it of {f'the other {small(rest)}' if shown else 'any'}." if rest else ""


def _not_shown(comparison: Comparison, pairs: list[Pair]) -> list[str]:
    """What could not be shown of which variants: more or fewer incidents, another sharing between groups."""
    hits, groups = ([pair for pair in pairs if not _moves(pair, measure)] for measure in ("hits", EXPOSURE))
    lines = [f"We could not show that {_who(comparison, pairs, hits)} catches more or fewer incidents."] if hits else []
    if not any(measure.name.startswith(EXPOSURE) for measure in comparison.measures):
        return [*lines, f"{sentence(_SHARED)} was not measured."]
    if groups:
        start = "Nor could we show" if lines else "We could not show"
        who = "it" if lines and groups == hits else _who(comparison, pairs, groups)
        lines.append(f"{start} that {who} changes {_SHARED}.")
    return lines


def _who(comparison: Comparison, pairs: list[Pair], lacking: list[Pair]) -> str:
    if len(lacking) == 1:
        return named_variant(comparison, lacking[0].second)
    if len(lacking) < len(pairs):
        return f"any of {either(f'“{variant_name(pair.second)}”' for pair in lacking)}"
    return "either variant" if len(pairs) == 2 else f"any of the {small(len(pairs))} variants"


def _moves(pair: Pair, measure: str) -> bool:
    return any(row.measure.startswith(measure) for row in pair.supported)


def describe_base(comparison: Comparison) -> str:
    """Whose places get most patrol beyond what is reported there (or least) under the base; empty without groups."""
    base = comparison.variants[0]
    name = furthest_group(comparison)
    if name is None:
        return ""
    called, excess = comparison.group_names, base.excess[name]
    who, against = called(name), called(comparison.against)
    per_report, interval = exp(excess.estimate), f"95 % interval {_ends(excess)}"
    size = f"{100 * abs(per_report - 1):.0f} % {'more' if per_report > 1 else 'less'}"
    amounts = f"{per_report:.2f} times; {interval}"
    words = (
        f"Under {named_variant(comparison, base.name)}, places where {who} residents live get {size} patrol per "
        f"reported incident than those of {against} ({amounts})."
    )
    if not excess.excludes_zero:
        words += " That is not clearly different from even."
    exposed = base.measured[f"{EXPOSURE}_{name}"]
    return (
        f"{words} Those places get {exp(exposed.estimate):.2f} times the patrol ({_ends(exposed)}) and have "
        f"{exp(comparison.need_ratio[name].estimate):.2f} times the reported incidents."
    )


def furthest_group(comparison: Comparison) -> str | None:
    """The group whose patrol per reported incident is furthest from even under the base; None where not measured."""
    excess = comparison.variants[0].excess
    measured = [name for name in sorted(excess) if excess[name].measured]
    return max(measured, key=lambda name: abs(excess[name].estimate), default=None)


def _ends(log_ratio: Interval) -> str:
    return f"{exp(log_ratio.lower):.2f} to {exp(log_ratio.upper):.2f}"


def null_check(comparison: Comparison) -> str:
    """What the base against itself showed; empty where that was not compared."""
    pair = next((p for p in comparison.pairs if p.first == comparison.variants[0].name and p.second == NULL), None)
    if pair is None:
        return ""
    copy = "the base compared with a retrained copy of itself"
    if not pair.supported:
        return f"Self-check: {copy} shows {NOTHING} in any of {count(len(pair.differences), 'measure')}, as it should."
    names = listed(short_name(comparison.measure(row.measure), comparison.group_names) for row in pair.supported)
    return f"Self-check FAILED: {copy} differs in {names}. Do not believe differences of that size between variants."
