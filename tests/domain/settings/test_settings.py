"""Settings as a whole: a complete document, the moment of a run, and that nothing changes after reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.domain.settings.documents import document

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.settings import Settings, parse_as_of
from patrolcast.domain.settings.keys import parse_settings

ROOT = Path(__file__).parents[3]


def test_a_complete_document_is_settings() -> None:
    assert parse_settings(document(), file="f.toml").shifts.starts == ["06:00", "14:00", "22:00"]


@pytest.mark.parametrize("text", ["2026-06-30", "2026-06-30T05:00:00", "yesterday", ""])
def test_a_moment_without_zone_is_no_as_of(text: str) -> None:
    with pytest.raises(ValueError, match="zone"):
        parse_as_of(text)
    with pytest.raises(ConfigError, match=r"^f\.toml: as_of: got "):
        parse_settings(document() | {"as_of": text}, file="f.toml")


@pytest.mark.parametrize("text", ["1989-12-31T00:00Z", "2101-01-01T00:00Z"])
def test_a_moment_lies_in_the_years_of_records(text: str) -> None:
    with pytest.raises(ValueError, match="must lie in the years 1990 to 2100"):
        parse_as_of(text)


@pytest.mark.parametrize("text", ["now", "last-report", "2026-06-30T05:00:00-05:00"])
def test_a_run_is_made_for_now_for_the_last_report_or_for_a_stated_moment(text: str) -> None:
    assert parse_settings(document() | {"as_of": text}, file="f.toml").as_of == text


def test_settings_do_not_change() -> None:
    settings = Settings.model_validate(document())
    with pytest.raises(ValidationError):
        settings.title = "Town"  # type: ignore[misc]


def test_every_key_is_explained() -> None:
    """On the page that tests/test_docs.py holds to the types."""
    assert "|  |" not in (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
