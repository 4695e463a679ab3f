"""Secrets in a config: refused by key, never printed; addresses without one pass."""

from __future__ import annotations

import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.io.settings.secrets import refuse_secrets


@pytest.mark.parametrize(
    "text",
    [
        "https://gis:hunter2@maps.example.org/bars.geojson",
        "made up, see https://hunter2@example.org",
        "postgresql://patrol:hunter2@db/records",
        "https://example.org/bars?token=hunter2",
        "https://example.org/bars?f=json&api_key=hunter2",
        "https://example.org/blob?sv=1&sig=hunter2",
        "DB_PASSWORD=hunter2",
        "pwd = hunter2",
    ],
)
def test_a_secret_is_refused_by_its_key_and_never_printed(text: str) -> None:
    for values in ({"places": {"bars": {"source": text}}}, {"places": {"bars": {"source": ["x", text]}}}):
        with pytest.raises(ConfigError) as caught:
            refuse_secrets(values, file="city.toml", files={("places", "bars", "source"): "base.toml"})
        assert str(caught.value).startswith("base.toml: [places.bars] source: got an address or a text with a password")
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["https://data.example.org/d/abc?format=csv", "ask gis@example.org", "OpenStreetMap, 2024 (key: amenity=bar)",
     "license plates", "tokens of trust", "EPSG:4326", "https://example.org/@city/map"],
)  # fmt: skip
def test_an_address_and_a_text_without_a_secret_pass(text: str) -> None:
    refuse_secrets({"title": text, "n": 3, "places": {"bars": {"source": text}}}, file="city.toml", files={})


@pytest.mark.parametrize(
    "query", ["select * from calls where key = 3", "select * from calls where sig = 'x' and beat=:b"]
)
def test_a_condition_of_a_query_is_no_secret(query: str) -> None:
    refuse_secrets({"incidents": {"sql": query}}, file="city.toml", files={})
    with pytest.raises(ConfigError):
        refuse_secrets({"incidents": {"path": query}}, file="city.toml", files={})


@pytest.mark.parametrize(
    "query",
    [
        "select * from dblink('postgresql://u:hunter2@h/d', 'x')",
        "select dblink('password = ''x') where pwd = 'hunter2'",
    ],
)
def test_a_secret_in_a_query_is_one(query: str) -> None:
    with pytest.raises(ConfigError):
        refuse_secrets({"incidents": {"sql": query}}, file="city.toml", files={})
