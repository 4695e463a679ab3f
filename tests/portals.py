"""Portals on this machine that behave as Socrata, ArcGIS and CKAN do, and misbehave where a test says so."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SOCRATA_ID, CKAN_ID = "abcd-2345", "0a1b2c3d-0000-4000-8000-00000000000f"
ARCGIS_PATH = "srv/rest/services/Calls/FeatureServer/0"
PATHS = {"socrata": SOCRATA_ID, "arcgis": ARCGIS_PATH, "ckan": CKAN_ID}
KINDS = tuple(PATHS)


@dataclass
class Reply:
    """What goes out; ``lost``: the connection ends after the first half of the body."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


Fault = Callable[["FakePortal", str, dict[str, str]], Reply | None]


@dataclass
class FakePortal:
    """A table on a portal.

    Attributes
    ----------
    limit : the most rows of a page, whatever is asked for.
    fault : asked before each answer; what it returns goes out instead.
    asked : path and parameters of every request so far; ``headers`` beside it.
    """

    kind: str
    columns: list[str]
    rows: list[dict[str, Any]]
    limit: int = 1500
    version: int = 1_700_000_000
    fault: Fault = lambda portal, path, query: None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self.rows = [{"#": n + 1, **row} for n, row in enumerate(self.rows)]

    @property
    def dataset(self) -> str:
        return f"{self.kind}:127.0.0.1:{self.port}/{PATHS[self.kind]}"

    @property
    def pages(self) -> int:
        """Requests for rows so far."""
        return sum(is_page(path, query) for path, query in self.asked)

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        self.asked.append((path, query))
        wrong = self.fault(self, path, query)
        if wrong is not None:
            return wrong
        return _json({"socrata": _socrata, "arcgis": _arcgis, "ckan": _ckan}[self.kind](self, path, query))


def is_page(path: str, query: dict[str, str]) -> bool:
    """A request for rows, not for what the dataset is."""
    return "$offset" in query or "orderByFields" in query or int(query.get("offset", -1)) >= 0


def _json(document: object) -> Reply:
    return Reply(json.dumps(document).encode(), headers={"Content-Type": "application/json"})


def _socrata(portal: FakePortal, path: str, query: dict[str, str]) -> object:
    if path == f"/api/views/{SOCRATA_ID}.json":
        fields = [{"fieldName": name, "dataTypeName": "text"} for name in portal.columns]
        hidden = [{"fieldName": ":@computed_region_x", "dataTypeName": "number"}]
        return {"columns": fields + hidden, "rowsUpdatedAt": portal.version}
    if query["$select"].startswith("count"):
        return [{"n": str(len(portal.rows))}]
    assert query["$order"] == ":id"
    names = query["$select"].split(",")[1:]
    at, n = int(query["$offset"]), min(int(query["$limit"]), portal.limit)
    # Socrata leaves out what is empty.
    return [
        {":id": f"row-{row['#']:06d}", **{name: row[name] for name in names if row[name] != ""}}
        for row in portal.rows[at : at + n]
    ]


def _arcgis(portal: FakePortal, path: str, query: dict[str, str]) -> object:
    fields = [{"name": "OBJECTID", "type": "esriFieldTypeOID"}]
    fields += [{"name": name, "type": "esriFieldTypeString"} for name in portal.columns]
    if path == f"/{ARCGIS_PATH}":
        editing = {"lastEditDate": portal.version}
        return {"fields": fields, "maxRecordCount": portal.limit, "editingInfo": editing, "type": "Table"}
    if query.get("returnCountOnly") == "true":
        return {"count": len(portal.rows)}
    assert query["orderByFields"] == "OBJECTID ASC"
    above = int((re.findall(r"OBJECTID > (\d+)$", query["where"]) or ["0"])[0])
    names = query["outFields"].split(",")[1:]
    found = [row for row in portal.rows if row["#"] > above][: int(query["resultRecordCount"])]
    return {"features": [{"attributes": {"OBJECTID": r["#"], **{name: r[name] for name in names}}} for r in found]}


def _ckan(portal: FakePortal, path: str, query: dict[str, str]) -> object:
    if path == "/api/3/action/resource_show":
        return {"success": True, "result": {"id": query["id"], "last_modified": str(portal.version)}}
    assert path == "/api/3/action/datastore_search"
    names = ["_id", *(query["fields"].split(",")[1:] if "fields" in query else portal.columns)]
    fields = [{"id": name, "type": "int" if name == "_id" else "text"} for name in names]
    at, n = int(query.get("offset", 0)), min(int(query["limit"]), portal.limit)
    records = [{"_id": row["#"], **{name: row[name] for name in names[1:]}} for row in portal.rows[at : at + n]]
    total = {"total": len(portal.rows)} if query["include_total"] == "true" else {}
    return {"success": True, "result": {"fields": fields, "records": records, **total}}


@contextmanager
def serving(portal: FakePortal) -> Iterator[FakePortal]:
    """The portal on a port of its own, which ends with the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            portal.headers.append(dict(self.headers.items()))
            reply = portal.reply(address.path, dict(parse_qsl(address.query)))
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.lost else reply.body)

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        portal.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield portal
        finally:
            server.shutdown()
            thread.join()
