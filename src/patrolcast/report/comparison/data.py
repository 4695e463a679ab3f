"""A comparison as data: `comparison.json` holds all of it, `comparison.csv` a row for each pair and measure."""

from __future__ import annotations

from math import isfinite
from typing import Any

import pandas as pd

from patrolcast.domain.comparison import Comparison, Pair, Variant
from patrolcast.domain.measures import Interval
from patrolcast.domain.records import LIMITS, NOTICE
from patrolcast.report.comparison.words import describe_base, finding, null_check, pair_sentence

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
        "finding": finding(comparison),
        "base_told": describe_base(comparison),
        "null_check": null_check(comparison),
        "measures": [
            {"name": m.name, "kind": m.kind, "told": m.description, "unit": m.unit, "is_log": m.is_log,
             "least_claimed": m.least, "group": m.group, "against": m.against if m.group else None}
            for m in comparison.measures
        ],
        "variants": [_variant(one) for one in comparison.variants],
        "pairs": [_pair(comparison, one) for one in comparison.pairs],
        "census_margins": comparison.census_margins,
        "log_need_ratio": {group: _interval(one) for group, one in comparison.need_ratio.items()},
        "cells": [str(cell) for cell in comparison.cells["cell"]],
        "notes": list(comparison.notes),
        "limits": list(LIMITS),
        "notice": NOTICE,
    }  # fmt: skip


def comparison_table(comparison: Comparison) -> pd.DataFrame:
    """One row per pair and measure (:data:`COLUMNS`)."""
    measured = {one.name: one.measured for one in comparison.variants}
    rows = [
        {
            "first": pair.first,
            "second": pair.second,
            "measure": one.measure,
            "kind": comparison.measure(one.measure).kind,
            "group": comparison.measure(one.measure).group or "",
            "is_log": comparison.measure(one.measure).is_log,
            "value_first": measured[pair.first][one.measure].estimate,
            "value_second": measured[pair.second][one.measure].estimate,
            "difference": one.interval.estimate,
            "lower": one.interval.lower,
            "upper": one.interval.upper,
            "p_value": one.interval.p_value,
            "p_holm": one.p_holm,
            "supported": one.supported,
        }
        for pair in comparison.pairs
        for one in pair.differences
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _variant(one: Variant) -> dict[str, Any]:
    return {
        "name": one.name,
        "changes": one.changes,
        "config": one.config,
        "config_sha256": one.config_sha256,
        "publishable": one.publishable,
        "resolution": one.resolution,
        "horizon_days": one.horizon_days,
        "seeds": list(one.seeds),
        "admitted": list(one.admitted),
        "excluded": dict(one.excluded),
        "bound_by": one.bound_by,
        "log_excess": {group: _interval(value) for group, value in one.excess.items()},
        "measured": {name: _interval(value) for name, value in one.measured.items()},
        "minutes_a_night": [float(f"{value:.6g}") for value in one.minutes],
    }


def _pair(comparison: Comparison, pair: Pair) -> dict[str, Any]:
    return {
        "first": pair.first,
        "second": pair.second,
        "told": pair_sentence(comparison, pair),
        "only_first": dict(pair.only_first),
        "only_second": dict(pair.only_second),
        "differences": [
            {
                "measure": one.measure,
                "supported": one.supported,
                "p_holm": _number(one.p_holm),
                **_interval(one.interval),
            }
            for one in pair.differences
        ],
    }


def _interval(one: Interval) -> dict[str, Any]:
    numbers = {"estimate": one.estimate, "lower": one.lower, "upper": one.upper, "p_value": one.p_value}
    return {**{name: _number(value) for name, value in numbers.items()}, "nights": one.n, "note": one.note}


def _number(value: float) -> float | None:
    return float(f"{value:.9g}") if isfinite(value) else None
