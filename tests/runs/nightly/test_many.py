"""Many cities in one night: who is published, who is not and why, and the exit code of the worst."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import UsageError
from patrolcast.io.cities.process import CityEnding
from patrolcast.io.encode import iso_utc
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.forecast.publish import write_status
from patrolcast.runs.nightly import many
from patrolcast.runs.nightly.many import WORST_FIRST, CityNight, ManyNights, run_many, run_watched, worst_of
from patrolcast.runs.nightly.nightly import record_hung

ROOT = Path(__file__).parents[3]


def city(code: int, *, hung: bool = False, **document: Any) -> CityNight:
    return CityNight(Path("a.toml"), "a", CityEnding(code, "", 1.0, 1, hung, document))


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        (city(0, was_finished=False), "published"),
        (city(0, was_finished=True), "finished before"),
        (city(20), "not published"),
        (city(21), "paused"),
        (city(13), "refused"),
        (city(70), "failed"),
        (city(75), "at work"),
        (city(143), "ended"),
        (city(70, hung=True), "hung"),
        (city(99), "refused"),
    ],
)
def test_what_became_of_a_city_in_a_word(one: CityNight, outcome: str) -> None:
    assert one.outcome == outcome


def test_the_worst_is_the_one_that_most_needs_a_person() -> None:
    assert worst_of(list(reversed(WORST_FIRST))) == 70
    assert worst_of([0, 75]) == 75
    assert worst_of([0, 20, 13, 75]) == 13
    assert worst_of([0, 70, 99]) == 99
    assert worst_of([0]) == 0


def test_every_documented_exit_code_of_a_night_has_its_place() -> None:
    lines = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8").splitlines()
    codes = {
        int(line.split("|")[1]) for line in lines if line.startswith("| ") and line.split("|")[1].strip().isdigit()
    }
    assert codes - {1} == set(WORST_FIRST)  # 1 is of `health` alone


def test_the_summary_counts_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    nights = ManyNights(
        [city(0, was_finished=False, status={"run_id": "r1"}), city(10), city(0, was_finished=True)], "local"
    )
    document = json.loads(json.dumps(nights.document()))
    assert document["exit_code"] == 10
    assert document["outcomes"] == {"finished before": 1, "published": 1, "refused": 1}
    assert [one["run_id"] for one in document["cities"]] == ["r1", None, None]
    assert set(document["cities"][0]) == {
        "config",
        "city",
        "outcome",
        "exit_code",
        "run_id",
        "seconds",
        "tries",
        "message",
    }


def test_each_city_is_started_with_the_options_of_the_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}town"')
    asked: list[Any] = []

    def run_cities(tasks: Any, *, engine: str, workers: int, done: Any) -> list[CityEnding]:
        asked.extend(tasks)
        return [CityEnding(0, "", 1.0, 1) for _ in tasks]

    monkeypatch.setattr(many, "run_cities", run_cities)
    nights = run_many(
        [tmp_path],
        module="m",
        engine="local",
        workers=3,
        most_minutes=2.0,
        runs=Path("r"),
        as_of="now",
        force=True,
        clock=lambda: NOW,
    )
    assert [one.city for one in nights.cities] == ["atown", "btown"]
    assert asked[0].arguments == (
        str(tmp_path / "a.toml"), "--json", f"--runs={Path('r').absolute()}", "--as-of=now", "--force",
    )  # fmt: skip
    assert (asked[0].module, asked[0].most_seconds) == ("m", 120.0)


def test_one_watched_city_is_started_with_its_own_options_and_prints_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(many, "run_city", lambda task: asked.append(task) or CityEnding(20, "", 1.0, 1))
    ending = run_watched(
        tmp_path / "a.toml",
        module="m",
        most_minutes=2.0,
        most_step_minutes=0.5,
        flags=["--quiet"],
        as_of="now",
        clock=lambda: NOW,
    )
    assert ending.exit_code == 20
    assert asked[0].arguments == (str(tmp_path / "a.toml"), "--quiet", "--as-of=now")
    assert (asked[0].most_seconds, asked[0].most_step_seconds, asked[0].shown) == (120.0, 30.0, True)


def test_of_a_city_that_hung_its_status_says_so_and_of_others_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_city(tmp_path)
    for hung in (False, True):
        monkeypatch.setattr(many, "run_city", lambda _, hung=hung: CityEnding(70, "no new step", 90.0, 1, hung=hung))
        run_watched(config, module="m", most_minutes=2.0, most_step_minutes=0.5, clock=lambda: NOW)
        assert (tmp_path / "runs" / "tiny" / "status.json").exists() == hung
    last = json.loads((tmp_path / "runs" / "tiny" / "status.json").read_text())["last_start"]
    assert (last["exit_code"], last["message"]) == (70, "no new step")
    assert last["at"] == iso_utc(NOW - timedelta(seconds=90))  # when it began, as of every start
    run_watched(tmp_path / "missing.toml", module="m", most_minutes=2.0, most_step_minutes=0.5, clock=lambda: NOW)


def test_what_others_are_told_of_a_hung_night_has_the_time_that_it_took(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    config.write_text(config.read_text().replace("[publish]", '[publish]\nmetrics = "runs/m.prom"'))
    read = read_settings(config)
    record_hung(read, "no end", runs=read.settings.city_runs(), now=NOW, seconds=7200.0)
    figures = dict(row.rsplit(" ", 1) for row in (tmp_path / "runs" / "m.prom").read_text().splitlines())
    assert float(figures['patrolcast_last_start_duration_seconds{city="tiny"}']) >= 7200.0
    assert float(figures['patrolcast_last_start_timestamp_seconds{city="tiny"}']) == NOW.timestamp() - 7200.0


@pytest.mark.parametrize(
    ("code", "minutes", "said"), [(0, 10, 0), (20, 10, 20), (None, 10, 70), (143, 10, 70), (0, -10, 70)]
)
def test_a_start_that_ended_since_a_hung_one_began_keeps_its_status(
    code: int | None, minutes: int, said: int, tmp_path: Path
) -> None:
    read = read_settings(write_city(tmp_path))
    runs, begun = read.settings.city_runs(), NOW - timedelta(hours=1)
    runs.mkdir(parents=True)
    last = {"at": iso_utc(begun + timedelta(minutes=minutes)), "exit_code": code, "message": ""}
    write_status(runs, now=NOW, last=last)
    record_hung(read, "no end", runs=runs, now=NOW, seconds=3600.0)
    assert json.loads((runs / "status.json").read_text())["last_start"]["exit_code"] == said


def test_of_many_a_city_that_hung_is_recorded_before_the_others_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later it may have been started again, and its status is of that start."""
    config, status = write_city(tmp_path), tmp_path / "runs" / "tiny" / "status.json"

    def run_cities(tasks: Any, *, engine: str, workers: int, done: Any) -> list[CityEnding]:
        ending = CityEnding(70, "no end", 90.0, 1, hung=True)
        done(0, ending)
        assert json.loads(status.read_text())["last_start"]["exit_code"] == 70
        status.write_text("a later start's own")
        return [ending]

    monkeypatch.setattr(many, "run_cities", run_cities)
    run_many([config], module="m", engine="local", workers=1, most_minutes=2.0, clock=lambda: NOW)
    assert status.read_text() == "a later start's own"


def test_a_wrong_engine_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--engine"):
        run_many([tmp_path], module="m", engine="spark", workers=1, most_minutes=1.0, clock=lambda: NOW)
