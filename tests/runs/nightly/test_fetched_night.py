"""A night whose export lies on a portal: fetched only where the config allows it, and never for a finished night."""

from __future__ import annotations

import json
import socket
from datetime import datetime
from pathlib import Path

import pytest
from tests.portals import FakePortal, Reply, serving
from tests.runs.fetch.test_fetch import config_on, fetched, portal_of, snapshot_of
from tests.runs.finished import RUN_ID, write_finished
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.hashing import file_sha256
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.stored_runs import FinishedRun, identify
from patrolcast.runs.nightly import nightly


@pytest.fixture(autouse=True)
def made_up_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of the config's identity at that moment; nothing is computed."""

    def made_up(read: ConfigFile, *, runs: Path, as_of: str, now: datetime, **options: object) -> FinishedRun:
        identity = {"as_of_asked": as_of, "inputs_sha256": identify(read).inputs_sha256}
        return write_finished(runs, run_store.free_run_id(runs, RUN_ID), **identity)

    monkeypatch.setattr(nightly, "run_once", made_up)
    monkeypatch.setattr(
        nightly, "faults_of_own_run", lambda folder, manifest, _: run_store.changed_files(folder, manifest)
    )
    for module in ("forecast.publish", "nightly.published_history"):
        monkeypatch.setattr(f"patrolcast.runs.{module}.run_faults", run_store.changed_files)


def start(config: Path) -> nightly.Night:
    return nightly.run_night(read_settings(config), now=NOW)


@pytest.fixture
def portal(published_city: Path) -> FakePortal:
    return portal_of(published_city / "configs" / "tiny.toml", "ckan")


def test_a_night_fetches_where_it_is_allowed_and_a_finished_one_does_not(
    portal: FakePortal, published_city: Path, tmp_path: Path
) -> None:
    with serving(portal):
        config = config_on(published_city / "configs" / "tiny.toml", tmp_path, portal, allow_network=True)
        assert not start(config).was_finished
        n_asked = len(portal.asked)
        assert (portal.pages, start(config).was_finished, len(portal.asked)) == (3, True, n_asked)
    log = (config.parents[1] / "runs" / "tiny" / "nightly.log").read_text().splitlines()
    said = [line for line in map(json.loads, log) if line["step"] == "fetch"]
    assert [line["state"] for line in said] == ["start", "done", "note"]
    assert said[-1]["message"] == f"80 rows of {portal.dataset}"


class WayOutError(BaseException):
    """A socket was about to be connected."""


def no_way_out(*_: object) -> None:
    raise WayOutError


def test_without_leave_a_night_connects_no_socket(
    portal: FakePortal, published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(portal):
        config = config_on(published_city / "configs" / "tiny.toml", tmp_path, portal)
        fetched(config)
        n_asked = len(portal.asked)
        monkeypatch.setattr(socket.socket, "connect", no_way_out)
        assert not start(config).was_finished
        assert len(portal.asked) == n_asked
        config.write_text(config.read_text().replace("[portal]\n", "[portal]\nallow_network = true\n"))
        config.write_text(config.read_text().replace("rounds = 15", "rounds = 16"))
        with pytest.raises(WayOutError):  # the guard itself: with leave, it is reached
            start(config)


def test_a_fetch_that_is_refused_ends_the_night_and_the_last_good_run_stays(
    portal: FakePortal, published_city: Path, tmp_path: Path
) -> None:
    with serving(portal):
        config = config_on(published_city / "configs" / "tiny.toml", tmp_path, portal, allow_network=True)
        run = start(config).run.folder
        before = file_sha256(snapshot_of(config))
        config.write_text(
            config.read_text().replace("rounds = 15", "rounds = 16")
        )  # the night is not finished any more
        portal.fault = lambda *_: Reply(b"[")
        with pytest.raises(DataRefusedError, match="that is no JSON"):
            start(config)
    assert run_store.current_run(config.parents[1] / "runs" / "tiny") == run
    assert file_sha256(snapshot_of(config)) == before
    status = json.loads((run.parent / "status.json").read_bytes())
    assert status["last_start"]["exit_code"] == 13
