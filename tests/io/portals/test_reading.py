"""An address gives the reader of its kind, with its caps and its header."""

from __future__ import annotations

import pytest
from tests.portals import PATHS

from patrolcast.domain.settings.outside import Portal, parse_dataset
from patrolcast.io.portals.arcgis import ArcGis
from patrolcast.io.portals.ckan import Ckan
from patrolcast.io.portals.reading import open_reader
from patrolcast.io.portals.socrata import Socrata

HEADERS = {"socrata": "X-App-Token", "arcgis": "X-Esri-Authorization", "ckan": "Authorization"}


@pytest.mark.parametrize(("kind", "reader"), [("socrata", Socrata), ("arcgis", ArcGis), ("ckan", Ckan)])
def test_each_kind_has_its_reader_and_its_header(kind: str, reader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TOKEN", "abcdefgh12")
    text = f"{kind}:data.example.org/{PATHS[kind]}"
    portal = Portal(dataset=text, token="PORTAL_TOKEN", max_minutes=2.0, max_megabytes=3)
    found = open_reader(portal, parse_dataset(text))
    assert type(found) is reader
    client = found._client  # type: ignore[attr-defined]
    assert client.headers == {HEADERS[kind]: "Bearer abcdefgh12" if kind == "arcgis" else "abcdefgh12"}
    assert "abcdefgh12" not in repr(client)
    assert (client.max_seconds, client.max_bytes) == (120.0, 3_000_000)
