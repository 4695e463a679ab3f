"""`decide`, `deliver` and `decisions` through a day, as a person calls them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.acceptance.called import Called, called_in, first_of
from tests.runs.reviewed_city import entries, settings_in


@pytest.fixture
def call(
    published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Called:
    return called_in(published_city, tmp_path, monkeypatch, capsys)


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
