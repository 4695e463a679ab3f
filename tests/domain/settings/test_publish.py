"""Limits of publication: the calibration band lies around 1, no text is taken for a number, and a waiver ends."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import Gates, Waiver

GOOD: dict[str, Any] = {"gate": "group_excess_b", "reason": "known since the census of 2020", "owner": "Research",
                        "expires": "2026-06-30"}  # fmt: skip


@pytest.mark.parametrize("limits", [[0.8, 1.0], [1.0, 1.25], [1.25, 0.8], [0.8], [0.8, 1.0, 1.2], [-0.5, 2.0]])
def test_calibration_limits_lie_on_both_sides_of_one(limits: list[float]) -> None:
    with pytest.raises(ValidationError):
        Gates(calibration=limits)


def test_a_limit_in_quotes_is_no_number_and_a_share_is_at_most_one() -> None:
    with pytest.raises(ValidationError):
        Gates(max_refused_share="0.1")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Gates(max_refused_share=1.1)
    assert Gates(max_refused_share=1.0).max_refused_share == 1.0


def test_a_waiver_holds_to_the_end_of_its_last_day() -> None:
    waiver = Waiver(**GOOD)
    assert waiver.holds_on(date(2026, 6, 30))
    assert not waiver.holds_on(date(2026, 7, 1))


@pytest.mark.parametrize("change", [{"gate": None}, {"feature": "bars"}])
def test_it_names_exactly_one_gate_or_feature(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one of gate and feature must be named"):
        Waiver(**(GOOD | change))


@pytest.mark.parametrize("change", [{"reason": "because"}, {"owner": "me"}, {"expires": "never"}, {"expires": ""}])
def test_it_states_a_reason_an_office_and_a_day(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Waiver(**(GOOD | change))
