"""The panel's edges: moments that fall on a border, histories that start thin, nothing to count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import h3
import numpy as np
import pandas as pd
import pytest
from tests.properties.panels import CELLS
from tests.runs.hand_panel import hand_panel

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.tables import INCIDENT_COLUMNS, CitizenIncidents, SetAsideRecords
from patrolcast.grid.panel import Panel, build_panel, panel_with_records, set_aside_counts

PLACE = h3.cell_to_latlng(CELLS.iloc[0])
AS_OF = datetime(2026, 3, 10, 10, tzinfo=UTC)  # 05:00 in Chicago


def panel(rows: list[tuple[str, str]], *, first_day: date | None = date(2026, 3, 1), copies: int = 1) -> Panel:
    """A panel of (occurred, reported) instants in UTC, all in the first cell."""
    rows = rows * copies
    moments = [pd.to_datetime([row[i] for row in rows], utc=True, format="ISO8601").as_unit("us") for i in (0, 1)]
    n = len(rows)
    values = [*moments, [PLACE[1]] * n, [PLACE[0]] * n, ["T"] * n, ["theft"] * n, ["citizen"] * n]
    table = pd.DataFrame(dict(zip(INCIDENT_COLUMNS, values, strict=True)))
    position = np.zeros(n, dtype=np.int32)
    return build_panel(CitizenIncidents(table), position, n_cells=7, as_of=AS_OF, timezone="America/Chicago",
                       shift_starts=["06:00", "14:00", "22:00"], horizon_days=1, first_day=first_day)  # fmt: skip


def where(made: Panel) -> list[tuple[str, int]]:
    """Local day and slot of each counted incident."""
    rows = made.calendar.iloc[made.shift]
    return [(f"{day:%m-%d}", int(slot)) for day, slot in zip(rows["shift_day"], rows["slot"], strict=True)]


@pytest.mark.parametrize(
    ("occurred", "wanted"),
    [
        ("2026-03-05T12:00:00Z", ("03-05", 0)),  # 06:00 on the dot: the new shift
        ("2026-03-05T11:59:59.999999Z", ("03-04", 2)),  # a moment before: still last night's
        ("2026-03-05T20:00:00Z", ("03-05", 1)),
        ("2026-03-08T07:59:59Z", ("03-07", 2)),  # 01:59:59 before the clock goes forward
        ("2026-03-08T08:00:00Z", ("03-07", 2)),  # 03:00 after it
        ("2026-03-08T11:00:00Z", ("03-08", 0)),  # 06:00 summer time
    ],
)
def test_a_moment_on_a_border_belongs_to_the_shift_that_begins(occurred: str, wanted: tuple[str, int]) -> None:
    assert where(panel([(occurred, occurred)])) == [wanted]


@pytest.mark.parametrize(
    ("reported", "night"),
    [("2026-03-09T10:00:00Z", 8), ("2026-03-09T10:00:00.000001Z", 9), ("2026-03-10T10:00:00Z", 9)],
)
def test_a_report_is_known_from_the_first_night_at_or_after_it(reported: str, night: int) -> None:
    made = panel([("2026-03-05T12:00:00Z", reported)])
    assert made.known_day.tolist() == [night]
    assert made.n_days == 10


def test_how_late_reports_usually_are_is_what_a_training_may_know() -> None:
    prompt = [("2026-03-03T12:00:00Z", "2026-03-03T13:00:00Z")] * 3
    late = [("2026-03-03T12:00:00Z", "2026-03-09T13:00:00Z")] * 5
    made = panel(prompt + late)
    assert made.usual_delay_days == 7
    assert made.with_targets_known_by(5).usual_delay_days == 1


def test_a_report_a_microsecond_after_as_of_is_not_known() -> None:
    with pytest.raises(DataRefusedError) as caught:
        panel([("2026-03-05T12:00:00Z", "2026-03-10T10:00:00.000001Z")])
    assert str(caught.value) == ("incidents: got none known by as_of; at least one; check as_of and the codebook")


def test_what_occurred_before_the_history_is_named_and_not_counted() -> None:
    made = panel([("2026-02-01T12:00:00Z", "2026-03-05T12:00:00Z"), ("2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z")])
    assert made.uncounted == {"before the history": 1, "outside the grid": 0}
    assert made.occurred(0).sum() == 1


def test_a_history_begins_in_the_first_month_that_is_not_thin() -> None:
    """One old occurrence reported late must not make fifteen empty years."""
    old = [("2011-05-02T12:00:00Z", "2026-01-02T12:00:00Z")]
    months = [
        (f"2026-{m:02d}-{d:02d}T15:00:00Z", f"2026-{m:02d}-{d:02d}T16:00:00Z") for m in (1, 2) for d in range(3, 28)
    ]
    made = panel(old + months, first_day=None)
    assert made.calendar["shift_day"].iloc[0] == pd.Timestamp("2026-01-03")
    assert made.uncounted["before the history"] == 1


def test_more_incidents_than_a_count_can_hold_are_refused_and_never_wrap() -> None:
    made = panel([("2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z")], copies=65_536)
    with pytest.raises(DataRefusedError) as caught:
        made.occurred(0)
    assert str(caught.value) == "incidents: got 65536 in one cell and period; at most 65,535"


def test_a_panel_without_a_category_names_its_incidents_and_keeps_the_others() -> None:
    made = panel([("2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z"), ("2026-03-06T12:00:00Z", "2026-03-06T13:00:00Z")])
    both = replace(made, categories=("arson", "theft"), category=np.array([0, 1], dtype=np.int8))
    rest = both.without({0: "in the category arson"})
    assert (rest.categories, rest.category.tolist(), rest.n_known) == (("theft",), [0], 2)
    assert rest.uncounted["in the category arson"] == 1
    np.testing.assert_array_equal(rest.occurred(0), both.occurred(1))
    np.testing.assert_array_equal(rest.known(None), both.known(1))


def test_targets_known_by_a_night_leave_out_what_was_reported_after_it_and_features_keep_it() -> None:
    made = panel([("2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z"), ("2026-03-05T12:30:00Z", "2026-03-08T13:00:00Z")])
    assert made.known_day.tolist() == [5, 8]
    assert made.occurred(0).sum() == 2
    for day, targets in ((4, 0), (5, 1), (7, 1), (8, 2)):
        past = made.with_targets_known_by(day)
        assert past.occurred(0).sum() == targets
        np.testing.assert_array_equal(past.known(0), made.known(0))
    assert made.targets_known_by is None


def records(*rows: tuple[str, str, str]) -> SetAsideRecords:
    """Set-aside records of (occurred, reported, provenance)."""
    moments = [pd.to_datetime([row[i] for row in rows], utc=True, format="ISO8601").as_unit("us") for i in (0, 1)]
    n = len(rows)
    values = [*moments, [PLACE[1]] * n, [PLACE[0]] * n, ["STOP"] * n, ["stop"] * n, [row[2] for row in rows]]
    return SetAsideRecords(pd.DataFrame(dict(zip(INCIDENT_COLUMNS, values, strict=True))))


ASIDE = records(
    ("2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z", "officer"),
    ("2026-03-06T12:00:00Z", "2026-03-06T13:00:00Z", "officer"),  # outside the grid
    ("2026-03-06T12:00:00Z", "2026-03-06T13:00:00Z", "unknown"),
    ("2026-02-01T12:00:00Z", "2026-03-07T13:00:00Z", "officer"),  # before the history
    ("2026-03-06T12:00:00Z", "2026-03-11T13:00:00Z", "officer"),  # known after the last night
)
CELL = np.array([3, -1, 3, 3, 3], dtype=np.int32)


def test_set_aside_records_are_counted_by_the_night_they_became_known() -> None:
    made = panel([("2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z")])
    counts = set_aside_counts(ASIDE, CELL, made, provenance=Provenance.OFFICER)
    nights = {(int(day), int(cell)): int(counts[day, cell]) for day, cell in np.argwhere(counts)}
    assert nights == {(5, 3): 1, (7, 3): 1}


def test_records_counted_for_a_comparison_are_a_category_of_their_own_and_change_no_other() -> None:
    made = panel([("2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z")])
    wider = panel_with_records(ASIDE, CELL, made, provenance=Provenance.OFFICER, category="enforcement")
    assert wider.categories == ("theft", "enforcement")
    np.testing.assert_array_equal(wider.occurred(0), made.occurred(0))
    assert [int(n) for n in np.argwhere(wider.occurred(1))[0]] == [4 * 3, 3]
    assert wider.occurred(1).sum() == 1  # what occurred before the history has no shift


def test_incidents_lie_category_by_category_however_they_came() -> None:
    """(category, shift, cell, known day): those of one category are a slice, in the order in which they came."""
    made = hand_panel([(1, 0, 2, 1), (0, 1, 0, 2), (1, 0, 1, 3), (0, 0, 1, 1)])
    assert made.category.tolist() == [0, 0, 1, 1]
    assert (made.shift.tolist(), made.cell.tolist(), made.known_day.tolist()) == (
        [1, 0, 0, 0],
        [0, 1, 2, 1],
        [2, 1, 1, 3],
    )
    assert made.of(1).cell.tolist() == [2, 1]
    assert made.of(0).occurred(0).tolist() == made.occurred(0).tolist()
    assert made.occurred(0)[:2].tolist() == [[0, 1, 0], [1, 0, 0]]
    assert made.known(1)[:4].tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert not made.of(5).cell.size
