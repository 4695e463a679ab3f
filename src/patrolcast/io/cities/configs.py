"""The configs of many cities: files, and every config that lies in a folder."""

import os
from collections.abc import Sequence
from pathlib import Path

from patrolcast.domain.errors import ConfigError, UsageError, shown
from patrolcast.io.settings.settings_file import read_chain, read_settings


def are_many(paths: Sequence[Path]) -> bool:
    """True for several configs, and for a folder of them."""
    return len(paths) > 1 or paths[0].is_dir()


def configs_in(paths: Sequence[Path]) -> list[Path]:
    """The configs that files and folders name, in their order, those of a folder by name.

    In a folder a TOML file is a config where it, or what it extends, states a ``name``; one that cannot be read is a
    config, too, so that a broken file, or a link to a share that is not there, is reported and not passed over.

    Raises UsageError: a folder without a config, or one file twice.
    """
    configs = [config for path in paths for config in (_in_folder(path) if path.is_dir() else [path])]
    resolved = [Path(os.path.realpath(config)) for config in configs]  # also of a link that leads to itself
    for n, path in enumerate(resolved):
        if path in resolved[:n]:
            raise UsageError("CONFIG", got=f"{shown(configs[n].name)} twice", rule="each city is run once")
    return configs


def require_different_cities(configs: Sequence[Path], runs: Path | None) -> None:
    """Raises UsageError: two configs whose runs go into one folder, where one would replace the other.

    Parameters
    ----------
    runs : the folder of runs that the caller named instead of the configs'.
    """
    folders: dict[Path, Path] = {}
    for config in configs:
        try:
            folder = read_settings(config).settings.city_runs(runs).resolve()
        except ConfigError:
            continue  # its own process says what is wrong with it
        if (other := folders.setdefault(folder, config)) != config:
            got = f"{shown(other.name)} and {shown(config.name)}, both of {shown(folder.name)}"
            raise UsageError("CONFIG", got=got, rule="each city is run once", cure="give one of them another name")


def _in_folder(folder: Path) -> list[Path]:
    configs = [path for path in sorted(folder.glob("*.toml")) if not path.is_dir() and _is_config(path)]
    if not configs:
        raise UsageError("CONFIG", got=f"{shown(folder.name)}, a folder without a config", rule="must hold TOML files")
    return configs


def _is_config(path: Path) -> bool:
    try:
        return "name" in read_chain(path.absolute(), ()).values
    except ConfigError:
        return True
