"""A night through the store is a night in full, whatever happened to the export or to the store since the last one."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.intake.builders import AS_OF, HEADER, good, row, settings
from tests.runs.load.increment.exports import (
    assert_same_city,
    in_full,
    night_of,
    said,
    through,
    through_store,
    write,
)
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import DataRefusedError, PatrolcastError
from patrolcast.io.encode import json_bytes
from patrolcast.io.increment.cuts import Cuts
from patrolcast.io.lock import exclusive_lock
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.forecast.once import _reader, run_once
from patrolcast.runs.forecast.stored_runs import identify
from patrolcast.runs.load.city import load_city
from patrolcast.runs.load.increment import store_folder
from patrolcast.runs.load.increment.city import load_city_as_recorded, load_city_with_store


def test_a_night_reads_only_the_parts_that_are_new(tmp_path: Path) -> None:
    write(tmp_path, good(90))
    through_store(tmp_path, 0)
    first = said(tmp_path)["text"]
    write(tmp_path, [*good(90), row("9")])
    assert_same_city(through_store(tmp_path, 1), in_full(tmp_path, 1))
    added = said(tmp_path)["text"]
    rows = [*good(90), row("9")]
    write(tmp_path, [rows[0], *rows[2:]])
    assert_same_city(through_store(tmp_path, 2), in_full(tmp_path, 2))
    taken = said(tmp_path)["text"]
    n_read, n_parts = (int(word) for word in first.split()[:3:2])
    assert n_read == n_parts > 9
    assert int(added.split()[0]) <= 2
    assert int(taken.split()[0]) <= 3


def test_a_past_night_sees_what_was_known_then(tmp_path: Path) -> None:
    """Reclassified, taken out and moved since; in two orders."""
    states = [good(40), [row("100", code="FRAUD"), *good(40)[1:]], [row("100", code="FRAUD"), *good(40)[3:]]]
    nights = []
    for i, rows in enumerate(states):
        write(tmp_path, rows)
        nights.append(in_full(tmp_path, i))
        through_store(tmp_path, i)
    config = settings(tmp_path)
    for i in (0, 1, 2, 1, 0):
        past = load_city_as_recorded(config, as_of=AS_OF, recorded_by=night_of(i), folder=tmp_path / "store")
        assert_same_city(past, nights[i])
    assert nights[0].sources[0].kept != nights[2].sources[0].kept
    with pytest.raises(DataRefusedError) as refused:
        load_city_as_recorded(config, as_of=AS_OF, recorded_by=night_of(-1), folder=tmp_path / "store")
    assert "no export recorded by then" in str(refused.value)


@pytest.mark.parametrize("fault", ["flip", "cut", "remove", "snapshot", "everything"])
def test_a_damaged_store_costs_time_and_never_a_byte(tmp_path: Path, fault: str) -> None:
    write(tmp_path, good(80))
    through_store(tmp_path, 0)
    store = tmp_path / "store"
    part = sorted((store / "parts").iterdir())[0]
    data = part.read_bytes()
    if fault == "flip":
        part.write_bytes(bytes([*data[:60], data[60] ^ 1, *data[61:]]))
    elif fault == "cut":
        part.write_bytes(data[:-9])
    elif fault == "remove":
        part.unlink()
    elif fault == "everything":
        for file in [*(store / "parts").iterdir(), *(store / "snapshots").iterdir()]:
            file.unlink()
    else:
        for file in (store / "snapshots").iterdir():
            file.write_text(file.read_text().replace("export.csv", "import.csv"))
    write(tmp_path, [*good(80), row("9")])
    assert_same_city(through_store(tmp_path, 1), in_full(tmp_path, 1))
    assert said(tmp_path)["used"]
    through_store(tmp_path, 2)
    assert int(said(tmp_path)["text"].split()[0]) <= 1, "what was damaged is whole again"


def test_parts_of_other_code_or_of_another_mapping_are_read_again(tmp_path: Path) -> None:
    write(tmp_path, good(80))
    through_store(tmp_path, 0)
    through_store(tmp_path, 1, made_by="other code")
    read, of = said(tmp_path)["text"].split()[:3:2]
    assert read == of
    more = {"columns": {"latitude": "lon", "longitude": "lat"}}
    with pytest.raises(PatrolcastError):  # swapped: most rows are nowhere, in full and through the store
        through_store(tmp_path, 2, made_by="other code", **more)
    with pytest.raises(PatrolcastError):
        in_full(tmp_path, 2, **more)


def test_a_part_that_is_not_what_its_lines_say_is_found_by_the_weekly_reading(tmp_path: Path) -> None:
    """Whoever writes into the store can write its hashes too; only the export itself says what stands there."""
    write(tmp_path, good(80))
    through_store(tmp_path, 0)
    store = tmp_path / "store"
    parts = sorted((store / "parts").iterdir())
    snapshot = next((store / "snapshots").iterdir())
    document = json.loads(snapshot.read_text())["of"]
    stated = {part["file"]: part for part in document["sources"][0]["parts"]}
    forged, donor = parts[0], parts[1]
    forged.write_bytes(donor.read_bytes())
    stated[forged.name]["sha256"] = hashlib.sha256(donor.read_bytes()).hexdigest()
    whole = {"sha256": hashlib.sha256(json_bytes(document)).hexdigest(), "of": document}
    snapshot.write_bytes(json_bytes(whole))
    forged_night, full = through_store(tmp_path, 1), in_full(tmp_path, 1)
    with pytest.raises(AssertionError):
        assert_same_city(forged_night, full)
    assert_same_city(through_store(tmp_path, 7), full)
    assert "1 were not what their lines say" in said(tmp_path)["text"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a\n\nb", "a line is blank"),
        ('"a\nb"', "a part of it is refused by itself"),
        ("a\rb", "its lines end in more than one way"),
    ],
)
def test_what_cannot_be_read_in_parts_is_read_in_full(tmp_path: Path, text: str, why: str) -> None:
    line = f"{text},2026-01-10 10:00:00,,2026-01-10 11:00:00,-87.68,41.82,THEFT,911"
    if text == "a\n\nb":
        line = f"{row('9')}\n\n{row('10')}"
    write(tmp_path, [*good(20), line])
    assert_same_city(through_store(tmp_path, 0), in_full(tmp_path, 0))
    assert not said(tmp_path)["used"]
    assert why in said(tmp_path)["text"]


def test_another_process_that_writes_the_store_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, good(20))
    with exclusive_lock(tmp_path / "store", now=night_of(0)):
        assert_same_city(through_store(tmp_path, 0), in_full(tmp_path, 0))
    assert not (tmp_path / "store" / "snapshots").exists()


def test_files_beside_each_other_are_stored_each_for_itself(tmp_path: Path) -> None:
    write(tmp_path, good(40))
    (tmp_path / "export.csv").rename(tmp_path / "old.csv")
    write(tmp_path, [row(), *[row(str(i), f"2026-01-{1 + i % 28:02d} 14:{i % 60:02d}:00") for i in range(40)]])
    config = settings(tmp_path, ["old.csv", "export.csv"])
    for i in range(2):
        with (tmp_path / "export.csv").open("a") as file:
            file.write(row(str(500 + i), f"2026-01-10 1{i}:00:00") + "\n")
        full = load_city(config, as_of=AS_OF, now=night_of(i))
        assert_same_city(through(config, tmp_path / "store", i), full)
        assert said(tmp_path)["used"]


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_lines_of_a_packed_file_are_stored_as_those_of_an_open_one_are(kind: str, tmp_path: Path) -> None:
    config = settings(tmp_path, f"export.csv.{kind}")
    rows = [f"{line},a{i % 3}" for i, line in enumerate(good(90))]
    for night in range(3):
        text = "\n".join([f"{HEADER},colour", *rows, ""]).encode()
        if kind == "gz":
            (tmp_path / "export.csv.gz").write_bytes(gzip.compress(text))
        else:
            with zipfile.ZipFile(tmp_path / "export.csv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("export.csv", text)
        assert_same_city(
            through(config, tmp_path / "store", night), load_city(config, as_of=AS_OF, now=night_of(night))
        )
        n_read, n_parts = (int(word) for word in said(tmp_path)["text"].split()[:3:2])
        assert n_parts > 9
        assert n_read == n_parts if night == 0 else n_read <= 4
        rows = [*rows[:20], *rows[21:], f"{row(str(9 + night), lon=f'-87.67{night}')},a1"]
    (tmp_path / f"export.csv.{kind}").write_bytes((tmp_path / f"export.csv.{kind}").read_bytes()[:-40])
    with pytest.raises(DataRefusedError):
        through(config, tmp_path / "store", 3)
    assert not said(tmp_path)["used"]


def test_a_run_from_stored_parts_is_file_for_file_the_run_from_the_export(
    published_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [full] = (published_city / "runs" / "tiny").glob("2*")
    root = Path(shutil.copytree(published_city, tmp_path / "city", ignore=shutil.ignore_patterns("runs")))
    config, export = root / "configs" / "tiny.toml", root / "data" / "incidents.csv"
    config.write_text(f"{config.read_text()}\n[store]\nenabled = true\n")
    monkeypatch.setitem(load_city_with_store.__kwdefaults__, "cuts", Cuts(bits=5, least=32, most=400))
    read, whole = read_settings(config), export.read_bytes()
    export.write_bytes(whole[: whole.rindex(b"\n", 0, len(whole) // 2) + 1])  # an earlier night, of half the lines
    store = store_folder(read.settings, root / "runs" / "tiny")
    assert store is not None
    load_city_with_store(read.settings, as_of=None, now=NOW, made_by=_reader(identify(read)), folder=store)
    export.write_bytes(whole)
    run = run_once(read, now=NOW).folder
    n_read, n_parts = (int(word) for word in json.loads((store / "last.json").read_text())["text"].split()[:3:2])
    assert 0 < n_read < 0.7 * n_parts
    assert run.name == full.name
    made, stated = (
        {str(file.relative_to(of)): file.read_bytes() for file in of.rglob("*") if file.is_file()} for of in (run, full)
    )
    assert made.keys() == stated.keys()
    assert [name for name in made if made[name] != stated[name]] in ([], ["timing.json"])


def test_a_time_of_no_usual_year_is_read_alike_alone_and_among_many(tmp_path: Path) -> None:
    """Beyond 2262 the fast parser gives up: years 9999 with parts of a second, as systems write "no end"."""
    lines = []
    for i, one in enumerate(good(2_100)):
        number, occurred, _, reported, *rest = one.split(",")
        end = f"9999-01-{1 + i % 28:02d} {i // 60 % 24:02d}:{i % 60:02d}:00.5" if i < 1_040 else ""
        lines.append(",".join((number, f"{occurred}.0", end, f"{reported}.0", *rest)))
    write(tmp_path, lines)
    config, cuts = settings(tmp_path, time_format="%Y-%m-%d %H:%M:%S.%f"), Cuts(bits=7, least=100, most=300)
    city = load_city_with_store(config, as_of=AS_OF, now=NOW, made_by="x", folder=tmp_path / "store", cuts=cuts)
    assert_same_city(city, load_city(config, as_of=AS_OF, now=NOW))
    assert said(tmp_path)["used"]
    assert city.sources[0].refused == {"year outside 1990 to 2100": 1_040}


def test_a_list_of_parts_that_leaves_some_out_is_not_believed(tmp_path: Path) -> None:
    """Its hash is right: whoever wrote it wrote that, too."""
    write(tmp_path, good(80))
    through_store(tmp_path, 0)
    _forge(tmp_path, lambda document: document["sources"][0]["parts"].pop(0))
    write(tmp_path, [*good(80), row("9")])
    assert_same_city(through_store(tmp_path, 1), in_full(tmp_path, 1))


def test_a_store_that_cannot_be_tidied_up_costs_no_night(tmp_path: Path) -> None:
    write(tmp_path, good(20))
    through_store(tmp_path, 0)
    write(tmp_path, [*good(20), row("9")])
    through_store(tmp_path, 1)
    _forge(tmp_path, lambda document: document.update(recorded_at="2026-03-01T12:00:00"))  # a moment without a zone
    assert_same_city(through_store(tmp_path, 2), in_full(tmp_path, 2))


def _forge(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    for snapshot in (folder / "store" / "snapshots").iterdir():
        document = json.loads(snapshot.read_text())["of"]
        change(document)
        snapshot.write_bytes(json_bytes({"sha256": hashlib.sha256(json_bytes(document)).hexdigest(), "of": document}))
