"""`patrolcast init`: a starter config and codebook from the sample's own export."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from tests.acceptance.conftest import CONFIG, called, patrolcast

from patrolcast.io.settings.settings_file import read_settings


def export() -> Path:
    path = read_settings(CONFIG).settings.incidents.path
    return path[0] if isinstance(path, list) else path  # type: ignore[return-value]


def test_it_drafts_both_files_never_overwrites_and_what_it_could_not_decide_stops_a_run(tmp_path: Path) -> None:
    out = tmp_path / "configs" / "mine.toml"
    first = patrolcast("init", export(), "--out", out)
    assert first.returncode == 0, first.stderr
    assert out.is_file()
    assert (out.parent / "codebooks" / "mine.csv").is_file()
    second = called("init", export(), "--out", out)
    assert second.returncode == 73
    assert second.stderr.startswith("patrolcast: ")
    assert second.stderr.endswith("mine.toml: already exists; give another --out, or add --force to replace it\n")
    done = called("forecast", out)
    assert done.returncode == 10
    assert done.stderr.count("\n") == 1


def decide(config: Path) -> int:
    """What a person writes into the codebook: a reason for every open code; the number of rows."""
    assert 'timezone = "America/Chicago"' in config.read_text(), "the zone the records lie in"
    codebook = config.parent / "codebooks" / f"{config.stem}.csv"
    with codebook.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in (open_rows := [row for row in rows if row["ground"].startswith("TODO")]):
        row["ground"] = row["ground"].replace("TODO: proposed", "agreed by S. Doe").replace("TODO", "not known to us")
    with codebook.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return len(open_rows)


def drafted_and_decided(folder: Path) -> Path:
    """A draft of the sample's export under other names, in other folders, with what it marks decided."""
    exports = folder / "exports"
    exports.mkdir()
    shutil.copy(export(), exports / "Calls 2026.csv.gz")
    shutil.copy(export().parent / "boundary.geojson", exports)
    out = folder / "X" / "somewhere" / "othername.toml"
    drafted = called("init", "exports/Calls 2026.csv.gz", "--out", "X/somewhere/othername.toml", cwd=folder)
    assert drafted.stdout.splitlines()[:2] == [
        "wrote X/somewhere/othername.toml",
        "wrote X/somewhere/codebooks/othername.csv",
    ]
    assert called("check", out, cwd=folder).returncode == 10
    assert called("forecast", out, cwd=folder).returncode == 10
    assert decide(out) == 35, "without words beside the codes, known codebooks only propose"
    return out


def test_a_draft_can_run_under_any_name_from_any_folder_once_what_it_marks_is_decided(tmp_path: Path) -> None:
    """The run itself is made of a smaller draft: `test_local_codes`."""
    checked = called("check", drafted_and_decided(tmp_path), cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("othername: a run can start\n")


@pytest.mark.long
def test_and_its_run_is_whole_though_not_published(tmp_path: Path) -> None:
    out = drafted_and_decided(tmp_path)
    forecast = patrolcast("forecast", out, cwd=tmp_path)
    # The gates that need more than an export stop publication; the run itself is whole.
    assert forecast.returncode == 20
    assert "got a stop from group_audit, proxy_screen, loop_test;" in forecast.stderr
    assert len(list((out.parent / "runs" / "othername").glob("*-othername-*/suggestions.csv"))) == 1
