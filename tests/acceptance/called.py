"""A published city, and the command line called on it at a moment of its night."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

import pytest
from tests.runs.reviewed_city import FIRST

from patrolcast.cli import main

Called = Callable[..., tuple[int, str, str]]


def clock_at(moment: datetime) -> type[datetime]:
    """The clock of the doors, standing at a moment."""

    class Standing(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    return Standing


def called_in(
    published: Path, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Called:
    """A function that calls a verb in a copy of the city; exit code, output, complaints."""
    shutil.copytree(published, place / "city", symlinks=True)
    monkeypatch.chdir(place / "city")

    def called(*arguments: str, at: datetime = FIRST) -> tuple[int, str, str]:
        for verb in ("deciding.decide", "deciding.decisions", "deciding.pause", "forecast", "nights.nightly",
                     "nights.status", "nights.health"):  # fmt: skip
            monkeypatch.setattr(f"patrolcast.cli.verbs.{verb}.datetime", clock_at(at))
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return called


def first_of(call: Called) -> list[str]:
    """Suggestions that are open."""
    code, out, _ = call("decisions", "list", "configs/tiny.toml", "--json")
    assert code == 0
    return [row["suggestion_id"] for row in json.loads(out)["suggestions"]]
