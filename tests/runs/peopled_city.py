"""The tiny city with residents who live apart, and a place layer that follows one group: something to screen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from tests.runs.tiny_city import SIDE, SOUTH, WEST, write_city

N_SIDE = 6
RESIDENTS = """
[residents]
path = "../data/tracts.geojson"
area_id = "tract"
total = "total"
vintage = "made up for the test"
groups = { group_a = "group_a", group_b = "group_b" }
[places.canopy]
path = "../data/canopy.geojson"
measure = "value"
column = "value"
source = "made up for the test"
"""


def write_peopled_city(root: Path) -> Path:
    """Writes the city below ``root``; its config, whose screen is measured and never waived."""
    config = write_city(root)
    text = config.read_text().replace("resolution = 8", "resolution = 9")
    start = text.index('[[waivers]]\ngate = "proxy_screen"')
    text = text[:start] + text[text.index("expires", start) :].partition("\n")[2]
    config.write_text(text + RESIDENTS)
    write_residents(root)
    share = shares()
    noise = np.random.default_rng(4).normal(0, 0.05, share.shape)
    write_grid(root / "data" / "canopy.geojson", {"value": share + noise})
    return config


def shares() -> np.ndarray:
    """Group b's share by tract, row by row: rough enough to be seen in a small city."""
    return np.random.default_rng(2).uniform(0.1, 0.9, (N_SIDE, N_SIDE))


def write_residents(root: Path, *, permuted: bool = False) -> None:
    """Tracts with their counts; ``permuted`` gives each tract the counts of another."""
    second = np.round(600 * shares()).astype(int)
    if permuted:
        second = np.random.default_rng(9).permutation(second.ravel()).reshape(second.shape)
    counts = {"group_a": 600 - second, "group_b": second, "total": np.full(second.shape, 600)}
    write_grid(root / "data" / "tracts.geojson", counts)


def write_grid(path: Path, columns: dict[str, np.ndarray]) -> None:
    """A layer of squares over the city, one value each."""
    features = []
    for i in range(N_SIDE):
        for j in range(N_SIDE):
            west, south, side = WEST + SIDE * j / N_SIDE, SOUTH + SIDE * i / N_SIDE, SIDE / N_SIDE
            ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side]]
            facts = {"tract": f"{i}-{j}"} | {name: values[i, j].item() for name, values in columns.items()}
            shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
            features.append({"type": "Feature", "geometry": shape, "properties": facts})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
