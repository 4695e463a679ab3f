"""JSON that every reader reads alike: no key twice, no NaN, no number beyond 64 bits, no bottomless nesting."""

import json
from typing import Any

from patrolcast.domain.errors import DataRefusedError, shown

_LARGEST_JSON = 512 * 2**20
_LARGEST_INT = 2**63
_CURE = "export it again"


def read_json(data: bytes, *, name: str) -> Any:  # noqa: ANN401
    """The value that the text of a file stands for; ``name`` is that of the file.

    Raises DataRefusedError: what readers would read differently, and text that is no JSON.
    """
    if len(data) > _LARGEST_JSON:
        rule = f"at most {_LARGEST_JSON >> 20} MB of JSON"
        raise DataRefusedError(name, got="a larger file", rule=rule, cure="export it as Parquet or CSV")

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        document = dict(items)
        if len(document) != len(items):
            keys: set[str] = set()
            twice = next(key for key, _ in items if key in keys or keys.add(key))  # type: ignore[func-returns-value]
            raise DataRefusedError(name, got=f"the key {shown(twice)} twice", rule="keys must differ", cure=_CURE)
        return document

    def constant(text: str) -> float:
        raise DataRefusedError(name, got=text, rule="JSON has no such number", cure=_CURE)

    def integer(text: str) -> int:
        if len(text) > 20 or abs(int(text)) >= _LARGEST_INT:
            got = f"the number {shown(text)}"
            raise DataRefusedError(name, got=got, rule="at most 64 bits", cure="write it as text")
        return int(text)

    try:
        text = data.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_int=integer)
    except RecursionError:
        raise DataRefusedError(name, got="bottomless nesting", rule="must be GeoJSON", cure=_CURE) from None
    except UnicodeDecodeError as error:
        got = f"a byte that is not UTF-8 at offset {error.start}"
        raise DataRefusedError(name, got=got, rule="must be UTF-8", cure=_CURE) from None
    except json.JSONDecodeError as error:
        what = f"{name} line {error.lineno}"
        raise DataRefusedError(what, got=shown(error.msg), rule="must be JSON", cure=_CURE) from None
