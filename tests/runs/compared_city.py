"""The tiny city with residents, officer-initiated records and a few variants, as real files."""

from __future__ import annotations

import json
from pathlib import Path

from tests.runs.tiny_city import SIDE, SOUTH, WEST, officer_records, records, write_city, write_rows

RESIDENTS = """
[residents]
path = "../data/tracts.geojson"
area_id = "tract"
total = "total"
vintage = "made up for the test"
groups = { group_a = "group_a", group_b = "group_b" }
"""
VARIANTS = {
    "citizen_only": "",
    "with_enforcement": "[policy]\ncomparison_only = true\n",
    "coarse": "[area]\nresolution = 7\n[model]\nhorizon_days = 7\n",
}


def write_variants(root: Path, *, officers: bool = True) -> dict[str, Path]:
    """Writes city and variants below ``root``; variant name -> config."""
    config = write_city(root)
    write_rows(root / "data" / "incidents.csv", records() + (officer_records() if officers else []))
    (root / "data" / "tracts.geojson").write_text(json.dumps(_tracts()))
    config.write_text(config.read_text() + RESIDENTS)
    folder = config.parent / "variants"
    folder.mkdir()
    return {name: write_variant(folder, name, body) for name, body in VARIANTS.items()}


def write_variant(folder: Path, name: str, body: str) -> Path:
    path = folder / f"tiny_{name}.toml"
    path.write_text(f'extends = "../tiny.toml"\nname = "tiny_{name}"\n{body}')
    return path


def _tracts() -> dict[str, object]:
    features = []
    for i in range(4):
        west, east = WEST + SIDE * i / 4, WEST + SIDE * (i + 1) / 4
        ring = [[west, SOUTH], [east, SOUTH], [east, SOUTH + SIDE], [west, SOUTH + SIDE], [west, SOUTH]]
        counts = {"tract": str(i), "group_a": 800 - 200 * i, "group_b": 200 + 200 * i, "total": 1000}
        features.append(
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": counts}
        )
    return {"type": "FeatureCollection", "features": features}
