"""Without finished objectives nothing is published; with them each run reports against them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.runs.finished import write_finished
from tests.runs.reviewed_city import copy_of, published_run
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import GovernanceError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.run_store import current_run
from patrolcast.runs.check.check import check_city
from patrolcast.runs.forecast.objectives import objectives_of
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.publish import publish, publish_with_status


def test_a_published_run_reports_in_its_manifest_on_its_page_and_in_the_index(
    published_city: Path, tmp_path: Path
) -> None:
    city = copy_of(published_city, tmp_path)
    folder = city.city_runs() / published_run(city)
    manifest = json.loads((folder / "manifest.json").read_text())
    (one,) = manifest["objectives"]
    assert (one["id"], one["state"], one["owner"]) == ("forecast_holds", "met", "the test suite")
    calibration = next(gate["value"] for gate in manifest["gates"] if gate["name"] == "calibration")
    assert one["value"] == calibration
    assert [gate["verdict"] for gate in manifest["gates"] if gate["name"] == "objectives"] == ["pass"]
    page = (folder / "audit.html").read_text()
    assert "the forecast of a city made up for a test adds up" in page
    assert "Of 1 objective 1 is met." in (city.city_runs() / "index.html").read_text()


@pytest.mark.parametrize("unfinished", [True, False])
def test_without_finished_objectives_a_run_is_made_and_shown_and_not_published(
    tmp_path: Path, unfinished: bool
) -> None:
    path = write_city(tmp_path)
    aims = path.parent / "objectives.toml"
    if unfinished:
        aims.write_text(aims.read_text().replace("the test suite", "TBD"))
    else:
        path.write_text(path.read_text().replace('objectives = "objectives.toml"\n', ""))
    config = read_settings(path)
    warning = next(one for one in check_city(config, now=NOW).warnings if "objectives" in one)
    assert ("names nobody" if unfinished else "no file named in the config") in warning
    run = run_once(config, now=NOW, publishing=True)
    assert run.publishable
    with pytest.raises(GovernanceError, match=r"no finished objectives; .*e\.g\. \[\[objectives\]\]") as error:
        publish_with_status(run, now=NOW)
    assert error.value.exit_code == 11
    assert current_run(config.settings.city_runs()) is None
    assert "it cannot be published" in (run.folder / "audit.html").read_text()


def test_a_run_that_reports_against_none_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", lambda folder, manifest: ())
    publish(write_finished(tmp_path / "good"))
    with pytest.raises(GovernanceError, match="no finished objectives"):
        publish(write_finished(tmp_path / "bad", objectives=[]))


def test_a_measure_that_nobody_measures_is_refused(tmp_path: Path) -> None:
    path = write_city(tmp_path)
    aims = path.parent / "objectives.toml"
    aims.write_text(aims.read_text().replace('"calibration"', '"crime_rate"'))
    with pytest.raises(GovernanceError, match="no check of a run and no figure of decisions"):
        objectives_of(read_settings(path).settings, day=date(2026, 3, 1))
