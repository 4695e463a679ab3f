"""Gaps by planting: named with whose they are and their dates, left out by a stated rule, overruled by the config."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.settings import Incidents
from patrolcast.grid.feed_series import FeedSeries
from patrolcast.grid.gaps import (
    DEFAULT_RULE,
    DeclaredGap,
    Gap,
    GapRule,
    find_gaps,
    gap_notes,
    gap_rule,
)
from patrolcast.numerics.arrays import IntArray

FIRST = date(2021, 1, 4)
N_DAYS = 1_100
HOLE = slice(400, 421)
HOLE_DAYS = (date(2022, 2, 8), date(2022, 2, 28))


def counts(mean: float, *, seed: int) -> IntArray:
    """Three years with a season of a quarter up and down, a busy weekend and Poisson counts."""
    day = np.arange(N_DAYS)
    rate = mean * (1 + 0.25 * np.sin(2 * np.pi * day / 365.25)) * np.where(day % 7 >= 5, 1.3, 0.9)
    return np.random.default_rng(seed).poisson(rate).astype(np.int64)


def series(by_category: dict[str, IntArray], *, districts: Sequence[str] = (), seed: int = 9) -> FeedSeries:
    """Incidents of each category, in districts at random."""
    day = np.concatenate([np.repeat(np.arange(N_DAYS), values) for values in by_category.values()])
    category = np.repeat(np.arange(len(by_category)), [values.sum() for values in by_category.values()])
    rng = np.random.default_rng(seed)
    district = rng.integers(0, len(districts), len(day)) if districts else np.full(len(day), -1)
    return FeedSeries(FIRST, N_DAYS, day, category, list(by_category), district, list(districts))


def two(theft: IntArray | None = None, assault: IntArray | None = None, **keywords: Sequence[str]) -> FeedSeries:
    return series({
        "theft": counts(12.0, seed=1) if theft is None else theft,
        "assault": counts(12.0, seed=2) if assault is None else assault,
    }, **keywords)  # fmt: skip


def holed(mean: float = 12.0, *, seed: int) -> IntArray:
    values = counts(mean, seed=seed)
    values[HOLE] = 0
    return values


def near(gap: Gap, first: date, last: date, *, days: int = 2) -> bool:
    return abs((gap.first - first).days) <= days and abs((gap.last - last).days) <= days


@pytest.mark.parametrize("seed", range(5))
def test_an_ordinary_feed_has_no_gap(seed: int) -> None:
    made = series({"theft": counts(12, seed=seed), "assault": counts(3, seed=50 + seed)}, districts=("1", "2", "3"))
    assert find_gaps(made, DEFAULT_RULE) == ()


def test_a_hole_of_the_whole_feed_is_named_once_and_left_out() -> None:
    [gap] = find_gaps(two(holed(seed=1), holed(seed=2), districts=("1", "2")), DEFAULT_RULE)
    assert (gap.kind, gap.category, gap.district, gap.left_out) == ("hole", None, None, True)
    assert (gap.first, gap.last) == HOLE_DAYS
    assert gap.observed == 0
    # 24 a day, 14 % more at this time of the year, a week's mean of 1.014: 21 such days.
    assert gap.expected == pytest.approx(24 * 1.14 * 1.014 * 21, rel=0.1)
    assert gap.sentence() == (
        f"all incidents, 2022-02-08 to 2022-02-28: 0 where about {gap.expected:,.0f} are usual; "
        "are records missing? These days are left out of training, levels and seasons"
    )


def test_a_hole_of_one_category_is_that_categorys() -> None:
    [gap] = find_gaps(two(holed(40, seed=1)), DEFAULT_RULE)
    assert (gap.kind, gap.category, gap.left_out) == ("hole", "theft", True)
    assert near(gap, *HOLE_DAYS)


def test_a_hole_of_one_district_is_that_districts() -> None:
    made = two(counts(60, seed=1), districts=("1", "2", "3", "4"))
    lost = (made.district == 2) & (made.day >= HOLE.start) & (made.day < HOLE.stop)
    left = FeedSeries(FIRST, N_DAYS, made.day[~lost], made.category[~lost], made.categories, made.district[~lost],
                      made.districts)  # fmt: skip
    [gap] = find_gaps(left, DEFAULT_RULE)
    assert (gap.kind, gap.category, gap.district) == ("hole", None, "3")
    assert near(gap, *HOLE_DAYS)
    assert gap.sentence().startswith("all incidents in district 3, 2022-02-0")


def test_a_night_of_unrest_is_an_event_and_left_out() -> None:
    theft = counts(12.0, seed=1)
    theft[900] = 400
    [gap] = find_gaps(two(theft, counts(40.0, seed=2)), DEFAULT_RULE)
    night = FIRST + timedelta(days=900)
    assert (gap.kind, gap.category, gap.first, gap.last, gap.left_out) == ("event", "theft", night, night, True)


@pytest.mark.parametrize(("days", "kind", "left_out"), [(7, "event", True), (10, "surge", False)])
def test_a_surge_of_more_than_a_week_is_named_and_counted(days: int, kind: str, left_out: bool) -> None:
    theft, assault = counts(40.0, seed=1), counts(40.0, seed=2)
    theft[600 : 600 + days] *= 3
    assault[600 : 600 + days] *= 3
    [gap] = find_gaps(two(theft, assault), DEFAULT_RULE)
    assert (gap.kind, gap.left_out, gap.category) == (kind, left_out, None)


def test_a_category_that_is_renamed_stops_and_begins_late_and_only_the_late_start_is_left_out() -> None:
    old, new = counts(12.0, seed=1), counts(12.0, seed=1)
    old[700:] = new[:700] = 0
    gaps = find_gaps(series({"theft": old, "larceny": new, "assault": counts(12.0, seed=2)}), DEFAULT_RULE)
    assert [(gap.category, gap.kind, gap.left_out) for gap in gaps] == [
        ("theft", "stop", False), ("larceny", "late start", True)
    ]  # fmt: skip
    assert "was this category renamed, or its feed cut off?" in gaps[0].sentence()


def test_the_config_switches_each_kind_off() -> None:
    made = two(holed(seed=1), holed(seed=2))
    [gap] = find_gaps(made, GapRule(kinds=("event",)))
    assert (gap.kind, gap.left_out) == ("hole", False)
    assert gap.sentence().endswith("are records missing? These days are counted as they stand")


def declared(first: date, last: date, *, leave_out: bool, category: str | None = None) -> GapRule:
    return GapRule(declared=(DeclaredGap(first, last, category, None, leave_out, "the server moved"),))


def test_a_declared_gap_is_left_out_though_nothing_is_found() -> None:
    [gap] = find_gaps(two(), declared(date(2022, 5, 1), date(2022, 5, 9), leave_out=True, category="theft"))
    assert (gap.kind, gap.category, gap.first, gap.last, gap.left_out) == (
        "declared", "theft", date(2022, 5, 1), date(2022, 5, 9), True
    )  # fmt: skip
    assert gap.sentence() == (
        "theft, 2022-05-01 to 2022-05-09: left out of training, levels and seasons, as the config declares "
        "(the server moved)"
    )


@pytest.mark.parametrize(("share", "left_out"), [(0.05, True), (0.3, False)])
def test_a_series_that_begins_at_a_third_is_named_and_counted(share: float, left_out: bool) -> None:
    theft = counts(30.0, seed=1)
    theft[:700] = np.random.default_rng(4).binomial(theft[:700], share)
    [gap] = find_gaps(two(theft, counts(60.0, seed=2)), DEFAULT_RULE)
    assert (gap.kind, gap.category, gap.left_out) == ("late start", "theft", left_out)


@pytest.mark.parametrize("day", [date(2014, 5, 1), date(2031, 5, 1)])
def test_a_declared_gap_outside_the_records_is_said_to_be_one(day: date) -> None:
    [gap] = find_gaps(two(), declared(day, day, leave_out=True))
    assert not gap.left_out
    assert gap.sentence() == (
        f"all incidents, {day}: declared as a gap, but the records hold no such day: is the year right?"
    )


def test_a_found_hole_that_the_config_declares_right_is_counted() -> None:
    made = two(holed(seed=1), holed(seed=2))
    [gap] = find_gaps(made, declared(*HOLE_DAYS, leave_out=False))
    assert not gap.left_out
    assert gap.sentence().endswith("usual; counted as they stand, as the config declares (the server moved)")
    # Other days, or one category only, say nothing of a hole of all incidents.
    assert find_gaps(made, declared(date(2022, 5, 1), date(2022, 5, 9), leave_out=False))[0].left_out
    assert find_gaps(made, declared(*HOLE_DAYS, leave_out=False, category="theft"))[0].left_out


@pytest.mark.parametrize(
    ("gap", "message"),
    [
        (
            {"category": "thefts"},
            "[[incidents.gaps]] category: got 'thefts'; must be a category of the codebook; "
            "use one of 'assault', 'theft'",
        ),
        (
            {"district": "9"},
            "[[incidents.gaps]] district: got '9'; must be a district of the districts layer; "
            "the config names no districts layer",
        ),
    ],
)
def test_a_gap_of_nothing_that_exists_is_refused(gap: dict[str, str], message: str) -> None:
    given = {"category": None, "district": None, **gap}
    rule = GapRule(declared=(DeclaredGap(*HOLE_DAYS, given["category"], given["district"], True, "moved"),))
    with pytest.raises(ConfigError) as caught:
        rule.refuse_unknown(["assault", "theft"], [])
    assert str(caught.value) == message
    GapRule(declared=(DeclaredGap(*HOLE_DAYS, "theft", "9", True, "moved"),)).refuse_unknown(["theft"], ["9"])


def test_the_rule_of_a_config_is_its_kinds_and_its_gaps() -> None:
    incidents = Incidents.model_validate({
        "path": Path("a.csv"),
        "columns": dict.fromkeys(("occurred_at", "longitude", "latitude", "offence"), "x"),
        "leave_out": ["hole"],
        "gaps": [{"first": "2022-05-01", "last": "2022-05-09", "district": "3", "reason": "the server was moved"}],
    })  # fmt: skip
    assert gap_rule(incidents) == GapRule(
        ("hole",), (DeclaredGap(date(2022, 5, 1), date(2022, 5, 9), None, "3", True, "the server was moved"),)
    )


def test_eight_gaps_are_named_and_the_rest_counted() -> None:
    day = date(2022, 1, 1)
    gaps = [Gap("surge", day, day + timedelta(days=k), None, None, False, 9, 3) for k in range(9)]
    out = Gap("hole", day, day, "theft", None, True, 0, 9)
    notes = gap_notes([*gaps, out])
    assert notes[0] == out.sentence()
    assert notes[1] == gaps[-1].sentence()
    assert notes[8:] == ["2 more such findings in the feed's history"]
    said = [Gap("declared", day, day, None, str(k), True, reason="the server was moved") for k in range(9)]
    notes = gap_notes([*gaps, *said])
    assert notes[:9] == [gap.sentence() for gap in said], "whatever a config declares is named"
    assert notes[17] == "1 more such findings in the feed's history"
    assert gap_notes(gaps[:8]) == [gap.sentence() for gap in reversed(gaps[:8])]


def test_a_history_of_no_day_has_no_gap() -> None:
    empty = FeedSeries(FIRST, 0, np.zeros(0, np.int64), np.zeros(0, np.int64), ["theft"], np.zeros(0, np.int64), [])
    assert find_gaps(empty, DEFAULT_RULE) == ()
