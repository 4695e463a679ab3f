"""Districts: what lies beyond the limit is named, chance is allowed for; each verdict has a twin that gets another."""

from __future__ import annotations

from dataclasses import replace
from math import exp, hypot, inf, log

import pytest
from scipy import stats

from patrolcast.audit.disparity.districts import district_gate, find_in_districts, most_by_chance
from patrolcast.domain.measures import ErrorParts, GroupComparison, Interval, unmeasured
from patrolcast.domain.records import GateResult, GateVerdict

EVEN = Interval(0.0, -0.1, 0.1, 28)
FEW = unmeasured("fewer than 500 residents", n=28)
SMALL = GroupComparison("b", "a", 90.0, 3.0, 3.0, FEW, FEW, FEW, enough=False)
NAN = float("nan")
HOLES = "a part of the window holds nothing to measure"


def group(times: float, half: float, name: str = "b") -> GroupComparison:
    excess = Interval(log(times), log(times) - half, log(times) + half, 28)
    return GroupComparison(name, "everyone else", 5000.0, 3.0, 3.0, EVEN, EVEN, excess)


def seen(times: float, *, need: Interval = EVEN, exposure: Interval | None = None) -> GroupComparison:
    """An estimate without an interval: a part of the window holds no patrol, or no report, on one side."""
    none = unmeasured(HOLES, n=28, estimate=log(times))
    return GroupComparison("b", "everyone else", 5000.0, 3.0, 3.0, exposure or none, need, none)


def nothing_seen(enough: bool = True) -> GroupComparison:
    none = unmeasured(HOLES, n=28)
    return GroupComparison("b", "everyone else", 5000.0, 0.0, 3.0, none, none, none, enough=enough)


def city(*odd: GroupComparison, n_districts: int = 20) -> dict[str, tuple[GroupComparison, ...]]:
    """Districts of one even group each, the odd ones in the first districts."""
    districts = {str(k): (group(1.0, 0.1),) for k in range(n_districts)}
    return districts | {str(k): (one,) for k, one in enumerate(odd)}


def gate_of(districts: dict[str, tuple[GroupComparison, ...]]) -> GateResult:
    return district_gate(find_in_districts(districts, limit=2.0))


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
    found = find_in_districts(dict.fromkeys("123", (SMALL,)), limit=2.0)
    gate = district_gate(found)
    assert (gate.verdict, gate.stops) == (GateVerdict.NOT_MEASURED, False)
    assert gate.detail == "no group has enough residents in any district"
    assert find_in_districts(city(SMALL), limit=2.0).n_compared == 19


def test_one_district_is_the_city() -> None:
    gate = district_gate(find_in_districts({"all": (group(4.0, 0.1),)}, limit=2.0))
    assert gate.verdict == GateVerdict.PASS
    assert gate.detail == "one district: what holds for the city holds for it"


@pytest.mark.parametrize("times", [12.0, 1 / 12])
def test_a_group_that_lives_in_one_district_of_several_is_found_there(times: float) -> None:
    gate = gate_of({"1": (group(times, 0.1),), "2": (SMALL,), "3": (SMALL,)})
    assert (gate.verdict, gate.value) == (GateVerdict.FAIL, 1.0)
    assert gate.detail == (
        "1 of 1 comparison in 1 district lies wholly beyond the limit, 1 of them after correction for 1 comparison"
    )


def test_its_twin_with_even_patrol_passes_for_what_was_compared_and_not_as_a_city_of_one_district() -> None:
    gate = gate_of({"1": (group(1.0, 0.1),), "2": (SMALL,), "3": (SMALL,)})
    assert gate.verdict == GateVerdict.PASS
    assert gate.detail == "0 of 1 comparison in 1 district lie wholly beyond the limit"


def test_no_patrol_in_the_only_district_of_a_group_fails() -> None:
    none = replace(nothing_seen(), log_need_ratio=EVEN)
    assert verdict({"1": (none,), "2": (SMALL,)}) == GateVerdict.FAIL


@pytest.mark.parametrize(("times", "shown"), [(0.0045, "0.0045"), (50.0, "50.00")])
def test_a_single_visit_in_the_window_turns_no_failure_into_a_pass(times: float, shown: str) -> None:
    gate = gate_of({"1": (group(1.0, 0.1),), "2": (group(1.0, 0.1),), "3": (seen(times),)})
    assert gate.verdict == GateVerdict.FAIL
    assert gate.stops
    assert gate.detail == (
        "1 of 3 comparisons in 3 districts lies beyond the limit, 1 of them after correction for 3 comparisons; by "
        f"estimate alone: b in district 3 (too few visits for an interval; got {shown} times)"
    )


@pytest.mark.parametrize("times", [1.9, 1 / 1.9])
def test_an_estimate_within_the_limit_is_counted_and_said_and_is_not_beyond(times: float) -> None:
    found = find_in_districts({"1": (group(1.0, 0.1),), "2": (seen(times),)}, limit=2.0)
    gate = district_gate(found)
    assert (found.n_compared, found.within_by_estimate, found.beyond) == (2, 1, ())
    assert gate.verdict == GateVerdict.PASS
    assert gate.detail == (
        "0 of 2 comparisons in 2 districts lie wholly beyond the limit; 1 without an interval, with an estimate within "
        "the limit"
    )


def test_many_districts_by_estimate_alone_fail_and_the_five_furthest_are_named() -> None:
    gate = gate_of({str(k): (seen(3.0 + k),) for k in range(22)})
    assert (gate.verdict, gate.value) == (GateVerdict.FAIL, 22.0)
    assert gate.detail.count("too few visits") == 5
    assert "b in district 21 (too few visits for an interval; got 24.00 times), b in district 20" in gate.detail
    assert gate.detail.endswith("(too few visits for an interval; got 20.00 times), 17 more")


def test_why_there_is_no_interval_is_what_was_missing() -> None:
    without = unmeasured(HOLES, n=28, estimate=0.0)
    other = replace(seen(3.0, exposure=EVEN), excess=unmeasured("nobody may live there", n=28, estimate=log(3.0)))
    for one, why in (
        (seen(3.0), "too few visits for an interval"),
        (seen(3.0, need=without, exposure=EVEN), "too few reports for an interval"),
        (other, "nobody may live there"),
        (group(12.0, 0.1), ""),
    ):
        assert find_in_districts(city(one), limit=2.0).beyond[0].without_interval == why


def test_where_nothing_can_be_estimated_the_group_is_not_measured_by_name_and_publication_stops() -> None:
    gate = gate_of({"1": (group(1.0, 0.1),), "2": (nothing_seen(),)})
    assert (gate.verdict, gate.value, gate.stops) == (GateVerdict.NOT_MEASURED, None, True)
    assert gate.detail == (
        f"0 of 1 comparison in 1 district lie wholly beyond the limit; not measured: b in district 2 ({HOLES})"
    )
    alone = gate_of(dict.fromkeys("12", (nothing_seen(),)))
    assert (alone.verdict, alone.stops) == (GateVerdict.NOT_MEASURED, True)
    assert alone.detail == f"not measured: b in district 1 ({HOLES}), b in district 2 ({HOLES})"
    assert gate_of({"1": (group(1.0, 0.1),), "2": (nothing_seen(enough=False),)}).verdict == GateVerdict.PASS


def test_what_was_not_measured_is_said_beside_a_failure_and_a_warning_stops_with_it() -> None:
    failed = gate_of({"1": (group(12.0, 0.1),), "2": (nothing_seen(),)})
    assert failed.verdict == GateVerdict.FAIL
    assert failed.detail.endswith(f"; not measured: b in district 2 ({HOLES})")
    warned = gate_of(city(group(4.0, 0.6)) | {"7": (nothing_seen(),)})
    assert (warned.verdict, warned.stops) == (GateVerdict.NOT_MEASURED, True)
    assert "after correction for 19 comparisons, chance may explain that; not measured: b in" in warned.detail


def with_width(times: float, *, nights: float, other: float) -> GroupComparison:
    """As counted: half-widths of nights and of trainings; where people live may make it anything."""
    half = hypot(nights, other)
    counted = Interval(log(times), log(times) - half, log(times) + half, 28)
    wide = unmeasured("were residents spread otherwise, nothing", n=28, estimate=log(times))
    parts = {"excess": ErrorParts(nights, other, NAN, inf, NAN)}
    return GroupComparison("b", "a", 9.0, 3.0, 3.0, EVEN, EVEN, wide, parts=parts, excess_as_counted=counted)


def test_trainings_and_census_margins_count_in_what_fails_a_district() -> None:
    """The same nights: with trainings that differ as much the interval touches the limit; without, it is far off."""
    past = hypot(0.3, 0.4)
    [touches] = find_in_districts(city(with_width(2.0 * exp(past) + 1e-9, nights=0.3, other=0.4)), limit=2.0).beyond
    assert touches.p_beyond == pytest.approx(0.05, abs=1e-4)
    assert verdict(city(with_width(4.0, nights=0.05, other=0.6))) == GateVerdict.WARN
    assert verdict(city(with_width(4.0, nights=0.05, other=0.0))) == GateVerdict.FAIL


def test_few_nights_leave_more_doubt_than_the_rest_of_the_same_width() -> None:
    """Student's t of six batches has longer tails than the normal: .0062 and .000089 at twice the half-width."""
    found = [
        find_in_districts(city(with_width(2.0 * exp(1.0), nights=nights, other=other)), limit=2.0).beyond[0].p_beyond
        for nights, other in ((0.5, 1e-9), (1e-9, 0.5))
    ]
    half = [0.5 / stats.t.ppf(0.975, 5), 0.5 / 1.96]
    assert found[0] == pytest.approx(2 * stats.t.sf(1.0 / half[0], 5), rel=1e-3)
    assert found[1] == pytest.approx(2 * stats.norm.sf(1.0 / half[1]), rel=1e-3)


def test_an_endless_interval_for_homes_does_not_take_a_comparison_out() -> None:
    """The wider interval cannot be measured; the one as counted can, and decides."""
    found = find_in_districts(city(with_width(12.0, nights=0.1, other=0.1)), limit=2.0)
    assert (found.n_compared, found.certain) == (20, ("0",))
    even = find_in_districts(city(with_width(1.0, nights=0.1, other=0.1)), limit=2.0)
    assert (even.n_compared, even.within_by_estimate, even.fails) == (20, 0, False)


def test_chance_is_counted_over_districts_and_not_over_comparisons() -> None:
    """Of 20 districts chance explains 2 with a finding, however many groups are compared in each."""
    even = tuple(group(1.0, 0.1, name) for name in ("a", "c"))
    odd = (group(4.0, 0.5), *even)
    three = {str(k): (odd if k < 3 else (group(1.0, 0.1), *even)) for k in range(20)}
    found = find_in_districts(three, limit=2.0)
    assert (found.n_compared, found.certain, len(found.flagged), found.most_by_chance) == (60, (), 3, 2)
    assert verdict(three) == GateVerdict.FAIL
    assert verdict(three | {"2": (group(1.0, 0.1), *even)}) == GateVerdict.WARN


def test_beyond_by_the_estimate_but_not_by_the_whole_interval_warns_and_is_said() -> None:
    """The whole city warns there, too: a district must not pass on less."""
    found = find_in_districts(city(group(2.22, 0.24), group(2.22, 0.9)), limit=2.0)
    assert [(one.district, one.certain) for one in found.unclear] == [("0", False)], "the second may be even"
    gate = district_gate(found)
    assert (gate.verdict, gate.value) == (GateVerdict.WARN, 0.0)
    said = "1 by the estimate, not by the whole interval, b in district 0 at 2.22 times the furthest"
    assert gate.detail == f"0 of 20 comparisons in 20 districts lie wholly beyond the limit; {said}"
    assert find_in_districts(city(group(1.9, 0.24)), limit=2.0).unclear == ()
    both = gate_of(city(group(2.22, 0.24), group(4.0, 0.66)))
    assert (both.verdict, both.value, said in both.detail) == (GateVerdict.WARN, 1.0, True)
