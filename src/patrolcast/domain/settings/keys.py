"""Keys of the configuration: from a mapping to :class:`Settings`, and from a mistake to one line that names its cure.

Which keys exist, and which of them hold paths, is read off the types of the sections, never listed a second time.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings.base import IN_PROJECT, Section
from patrolcast.domain.settings.settings import Settings

KeyPath = tuple[str, ...]
"""A key with the sections around it: ``("area", "boundary")``."""


def parse_settings(raw: Mapping[str, Any], *, file: str, files: Mapping[KeyPath, str] | None = None) -> Settings:
    """Checked settings from a mapping with resolved paths.

    Raises ConfigError, naming file, section, key, value, rule, and for an unknown key the nearest valid one.

    Parameters
    ----------
    raw : the merged TOML document; ``extends`` and ``data_root`` already consumed.
    file : name of the config file, used in messages only.
    files : for keys that another file stated (``extends``), that file's name; used in messages only.
    """
    try:
        return Settings.model_validate(dict(raw))
    except ValidationError as error:
        raise _config_error(error, file, files or {}) from None


def path_base(key: KeyPath) -> Literal["file", "project"] | None:
    """What a path at ``key`` is relative to; None when the key holds no path.

    >>> path_base(("area", "boundary")), path_base(("publish", "runs")), path_base(("area", "timezone"))
    ('file', 'project', None)
    """
    section = section_at(key[:-1])
    field = section.model_fields.get(key[-1]) if section is not None and key else None
    if field is None or not _mentions_path(field.annotation):
        return None
    return "project" if IN_PROJECT in field.metadata else "file"


def section_at(path: KeyPath) -> type[Section] | None:
    """The section type at ``path``: ``("places", "bars")`` gives :class:`PlaceLayer`; None where there is none."""
    model: type[Section] | None = Settings
    annotation: Any = Settings
    for step in path:
        if model is not None:
            field = model.model_fields.get(step)
            annotation = field.annotation if field is not None else None
            model = section_in(annotation)
            if get_origin(annotation) is dict:
                model = None
        else:  # inside a table of freely named sections
            model = section_in(get_args(annotation)[1]) if get_origin(annotation) is dict else None
            annotation = None
    return model


def paths_in(section: Section, at: KeyPath = ()) -> Iterator[tuple[KeyPath, Path]]:
    """Every path that the settings name, with its key; found by type."""
    for name in type(section).model_fields:
        yield from _paths_of(getattr(section, name), (*at, name))


def _paths_of(value: object, key: KeyPath) -> Iterator[tuple[KeyPath, Path]]:
    if isinstance(value, Path):
        yield key, value
    elif isinstance(value, Section):
        yield from paths_in(value, key)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths_of(inner, (*key, str(name)))
    elif isinstance(value, list):
        for inner in value:
            yield from _paths_of(inner, key)


def section_in(annotation: Any) -> type[Section] | None:  # noqa: ANN401
    """The section type inside an annotation, e.g. in ``dict[Name, PlaceLayer]``, or None."""
    candidates = (annotation, *get_args(annotation))
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, Section)), None)


def _mentions_path(annotation: Any) -> bool:  # noqa: ANN401
    return annotation is Path or any(_mentions_path(inner) for inner in get_args(annotation))


def valid_keys(path: tuple[str | int, ...]) -> list[str]:
    """Keys that may stand in the section at ``path`` (empty path: the top level of a file)."""
    section = section_at(tuple(str(step) for step in path if not isinstance(step, int)))
    keys = set(section.model_fields) if section is not None else set()
    return sorted(keys | {"extends", "data_root"} if not path else keys)


def _config_error(error: ValidationError, file: str, files: Mapping[KeyPath, str]) -> ConfigError:
    # A misspelled key is both unknown and missing: the unknown one names the cure.
    first = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")[0]
    path = _without_union_steps(first["loc"])
    *outer, key = path or ("(document)",)
    stated = next((files[p] for p in _prefixes(path) if p in files), file)
    section = ".".join(str(step) for step in outer)
    what = f"{stated}: [{section}] {key}" if section else f"{stated}: {key}"
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(key), valid_keys(tuple(outer)), n=1)
        cure = f"did you mean '{near[0]}'?" if near else f"valid keys: {', '.join(valid_keys(tuple(outer)))}"
        return ConfigError(what, got="a key that does not exist", cure=cure)
    if first["type"] == "missing":
        return ConfigError(what, got="nothing", rule="this key is required", cure="docs/config.md explains each key")
    # A database key may hold a password by mistake: its value is never printed.
    got = None if path[-2:] == ("incidents", "sql") else shown(first["input"])
    rule = re.sub(r"^Value error, ", "", first["msg"])
    if first["type"] in {"is_instance_of", "path_type"}:
        rule = "must be the path of a file, in quotes"
        if first.get("ctx", {}).get("class") == Provenance.__name__:
            rule = f"must be one of {', '.join(Provenance)}"
    cure = "put it in quotes" if first["type"] == "string_type" else "docs/config.md explains each key"
    return ConfigError(what, got=got, rule=rule, cure=cure)


def _without_union_steps(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The place of an error without the steps that name a member of a union instead of a key."""
    path: list[str | int] = []
    for step in loc:
        if not (isinstance(step, str) and _is_value(tuple(str(s) for s in path))):
            path.append(step)
    return tuple(path)


def _is_value(path: KeyPath) -> bool:
    """True when ``path`` is a key that holds a value, not a section or a table of free names."""
    section = section_at(path[:-1]) if path else None
    field = section.model_fields.get(path[-1]) if section is not None else None
    return field is not None and section_in(field.annotation) is None and get_origin(field.annotation) is not dict


def _prefixes(path: tuple[str | int, ...]) -> list[KeyPath]:
    """``path`` and the sections around it, innermost first, list positions left out."""
    names = tuple(str(step) for step in path if isinstance(step, str))
    return [names[:n] for n in range(len(names), 0, -1)]
