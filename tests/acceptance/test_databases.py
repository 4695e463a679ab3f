"""The sample city's export in a fresh PostgreSQL: the commands, the same bytes, and the secret nowhere."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from pathlib import Path

import pandas as pd
import pytest
from tests.acceptance.conftest import CONFIG, ROOT, Sample, patrolcast
from tests.postgres import PASSWORD, READER, Server
from tests.runs.tiny_database import fresh

VARIABLE = "SAMPLE_RECORDS"


QUERY = "select * from calls where reported_at is null or reported_at <= :as_of::text"


def sample_in_database(folder: Path, server: Server) -> Path:
    """The sample's config on a database, in a project of its own; its rows are there in another order."""
    shutil.copytree(ROOT / "configs", folder / "configs")
    shutil.copytree(
        ROOT / "data" / "sample", folder / "data" / "sample", ignore=shutil.ignore_patterns("incidents.csv.gz")
    )
    rows = pd.read_csv(ROOT / "data" / "sample" / "incidents.csv.gz", dtype=str, keep_default_na=False)
    fresh(server)
    columns = ", ".join(f'"{name}" text' for name in rows.columns)
    server.run(f"create table calls ({columns})")
    mixed = rows.sample(frac=1.0, random_state=7)
    with server.connection() as connection, connection.cursor().copy("copy calls from stdin") as copy:
        for row in mixed.itertuples(index=False):
            copy.write_row([value or None for value in row])
    path = folder / "configs" / "sample.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("format = ", "delimiter = ", "encoding = "))]
    at = next(i for i, line in enumerate(kept) if line.startswith("path = ") and "incidents.csv" in line)
    kept[at] = f'database = "{VARIABLE}"\nsql = "{QUERY}"'
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def config(tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    if CONFIG.name != "sample.toml":
        pytest.skip("the sample city only")
    monkeypatch.setenv(VARIABLE, postgres.url())
    return sample_in_database(tmp_path, postgres)


@pytest.mark.long  # of a small city it is shown in make test: runs/forecast/test_databases
def test_a_fresh_database_with_the_samples_export_gives_the_same_forecast_bytes(
    sample: Sample, config: Path, postgres: Server, tmp_path: Path
) -> None:
    told = patrolcast("check", config)
    assert told.returncode == 0, told.stdout
    assert told.stdout.splitlines()[1].startswith(f"{VARIABLE}:query returns ")
    done = patrolcast("forecast", config, "--runs", tmp_path / "runs")
    assert done.returncode in {0, 20}, done.stderr  # another way to read records needs evidence of its own
    [folder] = (tmp_path / "runs" / "sample").glob("2*")
    for name in ("forecast.parquet", "suggestions.csv", "suggestions.geojson"):
        assert (folder / name).read_bytes() == (sample.folder / name).read_bytes(), name
    manifest = json.loads((folder / "manifest.json").read_bytes())
    ours, theirs = manifest["sources"][0], deepcopy(sample.manifest["sources"][0])
    # :as_of leaves out what was not known yet, and rows whose time of report is none.
    assert theirs["set_aside"].pop("not yet known") <= theirs["rows_in"] - ours["rows_in"]
    for key in ("kept", "set_aside", "cancelled"):
        assert ours[key] == theirs[key], key
    printed = [told.stdout, told.stderr, done.stdout, done.stderr]
    postgres.run("drop table calls")
    failed = patrolcast("forecast", config, "--runs", tmp_path / "runs")
    assert failed.returncode == 10
    assert len(failed.stderr.strip().splitlines()) == 1
    assert "Traceback" not in failed.stderr
    printed += [failed.stdout, failed.stderr]
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 50
    for secret in (PASSWORD, READER, str(postgres.folder)):
        assert all(secret not in text for text in printed)
        assert [path for path in written if secret.encode() in path.read_bytes()] == []
