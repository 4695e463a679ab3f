"""Settings: strict values, and keys that are read off the types."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.settings import Gates, Incidents, Policy, Settings, Shifts, parse_as_of
from patrolcast.domain.settings.keys import parse_settings, path_base, valid_keys

ROOT = Path(__file__).parents[3]
COLUMNS = {"occurred_at": "a", "longitude": "x", "latitude": "y", "offence": "o"}


def document() -> dict[str, object]:
    return {
        "config_version": 1,
        "name": "city",
        "title": "City",
        "area": {"boundary": Path("b"), "timezone": "UTC"},
        "incidents": {"path": Path("i"), "columns": dict(COLUMNS)},
        "codebook": {"path": Path("c")},
    }


def test_a_complete_document_is_settings() -> None:
    assert parse_settings(document(), file="f.toml").shifts.starts == ["06:00", "14:00", "22:00"]


@pytest.mark.parametrize(
    ("key", "base"),
    [
        (("area", "boundary"), "file"),
        (("area", "water"), "file"),
        (("incidents", "path"), "file"),
        (("places", "bars", "path"), "file"),
        (("residents", "path"), "file"),
        (("publish", "runs"), "project"),
        (("incidents", "columns", "offence"), None),
        (("places", "bars", "column"), None),
        (("places", "path"), None),
        (("gone", "path"), None),
        (("title",), None),
        ((), None),
    ],
)
def test_paths_are_found_by_their_type(key: tuple[str, ...], base: str | None) -> None:
    assert path_base(key) == base


def test_the_nearest_keys_are_those_of_the_section() -> None:
    assert "column" in valid_keys(("places", "bars"))
    assert "seed" in valid_keys(("model",))
    assert {"extends", "data_root", "area"} <= set(valid_keys(()))
    assert valid_keys(("patrol", "weights")) == []


def test_a_key_in_a_place_layer_is_told_with_its_section() -> None:
    raw = document() | {"places": {"bars": {"path": Path("p"), "measure": "count", "source": "s", "colum": "x"}}}
    with pytest.raises(ConfigError) as error:
        parse_settings(raw, file="f.toml")
    assert str(error.value) == "f.toml: [places.bars] colum: got a key that does not exist; did you mean 'column'?"


def test_the_file_that_stated_a_key_is_named() -> None:
    raw = document() | {"model": {"seed": -1}}
    with pytest.raises(ConfigError) as error:
        parse_settings(raw, file="child.toml", files={("model", "seed"): "parent.toml"})
    assert str(error.value) == (
        "parent.toml: [model] seed: got '-1'; Input should be greater than or equal to 0; "
        "docs/config.md explains each key"
    )


def test_officer_census_and_unknown_can_never_be_let_in() -> None:
    with pytest.raises(ValidationError, match="must name census, officer"):
        Policy(excluded_provenance=["unknown"])  # type: ignore[list-item]


def test_no_value_is_coerced() -> None:
    with pytest.raises(ValidationError):
        Gates(max_refused_share="0.1")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Shifts(starts=["22:00", "06:00"])
    with pytest.raises(ValidationError, match="exactly one of path and sql"):
        Incidents.model_validate({"columns": COLUMNS})


def test_a_zone_that_does_not_exist_is_told() -> None:
    raw = document() | {"area": {"boundary": Path("b"), "timezone": "America/Gotham"}}
    with pytest.raises(ConfigError) as error:
        parse_settings(raw, file="f.toml")
    assert str(error.value) == (
        "f.toml: [area] timezone: got 'America/Gotham'; no such IANA time zone; e.g. America/Chicago; "
        "docs/config.md explains each key"
    )


@pytest.mark.parametrize("text", ["2026-06-30", "2026-06-30T05:00:00", "yesterday", ""])
def test_a_moment_without_zone_is_no_as_of(text: str) -> None:
    with pytest.raises(ValueError, match="zone"):
        parse_as_of(text)


def test_settings_do_not_change() -> None:
    settings = Settings.model_validate(document())
    with pytest.raises(ValidationError):
        settings.title = "Town"  # type: ignore[misc]


def test_every_key_is_explained() -> None:
    """On the page that tests/test_docs.py holds to the types."""
    assert "|  |" not in (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
