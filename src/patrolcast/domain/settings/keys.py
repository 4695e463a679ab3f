"""Keys of the configuration: from a mapping to :class:`Settings`, and from a mistake to one line that names its cure.

Which keys exist, and which of them hold paths, is read off the types of the sections, never listed a second time.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings.base import IN_PROJECT, Section
from patrolcast.domain.settings.limits import refuse_unwaived
from patrolcast.domain.settings.settings import Settings
from patrolcast.domain.settings.waivers import refuse_long
from patrolcast.domain.shifts import local_day

KeyPath = tuple[str, ...]
"""A key with the sections around it: ``("area", "boundary")``."""
Steps = tuple[str | int, ...]
"""The same with positions in lists: ``("incidents", "gaps", 0, "last")``."""

_MAY_HOLD_A_SECRET = {("incidents", "database"), ("incidents", "sql")}
DISPLAY_ONLY: tuple[KeyPath, ...] = (("area", "names"), ("residents", "names"))
"""Sections that only say how things are called: no number hangs on them, so no stored evidence does."""


OPERATIONAL: tuple[KeyPath, ...] = (
    ("publish", "metrics"),
    ("publish", "summary_command"),
    ("publish", "summary_seconds"),
    ("store", "enabled"),
    ("store", "folder"),
    ("store", "keep_days"),
    ("store", "check_days"),
)
"""Keys that say only who hears of a night, or what it need not read again: no byte of a run hangs on them, so its hash,
id and manifest have none.
"""


def is_display_only(key: KeyPath) -> bool:
    """True for a key that changes what people read and nothing that is measured or forecast.

    >>> is_display_only(("area", "names", "path")), is_display_only(("area", "boundary"))
    (True, False)
    """
    return any(key[: len(section)] == section for section in DISPLAY_ONLY)


def measured_values(section: Section, at: KeyPath, **options: Any) -> dict[str, Any]:  # noqa: ANN401
    """The values of a section as JSON holds them, without the keys of :data:`DISPLAY_ONLY`: what a hash is taken of.

    Parameters
    ----------
    at : where the section stands, e.g. ``("area",)``.
    options : for `model_dump`, e.g. ``exclude_defaults=True``.
    """
    values = section.model_dump(mode="json", **options)
    return {name: value for name, value in values.items() if not is_display_only((*at, name))}


def without_operational(values: Mapping[str, Any]) -> dict[str, Any]:
    """The merged document without the keys of :data:`OPERATIONAL`, and without a section that then holds nothing.

    >>> without_operational({"name": "x", "publish": {"metrics": "runs/x.prom"}})
    {'name': 'x'}
    """
    left = dict(values)
    for section, key in OPERATIONAL:
        table = left.get(section)
        if isinstance(table, dict) and key in table:
            left[section] = {name: value for name, value in table.items() if name != key}
            if not left[section]:
                del left[section]
    return left


def parse_settings(raw: Mapping[str, Any], *, file: str, files: Mapping[KeyPath, str] | None = None) -> Settings:
    """Checked settings from a mapping with resolved paths.

    Raises ConfigError, naming file, section, key, value, rule, and for an unknown key the nearest valid one; also for a
    limit beyond its usual range without a waiver.

    Parameters
    ----------
    raw : the merged TOML document; ``extends`` and ``data_root`` already consumed.
    file : name of the config file, used in messages only.
    files : for keys that another file stated (``extends``), that file's name; used in messages only.
    """
    try:
        settings = Settings.model_validate(dict(raw))
    except ValidationError as error:
        raise _config_error(error, file, files or {}) from None
    waived = [waiver.limit for waiver in settings.waivers if waiver.limit is not None]
    refuse_unwaived(settings, waived, file=file, files=files or {})
    if (moment := settings.moment) is not None:
        day = local_day(moment, settings.area.timezone)
        refuse_long(settings.waivers, day=day, file=file)
    return settings


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


def map_paths(values: dict[str, Any], change: Callable[[KeyPath, str], object], at: KeyPath = ()) -> dict[str, Any]:
    """A copy of the document in which every text that Settings declares a path went through ``change(key, text)``."""

    def mapped(value: object, key: KeyPath) -> object:
        if isinstance(value, dict):
            return map_paths(value, change, key)
        if isinstance(value, list):
            return [mapped(item, key) for item in value]
        return change(key, value) if isinstance(value, str) and path_base(key) is not None else value

    return {name: mapped(value, (*at, name)) for name, value in values.items()}


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


def valid_keys(path: Steps) -> list[str]:
    """Keys that may stand in the section at ``path`` (empty path: the top level of a file)."""
    section = section_at(tuple(str(step) for step in path if not isinstance(step, int)))
    keys = set(section.model_fields) if section is not None else set()
    return sorted(keys | {"extends", "data_root"} if not path else keys)


def _config_error(error: ValidationError, file: str, files: Mapping[KeyPath, str]) -> ConfigError:
    # A misspelled key is both unknown and missing: the unknown one names the cure.
    first = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")[0]
    path = _without_union_steps(first["loc"])
    stated = next((files[p] for p in _prefixes(path) if p in files), file)
    what = f"{stated}: {_place(path)}"
    if first["type"] == "extra_forbidden":
        keys = valid_keys(path[:-1])
        near = difflib.get_close_matches(str(path[-1]), keys, n=1)
        cure = f"did you mean '{near[0]}'?" if near else f"valid keys: {', '.join(keys)}"
        return ConfigError(what, got="a key that does not exist", cure=cure)
    kind = kind_at(path)
    if first["type"] == "missing":
        rule = f"this {'key' if kind == 'value' else 'section'} is required"
        return ConfigError(what, got="nothing", rule=rule, cure="docs/config.md explains each key")
    rule = _rule(first["type"], first["msg"], str(first.get("ctx", {}).get("expected", "")))
    if kind != "value":
        return _error_of_section(what, path, first["type"], first["input"], rule)
    # A database key may hold a password by mistake: its value is never printed.
    got = None if path[-2:] in _MAY_HOLD_A_SECRET else _value_shown(first["input"])
    cure = "docs/config.md explains each key"
    if first["type"] in {"is_instance_of", "path_type"}:
        rule = "must be the path of a file, in quotes"
        if first.get("ctx", {}).get("class") == Provenance.__name__:
            rule = f"must be one of {', '.join(Provenance)}"
    cure = {"string_type": "put it in quotes", "list_type": "put it in brackets: [...]"}.get(first["type"], cure)
    return ConfigError(what, got=got, rule=rule, cure=cure)


def _rule(kind: str, message: str, expected: str) -> str:
    """What is allowed, in our words where the library has its own."""
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", expected)
        return f"must be one of {', '.join(words)}" if len(words) > 1 else f"must be {expected}"
    return re.sub(r"^Input should be", "must be", re.sub(r"^Value error, ", "", message))


def _error_of_section(what: str, path: Steps, kind: str, value: object, rule: str) -> ConfigError:
    """A fault of a section as a whole; what stands in it is never printed."""
    if kind not in {"model_type", "list_type", "dict_type"}:
        return ConfigError(what, rule=rule, cure="docs/config.md explains each key")
    name = ".".join(step for step in path if isinstance(step, str))
    if kind_at(path) == "sections" or isinstance(path[-1], int):
        got = "one pair of brackets" if isinstance(value, dict) else _value_shown(value)
        return ConfigError(what, got=got, rule="it is a list", cure=f"write [[{name}]]")
    if isinstance(value, list):
        return ConfigError(what, got="two pairs of brackets", rule="it stands once", cure=f"write [{name}]")
    return ConfigError(what, got=_value_shown(value), rule="it is a section", cure=f"write [{name}], its keys below it")


def _value_shown(value: object) -> str:
    """A value as the file states it; a table, or paths of this machine, are not repeated."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list) and any(isinstance(item, (dict, list, Path)) for item in value):
        return "a list"
    return shown(value.name if isinstance(value, Path) else value)


def _place(path: Steps) -> str:
    """Where a fault stands, as the file writes it: ``[area] timezone``, ``[[waivers]] no. 2 owner``."""
    sections: list[str] = []
    place = ""
    for n, step in enumerate(path, start=1):
        kind = kind_at(path[:n])
        if isinstance(step, int):
            if kind != "value":
                place = f"[[{'.'.join(sections)}]] no. {step + 1}"
        elif kind == "value":
            return f"{place} {step}".strip()
        else:
            sections.append(step)
            place = f"[{'.'.join(sections)}]"
    return place or "(document)"


def kind_at(path: Steps) -> Literal["section", "sections", "table", "value"]:
    """What stands at ``path``: one section, a list of sections, a table of free names, or a value."""
    annotation: Any = Settings
    for step in path:
        kind = _kind(annotation)
        if kind == "section":
            section = section_in(annotation)
            field = section.model_fields.get(str(step)) if section is not None else None
            annotation = None if field is None else field.annotation
        elif kind == "value":
            return "value"
        else:
            annotation = get_args(annotation)[-1]
    return _kind(annotation)


def _kind(annotation: Any) -> Literal["section", "sections", "table", "value"]:  # noqa: ANN401
    if get_origin(annotation) is dict:
        return "table"
    if section_in(annotation) is None:
        return "value"
    return "sections" if get_origin(annotation) is list else "section"


def _without_union_steps(loc: Steps) -> Steps:
    """The place of an error without the steps that name a member of a union, or a name, instead of a key."""
    path: list[str | int] = []
    for step in loc:
        if not (isinstance(step, str) and (step == "[key]" or (path and kind_at(tuple(path)) == "value"))):
            path.append(step)
    return tuple(path)


def _prefixes(path: Steps) -> list[KeyPath]:
    """``path`` and the sections around it, innermost first, list positions left out."""
    names = tuple(str(step) for step in path if isinstance(step, str))
    return [names[:n] for n in range(len(names), 0, -1)]
