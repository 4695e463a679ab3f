"""ArcGIS feature services: ``/query`` of a layer, each page being the rows whose object id is above the last one.

Source: developers.arcgis.com/rest/services-reference, "Query (Feature Service/Layer)". Asking by the key itself
needs no paging on the server's side, which not every layer has, and no page can repeat unseen. Times come as
milliseconds since 1970 (``time_format = "epoch_ms"``), points in degrees, as point_longitude and point_latitude.
"""

from typing import Any

from patrolcast.io.portals.client import Client
from patrolcast.io.portals.tables import Page, Table, objects_in, plain_text, refuse_unasked, refused

PAGE = 2_000
_PLAIN = {"String", "Integer", "SmallInteger", "BigInteger", "Single", "Double", "Date", "DateOnly", "TimeOnly",
          "TimestampOffset", "GUID", "GlobalID"}  # fmt: skip
_POINT = ("point_longitude", "point_latitude")


class ArcGis:
    """A layer or table of a feature service; see `tables.Reader`."""

    def __init__(self, client: Client, *, where: str | None, leave_out: frozenset[str]) -> None:
        self._client, self._leave_out = client, leave_out
        self._where = "1=1" if where is None else f"({where})"
        self._path = f"/{client.address.path}"
        self._fields: list[str] = []
        self._key, self._has_points, self._page = "", False, PAGE

    def describe(self) -> Table:
        """Columns by their names in the layer, and the point of each feature."""
        layer = self._client.json(self._path, f="json")
        stated = layer.get("fields") if isinstance(layer, dict) else None
        kinds = {
            str(f.get("name", "")): str(f.get("type", "")).removeprefix("esriFieldType")
            for f in stated or []
            if isinstance(f, dict)
        }
        key = next((name for name, kind in kinds.items() if kind == "OID"), "")
        if not key:
            raise refused(
                self._client.what, "a layer without an object id", "must be a layer or table of a feature service"
            )
        self._key = key
        self._fields = [
            name for name, kind in kinds.items() if kind in _PLAIN and "," not in name and name not in self._leave_out
        ]
        self._has_points = layer.get("geometryType") == "esriGeometryPoint"
        limit = layer.get("maxRecordCount")
        self._page = min(PAGE, limit) if isinstance(limit, int) and limit > 0 else PAGE
        counted = self._client.json(f"{self._path}/query", where=self._where, returnCountOnly="true", f="json")
        n_rows = counted.get("count") if isinstance(counted, dict) else None
        if not isinstance(n_rows, int):
            raise refused(self._client.what, "no count of its rows", "must count them")
        edited = layer.get("editingInfo")
        version = str(edited.get("lastEditDate") or "") if isinstance(edited, dict) else ""
        columns = (*self._fields, *(_POINT if self._has_points else ()))
        left_out = tuple(sorted(set(kinds) - set(self._fields) - {key}))
        return Table(columns, n_rows, version, left_out)

    def page(self, table: Table, *, n_done: int, last_key: str | None) -> Page:
        """The rows after ``last_key``, as many as the layer gives at once."""
        where = self._where if last_key is None else f"{self._where} AND {self._key} > {last_key}"
        answer = self._client.json(
            f"{self._path}/query", where=where, orderByFields=f"{self._key} ASC", resultRecordCount=str(self._page),
            outFields=",".join([self._key, *self._fields]), returnGeometry=str(self._has_points).lower(), outSR="4326",
            f="json",
        )  # fmt: skip
        what, names = self._client.what, frozenset({self._key, *self._fields})
        last, keys, rows = None if last_key is None else int(last_key), [], []
        for feature in objects_in(answer.get("features") if isinstance(answer, dict) else None, what=what):
            row = feature.get("attributes")
            if not isinstance(row, dict) or set(row) != names:
                refuse_unasked(row if isinstance(row, dict) else {}, names, what=what)
                raise refused(what, "a row that lacks a column", "columns must stay the same")
            key = row[self._key]
            if type(key) is not int or (last is not None and key <= last):
                raise refused(what, "an object id that does not rise", "a row must come once, in the order of its id")
            last = key
            keys.append(str(key))
            rows.append(
                [
                    *(plain_text(row[name], name, what=what) for name in self._fields),
                    *self._point(feature.get("geometry")),
                ]
            )
        return Page(keys, rows)

    def _point(self, geometry: object) -> list[str]:
        if not self._has_points:
            return []
        ends = [geometry.get("x"), geometry.get("y")] if isinstance(geometry, dict) else [None, None]
        return [
            plain_text(end if isinstance(end, (int, float)) else None, "geometry", what=self._client.what)
            for end in ends
        ]


def status_in(answer: Any) -> tuple[int, str] | None:  # noqa: ANN401
    """ArcGIS sends errors with "200 OK": their status and words.

    >>> status_in({"error": {"code": 400, "message": "Invalid query"}}), status_in({"count": 3})
    ((400, 'Invalid query'), None)
    """
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return None
    code = error.get("code")
    return (code if isinstance(code, int) else 500), str(error.get("message") or "")
