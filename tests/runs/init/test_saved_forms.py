"""`init` on exports as GIS desks and databases save them: GeoParquet, columns of lists, times counted since 1970."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patrolcast.runs.init.draft import draft_city

TIMES = pd.date_range("2026-01-01", periods=60, freq="h")
RECORDS = {"id": range(60), "offense": ["THEFT", "BURGLARY", "ASSAULT"] * 20}
X, Y = np.linspace(-87.7, -87.6, 60), np.linspace(41.8, 41.9, 60)


def keys(export: Path) -> dict[str, str]:
    """Key -> value of the drafted config, without comments."""
    lines = draft_city(export, out=export.parent / "configs" / "city.toml").config_text.splitlines()
    pairs = (line.partition("#")[0].partition(" = ") for line in lines)
    return {key.strip(): value.strip().strip('"') for key, _, value in pairs if value}


@pytest.mark.parametrize("crs", [4326, 3435])
def test_the_points_of_geoparquet_are_longitude_and_latitude(tmp_path: Path, crs: int) -> None:
    table = pd.DataFrame({**RECORDS, "occurred_at": TIMES})
    frame = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(X, Y), crs=4326).to_crs(crs)
    frame.to_parquet(tmp_path / "export.parquet")
    drafted = keys(tmp_path / "export.parquet")
    assert (drafted["longitude"], drafted["latitude"], drafted["crs"]) == ("longitude", "latitude", "EPSG:4326")


def test_columns_of_lists_records_and_bytes_are_passed_over(tmp_path: Path) -> None:
    more = {
        "occurred_at": TIMES,
        "lon": X,
        "lat": Y,
        "tags": [["a"]] * 60,
        "rec": [{"a": 1}] * 60,
        "raw": [b"\xff"] * 60,
    }
    pq.write_table(pa.Table.from_pandas(pd.DataFrame({**RECORDS, **more})), tmp_path / "export.parquet")
    assert keys(tmp_path / "export.parquet")["occurred_at"] == "occurred_at"


@pytest.mark.parametrize(("unit", "time_format"), [("s", "epoch"), ("ms", "epoch_ms")])
def test_times_counted_since_1970_are_drafted_in_a_form_that_check_reads(
    tmp_path: Path, unit: str, time_format: str
) -> None:
    counted = TIMES.as_unit("s" if unit == "s" else "ms").asi8
    pd.DataFrame({**RECORDS, "occurred_at": counted, "lon": X, "lat": Y}).to_csv(tmp_path / "export.csv", index=False)
    assert keys(tmp_path / "export.csv")["time_format"] == time_format
