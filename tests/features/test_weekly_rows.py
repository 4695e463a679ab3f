"""Weekly rows: each incident of a whole week once, none of another window, nothing that speaks of a single shift."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.domain.matrix import FeatureSpec
from patrolcast.domain.settings import Features
from patrolcast.features.catalogue import catalogue
from patrolcast.features.weekly_rows import DAYS, speaks_of_a_week, whole_weeks

CATALOGUE = catalogue({}, Features(holidays="US", paydays=[1]))


@given(
    n_slots=st.integers(1, 4),
    n_days=st.integers(1, 40),
    before=st.integers(0, 9),
    late=st.integers(0, 3),
    early=st.integers(0, 3),
    seed=st.integers(0, 99),
)
@settings(max_examples=80, deadline=None)
def test_weeks_are_counted_back_from_the_last_whole_day(
    n_slots: int, n_days: int, before: int, late: int, early: int, seed: int
) -> None:
    """A window may begin and end within a day. An oracle sums day by day."""
    rng = np.random.default_rng(seed)
    occurred = rng.poisson(0.4, ((before + n_days + 2) * n_slots, 5)).astype(np.uint16)
    shifts = np.arange(before * n_slots + early % n_slots, (before + n_days) * n_slots - late % n_slots, dtype=np.int32)
    if not len(shifts):
        return
    weeks = whole_weeks(shifts, shifts // n_slots, occurred, n_slots=n_slots)
    whole = [day for day in range(before, before + n_days)
             if set(range(day * n_slots, (day + 1) * n_slots)) <= set(shifts.tolist())]  # fmt: skip
    assert len(weeks) == len(whole) // DAYS
    for k in range(len(weeks)):
        days = whole[len(whole) - DAYS * (len(weeks) - k) :][:DAYS]
        assert weeks.origins[k] == days[0]
        assert weeks.first_shift[k] == days[0] * n_slots
        wanted = sum(occurred[day * n_slots : (day + 1) * n_slots].sum(axis=0) for day in days)
        assert (weeks.counts[k] == wanted).all()


def test_a_window_shorter_than_a_week_holds_none() -> None:
    weeks = whole_weeks(
        np.arange(6, dtype=np.int32), np.arange(6, dtype=np.int32), np.ones((6, 2), np.uint16), n_slots=1
    )
    assert len(weeks) == 0
    assert weeks.counts.shape == (0, 2)


@pytest.mark.parametrize("spec", CATALOGUE, ids=lambda spec: spec.name)
def test_only_what_stands_still_over_an_origin_speaks_of_a_week(spec: FeatureSpec) -> None:
    """By the phrase a person reads, not by the rule under test: a shift's hour, day or holiday is in its words."""
    of_a_shift = ("time of day", "{weekday}", "day of the week", "holiday", "payday", "dark", "days ahead")
    assert speaks_of_a_week(spec) != any(words in spec.phrase for words in of_a_shift)
