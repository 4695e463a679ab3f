"""The shipped configs and codebooks: they read, their codes are decided once, and each decision has its ground."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from patrolcast.domain.provenance import Provenance
from patrolcast.io.settings.settings_file import read_settings

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
CITIES = sorted(path for path in (ROOT / "configs").glob("*.toml") if path.name != "data.toml")
CODEBOOKS = sorted((ROOT / "configs" / "codebooks").glob("*.csv"))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_offence(name: str) -> dict[str, dict[str, str]]:
    return {row["offence"]: row for row in rows_of(ROOT / "configs" / "codebooks" / name)}


@pytest.mark.parametrize("path", CITIES, ids=lambda path: path.stem)
def test_each_shipped_config_reads_and_names_an_explicit_instant(path: Path) -> None:
    config = read_settings(path)
    assert config.settings.name == path.stem
    assert config.settings.as_of[:2] == "20"
    assert config.settings.publish.runs == ROOT / "runs"
    assert str(ROOT) not in str(config.raw)


def test_the_sample_config_explains_what_stands_in_it() -> None:
    lines = (ROOT / "configs" / "sample.toml").read_text(encoding="utf-8").splitlines()
    keys = [line for line in lines if " = " in line and not line.startswith("#")]
    assert sum("# " in line for line in keys) > 0.7 * len(keys)


@pytest.mark.parametrize("path", CODEBOOKS, ids=lambda path: path.stem)
def test_each_code_is_decided_once_with_a_known_provenance_and_a_ground(path: Path) -> None:
    rows = rows_of(path)
    assert list(rows[0]) == ["offence", "call_source", "category", "provenance", "ground"]
    assert not [key for key, n in Counter((r["offence"], r["call_source"]) for r in rows).items() if n > 1]
    assert {row["provenance"] for row in rows} <= set(Provenance)
    assert all(row["ground"].strip() for row in rows)
    assert all(row["offence"] or row["call_source"] for row in rows)


@pytest.mark.parametrize("path", CODEBOOKS, ids=lambda path: path.stem)
def test_only_reports_of_citizens_are_forecast(path: Path) -> None:
    assert not [row for row in rows_of(path) if row["category"] and row["offence"] and row["provenance"] != "citizen"]


def test_enforcement_driven_offences_are_officer_initiated() -> None:
    chicago = by_offence("chicago.csv")
    for code in ("1811", "1506", "1661", "2220", "3731", "143A", "0470", "1330", "4625", "0554"):
        assert chicago[code]["provenance"] == "officer", code
    nibrs = by_offence("nibrs.csv")
    for code in ("35A", "35B", "39A", "40A", "520", "90C", "90D", "90J", "90Z"):
        assert nibrs[code]["provenance"] == "officer", code
    portland = by_offence("portland_calls.csv")
    for code in ("PREMCK", "AREACK", "FOLLOW", "WARR", "VICE", "DUII", "TRASTP"):
        assert portland[code]["provenance"] == "officer", code


def test_codes_are_found_with_and_without_leading_zeros() -> None:
    chicago = by_offence("chicago.csv")
    assert chicago["0820"]["category"] == chicago["820"]["category"] == "theft"
    assert chicago["031A"]["category"] == chicago["31A"]["category"] == "robbery"


def test_domestic_and_sexual_offences_are_not_forecast() -> None:
    assert by_offence("chicago.csv")["0486"]["category"] == ""
    assert by_offence("nibrs.csv")["11A"]["category"] == ""


def shared(name: str) -> str:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"DEVELOPMENT CITIES ABSENT: {name} was not read")
    return str(path)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("codebook", "name", "column"),
    [
        ("chicago.csv", "chicago/crimes_2012_2018.parquet", "iucr"),
        ("portland.csv", "portland/street_burglary_vehicle_2012_2017-02.parquet", "category"),
        ("portland_calls.csv", "portland/all_calls_2016-08_2017-02.parquet", "final_case_type"),
    ],
)
def test_every_code_of_a_development_city_is_decided(codebook: str, name: str, column: str) -> None:
    query = f"select distinct {column} from read_parquet(?) where {column} is not null"
    codes = {row[0] for row in duckdb.execute(query, [shared(name)]).fetchall()}
    assert codes <= set(by_offence(codebook))


@pytest.mark.shared
def test_the_codebook_of_chicago_is_what_its_tool_measures() -> None:
    folder = Path(shared("chicago/crimes_2012_2018.parquet")).parent
    made = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "codebook_chicago.py"), str(folder)], capture_output=True, check=True
    )
    assert made.stdout == (ROOT / "configs" / "codebooks" / "chicago.csv").read_bytes()


@pytest.mark.shared
@pytest.mark.parametrize("path", [path for path in CITIES if path.stem != "sample"], ids=lambda path: path.stem)
def test_the_files_of_each_development_city_are_there(path: Path) -> None:
    shared("README.md")
    settings = read_settings(path).settings
    named = [settings.area.boundary, settings.area.districts, settings.incidents.path, settings.codebook.path]
    assert all(file.is_file() for file in named if isinstance(file, Path))
