"""What was reported after a moment changes nothing that is made for that moment: panel, features, forecast."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.properties.panels import AS_OF, CELLS, RECORD, RECORDS, known_by_as_of, panel_of

from patrolcast.domain.shifts import to_instants
from patrolcast.features import city_rate, lags
from patrolcast.features.shift_share import ShareStrength, ShiftReports, count_by_shift
from patrolcast.grid.cells import rings
from patrolcast.grid.panel import Panel
from patrolcast.numerics.decay import decayed_mean

LATER = st.lists(RECORD.map(lambda one: {**one, "delay": one["minutes_before"] + 1 + one["delay"]}), min_size=1)
NEAR = rings(CELLS)


def moment_of(panel: Panel, day: int) -> datetime:
    """The moment of a night."""
    return AS_OF - timedelta(microseconds=int(panel.origins[-1] - panel.origins[day]))


def arrays_of(panel: Panel) -> dict[str, np.ndarray]:
    """What the panel hands on: counts by occurrence and by night, for both ways to count."""
    found = {"any": panel.known(None)}
    for k, name in enumerate(panel.categories):
        found |= {f"{name} occurred": panel.occurred(k), f"{name} known": panel.known(k)}
    return found


def features_of(known: np.ndarray) -> dict[str, np.ndarray]:
    """History features of every night, ``[n_days, n_cells]``."""
    long_run = lags.long_run_mean(known)
    day, cell = (np.repeat(part, known[known > 0]) for part in np.nonzero(known))
    by_shift = count_by_shift(
        ShiftReports(day, day % 2, day // 2 % 2, cell),
        n_slots=2,
        n_cells=known.shape[1],
        first_day=0,
        last_day=len(known) - 1,
    ).shares(ShareStrength(20.0, 20.0))
    return {
        "all": long_run,
        "decayed": decayed_mean(known, 14.0, dtype=np.float32),
        "ring": lags.over_ring(long_run, NEAR[0]),
        "share of the shift": np.array([by_shift.of_cells(origin, 1, 0) for origin in range(len(known))]),
        "city": city_rate.city_level(known, np.arange(len(known) + 32) % 365 + 1).rate,
    }


def check_blind_to_what_is_later(known: np.ndarray, other: np.ndarray, day: int) -> None:
    """Features of the nights up to ``day`` are the same bytes from both counts."""
    others = features_of(other)
    for name, values in features_of(known).items():
        assert values[: day + 1].tobytes() == others[name][: day + 1].tobytes(), name


@given(RECORDS, LATER)
@settings(max_examples=25, deadline=None)
def test_a_record_reported_after_as_of_changes_no_count(records: list[dict], later: list[dict]) -> None:
    records = [one for one in records if known_by_as_of(one)]
    assume(records)
    one, two = arrays_of(panel_of(records)), arrays_of(panel_of([*later, *records]))
    assert one.keys() == two.keys()
    assert [name for name in one if one[name].tobytes() != two[name].tobytes()] == []


@given(RECORDS, st.integers(1, 100))
@settings(max_examples=30, deadline=None)
def test_no_feature_of_a_night_sees_a_report_of_a_later_one(records: list[dict[str, Any]], back: int) -> None:
    """Two ways to be blind: the later reports never made, or the earlier night run on its own."""
    assume(any(known_by_as_of(one) for one in records))
    panel = panel_of(records)
    day = panel.n_days - 1 - back
    cut = panel.known(None).copy()
    cut[day + 1 :] = 0
    check_blind_to_what_is_later(panel.known(None), cut, day)
    night = moment_of(panel, day)
    assume(any(one["minutes_before"] - one["delay"] >= (AS_OF - night) / timedelta(minutes=1) for one in records))
    earlier = panel_of(records, as_of=night)
    np.testing.assert_array_equal(earlier.known(None), panel.known(None)[: day + 1])


def leaking(panel: Panel) -> Panel:
    """A panel that takes a report for known when it occurred, as an export read today would tempt one to."""
    start = to_instants(panel.calendar["shift_start"])
    return replace(panel, known_day=np.searchsorted(panel.origins, start[panel.shift]).astype(np.int32))


LATE = [{"minutes_before": 60 * 24 * 30, "delay": 60 * 24 * 20, "cell": 0, "category": "theft"}] * 3
PROMPT = [{"minutes_before": 60 * 24 * 60, "delay": 60, "cell": 1, "category": "theft"}] * 3


def test_a_panel_that_dates_reports_by_their_occurrence_is_caught() -> None:
    panel = panel_of(PROMPT + LATE)
    earlier = panel_of(PROMPT + LATE, as_of=moment_of(panel, panel.n_days - 16))
    np.testing.assert_array_equal(earlier.known(None), panel.known(None)[: earlier.n_days])
    with pytest.raises(AssertionError):
        np.testing.assert_array_equal(earlier.known(None), leaking(panel).known(None)[: earlier.n_days])


def test_a_feature_that_looks_one_night_ahead_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    known = panel_of(PROMPT + LATE).known(None)
    day = int(np.flatnonzero(known.any(axis=1))[-1]) - 1
    cut = known.copy()
    cut[day + 1 :] = 0
    check_blind_to_what_is_later(known, cut, day)
    honest = lags.long_run_mean
    monkeypatch.setattr(lags, "long_run_mean", lambda known, **more: np.roll(honest(known, **more), -1, axis=0))
    with pytest.raises(AssertionError, match="all"):
        check_blind_to_what_is_later(known, cut, day)
