"""Waivers as the config states them: one subject each, a reason, an office, an end within a year, none twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from tests.domain.settings.documents import document

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.settings import Waiver
from patrolcast.domain.settings.keys import parse_settings
from patrolcast.domain.settings.waivers import refuse_long

GOOD: dict[str, Any] = {"gate": "group_excess_b", "reason": "known to the board since the census of 2020",
                        "owner": "Research", "expires": "2026-06-30"}  # fmt: skip


def refusal(*waivers: dict[str, Any], as_of: str = "2026-06-30T05:00:00-05:00") -> str:
    """What a config with these waivers is answered."""
    raw = document() | {"as_of": as_of, "waivers": [GOOD | waiver for waiver in waivers]}
    with pytest.raises(ConfigError) as error:
        parse_settings(raw, file="city.toml")
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_waiver_holds_to_the_end_of_its_last_day() -> None:
    waiver = Waiver(**GOOD)
    assert waiver.holds_on(date(2026, 6, 30))
    assert not waiver.holds_on(date(2026, 7, 1))


@pytest.mark.parametrize("change", [{"gate": None}, {"feature": "bars"}, {"limit": "gates.min_incidents"}])
def test_it_names_exactly_one_subject(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one of gate, feature and limit must be named"):
        Waiver(**(GOOD | change))


@pytest.mark.parametrize(
    "change",
    [{"reason": "because"}, {"reason": " " * 20}, {"owner": "me"}, {"owner": "   "}, {"expires": "never"},
     {"expires": ""}, {"expires": "9999-12-31"}],
)  # fmt: skip
def test_it_states_a_reason_an_office_and_a_day(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Waiver(**(GOOD | change))


def test_a_config_with_a_blank_reason_is_answered_in_one_line() -> None:
    assert refusal({"reason": " " * 20}) == (
        "city.toml: [[waivers]] no. 1 reason: got ' '; says too little; say in words why, at least 4 different ones; "
        "docs/config.md explains each key"
    )


def test_it_ends_within_a_year_of_the_night_it_is_for() -> None:
    assert refusal({"expires": "2027-07-02"}) == (
        "city.toml: [[waivers]] no. 1 expires: got '2027-07-02'; a waiver ends within a year of the day of as_of, by "
        "2027-07-01; name an earlier day, and decide anew when it comes"
    )
    raw = document() | {"as_of": "2026-06-30T05:00:00-05:00", "waivers": [GOOD | {"expires": "2027-07-01"}]}
    assert parse_settings(raw, file="city.toml").waivers[0].expires == "2027-07-01"


def test_the_end_is_checked_on_the_day_of_the_run_where_the_config_states_no_moment() -> None:
    raw = document() | {"as_of": "now", "waivers": [GOOD | {"expires": "2099-12-31"}]}
    waivers = parse_settings(raw, file="city.toml").waivers
    with pytest.raises(ConfigError, match=r"^\[\[waivers\]\] no\. 1 expires: got '2099-12-31'; a waiver ends within"):
        refuse_long(waivers, day=date(2026, 6, 30))
    refuse_long(waivers, day=date(2098, 12, 31))


def test_two_waivers_of_one_thing_are_refused_and_of_two_things_are_not() -> None:
    said = refusal({}, {"reason": "another reason that hides the first one"})
    assert "2 of them waive the gate 'group_excess_b'; write one, with the reason that holds" in said
    raw = document() | {"as_of": "2026-06-30T05:00:00-05:00", "waivers": [GOOD, GOOD | {"gate": "group_excess_c"}]}
    assert len(parse_settings(raw, file="city.toml").waivers) == 2
