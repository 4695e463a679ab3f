"""Rebuild `configs/codebooks/chicago.csv` from the city's IUCR list and the measured arrest shares.

    .venv/bin/python tools/codebook_chicago.py ../shared/data/chicago > configs/codebooks/chicago.csv

Chicago's export has no call source, so the offence must tell who caused the record to exist. The measure is the share
of records with an arrest: an offence that is almost never recorded without one was found by an officer, not reported.

Rule, in order, and written into the `ground` of every row:

1. non-criminal records are administrative;
2. offences of a type that is enforcement-driven as a whole (arrest share of the type .60 or more, 2012-2018) are
   officer-initiated;
3. offences against a police officer are officer-initiated: the officer's presence made the record;
4. of the other offences, those with 30 records or more and an arrest share of .60 or more are officer-initiated;
5. all others are citizen reports. Forecast are those of which a place and time of patrol can matter; offences that are
   domestic, sexual, against children or without a place of their own are kept, and not forecast.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import duckdb

THRESHOLD = 0.60
ENOUGH = 30
CATEGORY = {
    "BURGLARY": "burglary",
    "ROBBERY": "robbery",
    "MOTOR VEHICLE THEFT": "vehicle_theft",
    "THEFT": "theft",
    "ASSAULT": "assault",
    "BATTERY": "assault",
    "HOMICIDE": "assault",
    "CRIMINAL DAMAGE": "criminal_damage",
    "ARSON": "criminal_damage",
}
AGAINST_OFFICER = ("AGGRAVATED PO", "AGG PO ")
NOT_BY_PLACE = ("DOMESTIC", "CHILD", "UNBORN", "JUVENILE")

SHARES = """
select iucr, mode(primary_type) kind, mode(description) description, count(*) n, avg(arrest::int) share
from read_parquet(?) where iucr is not null group by iucr
"""
TYPES = "select primary_type, count(*) n, avg(arrest::int) share from read_parquet(?) group by primary_type"
YEARS = "select min(year(date)), max(year(date)) from read_parquet(?)"


def main() -> None:
    """Print the codebook."""
    parser = argparse.ArgumentParser(description="codebook of Chicago's IUCR codes")
    parser.add_argument("folder", type=Path, help="folder with crimes_2012_2018.parquet and iucr-codes.csv")
    folder = parser.parse_args().folder
    records = str(folder / "crimes_2012_2018.parquet")
    measured = {row[0]: row[1:] for row in duckdb.execute(SHARES, [records]).fetchall()}
    types = {row[0]: row[1:] for row in duckdb.execute(TYPES, [records]).fetchall()}
    first, last = duckdb.execute(YEARS, [records]).fetchall()[0]
    listed = _listed(folder / "iucr-codes.csv")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["offence", "call_source", "category", "provenance", "ground"])
    for code in sorted(set(measured) | set(listed)):
        kind, description, n, share = measured.get(code, (*listed.get(code, ("", "")), 0, None))
        type_n, type_share = types.get(kind, (0, None))
        category, provenance, why = _decide(kind, description, n, share, type_share)
        evidence = f"arrest share {share:.3f} of {n} records {first}-{last}" if n else f"no record {first}-{last}"
        evidence += f"; type {type_share:.3f} of {type_n}" if type_share is not None else ""
        ground = f"{kind}: {description}. {why}; {evidence}"
        out.writerow([code, "", category, provenance, ground])
        if code.startswith("0"):
            out.writerow([code.lstrip("0"), "", category, provenance, f"as {code}, written without leading zeros"])


def _listed(path: Path) -> dict[str, tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["IUCR"].strip().zfill(4): (row["PRIMARY DESCRIPTION"], row["SECONDARY DESCRIPTION"]) for row in rows}


def _decide(kind: str, description: str, n: int, share: float | None, type_share: float | None) -> tuple[str, str, str]:
    """Category, provenance and the rule that gave them."""
    if kind.replace(" ", "").startswith("NON-CRIMINAL"):
        return "", "administrative", "not a crime"
    if type_share is not None and type_share >= THRESHOLD:
        return "", "officer", "a type found by enforcement"
    if description.startswith(AGAINST_OFFICER):
        return "", "officer", "against an officer: the officer's presence made the record"
    if n >= ENOUGH and share is not None and share >= THRESHOLD:
        return "", "officer", "found by enforcement"
    if type_share is None and any(word in kind for word in ("NARCOTIC", "PROSTITUTION", "GAMBLING", "LIQUOR")):
        return "", "officer", "by its name found by enforcement"
    if any(word in description for word in NOT_BY_PLACE):
        return "", "citizen", "reported; not forecast: patrol of a place is no answer, and the record is sensitive"
    category = CATEGORY.get(kind, "")
    return category, "citizen", "reported" if category else "reported; not forecast"


if __name__ == "__main__":
    main()
