"""Print `docs/config.md` from the types in `domain/settings`:

.venv/bin/python tools/config_reference.py > docs/config.md

A test holds page and types together, so that a key, its type, its default and its meaning cannot drift.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.base import Section
from patrolcast.domain.settings.keys import KeyPath, kind_at, section_in
from patrolcast.domain.settings.limits import Usual


def page() -> str:
    """`docs/config.md`: every section and key with its type, default and meaning, as the types say it."""
    lines = [
        "# Every key of a config",
        "",
        "Written by `python tools/config_reference.py > docs/config.md` from the types in",
        "`src/patrolcast/domain/settings/`; a test holds them together.",
        "`configs/sample.toml` shows most keys.",
        "",
        '* `extends = "other.toml"` at the top: this file says only what differs. Tables merge, lists are replaced.',
        '* `data_root = "../../data"` at the top: what `{data}/...` in a path stands for.',
        "* Paths are relative to the file that states them, and lead into its folder, that folder's parent or",
        "  `data_root`, nowhere else. `publish.runs` and `publish.metrics` are relative to the project: the folder",
        "  that holds `configs/`.",
        "* A key that does not exist is an error that names the nearest. Nothing is coerced: times stand in quotes.",
    ]
    for path, section in _sections(Settings, ()):
        name = ".".join(path)
        several = kind_at(path) == "sections"
        title = f"## [[{name}]]" if several else f"## [{name}]" if path else "## Top level"
        lines += ["", title, "", _meaning(section) + (" One block for each." if several else ""), ""]
        lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
        lines += [
            _row(name, field) for name, field in section.model_fields.items() if section_in(field.annotation) is None
        ]
    return "\n".join(lines) + "\n"


def _sections(section: type[Section], path: KeyPath) -> Iterator[tuple[KeyPath, type[Section]]]:
    yield path, section
    for name, field in section.model_fields.items():
        inner = section_in(field.annotation)
        if inner is not None:
            named = (name, "NAME") if get_origin(field.annotation) is dict else (name,)
            yield from _sections(inner, (*path, *named))


def _meaning(section: type[Section]) -> str:
    text = " ".join((section.__doc__ or "").split())
    meaning = text.split(": ", 1)[1] if text.startswith("[") else text
    return meaning[:1].upper() + meaning[1:]


def _row(name: str, field: FieldInfo) -> str:
    default = "required" if field.is_required() else _default(field)
    return f"| `{name}` | {_type_words(field)} | {default} | {(field.description or '').replace('|', '/')} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value is PydanticUndefined:
        return "none"
    return f"`{_toml(value)}`"


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, (str, Path)) else str(value)


def _type_words(field: FieldInfo) -> str:
    limits = [
        f"{sign} {getattr(limit, attribute):g}"
        for attribute, sign in (("ge", ">="), ("gt", ">"), ("le", "<="), ("lt", "<"))
        for limit in field.metadata
        if isinstance(getattr(limit, attribute, None), (int, float))
    ]
    usual = [f"usual: {mark.range_words}" for mark in field.metadata if isinstance(mark, Usual)]
    words = " ".join([_annotation_words(field.annotation), *([", ".join(limits)] if limits else [])])
    return "; ".join([words, *usual])


def _annotation_words(annotation: Any) -> str:  # noqa: ANN401
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin is list:
        return f"list of {_annotation_words(inner[0])}"
    if origin is dict:
        return f"table of {_annotation_words(inner[1])}"
    if inner and annotation.__class__.__name__ != "_AnnotatedAlias":
        return " or ".join(_annotation_words(item) for item in inner if item is not type(None))
    if inner:
        return _annotation_words(inner[0])
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return " or ".join(f"`{member.value}`" for member in annotation)
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)).lower())


if __name__ == "__main__":
    sys.stdout.write(page())
