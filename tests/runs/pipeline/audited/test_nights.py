"""The nights of the audit: patrol as the run allocates it, need as the ranking weighs it, summed by night."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
from tests.runs.hand_panel import hand_panel

from patrolcast.domain.settings import Patrol
from patrolcast.grid.gaps import Gap
from patrolcast.runs.pipeline.allocation import build_allocator
from patrolcast.runs.pipeline.audited.nights import AuditedNights, audited_nights
from patrolcast.runs.pipeline.windows import TimeWindows, Window

BURGLARY, THEFT = 0, 1


def audit(*gaps: Gap) -> AuditedNights:
    """Two nights of two shifts; a burglary weighs 4, a theft 1; one visit of 10 minutes a shift."""
    panel = hand_panel(
        [
            (BURGLARY, 2, 0, 2), (THEFT, 3, 0, 2), (THEFT, 3, 1, 2),  # the first night: shifts 2 and 3
            (THEFT, 4, 2, 3), (THEFT, 5, 2, 3), (BURGLARY, 5, 1, 3),  # the second: shifts 4 and 5
            (BURGLARY, 0, 2, 1),  # before the window
        ],
        starts=["00:00", "12:00"],
    )  # fmt: skip
    panel = replace(panel, gaps=gaps, district=np.array(["d", "d", "e"]))
    cells = gpd.GeoDataFrame({"cell": ["a", "b", "c"], "district": ["d", "d", "d"]})
    patrol = Patrol(weights={"burglary": 4.0}, minutes_per_district=10, visit_minutes=10, visits_per_cell=1)
    expected = np.zeros((2, 4, 3), dtype=np.float32)
    expected[THEFT, :, 0] = 0.3
    expected[BURGLARY, :, 1] = 0.1  # weighed by 4: before the 0.3 thefts of cell a
    expected[THEFT, 3, 2] = 0.5
    shifts = np.arange(2, 6, dtype=np.int32)
    none = Window(shifts[:0], shifts[:0])
    windows = TimeWindows(training=none, validation=Window(shifts, shifts // 2), horizon=none)
    allocator = build_allocator(cells, panel.categories, patrol, starts=["06:00", "18:00"], seed=1)
    made = SimpleNamespace(validated=expected, validated_by_halves=(expected, expected[:, :, ::-1]))
    return audited_nights(panel, windows, made, allocator)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def nights() -> AuditedNights:
    """Nights of which every record came in."""
    return audit()


def test_need_weighs_each_report_as_the_ranking_weighs_its_category(nights: AuditedNights) -> None:
    assert nights.need.tolist() == [[5.0, 1.0, 0.0], [0.0, 4.0, 2.0]]
    assert nights.counts.tolist() == [[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]]


def test_the_dose_is_the_minutes_of_the_cells_that_the_ranking_puts_first(nights: AuditedNights) -> None:
    assert nights.visits.tolist() == [[0, 1, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert nights.dose.tolist() == [[0.0, 20.0, 0.0], [0.0, 10.0, 10.0]]
    np.testing.assert_allclose(nights.score[0], [0.3, 0.4, 0.0], atol=1e-7)


def test_an_incident_is_reached_in_the_suggested_cell_and_shift_only(nights: AuditedNights) -> None:
    assert nights.reached.tolist() == [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]  # cell b rests in the last shift


def test_what_was_expected_of_a_cell_is_summed_over_categories_and_shifts(nights: AuditedNights) -> None:
    np.testing.assert_allclose(nights.predicted, [1.2, 0.4, 0.5], atol=1e-6)
    assert (nights.first, nights.last) == ("2026-01-06", "2026-01-07")


def test_another_training_has_the_minutes_that_its_own_forecast_allocates(nights: AuditedNights) -> None:
    """The first expects what the run does, the second the mirror image of it."""
    assert nights.other_minutes.shape == (nights.dose.shape[1], 2)
    assert nights.other_minutes[:, 0].tolist() == nights.dose.sum(axis=0).tolist()
    assert nights.other_minutes[:, 1].sum() == nights.dose.sum()
    assert nights.other_minutes[:, 1].tolist() != nights.dose.sum(axis=0).tolist()
    assert nights.days == (nights.first, *nights.days[1:-1], nights.last)


def test_where_records_are_missing_patrol_reports_and_expectations_are_left_out_alike(nights: AuditedNights) -> None:
    """Minutes beside reports that never came in would look like patrol without need."""
    day = date(2026, 1, 7)
    found = audit(Gap("declared", day, day, None, "e", True))
    seen = np.array([[1, 1, 1], [1, 1, 0]], dtype=bool)
    for amounts in ("dose", "need", "counts", "reached"):
        assert getattr(found, amounts).tolist() == np.where(seen, getattr(nights, amounts), 0.0).tolist(), amounts
    assert min(nights.dose[1, 2], nights.need[1, 2]) > 0, "there is something to leave out"
    np.testing.assert_allclose(found.predicted, [1.2, 0.4, 0.0], atol=1e-6)
    assert nights.other_minutes[2].tolist() == [10.0, 0.0]
    assert found.other_minutes[2].tolist() == [0.0, 0.0]
    assert found.share_complete().tolist() == [1.0, 1.0, 0.5]
    assert found.left_out == "0 of 2 nights and, in some places, 2 shifts are left out: records are missing"
    assert found.enough
    assert nights.left_out == ""
    assert nights.share_complete().tolist() == [1.0, 1.0, 1.0]


def test_a_night_without_any_record_is_none_of_the_audited(nights: AuditedNights) -> None:
    day = date(2026, 1, 6)
    found = audit(Gap("hole", day, day, "theft", None, True))
    assert found.days == nights.days[1:]
    assert found.dose.tolist() == nights.dose[1:].tolist()
    assert found.share_complete().tolist() == [1.0, 1.0, 1.0]
    assert found.left_out.startswith("1 of 2 nights are left out")
    assert found.enough, "half of the nights"
    assert not audit(Gap("hole", day, date(2026, 1, 7), None, None, True)).enough


def test_a_surge_that_is_counted_and_a_category_that_began_late_leave_nothing_out(nights: AuditedNights) -> None:
    first, last = date(2026, 1, 6), date(2026, 1, 7)
    found = audit(Gap("surge", first, last, None, None, False), Gap("late start", first, last, "theft", None, True))
    assert found.need.tolist() == nights.need.tolist()
