"""A tiny city whose night is published, for tests of decisions and pauses: copied for each, as the trail grows."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.settings import Settings
from patrolcast.domain.trail import Actor
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.run_store import current_run
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.publish import publish_with_status
from patrolcast.runs.review import decide, open_suggestions

MARTA = Actor("m.diaz", "supervisor", "password")
JO = Actor("j.lee", "supervisor", "password")
OFFICER = Actor("unit 12", "officer", "password")
ANALYST = Actor("a.ray", "analyst", "password")
FIRST = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
"""Within the first shift of the run, which is from 06:00 to 14:00 in Chicago."""


def make_published(root: Path) -> Path:
    """Writes the city, runs it and publishes."""
    config = read_settings(write_city(root))
    run = run_once(config, now=NOW, publishing=True)
    publish_with_status(run, now=NOW)
    return root


def copy_of(published: Path, place: Path) -> Settings:
    """The city's own copy for a test; its settings."""
    shutil.copytree(published, place / "city", symlinks=True)
    return settings_in(place / "city")


def settings_in(root: Path, *, add: str = "") -> Settings:
    """The settings of a city, with lines added to its config."""
    config = root / "configs" / "tiny.toml"
    if add:
        config.write_text(config.read_text() + add)
    return read_settings(config).settings


def published_run(settings: Settings) -> str:
    """The id of what is published."""
    folder = current_run(settings.city_runs())
    assert folder is not None
    return folder.name


def entries(settings: Settings, event: str = "") -> list[dict[str, Any]]:
    """Entries of the trail, of one kind of event where it is named."""
    lines = (settings.city_runs() / "trail" / "trail.jsonl").read_bytes().splitlines()
    return [entry for entry in map(json.loads, lines) if entry["event"].startswith(event)]


def first_of(city: Settings, n: int = 0) -> str:
    """The n-th suggestion that is open."""
    return str(open_suggestions(city, now=FIRST)["suggestion_id"][n])


def accept(city: Settings, suggestion: str, **changed: Any) -> Any:
    """An answer of Marta's: accepted, unless something else is asked."""
    asked = {"answer": "accepted", "reason_code": "known_concern", "note": "", "actor": MARTA, "now": FIRST, **changed}
    return decide(city, published_run(city), suggestion, **asked)


def refusals(city: Settings) -> list[str]:
    """Why attempts were refused, in order."""
    return [entry["body"]["why"] for entry in entries(city, "review.refused")]


def state_of(city: Settings, suggestion: str) -> dict[str, Any]:
    """The row of a suggestion, with what became of it."""
    table = open_suggestions(city, now=FIRST, run=published_run(city)).set_index("suggestion_id")
    return dict(table.loc[suggestion])
