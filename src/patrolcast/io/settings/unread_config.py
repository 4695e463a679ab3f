"""What is taken of a config that cannot be read as one, so that a night which fails on it can say so where people look.

As far as the file can be read, what it states is taken, else the default; nothing of it is checked, so nothing but
places inside the project is taken, and no command ever.
"""

from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from patrolcast.domain.errors import ConfigError
from patrolcast.io.settings.settings_file import project_of, read_chain


def runs_folder_of(path: Path, *, runs: Path | None = None) -> Path | None:
    """The city's folder of runs, by the file's own name for the city; None where it is not there.

    Parameters
    ----------
    runs : the folder of runs that the caller named instead.
    """
    stated, project = _stated(path), project_of(path)
    root = runs or project / str(_publish(stated).get("runs", "runs"))
    with suppress(OSError, ValueError):
        folder = (root / _city(stated, path)).resolve()
        if folder.is_dir() and folder.parent == root.resolve() and (runs or folder.is_relative_to(project)):
            return folder
    return None


def metrics_file_of(path: Path) -> tuple[str, Path] | None:
    """The city and its metrics file, where one is stated that lies in the project and is there already."""
    stated, project = _stated(path), project_of(path)
    text = _publish(stated).get("metrics")
    if isinstance(text, str) and PurePosixPath(text).suffix == ".prom":
        with suppress(OSError, ValueError):
            file = (project / text).resolve()
            if file.is_file() and file.is_relative_to(project):
                return _city(stated, path), file
    return None


def named_city(path: Path) -> str:
    """The city as the file names it; the file's own name where it cannot be read."""
    return _city(_stated(path), path)


def _stated(path: Path) -> dict[str, Any]:
    with suppress(ConfigError):
        return read_chain(path.absolute(), ()).values
    return {}


def _publish(stated: dict[str, Any]) -> dict[str, Any]:
    section = stated.get("publish")
    return section if isinstance(section, dict) else {}


def _city(stated: dict[str, Any], path: Path) -> str:
    return str(stated.get("name", path.stem))
