"""Comparisons as tables: a row for each measure, a column for each variant, supported differences in bold."""

from __future__ import annotations

from math import log
from typing import Any

from benchmarks.compare_variants import summary

MEASURES = [
    {"name": "hits", "is_log": False, "group": None},
    {"name": "pai", "is_log": False, "group": None},
    {"name": "log_exposure_ratio_b", "is_log": True, "group": "b"},
]


def variant(name: str, hits: float | None, ratio: float) -> dict[str, Any]:
    values = {"hits": hits, "pai": 3.0, "log_exposure_ratio_b": log(ratio)}
    return {"name": name, "measured": {key: {"estimate": value} for key, value in values.items()}}


def difference(measure: str, by: float, half: float | None, *, supported: bool) -> dict[str, Any]:
    ends = {"lower": None, "upper": None} if half is None else {"lower": by - half, "upper": by + half}
    return {"measure": measure, "estimate": by, "supported": supported, **ends}


def document(*, supported: bool) -> dict[str, Any]:
    differences = [
        difference("hits", -0.05, 0.01, supported=supported),
        difference("pai", 0.0, 1.0, supported=False),
        difference("log_exposure_ratio_b", log(1.1), None, supported=False),
    ]
    return {
        "title": "Tiny", "nights": 180, "first_night": "2026-01-01", "last_night": "2026-06-29", "incidents": 900,
        "folds": 6, "measures": MEASURES,
        "variants": [variant("citizen_only", 0.33, 1.2), variant("capped", None, 1.1)],
        "pairs": [{"first": "citizen_only", "second": "capped", "differences": differences},
                  {"first": "capped", "second": "citizen_only", "differences": []}],
        "null_check": None, "notes": ["A note."],
    }  # fmt: skip


def test_measures_are_rows_and_variants_columns() -> None:
    text = summary(document(supported=True), "")
    assert "| measure | citizen only | capped |" in text
    assert "| hits | 33.0 % | not measured |" in text
    assert "| exposure ratio, b | 1.20 | 1.10 |" in text
    assert "| minus citizen only | capped |" in text
    assert "| pai |" not in text
    assert text.endswith("A note.")


def test_only_what_is_supported_is_bold_and_what_has_no_interval_is_not_measured() -> None:
    assert "| hits | **-5.00 points [-6.00, -4.00]** |" in summary(document(supported=True), "")
    text = summary(document(supported=False), "")
    assert "| hits | -5.00 points [-6.00, -4.00] |" in text
    assert "| exposure ratio, b | not measured |" in text
