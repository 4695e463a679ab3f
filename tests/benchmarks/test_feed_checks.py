"""Faults of a feed planted into the sample city, and into real ones by `make check-long`; clean nights are silent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.cities.feed_faults import FAULTS, Fault, thinned
from benchmarks.feed_checks import City, city_of, clean, planted
from benchmarks.page import say

from patrolcast.audit.feed.names import ASKED, breaches

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sample() -> City:
    """Read once."""
    return city_of("sample")


def test_a_clean_sample_is_silent_on_six_nights(sample: City) -> None:
    assert [told for told in clean(sample, 6).values() if told] == []


@pytest.mark.parametrize("fault", [one for one in FAULTS if one.name != "last day short"], ids=lambda one: one.name)
def test_a_strong_fault_of_the_sample_is_found_by_the_check_that_is_meant_for_it(sample: City, fault: Fault) -> None:
    night = sample.night(list(sample.nights(3))[-1])
    broken = fault.plant(night, fault.strengths[2], np.random.default_rng(3))
    assert {check.name for check in breaches(sample.checks(broken))} & {*fault.by}
    assert breaches(sample.checks(night)) == []


def test_a_last_day_that_is_all_but_gone_moves_the_windows_back_and_is_seen_the_night_after(sample: City) -> None:
    night, rng = sample.night(list(sample.nights(3))[-1]), np.random.default_rng(3)
    assert [check.name for check in breaches(sample.checks(thinned(1, 1)(night, 0.95, rng)))] == ["feed_days"]


def test_every_check_has_a_fault_that_is_planted_for_it() -> None:
    assert {name for fault in FAULTS for name in fault.by} == set(ASKED)


def test_a_city_that_is_never_looked_at_would_be_found_out(sample: City) -> None:
    """The twin: with limits that nothing breaks, the planted faults are missed, and the count says so."""
    blind = replace(sample)
    blind.checks = lambda night: ()  # type: ignore[method-assign]
    assert {hits for found in planted(blind, list(sample.nights(1))) for hits in found.hits} == {0}


@pytest.mark.long
@pytest.mark.parametrize("name", ["chicago", "portland"])
def test_real_cities_are_silent_on_sixty_nights_and_both_stronger_faults_are_found(name: str) -> None:
    """Where the data are missing this fails: what was not measured is not shown."""
    city = city_of(name)
    silent = [night for night, told in clean(city, 60).items() if not told]
    found = planted(city, list(city.nights(60))[::20])
    say(f"{name}: silent on {len(silent)} of 60; found {[(one.fault.name, one.hits, one.n) for one in found]}")
    assert len(silent) == 60
    assert [one.fault.name for one in found if one.hits[1:] != [one.n, one.n]] == []
