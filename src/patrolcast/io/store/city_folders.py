"""Folders of cities in a folder of runs: ``runs/<city>/<run_id>/``, and ``runs/<city>/current`` the published one."""

from pathlib import Path

from patrolcast.domain.errors import UsageError, shown
from patrolcast.io.safe_files import write_errors
from patrolcast.io.store.run_store import CURRENT, MANIFEST, current_run, manifest_or_none


def cities_beside(runs: Path, name: str) -> list[Path]:
    """Folders of runs of all cities that are kept beside a city's own, itself first; it alone where it is kept apart.

    Parameters
    ----------
    name : the city's; its own folder bears it.
    """
    others = [path for path in sorted(runs.parent.iterdir()) if path != runs and path.is_dir()]
    return [runs, *(others if runs.name == name else [])]


def find_run(text: str, runs: Path) -> Path:
    """The run that a person means: a path, a run id, "current", or "current" of one of several cities.

    Raises UsageError: there is no such run, or there are several.
    """
    for folder in (Path(text), runs / text):
        if (folder / MANIFEST).is_file():
            return folder.resolve()
    cities = sorted(path for path in runs.iterdir() if (path / text / MANIFEST).is_file()) if runs.is_dir() else []
    if len(cities) == 1:
        return (cities[0] / text).resolve()
    rule = "must be a run folder, the id of a run, or 'current'"
    if cities:
        named = " or ".join(f"{path.name}/{text}" for path in cities)
        raise UsageError("RUN", got=f"{shown(text)}, of {len(cities)} cities", rule=rule, cure=f"write {named}")
    raise UsageError("RUN", got=shown(text), rule=rule, cure=f"`ls {runs}/*` lists them")


def retire_former_link(runs: Path, name: str) -> None:
    """Takes away `current` beside the cities' folders, where runs of this city were published before it had its own.

    It would go on pointing at an old run for ever.
    """
    former = current_run(runs.parent) if runs.name == name else None
    manifest = None if former is None else manifest_or_none(former)
    if manifest is not None and manifest.get("name") == name:
        with write_errors(runs.parent / CURRENT):
            (runs.parent / CURRENT).unlink()
