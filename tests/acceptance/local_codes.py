"""A made-up agency with 300 local codes, its words beside them and the truth about each: for the trial of `init`."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

FAMILIES = (
    ("05", "BURG", "BURGLARY {}", "burglary", "citizen", 0.11),
    ("03", "ROB", "ROBBERY {}", "robbery", "citizen", 0.05),
    ("04", "ASSLT", "ASSLT {}", "assault", "citizen", 0.13),
    ("06", "LARC", "LARC {}", "theft", "citizen", 0.24),
    ("07", "AUTO", "VEH THEFT {}", "vehicle_theft", "citizen", 0.07),
    ("14", "DAMAGE", "CRIM MISCHIEF {}", "criminal_damage", "citizen", 0.09),
    ("11", "FRAUD", "FRAUD {}", "", "citizen", 0.05),
    ("02", "SEX", "SEX OFFENSE {}", "", "citizen", 0.02),
    ("18", "NARC", "NARC {}", "", "officer", 0.06),
    ("15", "WPN", "WPN VIOL {}", "", "officer", 0.02),
    ("21", "DUI", "DUI {}", "", "officer", 0.02),
    ("26", "TRSP", "TRESPASS {}", "", "officer", 0.02),
    ("24", "PEACE", "DISORDERLY CONDUCT {}", "", "officer", 0.02),
    ("30", "WARR", "WARR ARREST {}", "", "officer", 0.02),
    ("90", "ADMIN", "NON-CRIMINAL {}", "", "administrative", 0.04),
    ("95", "LOCAL", "CODE {} PER GENERAL ORDER", "", "officer", 0.04),
)
VARIANTS = (
    "RES", "BUSINESS", "ATTEMPT", "STREET", "PARK", "SCHOOL", "NIGHT", "DAY", "LODGE", "GARAGE", "YARD", "SHED", "LOT",
    "TRANSIT", "MALL", "HOTEL", "CAMPUS", "BRIDGE", "PIER",
)  # fmt: skip
WEST, SOUTH, SIDE = -118.300, 34.020, 0.06


@dataclass(frozen=True)
class LocalCode:
    """A code, its words, and the truth about it."""

    code: str
    words: str
    category: str
    provenance: str
    share: float


def local_codes(*, by_family: bool = True) -> list[LocalCode]:
    """300 codes of 16 families, numbered by family or as they came; the words of the last family say nothing."""
    found = []
    for number, _, words, category, provenance, share in FAMILIES:
        n = 15 if number == "95" else 19
        found += [
            LocalCode(f"{number}-{i:02d}", words.format(VARIANTS[i]), category, provenance, share / n) for i in range(n)
        ]
    if by_family:
        return found
    numbers = np.random.default_rng(7).permutation(len(found))
    return [replace(code, code=f"{1000 + n}") for code, n in zip(found, numbers, strict=True)]


def write_agency(folder: Path, *, by_family: bool = True, rows: int = 20_000, seed: int = 15) -> Path:
    """Its export, under a name of its own, with boundary and districts beside it; a year and a half of reports."""
    rng = np.random.default_rng(seed)
    codes = local_codes(by_family=by_family)
    share = np.array([code.share for code in codes])
    drawn = rng.choice(len(codes), rows, p=share / share.sum())
    end = datetime(2026, 6, 1)
    minutes = np.sort(rng.integers(0, 540 * 24 * 60, rows))[::-1]
    hot = rng.random(rows) < 0.4
    x = np.where(hot, rng.normal(WEST + 0.02, 0.003, rows), rng.uniform(WEST, WEST + SIDE, rows))
    y = np.where(hot, rng.normal(SOUTH + 0.03, 0.003, rows), rng.uniform(SOUTH, SOUTH + SIDE, rows))
    delay = rng.exponential(36 * 60, rows)
    folder.mkdir(parents=True, exist_ok=True)
    export = folder / "RMS extract 06-2026.csv"
    with export.open("w", newline="") as file:
        writer = csv.writer(file)
        times = ["Occurred Date", "Reported Date"]
        writer.writerow(["Report No", *times, "Offense Code", "Offense Description", "Lon", "Lat"])
        for i in range(rows):
            when = end - timedelta(minutes=int(minutes[i]))
            known = when + timedelta(minutes=int(delay[i]) + 5)
            if known < end:
                code = codes[drawn[i]]
                times = [f"{moment:%m/%d/%Y %H:%M}" for moment in (when, known)]
                writer.writerow([f"26{i:07d}", *times, code.code, code.words, f"{x[i]:.5f}", f"{y[i]:.5f}"])
    middle = WEST + SIDE / 2
    _polygons(folder / "city_limits.geojson", {"city": (WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)})
    halves = {"West": (WEST, SOUTH, middle, SOUTH + SIDE), "East": (middle, SOUTH, WEST + SIDE, SOUTH + SIDE)}
    _polygons(folder / "patrol_districts.geojson", halves)
    return export


def _polygons(path: Path, boxes: dict[str, tuple[float, float, float, float]]) -> None:
    features = [
        {
            "type": "Feature", "properties": {"district": name},
            "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
        }
        for name, (w, s, e, n) in boxes.items()
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
