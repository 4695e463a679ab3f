"""The least that a config must say, as a mapping."""

from __future__ import annotations

from pathlib import Path

COLUMNS = {"occurred_at": "a", "longitude": "x", "latitude": "y", "offence": "o"}


def document() -> dict[str, object]:
    """A new one each time."""
    return {
        "config_version": 1,
        "name": "city",
        "title": "City",
        "area": {"boundary": Path("b"), "timezone": "UTC"},
        "incidents": {"path": Path("i"), "columns": dict(COLUMNS)},
        "codebook": {"path": Path("c")},
    }
