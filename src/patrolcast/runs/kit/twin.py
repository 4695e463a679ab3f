"""The synthetic twin of a run's city: records that are nobody's, with the layers and a config that runs on them.

The seed is a hash of the run's id and of all its records, so the same run has the same twin, and nobody who lacks the
records can take the noise off again: the id alone is public and would hide nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.errors import DataRefusedError, GateRefusedError
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.keys import map_paths
from patrolcast.domain.shifts import local_day, local_days, shift_calendar, to_instants
from patrolcast.intake.codebook import Codebook, parse_codebook, row_finder
from patrolcast.io.codebook_files import read_codebook
from patrolcast.io.handed_out.inputs import inputs_of_run, path_in_kit, require_inputs
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.toml_text import toml_text
from patrolcast.io.store.run_store import read_verified
from patrolcast.io.store.stored_run import csv_rows
from patrolcast.numerics.arrays import IntArray
from patrolcast.runs.load.city import load_city
from patrolcast.synthetic.plane import hexagon
from patrolcast.synthetic.twin.draw import draw_twin, month_numbers
from patrolcast.synthetic.twin.marginals import DELAY_EDGES, EPSILON, noisy_marginals
from patrolcast.synthetic.twin.nearest import DRAWS, Nearness, measure_nearness

CONFIG, RECORDS = "twin/configs/twin.toml", "twin/data/incidents.csv"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
LEAST_LAND = 0.02
"""Share of a cell that must be land; in a sliver no place is drawn."""
_LEFT_OUT = ("trail", "monitor", "publish", "pause", "screen", "backtest")
_KEPT_OF_INCIDENTS = ("gaps", "reporting_delay_hours", "longest_range_days", "no_call_source", "leave_out", "time_zone")
_ROLES = ("occurred_at", "reported_at", "longitude", "latitude", "offence", "call_source", "record_id")
_LAYERS = ("area", "codebook", "objectives", "places", "residents")
"""Sections whose files a twin has copies of; a new section counts as records until somebody says otherwise."""


@dataclass(frozen=True)
class Twin:
    """A twin: files by name in the kit, which of them are copies of which inputs, and what is said of it."""

    files: dict[str, bytes]
    copies: dict[str, str]
    facts: dict[str, Any]


def make_twin(folder: Path, manifest: Mapping[str, Any], config: ConfigFile) -> Twin:
    """The twin of a run's city.

    Raises DataRefusedError: an input is another file than the run read. GateRefusedError: the twin lies nearer to real
    records than chance has it, so it is not handed out. PatrolcastError: the records cannot be read.
    """
    require_inputs(config, manifest, lambda key: key.startswith("incidents."))
    settings, as_of = config.settings, datetime.fromisoformat(manifest["as_of"])
    city = load_city(settings, as_of=str(manifest["as_of"]), now=as_of)
    land = shapely.union_all(city.tables.boundary.geometry.to_numpy())
    cells = cells_on_land(csv_rows(read_verified(folder, manifest, "places.csv"))["cell"].tolist(), land)
    codebook = parse_codebook(read_codebook(settings.codebook.path), file=settings.codebook.path.name)
    real = city.tables.incidents.table
    records, nearness = twin_records(
        real, settings, codebook, run_id=str(manifest["run_id"]), as_of=as_of, cells=cells, land=land
    )
    if not nearness.passes:
        got = f"{nearness.equal} records equal to real ones, {100 * nearness.share:.2f} % as near as copies"
        rule = f"at most {100 * nearness.limit:.2f} %, as between independent draws"
        raise GateRefusedError("the synthetic twin", got=got, rule=rule, cure="report it: the twin is not handed out")
    layers = inputs_of_run(config, manifest, is_layer)
    files = {f"twin/{path_in_kit(path)}": data for path, (_, data) in layers.items()}
    copies = {f"twin/{path_in_kit(path)}": path for path in layers}
    files[RECORDS] = records_csv(records, settings, codebook)
    files[CONFIG] = twin_config(manifest, settings).encode()
    facts = {
        "records": len(records),
        "epsilon": dict(EPSILON),
        "epsilon_of_a_record": sum(EPSILON.values()),
        "nearness": asdict(nearness),
    }
    return Twin(files, copies, facts)


def is_layer(key: str) -> bool:
    """True for an input that a twin has a copy of: no record, no log, no stored test.

    >>> is_layer("area.districts"), is_layer("incidents.path"), is_layer("monitor.log"), is_layer("a_new_log.path")
    (True, False, False, False)
    """
    return key.partition(".")[0] in _LAYERS


def twin_records(
    real: pd.DataFrame,
    settings: Settings,
    codebook: Codebook,
    *,
    run_id: str,
    as_of: datetime,
    cells: list[str],
    land: shapely.Geometry,
) -> tuple[pd.DataFrame, Nearness]:
    """The twin's records, and how near they lie to the real ones.

    Raises DataRefusedError: there is no record.

    Parameters
    ----------
    real : counted incidents, as `domain.tables.CitizenIncidents` holds them.
    """
    if real.empty:
        raise DataRefusedError("the synthetic twin", got="no counted record", rule="a twin is drawn from records")
    zone, categories = settings.area.timezone, sorted(map(str, real["category"].unique()))
    seed = secret_seed(real, run_id)
    days = local_days(to_instants(real["occurred_at"]), zone)
    last = local_day(as_of, zone)
    calendar = shift_calendar(
        settings.shifts.starts, timezone=zone, first_day=_month(pd.Timestamp(days.min()).date()), last_day=last
    )
    calendar = calendar[calendar["shift_start"] < pd.Timestamp(as_of)].reset_index(drop=True)
    codes = [_codes_of(codebook, name) for name in categories]
    counts = _counts(real, calendar, cells, categories, codes, settings)
    marginals = noisy_marginals(counts, seed=seed)
    latest = int(to_instants(pd.DatetimeIndex([as_of]))[0])
    drawn = (
        draw_twin(
            marginals, cells=cells, land=land, calendar=calendar, categories=categories,
            codes=[[code.rstrip("*") for code in of_one] for of_one in codes], latest=latest, seed=seed, draw=draw,
        )
        for draw in range(DRAWS + 1)
    )  # fmt: skip
    twin = next(drawn)
    cell_km = float(np.sqrt(h3.average_hexagon_area(settings.area.resolution, unit="km^2")))
    return twin, measure_nearness(twin, drawn, real, cell_km=cell_km)


def secret_seed(real: pd.DataFrame, run_id: str) -> int:
    """A number that only somebody who has all the records can compute."""
    columns = [to_instants(real["occurred_at"]), real["longitude"].to_numpy(), real["latitude"].to_numpy()]
    hasher = hashlib.sha256(f"patrolcast twin\0{run_id}\0".encode())
    for values in columns:
        hasher.update(np.ascontiguousarray(values).tobytes())
    hasher.update("\0".join(map(str, real["category"])).encode())
    return int.from_bytes(hasher.digest()[:16], "big")


def cells_on_land(cells: list[str], land: shapely.Geometry) -> list[str]:
    """Those of the cells, in order of their index, of which a share is land."""
    shapes = np.array([hexagon(cell) for cell in sorted(cells)], dtype=object)
    share = shapely.area(shapely.intersection(shapes, land)) / shapely.area(shapes)
    return [cell for cell, part in zip(sorted(cells), share, strict=True) if part >= LEAST_LAND]


def _counts(
    real: pd.DataFrame,
    calendar: pd.DataFrame,
    cells: list[str],
    categories: list[str],
    codes: list[list[str]],
    settings: Settings,
) -> dict[str, list[IntArray]]:
    """Real counts by category of each histogram of `synthetic.twin.marginals.EPSILON`."""
    resolution, n_slots = settings.area.resolution, len(settings.shifts.starts)
    place = {cell: n for n, cell in enumerate(cells)}
    points = zip(real["latitude"].tolist(), real["longitude"].tolist(), strict=True)
    at = np.array([place.get(h3.latlng_to_cell(lat, lon, resolution), -1) for lat, lon in points], dtype=np.int64)
    starts = to_instants(calendar["shift_start"])
    shift = np.searchsorted(starts, to_instants(real["occurred_at"]), side="right") - 1
    good = (at >= 0) & (shift >= 0)
    week = calendar["weekday"].to_numpy().astype(np.int64) * n_slots + calendar["slot"].to_numpy()
    month = month_numbers(calendar)
    delay = (to_instants(real["reported_at"]) - to_instants(real["occurred_at"])) / 3.6e9
    late = np.searchsorted(np.array(DELAY_EDGES), delay, side="right").clip(1, len(DELAY_EDGES) - 1) - 1
    category, offence = real["category"].astype(str).to_numpy(), real["offence"].astype(str).to_numpy()
    counts: dict[str, list[IntArray]] = {name: [] for name in EPSILON}
    for k, name in enumerate(categories):
        rows = good & (category == name)
        row_of = row_finder(codes[k])
        code = [codes[k].index(row) for text in offence[rows] if (row := row_of(text)) is not None]
        counts["cell"].append(np.bincount(at[rows], minlength=len(cells)))
        counts["week"].append(np.bincount(week[shift[rows]], minlength=7 * n_slots))
        counts["month"].append(np.bincount(month[shift[rows]], minlength=int(month.max()) + 1))
        counts["delay"].append(np.bincount(late[rows], minlength=len(DELAY_EDGES) - 1))
        counts["code"].append(np.bincount(np.array(code, dtype=np.int64), minlength=len(codes[k])))
    return counts


def _codes_of(codebook: Codebook, category: str) -> list[str]:
    """Codes of a category that citizens report, sorted: from the codebook, so that none says that a record has it."""
    offences = codebook.offences.items()
    codes = sorted(code for code, (of, who) in offences if of == category and who is not Provenance.OFFICER)
    return codes or sorted(code for code, (of, _) in offences if of == category)


def _month(day: date) -> date:
    return day.replace(day=1)


def records_csv(records: pd.DataFrame, settings: Settings, codebook: Codebook) -> bytes:
    """The records with the columns of the export, times as the wall clock shows them.

    Raises DataRefusedError: the codebook knows no call source of citizens.
    """
    zone, columns = settings.area.timezone, settings.incidents.columns
    sources = sorted(code for code, who in codebook.call_sources.items() if who is Provenance.CITIZEN)
    if columns.call_source and not sources:
        raise DataRefusedError("the codebook", got="no call source of citizens", rule="a twin's records are theirs")
    n = len(records)

    def local(name: str) -> pd.Series:
        return records[name].dt.tz_convert(zone).dt.strftime(TIME_FORMAT)

    values: dict[str, Any] = {
        "occurred_at": local("occurred_at"),
        "reported_at": local("reported_at"),
        "longitude": records["longitude"].map("{:.6f}".format),
        "latitude": records["latitude"].map("{:.6f}".format),
        "offence": records["code"],
        "call_source": [sources[k % len(sources)] for k in range(n)] if sources else "",
        "record_id": [f"T{k:07d}" for k in range(n)],
    }
    named = {role: getattr(columns, role, None) for role in _ROLES}
    table = pd.DataFrame({name: values[role] for role, name in named.items() if name}, index=records.index)
    return table.to_csv(index=False, lineterminator="\n").encode()


def twin_config(manifest: Mapping[str, Any], settings: Settings) -> str:
    """The run's config for the twin: what is about records and about this department's machines is taken out."""
    raw = {key: value for key, value in json.loads(json.dumps(manifest["config"])).items() if key not in _LEFT_OUT}
    raw = map_paths(raw, lambda _, text: f"../{path_in_kit(text)}")
    incidents = raw["incidents"]
    named = {role: incidents["columns"][role] for role in _ROLES if role in incidents["columns"]}
    raw["incidents"] = {
        "path": "../data/incidents.csv",
        "time_format": TIME_FORMAT,
        **{key: incidents[key] for key in _KEPT_OF_INCIDENTS if key in incidents},
        "time_zone": "local",
        "columns": named,
    }
    raw.get("patrol", {}).pop("caps", None)
    raw |= {"name": f"{manifest['name']}-twin", "title": f"{manifest['title']}: synthetic twin, no real record"}
    raw["as_of"] = str(manifest["as_of"])
    return f"# Synthetic twin of run {manifest['run_id']}: no record in it is of anybody.\n{toml_text(raw)}"
