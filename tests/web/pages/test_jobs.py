"""The analyst's work in the background: on the trail before it starts, one at a time, said when it has died."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.io.jobs.fake import WAITS, ended, fake, until, written
from tests.runs.console.test_feed_health import WELL, looked
from tests.web.asked import entries
from tests.web.pages.test_access import JOB, plant_job

from patrolcast.io.jobs import start
from patrolcast.io.jobs.start import job_at_work

Signed = Callable[..., Any]


def test_who_starts_a_job_is_on_the_trail_and_it_ends_as_its_page_says(
    place: Path, signed_in: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, "import os, sys; print(*sys.argv[1:2], 'PATROLCAST_CONSOLE_DATABASE' in os.environ, '<b>')")
    monkeypatch.setenv("PATROLCAST_CONSOLE_DATABASE", "postgresql://console:secret@db/console")
    client = signed_in("analyst")
    address = client.post("/jobs/start/", {"kind": "trial", "arguments": "--force"})["Location"]
    job = address.split("/")[2]
    ended(place / "console" / "tiny" / "jobs" / job)
    (entry,) = entries(place, "job.start")
    assert (entry["actor"]["id"], entry["actor"]["role"]) == ("analyst-x", "analyst")
    config, runs = place / "configs" / "tiny.toml", place / "runs"
    assert entry["body"] == {
        "job": job, "kind": "trial", "arguments": ["forecast", str(config), f"--runs={runs}", "--no-publish"],
    }  # fmt: skip
    page = client.get(address).content.decode()
    assert "It ended as it should" in page
    assert "forecast False &lt;b&gt;" in page
    assert job in client.get("/jobs/").content.decode()


def test_a_second_job_is_refused_while_one_is_at_work_and_a_killed_one_is_not_at_work(
    place: Path, signed_in: Signed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(start, "TRIES", 1)
    fake(monkeypatch, WAITS.format(tmp_path / "pid"))
    client = signed_in("analyst")
    address = client.post("/jobs/start/", {"kind": "forecast"})["Location"]
    written(tmp_path / "pid")
    page = client.get("/jobs/").content.decode()
    assert "is at work" in page
    assert "Start the forecast" not in page
    assert client.post("/jobs/start/", {"kind": "feed"}).status_code == 409
    assert len(entries(place, "job.start")) == 1
    assert b"Running." in client.get(address).content
    assert client.post(f"{address}stop/").status_code == 302
    until(lambda: job_at_work(place / "console" / "tiny" / "jobs") == "")
    assert [entry["body"]["job"] for entry in entries(place, "job.stop")] == [address.split("/")[2]]
    assert b"Stopped." in client.get(address).content
    assert client.post(f"{address}stop/").status_code == 409
    (place / "console" / "tiny" / "jobs" / address.split("/")[2] / "ended.json").unlink()
    assert b"Lost." in client.get(address).content


def test_while_paused_no_forecast_that_may_publish_is_started(
    place: Path, signed_in: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, "raise SystemExit(1)")
    assert signed_in("chief").post("/published/pause/", {"reason": "a look first"}).status_code == 302
    assert signed_in("analyst").post("/jobs/start/", {"kind": "forecast"}).status_code == 423
    assert entries(place, "job") == []


def test_nothing_starts_while_the_trail_cannot_be_written(
    place: Path, signed_in: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patrolcast.web.city import forget_review

    fake(monkeypatch, "raise SystemExit(1)")
    client = signed_in("analyst")
    forget_review()  # the next who asks reads all of it
    trail = place / "runs" / "tiny" / "trail" / "trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'"run.start"', b'"run.stare"', 1))
    assert client.post("/jobs/start/", {"kind": "trial"}).status_code == 503
    assert [one.name for one in (place / "console" / "tiny" / "jobs").iterdir()] == [".lock"]


def test_what_the_page_does_not_offer_is_not_started(place: Path, signed_in: Signed) -> None:
    client = signed_in("analyst")
    for form in ({}, {"kind": "nightly"}, {"kind": "comparison", "variant": "../../etc/passwd"}):
        assert client.post("/jobs/start/", form).status_code == 404
    assert client.post("/jobs/start/", {"kind": "comparison"}).status_code == 422
    assert "nothing to compare with" in client.get("/jobs/").content.decode()
    assert entries(place, "job") == []


def test_an_account_without_a_second_factor_starts_nothing(
    place: Path, signed_in: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.web.test_middleware import changed_options

    client = signed_in("analyst")
    changed_options(monkeypatch, second_factor=True)
    for address in ("/jobs/start/", f"/jobs/{JOB}/stop/"):
        assert client.post(address, {"kind": "trial"})["Location"] == "/account/code/totp/activate/"
    assert entries(place, "job") == []


def test_the_feeds_page_says_when_it_was_looked_at_and_what_it_does_not_know(place: Path, signed_in: Signed) -> None:
    from patrolcast.web.city import the_city

    client = signed_in("analyst")
    assert b"Not looked at is not well" in client.get("/feed/").content
    plant_job()
    looked(the_city(), WELL)
    page = client.get("/feed/").content.decode()
    assert "No check of the feed stops a night." in page
    assert "1 March 2026" in page
    assert "incidents.csv" in page
