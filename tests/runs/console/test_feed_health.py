"""Is the feed well: only where every check was made, none stops a night, and the look is of today."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.io.jobs.fake import STARTED
from tests.runs.console.test_jobs import planted
from tests.runs.tiny_city import NOW

from patrolcast.audit.feed.names import AGE, FEED_CHECKS
from patrolcast.domain.records import GateResult, GateVerdict, SourceAccount
from patrolcast.io.jobs.folder import ENDED, OUTPUT, JobEnding
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.check.check import CheckReport, check_city
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.feed_health import FeedHealth, feed_health
from patrolcast.runs.console.jobs import JOBS

EVERY = tuple(GateResult(name, 1.0, "at most 2", GateVerdict.PASS, "as usual") for name in sorted(FEED_CHECKS | {AGE}))
FILE = SourceAccount("incidents.csv", "ab", 10, 9, 5, {"known twice": 1}, {"no time": 2}, cancelled={"void": 1})
WELL = CheckReport("tiny", feed=EVERY, sources=(FILE,), as_of=STARTED, newest_report=STARTED)


def looked(city: ConsoleCity, report: CheckReport, *, number: int = 0) -> None:
    """A look that left this report."""
    name = planted(city, JobEnding("exit", report.exit_code, 1.0), "feed", number=number)
    text = json.dumps(report.as_dict(), allow_nan=False, default=str)
    (city.state / JOBS / name / OUTPUT).write_text(text)


def health_of(city: ConsoleCity, *, hours: float = 1.0) -> FeedHealth:
    health, _ = feed_health(city, now=STARTED + timedelta(hours=hours))
    assert health is not None
    return health


def test_without_a_look_nothing_is_said_to_be_well(city: ConsoleCity) -> None:
    assert feed_health(city, now=STARTED) == (None, None)


def test_a_feed_whose_every_check_passed_is_well_for_a_day(city: ConsoleCity) -> None:
    looked(city, WELL)
    health = health_of(city)
    assert (health.good, health.old, health.finding) == (True, False, "No check of the feed stops a night.")
    assert health.tally == "14 passed."
    assert health.sources[0] == {
        "name": "incidents.csv", "rows": 9, "kept": 5, "refused": 2, "set_aside": 1, "cancelled": 1,
        "why": "2: no time",
    }  # fmt: skip
    assert "1 March 2026" in health.looked
    assert health_of(city, hours=25.0).old


@pytest.mark.parametrize("verdict", [GateVerdict.FAIL, GateVerdict.NOT_MEASURED])
def test_a_check_that_stops_the_night_is_named_with_its_question(city: ConsoleCity, verdict: GateVerdict) -> None:
    broken = tuple(replace(check, verdict=verdict) if check.name == "feed_days" else check for check in EVERY)
    looked(city, replace(WELL, feed=broken))
    health = health_of(city)
    assert (health.good, health.finding) == (False, "The night would stop: “feed days”.")
    assert [row["asks"] for row in health.checks if row["asks"]] == ["Are reports of these days missing?"]


def test_what_stops_nothing_and_was_not_measured_is_not_said_to_have_passed(city: ConsoleCity) -> None:
    first = replace(EVERY[0], verdict=GateVerdict.NOT_MEASURED, value=None, stops=False)
    looked(city, replace(WELL, feed=(first, *EVERY[1:])))
    assert health_of(city).finding.endswith("1 was not measured: that is not passed.")


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"feed": EVERY[1:]}, "Not every check was made: not made is not passed."),
        ({"feed": ()}, "Not every check was made: not made is not passed."),
        ({"problems": ("no file",), "exit_code": 10}, "A run cannot start."),
        ({"exit_code": 13}, "A run cannot start."),
    ],
)
def test_what_was_not_looked_at_is_not_well(city: ConsoleCity, changed: dict[str, Any], finding: str) -> None:
    looked(city, replace(WELL, **changed))
    health = health_of(city)
    assert not health.good
    assert health.finding.startswith(finding)
    assert len(health.unmade) == len(EVERY) - len(changed.get("feed", EVERY))


def test_a_look_that_left_nothing_is_said_and_the_older_one_stands_below(city: ConsoleCity) -> None:
    looked(city, WELL)
    planted(city, None, "feed", number=1)
    planted(city, JobEnding("exit", 0, 1.0), "trial", number=2)
    health, newest = feed_health(city, now=STARTED)
    assert health is not None
    assert health.good
    assert newest is not None
    assert (newest.state, newest.job) == ("lost", "20260301T123001Z-feed")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"name": "tiny"}', '{"name": "other"}', "null"])
def test_a_report_that_cannot_be_read_is_none(city: ConsoleCity, text: str) -> None:
    name = planted(city, JobEnding("exit", 0, 1.0), "feed")
    (city.state / JOBS / name / OUTPUT).write_text(text)
    health, newest = feed_health(city, now=STARTED)
    assert (health, newest and newest.job) == (None, name)


def test_the_report_of_a_look_that_was_ended_is_not_believed(city: ConsoleCity) -> None:
    looked(city, WELL)
    file = city.state / JOBS / "20260301T123000Z-feed" / ENDED
    file.write_text(json.dumps({"why": "stopped", "exit_code": 0, "seconds": 1.0}))
    assert feed_health(city, now=STARTED)[0] is None


def test_the_report_of_the_verb_itself_is_read(city: ConsoleCity) -> None:
    report = check_city(read_settings(city.config), now=NOW, runs=city.runs.parent)
    looked(city, report)
    health = health_of(city)
    assert (health.unmade, health.problems) == ((), report.problems)
    assert [row["verdict"] for row in health.checks] == [str(check.verdict) for check in report.feed]
    assert health.as_of.startswith("Sunday 1 March 2026")
