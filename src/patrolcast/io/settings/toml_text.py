"""The bytes of one config as a mapping, or one line that says why they are no TOML; and a mapping as TOML."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from patrolcast.domain.errors import ConfigError

MAX_DEPTH = 8
"""Sections inside each other, and files that extend each other."""


def parse_toml(data: bytes, name: str) -> dict[str, Any]:
    """The document.

    Raises ConfigError: with line and column where there is one.
    """
    if b"\x00" in data:
        rule = "a config has no NUL bytes"
        raise ConfigError(f"{name} byte {data.index(0)}", got="a NUL byte", rule=rule, cure="save it as UTF-8 text")
    try:
        values = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
        _refuse_depth(values, name)
        return values
    except UnicodeDecodeError as error:
        got = f"byte 0x{data[error.start]:02x}"
        raise ConfigError(
            f"{name} byte {error.start}", got=got, rule="must be UTF-8", cure="save it as UTF-8"
        ) from None
    except RecursionError:
        raise _too_deep(name) from None
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(str(error), name) from None


def _refuse_depth(values: dict[str, Any], name: str) -> None:
    inside: list[Any] = [values]
    for _ in range(MAX_DEPTH + 1):
        inside = [inner for value in inside for inner in (value.values() if isinstance(value, dict) else value)]
        inside = [value for value in inside if isinstance(value, dict | list)]
    if inside:
        raise _too_deep(name)


def _too_deep(name: str) -> ConfigError:
    rule, cure = f"at most {MAX_DEPTH} sections inside each other", "is this a config?"
    return ConfigError(name, got="sections or lists nested deeper", rule=rule, cure=cure)


def _toml_error(message: str, name: str) -> ConfigError:
    place = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)", message)
    what = f"{name} line {place[1]}, column {place[2]}" if place and place[1] else name
    rule = message[: place.start()] if place else message
    if rule.startswith(("Cannot overwrite a value", "Cannot declare")):
        return ConfigError(what, got=rule, rule="a key or section stands only once", cure="remove one of the two")
    return ConfigError(what, got=rule, rule="must be TOML", cure='texts stand in quotes: key = "text"')


def toml_text(values: Mapping[str, Any]) -> str:
    """A document as TOML: one table a section, everything below it inline.

    Raises ValueError: a key or value that TOML does not have.

    >>> print(toml_text({"name": "a", "area": {"resolution": 9, "names": [{"path": "b"}]}}), end="")
    name = "a"
    <BLANKLINE>
    [area]
    resolution = 9
    names = [{path = "b"}]
    """
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    sections = {key: value for key, value in values.items() if isinstance(value, dict)}
    lines = [f"{_toml_key(key)} = {_toml_value(value)}" for key, value in plain.items()]
    for name, section in sections.items():
        lines += ["", f"[{_toml_key(name)}]", *(f"{_toml_key(key)} = {_toml_value(x)}" for key, x in section.items())]
    return "\n".join(lines) + "\n"


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml_value(key)


def _toml_value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml_key(key)} = {_toml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, bool | int | float):
        return json.dumps(value, allow_nan=False)
    raise ValueError(f"{type(value).__name__} is no value of TOML")


def _escaped(text: str) -> str:
    """A text whose letters beyond ASCII stand as code points: JSON would write them in pairs, which TOML forbids."""
    return '"' + "".join(c if " " <= c < "\x7f" and c not in '"\\' else f"\\U{ord(c):08x}" for c in text) + '"'
