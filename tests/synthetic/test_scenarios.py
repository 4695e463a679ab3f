"""The scenarios of the closed loop: what each role promises, held against the worlds."""

from __future__ import annotations

import pytest

from patrolcast.synthetic.scenarios import SCENARIOS, Role, Scenario, scenario


def leaks(row: Scenario) -> bool:
    """True when patrol can change what the model sees: wrong labels, more reports, or fewer incidents."""
    return bool(row.world.mislabelled or row.world.lift or row.world.deterrence)


@pytest.mark.parametrize("row", SCENARIOS, ids=lambda row: row.name)
def test_a_world_leaks_when_and_only_when_its_role_says_so(row: Scenario) -> None:
    assert leaks(row) == (row.role in {Role.LEAK, Role.SHOWN})
    assert (row.world.reporting_a != row.world.reporting_b) == (row.role is Role.REPORTING)


def test_the_verdict_needs_a_silent_world_both_reporting_worlds_and_leaks() -> None:
    assert [row.name for row in SCENARIOS if row.decides] == [
        "neutral",
        *("reporting_a_more", "reporting_b_more"),
        *("mislabelled_5", "lift_20", "deterrence", "everything_counted"),
    ]


def test_names_are_distinct_and_each_finds_its_scenario() -> None:
    assert len({row.name for row in SCENARIOS}) == len(SCENARIOS)
    assert all(scenario(row.name) is row for row in SCENARIOS)
    with pytest.raises(KeyError, match="no_such"):
        scenario("no_such")
