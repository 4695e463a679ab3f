"""`comparison.html`: variants side by side for a council member: finding, picture, table, how measured, limits."""

from datetime import date
from typing import Any

import numpy as np

from patrolcast.domain.comparison import Comparison, Measure, Pair, Variant
from patrolcast.domain.measures import Interval
from patrolcast.domain.records import NOTICE
from patrolcast.report import packaged
from patrolcast.report.comparison.finding import (
    comparison_finding,
    describe_base,
    headline,
    leads_with_spread,
    null_check,
)
from patrolcast.report.comparison.plots import MUCH, SOME, change_map, frontier, frontier_measure
from patrolcast.report.comparison.words import (
    NULL,
    describe_measure,
    describe_variant,
    format_change,
    format_interval,
    format_value,
    pair_sentence,
    short_name,
    variant_name,
)
from patrolcast.report.page import render
from patrolcast.report.words import calendar_day, plain, share

_MOST_CELLS = 5


def comparison_page(comparison: Comparison) -> str:
    """The whole page, self-contained."""
    base = comparison.variants[0]
    shown = frontier_measure(comparison)
    against = [pair for pair in comparison.pairs if pair.first == base.name]
    others = [pair for pair in comparison.pairs if pair.first != base.name]
    return render(
        "comparison.html",
        title=f"Comparison: {comparison.title}",
        style=packaged.packaged("assets/page.css"),
        comparison=comparison,
        first=calendar_day(date.fromisoformat(comparison.first_night)),
        last=calendar_day(date.fromisoformat(comparison.last_night)),
        against=comparison.group_names(comparison.against),
        composition=any(measure.name.startswith("log_composition_ratio") for measure in comparison.measures),
        notice=NOTICE,
        finding=comparison_finding(comparison),
        base_finding=describe_base(comparison),
        headlines=[headline(comparison, pair) for pair in against if pair.second != NULL],
        null_check=null_check(comparison),
        base=variant_name(base.name),
        variants=[_variant(n, variant) for n, variant in enumerate(comparison.variants, start=1)],
        frontier=frontier(comparison),
        frontier_measure=describe_measure(shown, comparison.group_names),
        levels=[
            *(_excess_row(comparison, group) for group in base.excess),
            *(_levels(comparison, measure) for measure in comparison.measures),
        ],
        pairs=[_pair(comparison, pair) for pair in against],
        others=[_pair(comparison, pair) for pair in others],
        maps=[_map(comparison, base, variant) for variant in comparison.variants[1:] if variant.name != NULL],
        maps_first=leads_with_spread(comparison),
        some=f"{SOME:g}",
        much=f"{MUCH:g}",
    )


def _variant(n: int, variant: Variant) -> dict[str, Any]:
    return {
        "n": n,
        "name": variant_name(variant.name),
        "description": describe_variant(variant),
        "config": variant.config,
        "sha256": variant.config_sha256[:12],
    }


def _levels(comparison: Comparison, measure: Measure) -> dict[str, Any]:
    cells = [_cell(measure, variant.measured[measure.name]) for variant in comparison.variants]
    return {"measure": describe_measure(measure, comparison.group_names), "cells": cells}


def _excess_row(comparison: Comparison, group: str) -> dict[str, Any]:
    against = comparison.group_names(comparison.against)
    name = f"patrol per reported incident where {comparison.group_names(group)} residents live, relative to {against}"
    measure = Measure(f"log_excess_{group}", "disparity", name, "ratio", is_log=True, group=group)
    return {"measure": name, "cells": [_cell(measure, variant.excess[group]) for variant in comparison.variants]}


def _cell(measure: Measure, value: Interval) -> dict[str, str]:
    ends = (format_value(measure, value.lower), format_value(measure, value.upper)) if value.measured else None
    return {"value": format_value(measure, value.estimate), "interval": " to ".join(ends) if ends else ""}


def _pair(comparison: Comparison, pair: Pair) -> dict[str, Any]:
    rows = []
    for row in pair.differences:
        measure = comparison.measure(row.measure)
        rows.append(
            {
                "name": short_name(measure, comparison.group_names),
                "by": format_change(measure, row.interval.estimate),
                "interval": format_interval(measure, row.interval),
                "p": "" if not row.interval.measured else "< 0.001" if row.p_holm < 0.001 else f"{row.p_holm:.3f}",
                "supported": row.supported,
                "small": not row.supported and row.p_holm < 0.05 and abs(row.interval.estimate) < measure.least,
            }
        )
    return {
        "first": variant_name(pair.first),
        "second": variant_name(pair.second),
        "sentence": pair_sentence(comparison, pair),
        "rows": rows,
        "only_first": sorted(pair.only_first.items()),
        "only_second": sorted(pair.only_second.items()),
    }


def _map(comparison: Comparison, base: Variant, variant: Variant) -> dict[str, Any]:
    change = variant.minutes - base.minutes
    moved = float(np.abs(change).sum() / 2 / max(float(base.minutes.sum()), 1e-12))
    order = np.argsort(-change, kind="stable")
    cells = comparison.cells
    ends = [*order[:_MOST_CELLS], *order[::-1][:_MOST_CELLS]]
    title = f"{variant_name(variant.name)} compared with {variant_name(base.name)}: places that gain and lose patrol"
    return {
        "name": variant_name(variant.name),
        "svg": change_map(cells, change, title=title),
        "moved": share(moved),
        "gain": int((change >= SOME).sum()),
        "loss": int((change <= -SOME).sum()),
        "cells": [
            {
                "cell": str(cells["cell"].iloc[i]),
                "district": plain(str(cells["district"].iloc[i])),
                "before": f"{base.minutes[i]:.1f}",
                "after": f"{variant.minutes[i]:.1f}",
                "change": f"{change[i]:+.1f}",
            }
            for i in ends
            if abs(change[i]) >= SOME / 10
        ],
    }
