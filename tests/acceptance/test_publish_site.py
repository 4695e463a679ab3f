"""`patrolcast publish-site`: the sample's site, its links, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.acceptance.conftest import CONFIG, Sample, called, patrolcast
from tests.oracles.site_attack import as_one, found_out, read_site
from tests.report.reader import Reader

LEAST = 5


@pytest.fixture(scope="module")
def made(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    shutil.copytree(sample.runs, place / "runs", symlinks=True)  # a release goes on the trail, which others share
    done = patrolcast("publish-site", CONFIG, "--out", place / "site", "--runs", place / "runs")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith("release 1: ")
    return place


def dangling(site: Path) -> list[str]:
    """Links of the pages, and of the feed, that lead nowhere."""
    gone = []
    for page in [*site.rglob("*.html"), site / "feed.xml"]:
        reader = Reader(page.read_text(encoding="utf-8"))
        for one in [*reader.all("a"), *reader.all("link")]:
            href = unquote(str(one["href"]))
            if not href.startswith("#") and not (page.parent / href.partition("#")[0]).is_file():
                gone.append(f"{page.relative_to(site)}: {href}")
    return gone


def test_every_link_leads_somewhere_and_a_dangling_one_is_found(made: Path, tmp_path: Path) -> None:
    assert dangling(made / "site") == []
    copy = Path(shutil.copytree(made / "site", tmp_path / "site"))
    next(copy.glob("*/counts/reports-*.html")).unlink()
    assert len(dangling(copy)) == 1


def test_it_opens_with_what_is_published_and_no_small_count_can_be_found(made: Path) -> None:
    front = Reader((made / "site" / "index.html").read_text(encoding="utf-8")).words
    assert "published is the run of Tuesday 30 June 2026, 05:00 CDT" in front
    channels = read_site(made / "site", "sample")
    assert channels["html"] == channels["csv"] == channels["json"] == channels["ledger"]
    shown = as_one(channels)
    assert len({place[0] for place in shown}) == 12
    newest = {place: value for place, value in shown.items() if place[0] == "2026-05"}
    assert None in newest.values()
    assert found_out([newest], LEAST) == []


def test_no_cell_and_no_street_is_named(made: Path, sample: Sample) -> None:
    places = (sample.folder / "places.csv").read_text().splitlines()[1:]
    cells = {line.partition(",")[0] for line in places}
    streets = {line.split(",")[4].strip('"') for line in places if line.count(",") >= 4}
    assert len(cells) > 800
    for path in (path for path in (made / "site").rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        assert not [one for one in (*cells, *streets) if one and one in text], path.name


def test_again_it_finds_nothing_new_and_elsewhere_it_is_refused(made: Path, tmp_path: Path) -> None:
    again = called("publish-site", CONFIG, "--out", made / "site", "--runs", made / "runs", "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout)["changed"] is False
    wrong = called("publish-site", CONFIG, "--out", tmp_path / "new", "--runs", made / "runs")
    assert wrong.returncode == 13
    assert "release 1 is on the audit trail, and what it showed must be known" in wrong.stderr
    assert wrong.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()
