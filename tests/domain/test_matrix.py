"""Admission by type: no column without admission, no admission of what may never reach a model."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.matrix import (
    Admission,
    AdmittedFeature,
    AdmittedMatrix,
    ComparedFeature,
    ComparisonPermit,
    ExcludedFeature,
    FeatureSpec,
    union_of_admissions,
)
from patrolcast.domain.provenance import Provenance

PERMIT = ComparisonPermit("a test")


def spec(name: str = "lag", provenance: Provenance = Provenance.CITIZEN) -> FeatureSpec:
    return FeatureSpec(name, "reports per day", provenance, "history", 28.0, "incidents", "", "reports nearby")


def admitted(*names: str) -> tuple[AdmittedFeature, ...]:
    return tuple(AdmittedFeature(spec(name), "default") for name in names)


@pytest.mark.parametrize("provenance", ["officer", "census", "unknown"])
def test_what_may_never_reach_a_model_cannot_be_admitted(provenance: str) -> None:
    with pytest.raises(ProhibitedDataError) as caught:
        AdmittedFeature(spec("x", Provenance(provenance)), "a rule that says yes")
    assert str(caught.value) == (
        f"feature x: got provenance {provenance}; officer-initiated, census and unknown provenance never reach the "
        "model; leave it out; comparison variants measure it without publishing"
    )


@pytest.mark.parametrize("provenance", ["citizen", "sensor", "administrative", "environment"])
def test_the_policy_may_admit_every_other_provenance(provenance: str) -> None:
    assert AdmittedFeature(spec("x", Provenance(provenance)), "default").spec.name == "x"


def test_a_compared_feature_needs_a_permit_and_officer_initiated_records() -> None:
    officer = spec("x", Provenance.OFFICER)
    assert Admission((ComparedFeature(officer, "compared", PERMIT),), ()).comparison_only
    with pytest.raises(ProhibitedDataError, match=r"^feature x: got no permit; compared features need one$"):
        ComparedFeature(officer, "compared", "please")  # type: ignore[arg-type]
    for provenance in ("citizen", "census", "unknown"):
        with pytest.raises(ProhibitedDataError, match="only officer-initiated records are admitted for comparison"):
            ComparedFeature(spec("x", Provenance(provenance)), "compared", PERMIT)


def test_an_admission_of_citizen_reports_is_not_for_comparison_only() -> None:
    excluded = ExcludedFeature(spec("stops", Provenance.OFFICER), "policy", "never")
    admission = Admission(admitted("a", "b"), (excluded,))
    assert (admission.names, admission.comparison_only) == (("a", "b"), False)


def test_a_union_holds_each_feature_once_in_order_of_its_first_admission() -> None:
    union = union_of_admissions([Admission(admitted("a", "b"), ()), Admission(admitted("c", "b", "d"), ())])
    assert union.names == ("a", "b", "c", "d")
    assert union.excluded == ()


def matrix(*names: str) -> AdmittedMatrix:
    values = np.arange(2 * len(names), dtype=np.float32).reshape(2, len(names))
    return AdmittedMatrix(values, admitted(*names), np.zeros(2), np.zeros(2))


def test_a_matrix_has_one_admission_a_column_and_one_offset_a_row() -> None:
    assert matrix("a", "b").names == ("a", "b")
    values = np.zeros((2, 2), dtype=np.float32)
    with pytest.raises(ProhibitedDataError, match="a column without admission cannot enter the matrix"):
        AdmittedMatrix(values, admitted("a"), np.zeros(2), np.zeros(2))
    with pytest.raises(ProhibitedDataError, match="got a column that was never admitted; admit"):
        AdmittedMatrix(values[:, :1], (spec("a"),), np.zeros(2), np.zeros(2))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="need one value per row"):
        AdmittedMatrix(values, admitted("a", "b"), np.zeros(3), np.zeros(3))


def test_the_columns_of_one_admission_are_taken_in_its_order() -> None:
    chosen = matrix("a", "b", "c").under(Admission(admitted("c", "a"), ()))
    assert (chosen.names, chosen.values.tolist()) == (("c", "a"), [[2.0, 0.0], [5.0, 3.0]])


def test_rows_are_chosen_with_all_that_belongs_to_them() -> None:
    made = AdmittedMatrix(np.array([[1.0], [2.0]], np.float32), admitted("a"), np.array([3.0, 4.0]), np.ones(2), 0.75)
    chosen = made.rows(np.array([1]))
    assert (chosen.values.tolist(), chosen.start.tolist(), chosen.share_of_shift.tolist()) == ([[2.0]], [4.0], [1.0])
    assert (chosen.names, chosen.tree_weight) == (("a",), 0.75)


def test_a_forecast_from_the_start_alone_uses_no_feature_and_says_so_of_each() -> None:
    whole = Admission(admitted("a", "b"), ())
    assert whole.used_by("auto") is whole
    used = whole.used_by("start")
    assert used.names == ()
    assert [(one.spec.name, one.rule) for one in used.excluded] == [("a", "not_used"), ("b", "not_used")]


def test_where_the_policy_excludes_the_hours_of_places_the_starting_rate_loses_them_too() -> None:
    made = AdmittedMatrix(np.ones((2, 1), np.float32), admitted("a"), np.array([3.0, 4.0]), np.array([0.5, -1.0]))
    screened = ExcludedFeature(spec("hours_of_place"), "screen", "it goes with a group")
    without = made.under(Admission(admitted("a"), (screened,)))
    assert (without.offset.tolist(), without.share_of_shift.tolist()) == ([3.0, 4.0], [0.0, 0.0])
    unused = Admission(admitted("hours_of_place"), ()).used_by("start")
    assert unused.hours_of_place, "not used by trees that are not there is not excluded"
    assert made.under(Admission(admitted("a"), unused.excluded)).offset.tolist() == [3.5, 3.0]


def test_a_feature_without_a_column_is_not_made_up() -> None:
    with pytest.raises(ProhibitedDataError, match=r"^feature matrix: got no column z; one per admission$"):
        matrix("a").under(Admission(admitted("a", "z"), ()))
