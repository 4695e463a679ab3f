"""The chief: what is published, pausing at once, and going on by two persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.web.asked import answer_form, entries, read_notice

Signed = Callable[..., Any]


def test_what_is_published_stands_there_with_what_is_open(place: Path, signed_in: Signed) -> None:
    page = signed_in("chief").get("/published/").content.decode()
    assert "good until" in page
    assert "Open findings" in page
    assert "Checks" in page


def test_a_pause_holds_at_once_for_everybody_and_two_persons_end_it(place: Path, signed_in: Signed) -> None:
    supervisor, chief, deputy = signed_in("supervisor", "1"), signed_in("chief"), signed_in("chief", name="deputy")
    read_notice(supervisor)
    form = answer_form()
    paused = chief.post("/published/pause/", {"reason": "the feed was counted twice"}, follow=True).content.decode()
    assert "Publication is paused." in paused
    assert "the feed was counted twice" in paused
    page = supervisor.get("/tonight/")
    assert b"the feed was counted twice" in page.content
    assert b'data-answer="Accept"' not in page.content
    refused = supervisor.post("/tonight/answer/", form)
    assert refused.status_code == 423
    assert b"the feed was counted twice" in refused.content

    assert chief.post("/published/resume/", {"reason": ""}).status_code == 302  # whoever paused alone is not enough
    assert b"Publication is paused" in chief.get("/published/").content
    done = deputy.post("/published/resume/", {"reason": "the feed is right again"}, follow=True)
    assert b"Publication goes on." in done.content
    assert supervisor.post("/tonight/answer/", form).status_code == 302
    assert [entry["actor"]["id"] for entry in entries(place, "pause")] == ["chief-x", "chief-x", "deputy"]
    assert [entry["event"].rpartition(".")[2] for entry in entries(place, "pause")][1:] == ["end_asked", "ended"]


def test_a_pause_without_a_reason_is_refused(place: Path, signed_in: Signed) -> None:
    chief = signed_in("chief")
    assert chief.post("/published/pause/", {"reason": "  "}).status_code == 422
    assert b"Publication is paused" not in chief.get("/published/").content


def test_every_waiver_stands_there_with_the_days_that_are_left(place: Path, signed_in: Signed) -> None:
    page = signed_in("chief").get("/waivers/").content.decode()
    assert "the tests" in page
    assert "days left" in page


def test_where_nothing_is_published_no_check_is_said_to_have_passed(place: Path, signed_in: Signed) -> None:
    from patrolcast.web.city import forget_checked_night

    chief = signed_in("chief")
    (place / "runs" / "tiny" / "current").unlink()
    forget_checked_night()
    page = chief.get("/published/").content.decode()
    assert "Nothing is published." in page
    assert "every check of the published run passed" not in page


def test_outcomes_that_nobody_reported_are_not_said_to_be_well(place: Path, signed_in: Signed) -> None:
    for role in ("chief", "auditor"):
        page = signed_in(role).get("/outcomes/").content.decode()
        assert "Nobody has made a report yet. Not measured is not passed" in page
    assert signed_in("chief").get("/outcomes/report/").status_code == 404
    assert signed_in("supervisor", "1").get("/outcomes/").status_code == 403


def test_the_newest_report_is_shown_as_it_was_made_and_a_changed_one_is_not(place: Path, signed_in: Signed) -> None:
    from tests.audit.planted_outcomes import planted
    from tests.runs.outcomes.city import write_counts, write_measures

    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.outcomes.declare import declare, take_in
    from patrolcast.runs.outcomes.report import write_outcomes

    write_measures(place / "configs" / "tiny.toml")
    config, now = read_settings(place / "configs" / "tiny.toml"), datetime(2026, 7, 2, tzinfo=UTC)
    declare(config)
    take_in(config, write_counts(place, planted(5, mean=200.0)), outcome=None, now=now)
    done = write_outcomes(config, now=now)
    chief = signed_in("chief")
    assert done.finding.partition(".")[0] in chief.get("/outcomes/").content.decode()
    whole = chief.get("/outcomes/report/")
    assert whole.content == done.paths[1].read_bytes()
    assert "default-src 'none'" in whole.headers["Content-Security-Policy"]
    done.paths[1].write_bytes(whole.content.replace(b"What it cannot show", b"What it can show"))
    assert "is not what the audit trail says was made" in chief.get("/outcomes/").content.decode()
    assert chief.get("/outcomes/report/").status_code == 409
