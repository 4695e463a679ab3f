"""The dosage log and the visits of an extract: typed, whole, and never about an officer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.logs import CELLS, good_row, write_log

from patrolcast.domain.dosage_log import LOG_COLUMN_NAMES, LOG_COLUMNS
from patrolcast.domain.errors import DataRefusedError, PatrolcastError, ProhibitedDataError
from patrolcast.domain.settings import VisitColumns, VisitsExtract
from patrolcast.runs.load.operations import read_dosage_log, read_visits

DOCS = Path(__file__).parents[2] / "docs" / "dosage-log.md"


def rows() -> list[dict[str, str]]:
    return [good_row(cell) for cell in CELLS]


def test_a_good_log_is_read_typed_and_in_order(tmp_path: Path) -> None:
    log = read_dosage_log(write_log(tmp_path / "log.csv", rows()[::-1])).table
    assert log["cell"].tolist() == sorted(CELLS)
    assert log["shift_start"].iloc[0] == pd.Timestamp("2026-06-29T11:00Z")
    assert log["shift_end"].iloc[0] == pd.Timestamp("2026-06-29T19:00Z")
    assert (log["propensity"].dtype, log["delivered_visits"].dtype) == (np.float64, np.float64)
    assert log["score_28_days_later"].isna().all()


def test_the_order_of_columns_is_free(tmp_path: Path) -> None:
    turned = read_dosage_log(write_log(tmp_path / "turned.csv", rows(), header=LOG_COLUMN_NAMES[::-1]))
    assert turned.table.equals(read_dosage_log(write_log(tmp_path / "log.csv", rows())).table)


def test_not_delivered_and_not_known_are_two_things(tmp_path: Path) -> None:
    logged = [good_row(CELLS[0], delivered_visits="0"), good_row(CELLS[1], delivered_visits="")]
    by_cell = read_dosage_log(write_log(tmp_path / "log.csv", logged)).table.set_index("cell")["delivered_visits"]
    assert by_cell[CELLS[0]] == 0
    assert np.isnan(by_cell[CELLS[1]])


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("cell", "", "cell: must not be empty"),
        ("cell", "nowhere", "cell: must be an H3 index"),
        ("shift_start", "2026-06-29 11:00", "shift_start: must be ISO 8601 with a zone, e.g. 2026-06-30T11:00:00Z"),
        ("shift_start", "2026-13-29T11:00:00Z", "shift_start: must be ISO 8601 with a zone, e.g. 2026-06-30T11:00:00Z"),
        ("shift_end", "2026-06-29T11:00:00Z", "shift_end: must lie after shift_start"),
        ("role", "ordered", "role: must be one of suggested, explored, comparison"),
        ("propensity", "0", "propensity: above 0, at most 1"),
        ("propensity", "1.5", "propensity: above 0, at most 1"),
        ("propensity", "nan", "propensity: must be a number, 0 or more"),
        ("score", "-1", "score: must be a number, 0 or more"),
        ("suggested_visits", "1.5", "suggested_visits: must be a whole number, 0 or more"),
        ("delivered_minutes", "ten", "delivered_minutes: must be a number, 0 or more"),
        (
            "decision",
            "maybe",
            "decision: must be one of accepted, amended, declined, not_actioned, unanswered",
        ),
        ("reason", "saw John there", "reason: must be a code (a-z, 0-9, _), never free text"),
        ("suggestion_id", "7", "suggestion_id: must be shift_start in UTC and cell"),
    ],
)
def test_one_bad_value_refuses_the_log_by_line_and_rule_and_is_not_shown(
    tmp_path: Path, column: str, value: str, rule: str
) -> None:
    spoiled = [rows()[0], rows()[1] | {column: value}, rows()[2]]
    with pytest.raises(DataRefusedError) as refused:
        read_dosage_log(write_log(tmp_path / "log.csv", spoiled))
    assert str(refused.value) == f"log.csv line 3: {rule}; correct the log".replace(": must", ": must")
    assert value == "" or value == "0" or value not in str(refused.value) or value in rule


def test_a_cell_has_one_row_in_a_shift(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match=r"^log\.csv line 5: suggestion_id: one row per cell and shift"):
        read_dosage_log(write_log(tmp_path / "log.csv", [*rows(), rows()[0]]))


@pytest.mark.parametrize(
    "column",
    ["officer", "Officer ID", "BadgeNo", "unit", "UNIT_ID", "Car", "call_sign", "Radio", "vehicle_id", "decided_by",
     "employee number", "victim_name", "driver"],
)  # fmt: skip
def test_a_column_about_officers_refuses_the_log_with_exit_14_and_shows_no_value(tmp_path: Path, column: str) -> None:
    spoiled = [row | {column: "Smith-4711"} for row in rows()]
    with pytest.raises(ProhibitedDataError) as refused:
        read_dosage_log(write_log(tmp_path / "log.csv", spoiled, header=(*LOG_COLUMN_NAMES, column)))
    assert refused.value.exit_code == 14
    assert "Smith" not in str(refused.value)
    assert column in str(refused.value)


def test_an_unknown_and_a_missing_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match=r"^log\.csv header: got column 'weather'; a dosage log has exactly"):
        read_dosage_log(write_log(tmp_path / "log.csv", rows(), header=(*LOG_COLUMN_NAMES, "weather")))
    with pytest.raises(DataRefusedError, match=r"^log\.csv header: got no column propensity; a dosage log has exactly"):
        read_dosage_log(
            write_log(tmp_path / "log.csv", rows(), header=tuple(n for n in LOG_COLUMN_NAMES if n != "propensity"))
        )


def test_a_ragged_row_and_a_missing_file_are_refused_in_one_line(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", rows() * 1)
    path.write_text(path.read_text() + "too,short\n")
    with pytest.raises(DataRefusedError, match=r"^log\.csv line 5: got 2 fields where the header has"):
        read_dosage_log(path)
    with pytest.raises(DataRefusedError, match=r"^none\.csv: got no such file"):
        read_dosage_log(tmp_path / "none.csv")


def test_every_column_of_the_log_is_documented_with_who_fills_it() -> None:
    text = DOCS.read_text(encoding="utf-8")
    documented = {}
    for line in (line for line in text.splitlines() if line.startswith("| `")):
        names, _, _, who, _ = (part.strip() for part in line.strip("|").split("|"))
        documented |= {name.strip("` "): who for name in names.split(",")}
    assert documented == {column.name: column.filled_by for column in LOG_COLUMNS}


def extract(path: Path, **columns: str | None) -> VisitsExtract:
    names = {"arrived_at": "ARRIVE", "left_at": None, "minutes": "MIN", "longitude": "LON", "latitude": "LAT"}
    return VisitsExtract(path=path, time_format="%m/%d/%Y %H:%M:%S", columns=VisitColumns(**(names | columns)))


def visits_file(path: Path, *lines: str, header: str = "ID,ARRIVE,MIN,LON,LAT") -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def read_tiny(path: Path, **columns: str | None):
    return read_visits(extract(path, **columns), timezone="America/Chicago", resolution=9).table


def test_an_extract_is_read_by_its_mapping_in_local_time(tmp_path: Path) -> None:
    path = visits_file(tmp_path / "avl.csv", "1,06/29/2026 07:00:00,12.5,-87.65,41.85")
    (visit,) = read_tiny(path).itertuples(index=False)
    assert visit.arrived_at == pd.Timestamp("2026-06-29T12:00Z")
    assert visit.left_at - visit.arrived_at == pd.Timedelta("12min 30s")
    assert visit.cell == "892664ca8dbffff" or len(visit.cell) == 15


def test_cells_and_departures_are_read_where_they_are_mapped(tmp_path: Path) -> None:
    line = f"06/29/2026 07:00:00,06/29/2026 07:20:00,{CELLS[1]}"
    path = visits_file(tmp_path / "cad.csv", line, header="ARRIVE,LEAVE,HEX")
    (visit,) = read_tiny(path, left_at="LEAVE", minutes=None, longitude=None, latitude=None, cell="HEX").itertuples()
    assert (visit.cell, visit.left_at) == (CELLS[1], pd.Timestamp("2026-06-29T12:20Z"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1,29.06.2026 07:00,12,-87.65,41.85", "avl.csv line 2: arrived_at: must read as %m/%d/%Y %H:%M:%S"),
        ("1,06/29/2026 07:00:00,-3,-87.65,41.85", "avl.csv line 2: minutes: must be a number, 0 or more"),
        ("1,06/29/2026 07:00:00,9000,-87.65,41.85", "avl.csv line 2: left_at: a visit lasts at most a day"),
        ("1,06/29/2026 07:00:00,12,-87.65,141.85", "avl.csv line 2: latitude: must be degrees within 90"),
        ("1,06/29/2026 07:00:00,12,,41.85", "avl.csv line 2: longitude: must be degrees within 180"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(DataRefusedError) as refused:
        read_tiny(visits_file(tmp_path / "avl.csv", line))
    assert str(refused.value) == f"{message}; correct the log"


def test_an_extract_with_a_unit_column_is_refused_though_it_is_not_mapped(tmp_path: Path) -> None:
    path = visits_file(tmp_path / "avl.csv", "B12,06/29/2026 07:00:00,1,-87.65,41.85", header="UNIT,ARRIVE,MIN,LON,LAT")
    with pytest.raises(PatrolcastError) as refused:
        read_tiny(path)
    assert refused.value.exit_code == 14
    assert "B12" not in str(refused.value)


@pytest.mark.parametrize(
    "columns",
    [{"minutes": None}, {"left_at": "LEAVE"}, {"latitude": None}, {"cell": "HEX"}],
)
def test_a_mapping_that_says_too_little_or_too_much_is_refused(tmp_path: Path, columns: dict[str, str | None]) -> None:
    with pytest.raises(ValueError, match="must be mapped"):
        extract(tmp_path / "avl.csv", **columns)
