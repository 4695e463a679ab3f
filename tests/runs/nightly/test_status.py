"""`status` for the person on duty: what is published, until when, the last start, what is open; only what is known."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.runs.finished import RUN_ID, gates, write_finished
from tests.runs.nightly.standing_city import at_work, edit_last, good_city
from tests.runs.tiny_city import NOW

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.nightly.status import MOST_STOPPED, CityStatus, status_of

KEYS = {"status_version", "title", "timezone", "checked_at", "state", "fault", "run_id", "as_of", "expires_at",
        "last_start", "next_start", "pause", "open"}  # fmt: skip


@pytest.fixture(autouse=True)
def made_up_runs_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)


def status(config: Path, *, now: datetime = NOW) -> CityStatus:
    settings = read_settings(config).settings
    found = status_of(settings, settings.city_runs(), now=now)
    document = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert document.keys() == KEYS, "every key is always there"
    assert (document["next_start"], document["pause"]) == (None, None), "what cannot be known is not said"
    return found


def line(found: CityStatus, name: str) -> str:
    [text] = [line for line in found.lines() if line.startswith(f"  {name}")]
    return text.removeprefix(f"  {name}").strip()


def test_a_good_night_is_told_in_local_time(tmp_path: Path) -> None:
    config, _ = good_city(tmp_path)
    found = status(config)
    assert found.lines()[0] == "Tiny city"
    assert line(found, "published") == (
        f"{RUN_ID}, as of Sun 01 Mar 2026 05:00 CST; may be used until Mon 02 Mar 2026 17:00 CST"
    )
    assert line(found, "last start") == f"Sun 01 Mar 2026 06:00 CST: published {RUN_ID}"
    assert line(found, "next start").startswith("not known to patrolcast, which is started by a timer or by cron")
    assert line(found, "open") == "nothing"
    last = {"at": "2026-03-01T12:00:00Z", "exit_code": 0, "message": f"published {RUN_ID}", "became": "ended well"}
    assert found.as_dict()["last_start"] == last


def test_nothing_published_and_an_expired_run_are_told_plainly(tmp_path: Path) -> None:
    config, runs = good_city(tmp_path)
    late = status(config, now=NOW + timedelta(days=3))
    assert line(late, "published").endswith("EXPIRED at Mon 02 Mar 2026 17:00 CST: not to be used")
    assert late.as_dict()["state"] == "expired"
    (runs / "current").unlink()
    none = status(config)
    assert line(none, "published") == "nothing that may be used: nothing is published: there is no `current`"
    assert (none.as_dict()["state"], none.as_dict()["run_id"]) == ("none", None)


def test_what_became_of_the_last_start_is_told(tmp_path: Path) -> None:
    config, runs = good_city(tmp_path)
    edit_last(runs, exit_code=13, message="export: empty")
    failed = status(config)
    assert (line(failed, "last start"), failed.became) == (
        "Sun 01 Mar 2026 06:00 CST: exit code 13: export: empty", "failed",
    )  # fmt: skip
    edit_last(runs, exit_code=None)
    killed = status(config)
    assert killed.became == "killed"
    assert "it was killed; the next start clears up after it" in line(killed, "last start")
    with at_work(runs) as pid:
        assert line(status(config), "last start") == f"Sun 01 Mar 2026 06:00 CST: at work (process {pid})"
    with at_work(runs, stopped=True) as pid:
        assert line(status(config), "last start") == f"Sun 01 Mar 2026 06:00 CST: stopped (process {pid})"
    (runs / "status.json").unlink()
    unknown = status(config)
    assert (line(unknown, "last start"), unknown.became, unknown.as_dict()["last_start"]) == (
        "not known: status.json does not say", "unknown", None,
    )  # fmt: skip


def test_gates_that_did_not_pass_and_what_is_not_as_it_comes_are_open(tmp_path: Path) -> None:
    listed = [{**gate, "detail": "11 of 44 cells"} for gate in gates(patrol_concentration="warn", group_audit="waived")]
    config, _ = good_city(tmp_path, gates=listed, exceptions=["The check group_audit did not pass and is waived."])
    found = status(config)
    assert tuple(map(str, found.open_findings)) == (
        "check patrol_concentration, warn: 11 of 44 cells",
        "The check group_audit did not pass and is waived.",
    )
    assert [text.strip() for text in found.lines()[-2:]] == [
        "open         check patrol_concentration, warn: 11 of 44 cells",
        "The check group_audit did not pass and is waived.",
    ]


def test_later_runs_that_a_gate_stopped_are_open_and_earlier_ones_are_not(tmp_path: Path) -> None:
    config, runs = good_city(tmp_path)
    stopped = {"gates": gates(calibration="fail"), "publishable": False}
    for day in range(2, 10):
        write_finished(runs, f"202603{day:02}T1100Z-tiny-00000007", **stopped)
    write_finished(runs, "20260228T1100Z-tiny-00000008", **stopped)
    write_finished(runs, "20260310T1100Z-tiny-00000009", gates="no gates")
    found = [str(one) for one in status(config).open_findings]
    assert found[0] == "20260309T1100Z-tiny-00000007 was stopped by calibration: read its audit.html"
    assert len(found) == MOST_STOPPED
    assert not [text for text in found if "20260228" in text]
