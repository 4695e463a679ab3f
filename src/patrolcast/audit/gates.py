"""Gates: named checks with a value, a threshold fixed before the run, and a verdict. A gate that cannot be measured is
"not measured" and stops publication like a failed one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.domain.matrix import Admission
from patrolcast.domain.provenance import NEVER_IN_MODEL, Provenance
from patrolcast.domain.records import (
    NOTICE,
    GateResult,
    GateVerdict,
    SkillComparison,
    SourceAccount,
    rows_of_incidents,
)
from patrolcast.domain.settings import Gates

LARGEST_SUM_ERROR = 1e-6
MOST_CANCELLED = 0.2
"""Share of the incidents' rows that corrections may cancel: of an agency's reports a few percent turn out unfounded; a
column that cancels a fifth says something else than what became of a report."""
REQUIRED = frozenset({
    "policy_admission", "incidents_counted", "counts_conserved", "forecast_finite", "calibration", "beats_counting",
    "budget_kept", "one_suggestion_per_cell", "reasons_sum", "notice_carried", "refused_share", "report_age",
    "group_audit", "group_audit_districts", "patrol_concentration", "loop_test", "proxy_screen", "limits_kept",
    "cancelled_share",
})  # fmt: skip
"""A run that lacks any one of these is not published."""


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
    """Gates on what the pipeline made.

    Parameters
    ----------
    incidents, counted, uncounted : incidents accepted, those that became counts, and reason -> those that did not.
    largest_sum_error : largest difference between a raw score and the sum of its contributions.
    minutes_per_district : patrol budget of one district and shift.
    """
    return (
        guarded(
            "policy_admission",
            lambda: policy_gate([(feature.spec.name, feature.spec.provenance) for feature in admission.admitted]),
        ),
        guarded("incidents_counted", lambda: _enough(counted, limits.min_incidents)),
        guarded("counts_conserved", lambda: _conserved(incidents, counted, uncounted)),
        guarded("forecast_finite", lambda: forecast_gate(forecast)),
        guarded("calibration", lambda: _calibrated(skill, (limits.calibration[0], limits.calibration[1]))),
        guarded("beats_counting", lambda: _beats_counting(skill)),
        *suggestion_gates(suggestions, minutes_per_district=minutes_per_district),
        guarded("reasons_sum", lambda: _reasons(largest_sum_error)),
    )


def guarded(name: str, gate: Callable[[], GateResult]) -> GateResult:
    """The gate's result; a gate that raises has failed, so that the run is reported and not published."""
    try:
        return gate()
    except Exception as error:
        detail = f"the check itself broke: {type(error).__name__}: {error}"
        return GateResult(name, None, "must be measured", GateVerdict.FAIL, detail)


def unmade_gates(made: Sequence[GateResult]) -> tuple[GateResult, ...]:
    """Every required gate that a run lacks, as not measured: its pages then say why the run is not published."""
    missing = sorted(REQUIRED - {gate.name for gate in made})
    return tuple(
        GateResult(name, None, "must be made", GateVerdict.NOT_MEASURED, "the check was not made") for name in missing
    )


def source_gates(
    sources: tuple[SourceAccount, ...], *, newest_report: datetime | None, as_of: datetime, limits: Gates
) -> tuple[GateResult, ...]:
    """Gates on the sources that were read: the shares of incidents' rows refused and cancelled, the newest report."""
    rows, refused, cancelled = rows_of_incidents(sources)
    share, gone = (refused / rows, cancelled / rows) if rows else (None, None)
    age = None if newest_report is None else (as_of - newest_report).total_seconds() / 3600.0
    of_age = "no report has a time" if age is None else "hours between the newest report and as_of"
    return (
        _limited(
            "refused_share", share, limits.max_refused_share, f"{refused} of {rows} rows of incidents were refused"
        ),
        _limited("cancelled_share", gone, MOST_CANCELLED, f"{cancelled} of {rows} rows of incidents were cancelled"),
        _limited("report_age", age, limits.max_report_age_hours, of_age),
    )


def pass_or_fail(good: bool) -> GateVerdict:
    """The verdict of a check that either holds or stops publication."""
    return GateVerdict.PASS if good else GateVerdict.FAIL


def _limited(name: str, value: float | None, limit: float, detail: str) -> GateResult:
    if value is None:
        return GateResult(name, None, f"at most {limit:g}", GateVerdict.NOT_MEASURED, detail)
    return GateResult(name, value, f"at most {limit:g}", pass_or_fail(value <= limit), detail)


def policy_gate(admitted: Sequence[tuple[str, Provenance]]) -> GateResult:
    """Whether every admitted feature, by name and provenance, may reach the model."""
    wrong = [name for name, provenance in admitted if provenance in NEVER_IN_MODEL]
    detail = f"{len(admitted)} features admitted"
    detail = f"admitted against the rule: {', '.join(wrong)}" if wrong else detail
    rule = "no officer-initiated, census or unknown column"
    return GateResult("policy_admission", float(len(wrong)), rule, pass_or_fail(not wrong), detail)


def _enough(counted: int, least: int) -> GateResult:
    detail = f"{counted} incidents were counted"
    return GateResult("incidents_counted", float(counted), f"at least {least}", pass_or_fail(counted >= least), detail)


def _conserved(incidents: int, counted: int, uncounted: dict[str, int]) -> GateResult:
    lost = incidents - counted - sum(uncounted.values())
    detail = f"{incidents} incidents, {counted} counted, {sum(uncounted.values())} named as outside history or grid"
    return GateResult("counts_conserved", float(lost), "exactly 0 lost", pass_or_fail(lost == 0), detail)


def forecast_gate(forecast: pd.DataFrame) -> GateResult:
    """Whether every expected value of a forecast is a number inside its interval."""
    values = forecast[["expected_incidents", "lower", "upper"]].to_numpy(dtype=np.float64)
    ordered = (values[:, 1] <= values[:, 0]) & (values[:, 0] <= values[:, 2])
    # A lower bound may come out a rounding error below 0; any true negative value is far below that.
    bad = int((~(np.isfinite(values).all(axis=1) & (values > -1e-12).all(axis=1) & ordered)).sum())
    detail = f"{len(values)} forecast values" if len(values) else "no forecast value"
    rule = "every value finite, not negative, inside its interval"
    return GateResult("forecast_finite", float(bad), rule, pass_or_fail(bad == 0 and len(values) > 0), detail)


def _calibrated(skill: tuple[SkillComparison, ...], limits: tuple[float, float]) -> GateResult:
    observed = sum(category.n_incidents for category in skill)
    rule = f"predicted / observed within {limits[0]:g} to {limits[1]:g}"
    if not observed:
        return GateResult("calibration", None, rule, GateVerdict.NOT_MEASURED, "no incident in the validation window")
    # Of all categories: one that is expected and did not come is as wrong as one that came and was not expected.
    predicted = sum(category.predicted for category in skill)
    ratio = predicted / observed
    half = 1.96 / np.sqrt(observed)  # the observed count is taken as Poisson: its relative error is 1 / sqrt(count)
    detail = f"over the validation window, {observed} incidents, all categories together"
    if off := [category for category in skill if _far_off(category, limits)]:
        stated = [f"{c.category} {c.predicted:.1f} predicted, {c.n_incidents} observed" for c in off]
        detail += f"; by itself outside: {', '.join(stated)}"
    good = limits[0] <= ratio <= limits[1]
    return GateResult("calibration", ratio, rule, pass_or_fail(good), detail, ratio * (1 - half), ratio * (1 + half))


def _far_off(category: SkillComparison, limits: tuple[float, float]) -> bool:
    """Outside the limits by more than chance would put it there (five standard errors of a Poisson count)."""
    low, high = (limit * category.n_incidents for limit in limits)
    chance = 5.0 * np.sqrt(max(category.predicted, category.n_incidents, 1.0))
    away = abs(category.predicted - category.n_incidents)
    return not low <= category.predicted <= high and bool(away > chance)


def _beats_counting(skill: tuple[SkillComparison, ...]) -> GateResult:
    behind = [category.category for category in skill if category.used != "model"]
    rule = "0 categories behind; else the baseline is used"
    if behind:
        detail = f"a baseline is used for {', '.join(behind)}: the model did not beat it"
        return GateResult("beats_counting", float(len(behind)), rule, GateVerdict.WARN, detail)
    detail = "the model has a lower deviance than every baseline in every category"
    return GateResult("beats_counting", 0.0, rule, GateVerdict.PASS, detail)


def suggestion_gates(suggestions: pd.DataFrame, *, minutes_per_district: float) -> tuple[GateResult, ...]:
    """Gates on the suggestions of a run: within the budget, no cell twice in a shift, the notice on each."""
    return (
        guarded("budget_kept", lambda: _budget(suggestions, minutes_per_district)),
        guarded("one_suggestion_per_cell", lambda: _once(suggestions)),
        guarded("notice_carried", lambda: _notice(suggestions)),
    )


def _budget(suggestions: pd.DataFrame, minutes: float) -> GateResult:
    # pandas skips NaN in sums and maxima; a missing number of minutes must fail the gate instead.
    budgets = suggestions.groupby(["shift_start", "district"])["patrol_minutes"]
    spent = budgets.agg(lambda minutes: minutes.sum(skipna=False))
    most = float(spent.max(skipna=False)) if len(spent) else 0.0
    detail = "most minutes suggested in one district and shift"
    within = most <= minutes * (1 + 1e-9)  # a sum of floats may exceed its own total in the last digit
    return GateResult("budget_kept", most, f"at most {minutes:g} minutes", pass_or_fail(within), detail)


def _once(suggestions: pd.DataFrame) -> GateResult:
    twice = int(suggestions.duplicated(["shift_start", "cell"]).sum())
    detail = f"{len(suggestions)} suggestions"
    rule = "no cell twice in a shift"
    return GateResult("one_suggestion_per_cell", float(twice), rule, pass_or_fail(twice == 0), detail)


def _reasons(error: float) -> GateResult:
    rule = f"contributions sum to the raw score within {LARGEST_SUM_ERROR:g}"
    return GateResult("reasons_sum", error, rule, pass_or_fail(error <= LARGEST_SUM_ERROR), "largest difference found")


def _notice(suggestions: pd.DataFrame) -> GateResult:
    without = int((suggestions["notice"] != NOTICE).sum())
    verdict, detail = pass_or_fail(without == 0), "suggestions without the notice"
    return GateResult("notice_carried", float(without), "0 without", verdict, detail)
