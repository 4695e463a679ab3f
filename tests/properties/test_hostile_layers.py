"""Hostile layer files: read or refused in one line, quickly; nothing outside is opened, nothing is fetched.

Each file is one of the kinds below, spoiled by a seeded draw. They are read in a process of their own, so that a crash
or a hang is seen; a folder beside them and an address on this machine watch who comes.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point, Polygon
from tests.loopback import listening

READER = """
import sys, time, warnings
from pathlib import Path
warnings.simplefilter("ignore")
from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.sources.geo_layers import layer_source, read_layer
for path in sorted(Path(sys.argv[1]).iterdir()):
    for read in (read_layer, layer_source):
        start, said = time.monotonic(), "read"
        try:
            read(path)
        except DataRefusedError as error:
            said = "refused " + " ".join(str(error).split())
        except BaseException as error:
            said = f"BROKE {type(error).__name__}: {error}"
        print(f"{time.monotonic() - start:.1f}\\t{path.name}\\t{said}", flush=True)
"""
SQUARE = [[-87.7, 41.8], [-87.6, 41.8], [-87.6, 41.9], [-87.7, 41.9], [-87.7, 41.8]]
SLOWEST_S = 30.0
_IN_OPEN = 0x20

Make = Callable[[random.Random, Path, str, str], bytes]


def features(rng: random.Random, geometry: object = None) -> dict[str, object]:
    shape = geometry or {"type": "Polygon", "coordinates": [SQUARE]}
    rows = [
        {"type": "Feature", "properties": {"district": str(i)}, "geometry": shape} for i in range(rng.randint(1, 5))
    ]
    return {"type": "FeatureCollection", "features": rows}


def virtual(rng: random.Random, _: Path, secret: str, web: str) -> bytes:
    leads = (secret, web, f"/vsicurl/{web}", f"PG:host=127.0.0.1 dbname={secret}", f"/vsizip/{secret}", f"WFS:{web}")
    source = rng.choice(leads)
    head = rng.choice(["", "<?xml version='1.0'?>", "\ufeff", "<!-- a -->", '{"type": "FeatureCollection"}\n'])
    layer = f"<OGRVRTLayer name='a'><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>"
    return f"{head}<OGRVRTDataSource>{layer}</OGRVRTDataSource>".encode()


def linked_json(rng: random.Random, _: Path, secret: str, web: str) -> bytes:
    leads = rng.choice([secret, web, f"/vsicurl/{web}", f"file://{secret}"])
    kind = rng.choice(["link", "url", "name", "EPSG", "file"])
    where = {"href": leads, "url": leads, "name": leads, "type": rng.choice(["proj4", "esriwkt"])}
    return json.dumps(features(rng) | {"crs": {"type": kind, "properties": where}}).encode()


def other_service(rng: random.Random, _: Path, secret: str, web: str) -> bytes:
    text = rng.choice([
        f'{{"type": "GDALG", "command_line": "gdal vector pipeline ! read {secret} ! write stream"}}',
        f'{{"type": "FeatureCollection", "features": [], "links": [{{"rel": "next", "href": "{web}"}}]}}',
        f'{{"stac_version": "1.0.0", "type": "FeatureCollection", "features": [], "links": [{{"href": "{web}"}}]}}',
        f"<OGRWFSDataSource><URL>{web}</URL></OGRWFSDataSource>", f"WFS:{web}", f"GeoJSON:{web}", f"ESRIJSON:{web}",
        secret, web,
        f'{{"geometryType": "esriGeometryPoint", "features": [{{"attributes": {{"a": "{web}"}}}}], "url": "{web}"}}',
    ])  # fmt: skip
    return text.encode()


def hostile_shape(rng: random.Random, _: Path, secret: str, web: str) -> bytes:
    wild = [[rng.uniform(-88, -87), rng.uniform(41, 42)] for _ in range(rng.choice([4, 50, 400]))]
    number = rng.choice([1e308, -1e308, 1e20, 181, 5e-324])
    geometry: object = rng.choice([
        {"type": "Polygon", "coordinates": [[*wild, wild[0]]]},
        {"type": "Polygon", "coordinates": [[[number, number], [0, 0], [1, 1], [number, number]]]},
        {"type": "Polygon", "coordinates": []}, {"type": "Polygon", "coordinates": [[]]},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [number, 1]}, {"type": "Point", "coordinates": ["a", None]},
        {"type": "Circle", "coordinates": [0, 0]}, {"type": "GeometryCollection", "geometries": [{}]}, {"type": None},
        {"type": "MultiPoint", "coordinates": wild}, {"type": "LineString", "coordinates": [[0, 0]]}, [],
        "text", 7,
    ])  # fmt: skip
    return json.dumps(features(rng, geometry)).encode()


def xml(rng: random.Random, _: Path, secret: str, web: str) -> bytes:
    entity = rng.choice([
        f"<!DOCTYPE k [<!ENTITY x SYSTEM 'file://{secret}'>]>", f"<!DOCTYPE k SYSTEM '{web}'>",
        "<!DOCTYPE k [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;'>]>",
        "",
    ])  # fmt: skip
    inner = rng.choice([
        "<name>&x;&c;</name>", f"<NetworkLink><Link><href>{web}</href></Link></NetworkLink>",
        f"<Placemark><styleUrl>{web}#a</styleUrl><Point><coordinates>-87.65,41.85</coordinates></Point></Placemark>",
        f"<Placemark><styleUrl>{secret}#a</styleUrl><Point><coordinates>1e999,nan</coordinates></Point></Placemark>",
        f"<GroundOverlay><Icon><href>{web}</href></Icon></GroundOverlay>", "<Placemark>" * 3000,
    ])  # fmt: skip
    gml = (
        "<gml:FeatureCollection xmlns:gml='http://www.opengis.net/gml' xmlns:xsi='x' "
        f"xsi:schemaLocation='a {rng.choice([web, secret])}'>"
        f"<gml:featureMember xlink:href='{rng.choice([web, secret])}' xmlns:xlink='y'><a>"
        f"<gml:Point srsName='{rng.choice([web, 'EPSG:4326'])}'>"
        "<gml:pos>41.85 -87.65</gml:pos></gml:Point></a></gml:featureMember></gml:FeatureCollection>"
    )
    return rng.choice(
        [f"{entity}<kml xmlns='http://www.opengis.net/kml/2.2'><Document>{inner}</Document></kml>", gml]
    ).encode(rng.choice(["utf-8", "utf-8", "utf-16"]))


def database(rng: random.Random, folder: Path, secret: str, web: str) -> bytes:
    path = folder / "made.gpkg"
    path.unlink(missing_ok=True)
    gpd.GeoDataFrame({"district": ["1"]}, geometry=[Polygon(SQUARE)], crs=4326).to_file(path, layer="a")
    with closing(sqlite3.connect(path)) as made:
        for (trigger,) in made.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            made.execute(f'drop trigger "{trigger}"')
        made.execute(rng.choice([
            "alter table a rename to b", "drop table a", "update gpkg_contents set table_name = 'sqlite_master'",
            "create virtual table v using fts5(a)", "update gpkg_geometry_columns set srs_id = 99999",
            f"update gpkg_spatial_ref_sys set definition = '{web}'",
            f"update gpkg_spatial_ref_sys set definition = '{secret}'",
            "update a set geom = x'47500001'", "delete from gpkg_contents", "update gpkg_geometry_columns set z = 7",
            "insert into gpkg_extensions values ('a', 'geom', 'load_extension', 'x', 'read-write')",
        ]))  # fmt: skip
        if rng.random() < 0.4:
            made.execute(
                "create view w as with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"
            )
            made.execute("update gpkg_contents set table_name = 'w'")
        made.commit()
    return spoiled(rng, path.read_bytes())


def zipped(rng: random.Random, folder: Path, secret: str, web: str) -> bytes:
    path = folder / "made.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for _ in range(rng.randint(1, 3)):
            name = rng.choice(
                [
                    "a.shp",
                    "a.shx",
                    "a.dbf",
                    "../a.shp",
                    "/a.geojson",
                    "doc.kml",
                    "a.vrt",
                    "a.gpkg",
                    "a.geojson",
                    "b/a.json",
                ]
            )
            made = rng.choice([virtual, linked_json, xml, other_service])(rng, folder, secret, web)
            archive.writestr(name, rng.choice([made, bytes(2**20), b""]))
    return spoiled(rng, path.read_bytes())


def binary(rng: random.Random, folder: Path, secret: str, web: str) -> bytes:
    path = folder / f"made.{rng.choice(['fgb', 'parquet', 'shp', 'gpkg', 'gml'])}"
    path.unlink(missing_ok=True)
    layer = gpd.GeoDataFrame({"district": ["1", "2"]}, geometry=[Point(-87.65, 41.85), Point(-87.66, 41.86)], crs=4326)
    layer.to_parquet(path) if path.suffix == ".parquet" else layer.to_file(path)
    return spoiled(rng, path.read_bytes())


def spoiled(rng: random.Random, data: bytes) -> bytes:
    """The bytes, cut, or with some of them changed, or as they are."""
    how, changed = rng.randint(0, 3), bytearray(data)
    if how == 1:
        return data[: rng.randint(0, len(data))]
    if how == 2:
        for _ in range(rng.randint(1, 20)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


KINDS: tuple[Make, ...] = (virtual, linked_json, other_service, hostile_shape, xml, database, zipped, binary)
ENDINGS = (
    "geojson",
    "json",
    "topojson",
    "kml",
    "kmz",
    "gml",
    "gpkg",
    "fgb",
    "shp",
    "zip",
    "parquet",
    "vrt",
    "csv",
    "xml",
)
OWN = {virtual: "geojson kml gml", linked_json: "geojson json", other_service: "json geojson", hostile_shape: "geojson",
       xml: "kml gml", database: "gpkg", zipped: "zip kmz", binary: "fgb parquet shp gpkg gml"}  # fmt: skip


@contextmanager
def watched(folder: Path) -> Iterator[list[bytes]]:
    """Who opens a file of a folder while this is open (Linux); the folder's own listing does not count."""
    libc, seen = ctypes.CDLL(None, use_errno=True), list[bytes]()
    handle = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(handle, str(folder).encode(), _IN_OPEN) >= 0
    try:
        yield seen
        with suppress(BlockingIOError):
            seen.append(os.read(handle, 2**16))
    finally:
        os.close(handle)


def tried(folder: Path, seed: int, n: int) -> list[tuple[float, str, str]]:
    """Seconds, file and outcome of each reading; asserts that nobody came to the watched places."""
    rng = random.Random(seed)
    hostile, secrets, work = folder / "hostile", folder / "secrets", folder / "work"
    for one in (hostile, secrets, work):
        one.mkdir()
    secret = secrets / "secret.geojson"
    secret.write_text(json.dumps(features(rng)))
    with listening("/a.geojson") as (web, calls):
        for i in range(n):
            make = KINDS[i % len(KINDS)]
            ending = rng.choice(OWN[make].split()) if rng.random() < 0.7 else rng.choice(ENDINGS)
            data = make(rng, work, str(secret), web)
            (hostile / f"{i:03d}_{make.__name__}.{ending}").write_bytes(data or b" ")
        with watched(secrets) as opened:
            done = subprocess.run(
                [sys.executable, "-c", READER, str(hostile)], capture_output=True, text=True, check=False,
                timeout=60 + 3 * n,
            )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    assert (opened, calls) == ([], [])
    rows = [line.split("\t", 2) for line in done.stdout.splitlines()]
    assert len(rows) == 2 * n
    return [(float(seconds), name, said) for seconds, name, said in rows]


def assert_sound(outcomes: list[tuple[float, str, str]]) -> None:
    assert [row for row in outcomes if row[2].startswith("BROKE")] == []
    assert [row for row in outcomes if row[0] > SLOWEST_S] == []
    assert not [row for row in outcomes if "_virtual" in row[1] and row[2] == "read"]


def test_forty_hostile_layer_files_are_read_or_refused_in_one_line_and_nobody_is_called(tmp_path: Path) -> None:
    assert_sound(tried(tmp_path, seed=15, n=40))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_five_hundred_hostile_layer_files_are_read_or_refused_and_nobody_is_called(seed: int, tmp_path: Path) -> None:
    outcomes = tried(tmp_path, seed=seed, n=100)
    assert_sound(outcomes)
    assert {row[2] == "read" for row in outcomes} == {True, False}  # some are sound: the reader is no wall alone


def test_the_watch_sees_a_file_that_is_opened_and_the_address_a_call(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    with watched(tmp_path) as opened:
        (tmp_path / "a").read_text()
    assert opened
    with listening("/a.geojson") as (web, calls):
        with socket.create_connection(("127.0.0.1", int(web.split(":")[2].split("/")[0]))):
            pass
        threading.Event().wait(0.3)
    assert calls
