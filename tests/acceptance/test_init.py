"""`patrolcast init`: a starter config and codebook from the sample's own export."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from tests.acceptance.conftest import Sample, patrolcast

from patrolcast.io.settings.settings_file import read_settings


def export_of(sample: Sample) -> Path:
    from tests.acceptance.conftest import CONFIG

    path = read_settings(CONFIG).settings.incidents.path
    return path[0] if isinstance(path, list) else path  # type: ignore[return-value]


def test_it_drafts_both_files_and_never_overwrites(sample: Sample, tmp_path: Path) -> None:
    out = tmp_path / "configs" / "mine.toml"
    first = patrolcast("init", export_of(sample), "--out", out)
    assert first.returncode == 0, first.stderr
    assert out.is_file()
    assert (out.parent / "codebooks" / "mine.csv").is_file()
    second = patrolcast("init", export_of(sample), "--out", out)
    assert second.returncode == 73
    assert second.stderr.startswith("patrolcast: ")
    assert second.stderr.endswith("mine.toml: already exists; give another --out, or add --force to replace it\n")


def test_what_it_could_not_decide_stops_a_run(sample: Sample, tmp_path: Path) -> None:
    out = tmp_path / "configs" / "mine.toml"
    patrolcast("init", export_of(sample), "--out", out)
    done = patrolcast("forecast", out)
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


def test_a_draft_runs_under_any_name_from_any_folder_once_what_it_marks_is_decided(
    sample: Sample, tmp_path: Path
) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    shutil.copy(export_of(sample), exports / "Calls 2026.csv.gz")
    shutil.copy(export_of(sample).parent / "boundary.geojson", exports)
    out = tmp_path / "X" / "somewhere" / "othername.toml"
    drafted = patrolcast("init", "exports/Calls 2026.csv.gz", "--out", "X/somewhere/othername.toml", cwd=tmp_path)
    assert drafted.stdout.splitlines()[:2] == [
        "wrote X/somewhere/othername.toml",
        "wrote X/somewhere/codebooks/othername.csv",
    ]
    assert patrolcast("check", out, cwd=tmp_path).returncode == 10
    assert patrolcast("forecast", out, cwd=tmp_path).returncode == 10
    assert decide(out) == 35, "without words beside the codes, known codebooks only propose"
    checked = patrolcast("check", out, cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("othername: a run can start\n")
    forecast = patrolcast("forecast", out, cwd=tmp_path)
    # The gates that need more than an export stop publication; the run itself is whole.
    assert forecast.returncode == 20
    assert "got a stop from group_audit, proxy_screen, loop_test;" in forecast.stderr
    assert len(list((out.parent / "runs" / "othername").glob("*-othername-*/suggestions.csv"))) == 1
