"""What must not be decided in two places stands in one: each rule, its place, and a second one that is caught."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent.parent / "src" / "patrolcast"

RULES: dict[str, tuple[str, set[str], str]] = {
    "a day of the city": (
        r"(?:astimezone|tz_convert)\([^\n]*\)\.date\(\)|\b(?:now|utcnow)(?:\(\))?\.date\(\)|date\.today\(",
        {
            "domain/shifts.py",
            "cli/verbs/published/feedback.py",  # its moment has the city's zone
            "grid/feed_series.py",  # these three are bound to stored evidence: they say the same in their own words
            "grid/panel.py",
            "runs/simulate/from_city.py",
        },
        "today = now.date()",
    ),
    "how fast a report fades": (r"0\.5 \*\* \(|exp2\(", {"numerics/decay.py"}, "factor = 0.5 ** (1 / half_life)"),
    "a kernel of distance": (
        r"np\.exp\(-0\.5 \* \(",
        {"numerics/gaussian.py", "synthetic/city_truth.py"},  # the other one makes a city, and weighs no report
        "weight = np.exp(-0.5 * (metres / width) ** 2)",
    ),
    "a random stream": (r"default_rng\(", {"numerics/random_streams.py"}, "rng = np.random.default_rng(seed)"),
    "hits in the top share": (
        r"def flagged\b|def hits_in_\w+|share \* area\.sum\(",
        {"forecast/skill.py"},
        "def hits_in_best(expected, observed): ...",
    ),
    "what is packed": (
        r"b\"PK|x1f\\x8b",
        {"io/sources/byte_stream.py", "io/sources/layer_bytes.py"},  # the other one asks for a zip of a layer
        'packed = head.startswith(b"PK")',
    ),
    "how a table of people is opened": (
        r"csv\.Sniffer|\bread_csv\(|csv\.DictReader\(",
        {
            "io/governance/form.py",  # a form's answers, by its own strict rules
            "io/portals/snapshot.py",  # these three read back what patrolcast wrote
            "io/store/stored_run.py",
            "runs/init/report_delay.py",
        },
        "table = pd.read_csv(path)",
    ),
}
"""What -> its pattern, the files that may hold it, and a line that breaks it."""


def holders(pattern: str) -> set[str]:
    texts = {path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")}
    return {name for name, text in texts.items() if re.search(pattern, _without_docstring_lines(text))}


def _without_docstring_lines(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith((">>>", "#", '"""')))


@pytest.mark.parametrize("what", RULES)
def test_a_rule_stands_where_it_is_said_to_stand_and_nowhere_else(what: str) -> None:
    pattern, places, _ = RULES[what]
    assert holders(pattern) == places


@pytest.mark.parametrize("what", RULES)
def test_a_second_one_is_caught(what: str) -> None:
    pattern, _, planted = RULES[what]
    assert re.search(pattern, planted)


TWICE: dict[str, str] = {
    "VERSION": "of the form of a stored document; each document has its own",
}
"""Constants that stand twice with one value, and why."""


def constants_of_one_value(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Public constant -> the modules that give it the same value, where there are several."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for module, text in texts.items():
        for node in ast.parse(text).body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if _has_value(node) else []
            for name, value in (pair for target in targets for pair in _named(target, node.value)):  # type: ignore[attr-defined]
                if not name.startswith("_") and not _is_word(value):
                    places[name, ast.unparse(value)].append(module)
    return {name: modules for (name, _), modules in places.items() if len(modules) > 1}


def _is_word(value: ast.expr) -> bool:
    """True where a text is in it: two things may be called by one word."""
    return any(isinstance(node, ast.Constant) and isinstance(node.value, str) for node in ast.walk(value))


def _has_value(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and node.value is not None


def _named(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [pair for part, its in zip(target.elts, value.elts, strict=True) for pair in _named(part, its)]
    return [(target.id, value)] if isinstance(target, ast.Name) else []


def test_a_number_that_decides_stands_in_one_module() -> None:
    texts = {path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")}
    twice = constants_of_one_value(texts)
    assert {name: modules for name, modules in twice.items() if name not in TWICE} == {}
    assert set(TWICE) <= set(twice)


def test_a_number_in_two_modules_is_found() -> None:
    texts = {
        "a": "MOST, LEAST = 5, 2\n_MOST = 7\nNAME = 'x'",
        "b": "MOST: Final = 5",
        "c": "LEAST = 3\n_MOST = 7\nNAME = 'x'",
    }
    assert constants_of_one_value(texts) == {"MOST": ["a", "b"]}
