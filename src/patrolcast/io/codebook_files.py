"""What is known before any export is read: the codebooks in a folder, and the named city of each time zone."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

MAX_BYTES = 20_000_000


def read_codebooks(folder: Path) -> dict[str, list[dict[str, str]]]:
    """File name -> rows of every CSV in ``folder``, in order of name; empty when there is no such folder."""
    found = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    return {path.name: read_table(path) for path in found if path.stat().st_size <= MAX_BYTES}


def read_table(path: Path) -> list[dict[str, str]]:
    """A small CSV as it stands: header -> text."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return list(csv.DictReader(text.splitlines()))


def zone_cities() -> list[tuple[str, float, float]]:
    """IANA zone, longitude and latitude of its named city, from the time zone database; empty where it is missing."""
    try:
        table = (files("tzdata") / "zoneinfo" / "zone1970.tab").read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        return []
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return [(row[2], *_place(row[1])) for row in rows]


def _place(text: str) -> tuple[float, float]:
    """``+415100-0873900`` or ``+4151-08739`` as longitude and latitude."""
    cut = max(text.rfind("+"), text.rfind("-"))
    return _degrees(text[cut:], 3), _degrees(text[:cut], 2)


def _degrees(text: str, digits: int) -> float:
    sign, rest = (-1 if text[0] == "-" else 1), text[1:]
    return sign * (int(rest[:digits]) + int(rest[digits : digits + 2]) / 60)
