"""What the tests of the console ask of it: entries of the trail, and what a page of a shift offers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from patrolcast.runs.console.night import PublishedNight, Shift


def entries(place: Path, event: str = "") -> list[dict[str, Any]]:
    """Entries of the city's trail, of one kind of event where it is named."""
    lines = (place / "runs" / "tiny" / "trail" / "trail.jsonl").read_bytes().splitlines()
    return [entry for entry in map(json.loads, lines) if entry["event"].startswith(event)]


def the_shift() -> tuple[PublishedNight, Shift]:
    """What is published, and the running shift of it."""
    from patrolcast.web.city import now, tonight

    night = tonight()
    shift = night.shift_at(now())
    assert shift is not None
    return night, shift


def row_of(district: str, n: int = 0) -> dict[str, Any]:
    """A suggestion of the running shift in a district."""
    row: dict[str, Any] = the_shift()[1].of_district(district)[0]["rows"][n]
    return row


def answer_form(district: str = "1", n: int = 0, **changed: str) -> dict[str, str]:
    """What the page sends to accept a suggestion, with fields changed."""
    night, shift = the_shift()
    form = {"run": night.run_id, "shift": str(shift.index), "suggestion": row_of(district, n)["suggestion"]}
    return {**form, "answer": "accepted", "reason": "fits_the_plan", "note": "", **changed}


def read_notice(client: Any) -> None:
    """Confirms the advisory statement for the running shift."""
    night, shift = the_shift()
    assert client.post("/tonight/read/", {"run": night.run_id, "shift": shift.index}).status_code == 302
