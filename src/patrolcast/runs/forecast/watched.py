"""What was once watched stays watched: an alarm of the dosage log is not shed by taking the look at it away.

A config whose ``[monitor]`` and stored look were removed reads "before use", and a look of last week, put back over an
alarm, reads "no alarm". Both are seen by the runs that were made meanwhile: each names the look that it was made with.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h3

from patrolcast.domain.errors import GateRefusedError
from patrolcast.io.store import run_store
from patrolcast.io.store.city_folders import cities_beside
from patrolcast.io.store.stored_run import forecast_cells

_LOOK = "evidence.monitor"
_LAND = 7
"""H3 resolution, the coarsest of a config: 5 km2 a cell."""
_CITY = ("area.boundary", "area.districts", "incidents.path")


def require_watched(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Passes unless another run of the same city knew a look at its dosage log and this one knows none, or an older.

    Raises GateRefusedError: the look at the dosage log was taken away, or one was put back that a later one replaced.

    Parameters
    ----------
    folder, manifest : of the run that is to be published.
    """
    others = _runs_of_city(folder, manifest)
    if not _looks(manifest):
        if watched := [name for name, other in others if _looks(other)]:
            _refuse(folder, f"no look at a dosage log, and {watched[0]} had one", "name the log in [monitor] and")
        return
    looks = [(name, look) for name, other in others if (look := _sha256(other, _LOOK))]
    this_look = _sha256(manifest, _LOOK)
    if looks and this_look and looks[0][1] != this_look and this_look in [look for _, look in looks]:
        _refuse(folder, f"a look at the dosage log that a later one had replaced in {looks[0][0]}", "look again:")


def _refuse(folder: Path, got: str, cure: str) -> None:
    rule = "what was once watched stays watched"
    cure = f"{cure} run `patrolcast monitor` on this config"
    raise GateRefusedError(f"run {folder.name}", got=got, rule=rule, cure=cure)


def _runs_of_city(folder: Path, manifest: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Other runs of the city under any name, the one made last first."""
    cities = cities_beside(folder.parent, str(manifest.get("name")))
    folders = [run for city in cities for run in run_store.finished_runs(city) if run != folder]
    runs = [(run_store.made_at(run), run, run_store.manifest_or_none(run)) for run in folders]
    here = _land(folder)
    ours = [
        (made, run.name, other) for made, run, other in runs
        if other is not None and (_same_city(other, manifest) or _is_same_land(here, _land(run)))
    ]  # fmt: skip
    return [(name, other) for _, name, other in sorted(ours, key=lambda row: (-row[0], row[1]))]


def _looks(manifest: Mapping[str, Any]) -> bool:
    """Whether a run was made with a stored look at a dosage log, or from a config that names one."""
    config = manifest.get("config")
    return bool(_sha256(manifest, _LOOK)) or (isinstance(config, dict) and bool(config.get("monitor")))


def _same_city(manifest: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """The same name, or another name with the same boundary, districts or records."""
    same = {(key, _sha256(manifest, key)) for key in _CITY} & {(key, _sha256(other, key)) for key in _CITY}
    return manifest.get("name") == other.get("name") or any(sha256 for _, sha256 in same)


def _land(folder: Path) -> frozenset[str]:
    """Large cells that a run forecasts in, whatever its resolution."""
    return frozenset(h3.cell_to_parent(cell, _LAND) for cell in forecast_cells(folder) if h3.is_valid_cell(cell))


def _is_same_land(land: frozenset[str], other: frozenset[str]) -> bool:
    """More than half of the land of either: a byte more in a boundary makes no other city."""
    return 2 * len(land & other) > len(land | other)


def _sha256(manifest: Mapping[str, Any], key: str) -> str:
    """Of an input of a run; an empty text where it has none by that key."""
    rows = [row for row in manifest.get("inputs", ()) if isinstance(row, dict) and row.get("key") == key]
    return str(rows[0].get("sha256")) if rows else ""
