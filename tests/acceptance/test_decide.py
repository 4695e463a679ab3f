"""`decide`, `deliver`, `decisions`, `pause` and `resume` as a person calls them, on a small published run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest
from tests.runs.reviewed_city import FIRST, entries, settings_in

from patrolcast.cli import main
from patrolcast.domain.trail import Actor

Called = Callable[..., tuple[int, str, str]]


def clock_at(moment: datetime) -> type[datetime]:
    """The clock of the doors, standing at a moment."""

    class Standing(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    return Standing


@pytest.fixture
def call(
    published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Called:
    shutil.copytree(published_city, tmp_path / "city", symlinks=True)
    monkeypatch.chdir(tmp_path / "city")

    def called(*arguments: str, at: datetime = FIRST) -> tuple[int, str, str]:
        for verb in ("deciding.decide", "deciding.records", "deciding.pause", "forecast", "nights.nightly",
                     "nights.status", "nights.health"):  # fmt: skip
            monkeypatch.setattr(f"patrolcast.cli.verbs.{verb}.datetime", clock_at(at))
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return called


def first_of(call: Called) -> list[str]:
    code, out, _ = call("decisions", "list", "configs/tiny.toml", "--json")
    assert code == 0
    return [row["suggestion_id"] for row in json.loads(out)["suggestions"]]


def test_a_day_of_decisions_from_the_command_line(call: Called, tmp_path: Path) -> None:
    one, two, three = first_of(call)[:3]
    accept = ("decide", "current", one, "--accept", "--reason", "known_concern", "--note", "The school asked for it.")
    code, out, _ = call(*accept)
    assert (code, out.split(":")[0]) == (0, f"{one} is accepted")
    code, _, err = call(*accept)
    assert code == 22
    assert err == (f"patrolcast: suggestion {one}: got accepted before; an answer is final; look at it again\n")
    assert call("decide", "current", two, "--decline", "--reason", "nobody_free")[0] == 0
    assert call("decide", "current", three, "--amend", "--reason", "fewer_minutes", "--minutes", "15")[0] == 0
    delivered = ("deliver", "current", one, "--visits", "1", "--minutes", "12", "--activity", "foot_patrol")
    assert call(*delivered)[0] == 0
    code, out, _ = call("decisions", "list", "configs/tiny.toml", "--district", "1")
    assert [line.split()[3:5] for line in out.splitlines() if one in line] == [["accepted", "known_concern"]]
    code, out, _ = call("decisions", "log", "configs/tiny.toml", at=datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert (code, out) == (0, f"24 rows in {tmp_path / 'city' / 'runs' / 'tiny' / 'dosage_log.csv'}\n")
    closed = entries(settings_in(tmp_path / "city"), "shift.closed")
    assert len(closed) == 3
    assert call("trail", "verify", "configs/tiny.toml")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--reason", "known_concern"), "exactly one of --accept, --amend and --decline"),
        (("--accept", "--decline", "--reason", "known_concern"), "exactly one of"),
        (("--accept",), "has a reason, one of fits_the_plan"),
        (("--amend", "--reason", "better_time"), "must change something"),
        (("--accept", "--minutes", "5", "--reason", "known_concern"), "an amendment says what changes"),
        (("--amend", "--reason", "better_time", "--not-before", "21:00"), "must be an ISO time with zone"),
    ],
)
def test_an_answer_that_is_none_ends_with_2_and_one_line(call: Called, arguments: tuple[str, ...], told: str) -> None:
    code, _, err = call("decide", "current", first_of(call)[0], *arguments)
    assert code == 2
    assert told in err
    assert err.count("\n") == 1


def test_a_pause_is_ended_by_a_second_account(call: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    suggestion = first_of(call)[0]
    code, out, _ = call("pause", "configs/tiny.toml", "--reason", "the feed counts reports twice")
    assert code == 0
    assert "the feed counts reports twice" in out
    for refused in (
        ("decide", "current", suggestion, "--accept", "--reason", "known_concern"),
        ("forecast", "configs/tiny.toml"),
        ("decisions", "list", "configs/tiny.toml"),
        ("nightly", "configs/tiny.toml"),
    ):
        code, _, err = call(*refused)
        assert code == 21
        assert "the feed counts reports twice" in err
    code, out, _ = call("status", "configs/tiny.toml")
    assert "PAUSED by" in out
    assert call("health", "configs/tiny.toml")[0] == 1
    code, _, err = call("resume", "configs/tiny.toml")
    assert code == 21
    assert "it takes a second one" in err
    monkeypatch.setattr("patrolcast.io.trail.machine.account", lambda role: Actor("second", role, "operating system"))
    assert call("resume", "configs/tiny.toml", "--reason", "the feed was mended")[0] == 0
    assert len(first_of(call)) == 24


def test_a_file_of_another_system_is_taken_and_what_is_refused_is_named(call: Called, tmp_path: Path) -> None:
    one, two = first_of(call)[:2]
    file = tmp_path / "cad.csv"
    rows = [f"{one},accepted,known_concern,2026-03-01T06:10:00-06:00"]
    file.write_text("\n".join(["suggestion_id,decision,reason,decided_at", *rows]) + "\n")
    assert call("decisions", "import", "configs/tiny.toml", str(file))[:2] == (
        0, "1 rows taken, 0 taken before, 0 refused\n",
    )  # fmt: skip
    rows += [
        f"{one},declined,nobody_free,2026-03-01T06:20:00-06:00",
        f"{two},declined,nobody_free,2026-03-01T06:20:00-06:00",
    ]
    file.write_text("\n".join(["suggestion_id,decision,reason,decided_at", *rows]) + "\n")
    code, out, err = call("decisions", "import", "configs/tiny.toml", str(file))
    assert (code, out) == (22, "1 rows taken, 1 taken before, 1 refused\n")
    assert "cad.csv line 3" in err
