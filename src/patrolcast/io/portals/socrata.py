"""Socrata (SODA 2.1): JSON rows of ``/resource/ID.json`` in the order of ``:id``, paged by ``$offset``.

Source: dev.socrata.com/docs/queries and /docs/paging: without a stable order, pages may repeat or lose rows. ``:id`` is
the key that Socrata itself gives each row.
"""

import re
from typing import Any

from patrolcast.io.portals.client import Client
from patrolcast.io.portals.tables import Page, Table, joined, objects_in, plain_text, refuse_unasked, refused

PAGE = 20_000
_FIELD = re.compile(r"[a-z_][a-z0-9_]{0,254}")
_NESTED = {"location", "url", "document", "photo", "multipoint", "line", "multiline", "polygon", "multipolygon",
           "dataset_link", "blob", "phone", "email", "html", "nested_table"}  # fmt: skip


class Socrata:
    """A dataset of Socrata; see `tables.Reader`."""

    def __init__(self, client: Client, *, where: str | None, leave_out: frozenset[str]) -> None:
        self._client, self._where, self._leave_out = client, where, leave_out
        self._id = client.address.path
        self._kinds: dict[str, str] = {}

    def describe(self) -> Table:
        """Columns by their API names; a point becomes two columns, NAME_longitude and NAME_latitude."""
        view = self._client.json(f"/api/views/{self._id}.json")
        stated = view.get("columns") if isinstance(view, dict) else None
        if not isinstance(stated, list) or not stated:
            raise refused(self._client.what, "a dataset without columns", "must be a table")
        named = {
            str(column.get("fieldName", "")): str(column.get("dataTypeName", ""))
            for column in stated
            if isinstance(column, dict)
        }
        named = {name: kind for name, kind in named.items() if not name.startswith(":")}
        self._kinds = {
            name: kind
            for name, kind in named.items()
            if _FIELD.fullmatch(name) and kind not in _NESTED and name not in self._leave_out
        }
        columns = [column for name in self._kinds for column in self._columns(name)]
        [counted] = objects_in(self._rows(_select="count(*) as n"), what=self._client.what) or [{}]
        n_rows = str(counted.get("n", ""))
        if not n_rows.isdigit():
            raise refused(self._client.what, "no count of its rows", "must count them")
        version = str(view.get("rowsUpdatedAt") or "")
        return Table(tuple(columns), int(n_rows), version, tuple(sorted(set(named) - set(self._kinds))))

    def page(self, table: Table, *, n_done: int, last_key: str | None) -> Page:
        """Up to 20,000 rows by ``:id``, the last row of the page before asked for once more."""
        skip = max(n_done - 1, 0)
        answer = self._rows(_select=",".join([":id", *self._kinds]), _order=":id", _limit=str(PAGE), _offset=str(skip))
        names, what = frozenset({":id", *self._kinds}), self._client.what
        keys, rows = [], []
        for row in objects_in(answer, what=what):
            refuse_unasked(row, names, what=what)
            if not isinstance(row.get(":id"), str):
                raise refused(what, "a row without :id", "every row must have its key")
            keys.append(row[":id"])
            rows.append([text for name in self._kinds for text in self._texts(name, row.get(name))])
        return joined(keys, rows, last_key, what=what)

    def _rows(self, **parameters: str) -> Any:  # noqa: ANN401
        where = {} if self._where is None else {"_where": self._where}
        return self._client.json(f"/resource/{self._id}.json", **parameters, **where)

    def _columns(self, name: str) -> list[str]:
        return [f"{name}_longitude", f"{name}_latitude"] if self._kinds[name] == "point" else [name]

    def _texts(self, name: str, value: object) -> list[str]:
        what = self._client.what
        if self._kinds[name] != "point":
            return [plain_text(value, name, what=what)]
        if value is None:
            return ["", ""]
        ends = value.get("coordinates") if isinstance(value, dict) else None
        if not isinstance(ends, list) or len(ends) != 2:
            raise refused(what, f"no point in {name}", "columns must stay the same")
        return [plain_text(end, name, what=what) for end in ends]
