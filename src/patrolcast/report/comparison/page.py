"""`comparison.html`: variants side by side for a council member: finding, picture, table, how measured, limits."""

from __future__ import annotations

from typing import Any

import numpy as np

from patrolcast.domain.comparison import Comparison, Measure, Pair, Variant
from patrolcast.domain.measures import Interval
from patrolcast.domain.records import NOTICE
from patrolcast.report import packaged
from patrolcast.report.comparison.plots import MUCH, SOME, change_map, frontier, frontier_measure
from patrolcast.report.comparison.words import (
    NULL,
    describe_base,
    describe_measure,
    describe_variant,
    finding,
    format_change,
    format_interval,
    format_value,
    headline,
    null_check,
    pair_sentence,
    short_name,
    variant_name,
)
from patrolcast.report.page import render
from patrolcast.report.words import plain, share

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
        against=plain(comparison.against),
        composition=any(one.name.startswith("log_composition_ratio") for one in comparison.measures),
        notice=NOTICE,
        finding=finding(comparison),
        base_finding=describe_base(comparison),
        headlines=[headline(comparison, pair) for pair in against if pair.second != NULL],
        null_check=null_check(comparison),
        base=variant_name(base.name),
        variants=[_variant(n, one) for n, one in enumerate(comparison.variants, start=1)],
        frontier=frontier(comparison),
        frontier_told=describe_measure(shown),
        levels=[
            *(_excess_row(comparison, group) for group in base.excess),
            *(_levels(comparison, measure) for measure in comparison.measures),
        ],
        pairs=[_pair(comparison, pair) for pair in against],
        others=[_pair(comparison, pair) for pair in others],
        maps=[_map(comparison, base, one) for one in comparison.variants[1:] if one.name != NULL],
        some=f"{SOME:g}",
        much=f"{MUCH:g}",
    )


def _variant(n: int, one: Variant) -> dict[str, Any]:
    return {
        "n": n,
        "name": variant_name(one.name),
        "told": describe_variant(one),
        "config": one.config,
        "sha256": one.config_sha256[:12],
        "publishable": one.publishable,
    }


def _levels(comparison: Comparison, measure: Measure) -> dict[str, Any]:
    cells = [_cell(measure, one.measured[measure.name]) for one in comparison.variants]
    return {"told": describe_measure(measure), "kind": measure.kind, "cells": cells}


def _excess_row(comparison: Comparison, group: str) -> dict[str, Any]:
    against = plain(comparison.against)
    told = f"patrol per reported incident where a resident of {plain(group)} lives, relative to {against}"
    measure = Measure(f"log_excess_{group}", "disparity", told, "ratio", is_log=True, group=group)
    return {
        "told": told,
        "kind": "disparity",
        "cells": [_cell(measure, one.excess[group]) for one in comparison.variants],
    }


def _cell(measure: Measure, value: Interval) -> dict[str, str]:
    ends = (format_value(measure, value.lower), format_value(measure, value.upper)) if value.measured else None
    return {"value": format_value(measure, value.estimate), "interval": " to ".join(ends) if ends else ""}


def _pair(comparison: Comparison, pair: Pair) -> dict[str, Any]:
    rows = []
    for one in pair.differences:
        measure = comparison.measure(one.measure)
        rows.append(
            {
                "name": short_name(measure),
                "by": format_change(measure, one.interval.estimate),
                "interval": format_interval(measure, one.interval),
                "p": "" if not one.interval.measured else "< 0.001" if one.p_holm < 0.001 else f"{one.p_holm:.3f}",
                "supported": one.supported,
                "small": not one.supported and one.p_holm < 0.05 and abs(one.interval.estimate) < measure.least,
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


def _map(comparison: Comparison, base: Variant, one: Variant) -> dict[str, Any]:
    change = one.minutes - base.minutes
    moved = float(np.abs(change).sum() / 2 / max(float(base.minutes.sum()), 1e-12))
    order = np.argsort(-change, kind="stable")
    cells = comparison.cells
    ends = [*order[:_MOST_CELLS], *order[::-1][:_MOST_CELLS]]
    title = f"{variant_name(one.name)} against {variant_name(base.name)}: cells that gain and lose patrol"
    return {
        "name": variant_name(one.name),
        "svg": change_map(cells, change, title=title),
        "moved": share(moved),
        "gain": int((change >= SOME).sum()),
        "loss": int((change <= -SOME).sum()),
        "cells": [
            {
                "cell": str(cells["cell"].iloc[i]),
                "district": plain(str(cells["district"].iloc[i])),
                "before": f"{base.minutes[i]:.1f}",
                "after": f"{one.minutes[i]:.1f}",
                "change": f"{change[i]:+.1f}",
            }
            for i in ends
            if abs(change[i]) >= SOME / 10
        ],
    }
