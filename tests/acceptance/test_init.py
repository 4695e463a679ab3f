"""`patrolcast init`: a starter config and codebook from the sample's own export."""

from __future__ import annotations

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
    assert second.stderr.endswith("mine.toml: got a file; init never overwrites; --out, or --force\n")


def test_what_it_could_not_decide_stops_a_run(sample: Sample, tmp_path: Path) -> None:
    out = tmp_path / "configs" / "mine.toml"
    patrolcast("init", export_of(sample), "--out", out)
    done = patrolcast("forecast", out)
    assert done.returncode == 10
    assert done.stderr.count("\n") == 1
