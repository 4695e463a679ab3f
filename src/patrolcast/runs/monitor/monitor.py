"""`patrolcast monitor`: every check on the dosage log and the records since; monitor.json, monitor.html, the verdict.

log -> cells -> counts in suggested and held-back cells -> checks -> gates -> one verdict, with its finding.
"""

import dataclasses
import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import patrolcast
from patrolcast.audit.feedback.dosage_log import Records, logged_rows
from patrolcast.audit.feedback.gates import feedback_gates
from patrolcast.audit.feedback.monitor import LogFindings, check_logs
from patrolcast.domain.dosage_log import DosageLog, Visits
from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import GateResult, GateVerdict, Progress
from patrolcast.domain.settings import Monitor, Settings, call_source_of, refuse_comparison_only
from patrolcast.domain.shifts import to_instants
from patrolcast.grid.cells import cover_area, locate
from patrolcast.io import run_identity
from patrolcast.io.encode import json_bytes
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.stored_config import in_canonical_order
from patrolcast.io.store.binding import BOUND_TO, FILES, extent_of
from patrolcast.io.store.evidence import EXTENT, required_key, write_evidence
from patrolcast.numerics.arrays import IntArray
from patrolcast.report.monitor.page import monitor_page
from patrolcast.runs.load.city import load_city
from patrolcast.runs.load.operations import (
    log_from_runs,
    log_known_at,
    read_decisions,
    read_dosage_log,
    read_visits,
    with_decisions,
    with_visits,
)
from patrolcast.runs.monitor.evidence import KIND, monitor_binding, verdict_of
from patrolcast.runs.monitor.invariance import invariance_gates


@dataclass(frozen=True)
class MonitorReport:
    """One run of the monitor on the logs of a city.

    Attributes
    ----------
    verdict : "alarm", "no alarm" or "not measured".
    finding : one sentence.
    document : what monitor.json and the stored evidence hold.
    """

    verdict: str
    finding: str
    gates: tuple[GateResult, ...]
    findings: LogFindings | None
    document: dict[str, Any]


def run_monitor(
    config: ConfigFile, *, as_of: str | None, now: datetime, invariances: bool = True, progress: Progress | None = None
) -> MonitorReport:
    """Every check on the operational logs of one config.

    Raises PatrolcastError: one line, for anything a user can cause.

    Parameters
    ----------
    as_of : as for a forecast; shifts that were not over then are left out.
    invariances : also run the pipeline on changed data (two runs more).
    """
    progress, settings = progress or Progress(), in_canonical_order(config.settings)
    monitor = settings.monitor or Monitor()
    city = load_city(settings, as_of=as_of, now=now, progress=progress)
    moment = city.as_of
    with progress.stage("dosage log"):
        log, visits = load_operations(settings, monitor, moment)
    exact: tuple[GateResult, ...] = ()
    if invariances:
        with progress.stage("invariances"):
            past = log.table.loc[log.table["suggested_visits"] > 0, ["cell", "shift_start"]]
            exact = invariance_gates(city.tables, settings, as_of=moment, seed=settings.model.seed, past=past)
    result: LogFindings | None = None
    gates = exact
    if len(log.table):
        with progress.stage("checks"):
            cells = cover_area(
                city.tables.boundary, city.tables.districts, city.tables.water, resolution=settings.area.resolution
            )["cell"]
            rows = logged_rows(log, pd.Index(cells))
            if not len(rows.cell):
                raise DataRefusedError(
                    "dosage log",
                    got=f"no cell of the grid in {len(log.table)} rows",
                    rule="cells must be of [area] and its resolution",
                    cure="check that the log is of this city",
                )
            result = check_logs(
                rows,
                _records(city.tables.incidents.table, cells, settings),
                _records(_officer(city.tables.set_aside.table), cells, settings),
                None if visits is None else _located(visits, pd.Index(cells)),
                near_visit_minutes=monitor.near_visit_minutes,
                permutations=monitor.permutations,
                seed=settings.model.seed,
            )
        gates = (*exact, *feedback_gates(result, longest_run_days=monitor.longest_run_days))
    verdict, finding = verdict_of(gates, looked=result is not None, n_weeks=0 if result is None else result.n_weeks)
    document = _document(config, log, verdict, finding, gates, result, as_of=moment)
    return MonitorReport(verdict, finding, gates, result, document)


def load_operations(settings: Settings, monitor: Monitor, as_of: datetime) -> tuple[DosageLog, Visits | None]:
    """The log of all shifts over at ``as_of``, and the visits, where an extract names them."""
    if monitor.log is not None:
        log = read_dosage_log(monitor.log)
    else:
        weights = dict(settings.patrol.weights)
        log = log_from_runs(settings.city_runs(), name=settings.name, weights=weights, as_of=pd.Timestamp(as_of))
    if monitor.decisions is not None:
        log = with_decisions(log, read_decisions(monitor.decisions))
    log = log_known_at(log, pd.Timestamp(as_of))
    if monitor.since is not None:
        log = log.since(pd.Timestamp(monitor.since, tz=settings.area.timezone))
    if monitor.visits is None:
        return log, None
    visits = read_visits(monitor.visits, timezone=settings.area.timezone, resolution=settings.area.resolution)
    known = Visits(visits.table[visits.table["left_at"] <= pd.Timestamp(as_of)].reset_index(drop=True))
    return with_visits(log, known, source=monitor.visits.source), known


def _document(
    config: ConfigFile,
    log: DosageLog,
    verdict: str,
    finding: str,
    gates: tuple[GateResult, ...],
    result: LogFindings | None,
    *,
    as_of: datetime,
) -> dict[str, Any]:
    table = log.table
    ends = (None, None) if table.empty else (table["shift_start"].min(), table["shift_end"].max())
    return {
        "kind": KIND,
        "name": config.settings.name,
        "call_source": call_source_of(config.settings).statement,
        "as_of": as_of.isoformat(),
        "patrolcast": patrolcast.__version__,
        BOUND_TO: monitor_binding(config, run_identity.input_files(config, sections=FILES)),
        EXTENT: extent_of(config),
        "verdict": verdict,
        "finding": finding,
        "watched": {
            "first_shift": None if ends[0] is None else ends[0].isoformat(),
            "last_shift_end": None if ends[1] is None else ends[1].isoformat(),
            "rows": len(table),
            "cells": int(table["cell"].nunique()),
            "decided": int((table["decision"] != "unanswered").sum()),
            "delivery_known": int(table["delivered_visits"].notna().sum()),
            "weeks": 0 if result is None else result.n_weeks,
            "drawn_rows": 0 if result is None else result.n_drawn,
        },
        "gates": [_plain(dataclasses.asdict(gate)) for gate in gates],
        "findings": None if result is None else _plain(dataclasses.asdict(result)),
    }


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Numbers as JSON may hold them, with 9 significant digits; NaN and infinity become None."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.9g}") if math.isfinite(value) else None
    return str(value) if isinstance(value, GateVerdict) else value


def _officer(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["provenance"].astype(str) == str(Provenance.OFFICER)]


def _records(table: pd.DataFrame, cells: pd.Series, settings: Settings) -> Records:
    longitude, latitude = (table[name].to_numpy(dtype=np.float64) for name in ("longitude", "latitude"))
    where = locate(longitude, latitude, cells, resolution=settings.area.resolution)
    return Records(to_instants(table["reported_at"]), where.astype(np.int64))


def _located(visits: Visits, cells: pd.Index) -> tuple[IntArray, IntArray, IntArray]:
    table = visits.table
    where = cells.get_indexer(pd.Index(table["cell"])).astype(np.int64)
    return where, to_instants(table["arrived_at"]), to_instants(table["left_at"])


FOLDER = "monitored"


def write_monitoring(
    config: ConfigFile,
    *,
    out: Path | None,
    as_of: str | None,
    now: datetime,
    quick: bool = False,
    progress: Progress | None = None,
) -> tuple[MonitorReport, tuple[Path, ...]]:
    """Runs the monitor on the logs of a config and writes its files.

    Parameters
    ----------
    out : folder of the result; None: ``monitored/<name>`` in the project.
    quick : without the invariances; the verdict is then not stored as evidence.

    Returns
    -------
    The report, and the paths written.
    """
    refuse_comparison_only(config.settings)
    required_key(config)  # a key that cannot be used is named before the work, not after it
    out = out or config.project / FOLDER / config.settings.name
    result = run_monitor(config, as_of=as_of, now=now, invariances=not quick, progress=progress)
    title, zone = config.settings.title, config.settings.area.timezone
    paths = [
        write_file(out / "monitor.json", json_bytes(result.document)),
        write_file(out / "monitor.html", monitor_page(result.document, title=title, timezone=zone).encode()),
    ]
    if not quick:
        stored = {key: value for key, value in result.document.items() if key != "findings"}
        paths.append(write_evidence(config, KIND, stored))
    return result, tuple(paths)
