"""Config files: TOML with ``extends``, read into checked :class:`Settings`, with a hash that is the same everywhere.

Three ideas, each because a config is read at night with nobody watching:

* *A path belongs to the file that states it.* Every path is resolved against the folder of the file in which it stands
  (``publish.runs`` against the project folder), before anything is merged; so a variant in another folder may extend a
  city without breaking it. Which keys hold paths is read off the types of :class:`Settings`.
* *A config cannot reach out of its project.* A path may lead into the folder of the config, into that folder's parent
  (the project) or into ``data_root``; nothing else, no absolute path, no address, no link that leads away.
* *The hash is of the meaning, not the machine.* It is taken from the merged document with paths written relative to the
  project or to ``{data}``, so the same city has the same hash wherever it lies and wherever its data is mounted.
"""

import hashlib
import json
import os
import os.path
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.keys import (
    KeyPath,
    map_paths,
    parse_settings,
    path_base,
    paths_in,
    without_operational,
)
from patrolcast.io.settings.secrets import refuse_secrets
from patrolcast.io.settings.toml_text import MAX_DEPTH, parse_toml

MAX_BYTES = 1_000_000
DATA = "{data}/"
TODO = "TODO"
_CURE_PATH = "write it relative to the config file, or as {data}/... below data_root"


@dataclass(frozen=True)
class ConfigFile:
    """A config as it was read.

    Attributes
    ----------
    settings : checked; every path in it is absolute.
    raw : the merged document without `keys.OPERATIONAL`; paths are relative to the project or start with ``{data}/``;
        holds no secret.
    sha256 : of ``raw`` in canonical JSON: the same on every machine.
    path : the file that was asked for, absolute.
    project : the folder that holds ``configs/``, in which or one below which the config lies; else its own folder.
    data_root : what ``{data}`` stands for, or None when the config names none.
    files : the file and those it extends, in order of reading, absolute.
    """

    settings: Settings
    raw: dict[str, Any]
    sha256: str
    path: Path
    project: Path
    data_root: Path | None
    files: tuple[Path, ...] = ()


@dataclass
class _Stated:
    """One merged document on its way: values, and for each key the file that stated it."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[KeyPath, Path] = field(default_factory=dict)
    data_root: Path | None = None
    read: list[Path] = field(default_factory=list)


def read_settings(path: Path) -> ConfigFile:
    """Read a config file and everything it extends.

    Raises ConfigError: one line: which file, section and key, what was found, the rule, the cure.
    """
    path = Path(path)
    stated = read_chain(path.absolute(), ())
    project = project_of(path)
    _refuse_undecided(stated)
    place = {key: file.name for key, file in stated.files.items()}
    refuse_secrets(stated.values, file=path.name, files=place)
    resolved = map_paths(stated.values, lambda key, text: _resolve(key, text, stated, project))
    settings = parse_settings(resolved, file=path.name, files=place)
    settings = default_paths_resolved(settings, stated.values, project)
    decides = without_operational(stated.values)
    raw = map_paths(decides, lambda key, text: _portable(key, text, stated, project))
    return ConfigFile(
        settings=settings,
        raw=raw,
        sha256=document_sha256(raw),
        path=path.absolute(),
        project=project,
        data_root=stated.data_root,
        files=tuple(stated.read),
    )


def project_of(path: Path) -> Path:
    """The folder that holds ``configs/``, in which or one below which the config lies; else the config's own."""
    folder = path.absolute().parent.resolve()
    return next((near.parent for near in (folder, folder.parent) if near.name == "configs"), folder)


def missing_files(config: ConfigFile) -> list[ConfigError]:
    """One error for each input that the config names and that is not there (a run folder is made when needed)."""
    named = [(key, path) for key, path in paths_in(config.settings) if path_base(key) == "file"]
    return [
        ConfigError(
            f"{config.path.name}: [{'.'.join(key[:-1])}] {key[-1]}",
            got=shown(os.path.relpath(path, config.project)),
            rule="no such file",
            cure="check the path" if config.data_root is None else "check the path and data_root",
        )
        for key, path in named
        if not path.is_file()
    ]


def document_sha256(raw: Mapping[str, Any]) -> str:
    """SHA-256 of a merged document in canonical JSON (sorted keys, no blanks, UTF-8)."""
    text = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_chain(path: Path, behind: tuple[Path, ...]) -> _Stated:
    """The document at ``path`` merged over what it extends."""
    real = Path(os.path.realpath(path))  # also of a link that leads to itself
    if real in behind:
        chain = " -> ".join(step.name for step in (*behind, path))
        raise ConfigError(f"{behind[-1].name}: extends", got=chain, rule="files must not extend each other in a circle")
    if len(behind) >= MAX_DEPTH:
        raise ConfigError(f"{path.name}: extends", got=f"more than {MAX_DEPTH} files", rule="keep the chain short")
    values = _read_toml(path, asked_by=behind[-1] if behind else None)
    parent = values.pop("extends", None)
    stated = _Stated() if parent is None else read_chain(_parent_path(parent, path), (*behind, real))
    if "data_root" in values:
        stated.data_root = _data_root(values.pop("data_root"), path)
    stated.read.insert(0, path)
    _merge(stated.values, values, stated.files, path, ())
    return stated


def _read_toml(path: Path, *, asked_by: Path | None) -> dict[str, Any]:
    """One file as a mapping, or one line that says why not."""
    name = path.name if asked_by is None else f"{asked_by.name}: extends {path.name}"
    try:
        if not path.is_file():
            got = "a folder or device" if path.exists() else "no such file"
            raise ConfigError(
                name, got=got, rule="must be a TOML file", cure="check the path; `patrolcast init` drafts one"
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(name, got=shown(reason), rule="must be a readable TOML file") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(
            name, got=f"more than {MAX_BYTES:,} bytes", rule="a config is small", cure="is this a config?"
        )
    return parse_toml(data, path.name)


def _parent_path(parent: object, path: Path) -> Path:
    key = f"{path.name}: extends"
    if not isinstance(parent, str):
        raise ConfigError(key, got=shown(parent), rule="must be one file name in quotes", cure='extends = "city.toml"')
    return _under(key, _relative(key, parent), path.parent, (path.parent, path.parent.parent))


def _data_root(value: object, path: Path) -> Path:
    """The folder that ``{data}`` stands for; the one path that may lie anywhere, because it says where data lies."""
    key = f"{path.name}: data_root"
    if not isinstance(value, str) or not value.strip() or "\x00" in value or "://" in value:
        raise ConfigError(key, got=shown(value), rule="must be a folder", cure='data_root = "../../shared/data"')
    root = (path.parent / value).resolve()
    if root == Path(root.anchor):
        raise ConfigError(key, got=shown(value), rule="must not be the root of the disk", cure="name the data folder")
    return root


def _merge(base: dict[str, Any], over: dict[str, Any], files: dict[KeyPath, Path], path: Path, at: KeyPath) -> None:
    """Tables merge key by key; everything else, lists too, is replaced."""
    for name, value in over.items():
        key = (*at, name)
        files[key] = path
        if isinstance(value, dict) and isinstance(base.get(name), dict):
            _merge(base[name], value, files, path, key)
        elif isinstance(value, dict):
            base[name] = {}
            _merge(base[name], value, files, path, key)
        else:
            base[name] = value


def _refuse_undecided(stated: _Stated) -> None:
    """What `init` could not decide stands as TODO, and nothing runs until a person has decided it."""
    todo = [key for key, value in _leaves(stated.values) if value == TODO]
    if todo:
        keys = ", ".join(f"[{'.'.join(key[:-1])}] {key[-1]}" for key in todo)
        file = _stated_in(todo[0], stated).name
        raise ConfigError(f"{file}: {keys}", got=TODO, rule="init could not decide this", cure="write the value there")


def _leaves(values: dict[str, Any], at: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _leaves(item, (*at, name))
            else:
                yield (*at, name), item


def _stated_in(key: KeyPath, stated: _Stated) -> Path:
    """The file that stated a key; of a key inside a list, the file that stated the list."""
    return next(stated.files[key[:n]] for n in range(len(key), 0, -1) if key[:n] in stated.files)


def _resolve(key: KeyPath, text: str, stated: _Stated, project: Path) -> Path:
    """The absolute path that ``text`` means where it stands, inside what a config may reach."""
    file = _stated_in(key, stated)
    place = f"{file.name}: [{'.'.join(key[:-1])}] {key[-1]}"
    if text.startswith(DATA) or text == DATA[:-1]:
        if stated.data_root is None:
            rule = "{data} needs data_root"
            raise ConfigError(place, got=shown(text), rule=rule, cure='add data_root = "..." at the top of the config')
        rest = _relative(place, text[len(DATA) :] or ".")
        return _under(place, rest, stated.data_root, (stated.data_root,))
    base = project if path_base(key) == "project" else file.parent
    return _under(place, _relative(place, text), base, (file.parent, file.parent.parent, stated.data_root))


def _relative(place: str, text: str) -> PurePosixPath:
    """``text`` as a relative path, or the reason why it is none."""
    if "://" in text or text.lower().startswith("file:"):
        raise ConfigError(place, got=shown(text), rule="must be a file, not an address", cure="download it first")
    if not text.strip() or "\x00" in text:
        raise ConfigError(place, got=shown(text), rule="must be a path", cure=_CURE_PATH)
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or text.startswith(("~", "\\")):
        raise ConfigError(place, got=shown(text), rule="must be a relative path", cure=_CURE_PATH)
    return PurePosixPath(text)


def _under(place: str, rest: PurePosixPath, base: Path, roots: tuple[Path | None, ...]) -> Path:
    """``base / rest`` with links followed, if it lies in one of ``roots``."""
    try:
        resolved = (base / rest).resolve()
    except (OSError, RuntimeError, ValueError):
        raise ConfigError(place, got=shown(str(rest)), rule="cannot be resolved", cure=_CURE_PATH) from None
    if any(root is not None and resolved.is_relative_to(root.resolve()) for root in roots):
        return resolved
    rule = "must lie in the config's folder, its parent, or data_root"
    raise ConfigError(place, got=shown(str(rest)), rule=rule, cure=_CURE_PATH)


def _portable(key: KeyPath, text: str, stated: _Stated, project: Path) -> str:
    """The path without anything of this machine: below ``{data}`` where it was written so, else from the project."""
    path = _resolve(key, text, stated, project)
    if text.startswith(DATA[:-1]) and stated.data_root is not None:
        return (DATA + path.relative_to(stated.data_root).as_posix()).removesuffix("/.")
    return PurePath(os.path.relpath(path, project)).as_posix()


def default_paths_resolved(settings: Settings, stated: Mapping[str, Any], project: Path) -> Settings:
    """``publish.runs`` has a default; it too belongs to the project folder."""
    if "runs" in stated.get("publish", {}):
        return settings
    publish = settings.publish.model_copy(update={"runs": project / settings.publish.runs})
    return settings.model_copy(update={"publish": publish})
