"""Each gate passes on a sound run, fails on a planted fault, and where nothing can be measured never passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.report.city import AS_OF, make_context, make_result, skill, spec

from patrolcast.audit.gates import REQUIRED, pipeline_gates, source_gates
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
    "far too many predicted": ("calibration", {"skill": (replace(BEAT[0], predicted_over_observed=1.3),)}),
    "far too few predicted": ("calibration", {"skill": (replace(BEAT[0], predicted_over_observed=0.7),)}),
    "a ratio that is no number": ("calibration", {"skill": (replace(BEAT[0], predicted_over_observed=np.nan),)}),
    "more minutes than declared": ("budget_kept", {"suggestions": suggestions_with("patrol_minutes", 301.0)}),
    "minutes without end": ("budget_kept", {"suggestions": suggestions_with("patrol_minutes", np.inf)}),
    "minutes that are no number": ("budget_kept", {"suggestions": suggestions_with("patrol_minutes", np.nan)}),
    "a cell named twice": ("one_suggestion_per_cell", {"suggestions": twice()}),
    "reasons that do not sum": ("reasons_sum", {"largest_sum_error": 1.1e-6}),
    "reasons that are no number": ("reasons_sum", {"largest_sum_error": np.nan}),
    "a suggestion without the notice": ("notice_carried", {"suggestions": suggestions_with("notice", "")}),
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
    "old reports": ("report_age", {"newest_report": AS_OF - timedelta(hours=73)}, GateVerdict.FAIL),
    "no report has a time": ("report_age", {"newest_report": None}, GateVerdict.NOT_MEASURED),
}


@pytest.mark.parametrize(("name", "spoiled", "verdict"), READ_FAULTS.values(), ids=READ_FAULTS.keys())
def test_a_fault_of_what_was_read_stops_publication(name: str, spoiled: dict[str, Any], verdict: GateVerdict) -> None:
    gates = read(**spoiled)
    assert gates[name].verdict is verdict
    assert not publishable(tuple(gates.values()), required=frozenset())


def test_calibration_without_an_incident_is_not_measured_and_stops() -> None:
    gates = measured(skill=(replace(BEAT[0], n_incidents=0, predicted_over_observed=np.nan),))
    assert (gates["calibration"].verdict, gates["calibration"].value) == (GateVerdict.NOT_MEASURED, None)
    assert not publishable(tuple(gates.values()), required=frozenset())


def test_the_interval_of_calibration_is_that_of_a_poisson_count() -> None:
    """1,204 counted: the standard error of predicted / observed is 1 / sqrt(1204) of it, by hand 0.0288."""
    gate = measured()["calibration"]
    assert gate.value is not None
    assert gate.lower == pytest.approx(gate.value * (1 - 1.96 * 0.02882), rel=1e-3)
    assert gate.upper == pytest.approx(gate.value * (1 + 1.96 * 0.02882), rel=1e-3)


def test_limits_themselves_are_allowed() -> None:
    assert measured(skill=(replace(BEAT[0], predicted_over_observed=1.25),))["calibration"].verdict is GateVerdict.PASS
    assert measured(counted=1000, incidents=1010)["incidents_counted"].verdict is GateVerdict.PASS
    assert read(newest_report=AS_OF - timedelta(hours=72))["report_age"].verdict is GateVerdict.PASS


def test_a_budget_spent_to_the_last_minute_is_kept_though_its_sum_rounds_up() -> None:
    """59 visits of 14.9 minutes are 879.1; added as floats they come to 879.1000000000001."""
    minutes = [3 * 14.9] * 19 + [2 * 14.9]
    table = RUN.suggestions.iloc[[0] * len(minutes)].assign(patrol_minutes=minutes)
    assert table["patrol_minutes"].sum() > 879.1
    assert measured(suggestions=table, minutes_per_district=879.1)["budget_kept"].verdict is GateVerdict.PASS
    assert measured(suggestions=table, minutes_per_district=879.0)["budget_kept"].verdict is GateVerdict.FAIL


@pytest.mark.parametrize("name", sorted(REQUIRED & (measured() | read()).keys()))
def test_a_required_gate_that_is_missing_stops_publication(name: str) -> None:
    gates = tuple(gate for gate in (measured() | read()).values() if gate.name != name)
    assert publishable(gates, required=frozenset(gate.name for gate in gates))
    assert not publishable(gates, required=REQUIRED)
    assert not publishable(gates, required=frozenset({name}))


def test_the_type_refuses_what_the_gate_would_catch() -> None:
    with pytest.raises(ProhibitedDataError):
        AdmittedFeature(spec("stops_28d", Provenance.OFFICER), "forged")
