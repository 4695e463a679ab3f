"""A tiny city's records on a portal: the same forecast bytes as from its CSV, and every way a portal goes wrong."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.loopback import listening
from tests.portals import KINDS, FakePortal, Reply, is_page, serving
from tests.runs.tiny_city import NOW, records

from patrolcast.domain.errors import (
    CannotReadError,
    CannotWriteError,
    ConfigError,
    DataRefusedError,
    NotPermittedError,
    PatrolcastError,
    ProhibitedDataError,
)
from patrolcast.io.hashing import file_sha256
from patrolcast.io.portals import client
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.fetch.fetch import Fetched, fetch_export
from patrolcast.runs.forecast.once import run_once

SAME = ("forecast.parquet", "suggestions.csv", "suggestions.geojson")
TOKEN = "s3cret-application-token"


@pytest.fixture
def made(published_city: Path) -> Path:
    """The tiny city whose run every test shares; it is only read."""
    return published_city / "configs" / "tiny.toml"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, none of which is waited."""
    seconds: list[float] = []
    monkeypatch.setattr(client, "pause", seconds.append)
    return seconds


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def portal_of(city: Path, kind: str, *, n_rows: int = 80, limit: int = 30, **options: Any) -> FakePortal:
    """Some of the tiny city's records, in three pages."""
    rows = rows_of(city.parents[1] / "data" / "incidents.csv")[:n_rows]
    return FakePortal(kind, list(rows[0]), rows, limit=limit, **options)


def config_on(city: Path, folder: Path, portal: FakePortal, **keys: object) -> Path:
    """The tiny city in a folder of its own, its records on the portal."""
    project = Path(shutil.copytree(city.parents[1], folder / "city", ignore=shutil.ignore_patterns("runs")))
    path = project / "configs" / "portal.toml"
    text = city.read_text().replace("../data/incidents.csv", "../data/portal.csv")
    stated = "".join(f"{key} = {json.dumps(value)}\n" for key, value in ({"dataset": portal.dataset} | keys).items())
    path.write_text(f"{text}\n[portal]\n{stated}")
    return path


def fetched(config: Path, **options: Any) -> Fetched:
    return fetch_export(read_settings(config), now=NOW, **options)


def snapshot_of(config: Path) -> Path:
    return config.parents[1] / "data" / "portal.csv"


@pytest.fixture(params=KINDS)
def there(request: pytest.FixtureRequest, made: Path) -> Iterator[FakePortal]:
    with serving(portal_of(made, request.param)) as portal:
        yield portal


def test_every_row_comes_once_past_the_limits_of_a_page(there: FakePortal, made: Path, tmp_path: Path) -> None:
    config = config_on(made, tmp_path, there)
    done = fetched(config)
    held = [{k: v for k, v in row.items() if k != "portal_row"} for row in rows_of(done.snapshot)]
    assert held == rows_of(made.parents[1] / "data" / "incidents.csv")[:80]
    assert there.pages == 3
    receipt = json.loads(snapshot_of(config).with_name("portal.csv.receipt").read_bytes())
    assert receipt["sha256"] == file_sha256(done.snapshot)
    assert (receipt["n_rows"], receipt["dataset"]) == (80, there.dataset)
    again = fetched(config)
    assert again.receipt.sha256 == done.receipt.sha256  # a file that a fetch made is replaced, and is the same


def test_the_same_forecast_bytes_as_from_the_csv(made: Path, tmp_path: Path) -> None:
    [run] = (made.parents[1] / "runs" / "tiny").glob("2*")
    with serving(portal_of(made, "socrata", n_rows=4000, limit=1500)) as portal:
        config = config_on(made, tmp_path, portal, allow_network=False)
        fetched(config)
        n_asked = len(portal.asked)
        other = run_once(read_settings(config), now=NOW)
        assert len(portal.asked) == n_asked  # a run asks no portal
    for name in SAME:
        assert (other.folder / name).read_bytes() == (run / name).read_bytes(), name
    assert other.manifest["sources"][0]["sha256"] == file_sha256(snapshot_of(config))


def late(reply: Callable[[FakePortal, str, dict[str, str]], Reply | None]) -> Callable[..., Reply | None]:
    """A fault of the second page and those after it."""

    def fault(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
        return reply(portal, path, query) if is_page(path, query) and portal.pages >= 2 else None

    return fault


def repeats(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
    """The first page again."""
    first = next(asked for asked in portal.asked if is_page(*asked))
    portal.fault = lambda *_: None
    reply = portal.reply(*first)
    portal.fault = late(repeats)
    return reply


def _added(portal: FakePortal, row: int) -> None:
    portal.rows.insert(row, {**portal.rows[row - 1], "#": 9000})
    portal.fault = lambda *_: None


def grows(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
    _added(portal, len(portal.rows))


def shifts(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
    """A row of the first page is gone, and another has come at the end: as many as before."""
    del portal.rows[3]
    _added(portal, len(portal.rows))


def renames(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
    """A column changes its name for all rows."""
    portal.fault = lambda *_: None
    body = portal.reply(path, query).body.replace(b'"code"', b'"offence"')
    portal.fault = late(renames)
    return Reply(body)


def nests(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
    """A column of texts becomes one of lists."""
    portal.fault = lambda *_: None
    body = portal.reply(path, query).body.replace(b'"THEFT"', b'["THEFT"]')
    portal.fault = late(nests)
    return Reply(body)


def truncates(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
    portal.fault = lambda *_: None
    whole = portal.reply(path, query).body
    portal.fault = late(truncates)
    return Reply(whole[: len(whole) // 2])


def ends_early(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
    portal.rows = portal.rows[:32]
    portal.fault = lambda *_: None


def is_a_page_for_people(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
    return Reply(b"<!doctype html><title>Down for maintenance</title>", headers={"Content-Type": "text/html"})


FAULTS = {
    "repeats": (late(repeats), "a page that does not join|an object id that does not rise"),
    "grows": (late(grows), "changed while it was read|more rows than"),
    "shifts": (late(shifts), "does not join|more rows than"),
    "renames": (late(renames), "that was not asked for|columns that changed"),
    "nests": (late(nests), "a list in 'code'"),
    "truncated": (late(truncates), "no JSON"),
    "ends early": (late(ends_early), "no row after (30|32) of 80"),
    "html": (late(is_a_page_for_people), "of 'text/html' that is no JSON"),
}
ON_EACH_KIND = [
    pytest.param(kind, *of, id=f"{kind} {name}", marks=[] if n % len(KINDS) == k else pytest.mark.long)
    for n, (name, of) in enumerate(FAULTS.items())
    for k, kind in enumerate(KINDS)
]
"""Each fault on one kind of portal; on the others in `make check-long`."""


@pytest.mark.parametrize(("kind", "fault", "got"), ON_EACH_KIND)
def test_what_a_portal_gets_wrong_is_one_line_and_no_snapshot(
    kind: str, made: Path, tmp_path: Path, fault: Any, got: str, waits: list[float]
) -> None:
    with serving(portal_of(made, kind)) as there:
        config = config_on(made, tmp_path, there)
        there.fault = fault
        with pytest.raises(DataRefusedError, match=got) as caught:
            fetched(config)
        assert "\n" not in str(caught.value)
        assert waits == []  # bad data is never asked for twice
        assert left_of(config) == []
        there.fault = lambda *_: None
        fetched(config)  # and the next fetch, of a portal that is well again, is whole
    assert snapshot_of(config).is_file()


def left_of(config: Path) -> list[str]:
    """What a fetch left: the snapshot, its receipt, kept pages."""
    data = snapshot_of(config).parent
    partial = data / ".portal.csv.partial"
    kept = [path.name for path in partial.iterdir() if path.name != ".lock"] if partial.is_dir() else []
    return sorted([path.name for path in data.glob("portal.csv*")] + kept)


def test_an_older_snapshot_stays_as_it_was(made: Path, tmp_path: Path) -> None:
    with serving(portal_of(made, "ckan")) as portal:
        config = config_on(made, tmp_path, portal)
        before = fetched(config).receipt.sha256
        portal.fault = late(truncates)
        portal.asked.clear()
        with pytest.raises(DataRefusedError):
            fetched(config)
        assert file_sha256(snapshot_of(config)) == before


def first(n: int, reply: Reply) -> Callable[..., Reply | None]:
    """A fault of the first ``n`` requests for rows."""
    return lambda portal, path, query: reply if is_page(path, query) and portal.pages <= n else None


@pytest.mark.parametrize("n", [4, 5])
@pytest.mark.parametrize(
    "reply", [Reply(b"", 429, {"Retry-After": "7"}), Reply(b"", 503), Reply(b'[{"a": 1}]', lost=True)]
)
def test_what_passes_by_itself_is_tried_five_times(
    made: Path, tmp_path: Path, waits: list[float], reply: Reply, n: int
) -> None:
    with serving(portal_of(made, "socrata", fault=first(n, reply))) as portal:
        config = config_on(made, tmp_path, portal)
        if n < 5:
            fetched(config)
        else:
            with pytest.raises(CannotReadError, match="is tried 5 times; fetch again later"):
                fetched(config)
            assert not snapshot_of(config).exists()
    assert len(waits) == 4
    assert waits == [7.0] * 4 if "Retry-After" in reply.headers else 1 <= waits[0] <= 2 < waits[1] < waits[2] < waits[3]


def test_a_longer_wait_than_five_minutes_is_left_to_the_next_start(
    made: Path, tmp_path: Path, waits: list[float]
) -> None:
    with serving(portal_of(made, "ckan", fault=first(9, Reply(b"", 429, {"Retry-After": "301"})))) as portal:
        with pytest.raises(CannotReadError, match="status 429 and the wish to wait 301 s"):
            fetched(config_on(made, tmp_path, portal))
        assert (portal.pages, waits) == (1, [])


def test_an_error_that_comes_as_ok_is_an_error(made: Path, tmp_path: Path, waits: list[float]) -> None:
    busy, wrong = (json.dumps({"error": {"code": code, "message": "no such field"}}).encode() for code in (503, 400))
    with serving(portal_of(made, "arcgis", fault=first(2, Reply(busy)))) as portal:
        config = config_on(made, tmp_path, portal)
        fetched(config)
        assert len(waits) == 2
        portal.fault = lambda *_: Reply(wrong)
        with pytest.raises(ConfigError, match="status 400 and 'no such field'"):
            fetched(config)


@pytest.mark.parametrize("kind", ["socrata", "ckan", "arcgis"])
def test_a_fetch_that_was_cut_off_goes_on_where_it_ended(
    made: Path, tmp_path: Path, waits: list[float], kind: str
) -> None:
    with serving(portal_of(made, kind, fault=late(lambda *_: Reply(b"", 500)))) as portal:
        config = config_on(made, tmp_path, portal)
        with pytest.raises(CannotReadError):
            fetched(config)
        assert left_of(config) == ["rows.csv", "state.json"]
        portal.fault, n_before = (lambda *_: None), portal.pages
        fetched(config)
        assert portal.pages - n_before == 2  # the first page is not asked for again
        assert left_of(config) == ["portal.csv", "portal.csv.receipt"]
    held = [row["number"] for row in rows_of(snapshot_of(config))]
    assert held == [row[0] for row in records()][:80]


@pytest.mark.parametrize("change", ["version", "bytes", "age"])
def test_kept_pages_of_another_state_are_not_gone_on_with(
    made: Path, tmp_path: Path, waits: list[float], change: str
) -> None:
    with serving(portal_of(made, "socrata", fault=late(lambda *_: Reply(b"", 500)))) as portal:
        config = config_on(made, tmp_path, portal)
        with pytest.raises(CannotReadError):
            fetched(config)
        partial = snapshot_of(config).with_name(".portal.csv.partial")
        if change == "version":
            portal.version += 1
        elif change == "bytes":
            kept = (partial / "rows.csv").read_bytes()
            (partial / "rows.csv").write_bytes(kept.replace(b"THEFT", b"BURGS", 1))
        else:
            state = (partial / "state.json").read_text()
            (partial / "state.json").write_text(state.replace('"started_at": "2026-03-01', '"started_at": "2026-02-27'))
        portal.fault, n_before = (lambda *_: None), portal.pages
        fetched(config)
        assert portal.pages - n_before == 3
    assert "BURGS" not in snapshot_of(config).read_text()


def test_a_file_that_no_fetch_made_is_never_replaced(made: Path, tmp_path: Path) -> None:
    with serving(portal_of(made, "ckan")) as portal:
        config = config_on(made, tmp_path, portal)
        snapshot_of(config).write_text("mine\n")
        with pytest.raises(
            CannotWriteError, match=r"^portal.csv: got a file that no fetch made; only what a fetch wrote"
        ):
            fetched(config)
        assert (snapshot_of(config).read_text(), portal.asked) == ("mine\n", [])
        fetched(config, force=True)
        with snapshot_of(config).open("a") as file:
            file.write("edited\n")
        with pytest.raises(CannotWriteError):
            fetched(config)


def test_two_columns_of_one_name_are_refused_before_a_row_is_asked_for(made: Path, tmp_path: Path) -> None:
    with serving(portal_of(made, "arcgis")) as portal:
        portal.columns.append("portal_row")
        with pytest.raises(DataRefusedError, match="two columns 'portal_row'; each column has a name of its own"):
            fetched(config_on(made, tmp_path, portal))
        assert portal.pages == 0


def test_a_column_about_persons_is_refused_before_a_row_is_asked_for(
    there: FakePortal, made: Path, tmp_path: Path
) -> None:
    there.columns.append("victim_name")
    for row in there.rows:
        row["victim_name"] = "Ann Example"
    config = config_on(made, tmp_path, there)
    with pytest.raises(
        ProhibitedDataError, match=r"columns about persons: 'victim_name'.*name them in .portal. leave_out"
    ):
        fetched(config)
    assert there.pages == 0
    config.write_text(config.read_text() + 'leave_out = ["victim_name"]\n')
    receipt = fetched(config).receipt
    assert receipt.left_out == ("victim_name",)
    assert b"Ann Example" not in snapshot_of(config).read_bytes()
    assert not any("victim_name" in json.dumps(query) for _, query in there.asked)


def test_a_redirect_to_another_host_is_refused_and_never_followed(made: Path, tmp_path: Path) -> None:
    with listening("/x") as (elsewhere, calls), serving(portal_of(made, "socrata")) as portal:
        portal.fault = lambda *_: Reply(b"", 302, {"Location": elsewhere})
        with pytest.raises(
            DataRefusedError, match=r"a redirect to '127\.0\.0\.1'; only the host of the address is asked"
        ):
            fetched(config_on(made, tmp_path, portal))
        assert calls == []


def test_a_redirect_on_the_same_host_is_followed(made: Path, tmp_path: Path) -> None:
    def moved(portal: FakePortal, path: str, query: dict[str, str]) -> Reply | None:
        portal.fault = lambda *_: None
        return Reply(b"", 301, {"Location": path})

    with serving(portal_of(made, "socrata", fault=moved)) as portal:
        fetched(config_on(made, tmp_path, portal))


@pytest.mark.parametrize(
    ("status", "error"), [(401, NotPermittedError), (403, NotPermittedError), (404, ConfigError), (400, ConfigError)]
)
def test_a_refusal_is_not_asked_again_and_never_shows_the_token(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, error: type, waits: list[float]
) -> None:
    with serving(portal_of(made, "socrata")) as there:
        _refused_with_a_token(there, made, tmp_path, monkeypatch, status, error)
    assert waits == []


def _refused_with_a_token(
    there: FakePortal, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, error: type
) -> None:
    monkeypatch.setenv("TINY_TOKEN", TOKEN)
    config = config_on(made, tmp_path, there, token="TINY_TOKEN")
    fetched(config)
    assert all(TOKEN in json.dumps(headers) for headers in there.headers)
    assert not any(TOKEN in json.dumps(asked) for asked in there.asked)
    there.fault = lambda *_: Reply(json.dumps({"message": f"bad token {TOKEN}"}).encode(), status)
    with pytest.raises(error) as caught:
        fetched(config)
    assert "bad token ***" in str(caught.value)
    for path in config.parents[1].rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("value", ["", "short", "two words of it", "line\nX-Other: 1"])
def test_a_token_that_is_none_is_refused_without_being_shown(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("TINY_TOKEN", value)
    with serving(portal_of(made, "ckan")) as portal:
        with pytest.raises(ConfigError, match=r"^environment variable TINY_TOKEN: got no token; ") as caught:
            fetched(config_on(made, tmp_path, portal, token="TINY_TOKEN"))
        assert not value or value not in str(caught.value)
        assert portal.asked == []


@pytest.mark.parametrize(
    ("keys", "error", "got"),
    [
        ({"max_rows": 79}, DataRefusedError, r"80 rows; must be 1 to 79 \(\[portal\] max_rows\)"),
        ({"leave_out": ["code"]}, DataRefusedError, "no column 'code'"),
    ],
)
def test_caps_and_missing_columns(
    made: Path, tmp_path: Path, keys: dict[str, Any], error: type[PatrolcastError], got: str
) -> None:
    with serving(portal_of(made, "socrata")) as portal:
        config = config_on(made, tmp_path, portal, **keys)
        with pytest.raises(error, match=got):
            fetched(config)
        assert portal.pages == 0


def test_an_empty_dataset_and_one_that_is_too_large_to_read_are_refused(made: Path, tmp_path: Path) -> None:
    with serving(portal_of(made, "arcgis")) as portal:
        config = config_on(made, tmp_path, portal, max_megabytes=1)
        for row in portal.rows:
            row["source"] = "x" * 20_000
        with pytest.raises(DataRefusedError, match="more bytes than that"):
            fetched(config)
        portal.rows.clear()
        with pytest.raises(DataRefusedError, match="0 rows; must be 1 to"):
            fetched(config)


@pytest.mark.parametrize(
    ("old", "new", "got"),
    [
        ('"../data/portal.csv"', '"../data/portal.parquet"', "got another source; a portal fills one CSV file"),
        ('"../data/portal.csv"', '["../data/portal.csv"]', "got another source"),
        ("[portal]\ndataset", "[portal]\nwhere = 'x > 1'\ndataset", "where is for Socrata and ArcGIS"),
        ("ckan:127.0.0.1", "ckan:169.254.169.254", "never an address of numbers"),
    ],
)
def test_a_config_that_cannot_be_fetched_for(made: Path, tmp_path: Path, old: str, new: str, got: str) -> None:
    config = config_on(made, tmp_path, FakePortal("ckan", [], [], port=9))
    config.write_text(config.read_text().replace(old, new))
    with pytest.raises(ConfigError, match=got):
        fetched(config)


def test_without_a_portal_fetch_says_how_one_is_stated(made: Path) -> None:
    with pytest.raises(ConfigError, match=r"^tiny.toml: \[portal\]: got none; "):
        fetched(made)


def test_a_host_that_does_not_answer_is_one_line(made: Path, tmp_path: Path, waits: list[float]) -> None:
    with serving(portal_of(made, "ckan")) as portal:
        pass
    with pytest.raises(PatrolcastError, match="got a connection that was lost; is tried 5 times"):
        fetched(config_on(made, tmp_path, portal))
