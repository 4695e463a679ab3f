"""The link `current`: what is wrong with it, in words, where `run_store.current_run` finds no run; and its removal."""

import os
from pathlib import Path

from patrolcast.io.safe_files import sync_folder, write_errors
from patrolcast.io.store.run_store import CURRENT, MANIFEST, manifest_or_none


def link_fault(runs: Path) -> str:
    """Why `current` leads to no run that could be published, as a sentence; "" where it leads to one.

    Raises OSError: the system refuses the look.
    """
    link = runs / CURRENT
    if not runs.is_dir():
        return f"there is no folder of runs of {runs.name}"
    if not os.path.lexists(link):
        return "nothing is published: there is no `current`"
    if not link.is_symlink():
        return "`current` is no link that patrolcast made"
    target = link.readlink()
    folder = runs / target.name
    if target != Path(target.name):
        return "`current` leads out of the city's runs"
    if folder.is_symlink() or not (folder / MANIFEST).is_file():
        return f"`current` leads to {target.name}, and no run is there"
    return "" if manifest_or_none(folder) else f"{target.name}: its manifest cannot be read"


def remove_link(runs: Path) -> None:
    """Takes `current` away: nothing is published then. A file or folder in its place is left where it is.

    Raises CannotWriteError, NotPermittedError.
    """
    link = runs / CURRENT
    with write_errors(link):
        if link.is_symlink():
            link.unlink()
            sync_folder(runs)
