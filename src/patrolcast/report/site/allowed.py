"""What of a run may be shown to everybody: an allow-list, since a run's own pages hold counts of small areas.

A figure of a check is shown where it is a ratio, a share or a number of things that are no reports and no people; it is
rounded to two digits, so that no count follows from it. The words that a check says of itself are never shown: they are
free text, and many state counts. A check that is not listed is shown with its verdict alone.
"""

from collections.abc import Mapping
from math import floor, isfinite, log10
from typing import Any

RATIOS = ("calibration", "group_excess_", "group_calibration_", "group_opportunity_", "group_audit",
          "report_age")  # fmt: skip
"""Checks whose figure is a ratio, a share or an age: rounded. A name that ends in ``_`` stands for all of its kind.

Shares of refused and cancelled rows are not among them: times all reports, whose number the shown months give nearly,
a share of 0.000047 is three reports.
"""
NO_INTERVAL = ("calibration",)
"""Ratios whose interval is worked out from one count alone, so that its width is that count."""
NUMBERS = ("policy_admission", "forecast_finite", "beats_counting", "budget_kept", "one_suggestion_per_cell",
           "notice_carried", "reasons_sum", "group_audit_districts", "patrol_concentration", "proxy_screen",
           "loop_test", "limits_kept")  # fmt: skip
"""Checks whose figure counts faults, features, nights, minutes or comparisons: nothing about people or reports."""
MEASURES = ("hits", "pai", "log_exposure_ratio_", "log_calibration_ratio_", "log_opportunity_ratio_", "log_need_ratio_",
            "log_excess_", "gini", "top_minutes_share")  # fmt: skip
"""Measures of a comparison that are ratios or shares."""
DIGITS = 2


def is_listed(name: str, listed: tuple[str, ...]) -> bool:
    """True where a name is listed, or begins with a listed one that ends in ``_``.

    >>> is_listed("group_excess_black", RATIOS), is_listed("incidents_counted", RATIOS + NUMBERS)
    (True, False)
    """
    return any(name.startswith(entry) if entry.endswith("_") else name == entry for entry in listed)


def figure_of(gate: Mapping[str, Any]) -> str:
    """The figure of a check as it may be shown; "" where none may.

    >>> figure_of({"name": "group_calibration_a", "value": 0.990169, "interval": [0.944118, 1.03622]})
    '0.99 (0.94 to 1)'
    >>> figure_of({"name": "calibration", "value": 0.990169, "interval": [0.944118, 1.03622]})
    '0.99'
    >>> figure_of({"name": "incidents_counted", "value": 64025.0})
    ''
    """
    name, value = str(gate["name"]), gate.get("value")
    if not isinstance(value, int | float) or not isfinite(value):
        return ""
    if is_listed(name, NUMBERS):
        return rounded(value, digits=3)
    if not is_listed(name, RATIOS):
        return ""
    match None if name in NO_INTERVAL else gate.get("interval"):
        case [int() | float() as lower, int() | float() as upper]:
            return f"{rounded(value)} ({rounded(lower)} to {rounded(upper)})"
    return rounded(value)


def rounded(value: float | None, *, digits: int = DIGITS) -> str:
    """A number to ``digits`` significant digits, also before the point; "not measured" where there is none.

    >>> rounded(0.0154637), rounded(1776.0), rounded(-0.0), rounded(None), rounded(4.4e-16)
    ('0.015', '1,800', '0', 'not measured', '0')
    """
    if value is None or not isfinite(value):
        return "not measured"
    if abs(value) < 1e-9:
        return "0"
    decimals = digits - 1 - floor(log10(abs(value)))
    text = f"{round(value, decimals):,.{max(decimals, 0)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")
