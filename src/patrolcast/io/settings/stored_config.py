"""The config that a manifest holds, as settings again: the same meaning in another checkout.

A manifest's paths are relative to the project or to ``{data}``; a manifest that was tampered with cannot make a path
lead out of either.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from patrolcast.domain.errors import ConfigError, UsageError, shown
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.base import Section
from patrolcast.domain.settings.keys import KeyPath, map_paths, parse_settings
from patrolcast.io.settings.settings_file import (
    DATA,
    ConfigFile,
    default_paths_resolved,
    document_sha256,
    read_settings,
)

Section_ = TypeVar("Section_", bound=Section)
_FILE = "manifest.json config"


def stored_config(raw: Mapping[str, Any], *, project: Path, data_root: Path | None) -> ConfigFile:
    """The config of a run from its manifest.

    Raises ConfigError: a path leads out of the project or of ``data_root``, or the config is none.

    Parameters
    ----------
    raw : the manifest's ``config``.
    project : the folder that its paths are relative to.
    data_root : what ``{data}`` stands for here; None when no path needs it.
    """
    project = project.resolve()
    resolved = map_paths(dict(raw), lambda key, text: _resolved(key, text, project, data_root))
    settings = default_paths_resolved(parse_settings(resolved, file=_FILE), raw, project)
    return ConfigFile(settings, dict(raw), document_sha256(raw), project / _FILE, project, data_root)


def settings_without_files(raw: Mapping[str, Any]) -> Settings:
    """The same settings where no file will be opened: for what depends on the config alone."""
    nowhere = Path("/nowhere")
    return stored_config(raw, project=nowhere / "project", data_root=nowhere).settings


def in_canonical_order(settings: Settings) -> Settings:
    """The same settings with every table of free names in the order of its names.

    A manifest keeps no order of keys, and the hash of a config does not see it; so nothing may depend on it.
    """
    return _ordered(settings)


def _ordered(section: Section_) -> Section_:
    changed: dict[str, object] = {}
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, Section):
            changed[name] = _ordered(value)
        elif isinstance(value, dict):
            changed[name] = {key: value[key] for key in sorted(value)}
    return section.model_copy(update=changed)


def _resolved(key: KeyPath, text: str, project: Path, data_root: Path | None) -> Path:
    place = f"{_FILE}: [{'.'.join(key[:-1])}] {key[-1]}"
    in_data = text.startswith(DATA)
    if in_data and data_root is None:
        raise ConfigError(place, got=shown(text), rule="needs data_root", cure="name the config with --config")
    root = data_root.resolve() if in_data and data_root is not None else project
    path = (root / (text[len(DATA) :] if in_data else text)).resolve()
    roots = (root, project.parent) if not in_data else (root,)
    if not any(path.is_relative_to(allowed) for allowed in roots):
        raise ConfigError(place, got=shown(text), rule="must lie in the project or in data_root")
    return path


def config_of_run(folder: Path, manifest: Mapping[str, Any], config: ConfigFile | None) -> ConfigFile:
    """The config of a run, with its paths resolved in the project at hand.

    Raises UsageError: the project is not found.

    Parameters
    ----------
    config : says where project and data lie; None: the manifest's config file is looked for below the working folder
        and below the folders that hold the runs of the city and of all cities.
    """
    at_hand = config or _beside(folder, str(manifest.get("config_file", "")))
    return stored_config(manifest["config"], project=at_hand.project, data_root=at_hand.data_root)


def _beside(folder: Path, name: str) -> ConfigFile:
    for project in (Path.cwd(), *folder.resolve().parents[1:3]):  # runs/<city>/<run_id>, or a folder of runs elsewhere
        if name and not name.startswith(DATA) and (project / name).is_file():
            return read_settings(project / name)
    rule = "the run's config file says where project and data lie"
    raise UsageError(f"run {folder.name}", got=f"no {shown(name)} nearby", rule=rule, cure="name it with --config")
