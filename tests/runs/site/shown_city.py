"""The tiny published city with a public site whose limit is so high that some of its counts are small."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.oracles.site_attack import Place
from tests.runs.tiny_city import HEADER, SIDE, WEST

from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.events import RunFinished
from patrolcast.io.hashing import file_sha256
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store import run_store
from patrolcast.io.trail import Trail
from patrolcast.runs.forecast.stored_runs import stopping_gates
from patrolcast.runs.site.publish import SiteMade, write_release

LEAST = 90
"""Burglaries of one of the two districts in a month are fewer, all else is more."""


def shown_city(published: Path, place: Path, *, least: int = LEAST, months: int = 2, add: str = "") -> ConfigFile:
    """A copy of the city whose config has a [site]."""
    root = Path(shutil.copytree(published, place / "city", symlinks=True))
    path = root / "configs" / "tiny.toml"
    path.write_text(f"{path.read_text()}\n[site]\nleast_count = {least}\nmonths = {months}\n{add}")
    return read_settings(path)


def publish(*configs: ConfigFile, out: Path, **changed: Any) -> SiteMade:
    """A release of the site."""
    root = configs[0].project
    return write_release(configs, out, **{"governance": root / "governance", "runs": root / "runs", **changed})


def later_run(config: ConfigFile, *, as_of: str, recorded: bool = True, **changed: Any) -> Path:
    """A run folder of a later night, as whole as the first, made without computing; on the trail like any other."""
    runs = config.project / "runs" / config.settings.name
    first = next(iter(run_store.finished_runs(runs)))
    manifest = json.loads((first / "manifest.json").read_bytes())
    files = {name: (first / name).read_bytes() for name in manifest["outputs"]}
    moment = datetime.fromisoformat(as_of)
    run_id = f"{moment:%Y%m%dT%H%MZ}-{config.settings.name}-0000000a"
    later = {**manifest, "run_id": run_id, "as_of": as_of, "expires_at": as_of, **changed}
    folder = run_store.write_run(runs, later, files, timing={})
    if recorded:
        record_run(runs, config.settings.name, folder)
    return folder


def record_run(runs: Path, city: str, folder: Path) -> None:
    """The entry that says that a run is whole."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    gates = {one["name"]: one["verdict"] for one in manifest["gates"]}
    stopped = tuple(stopping_gates(manifest["gates"]))
    sha256 = file_sha256(folder / "manifest.json")
    with Trail(runs / "trail", city=city, actor=Actor("clerk", "operator", "os")) as trail:
        trail.append(RunFinished(folder.name, sha256, bool(manifest["publishable"]), gates, stopped))


def add_report(config: ConfigFile, occurred: str, reported: str, *, code: str = "BURG", x: float = 0.9) -> None:
    """A report that comes in late."""
    path = config.settings.incidents.path
    path = path[0] if isinstance(path, list) else path
    with Path(str(path)).open("a", newline="") as file:
        csv.writer(file).writerow(("L1", occurred, reported, f"{WEST + SIDE * x:.6f}", "41.820000", code, "CALL"))


def true_counts(config: ConfigFile, month: str) -> dict[Place, int]:
    """Every count of a month, made from the export by hand."""
    codes = {"THEFT": "theft", "BURG": "burglary"}
    counted: Counter[Place] = Counter()
    with (config.project / "data" / "incidents.csv").open(newline="") as file:
        for row in csv.DictReader(file, fieldnames=None):
            assert tuple(row) == HEADER
            if row["occurred"].startswith(month):
                district = "1" if float(row["longitude"]) < WEST + SIDE / 2 else "2"
                category = codes[row["code"]]
                for d in (district, "all"):
                    for c in (category, "all"):
                        counted[month, d, c] += 1
    return dict(counted)
