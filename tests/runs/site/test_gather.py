"""What the site shows of a city: only what the trail and the manifests bear out."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest
from tests.runs.site.shown_city import later_run, shown_city

from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.events import RunRefused
from patrolcast.domain.trail.feedback_events import FeedbackAnswered, FeedbackReceived
from patrolcast.domain.trail.outcome_events import OutcomesReported
from patrolcast.domain.trail.review_events import Paused, Resumed
from patrolcast.domain.trail.site_events import SitePublished
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.trail import Trail
from patrolcast.io.trail.entry import Entry
from patrolcast.report.site.values import IN_FORCE, PASSED, REMOVED, UNSOUND
from patrolcast.runs.site.gather import (
    comparison_of,
    moment_of,
    outcomes_of,
    read_trail,
    refused_starts,
    site_items,
    site_runs,
    site_tests,
    site_texts,
    trail_head,
)

ROOT = Path(__file__).parents[3]
CLERK = Actor("clerk", "operator", "os")


@pytest.fixture
def city(published_city: Path, tmp_path: Path) -> ConfigFile:
    return shown_city(published_city, tmp_path)


def runs_of(city: ConfigFile) -> Path:
    return city.project / "runs" / "tiny"


def test_a_run_is_in_force_only_where_link_and_trail_agree(city: ConfigFile) -> None:
    runs = runs_of(city)
    [first] = site_runs(runs, read_trail(runs), [])
    assert (first.state, first.was_published) == (IN_FORCE, True)
    assert first.manifest is not None
    planted = later_run(city, as_of="2026-04-12T11:00:00+00:00")
    (runs / "current").unlink()
    (runs / "current").symlink_to(planted.name)
    assert [one.state for one in site_runs(runs, read_trail(runs), [])] == [PASSED, PASSED]


@pytest.mark.parametrize(
    "harm",
    [
        "a file",
        "the manifest",
        "no manifest to read",
        "another name",
        "another verdict",
        "not on the trail",
        "no trail",
    ],
)
def test_a_run_that_is_not_what_it_was_shows_nothing_of_itself(city: ConfigFile, harm: str) -> None:
    runs = runs_of(city)
    folder = (runs / "current").resolve()
    manifest = json.loads((folder / "manifest.json").read_bytes())
    if harm == "a file":
        (folder / "suggestions.csv").write_bytes(b"other")
    elif harm == "the manifest":
        (folder / "manifest.json").write_text(json.dumps({**manifest, "title": "Elsewhere"}))
    elif harm == "no manifest to read":
        (folder / "manifest.json").write_text("[]")
    elif harm == "another name":
        folder = later_run(city, as_of="2026-04-12T11:00:00+00:00")
        folder.rename(folder.with_name(folder.name.replace("0000000a", "0000000b")))
    elif harm == "another verdict":
        later_run(city, as_of="2026-04-12T11:00:00+00:00", publishable=False)
    elif harm == "not on the trail":
        later_run(city, as_of="2026-04-12T11:00:00+00:00", recorded=False)
    else:
        shutil.rmtree(runs / "trail")
    found = site_runs(runs, read_trail(runs), [])[0]
    assert (found.state, found.manifest, found.audit) == (UNSOUND, None, None)


@pytest.mark.parametrize("harm", ["removed", "edited"])
def test_a_failed_run_stays_failed_where_somebody_removes_or_edits_it(city: ConfigFile, harm: str) -> None:
    runs = runs_of(city)
    first = json.loads((runs / "current" / "manifest.json").read_bytes())
    gates = [{**one, "verdict": "fail"} if one["name"] == "calibration" else one for one in first["gates"]]
    folder = later_run(city, as_of="2026-04-12T11:00:00+00:00", gates=gates, publishable=False)
    if harm == "removed":
        shutil.rmtree(folder)
    else:
        (folder / "manifest.json").write_text(json.dumps({**first, "run_id": folder.name}))
    found = site_runs(runs, read_trail(runs), [])[0]
    assert (found.state, found.stopped_by, found.failed) == (
        REMOVED if harm == "removed" else UNSOUND,
        ("calibration",),
        True,
    )


def test_a_run_that_a_pause_withdrew_is_not_in_force_though_its_link_is_back(city: ConfigFile) -> None:
    runs = runs_of(city)
    run = (runs / "current").resolve().name
    with Trail(runs / "trail", city="tiny", actor=CLERK) as trail:
        trail.append(Paused("person", "a complaint", run))
        trail.append(Resumed("looked at", ("a", "b"), None))
    [found] = site_runs(runs, read_trail(runs), [])
    assert (found.state, found.was_published, found.withdrawn) == (PASSED, True, True)
    with Trail(runs / "trail", city="tiny", actor=CLERK) as trail:
        trail.append(Paused("person", "a complaint", run))
        trail.append(Resumed("looked at", ("a", "b"), run))
    [back] = site_runs(runs, read_trail(runs), [])
    assert (back.state, back.withdrawn) == (IN_FORCE, False)


def test_a_run_whose_folder_is_gone_is_listed_by_the_trail_and_by_its_page(city: ConfigFile) -> None:
    runs = runs_of(city)
    name = (runs / "current").resolve().name
    shutil.rmtree(runs / name)
    [gone] = site_runs(runs, read_trail(runs), [])
    assert (gone.run_id, gone.state, gone.was_published, gone.has_page) == (name, REMOVED, True, False)
    older = "20250101T1000Z-tiny-00000001"
    assert [one.has_page for one in site_runs(runs, read_trail(runs), [older])] == [False, True]


def test_the_register_and_refused_starts_come_without_what_anybody_wrote(city: ConfigFile) -> None:
    runs = runs_of(city)
    with Trail(runs / "trail", city="tiny", actor=CLERK) as trail:
        number = trail.append(FeedbackReceived("place", "2026-03-01", None, "My street, my name")).seq
        trail.append(FeedbackAnswered(number, "declined", "It stays."))
        trail.append(RunRefused(13, "row 7 of incidents.csv"))
    entries = read_trail(runs)
    [item], [start] = site_items(entries), refused_starts(entries)
    assert (item.number, item.disposition, item.reply) == (number, "declined", "It stays.")
    assert (start.exit_code, start.run) == (13, None)
    assert "My street" not in repr(item)
    assert "row 7" not in repr(start)


def test_the_head_of_the_trail_does_not_move_with_publications_of_the_site(city: ConfigFile) -> None:
    runs = runs_of(city)
    before = trail_head(runs, read_trail(runs))
    assert before.entries == len(read_trail(runs))
    with Trail(runs / "trail", city="tiny", actor=CLERK) as trail:
        trail.append(SitePublished(1, 5, "ab"))
    assert trail_head(runs, read_trail(runs)) == before
    with Trail(runs / "trail", city="tiny", actor=CLERK) as trail:
        trail.append(RunRefused(13, ""))
    assert trail_head(runs, read_trail(runs)).entries == before.entries + 2


def test_a_stored_test_that_was_edited_is_at_fault(city: ConfigFile) -> None:
    path = city.project / "configs" / "evidence" / "tiny.loop.json"
    path.write_text(path.read_text().replace('"open"', '"opened"', 1))
    found = site_tests(city, datetime(2026, 3, 1, tzinfo=UTC))
    assert found["loop"].fault != ""
    assert found["monitor"].document is None


def test_documents_of_tests_lie_beside_the_runs(city: ConfigFile) -> None:
    runs = runs_of(city)
    assert comparison_of(runs) is None
    place = city.project / "comparisons" / "tiny"
    place.mkdir(parents=True)
    (place / "comparison.json").write_text('{"a": 1}')
    assert comparison_of(runs) == {"a": 1}


def test_outcomes_are_those_of_the_trail_or_none(city: ConfigFile) -> None:
    runs, data = runs_of(city), b'{"a": 1}'
    assert outcomes_of(runs, ()) == (None, False)
    path = city.project / "outcomes" / "tiny" / "outcomes.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert outcomes_of(runs, ()) == (None, True), "of no report on the trail"
    event = OutcomesReported("d", "e", 1, "2026-01", hashlib.sha256(data).hexdigest(), "p", ())
    entries = [Mock(spec=Entry, event=event.name, body=event.body)]
    assert outcomes_of(runs, entries) == ({"a": 1}, False)
    path.write_bytes(data.replace(b"1", b"2"))
    assert outcomes_of(runs, entries) == (None, True)


def test_texts_are_own_words_templates_or_missing(tmp_path: Path) -> None:
    assert {one.state for one in site_texts(tmp_path)} == {"missing"}
    assert {one.state for one in site_texts(ROOT / "governance" / "sample")} == {"own words"}


def test_an_id_without_a_moment_has_none() -> None:
    assert moment_of("tonight") is None
