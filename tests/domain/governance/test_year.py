"""A rating of a hazard makes sense: the control does not make it likelier."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.domain.governance.test_facts import examples

from patrolcast.domain.governance.year import Risks, Year


def test_a_control_does_not_make_a_hazard_likelier() -> None:
    rating = examples(Risks)["risks"][0]
    with pytest.raises(ValidationError, match="residual is the likelihood with the control"):
        Risks.model_validate({"risks": [{**rating, "likelihood": 2, "residual": 3}]})


def test_a_period_does_not_end_before_it_begins() -> None:
    year = examples(Year)
    assert Year.model_validate({**year, "last_day": year["first_day"]})
    with pytest.raises(ValidationError, match="last_day must not come before first_day"):
        Year.model_validate({**year, "first_day": "2026-07-01", "last_day": "2026-06-30"})
