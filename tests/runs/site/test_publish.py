"""Releases of the public site, attacked by an outsider who reads every channel of it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from tests.oracles.site_attack import as_one, found_out, ranges, read_site
from tests.runs.site.shown_city import LEAST, add_report, later_run, publish, record_run, shown_city, true_counts

from patrolcast.audit.small_cells import suppress
from patrolcast.domain.errors import DataRefusedError, GateRefusedError, TrailBrokenError, UsageError
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.review_events import Paused
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.io.trail import Trail
from patrolcast.runs.site import counts
from patrolcast.runs.site import publish as publishing

LATER = "2026-04-12T11:00:00+00:00"


@pytest.fixture(scope="module")
def city(published_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return shown_city(published_city, tmp_path_factory.mktemp("shown"))


@pytest.fixture(scope="module")
def site(city: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "site"
    made = publish(city, out=out)
    assert (made.release, made.changed) == (1, True)
    assert made.warnings == ()
    return out


def files_of(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_every_channel_says_the_same(site: Path) -> None:
    read = read_site(site, "tiny")
    assert read["html"] == read["csv"] == read["json"] == read["ledger"]
    assert {place[0] for place in read["html"]} == {"2025-12", "2026-01"}
    margins = {place: value for place, value in read["html"].items() if place[1:] == ("all", "all")}
    assert read["list"] == read["bars"] == read["alt"] == margins


def test_what_is_shown_is_what_the_export_holds(city: Any, site: Path) -> None:
    shown = read_site(site, "tiny")["csv"]
    true = true_counts(city, "2025-12") | true_counts(city, "2026-01")
    assert len(shown) == len(true) == 18
    assert {place: value for place, value in shown.items() if value is not None}.items() <= true.items()


def test_an_outsider_finds_no_small_count(city: Any, site: Path) -> None:
    shown = as_one(read_site(site, "tiny"))
    true = true_counts(city, "2025-12") | true_counts(city, "2026-01")
    small = {place for place, value in true.items() if value < LEAST}
    assert small, "the city has small counts"
    assert {place for place, value in shown.items() if value is None} > small
    found = ranges([shown])
    assert found_out([shown], LEAST) == []
    assert {place: found[place][0] for place in small} == dict.fromkeys(small, 0)


def test_without_complementary_withholding_the_release_is_refused(
    published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the publication's own check sees what is bare."""
    again = shown_city(published_city, tmp_path, months=1)
    monkeypatch.setattr(suppress, "_protect", lambda *_: None)
    with pytest.raises(GateRefusedError, match="could be found to lie between"):
        publish(again, out=tmp_path / "refused")
    assert not (tmp_path / "refused").exists()


@pytest.mark.long
def test_without_complementary_withholding_he_finds_them_all(
    published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the same attack on the same city."""
    city = shown_city(published_city, tmp_path)
    monkeypatch.setattr(suppress, "_protect", lambda *_: None)
    monkeypatch.setattr(counts, "exposed_totals", lambda *_, **__: [])
    monkeypatch.setattr(publishing, "require_safe", lambda _: None)
    monkeypatch.setattr(publishing, "opened_trail", _no_trail)
    publish(city, out=tmp_path / "bare")
    shown = as_one(read_site(tmp_path / "bare", "tiny"))
    true = true_counts(city, "2025-12") | true_counts(city, "2026-01")
    small = {place for place, value in true.items() if value < LEAST}
    found = ranges([shown])
    assert small
    assert {place: found[place] for place in small} == {place: (true[place], true[place]) for place in small}


class _no_trail:  # noqa: N801
    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __enter__(self) -> _no_trail:
        return self

    def __exit__(self, *_: object) -> None: ...

    def append(self, event: object) -> None: ...


def test_the_same_again_writes_nothing_and_elsewhere_the_same_bytes(published_city: Path, tmp_path: Path) -> None:
    city = shown_city(published_city, tmp_path, months=1)
    assert publish(city, out=tmp_path / "one").changed
    before = files_of(tmp_path / "one")
    again = publish(city, out=tmp_path / "one")
    assert (again.changed, again.release) == (False, 1)
    assert files_of(tmp_path / "one") == before
    other = shown_city(published_city, tmp_path / "other", months=1)
    publish(other, out=tmp_path / "two")
    assert files_of(tmp_path / "two") == before


def test_a_month_that_was_shown_stays_though_reports_came_late_so_that_no_difference_shows_them(
    published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = shown_city(published_city, tmp_path, months=2)
    out = tmp_path / "site"
    publish(city, out=out)
    first, addresses = read_site(out, "tiny")["csv"], set(files_of(out))
    add_report(city, "2026-01-10 12:00:00", "2026-03-20 12:00:00")
    later_run(city, as_of=LATER)
    west, *others = publishing.extent_of(city)
    monkeypatch.setattr(publishing, "extent_of", lambda _: [west - 1, *others])
    made = publish(city, out=out)
    assert json.loads((out / "tiny" / "ledger.json").read_bytes())["land"] == [west - 1, *others], "it grew"
    assert made.new_tables[0] == "tiny: reports 2026-02"
    second = read_site(out, "tiny")["csv"]
    assert {place: second[place] for place in first} == first
    assert found_out([first, second], LEAST) == []
    assert addresses <= set(files_of(out)), "no address was taken away"


@pytest.mark.long
def test_a_month_that_is_counted_anew_shows_the_report_that_came_late(published_city: Path, tmp_path: Path) -> None:
    """The twin of the test above: what a second count of the month would show by its difference."""
    again = shown_city(published_city, tmp_path)
    late = datetime.fromisoformat(LATER)
    [before] = counts.report_tables(again.settings, late, ["2026-01"])
    add_report(again, "2026-01-10 12:00:00", "2026-03-20 12:00:00")
    [anew] = counts.report_tables(again.settings, late, ["2026-01"])
    assert anew.values[-1][-1] - before.values[-1][-1] == 1
    assert anew.values[-1][-1] == true_counts(again, "2026-01")["2026-01", "all", "all"]


def two_variants(published_city: Path, place: Path) -> tuple[Any, Any]:
    city = shown_city(published_city, place, months=1)
    path = city.path.with_name("thefts.toml")
    book = city.project / "data" / "thefts.csv"
    book.write_text(
        (city.project / "data" / "codebook.csv").read_text().replace("BURG,,burglary,citizen", "BURG,,,officer")
    )
    path.write_text('extends = "tiny.toml"\nname = "thefts"\n[codebook]\npath = "../data/thefts.csv"\n')
    variant = read_settings(path)
    later_of_variant(city)
    return city, variant


def test_two_variants_of_one_city_are_not_both_counted(published_city: Path, tmp_path: Path) -> None:
    made = publish(*two_variants(published_city, tmp_path), out=tmp_path / "site")
    assert [one for one in made.warnings if one.startswith("thefts: no counts are shown: tiny covers the same land")]
    assert not list((tmp_path / "site" / "thefts" / "counts").glob("reports-*"))


@pytest.mark.long
def test_two_variants_side_by_side_would_give_a_small_count_away(
    published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above."""
    monkeypatch.setattr(publishing, "share_land", lambda *_: False)
    publish(*two_variants(published_city, tmp_path), out=tmp_path / "both")
    one, other = (read_site(tmp_path / "both", name)["csv"] for name in ("tiny", "thefts"))
    assert found_out([one], LEAST) == []
    assert found_out([other], LEAST) == []
    assert found_out([one, other], LEAST) != [], "the twin: shown side by side, the difference gives small counts away"


def later_of_variant(city: Any) -> None:
    """A run of the variant: that of the city under the variant's name."""
    runs = city.project / "runs"
    first = next(iter(run_store.finished_runs(runs / "tiny")))
    manifest = json.loads((first / "manifest.json").read_bytes())
    files = {name: (first / name).read_bytes() for name in manifest["outputs"]}
    run_id = first.name.replace("tiny", "thefts")
    folder = run_store.write_run(runs / "thefts", {**manifest, "run_id": run_id, "name": "thefts"}, files, timing={})
    record_run(runs / "thefts", "thefts", folder)


def test_a_failed_run_has_its_page_and_is_named_first(published_city: Path, tmp_path: Path) -> None:
    city = shown_city(published_city, tmp_path, months=0)
    first = json.loads(next((city.project / "runs" / "tiny").glob("2*/manifest.json")).read_bytes())
    gates = [{**one, "verdict": "fail"} if one["name"] == "calibration" else one for one in first["gates"]]
    folder = later_run(city, as_of=LATER, gates=gates, publishable=False)
    publish(city, out=tmp_path / "site")
    page = (tmp_path / "site" / "tiny" / "runs" / folder.name / "index.html").read_text()
    assert "This run failed. Nobody may use its suggestions." in page
    assert "FAILED: not published; stopped by calibration." in page
    front = (tmp_path / "site" / "index.html").read_text()
    assert "refused last was the run of Sunday 12 April 2026, 06:00 CDT, by calibration." in front
    feed = (tmp_path / "site" / "feed.xml").read_text()
    assert f"FAILED, run {folder.name}" in feed


def test_a_run_that_is_gone_keeps_its_page_and_one_that_was_changed_is_not_shown(
    published_city: Path, tmp_path: Path
) -> None:
    city = shown_city(published_city, tmp_path, months=0)
    gone, edited = later_run(city, as_of=LATER), later_run(city, as_of="2026-04-13T11:00:00+00:00")
    out = tmp_path / "site"
    publish(city, out=out)
    page = f"tiny/runs/{gone.name}/index.html"
    before = files_of(out)[page]
    rmtree(gone)
    (edited / "suggestions.csv").write_bytes(b"other")
    publish(city, out=out)
    assert files_of(out)[page] == before
    listed = (out / "tiny" / "index-runs.csv").read_text()
    assert "No longer kept by the department; its page here stays as it was." in listed
    assert "or it states none; its page here stays as it was." in listed


def test_the_page_that_stays_of_a_run_that_was_withdrawn_and_is_gone_says_that_nobody_may_use_it(
    published_city: Path, tmp_path: Path
) -> None:
    city, out = shown_city(published_city, tmp_path, months=0), tmp_path / "site"
    runs = city.settings.city_runs(None)
    run = (runs / "current").resolve()
    publish(city, out=out)
    page = f"tiny/runs/{run.name}/index.html"
    before = files_of(out)[page].decode()
    assert "Nobody may use" not in before
    with Trail(runs / "trail", city="tiny", actor=Actor("clerk", "chief", "os account")) as trail:
        trail.append(Paused("person", "a complaint", run.name))
    rmtree(run)
    publish(city, out=out)
    banner = '\n<div class="banner" role="alert"><p>This run was withdrawn. Nobody may use its suggestions.</p></div>'
    assert files_of(out)[page].decode() == before.replace("</h1>", f"</h1>{banner}")
    assert not publish(city, out=out).changed


def test_the_ledger_that_the_trail_speaks_of_must_be_there(published_city: Path, tmp_path: Path) -> None:
    city = shown_city(published_city, tmp_path, months=1)
    publish(city, out=tmp_path / "site")
    with pytest.raises(DataRefusedError, match="got no ledger; release 1 is on the audit trail"):
        publish(city, out=tmp_path / "elsewhere")
    (tmp_path / "site" / "tiny" / "ledger.json").write_bytes(b"{}")
    with pytest.raises(DataRefusedError, match="other bytes than it was written with"):
        publish(city, out=tmp_path / "site")


def test_a_broken_trail_ends_it(published_city: Path, tmp_path: Path) -> None:
    city = shown_city(published_city, tmp_path, months=0)
    trail = city.project / "runs" / "tiny" / "trail" / "trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'"run.start"', b'"run.stort"', 1))
    with pytest.raises(TrailBrokenError):
        publish(city, out=tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_city_that_is_named_twice_is_refused(city: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two configs of the name tiny"):
        publish(city, city, out=tmp_path / "site")
