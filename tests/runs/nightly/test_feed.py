"""A night whose feed is wrong stops before it computes, with 13, one line and the last good run in place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.runs.tiny_city import NOW, records, write_city, write_rows

from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.io.feed.history import FILE, read_history
from patrolcast.io.hashing import file_sha256
from patrolcast.io.portals.snapshot import receipt_path
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.check.check import check_city
from patrolcast.runs.nightly.nightly import run_night

Rows = list[tuple[str, ...]]
NEXT_DAY = "2026-03-02T05:00:00-06:00"
OCCURRED, REPORTED, LONGITUDE, LATITUDE, CODE = 1, 2, 3, 4, 5


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny city after one good night."""
    root = tmp_path_factory.mktemp("fed")
    run_night(read_settings(write_city(root)), now=NOW)
    return root


@pytest.fixture
def city(published: Path, tmp_path: Path) -> Path:
    """A copy; its config."""
    root = tmp_path / "city"
    shutil.copytree(published, root, symlinks=True)
    return root / "configs" / "tiny.toml"


class ComputedError(Exception):
    """The pipeline was reached."""


@pytest.fixture(autouse=True)
def nothing_is_computed(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night that gets to its pipeline is told: it should stop before."""

    def reached(*_: object, **__: object) -> None:
        raise ComputedError

    assert published.is_dir()
    monkeypatch.setattr("patrolcast.runs.pipeline.run.count_city", reached)


def night(config: Path, rows: Rows | None = None) -> None:
    if rows is not None:
        write_rows(config.parents[1] / "data" / "incidents.csv", rows)
    run_night(read_settings(config), now=NOW + timedelta(hours=1), force=True)


def _age(row: tuple[str, ...]) -> timedelta:
    return datetime(2026, 3, 1, 4) - datetime.fromisoformat(row[REPORTED])


def changed(row: tuple[str, ...], **columns: str) -> tuple[str, ...]:
    places = {"occurred": OCCURRED, "longitude": LONGITUDE, "latitude": LATITUDE, "code": CODE}
    return tuple(
        columns.get({at: name for name, at in places.items()}.get(n, ""), value) for n, value in enumerate(row)
    )


def recent(rows: Rows, days: float, change: Callable[[tuple[str, ...]], Rows]) -> Rows:
    return [new for row in rows for new in (change(row) if _age(row) < timedelta(days=days) else [row])]


def again(row: tuple[str, ...]) -> Rows:
    """Twice, under another number and a second later, so that reading does not see that they are one."""
    later = datetime.fromisoformat(row[REPORTED]) + timedelta(seconds=1)
    return [row, (f"D{row[0]}", row[OCCURRED], str(later), *row[LONGITUDE:])]


def at_one_point(row: tuple[str, ...]) -> tuple[str, ...]:
    """A fourth of them: of more, reading itself would say that the place stands for an unknown one."""
    return changed(row, longitude="-87.68", latitude="41.82") if int(row[0][1:]) % 4 == 0 else row


def mirrored(row: tuple[str, ...]) -> tuple[str, ...]:
    """East for west: the same counts of every category, month, hour and day."""
    return changed(row, longitude=f"{2 * -87.675 - float(row[LONGITUDE]):.6f}")


FAULTS: dict[str, tuple[Callable[[Rows], Rows], set[str]]] = {
    "stale": (lambda rows: recent(rows, 5, lambda _: []), {"report_age"}),
    "week short": (lambda rows: recent(rows, 6, lambda row: [row] * row[0].endswith("7")), {"feed_rows"}),
    "days missing": (
        lambda rows: [row for row in rows if not timedelta(days=3) < _age(row) < timedelta(days=8)], {"feed_days"},
    ),
    "category gone": (
        lambda rows: recent(rows, 7, lambda row: [] if row[CODE] == "BURG" else [row]), {"feed_categories"},
    ),
    "district gone": (
        lambda rows: recent(rows, 7, lambda row: [] if float(row[LONGITUDE]) > -87.675 else [row]), {"feed_districts"},
    ),
    "recoded": (lambda rows: recent(rows, 7, lambda row: [changed(row, code="BURG")]), {"feed_codes"}),
    "one point": (
        lambda rows: recent(rows, 7, lambda row: [at_one_point(row)]), {"feed_points"},
    ),
    "one hour": (
        lambda rows: recent(rows, 7, lambda row: [changed(row, occurred=f"{row[OCCURRED][:10]} 00:00:00")]),
        {"feed_hours"},
    ),
    "batch twice": (lambda rows: recent(rows, 7, again), {"feed_doubled"}),
    "cut": (lambda rows: rows[len(rows) // 2 :], {"feed_size"}),
    "places mirrored": (lambda rows: [mirrored(row) for row in rows], {"feed_past"}),
    "past deleted": (
        lambda rows: [row for n, row in enumerate(rows) if _age(row) < timedelta(days=60) or n % 20], {"feed_past"},
    ),
}  # fmt: skip


BY_OTHER_TESTS = {"week short", "district gone", "recoded", "one hour"}
"""Found in pure tables (tests/audit/feed); as whole nights in `make check-long`."""


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=pytest.mark.long if name in BY_OTHER_TESTS else ()) for name in FAULTS]
)
def test_each_fault_ends_the_night_with_13_and_its_check_and_the_last_good_run_stays(city: Path, fault: str) -> None:
    runs = city.parents[1] / "runs" / "tiny"
    before, history = run_store.current_run(runs), (runs / FILE).read_bytes()
    plant, names = FAULTS[fault]
    with pytest.raises(DataRefusedError) as refused:
        night(city, plant(records()))
    assert names <= _told(str(refused.value)), str(refused.value)
    assert "ask the records unit: " in str(refused.value)
    assert run_store.current_run(runs) == before
    assert (runs / FILE).read_bytes() == history
    status = json.loads((runs / "status.json").read_text())
    assert (status["state"] != "none", status["last_start"]["exit_code"]) == (True, 13)
    assert len(list((runs / "refused").iterdir())) == 1


def _told(line: str) -> set[str]:
    head = line.partition(":")[0].removeprefix("feed check ")
    return set(head.replace("(and ", ",").replace(")", "").replace(" ", "").split(","))


def test_the_same_feed_again_gets_to_its_pipeline(city: Path) -> None:
    with pytest.raises(ComputedError):
        night(city, records())


def test_a_file_written_this_minute_is_not_read(city: Path) -> None:
    with (city.parents[1] / "data" / "incidents.csv").open("a"):
        pass
    (city.parents[1] / "data" / "incidents.csv").touch()
    with pytest.raises(DataRefusedError, match="feed check feed_settled"):
        night(city)


def test_an_export_that_a_fetch_put_in_place_this_minute_is_whole_and_one_edited_since_is_not(city: Path) -> None:
    """A night that fetches reads the file seconds later, every night."""
    file, dataset = city.parents[1] / "data" / "incidents.csv", "socrata:data.example.org/abcd-2345"
    city.write_text(f'{city.read_text()}\n[portal]\ndataset = "{dataset}"\n')
    receipt_path(file).write_text(json.dumps({"sha256": file_sha256(file)}))
    file.touch()
    with pytest.raises(ComputedError):
        night(city)
    receipt_path(file).write_text(json.dumps({"sha256": "0" * 64}))
    with pytest.raises(DataRefusedError, match="feed check feed_settled"):
        night(city)


def test_a_cut_is_found_by_the_published_run_where_the_history_is_damaged_or_gone(city: Path) -> None:
    runs = city.parents[1] / "runs" / "tiny"
    for damaged in (b"{", None):
        (runs / FILE).unlink() if damaged is None else (runs / FILE).write_bytes(damaged)
        with pytest.raises(DataRefusedError, match="feed check feed_size"):
            night(city, FAULTS["cut"][0](records()))
    log = (runs / "nightly.log").read_text()
    assert "the feed history is missing or damaged: rows and bytes are compared with the published run" in log


WAIVER = """
[[waivers]]
gate = "{gate}"
reason = "the records unit said that the strike ended the reports"
owner = "records unit"
expires = "{until}"
"""


@pytest.mark.parametrize(("until", "holds"), [("2026-03-01", True), ("2026-02-28", False)])
def test_a_breach_is_waived_in_writing_until_its_day(city: Path, until: str, holds: bool) -> None:
    city.write_text(city.read_text() + WAIVER.format(gate="feed_hours", until=until))
    with pytest.raises(ComputedError if holds else DataRefusedError) as ended:
        night(city, FAULTS["one hour"][0](records()))
    assert holds or "its waiver ended on 2026-02-28" in str(ended.value)
    said = check_city(read_settings(city), now=NOW).exceptions
    assert any("Should the check feed_hours not pass, it is waived until" in one for one in said) is holds


def test_a_file_that_is_being_written_is_never_waived(city: Path) -> None:
    city.write_text(city.read_text() + WAIVER.format(gate="feed_settled", until="2026-03-01"))
    with pytest.raises(ConfigError, match="can never be waived"):
        night(city)


def test_an_accepted_night_notes_what_it_read(published: Path) -> None:
    runs = published / "runs" / "tiny"
    history = read_history(runs)
    current = run_store.current_run(runs)
    assert history is not None
    assert current is not None
    [noted] = history
    assert (noted.run_id, noted.rows, noted.line_end) == (current.name, 4000, True)
    assert sum(sum(months.values()) for months in noted.months.values()) == 4000


def test_check_shows_every_check_and_says_what_would_stop_the_night(city: Path) -> None:
    write_rows(city.parents[1] / "data" / "incidents.csv", FAULTS["one hour"][0](records()))
    report = check_city(read_settings(city), now=NOW)
    assert len(report.feed) == 14
    assert any(line.startswith("feed: feed_hours fail: ") for line in report.lines())
    assert any(warning.startswith("`nightly` stops: feed check feed_hours: got ") for warning in report.warnings)
    assert report.ok
