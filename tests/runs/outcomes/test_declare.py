"""Naming measures and taking counts in: on the trail first, refused whole, nothing taken in half."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.audit.planted_outcomes import planted
from tests.runs.outcomes.city import MEASURES, SECOND, write_counts, write_measures
from tests.runs.tiny_city import write_city

from patrolcast.domain.errors import DataRefusedError, GovernanceError, ProhibitedDataError, UsageError
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.runs.outcomes.declare import declare, take_in

NOW = datetime(2026, 7, 2, tzinfo=UTC)


@pytest.fixture
def city(tmp_path: Path) -> ConfigFile:
    config = write_city(tmp_path)
    write_measures(config)
    return read_settings(config)


def trail(config: ConfigFile) -> list[str]:
    path = config.settings.city_runs() / "trail" / "trail.jsonl"
    return [json.loads(line)["event"] for line in path.read_bytes().splitlines()] if path.exists() else []


def test_named_once_and_again_when_it_changed(city: ConfigFile) -> None:
    assert declare(city).new == ("force",)
    assert declare(city).new == ()
    write_measures(city.path, MEASURES + SECOND)
    assert declare(city).new == ("again",)
    assert trail(city) == ["outcomes.declared"] * 2


def test_what_is_named_late_is_said_to_be(city: ConfigFile, tmp_path: Path) -> None:
    assert declare(city).late == ()
    take_in(city, write_counts(tmp_path, planted(1)), outcome=None, now=NOW)
    write_measures(city.path, MEASURES + SECOND)
    assert declare(city).late == ("again",)


def test_counts_are_taken_in_once_and_are_on_the_trail(city: ConfigFile, tmp_path: Path) -> None:
    declare(city)
    file = write_counts(tmp_path, planted(1))
    done = take_in(city, file, outcome=None, now=NOW)
    assert (done.rows, done.is_new) == (72 * 4, True)
    assert not take_in(city, file, outcome=None, now=NOW).is_new
    assert trail(city) == ["outcomes.declared", "outcomes.imported"]


def test_nothing_is_taken_in_before_measures_are_named(city: ConfigFile, tmp_path: Path) -> None:
    with pytest.raises(GovernanceError, match="named before their figures are seen"):
        take_in(city, write_counts(tmp_path, planted(1)), outcome=None, now=NOW)
    assert not (tmp_path / "outcomes").exists()
    assert trail(city) == []


@pytest.mark.parametrize(
    ("header", "row", "kind"),
    [
        ("outcome,month,area,group,n,officer", "stops,2026-01,1,a,3,x", ProhibitedDataError),
        ("outcome,month,area,group,n,age", "stops,2026-01,1,a,3,41", ProhibitedDataError),
        ("outcome,month,area,group,n", "stops,2026-01,1,a,3\nstops,2026-01,1,a,1", ProhibitedDataError),
        ("outcome,month,area,group,n", "stops,2026-01,1,a,3\nstops,2026-02,1,a,many", DataRefusedError),
        ("outcome,month,area,group,n", "stops,2026-07,1,a,3", DataRefusedError),
        ("month,area,group,n", "2026-01,1,a,3", DataRefusedError),
    ],
)
def test_a_refused_file_leaves_nothing(
    city: ConfigFile, tmp_path: Path, header: str, row: str, kind: type[Exception]
) -> None:
    declare(city)
    file = tmp_path / "counts.csv"
    file.write_text(f"{header}\n{row}\n")
    with pytest.raises(kind):
        take_in(city, file, outcome=None, now=NOW)
    assert trail(city) == ["outcomes.declared"]
    assert not (tmp_path / "outcomes").exists()


def test_a_file_without_a_column_of_outcomes_is_said_what_it_holds(city: ConfigFile, tmp_path: Path) -> None:
    declare(city)
    file = tmp_path / "minutes.csv"
    file.write_text("month,area,n\n2026-01,1,9000\n")
    assert take_in(city, file, outcome="patrol_minutes", now=NOW).months[0]["outcome"] == "patrol_minutes"
    with pytest.raises(UsageError, match="one of arrests"):
        take_in(city, file, outcome="tickets", now=NOW)


def test_taking_a_question_away_or_going_back_to_an_older_form_is_named_too(city: ConfigFile) -> None:
    """The last state before the data is the one that counts, so each has to be on the trail."""
    declare(city)
    write_measures(city.path, MEASURES + SECOND)
    declare(city)
    write_measures(city.path)
    done = declare(city)
    assert (done.new, done.gone) == ((), ("again",))
    assert trail(city) == ["outcomes.declared"] * 3
