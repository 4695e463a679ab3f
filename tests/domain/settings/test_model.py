"""What a policy may never allow, and shifts that rise."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings import Policy, Shifts


def test_officer_census_and_unknown_can_never_be_let_in() -> None:
    with pytest.raises(ValidationError, match="must name census, officer"):
        Policy(excluded_provenance=["unknown"])  # type: ignore[list-item]


@pytest.mark.parametrize("missing", ["officer", "census", "unknown"])
def test_each_of_the_three_is_required_by_itself(missing: str) -> None:
    others = [name for name in ("officer", "census", "unknown", "sensor") if name != missing]
    with pytest.raises(ValidationError, match=rf"must name {missing}: these can never reach a model that is published"):
        Policy.model_validate({"excluded_provenance": others})


def test_citizens_reports_cannot_be_excluded_since_the_forecast_is_made_of_them() -> None:
    with pytest.raises(ValidationError, match="cannot name citizen: the forecast is made of citizens' reports"):
        Policy.model_validate({"excluded_provenance": ["officer", "census", "unknown", "citizen"]})


def test_more_may_be_excluded_and_administrative_records_may_be_let_in() -> None:
    names = ["officer", "census", "unknown", "sensor"]
    assert Policy.model_validate({"excluded_provenance": names}).excluded_provenance == [Provenance(n) for n in names]


def test_officer_initiated_records_are_counted_in_comparisons_only() -> None:
    assert Policy(comparison_only=True, comparison_counted=True).comparison_counted
    with pytest.raises(ValidationError, match="no run counts officer-initiated records"):
        Policy(comparison_counted=True)


@pytest.mark.parametrize("starts", [["22:00", "06:00"], ["06:00", "06:00"], ["24:00"], ["6:00"], []])
def test_shifts_that_do_not_rise_or_are_no_times_are_refused(starts: list[str]) -> None:
    with pytest.raises(ValidationError):
        Shifts(starts=starts)
