"""Gates: named checks with a value, a threshold fixed before the run, and a verdict. A gate that cannot be measured is
"not measured" and stops publication like a failed one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.domain.matrix import Admission
from patrolcast.domain.provenance import NEVER_IN_MODEL
from patrolcast.domain.records import NOTICE, GateResult, GateVerdict, SkillComparison, SourceAccount
from patrolcast.domain.settings import Gates

LARGEST_SUM_ERROR = 1e-6
REQUIRED = frozenset(
    {
        "policy_admission",
        "incidents_counted",
        "counts_conserved",
        "forecast_finite",
        "calibration",
        "beats_counting",
        "budget_kept",
        "one_suggestion_per_cell",
        "reasons_sum",
        "notice_carried",
        "refused_share",
        "report_age",
        "group_audit",
        "loop_test",
        "proxy_screen",
    }
)
"""A run without any one of these is not published."""


def pipeline_gates(
    *,
    admission: Admission,
    incidents: int,
    counted: int,
    uncounted: dict[str, int],
    forecast: gpd.GeoDataFrame,
    suggestions: pd.DataFrame,
    largest_sum_error: float,
    skill: tuple[SkillComparison, ...],
    minutes_per_district: float,
    limits: Gates,
) -> tuple[GateResult, ...]:
    """Gates on what the pipeline made."""
    return (
        guarded("policy_admission", lambda: _policy(admission)),
        guarded("incidents_counted", lambda: _enough(counted, limits.min_incidents)),
        guarded("counts_conserved", lambda: _conserved(incidents, counted, uncounted)),
        guarded("forecast_finite", lambda: _finite(forecast)),
        guarded("calibration", lambda: _calibrated(skill, (limits.calibration[0], limits.calibration[1]))),
        guarded("beats_counting", lambda: _beats_counting(skill)),
        guarded("budget_kept", lambda: _budget(suggestions, minutes_per_district)),
        guarded("one_suggestion_per_cell", lambda: _once(suggestions)),
        guarded("reasons_sum", lambda: _reasons(largest_sum_error)),
        guarded("notice_carried", lambda: _notice(suggestions)),
    )


def guarded(name: str, gate: Callable[[], GateResult]) -> GateResult:
    """The gate's result; a gate that breaks has failed, so that its run is told and not published."""
    try:
        return gate()
    except Exception as error:
        told = f"the check itself broke: {type(error).__name__}: {error}"
        return GateResult(name, None, "must be measured", GateVerdict.FAIL, told)


def source_gates(
    sources: tuple[SourceAccount, ...], *, newest_report: datetime | None, as_of: datetime, limits: Gates
) -> tuple[GateResult, ...]:
    """Gates on what was read."""
    rows = sum(source.rows_in for source in sources)
    refused = sum(sum(source.refused.values()) for source in sources)
    share = refused / rows if rows else None
    age = None if newest_report is None else (as_of - newest_report).total_seconds() / 3600.0
    return (
        _limited("refused_share", share, limits.max_refused_share, f"{refused} of {rows} rows were refused"),
        _limited(
            "report_age",
            age,
            limits.max_report_age_hours,
            "hours between the newest report and as_of" if age is not None else "no report has a time",
        ),
    )


def _limited(name: str, value: float | None, limit: float, detail: str) -> GateResult:
    if value is None or not np.isfinite(value):
        return GateResult(name, None, f"at most {limit:g}", GateVerdict.NOT_MEASURED, detail)
    return GateResult(name, value, f"at most {limit:g}", _verdict(value <= limit), detail)


def _verdict(good: bool) -> GateVerdict:
    return GateVerdict.PASS if good else GateVerdict.FAIL


def _policy(admission: Admission) -> GateResult:
    wrong = [f.spec.name for f in admission.admitted if f.spec.provenance in NEVER_IN_MODEL]
    told = f"admitted against the rule: {', '.join(wrong)}" if wrong else f"{len(admission.admitted)} features admitted"
    rule = "no officer-initiated, census or unknown column"
    return GateResult("policy_admission", float(len(wrong)), rule, _verdict(not wrong), told)


def _enough(counted: int, least: int) -> GateResult:
    told = f"{counted} citizen-reported incidents were counted"
    return GateResult("incidents_counted", float(counted), f"at least {least}", _verdict(counted >= least), told)


def _conserved(incidents: int, counted: int, uncounted: dict[str, int]) -> GateResult:
    lost = incidents - counted - sum(uncounted.values())
    told = f"{incidents} incidents, {counted} counted, {sum(uncounted.values())} named as outside history or grid"
    return GateResult("counts_conserved", float(lost), "exactly 0 lost", _verdict(lost == 0), told)


def _finite(forecast: gpd.GeoDataFrame) -> GateResult:
    numbers = forecast[["expected_incidents", "lower", "upper"]].to_numpy(dtype=np.float64)
    ordered = (numbers[:, 1] <= numbers[:, 0]) & (numbers[:, 0] <= numbers[:, 2])
    bad = int((~(np.isfinite(numbers).all(axis=1) & (numbers > -1e-12).all(axis=1) & ordered)).sum())
    told = f"{len(numbers)} forecast values" if len(numbers) else "no forecast value"
    rule = "every value finite, not negative, inside its interval"
    return GateResult("forecast_finite", float(bad), rule, _verdict(bad == 0 and len(numbers) > 0), told)


def _calibrated(skill: tuple[SkillComparison, ...], limits: tuple[float, float]) -> GateResult:
    observed = sum(one.n_incidents for one in skill)
    rule = f"predicted / observed within {limits[0]:g} to {limits[1]:g}"
    if not observed:
        return GateResult("calibration", None, rule, GateVerdict.NOT_MEASURED, "no incident in the validation window")
    predicted = sum(one.predicted_over_observed * one.n_incidents for one in skill if one.n_incidents)
    ratio = predicted / observed
    half = 1.96 / np.sqrt(observed)
    told = f"over the validation window, {observed} incidents, all categories together"
    good = limits[0] <= ratio <= limits[1]
    return GateResult("calibration", ratio, rule, _verdict(good), told, ratio * (1 - half), ratio * (1 + half))


def _beats_counting(skill: tuple[SkillComparison, ...]) -> GateResult:
    behind = [one.category for one in skill if one.used != "model"]
    told = (
        f"a baseline is used for {', '.join(behind)}: the model did not beat it"
        if behind
        else "the model has a lower deviance than every baseline in every category"
    )
    verdict = GateVerdict.WARN if behind else GateVerdict.PASS
    return GateResult(
        "beats_counting", float(len(behind)), "0 categories behind; else the baseline is used", verdict, told
    )


def _budget(suggestions: pd.DataFrame, minutes: float) -> GateResult:
    spent = suggestions.groupby(["shift_start", "district"])["patrol_minutes"].agg(
        lambda minutes: minutes.sum(skipna=False)
    )
    most = float(spent.max(skipna=False)) if len(spent) else 0.0
    told = "most minutes suggested in one district and shift"
    within = most <= minutes * (1 + 1e-9)  # a sum of floats may exceed its own total in the last digit
    return GateResult("budget_kept", most, f"at most {minutes:g} minutes", _verdict(within), told)


def _once(suggestions: pd.DataFrame) -> GateResult:
    twice = int(suggestions.duplicated(["shift_start", "cell"]).sum())
    told = f"{len(suggestions)} suggestions"
    return GateResult("one_suggestion_per_cell", float(twice), "no cell twice in a shift", _verdict(twice == 0), told)


def _reasons(error: float) -> GateResult:
    rule = f"contributions sum to the raw score within {LARGEST_SUM_ERROR:g}"
    return GateResult("reasons_sum", error, rule, _verdict(error <= LARGEST_SUM_ERROR), "largest difference found")


def _notice(suggestions: pd.DataFrame) -> GateResult:
    without = int((suggestions["notice"] != NOTICE).sum())
    return GateResult(
        "notice_carried", float(without), "0 without", _verdict(without == 0), "suggestions without the notice"
    )
