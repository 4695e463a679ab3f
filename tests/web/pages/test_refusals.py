"""Refusals: the status says which kind, the line says what, and a defect says nothing of what was being done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from patrolcast.domain.errors import (
    CannotWriteError,
    ConflictError,
    DataRefusedError,
    NotAllowedError,
    PausedError,
    TrailBrokenError,
    UnknownError,
    UsageError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownError("run"), 404),
        (UsageError("reason"), 422),
        (NotAllowedError("a decision"), 403),
        (ConflictError("it", why="decided"), 409),
        (DataRefusedError("run"), 409),
        (PausedError("city"), 423),
        (TrailBrokenError("the audit trail"), 503),
        (CannotWriteError("disk"), 503),
    ],
)
def test_each_kind_of_refusal_has_its_status(error: Any, status: int) -> None:
    from patrolcast.web.pages.refusals import HEADINGS, http_status

    assert http_status(error) == status
    assert status in HEADINGS


def test_a_defect_shows_nothing_of_what_was_being_done(
    place: Path, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*_: object) -> None:
        raise ZeroDivisionError("secret of the shift")

    monkeypatch.setattr("patrolcast.web.pages.analysis.listed_runs", defect)
    client = signed_in("analyst")
    client.raise_request_exception = False
    answer = client.get("/runs/")
    assert answer.status_code == 500
    assert b"secret" not in answer.content
    assert b"ZeroDivision" not in answer.content


def test_what_is_not_there_is_a_page_and_to_a_script_a_line(place: Path) -> None:
    from django.test import Client

    assert b"There is no such page" in Client().get("/nowhere/").content
    assert Client().get("/nowhere/", headers={"Accept": "application/json"}).json()["error"]
