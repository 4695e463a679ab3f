"""A usual night of a large city: a history in the store, some new rows; reading and counting, beside the full night.

    python -m benchmarks.usual_night [--rows 1000000] [--new 2000] [--database] [--folder DIR] [--write]

Makes the input of `benchmarks.chicago_sized` (or takes it from DIR), reads all but the new rows into a store, adds the
new ones, and reads the whole export twice in one process: through the store, and in full. Both cities are compared.
Then a night whose export was written anew with a few rows changed and taken out. Training is in neither. With
``--database`` the records lie in a DuckDB file, whose own work is in the figures because it runs in this process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import duckdb

from benchmarks.chicago_input import AS_OF, config_of, make_input
from benchmarks.page import markdown_table, say, write_section
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import LoadedCity, load_city
from patrolcast.runs.load.increment.city import load_city_with_store

STAGES = ("sources", "records", "intake", "notes")
NOW = datetime.fromisoformat(AS_OF).astimezone(UTC)
TOUCHED = 50
VARIABLE = "BENCHMARK_RECORDS"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=2_000)
    parser.add_argument("--folder", type=Path, help="keep the input here, and use it again")
    parser.add_argument("--database", action="store_true", help="records in a database")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    with nullcontext(given.folder) if given.folder else tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        if not config_of(folder, "csv").is_file():
            say("making the input")
            folder.mkdir(parents=True, exist_ok=True)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
                apart.submit(make_input, folder, n_rows=given.rows, seed=7).result()
        settings = read_settings(config_of(folder, "csv")).settings
        with tempfile.TemporaryDirectory(dir=folder) as made:
            nights = _of_database if given.database else _nights
            text, same = nights(settings, folder / "export.csv", Path(made), n_new=given.new)
    say(text)
    if given.write:
        write_section("usual-night-database" if given.database else "usual-night", text)
    return 0 if same else 1


def _nights(settings: Settings, export: Path, folder: Path, *, n_new: int) -> tuple[str, bool]:
    lines = export.read_bytes().splitlines(keepends=True)
    path = folder / "export.csv"
    incidents = settings.incidents.model_copy(update={"path": path})
    config, store = settings.model_copy(update={"incidents": incidents}), folder / "store"
    rows, same = [], True
    path.write_bytes(b"".join(lines[:-n_new]))
    rows.append(["first night, the store is made", *_measured(_through(config, store, 0))[1], _said(store)])
    step = len(lines) // TOUCHED
    changed = [line.replace(b",0820,", b",0810,", 1) if i % step == 7 else line for i, line in enumerate(lines)]
    changed = [line for i, line in enumerate(changed) if i % step != 11 or i < step]
    for day, (what, export_lines) in enumerate(
        ((f"{n_new:,} rows added", lines), (f"written anew, {2 * TOUCHED - 1} rows changed or gone", changed)), start=1
    ):
        path.write_bytes(b"".join(export_lines))
        same &= _both(rows, config, store, day, what)
    stated = f"{len(lines) - 1:,} rows, {export.stat().st_size / 2**20:,.0f} MiB of CSV"
    return _text(stated, store, rows, same=same), same


def _of_database(settings: Settings, export: Path, folder: Path, *, n_new: int) -> tuple[str, bool]:
    """The same with the rows of the export in a database, of which some are corrected, and some deleted."""
    os.environ[VARIABLE] = f"duckdb:///{folder / 'records.duckdb'}"
    columns = ", ".join(f'"{name}"' for name in settings.incidents.columns.model_dump().values() if name is not None)
    incidents = settings.incidents.model_copy(
        update={"path": None, "database": VARIABLE, "sql": f"select {columns} from calls where known"}
    )
    config, store = settings.model_copy(update={"incidents": incidents}), folder / "store"
    with duckdb.connect(str(folder / "records.duckdb")) as database:
        database.execute(
            f"create table calls as select {columns}, row_number() over () as n, true as known "
            f"from read_csv('{export}', all_varchar = true)"
        )
        (n_rows,) = database.execute("select count(*) from calls").fetchone() or (0,)
        database.execute(f"update calls set known = n <= {n_rows - n_new}")
    rows, same = [], True
    rows.append(["first night, the store is made", *_measured(_through(config, store, 0))[1], _said(store)])
    step = n_rows // TOUCHED
    for day, (what, change) in enumerate(
        (
            (f"{n_new:,} rows added", "update calls set known = true"),
            (
                f"{2 * TOUCHED} rows corrected or deleted",
                f"update calls set \"IUCR\" = '0810', known = n % {step} = 7 where n % {step} in (7, 11)",
            ),
        ),
        start=1,
    ):
        with duckdb.connect(str(folder / "records.duckdb")) as database:
            database.execute(change)
        same &= _both(rows, config, store, day, what)
    return _text(f"{n_rows:,} rows in DuckDB", store, rows, same=same), same


def _through(config: Settings, store: Path, day: int) -> Callable[[Progress], LoadedCity]:
    now = NOW + timedelta(days=day)
    return lambda progress: load_city_with_store(
        config, as_of=None, now=now, made_by="benchmark", folder=store, progress=progress
    )


def _both(rows: list[list[str]], config: Settings, store: Path, day: int, what: str) -> bool:
    """One night through the store and in full; whether the cities are the same."""
    city, seconds = _measured(_through(config, store, day))
    rows.append([what, *seconds, _said(store)])
    full, seconds = _measured(
        lambda progress: load_city(config, as_of=None, now=NOW + timedelta(days=day), progress=progress)
    )
    rows.append([f"{what}: in full", *seconds, ""])
    return _same(city, full)


def _text(stated: str, store: Path, rows: list[list[str]], *, same: bool) -> str:
    head = ["night", *STAGES, "other", "CPU s", "read"]
    size = sum(file.stat().st_size for file in store.rglob("*") if file.is_file()) / 2**20
    stated += f"; the store takes {size:,.0f} MiB."
    verdict = "Each pair of cities is the same." if same else "**The cities differ.**"
    return f"{stated} CPU seconds by stage. {verdict}\n\n{markdown_table(head, rows)}"


def _measured(load: Callable[[Progress], LoadedCity]) -> tuple[LoadedCity, list[str]]:
    begun, spent = dict[str, float](), dict[str, float]()

    def step(name: str, done: int, total: int) -> None:
        begun.setdefault(name, _cpu())
        if done >= total:
            spent[name] = spent.get(name, 0.0) + _cpu() - begun.pop(name)

    start = _cpu()
    city = load(Progress(step))
    whole = _cpu() - start
    of = [spent.get(name, 0.0) for name in STAGES]
    return city, [f"{seconds:.2f}" for seconds in (*of, whole - sum(of), whole)]


def _said(store: Path) -> str:
    return (
        str(json.loads((store / "last.json").read_text(encoding="utf-8"))["text"])
        .replace(" read from the export", "")
        .replace(" read from the database", "")
    )


def _same(one: LoadedCity, other: LoadedCity) -> bool:
    tables = one.tables.incidents.table.equals(other.tables.incidents.table)
    tables &= one.tables.set_aside.table.equals(other.tables.set_aside.table)
    return tables and (one.sources, one.notes) == (other.sources, other.notes) and one.refused.equals(other.refused)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
