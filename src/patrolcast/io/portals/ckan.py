"""CKAN: ``datastore_search`` of a resource in the order of ``_id``, paged by ``offset``.

Source: docs.ckan.org, "DataStore extension", `datastore_search`. The server may give fewer rows a page than it is asked
for; the next page begins after what came. Only resources that are in the datastore can be read.
"""

from typing import Any

from patrolcast.io.portals.client import Client
from patrolcast.io.portals.tables import Page, Table, joined, objects_in, plain_text, refuse_unasked, refused

PAGE = 10_000
_NESTED = ("json", "jsonb", "nested", "geometry", "_", "bytea")
_KEY = "_id"


class Ckan:
    """A resource in the datastore of a CKAN; see `tables.Reader`."""

    def __init__(self, client: Client, *, leave_out: frozenset[str]) -> None:
        self._client, self._leave_out = client, leave_out
        base, _, self._id = client.address.path.rpartition("/")
        self._action = f"/{base}/api/3/action" if base else "/api/3/action"
        self._fields: list[str] = []

    def describe(self) -> Table:
        """Columns by their names in the datastore."""
        resource = self._ask("resource_show", id=self._id)
        answer = self._ask("datastore_search", resource_id=self._id, limit="0", include_total="true")
        kinds = self._kinds(answer)
        self._fields = [
            name
            for name, kind in kinds.items()
            if not kind.startswith(_NESTED) and "," not in name and name not in {_KEY, *self._leave_out}
        ]
        n_rows = answer.get("total")
        if _KEY not in kinds or type(n_rows) is not int:
            raise refused(self._client.what, "no key or no count of its rows", "must be in the datastore")
        left_out = tuple(sorted(set(kinds) - {_KEY, *self._fields}))
        return Table(tuple(self._fields), n_rows, str(resource.get("last_modified") or ""), left_out)

    def page(self, table: Table, *, n_done: int, last_key: str | None) -> Page:
        """Up to 10,000 rows by ``_id``, the last row of the page before asked for once more."""
        answer = self._ask(
            "datastore_search", resource_id=self._id, fields=",".join([_KEY, *self._fields]), sort=f"{_KEY} asc",
            limit=str(PAGE), offset=str(max(n_done - 1, 0)), include_total="false",
        )  # fmt: skip
        what, names = self._client.what, frozenset({_KEY, *self._fields})
        if set(self._kinds(answer)) != names:
            raise refused(what, "columns that changed while it was read", "columns must stay the same")
        keys, rows = [], []
        for row in objects_in(answer.get("records"), what=what):
            refuse_unasked(row, names, what=what)
            if type(row.get(_KEY)) is not int:
                raise refused(what, "a row without _id", "every row must have its key")
            keys.append(str(row[_KEY]))
            rows.append([plain_text(row.get(name), name, what=what) for name in self._fields])
        return joined(keys, rows, last_key, what=what)

    def _ask(self, action: str, **parameters: str) -> dict[str, Any]:
        answer = self._client.json(f"{self._action}/{action}", **parameters)
        result = answer.get("result") if isinstance(answer, dict) and answer.get("success") is True else None
        if not isinstance(result, dict):
            raise refused(self._client.what, "an answer of another form", f"{action} must succeed")
        return result

    @staticmethod
    def _kinds(answer: dict[str, Any]) -> dict[str, str]:
        fields = answer.get("fields")
        named = fields if isinstance(fields, list) else []
        return {str(field.get("id", "")): str(field.get("type", "")) for field in named if isinstance(field, dict)}
