"""A waiver excepts one thing, and ends with its last day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import Waiver

GOOD: dict[str, Any] = {"gate": "group_excess_b", "reason": "known since the census of 2020", "owner": "Research",
                        "expires": "2026-06-30"}  # fmt: skip


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
