"""A comparison as data: `comparison.json` holds all of it, `comparison.csv` a row for each pair and measure."""

from math import isfinite
from typing import Any

import pandas as pd

from patrolcast.domain.comparison import Comparison, Pair, Variant
from patrolcast.domain.measures import Interval
from patrolcast.domain.records import NOTICE, stated_limits
from patrolcast.report.comparison.finding import comparison_finding, describe_base, null_check
from patrolcast.report.comparison.words import describe_measure, pair_sentence

COLUMNS = ("first", "second", "measure", "kind", "group", "is_log", "value_first", "value_second", "difference",
           "lower", "upper", "p_value", "p_holm", "supported")  # fmt: skip
"""Columns of `comparison.csv`; differences are second minus first."""


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Everything as plain values; what was not measured is None with its reason, never a number."""
    return {
        "title": comparison.title,
        "as_of": comparison.as_of,
        "timezone": comparison.timezone,
        "first_night": comparison.first_night,
        "last_night": comparison.last_night,
        "nights": comparison.n_nights,
        "folds": comparison.n_folds,
        "folds_sha256": comparison.folds_sha256,
        "incidents": comparison.n_incidents,
        "finding": comparison_finding(comparison),
        "base_text": describe_base(comparison),
        "null_check": null_check(comparison),
        "measures": [
            {"name": m.name, "kind": m.kind, "text": describe_measure(m, comparison.group_names), "unit": m.unit,
             "is_log": m.is_log, "least_claimed": m.least, "group": m.group, "against": m.against if m.group else None}
            for m in comparison.measures
        ],
        "variants": [_variant(variant) for variant in comparison.variants],
        "pairs": [_pair(comparison, pair) for pair in comparison.pairs],
        "group_names": comparison.group_names.document,
        "census_margins": comparison.census_margins,
        "log_need_ratio": {group: _interval(ratio) for group, ratio in comparison.need_ratio.items()},
        "cells": [str(cell) for cell in comparison.cells["cell"]],
        "notes": list(comparison.notes),
        "call_source": comparison.call_source.statement,
        "limits": list(stated_limits(comparison.call_source)),
        "notice": NOTICE,
    }  # fmt: skip


def comparison_table(comparison: Comparison) -> pd.DataFrame:
    """One row per pair and measure (:data:`COLUMNS`)."""
    measured = {variant.name: variant.measured for variant in comparison.variants}
    rows = [
        {
            "first": pair.first,
            "second": pair.second,
            "measure": row.measure,
            "kind": comparison.measure(row.measure).kind,
            "group": comparison.measure(row.measure).group or "",
            "is_log": comparison.measure(row.measure).is_log,
            "value_first": measured[pair.first][row.measure].estimate,
            "value_second": measured[pair.second][row.measure].estimate,
            "difference": row.interval.estimate,
            "lower": row.interval.lower,
            "upper": row.interval.upper,
            "p_value": row.interval.p_value,
            "p_holm": row.p_holm,
            "supported": row.supported,
        }
        for pair in comparison.pairs
        for row in pair.differences
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "name": variant.name,
        "changes": variant.changes,
        "config": variant.config,
        "config_sha256": variant.config_sha256,
        "publishable": variant.publishable,
        "resolution": variant.resolution,
        "horizon_days": variant.horizon_days,
        "seeds": list(variant.seeds),
        "admitted": list(variant.admitted),
        "excluded": dict(variant.excluded),
        "bound_by": variant.bound_by,
        "log_excess": {group: _interval(value) for group, value in variant.excess.items()},
        "measured": {name: _interval(value) for name, value in variant.measured.items()},
        "minutes_a_night": [float(f"{value:.6g}") for value in variant.minutes],
    }


def _pair(comparison: Comparison, pair: Pair) -> dict[str, Any]:
    return {
        "first": pair.first,
        "second": pair.second,
        "text": pair_sentence(comparison, pair),
        "only_first": dict(pair.only_first),
        "only_second": dict(pair.only_second),
        "differences": [
            {
                "measure": row.measure,
                "supported": row.supported,
                "p_holm": _number(row.p_holm),
                **_interval(row.interval),
            }
            for row in pair.differences
        ],
    }


def _interval(value: Interval) -> dict[str, Any]:
    numbers = {"estimate": value.estimate, "lower": value.lower, "upper": value.upper, "p_value": value.p_value}
    return {**{name: _number(number) for name, number in numbers.items()}, "nights": value.n, "note": value.note}


def _number(value: float) -> float | None:
    return float(f"{value:.9g}") if isfinite(value) else None
