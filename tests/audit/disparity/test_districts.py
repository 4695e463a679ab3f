"""Districts: what lies beyond the limit is named, chance is allowed for; each verdict has a twin that gets another."""

from __future__ import annotations

from math import log

import pytest
from scipy import stats

from patrolcast.audit.disparity.districts import district_gate, find_in_districts, most_by_chance
from patrolcast.domain.measures import ErrorParts, GroupComparison, Interval, unmeasured
from patrolcast.domain.records import GateVerdict

EVEN = Interval(0.0, -0.1, 0.1, 28)
FEW = unmeasured("fewer than 500 residents", n=28)


def group(times: float, half: float, name: str = "b") -> GroupComparison:
    excess = Interval(log(times), log(times) - half, log(times) + half, 28)
    return GroupComparison(name, "everyone else", 5000.0, 3.0, 3.0, EVEN, EVEN, excess)


def city(*odd: GroupComparison, n_districts: int = 20) -> dict[str, tuple[GroupComparison, ...]]:
    """Districts of one even group each, the odd ones in the first districts."""
    districts = {str(k): (group(1.0, 0.1),) for k in range(n_districts)}
    return districts | {str(k): (one,) for k, one in enumerate(odd)}


def verdict(districts: dict[str, tuple[GroupComparison, ...]]) -> GateVerdict:
    return district_gate(find_in_districts(districts, limit=2.0)).verdict


def test_all_within_passes_and_says_of_how_many() -> None:
    gate = district_gate(find_in_districts(city(), limit=2.0))
    assert (gate.verdict, gate.value) == (GateVerdict.PASS, 0.0)
    assert gate.detail == "0 of 20 comparisons in 20 districts lie wholly beyond the limit"


@pytest.mark.parametrize("times", [4.0, 0.25])
def test_one_beyond_by_a_little_warns_and_one_beyond_by_far_fails(times: float) -> None:
    assert verdict(city(group(times, 0.6))) == GateVerdict.WARN
    assert verdict(city(group(times, 0.1))) == GateVerdict.FAIL


def test_more_districts_than_chance_would_bring_fail_together() -> None:
    """Of 20 districts at the limit, 2 or more would have a finding in one city of eleven, 3 or more in one of 78."""
    odd = [group(4.0, 0.6)] * 3
    assert verdict(city(*odd[:2])) == GateVerdict.WARN
    gate = district_gate(find_in_districts(city(*odd), limit=2.0))
    assert gate.verdict == GateVerdict.FAIL
    assert gate.stops
    assert gate.detail == (
        "3 of 20 comparisons in 20 districts lie wholly beyond the limit, in 3 districts, where chance would explain "
        "2 at most"
    )


@pytest.mark.parametrize("n", [1, 2, 5, 14, 15, 22, 77])
def test_chance_exceeds_its_number_of_districts_in_one_city_of_twenty_at_most(n: int) -> None:
    most = most_by_chance(n)
    assert stats.binom.sf(most, n, 0.025) <= 0.05
    assert most == 0 or stats.binom.sf(most - 1, n, 0.025) > 0.05


def test_several_groups_of_a_district_are_corrected_for_their_number() -> None:
    """A level of .03 alone is a finding; beside three other groups it does not flag its district."""
    lone = group(4.0, 0.62)
    assert 0.02 < find_in_districts(city(lone), limit=2.0).beyond[0].p_beyond < 0.05
    three = tuple(group(1.0, 0.1, name) for name in ("a", "c", "d"))
    found = find_in_districts(city() | {"0": (lone, *three)}, limit=2.0)
    assert [one.district for one in found.beyond] == ["0"]
    assert found.flagged == ()
    assert find_in_districts(city(lone), limit=2.0).flagged == ("0",)


def test_a_side_without_any_patrol_is_beyond_for_certain() -> None:
    none = GroupComparison("b", "everyone else", 5000.0, 0.0, 3.0, FEW, EVEN, FEW)
    found = find_in_districts(city(none), limit=2.0)
    assert (len(found.beyond), found.certain, found.fails) == (1, ("0",), True)


def test_what_is_not_known_of_homes_acquits_nobody() -> None:
    """The interval that holds where people live reaches parity; the one as counted lies beyond, and decides."""
    parts = {"excess": ErrorParts(0.1, float("nan"), float("nan"), 2.0, 0.3)}
    wide = Interval(log(4), log(4) - 2.1, log(4) + 2.1, 28)
    counted = Interval(log(4), log(4) - 0.1, log(4) + 0.1, 28)
    one = GroupComparison("b", "a", 9.0, 3.0, 3.0, EVEN, EVEN, wide, parts=parts, excess_as_counted=counted)
    assert verdict(city(one)) == GateVerdict.FAIL


def test_groups_too_small_to_measure_are_no_comparison() -> None:
    small = GroupComparison("b", "a", 90.0, 3.0, 3.0, FEW, FEW, FEW, enough=False)
    found = find_in_districts(dict.fromkeys("123", (small,)), limit=2.0)
    gate = district_gate(found)
    assert (gate.verdict, gate.stops) == (GateVerdict.NOT_MEASURED, False)
    assert find_in_districts(city(small), limit=2.0).n_compared == 19


def test_one_district_is_the_city() -> None:
    gate = district_gate(find_in_districts({"all": (group(4.0, 0.1),)}, limit=2.0))
    assert gate.verdict == GateVerdict.PASS
    assert gate.detail == "one district: what holds for the city holds for it"
