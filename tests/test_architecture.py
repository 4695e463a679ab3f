"""The walls of the house, as tests: each on the real sources, and on a planted bad one that must be caught."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "patrolcast"
DOORS = {"cli", "web", "__main__"}
PILLARS = {"io", "intake", "grid", "features", "forecast", "patrol", "audit", "report", "synthetic"}
ROOMS = DOORS | PILLARS | {"runs", "domain", "numerics"}
MAX_LINES = 300

LONG_FILES: dict[str, str] = {}
"""Files that may be longer than 300 lines, and why."""

MAY_READ = {"report/packaged.py": "reads the page templates packaged with it, and nothing else"}
"""Files outside io/ and the doors that may open something, and what."""

FILE_CALLS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rmdir", "touch",
              "iterdir", "rglob", "is_file", "is_dir", "exists", "stat", "read_file", "read_parquet", "read_csv",
              "read_json", "read_excel", "read_sql", "read_feather", "read_pickle", "to_parquet", "to_file",
              "to_pickle", "to_feather", "to_sql", "save_model", "memmap", "loadtxt", "savetxt", "genfromtxt",
              "print"}  # fmt: skip
FILE_MODULES = {"duckdb", "sqlite3", "socket", "urllib", "http", "requests", "subprocess", "shutil", "tempfile",
                "pyogrio", "fcntl", "filelock", "logging", "sqlalchemy"}  # fmt: skip
CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "Timestamp.now", "Timestamp.today",
               "Timestamp.utcnow"}  # fmt: skip
CHANCE_MODULES = {"random", "secrets"}
RANDOM_IDS = {"uuid1", "uuid4", "uuid6", "uuid7"}
"""Of uuid, only names made from other names (uuid3, uuid5) are the same every time."""
SEEDED = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "BitGenerator"}


def sources() -> list[Path]:
    return sorted(SOURCES.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(SOURCES).parts[0]
    return first.removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every module named by an import anywhere in the file, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative imports hide which wall they cross"
            module = node.module or ""
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names if module == "patrolcast")


def rank(room: str) -> int:
    return 3 if room in DOORS else 2 if room == "runs" else 1 if room in PILLARS else 0


def wrong_imports(text: str, room: str) -> list[str]:
    """Imports that go upward, or from one pillar to another."""
    found = []
    for line, module in imported(ast.parse(text)):
        parts = module.split(".")
        if parts[0] != "patrolcast" or len(parts) < 2 or parts[1] not in ROOMS:
            continue
        other = parts[1]
        sideways = room in PILLARS and other in PILLARS and other != room
        if sideways or rank(other) > rank(room):
            found.append(f"line {line}: {room} imports {other}")
    return found


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def opened(text: str) -> list[str]:
    """Files, sockets, processes and the terminal."""
    tree = ast.parse(text)
    found = [f"line {n}: imports {m}" for n, m in imported(tree) if m.split(".")[0] in FILE_MODULES]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func).split(".")[-1]
        to_a_path = name == "to_csv" and bool(node.args)
        if name in FILE_CALLS or to_a_path:
            found.append(f"line {node.lineno}: calls {name}")
    return found


def clock_read(text: str) -> list[str]:
    """The clock and the environment."""
    tree = ast.parse(text)
    found = [f"line {n}: imports {m}" for n, m in imported(tree) if m == "time"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            last_two = ".".join(dotted(node).split(".")[-2:])
            if last_two in CLOCK_CALLS | {"os.environ", "os.getenv"}:
                found.append(f"line {node.lineno}: reads {last_two}")
    return found


def unseeded(text: str) -> list[str]:
    """Random numbers that a seed does not decide."""
    tree = ast.parse(text)
    found = [f"line {n}: imports {m}" for n, m in imported(tree) if m.split(".")[0] in CHANCE_MODULES]
    found += [f"line {n}: imports {m}" for n, m in imported(tree) if m.startswith("numpy.random")]
    for node in ast.walk(tree):
        drawn = isinstance(node, ast.Attribute) and dotted(node.value) in {"np.random", "numpy.random"}
        if drawn and node.attr not in SEEDED:
            found.append(f"line {node.lineno}: uses np.random.{node.attr}")
        if (isinstance(node, ast.Attribute) and node.attr in RANDOM_IDS) or (
            isinstance(node, ast.ImportFrom) and RANDOM_IDS & {alias.name for alias in node.names}
        ):
            found.append(f"line {node.lineno}: draws a random id")
        if isinstance(node, ast.Call) and dotted(node.func).endswith("default_rng"):
            seed = node.args[0] if node.args else None
            if seed is None or (isinstance(seed, ast.Constant) and seed.value is None):
                found.append(f"line {node.lineno}: default_rng without a seed")
    return found


def broken(check: Callable[[str], list[str]], *, but: Collection[str] = ()) -> list[str]:
    free = DOORS | {"io"}
    chosen = [p for p in sources() if room_of(p) not in free and str(p.relative_to(SOURCES)) not in but]
    return [f"{p.relative_to(SOURCES)} {found}" for p in chosen for found in check(p.read_text(encoding="utf-8"))]


def test_there_are_sources_to_check() -> None:
    assert len(sources()) > 20


def test_every_file_stands_in_a_room_of_the_house() -> None:
    assert {room_of(path) for path in sources()} - {"__init__"} <= ROOMS


def test_imports_run_only_downward_and_pillars_never_import_each_other() -> None:
    found = {str(p.relative_to(SOURCES)): wrong_imports(p.read_text(encoding="utf-8"), room_of(p)) for p in sources()}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("room", "text", "told"),
    [
        ("grid", "from patrolcast.features.lags import cumulated", ["line 1: grid imports features"]),
        ("domain", "import patrolcast.grid.cells", ["line 1: domain imports grid"]),
        ("audit", "def late():\n    from patrolcast import io", ["line 2: audit imports io"]),
        ("runs", "from patrolcast.cli import main", ["line 1: runs imports cli"]),
        ("io", "from patrolcast.runs.forecast.once import run", ["line 1: io imports runs"]),
    ],
)
def test_a_planted_upward_or_sideways_import_is_caught(room: str, text: str, told: list[str]) -> None:
    assert wrong_imports(text, room) == told


def pillars_asked(text: str) -> list[str]:
    """Pillars that a file imports."""
    found = [(n, m.split(".")[1]) for n, m in imported(ast.parse(text)) if m.startswith("patrolcast.")]
    return [f"line {n}: {other}" for n, other in found if other in PILLARS]


def test_the_console_asks_runs_and_never_a_pillar() -> None:
    found = {
        str(p.relative_to(SOURCES)): pillars_asked(p.read_text(encoding="utf-8"))
        for p in sources()
        if room_of(p) == "web"
    }
    assert len(found) > 10
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_page_that_asks_a_pillar_is_caught() -> None:
    assert pillars_asked(
        "from patrolcast.runs.review import decide\nfrom patrolcast.patrol.decisions import Change"
    ) == ["line 2: patrol"]


def test_an_allowed_import_is_not_reported() -> None:
    text = "from patrolcast.domain.tables import WGS84\nfrom patrolcast.audit.gates import REQUIRED"
    assert wrong_imports(text, "audit") == []
    assert wrong_imports("from patrolcast.audit import gates", "runs") == []


def test_outside_io_and_the_doors_nothing_opens_a_file() -> None:
    assert broken(opened, but=set(MAY_READ)) == []


@pytest.mark.parametrize(
    "text",
    [
        "open('x')",
        "path.read_text()",
        "pd.read_csv(path)",
        "gpd.read_file(path)",
        "import duckdb\nduckdb.connect()",
        "def f():\n    import socket",
        "table.to_csv('out.csv')",
        "table.to_parquet(path)",
        "path.exists()",
        "print('hello')",
    ],
)
def test_a_planted_file_access_is_caught(text: str) -> None:
    assert len(opened(text)) >= 1


def test_making_text_in_memory_is_no_file_access() -> None:
    assert opened("table.to_csv(index=False)\ntext.replace('a', 'b')") == []


def test_outside_io_and_the_doors_nothing_reads_the_clock_or_the_environment() -> None:
    assert broken(clock_read) == []


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "pd.Timestamp.now()",
        "import time\ntime.time()",
        "from time import perf_counter",
        "os.environ['HOME']",
        "os.getenv('HOME')",
        "default = datetime.now",
    ],
)
def test_a_planted_look_at_the_clock_or_the_environment_is_caught(text: str) -> None:
    assert len(clock_read(text)) >= 1


def test_a_time_of_day_is_not_the_clock() -> None:
    assert clock_read("from datetime import time\ntime.fromisoformat('06:00')") == []


def test_outside_io_and_the_doors_no_random_number_is_unseeded() -> None:
    assert broken(unseeded) == []


@pytest.mark.parametrize(
    "text",
    [
        "np.random.rand(3)",
        "np.random.seed(3)",
        "np.random.default_rng()",
        "np.random.default_rng(None)",
        "import random",
        "from numpy.random import poisson",
        "uuid.uuid4()",
        "from uuid import uuid1",
    ],
)
def test_planted_unseeded_chance_is_caught(text: str) -> None:
    assert len(unseeded(text)) >= 1


def test_a_seeded_generator_is_not_reported() -> None:
    assert unseeded("np.random.default_rng([seed, 1]).random()\nx: np.random.Generator") == []


def too_long(text: str) -> bool:
    return len(text.splitlines()) > MAX_LINES


def test_no_file_is_longer_than_300_lines_without_a_reason() -> None:
    long = {str(p.relative_to(SOURCES)) for p in sources() if too_long(p.read_text(encoding="utf-8"))}
    assert sorted(long - set(LONG_FILES)) == []


def test_a_planted_long_file_is_caught() -> None:
    assert too_long("x = 1\n" * 301)
    assert not too_long("x = 1\n" * 300)


def test_every_module_says_why_it_exists() -> None:
    silent = [str(p.relative_to(SOURCES)) for p in sources() if not says_why(p.read_text(encoding="utf-8"))]
    assert silent == []


def says_why(text: str) -> bool:
    return bool(ast.get_docstring(ast.parse(text)))


def test_a_planted_silent_module_is_caught() -> None:
    assert not says_why("x = 1")


def permits(text: str) -> list[str]:
    """Places that make a permit for compared features."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [f"line {node.lineno}" for node in calls if dotted(node.func).split(".")[-1] == "ComparisonPermit"]


def test_only_the_comparison_makes_a_permit_for_officer_initiated_features() -> None:
    makers = {path.relative_to(SOURCES).as_posix() for path in sources() if permits(path.read_text(encoding="utf-8"))}
    assert makers <= {"runs/compare/variants.py"}


def test_a_permit_made_elsewhere_is_seen() -> None:
    assert permits("from patrolcast.domain import matrix\nx = matrix.ComparisonPermit('quietly')\n") == ["line 2"]


MOST_FLOORS = 5


def floors(modules: dict[str, str], package: str) -> dict[str, int]:
    """Module -> 1 + the highest floor of those in its own folder that it imports; a circle is an error."""
    imports: dict[str, set[str]] = {}
    for name, text in modules.items():
        inside = (m.removeprefix(f"{package}.") for _, m in imported(ast.parse(text)) if m.startswith(f"{package}."))
        by_name = (
            alias.name
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom) and node.module == package
            for alias in node.names
        )
        imports[name] = ({*inside, *by_name} & set(modules)) - {name}
    known: dict[str, int] = {}

    def floor(name: str, above: tuple[str, ...] = ()) -> int:
        assert name not in above, f"a circle of imports: {' > '.join([*above, name])}"
        if name not in known:
            known[name] = 1 + max((floor(other, (*above, name)) for other in imports[name]), default=0)
        return known[name]

    return {name: floor(name) for name in modules}


def test_no_folder_has_more_than_five_floors_and_none_a_circle() -> None:
    high = {}
    for folder in sorted({path.parent for path in sources()}):
        package = ".".join(["patrolcast", *folder.relative_to(SOURCES).parts])
        found = floors({p.stem: p.read_text(encoding="utf-8") for p in folder.glob("*.py")}, package)
        high |= {f"{package}.{name}": n for name, n in found.items() if n > MOST_FLOORS and name != "__init__"}
    assert high == {}


def test_planted_floors_are_counted_and_a_planted_circle_is_caught() -> None:
    chain = {"a": "from p.b import x", "b": "from p import c", "c": ""}
    assert floors(chain, "p") == {"a": 3, "b": 2, "c": 1}
    with pytest.raises(AssertionError, match="a circle of imports: a > b > a"):
        floors({"a": "from p.b import x", "b": "import p.a"}, "p")
