"""No module of the whole package imports itself by way of others, and no room of `runs` another that imports it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent.parent / "src" / "patrolcast"


def modules() -> dict[str, str]:
    """Name in the package -> text; a folder's face by the folder's name."""
    named = {p.relative_to(SOURCES).with_suffix("").as_posix().replace("/", "."): p for p in SOURCES.rglob("*.py")}
    return {name.removesuffix(".__init__"): path.read_text(encoding="utf-8") for name, path in named.items()}


def imports(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Module -> modules of ours that it imports anywhere: also within functions, also for types alone."""
    found: dict[str, set[str]] = {}
    for name, text in texts.items():
        named: set[str] = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                whole = (f"{node.module}.{alias.name}" for alias in node.names)
                named |= {each if each.removeprefix("patrolcast.") in texts else str(node.module) for each in whole}
        found[name] = {each.removeprefix("patrolcast.") for each in named} & set(texts) - {name}
    return found


def rooms_of_runs(found: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Room of `runs` -> the others that it imports."""
    rooms: dict[str, set[str]] = {}
    for name, others in found.items():
        if name.startswith("runs."):
            room = ".".join(name.split(".")[:2])
            near = {".".join(each.split(".")[:2]) for each in others if each.startswith("runs.")} - {room}
            rooms[room] = rooms.get(room, set()) | near
    return rooms


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """One circle of a graph; [] where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    return imports(modules())


def test_no_module_imports_itself_by_way_of_others(found: dict[str, set[str]]) -> None:
    assert len(found) > 500
    assert circle(found) == []


def test_no_room_of_runs_imports_one_that_imports_it(found: dict[str, set[str]]) -> None:
    assert len(rooms_of_runs(found)) > 15
    assert circle(rooms_of_runs(found)) == []


@pytest.mark.parametrize(
    "texts",
    [
        {"a.x": "from patrolcast.b import y", "b.y": "def f():\n    import patrolcast.a.x", "b": ""},
        {"a": "from patrolcast.b import x", "b": "from patrolcast.c import y", "c": "if T:\n    import patrolcast.a"},
    ],
)
def test_a_planted_circle_over_folders_is_found(texts: dict[str, str]) -> None:
    assert len(circle(imports(texts))) == len([text for text in texts.values() if text]) + 1
    assert circle(imports({**texts, next(iter(texts)): ""})) == []


def test_a_planted_circle_of_rooms_is_found() -> None:
    texts = {
        "runs.a.top": "from patrolcast.runs.b.low import x", "runs.b.low": "", "runs.a.low": "",
        "runs.b.top": "from patrolcast.runs.a.low import y",
    }  # fmt: skip
    assert circle(imports(texts)) == []
    assert len(circle(rooms_of_runs(imports(texts)))) == 3
