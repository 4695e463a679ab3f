"""Each gate passes on a sound run, fails on a planted fault, and never passes where nothing can be measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.report.city import AS_OF, make_context, make_result, skill, spec

from patrolcast.audit.gates import REQUIRED, pipeline_gates, source_gates, unmade_gates
from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.matrix import Admission, AdmittedFeature
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import GateResult, GateVerdict, SourceAccount, publishable
from patrolcast.domain.settings import Gates

RUN = make_result(n_rings=4, n_districts=2)
LIMITS = Gates(min_incidents=1000)
BEAT = (skill("theft", 1204, (0.212, 0.219), (0.31, 0.29), "model"),)


def measured(**changes: Any) -> dict[str, GateResult]:
    """Gates of a sound run, with what the test spoils."""
    sound = {
        "admission": RUN.admission,
        "incidents": 5000,
        "counted": 4990,
        "uncounted": {"outside the grid": 10},
        "forecast": RUN.forecast,
        "suggestions": RUN.suggestions,
        "largest_sum_error": 1e-12,
        "skill": BEAT,
        "minutes_per_district": 300.0,
        "limits": LIMITS,
    }
    return {gate.name: gate for gate in pipeline_gates(**{**sound, **changes})}


def read(**changes: Any) -> dict[str, GateResult]:
    """Gates on the sources of a sound run, with what the test spoils."""
    sound = {"newest_report": AS_OF - timedelta(hours=2), "as_of": AS_OF, "limits": LIMITS}
    sources = changes.pop("sources", (SOUND,))
    return {gate.name: gate for gate in source_gates(sources, **{**sound, **changes})}


def forecast_with(column: str, value: float) -> pd.DataFrame:
    spoiled = RUN.forecast.copy()
    spoiled.loc[3, column] = value
    return spoiled


def suggestions_with(column: str, value: Any) -> pd.DataFrame:
    spoiled = RUN.suggestions.copy()
    spoiled.loc[0, column] = value
    return spoiled


def twice() -> pd.DataFrame:
    again = RUN.suggestions.iloc[:1].assign(patrol_minutes=0.0)
    return pd.concat([RUN.suggestions, again], ignore_index=True)


def forged() -> Admission:
    """An officer-initiated feature among the admitted, past the type that refuses it."""
    feature = AdmittedFeature(spec("reports_28d"), "forged")
    object.__setattr__(feature, "spec", spec("stops_28d", Provenance.OFFICER))
    return Admission((feature,), ())


SOUND = replace(make_context().sources[0], rows_in=101_000, kept=93_000, set_aside={"officer": 5000},
                refused={"no coordinates": 3000})  # fmt: skip
UNREAD = SourceAccount("incidents.csv", "ab" * 32, 100, 0, 0, {}, {})
MOSTLY_REFUSED = SourceAccount("incidents.csv", "ab" * 32, 100, 100, 89, {}, {"no coordinates": 11})
MOSTLY_CANCELLED = SourceAccount("incidents.csv", "ab" * 32, 100, 100, 79, {}, {}, cancelled={"by its status": 21})


def test_every_gate_of_a_sound_run_passes() -> None:
    gates = measured() | read()
    assert {gate.name for gate in gates.values() if gate.verdict is not GateVerdict.PASS} == set()
    assert publishable(tuple(gates.values()), required=frozenset(gates) & REQUIRED)


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "an officer-initiated column": ("policy_admission", {"admission": forged()}),
    "too few incidents": ("incidents_counted", {"counted": 999, "incidents": 999, "uncounted": {}}),
    "no incident": ("incidents_counted", {"counted": 0, "incidents": 0, "uncounted": {}}),
    "a lost incident": ("counts_conserved", {"incidents": 5001}),
    "an incident counted twice": ("counts_conserved", {"incidents": 4999}),
    "a value that is no number": ("forecast_finite", {"forecast": forecast_with("expected_incidents", np.nan)}),
    "an infinite value": ("forecast_finite", {"forecast": forecast_with("upper", np.inf)}),
    "a negative value": ("forecast_finite", {"forecast": forecast_with("lower", -0.1)}),
    "a value outside its interval": ("forecast_finite", {"forecast": forecast_with("lower", 99.0)}),
    "an empty forecast": ("forecast_finite", {"forecast": RUN.forecast.iloc[:0]}),
    "far too many predicted": ("calibration", {"skill": (replace(BEAT[0], predicted=1.3 * 1204),)}),
    "far too few predicted": ("calibration", {"skill": (replace(BEAT[0], predicted=0.7 * 1204),)}),
    "a ratio that is no number": ("calibration", {"skill": (replace(BEAT[0], predicted=np.nan),)}),
    "more minutes than declared": ("budget_kept", {"suggestions": suggestions_with("patrol_minutes", 301.0)}),
    "minutes without end": ("budget_kept", {"suggestions": suggestions_with("patrol_minutes", np.inf)}),
    "minutes that are no number": ("budget_kept", {"suggestions": suggestions_with("patrol_minutes", np.nan)}),
    "a cell named twice": ("one_suggestion_per_cell", {"suggestions": twice()}),
    "reasons that do not sum": ("reasons_sum", {"largest_sum_error": 1.1e-6}),
    "reasons that are no number": ("reasons_sum", {"largest_sum_error": np.nan}),
    "a suggestion without the notice": ("notice_carried", {"suggestions": suggestions_with("notice", "")}),
    "a suggestion with another notice": ("notice_carried", {"suggestions": suggestions_with("notice", "Advisory.")}),
    "a suggestion whose notice is missing": ("notice_carried", {"suggestions": suggestions_with("notice", None)}),
}


@pytest.mark.parametrize(("name", "spoiled"), FAULTS.values(), ids=FAULTS.keys())
def test_a_planted_fault_fails_its_gate_and_no_other_is_blamed(name: str, spoiled: dict[str, Any]) -> None:
    gates = measured(**spoiled)
    stopped = {gate.name for gate in gates.values() if gate.verdict in {GateVerdict.FAIL, GateVerdict.NOT_MEASURED}}
    assert stopped == {name}
    assert not publishable(tuple(gates.values()), required=frozenset())


def test_a_category_behind_counting_warns_and_does_not_stop() -> None:
    gates = measured(skill=(replace(BEAT[0], used="climatology"),))
    assert gates["beats_counting"].verdict is GateVerdict.WARN
    assert publishable(tuple(gates.values()), required=frozenset())


READ_FAULTS: dict[str, tuple[str, dict[str, Any], GateVerdict]] = {
    "too many refused": ("refused_share", {"sources": (MOSTLY_REFUSED,)}, GateVerdict.FAIL),
    "no row at all": ("refused_share", {"sources": (UNREAD,)}, GateVerdict.NOT_MEASURED),
    "no source at all": ("refused_share", {"sources": ()}, GateVerdict.NOT_MEASURED),
    "too many cancelled": ("cancelled_share", {"sources": (MOSTLY_CANCELLED,)}, GateVerdict.FAIL),
    "old reports": ("report_age", {"newest_report": AS_OF - timedelta(hours=73)}, GateVerdict.FAIL),
    "no report has a time": ("report_age", {"newest_report": None}, GateVerdict.NOT_MEASURED),
}


@pytest.mark.parametrize(("name", "spoiled", "verdict"), READ_FAULTS.values(), ids=READ_FAULTS.keys())
def test_a_fault_of_what_was_read_stops_publication(name: str, spoiled: dict[str, Any], verdict: GateVerdict) -> None:
    gates = read(**spoiled)
    assert gates[name].verdict is verdict
    assert not publishable(tuple(gates.values()), required=frozenset())


def test_calibration_without_an_incident_is_not_measured_and_stops() -> None:
    gates = measured(skill=(replace(BEAT[0], n_incidents=0, predicted=3.0),))
    assert (gates["calibration"].verdict, gates["calibration"].value) == (GateVerdict.NOT_MEASURED, None)
    assert not publishable(tuple(gates.values()), required=frozenset())


def test_the_interval_of_calibration_is_that_of_a_poisson_count() -> None:
    """1,204 counted: the standard error of predicted / observed is 1 / sqrt(1204) of it, by hand 0.0288."""
    gate = measured()["calibration"]
    assert gate.value is not None
    assert gate.lower == pytest.approx(gate.value * (1 - 1.96 * 0.02882), rel=1e-3)
    assert gate.upper == pytest.approx(gate.value * (1 + 1.96 * 0.02882), rel=1e-3)


@pytest.mark.parametrize("ratio", [0.8, 1.25])
def test_limits_themselves_are_allowed(ratio: float) -> None:
    assert measured(skill=(replace(BEAT[0], predicted=ratio * 1204),))["calibration"].verdict is GateVerdict.PASS
    assert measured(counted=1000, incidents=1010)["incidents_counted"].verdict is GateVerdict.PASS
    assert read(newest_report=AS_OF - timedelta(hours=72))["report_age"].verdict is GateVerdict.PASS
    assert read(sources=(replace(MOSTLY_REFUSED, kept=90, refused={"far": 10}),))["refused_share"].verdict is (
        GateVerdict.PASS
    )
    assert measured(largest_sum_error=1e-6)["reasons_sum"].verdict is GateVerdict.PASS


def test_values_on_the_ends_of_their_interval_and_rounding_below_0_are_sound() -> None:
    table = RUN.forecast.copy()
    table.loc[3, ["lower", "expected_incidents"]] = -1e-13
    table.loc[4, "upper"] = table.loc[4, "expected_incidents"]
    assert measured(forecast=table)["forecast_finite"].verdict is GateVerdict.PASS


def test_the_refused_share_is_of_all_rows_of_incidents_and_every_reason_and_of_no_layers_rows() -> None:
    """300 of 2,000 and none of 1,000: 300 / 3,000, by hand .1, at the limit; one more is beyond it."""
    clean = SourceAccount("b.csv", "ab" * 32, 100, 1000, 1000, {}, {})
    layer = SourceAccount("layer.geojson", "ab" * 32, 100, 9000, 8000, {}, {"negative": 1000}, of_incidents=False)
    for far, share, verdict in ((100, 0.1, GateVerdict.PASS), (101, 301 / 3000, GateVerdict.FAIL)):
        some = SourceAccount("a.csv", "ab" * 32, 100, 2000, 1800 - far, {}, {"no time": 200, "far": far})
        gate = read(sources=(some, clean, layer))["refused_share"]
        assert (gate.value, gate.verdict) == (pytest.approx(share), verdict)
        assert gate.detail == f"{200 + far} of 3000 rows of incidents were refused"


def test_the_age_of_reports_is_in_hours() -> None:
    gate = read(newest_report=AS_OF - timedelta(days=1, minutes=30))["report_age"]
    assert (gate.value, gate.threshold) == (24.5, "at most 72")


def test_calibration_weighs_categories_by_their_incidents() -> None:
    """1.2 of 300 and 0.9 of 100: 450 predicted of 400, by hand 1.125."""
    theft = replace(BEAT[0], n_incidents=300, predicted=360.0)
    violence = replace(BEAT[0], category="violence", n_incidents=100, predicted=90.0)
    gate = measured(skill=(theft, violence))["calibration"]
    assert gate.value == pytest.approx(1.125)
    assert gate.detail == "over the validation window, 400 incidents, all categories together"


def test_a_category_that_is_predicted_and_not_observed_counts_in_calibration() -> None:
    """360 and 250 predicted of 300: by hand 2.033, and the category that never came is named."""
    theft = replace(BEAT[0], n_incidents=300, predicted=360.0)
    unrest = replace(BEAT[0], category="unrest", n_incidents=0, predicted=250.0)
    gate = measured(skill=(theft, unrest))["calibration"]
    assert (gate.value, gate.verdict) == (pytest.approx(610 / 300), GateVerdict.FAIL)
    assert gate.detail.endswith("; by itself outside: unrest 250.0 predicted, 0 observed")


def test_a_category_that_is_off_by_chance_is_not_named() -> None:
    theft = replace(BEAT[0], n_incidents=300, predicted=300.0)
    rare = replace(BEAT[0], category="arson", n_incidents=1, predicted=4.0)
    assert "by itself" not in measured(skill=(theft, rare))["calibration"].detail


@pytest.mark.parametrize("category", ["officer", "census", "unknown"])
def test_no_provenance_but_those_of_the_model_is_admitted(category: str) -> None:
    feature = AdmittedFeature(spec("reports_28d"), "forged")
    object.__setattr__(feature, "spec", spec("stops_28d", Provenance(category)))
    gate = measured(admission=Admission((feature,), ()))["policy_admission"]
    assert (gate.verdict, gate.value) == (GateVerdict.FAIL, 1.0)
    assert gate.detail == "admitted against the rule: stops_28d"


def test_a_budget_is_of_one_district_and_one_shift() -> None:
    """Two districts in two shifts, 300 minutes each: within a budget of 300, though the sum is 1,200."""
    table = RUN.suggestions.iloc[[0] * 4].assign(
        shift_start=[AS_OF, AS_OF, AS_OF + timedelta(hours=8), AS_OF + timedelta(hours=8)],
        district=["1", "2", "1", "2"],
        patrol_minutes=300.0,
    )
    gate = measured(suggestions=table)["budget_kept"]
    assert (gate.value, gate.verdict) == (300.0, GateVerdict.PASS)


def test_the_same_cell_in_another_shift_is_no_repetition() -> None:
    table = RUN.suggestions.iloc[[0, 0]].assign(shift_start=[AS_OF, AS_OF + timedelta(hours=8)])
    assert measured(suggestions=table)["one_suggestion_per_cell"].verdict is GateVerdict.PASS


def test_a_run_without_suggestions_keeps_its_budget() -> None:
    gates = measured(suggestions=RUN.suggestions.iloc[:0])
    assert {gates[name].value for name in ("budget_kept", "one_suggestion_per_cell", "notice_carried")} == {0.0}


def test_a_gate_that_raises_has_failed_and_the_others_still_report() -> None:
    gates = measured(suggestions=RUN.suggestions.drop(columns="notice"))
    assert [name for name, gate in gates.items() if gate.verdict is GateVerdict.FAIL] == ["notice_carried"]
    assert gates["notice_carried"].value is None
    assert gates["notice_carried"].detail == "the check itself broke: KeyError: 'notice'"


def test_a_budget_spent_to_the_last_minute_is_kept_though_its_sum_rounds_up() -> None:
    """59 visits of 14.9 minutes are 879.1; added as floats they come to 879.1000000000001."""
    minutes = [3 * 14.9] * 19 + [2 * 14.9]
    table = RUN.suggestions.iloc[[0] * len(minutes)].assign(patrol_minutes=minutes)
    assert table["patrol_minutes"].sum() > 879.1
    assert measured(suggestions=table, minutes_per_district=879.1)["budget_kept"].verdict is GateVerdict.PASS
    assert measured(suggestions=table, minutes_per_district=879.0)["budget_kept"].verdict is GateVerdict.FAIL


def test_nineteen_gates_are_required() -> None:
    """Written out by hand: a name that leaves the constant must leave this list too, and be seen in the review."""
    assert sorted(REQUIRED) == [
        "beats_counting", "budget_kept", "calibration", "cancelled_share", "counts_conserved", "forecast_finite",
        "group_audit", "group_audit_districts", "incidents_counted", "limits_kept", "loop_test", "notice_carried",
        "one_suggestion_per_cell", "patrol_concentration", "policy_admission",
        "proxy_screen", "reasons_sum", "refused_share", "report_age",
    ]  # fmt: skip


PRESENT = [
    "policy_admission", "incidents_counted", "counts_conserved", "forecast_finite", "calibration", "beats_counting",
    "budget_kept", "one_suggestion_per_cell", "notice_carried", "reasons_sum", "refused_share",
    "cancelled_share", "report_age",
]  # fmt: skip


def test_the_gates_stand_in_the_order_in_which_they_are_read() -> None:
    assert [*measured(), *read()] == PRESENT


@pytest.mark.parametrize("name", PRESENT)
def test_a_required_gate_that_is_missing_stops_publication(name: str) -> None:
    gates = tuple(gate for gate in (measured() | read()).values() if gate.name != name)
    assert publishable(gates, required=frozenset(gate.name for gate in gates))
    assert not publishable(gates, required=REQUIRED)
    assert not publishable(gates, required=frozenset({name}))


def test_a_required_gate_that_was_not_made_stands_as_not_measured() -> None:
    made = tuple(GateResult(name, 0.0, "", GateVerdict.PASS, "") for name in REQUIRED - {"loop_test"})
    (unmade,) = unmade_gates(made)
    assert (unmade.name, unmade.verdict, unmade.stops) == ("loop_test", GateVerdict.NOT_MEASURED, True)
    assert unmade_gates((*made, unmade)) == ()


def test_the_type_refuses_what_the_gate_would_catch() -> None:
    with pytest.raises(ProhibitedDataError):
        AdmittedFeature(spec("stops_28d", Provenance.OFFICER), "forged")


PASS, WARN, FAIL, UNMEASURED = GateVerdict.PASS, GateVerdict.WARN, GateVerdict.FAIL, GateVerdict.NOT_MEASURED
SAID = {
    "policy_admission": (0.0, "no officer-initiated, census or unknown column", PASS, "3 features admitted"),
    "incidents_counted": (4990.0, "at least 1000", PASS, "4990 incidents were counted"),
    "counts_conserved": (
        0.0, "exactly 0 lost", PASS, "5000 incidents, 4990 counted, 10 named as outside history or grid"),
    "forecast_finite": (
        0.0, "every value finite, not negative, inside its interval", PASS, f"{len(RUN.forecast)} forecast values"),
    "calibration": (
        1.02, "predicted / observed within 0.8 to 1.25", PASS,
        "over the validation window, 1204 incidents, all categories together"),
    "beats_counting": (
        0.0, "0 categories behind; else the baseline is used", PASS,
        "the model has a lower deviance than every baseline in every category"),
    "budget_kept": (150.0, "at most 300 minutes", PASS, "most minutes suggested in one district and shift"),
    "one_suggestion_per_cell": (0.0, "no cell twice in a shift", PASS, f"{len(RUN.suggestions)} suggestions"),
    "notice_carried": (0.0, "0 without", PASS, "suggestions without the notice"),
    "reasons_sum": (1e-12, "contributions sum to the raw score within 1e-06", PASS, "largest difference found"),
}  # fmt: skip
"""Every gate of a sound run as people read it: value, rule, verdict, detail."""


def said(gate: GateResult) -> tuple[float | None, str, GateVerdict, str]:
    return gate.value, gate.threshold, gate.verdict, gate.detail


def test_every_gate_of_a_sound_run_says_its_value_rule_verdict_and_what_it_is_of() -> None:
    gates = measured()
    assert list(gates) == list(SAID)
    assert {name: said(gate) for name, gate in gates.items()} == SAID
    assert (gates["calibration"].lower, gates["calibration"].upper) == pytest.approx(
        (1.02 * (1 - 1.96 / 1204**0.5), 1.02 * (1 + 1.96 / 1204**0.5))
    )


def test_every_gate_on_sources_says_the_same() -> None:
    gates = read()
    assert said(gates["refused_share"]) == (
        3000 / 101_000,
        "at most 0.1",
        PASS,
        "3000 of 101000 rows of incidents were refused",
    )
    assert said(gates["cancelled_share"]) == (0.0, "at most 0.2", PASS, "0 of 101000 rows of incidents were cancelled")
    assert said(gates["report_age"]) == (2.0, "at most 72", PASS, "hours between the newest report and as_of")
    unknown = read(newest_report=None, sources=())
    assert said(unknown["refused_share"]) == (None, "at most 0.1", UNMEASURED, "0 of 0 rows of incidents were refused")
    assert said(unknown["report_age"]) == (None, "at most 72", UNMEASURED, "no report has a time")


@pytest.mark.parametrize(
    ("name", "changes", "value", "verdict", "detail"),
    [
        ("policy_admission", {"admission": forged()}, 1.0, FAIL, "admitted against the rule: stops_28d"),
        ("forecast_finite", {"forecast": RUN.forecast.iloc[:0]}, 0.0, FAIL, "no forecast value"),
        ("forecast_finite", {"forecast": forecast_with("upper", float("nan"))}, 1.0, FAIL, SAID["forecast_finite"][3]),
        ("calibration", {"skill": ()}, None, UNMEASURED, "no incident in the validation window"),
        ("beats_counting", {"skill": (skill("theft", 9, (0.2, 0.1), (0.3, 0.3), "kernel_density"),)}, 1.0, WARN,
         "a baseline is used for theft: the model did not beat it"),
        ("one_suggestion_per_cell", {"suggestions": twice()}, 1.0, FAIL, f"{len(RUN.suggestions) + 1} suggestions"),
        ("budget_kept", {"suggestions": RUN.suggestions.iloc[:0]}, 0.0, PASS, SAID["budget_kept"][3]),
        ("budget_kept", {"suggestions": suggestions_with("patrol_minutes", 1e6)}, None, FAIL, SAID["budget_kept"][3]),
        ("notice_carried", {"suggestions": suggestions_with("notice", "")}, 1.0, FAIL, SAID["notice_carried"][3]),
    ],
)  # fmt: skip
def test_a_gate_that_does_not_pass_says_so_by_the_same_rule(
    name: str, changes: dict[str, Any], value: float | None, verdict: GateVerdict, detail: str
) -> None:
    gate = measured(**changes)[name]
    assert (gate.threshold, gate.verdict, gate.detail) == (SAID[name][1], verdict, detail)
    if name != "budget_kept":
        assert gate.value == value


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("policy_admission", {"admission": None}), ("incidents_counted", {"counted": None}),
        ("counts_conserved", {"uncounted": None}), ("forecast_finite", {"forecast": None}),
        ("calibration", {"skill": None}), ("beats_counting", {"skill": None}), ("budget_kept", {"suggestions": None}),
        ("one_suggestion_per_cell", {"suggestions": None}), ("reasons_sum", {"largest_sum_error": None}),
        ("notice_carried", {"suggestions": None}),
    ],
)  # fmt: skip
def test_a_gate_that_breaks_has_failed_under_its_own_name_and_says_what_broke(
    name: str, broken: dict[str, Any]
) -> None:
    gate = measured(**broken)[name]
    assert (gate.value, gate.threshold, gate.verdict) == (None, "must be measured", FAIL)
    assert gate.detail.startswith(("the check itself broke: TypeError: ", "the check itself broke: AttributeError: "))
