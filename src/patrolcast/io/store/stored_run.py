"""The tables of a stored run, read back after their SHA-256 was compared with the manifest's."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from patrolcast.io.store.run_store import read_manifest, read_verified, require_manifest_keys


@dataclass(frozen=True)
class StoredRun:
    """What a run left, as tables: no geometry.

    Attributes
    ----------
    forecast : columns of `forecast.parquet` without the outline.
    suggestions : columns of `suggestions.geojson`; times as instants.
    matrix : features of every forecast row.
    places : columns of `places.csv` as text; empty for a run made before there was one.
    """

    folder: Path
    manifest: dict[str, Any]
    forecast: pd.DataFrame
    suggestions: pd.DataFrame
    matrix: pd.DataFrame
    admission: dict[str, Any]
    audit: dict[str, Any]
    model: bytes
    places: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["cell", "district", "place"]))

    def place_of(self, cell: str) -> str:
        """What people call a cell, or ""."""
        named = self.places.loc[self.places["cell"] == cell, "place"]
        return "" if named.empty else str(named.iloc[0])


def read_run(folder: Path) -> StoredRun:
    """A stored run.

    Raises DataRefusedError: a file is missing or was changed since the run.
    """
    manifest = read_manifest(folder)
    require_manifest_keys(folder, manifest, "config", "features")

    def data(name: str) -> bytes:
        return read_verified(folder, manifest, name)

    return StoredRun(
        folder=folder,
        manifest=manifest,
        forecast=read_forecast(folder, manifest),
        suggestions=read_suggestions(folder, manifest),
        matrix=pd.read_parquet(io.BytesIO(data("model/matrix.parquet"))),
        admission=json.loads(data("admission.json")),
        audit=json.loads(data("audit.json")),
        model=data("model/model.txt"),
        **({"places": csv_rows(data("places.csv")).fillna("")} if "places.csv" in manifest["outputs"] else {}),
    )


def forecast_cells(folder: Path) -> frozenset[str]:
    """Cells that a run forecasts in; none where its table cannot be read, for whoever only looks at other runs."""
    try:
        return frozenset(map(str, pd.read_parquet(folder / "forecast.parquet", columns=["cell"])["cell"].unique()))
    except (OSError, ValueError, KeyError):
        return frozenset()


def read_forecast(folder: Path, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """The forecast of a run, without the outlines."""
    data = read_verified(folder, manifest, "forecast.parquet")
    return pd.read_parquet(io.BytesIO(data)).drop(columns="geometry")


def read_suggestions(folder: Path, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """The suggestions of a run, in their order (from the GeoJSON: its texts are not escaped for spreadsheets)."""
    document = json.loads(read_verified(folder, manifest, "suggestions.geojson"))
    table = pd.DataFrame([feature["properties"] for feature in document["features"]])
    for name in table.columns.intersection(["shift_start", "shift_end"]):
        table[name] = pd.to_datetime(table[name], utc=True)
    return table


def csv_rows(data: bytes) -> pd.DataFrame:
    """Rows of a CSV that patrolcast wrote, every value as text."""
    return pd.DataFrame(pd.read_csv(io.BytesIO(data), dtype=str))
