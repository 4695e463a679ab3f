"""The index of a city follows its run folders, names what is wrong with them, and is never in the way or stale."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import called
from tests.report.reader import Reader
from tests.runs.finished import RUN_ID, gates, write_finished
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import CannotWriteError, GateRefusedError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import index_file, run_store
from patrolcast.io.store.publications import record_publication
from patrolcast.runs.forecast import city_index, publish
from patrolcast.runs.forecast.city_index import MOST_LISTED
from patrolcast.runs.forecast.publish import publish_with_status, refresh_index, write_status
from patrolcast.runs.nightly.nightly import run_night

OTHER, OLDEST = "20260228T1100Z-tiny-00000002", "20260227T1100Z-tiny-00000003"
LATER = "20260302T1100Z-tiny-00000004"
FAILED = {"at": "2026-03-01T11:30:00Z", "exit_code": 13, "message": "incidents.csv: got nothing"}


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of one small file say nothing that could follow from it; `test_rederive` edits real ones."""
    monkeypatch.setattr(publish, "run_faults", run_store.changed_files)


def page(runs: Path) -> str:
    return (runs / "index.html").read_text(encoding="utf-8")


def text(runs: Path) -> str:
    return Reader(page(runs)).words


def row(runs: Path, run_id: str) -> str:
    (found,) = [one for one in re.findall(r"<tr>.*?</tr>", page(runs), flags=re.DOTALL) if f">{run_id}<" in one]
    return found


@pytest.mark.usefixtures("made_up")
def test_a_publication_writes_status_and_index_of_the_same_run(tmp_path: Path) -> None:
    publish_with_status(write_finished(tmp_path, title="Tiny city", timezone="America/Chicago"), now=NOW)
    assert "Good until Monday 2 March 2026, 17:00 CST" in text(tmp_path)
    assert "Tiny city" in text(tmp_path)
    assert f'href="{RUN_ID}/suggestions.csv"' in page(tmp_path)
    assert json.loads((tmp_path / "status.json").read_bytes())["run_id"] == RUN_ID


@pytest.mark.usefixtures("made_up")
def test_a_failed_start_stands_beside_the_run_that_stays_published(tmp_path: Path) -> None:
    publish_with_status(write_finished(tmp_path), now=NOW)
    write_status(tmp_path, now=NOW, last=FAILED)
    assert "ended with exit code 13: incidents.csv: got nothing." in text(tmp_path)
    assert "Suggestions are published." in text(tmp_path)


@pytest.mark.usefixtures("made_up")
def test_a_run_whose_time_is_over_is_written_as_expired(tmp_path: Path) -> None:
    run = write_finished(tmp_path)
    publish_with_status(run, now=NOW)
    write_status(tmp_path, now=datetime(2026, 3, 2, 23, tzinfo=UTC), last=FAILED)
    assert "Suggestions are published" not in text(tmp_path)
    assert 'id="expired" role="alert">' in page(tmp_path)


@pytest.mark.usefixtures("made_up")
def test_a_run_that_a_gate_stopped_is_listed_by_its_check_and_changes_no_status(tmp_path: Path) -> None:
    publish_with_status(write_finished(tmp_path), now=NOW)
    before = (tmp_path / "status.json").read_bytes()
    write_finished(tmp_path, LATER, gates=gates(loop_test="fail"), publishable=False)
    assert refresh_index(tmp_path, now=NOW)
    assert "Stopped by loop test" in row(tmp_path, LATER)
    assert (tmp_path / "status.json").read_bytes() == before
    assert "ended well" in text(tmp_path), "the last start is that of status.json"


@pytest.mark.usefixtures("made_up")
def test_a_refused_publication_still_lists_the_run(tmp_path: Path) -> None:
    publish_with_status(write_finished(tmp_path, LATER, as_of="2026-03-02T11:00:00Z"), now=NOW)
    older = write_finished(tmp_path)
    with pytest.raises(GateRefusedError, match="an older night never replaces a newer one"):
        publish_with_status(older, now=NOW)
    assert "Passed its checks" in row(tmp_path, RUN_ID)
    assert "Published, see above" in row(tmp_path, LATER)


def edit(folder: Path) -> None:
    (folder / "suggestions.csv").write_text("edited")


def add(folder: Path) -> None:
    (folder / "audit.html").write_text("all is well")


def break_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def rewrite(folder: Path, **changed: Any) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest | changed))


SPOILED = {
    "an edited file": (edit, "changed since it was made (suggestions.csv)"),
    "a file put there": (add, "changed since it was made (audit.html)"),
    "no manifest to read": (break_manifest, "its manifest cannot be read"),
    "another run's manifest": (lambda f: rewrite(f, run_id=OLDEST), "it lies in the folder of another run"),
    "gates of no form": (lambda f: rewrite(f, gates=[7]), "its manifest cannot be read"),
    "gates taken away": (lambda f: rewrite(f, gates=gates(loop_test="fail")), "says otherwise than its gates"),
    "a verdict taken away": (lambda f: rewrite(f, publishable=False), "says otherwise than its gates"),
    "a moment of no form": (lambda f: rewrite(f, as_of=7), "its manifest cannot be read"),
    "outputs of no form": (lambda f: rewrite(f, outputs={"a": 1, "b": 2}), "changed since it was made (a and 2 more)"),
}


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(("spoil", "said"), SPOILED.values(), ids=SPOILED.keys())
def test_a_run_that_was_spoiled_is_named_not_linked_and_keeps_nothing_from_being_written(
    tmp_path: Path, spoil: Any, said: str
) -> None:
    spoil(write_finished(tmp_path, OTHER).folder)
    status = publish_with_status(write_finished(tmp_path), now=NOW)
    assert status["state"] == "current"
    assert "Do not use" in row(tmp_path, OTHER)
    assert said in Reader(row(tmp_path, OTHER)).words
    assert f'href="{OTHER}' not in page(tmp_path)
    assert "Suggestions are published." in text(tmp_path)


@pytest.mark.usefixtures("made_up")
def test_a_published_run_that_was_edited_is_published_no_more(tmp_path: Path) -> None:
    run = write_finished(tmp_path)
    publish_with_status(run, now=NOW)
    edit(run.folder)
    write_status(tmp_path, now=NOW, last=FAILED)
    assert "Nothing is published." in text(tmp_path)
    assert f"What was published counts no more: {RUN_ID}: suggestions.csv." in text(tmp_path)
    assert f'href="{RUN_ID}' not in page(tmp_path)


@pytest.mark.usefixtures("made_up")
def test_a_stopped_run_that_a_hand_made_current_is_not_published(tmp_path: Path) -> None:
    record_publication(write_finished(tmp_path, gates=gates(loop_test="fail"), publishable=False).folder)
    run_store.swap_current(tmp_path, RUN_ID)
    status = write_status(tmp_path, now=NOW, last=FAILED)
    assert (status["state"], status["fault"]) == ("none", f"{RUN_ID}: it was stopped by loop_test")
    assert "Nothing is published." in text(tmp_path)
    assert "Do not use" in row(tmp_path, RUN_ID)


@pytest.mark.usefixtures("made_up")
def test_a_published_run_whose_gates_do_not_follow_is_not_linked_though_its_bytes_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_with_status(write_finished(tmp_path), now=NOW)
    monkeypatch.setattr(publish, "run_faults", lambda *_: ("calibration says pass, and it is fail",))
    write_status(tmp_path, now=NOW, last=FAILED)
    assert "calibration says pass, and it is fail" in row(tmp_path, RUN_ID)
    assert f'href="{RUN_ID}' not in page(tmp_path)


@pytest.mark.usefixtures("made_up")
def test_the_latest_sixty_runs_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    for i in range(MOST_LISTED + 3):
        moment = NOW - timedelta(days=i)
        write_finished(tmp_path, f"{moment:%Y%m%dT%H%MZ}-tiny-{i:08x}", as_of=moment.isoformat())
    write_status(tmp_path, now=NOW, last=FAILED)
    assert page(tmp_path).count("Passed its checks</td>") == MOST_LISTED
    assert "3 older runs are in this folder" in text(tmp_path)
    order = re.findall(r"tiny-([0-9a-f]{8})</span></th>", page(tmp_path))
    assert [int(one, 16) for one in order] == list(range(MOST_LISTED))


@pytest.mark.parametrize("first", ["20260301T1100Z-tiny-0000000a", "20260301T1100Z-tiny-0000000b"])
def test_of_two_runs_of_one_moment_the_one_made_last_is_the_newest(tmp_path: Path, first: str) -> None:
    ids = {"20260301T1100Z-tiny-0000000a", "20260301T1100Z-tiny-0000000b"}
    (last,) = ids - {first}
    write_finished(tmp_path, first, made=NOW, gates=gates(calibration="fail"), publishable=False)
    write_finished(tmp_path, last, made=NOW + timedelta(hours=1), gates=gates(loop_test="fail"), publishable=False)
    refresh_index(tmp_path, now=NOW)
    assert "The newest run was stopped by loop test." in text(tmp_path)
    assert page(tmp_path).index(last) < page(tmp_path).index(first)


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("published", [True, False])
def test_an_index_that_cannot_be_made_is_taken_away_and_the_status_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, published: bool
) -> None:
    run = write_finished(tmp_path)
    if published:
        publish_with_status(run, now=NOW)
    (tmp_path / "index.html").write_text("an earlier one")

    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("a defect")

    monkeypatch.setattr(city_index, "index_page", broken)
    status = write_status(tmp_path, now=NOW, last=FAILED)
    assert json.loads((tmp_path / "status.json").read_bytes()) == status
    assert not (tmp_path / "index.html").exists()


@pytest.mark.usefixtures("made_up")
def test_an_index_that_the_disk_refuses_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_with_status(write_finished(tmp_path), now=NOW)

    def full(path: Path, data: bytes) -> Path:
        raise CannotWriteError(path.name, got="No space left on device")

    monkeypatch.setattr(index_file, "write_file", full)
    write_status(tmp_path, now=NOW, last=FAILED)
    assert not (tmp_path / "index.html").exists()


@pytest.mark.usefixtures("made_up")
def test_a_status_that_cannot_be_written_leaves_no_earlier_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_with_status(write_finished(tmp_path), now=NOW)

    def full(path: Path, data: bytes) -> Path:
        raise CannotWriteError(path.name, got="No space left on device")

    monkeypatch.setattr(index_file, "write_file", full)
    monkeypatch.setattr(run_store, "write_file", full)
    with pytest.raises(CannotWriteError):
        write_status(tmp_path, now=NOW, last=FAILED)
    assert not (tmp_path / "index.html").exists()


@pytest.mark.usefixtures("made_up")
def test_between_swap_and_status_no_index_names_the_run_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_with_status(write_finished(tmp_path), now=NOW)
    seen: list[bool] = []
    swap = run_store.swap_current

    def watched(runs: Path, run_id: str) -> None:
        swap(runs, run_id)
        seen.append((runs / "index.html").exists())

    monkeypatch.setattr(run_store, "swap_current", watched)
    publish_with_status(write_finished(tmp_path, LATER, as_of="2026-03-02T11:00:00Z"), now=NOW)
    assert seen == [False]
    assert "Published, see above" in row(tmp_path, LATER)


@pytest.mark.usefixtures("made_up")
def test_a_run_that_another_start_publishes_meanwhile_is_the_one_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_with_status(write_finished(tmp_path), now=NOW)
    record_publication(write_finished(tmp_path, LATER, as_of="2026-03-02T11:00:00Z").folder)
    render, calls = city_index.index_page, []

    def slow(values: Any) -> str:
        calls.append(values.published.run_id)
        run_store.swap_current(tmp_path, LATER)
        return render(values)

    monkeypatch.setattr(city_index, "index_page", slow)
    assert refresh_index(tmp_path, now=NOW)
    assert calls == [RUN_ID, LATER]
    assert "Published, see above" in row(tmp_path, LATER)


@pytest.mark.usefixtures("made_up")
def test_a_folder_that_changes_hands_without_end_has_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_with_status(write_finished(tmp_path), now=NOW)
    write_finished(tmp_path, LATER, as_of="2026-03-02T11:00:00Z")
    render = city_index.index_page

    def restless(values: Any) -> str:
        run_store.swap_current(tmp_path, LATER if values.published.run_id == RUN_ID else RUN_ID)
        return render(values)

    monkeypatch.setattr(city_index, "index_page", restless)
    assert not refresh_index(tmp_path, now=NOW)
    assert not (tmp_path / "index.html").exists()


@pytest.mark.parametrize("zone", ["../../etc/passwd", "Nowhere/At_all", 7, None])
def test_a_folder_without_a_good_time_zone_is_written_in_utc(tmp_path: Path, zone: object) -> None:
    write_finished(tmp_path, title="Tiny city", timezone=zone)
    write_status(tmp_path, now=NOW, last=FAILED)
    assert "The last start, on Sunday 1 March 2026, 11:30 UTC" in text(tmp_path)


def test_an_empty_folder_has_an_index_that_says_so(tmp_path: Path) -> None:
    write_status(tmp_path, now=NOW, last={"exit_code": 10})
    assert "Nothing is published." in text(tmp_path)
    assert "There is no run yet." in text(tmp_path)


def test_the_index_is_no_run_and_no_leftover(tmp_path: Path) -> None:
    write_finished(tmp_path)
    write_status(tmp_path, now=NOW, last=FAILED)
    assert [folder.name for folder in run_store.finished_runs(tmp_path)] == [RUN_ID]
    assert run_store.clear_leftovers(tmp_path) == []
    assert (tmp_path / "index.html").is_file()


def test_every_link_of_a_real_city_leads_somewhere_and_every_line_is_true_to_its_run(tmp_path: Path) -> None:
    config = read_settings(write_city(tmp_path))
    night = run_night(config, now=NOW)
    runs = tmp_path / "runs" / "tiny"
    folder = night.run.folder
    said = text(runs)
    suggestions = json.loads((folder / "suggestions.geojson").read_bytes())["features"]
    visited = [one["properties"] for one in suggestions if one["properties"]["visits"] > 0]
    shifts = {one["shift_start"] for one in visited}
    assert f"{len(visited)} suggestions in 2 districts, {len(shifts)} shifts." in said
    assert "0 of 4,000 rows of incidents were refused" in said
    assert "The audit of groups did not pass and is waived in writing: no count of residents" in said
    assert "Did not pass, waived in writing." in said
    for link in (one["href"] or "" for one in Reader(page(runs)).all("a")):
        file, _, part = link.partition("#")
        assert not file or (runs / file).is_file(), link
        if part and file:
            assert f'id="{part}"' in (runs / file).read_text(encoding="utf-8"), link


@pytest.mark.parametrize(
    ("more", "least", "code", "said"),
    [((), 5000, 20, "Stopped by incidents counted"), (("--no-publish",), 100, 0, "Passed its checks")],
    ids=["stopped by a gate", "not to be published"],
)
def test_a_forecast_that_publishes_nothing_lists_its_run_and_writes_no_status(
    tmp_path: Path, more: tuple[str, ...], least: int, code: int, said: str
) -> None:
    config = write_city(tmp_path, min_incidents=least)
    done = called("forecast", config, "--json", *more)
    assert done.returncode == code, done.stderr
    runs = tmp_path / "runs" / "tiny"
    document = json.loads(done.stdout)
    assert said in Reader(row(runs, document["run_id"])).words
    assert Path(document["files"]["data"]).is_file()
    assert "Nothing is published." in text(runs)
    assert not (runs / "status.json").exists()
