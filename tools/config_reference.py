"""Writes docs/config.md from the types in `domain/settings`, so that the page cannot drift from the code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from patrolcast.domain.settings import Settings

PAGE = Path(__file__).parent.parent / "docs" / "config.md"
HEAD = """# Every key of the configuration

Written by `tools/config_reference.py` from the types that check it; do not edit by hand. `configs/sample.toml` shows
the keys at work. Unknown keys are errors that name the nearest valid one. `extends = "other.toml"` takes over another
file's keys; `data_root` names the one folder outside the project that paths may lead to. Paths are relative to the file
that states them, except where the key says otherwise.
"""


def sections(model: type[BaseModel], name: str = "") -> list[tuple[str, type[BaseModel]]]:
    """The top level and every section below it, with its TOML name."""
    found = [(name, model)]
    for key, field in model.model_fields.items():
        inner = next((c for c in _walk(field.annotation) if isinstance(c, type) and issubclass(c, BaseModel)), None)
        if inner is not None:
            free = get_origin(field.annotation) is dict
            found += sections(inner, ".".join(filter(None, [name, key, "NAME" if free else ""])))
    return found


def _walk(annotation: Any) -> list[Any]:  # noqa: ANN401
    return [annotation, *(inner for argument in get_args(annotation) for inner in _walk(argument))]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined:
        return "none"
    if isinstance(value, list):
        return f"`{[str(v) if not isinstance(v, (int, float)) else v for v in value]}`"
    return f"`{value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def page() -> str:
    """The whole page as text."""
    parts = [HEAD]
    for name, model in sections(Settings):
        parts.append(f"\n## {f'[{name}]' if name else 'Top level'}\n")
        about = _cell((model.__doc__ or "").split("\n\n")[0])
        parts.append(f"{about}\n\n| key | default | meaning |\n|---|---|---|")
        for key, field in model.model_fields.items():
            inner = any(isinstance(c, type) and issubclass(c, BaseModel) for c in _walk(field.annotation))
            if inner:
                free = ".NAME" if get_origin(field.annotation) is dict else ""
                parts.append(f"| `{key}` | | section [{'.'.join(filter(None, [name, key]))}{free}] |")
            else:
                parts.append(f"| `{key}` | {_default(field)} | {_cell(field.description or '')} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == page() else "docs/config.md is stale")
    PAGE.write_text(page(), encoding="utf-8")
