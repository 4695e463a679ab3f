"""Where an export's records lie: its pair of coordinates, their system, and the time zone of the points."""

from itertools import product

import numpy as np
import pandas as pd

from patrolcast.intake.guess_values import guess_crs
from patrolcast.io.settings.settings_file import TODO
from patrolcast.io.timezones import zone_shares
from patrolcast.report import words
from patrolcast.runs.init.config_text import Findings

_SURE_OF_ZONE = 0.98


def decide_places(findings: Findings, roles: dict[str, list[str]]) -> None:
    """The columns of longitude and latitude, exchanged where each holds the other's values."""
    rows = findings.rows
    pairs = sorted(product(range(len(roles["longitude"])), range(len(roles["latitude"]))), key=_near_the_top)[:30]
    named = [(roles["longitude"][i], roles["latitude"][j]) for i, j in pairs]
    kinds = {pair: guess_crs(rows[pair[0]], rows[pair[1]]) for pair in named if pair[0] != pair[1]}
    order = ("degrees", "swapped", "projected")
    best = min((pair for pair in kinds if kinds[pair] != "unknown"), key=lambda p: order.index(kinds[p]), default=None)
    if best is None:
        written = next((name for name in findings.columns_of_export if _is_point(rows[name])), None)
        cure = f"; {written} holds both in one text: export them as two columns" if written is not None else ""
        findings.undecided.append(
            f"[incidents.columns] longitude, latitude: no pair of coordinates was recognised{cure}"
        )
        return
    kind = kinds[best]
    x, y = (best[1], best[0]) if kind == "swapped" else best
    findings.columns |= {"longitude": x, "latitude": y}
    if kind == "swapped":
        findings.notes.append(f"{best[0]} and {best[1]} hold each other's values: they are exchanged in the draft")
    if kind == "projected":
        findings.crs = TODO
        findings.undecided.append(
            f"[incidents] crs: {x} and {y} are not degrees; name their system, e.g. EPSG:2271 or ESRI:102604"
        )
    else:
        findings.place = _middle(rows[[x, y]])


def _near_the_top(pair: tuple[int, int]) -> tuple[int, int]:
    """Headers that are equally sure belong together; then the surer pair first."""
    return abs(pair[0] - pair[1]), pair[0] + pair[1]


def _is_point(values: pd.Series) -> bool:
    """True for texts like ``(41.88, -87.63)`` and ``POINT (-87.63 41.88)``."""
    texts = values.dropna().astype("string").head(50)
    return bool(len(texts)) and bool(texts.str.contains(r"\(\s*-?\d+\.\d+[ ,]+-?\d+\.\d+\s*\)").mean() > 0.5)


def _middle(coordinates: pd.DataFrame) -> tuple[float, float]:
    """Median of both columns, without the rows in which one is blank or 0."""
    placed = _placed(coordinates).median()
    return float(placed.iloc[0]), float(placed.iloc[1])


def _placed(coordinates: pd.DataFrame) -> pd.DataFrame:
    """Both columns as numbers, without the rows in which one is blank or 0."""
    numbers = coordinates.apply(lambda column: pd.to_numeric(column.astype("string").str.strip(), errors="coerce"))
    return numbers[(numbers != 0).all(axis=1)].dropna()


def sampled_points(findings: Findings) -> np.ndarray:
    """Longitude and latitude of up to 500 records all over the sample, degrees; none where they are projected."""
    if findings.place is None:
        return np.empty((0, 2))
    placed = _placed(findings.rows[[findings.columns["longitude"], findings.columns["latitude"]]]).to_numpy(float)
    placed = placed[(np.abs(placed[:, 0]) <= 180) & (np.abs(placed[:, 1]) <= 90)]
    return placed[:: max(len(placed) // 500, 1)]


def decide_zone(findings: Findings, points: np.ndarray) -> None:
    """The zone that (almost) all records lie in; near a border between zones a person decides."""
    shares = zone_shares([(float(x), float(y)) for x, y in points])
    zone = next(iter(shares), "")
    if zone and shares[zone] >= _SURE_OF_ZONE:
        findings.zone = zone
        return
    named = " or ".join(f"{zone} ({words.share(share)} of the records)" for zone, share in list(shares.items())[:3])
    findings.undecided.append(f"[area] timezone: {named or 'the agency uses no zone that the export shows'}")
