"""The sample in the repository is what its seed gives, byte for byte, and what its documents say."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from patrolcast.runs.load.operations import read_dosage_log
from patrolcast.runs.sample import write_sample
from patrolcast.synthetic.offences import BY_CODE, CALL_SOURCES, CATEGORIES, OFFENCES

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with gzip.open(SAMPLE / "incidents.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def dirt() -> dict[str, Any]:
    return json.loads((SAMPLE / "truth" / "dirt.json").read_text(encoding="utf-8"))


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.long  # `make test` does it by the command: acceptance/test_sample
def test_the_seed_gives_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from patrolcast.runs.sample import write_sample; write_sample(pathlib.Path(sys.argv[1]))"
    )
    # Another time zone, another order of sets, another locale: none may show.
    env = {**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "4711", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=env)
    assert hashes(tmp_path) == hashes(SAMPLE)
    assert (tmp_path / "SHA256SUMS").read_bytes() == (SAMPLE / "SHA256SUMS").read_bytes()


def test_the_list_of_hashes_is_true() -> None:
    lines = (SAMPLE / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert {name: sha for sha, name in (line.split("  ") for line in lines)} == hashes(SAMPLE)


@pytest.mark.long
def test_another_seed_gives_another_city(tmp_path: Path) -> None:
    sums = write_sample(tmp_path, seed=1)
    assert not set(sums.values()) & set(hashes(SAMPLE).values())
    assert sums == hashes(tmp_path)


def test_the_sample_is_small_and_of_the_promised_size(rows: list[dict[str, str]], dirt: dict[str, Any]) -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 5_000_000
    assert 60_000 < len(rows) < 120_000
    spoiled = {number for kind in dirt.values() for number in kind["numbers"]}
    reported = [row["reported_at"] for row in rows if row["incident_number"] not in spoiled]
    assert min(reported)[:7] == "2023-07"
    assert max(reported)[:7] == "2026-08"


def test_gzip_header_has_no_name_and_no_time() -> None:
    assert (SAMPLE / "incidents.csv.gz").read_bytes()[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03"


def codebook_text() -> str:
    """`configs/codebooks/sample.csv`: one row per offence code, one per call source, each with its reason."""
    rows = [[o.code, "", o.category, str(o.provenance), o.reason] for o in OFFENCES]
    rows += [["", source, "", str(kind), reason] for source, (kind, reason) in CALL_SOURCES.items()]
    table = pd.DataFrame(rows, columns=["offence", "call_source", "category", "provenance", "ground"])
    return table.to_csv(index=False, lineterminator="\n")


def test_the_codebook_is_the_generators() -> None:
    assert (ROOT / "configs" / "codebooks" / "sample.csv").read_text(encoding="utf-8") == codebook_text()


def test_every_code_outside_the_dirt_is_in_the_codebook(rows: list[dict[str, str]], dirt: dict[str, Any]) -> None:
    spoiled = {number for kind in dirt.values() for number in kind["numbers"]}
    good = [row for row in rows if row["incident_number"] not in spoiled]
    assert {row["offence_code"] for row in good} == set(BY_CODE)
    assert {row["call_source"] for row in good} <= set(CALL_SOURCES)
    assert {BY_CODE[row["offence_code"]].category for row in good} == {"", *CATEGORIES}


def test_each_kind_of_dirt_has_the_rows_that_are_listed(rows: list[dict[str, str]], dirt: dict[str, Any]) -> None:
    known = Counter(row["incident_number"] for row in rows)
    for name, kind in dirt.items():
        assert kind["rows"] == len(kind["numbers"]) > 0, name
        assert kind["expected"] in {"refused", "kept", "set aside"}, name
        wanted = 2 if name.startswith("duplicate") else 1
        assert {known[number] for number in kind["numbers"]} == {wanted}, name
    assert 0.02 < sum(kind["rows"] for kind in dirt.values()) / len(rows) < 0.05


def test_the_dirt_is_as_bad_as_its_name(rows: list[dict[str, str]], dirt: dict[str, Any]) -> None:
    by_number: dict[str, dict[str, str]] = {row["incident_number"]: row for row in rows}
    of = {name: [by_number[number] for number in kind["numbers"]] for name, kind in dirt.items()}
    assert all(float(row["latitude"]) < -90 for row in of["coordinates_swapped"])
    assert {(row["longitude"], row["latitude"]) for row in of["coordinates_zero"]} == {("0", "0")}
    assert len({(row["longitude"], row["latitude"]) for row in of["station_as_default_point"]}) == 1
    assert all(row["reported_at"] < row["occurred_from"] for row in of["known_before_it_happened"])
    assert {row["occurred_from"][11:13] for row in of["local_time_in_the_spring_gap"]} == {"02"}
    assert {row["occurred_from"][:4] for row in of["year_9999_or_2062"]} == {"9999", "2062"}
    assert {row["offence_code"] for row in of["offence_unknown"]}.isdisjoint(BY_CODE)
    assert all(int(row["incident_number"]) > 2**53 for row in of["number_beyond_2_53"])
    assert {row["beat"] for row in of["beat_like_null"]} == {"NULL", "NA", "None", "nan"}
    assert all(row["incident_number"].startswith("0") for row in of["outside_the_city"])


def test_good_rows_lie_on_land_and_are_known_after_they_happened(
    rows: list[dict[str, str]], dirt: dict[str, Any]
) -> None:
    spoiled = {number for kind in dirt.values() for number in kind["numbers"]}
    good = [row for row in rows if row["incident_number"] not in spoiled]
    limits, water = (gpd.read_file(SAMPLE / f"{name}.geojson").geometry.iloc[0] for name in ("boundary", "water"))
    land = shapely.difference(limits, water)
    at = [[float(row["longitude"]), float(row["latitude"])] for row in good]
    assert shapely.contains_xy(land, at).all()
    # Where the clock is turned back, a report may be written before what it reports.
    early = [row for row in good if row["reported_at"] < max(row["occurred_from"], row["occurred_to"])]
    assert all(row["occurred_from"][5:7] == "11" and row["occurred_from"][11:13] == "01" for row in early)
    assert len(early) < 20


def test_the_page_about_the_sample_lists_each_kind_with_its_rows(dirt: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "sample-city.md").read_text(encoding="utf-8")
    for name, kind in dirt.items():
        assert f"| `{name}` | {kind['rows']} | {kind['expected']} |" in page, name


def test_the_dosage_log_of_the_sample_is_whole_and_its_coin_is_fair() -> None:
    log = read_dosage_log(SAMPLE / "operations" / "dosage_log.csv.gz").table
    coin = log[log["variant"] == "band"]
    assert set(log["role"]) == {"suggested", "comparison"}
    assert set(coin["propensity"]) == {0.5}
    assert (coin["role"] == "suggested").mean() == pytest.approx(0.5, abs=0.001)
    assert (log[log["variant"] == "plain"]["role"] == "suggested").all()
    minutes = log.groupby(["district", "shift_start"])["suggested_minutes"].sum()
    assert minutes.max() <= 120
