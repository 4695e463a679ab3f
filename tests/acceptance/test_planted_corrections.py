"""Reversals, unfounded flags, versions and re-exports planted in the sample's own export: what counts is the truth."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import h3
import numpy as np
import pytest
from tests.acceptance.conftest import ROOT

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import LoadedCity, load_city

Row = dict[str, str]
ADDED = {"crime_count": "1", "clearance": "open", "last_change": "", "replaces": ""}
COLUMNS = 'count = "crime_count"\nstatus = "clearance"\nupdated_at = "last_change"\nsupersedes = "replaces"\n'
BEFORE = "2026-05-01"
"""Every correction is of a report before this day, so that all are known by the sample's ``as_of``."""


def clean_rows(export: Path) -> list[Row]:
    """The rows of the export that are whole, and the only ones of their number: the sample has versions of its own."""
    with gzip.open(export, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if None not in row and None not in row.values()]
    times = Counter(row["incident_number"] for row in rows)
    return [row for row in rows if times[row["incident_number"]] == 1]


def phantom(row: Row, number: str, **changes: str) -> Row:
    """A record like ``row`` under a number of its own: nothing of the kind happened."""
    return row | ADDED | {"incident_number": number} | changes


def moved(row: Row) -> Row:
    """The same report at another place, as it stood before it was put right."""
    return row | ADDED | {"longitude": f"{float(row['longitude']) + 0.004:.6f}", "last_change": row["reported_at"]}


def planted(rows: list[Row], seed: int) -> tuple[list[Row], Counter[str]]:
    """The export with corrections of every kind planted, and how many of each."""
    rng = np.random.default_rng(seed)
    body: list[Row] = []
    n: Counter[str] = Counter()
    kinds = ("reversed", "unfounded", "found unfounded", "version", "sent again", "replaced", "taken back at once")
    for i, row in enumerate(rows):
        whole = row | ADDED
        early = row["reported_at"][:10] < BEFORE and row["longitude"] and row["occurred_from"]
        kind = str(rng.choice(kinds)) if early and rng.random() < 0.1 else ""
        n[kind] += 1
        like, number, later = rows[int(rng.integers(0, len(rows)))], f"P{i:09d}", "2026-06-01 09:00:00"
        like = like if like["reported_at"][:10] < BEFORE and like["longitude"] else row
        match kind:
            case "reversed":
                body += [whole, phantom(like, number), phantom(like, number, crime_count="-1", reported_at=later)]
            case "unfounded":
                body += [whole, phantom(like, number, clearance="Unfounded")]
            case "found unfounded":
                body += [whole, phantom(like, number)]
                body += [phantom(like, number, clearance="UNFOUNDED", longitude="", last_change=later)]
            case "version":
                body += [whole | {"last_change": later}, moved(row)]
            case "sent again":
                body += [whole, whole, whole]
            case "replaced":
                body += [phantom(row, number), whole | {"replaces": number}]
            case "taken back at once":
                body += [whole, phantom(like, number, crime_count="0")]
            case _:
                body.append(whole)
    week = [row for row in body if "2025-11-03" <= row["reported_at"][:10] < "2025-11-10"]
    n["of a week sent again"] = len(week)
    return [body[int(at)] for at in rng.permutation(len(body))] + week, n


def loaded(folder: Path, rows: Iterable[Row] | None, columns: str) -> LoadedCity:
    """The sample read from ``folder``, with these rows in place of its export where there are any."""
    shutil.copytree(ROOT / "configs", folder / "configs")
    shutil.copytree(ROOT / "data" / "sample", folder / "data" / "sample")
    if rows is not None:
        text = io.StringIO(newline="")
        rows = list(rows)
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        export = folder / "data" / "sample" / "incidents.csv.gz"
        export.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), compresslevel=1))
    config = folder / "configs" / "sample.toml"
    stated = config.read_text().replace('call_source = "call_source"', columns + 'call_source = "call_source"', 1)
    stated = stated.replace("[incidents.columns]", 'cancelled_values = ["Unfounded"]\n\n[incidents.columns]', 1)
    config.write_text(stated if columns else config.read_text())
    return load_city(read_settings(config).settings, as_of=None, now=datetime(2026, 7, 1, tzinfo=UTC))


def counted(city: LoadedCity) -> Counter[tuple[str, str]]:
    """Incidents by cell and category."""
    table = city.tables.incidents.table
    cells = [h3.latlng_to_cell(y, x, 9) for x, y in zip(table["longitude"], table["latitude"], strict=True)]
    return Counter(zip(cells, table["category"].astype(str), strict=True))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Every second of them: enough for hundreds of each kind of correction."""
    return clean_rows(ROOT / "data" / "sample" / "incidents.csv.gz")[::2]


@pytest.fixture(scope="module")
def truth(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str, str]]:
    return counted(loaded(tmp_path_factory.mktemp("clean"), rows, ""))


@pytest.fixture(scope="module")
def corrected(rows: list[Row]) -> tuple[list[Row], Counter[str]]:
    return planted(rows, seed=15)


def test_planted_corrections_leave_the_counts_of_every_cell_and_category_as_they_were(
    corrected: tuple[list[Row], Counter[str]], truth: Counter[tuple[str, str]], tmp_path: Path
) -> None:
    export, n = corrected
    assert min(count for kind, count in n.items() if kind) > 300
    city = loaded(tmp_path, export, COLUMNS)
    assert counted(city) == truth
    source = city.sources[0]
    not_counted = (source.set_aside, source.cancelled, source.refused)
    assert source.kept + sum(sum(part.values()) for part in not_counted) == source.rows_in == len(export)


def test_a_config_that_does_not_map_the_corrections_counts_what_never_happened(
    corrected: tuple[list[Row], Counter[str]], truth: Counter[tuple[str, str]], tmp_path: Path
) -> None:
    export, _ = corrected
    city = loaded(tmp_path, export, "")
    assert counted(city) != truth
    assert any("crime_count" in note for note in city.notes)
