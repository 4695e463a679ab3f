"""The tiny city with its records in a real PostgreSQL, or with layers there."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import shapely
from tests.postgres import READER, Server
from tests.runs.tiny_city import HEADER

VARIABLE = "TINY_RECORDS"
TYPES = ("text", "timestamp", "timestamp", "numeric(9,6)", "double precision", "varchar(20)", "text")


def fresh(server: Server) -> None:
    """An empty database whose tables the reader may read."""
    server.run(
        "drop schema public cascade",
        "create schema public",
        f"grant usage on schema public to {READER}",
        f"alter default privileges in schema public grant select on tables to {READER}",
    )


def load_records(server: Server, path: Path, *, types: tuple[str, ...] = TYPES, table: str = "calls") -> None:
    """The rows of a CSV of the tiny city as a table, in another order."""
    server.run(f"create table {table} ({', '.join(f'{n} {t}' for n, t in zip(HEADER, types, strict=True))})")
    add_records(server, path, table=table)


def add_records(server: Server, path: Path, *, table: str = "calls") -> None:
    """More rows."""
    with path.open(newline="") as file:
        rows = [tuple(value or None for value in row) for row in list(csv.reader(file))[1:]]
    server.run(f"insert into {table} values ({', '.join(['%s'] * len(HEADER))})", rows=rows[::-1])


def from_database(config: Path, **incidents: str) -> Path:
    """The config with its records read from the database, beside the other one."""
    other = config.with_name("database.toml")
    keys = "".join(f"{key} = {json.dumps(value)}\n" for key, value in ({"database": VARIABLE} | incidents).items())
    other.write_text(config.read_text().replace('path = "../data/incidents.csv"\n', keys))
    return other


def load_layer(server: Server, path: Path, table: str, column: str | None = None, *, form: str = "ewkb") -> None:
    """A GeoJSON layer as a table; its shapes as PostGIS sends them (hexadecimal EWKB), as bytes, GeoJSON or WKT."""
    features = json.loads(path.read_text())["features"]
    kind = "bytea" if form == "wkb" else "text"
    server.run(f"create table {table} (name text, geom {kind})")
    shapes = [shapely.set_srid(shapely.geometry.shape(feature["geometry"]), 4326) for feature in features]
    written = {
        "ewkb": [shapely.to_wkb(shape, hex=True, include_srid=True) for shape in shapes],
        "wkb": [shapely.to_wkb(shape) for shape in shapes],
        "geojson": [shapely.to_geojson(shape) for shape in shapes],
        "wkt": [shapely.to_wkt(shape, rounding_precision=-1) for shape in shapes],
    }[form]
    names = [feature["properties"].get(column) if column else None for feature in features]
    server.run(f"insert into {table} values (%s, %s)", rows=list(zip(names, written, strict=True))[::-1])


def query_file(path: Path, text: str, *, variable: str = VARIABLE, crs: str | None = None) -> Path:
    """A layer by a query."""
    said = f"-- crs: {crs}\n" if crs else ""
    path.write_text(f"-- database: {variable}\n{said}{text}\n")
    return path
