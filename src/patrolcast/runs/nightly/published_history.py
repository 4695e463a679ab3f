"""What was published on earlier nights: the table that caps and cool-downs count (`[patrol.caps] past`).

The table is updated before a night's run and never after it. It then holds only nights before tonight, so a second
start of the same night reads the same bytes and makes the same run. Only what was *published* counts: a run that a gate
stopped was nobody's suggestion.
"""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from patrolcast.domain.errors import DataRefusedError, PatrolcastError, shown
from patrolcast.domain.shifts import local_day
from patrolcast.io.encode import csv_bytes, iso_utc
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store import run_store
from patrolcast.io.store.stored_run import csv_rows
from patrolcast.patrol.caps import CapRule
from patrolcast.runs.forecast.rederive import run_faults

COLUMNS = ["cell", "shift_start", "visits"]
_SPARE_NIGHTS = 7


def update_history(config: ConfigFile, runs: Path, *, now: datetime, force: bool = False) -> int | None:
    """Adds what the published run suggested for nights before tonight; drops nights that no cap reaches back to.

    Raises PatrolcastError: the published run was changed, or the table cannot be read as one or cannot be written.

    Parameters
    ----------
    force : leave out a published run that was changed: nobody can say any more what it suggested.

    Returns
    -------
    Rows in the table; None where the config names no table.
    """
    caps = config.settings.patrol.caps
    if caps is None or caps.past is None:
        return None
    sources = [(caps.past.name, run_store.read_or_none(caps.past))]
    if (folder := run_store.current_run(runs)) is not None:
        try:
            sources.append((f"{folder.name}/suggestions.csv", _suggestions_of(folder)))
        except PatrolcastError:
            if not force:
                raise
    tables = [_table(name, data) for name, data in sources if data is not None]
    zone = config.settings.area.timezone
    tonight = local_day(now, zone)
    reach = CapRule(caps.most_nights, caps.of_nights, caps.run_nights, caps.rest_nights).past_nights + _SPARE_NIGHTS
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS, dtype=str)
    nights = [local_day(datetime.fromisoformat(text), zone) for text in table["shift_start"]]
    within = [tonight - timedelta(days=reach) <= night < tonight for night in nights]
    table = (
        table[np.array(within, dtype=bool)]
        .drop_duplicates(["cell", "shift_start"])
        .sort_values(["shift_start", "cell"])
    )
    run_store.replace_if_changed(caps.past, csv_bytes(table[COLUMNS].reset_index(drop=True)))
    return len(table)


def _suggestions_of(folder: Path) -> bytes:
    """Raises PatrolcastError: the run was changed; the caps would count what nobody suggested."""
    manifest = run_store.read_manifest(folder)
    if faults := run_faults(folder, manifest):
        rule, cure = "a run is never changed", "`nightly --force` makes another, and the caps leave this one out"
        raise DataRefusedError(f"run {folder.name}", got=faults[0], rule=rule, cure=cure)
    return run_store.read_verified(folder, manifest, "suggestions.csv")


def _table(name: str, data: bytes) -> pd.DataFrame:
    """Rows with a visit, their instants in the one form that files use.

    Raises DataRefusedError: it is no such table; it is left as it is.
    """
    try:
        table = csv_rows(data)
        if "visits" not in table.columns:
            table["visits"] = "1"
        table = table[table["visits"] != "0"]
        moments = pd.to_datetime(table["shift_start"], utc=True, format="ISO8601")
        return table.assign(shift_start=[iso_utc(moment.to_pydatetime()) for moment in moments])[COLUMNS]
    except (KeyError, ValueError) as error:
        got = f"no column {error}" if isinstance(error, KeyError) else shown(str(error).partition(".")[0])
        rule = "[patrol.caps] past needs cell and shift_start, an ISO 8601 instant with zone"
        raise DataRefusedError(name, got=got, rule=rule, cure="name a table that nightly keeps itself") from None
