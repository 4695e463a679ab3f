"""SHA-256 of the code that a measurement runs through: what it can reach, and nothing else of the package.

Evidence is worth what the code that measured it does today. A version string does not say that: fifty commits may share
one. The whole package says too much: a new word on a page would end a test of the loop. So the definitions that
the measuring function can reach are followed statically, name by name, through every module of ours::

    runs/screen/screen.measure_screen -> features/proxies/screen.screen_proxies -> ... -> numerics/...

What cannot change a result is left out: comments, docstrings, the layout of lines, annotations of functions. Where a
name could mean more than one thing, all of it is taken: too much makes evidence stale early, too little would let it
lie. Libraries are not followed; a run's manifest names their versions.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from patrolcast.io.behaviour.files import DATA, PACKAGE, package_files
from patrolcast.io.hashing import digest, file_sha256

OURS = "patrolcast"
WHOLE = "*"
"""In place of a name: everything that a module defines."""
Symbol = tuple[str, str]
"""A module, and a name that it defines."""


@dataclass
class _Module:
    """What a module defines and imports, and the statements that run whoever imports it."""

    defined: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, Symbol] = field(default_factory=dict)
    always: list[ast.stmt] = field(default_factory=list)


@dataclass(frozen=True)
class _Definition:
    """What one definition names, of ours and of the package's data files, and its text."""

    named: frozenset[Symbol]
    data: frozenset[Path]
    text: str


@cache
def behaviour_sha256(*roots: str, package: Path = PACKAGE) -> str:
    """SHA-256 of everything that ``roots`` can reach, comments and docstrings aside.

    Raises LookupError: a root is not there; a hash of nothing would hold for ever.

    Parameters
    ----------
    roots : "module:function", e.g. "patrolcast.runs.screen.screen:measure_screen".
    """
    code = _code(package)
    reached = code.reach([_root(root, code) for root in roots])
    texts = sorted((module, name, look.text) for (module, name), look in reached.items())
    data = {path for look in reached.values() for path in look.data}
    return digest(texts, sorted((path.relative_to(package).as_posix(), file_sha256(path)) for path in data))


def reached_symbols(*roots: str, package: Path = PACKAGE) -> set[Symbol]:
    """The definitions that :func:`behaviour_sha256` is taken over; for tests and for whoever asks why it changed."""
    code = _code(package)
    return set(code.reach([_root(root, code) for root in roots]))


@cache
def _code(package: Path) -> "_Code":
    return _Code(package)


def _root(text: str, code: "_Code") -> Symbol:
    module, _, name = text.partition(":")
    source = code.read(module)
    if source is None or name not in source.defined:
        raise LookupError(f"{text}: no such function")
    return module, name


class _Code:
    """The package as definitions that are looked up by name; each module is read once."""

    def __init__(self, package: Path) -> None:
        self._package = package
        self._modules: dict[str, _Module | None] = {}
        self._paths: dict[str, Path | None] = {}
        self._looked: dict[Symbol, _Definition] = {}
        self._data = {path.name: path for _, path in package_files(package, DATA)}

    def read(self, name: str) -> _Module | None:
        """The module of that name, or None where there is none of ours."""
        if name not in self._modules:
            path = self._path(name)
            self._modules[name] = None if path is None else _parsed(path)
        return self._modules[name]

    def reach(self, roots: Iterable[Symbol]) -> dict[Symbol, "_Definition"]:
        """Every definition that can be reached, with what a look at it found."""
        todo, reached = list(roots), dict[Symbol, _Definition]()
        while todo:
            symbol = todo.pop()
            if symbol not in reached:
                reached[symbol] = self._look(symbol)
                todo += reached[symbol].named
        return reached

    def _look(self, symbol: Symbol) -> "_Definition":
        if symbol not in self._looked:
            nodes: list[ast.AST] = []
            text = "\n".join([_text(statement, nodes) for statement in self._statements(*symbol)])
            named = {
                *self._run_on_import(symbol[0]),
                *(ours for node in nodes for ours in self._named(node, symbol[0])),
            }
            texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
            data = {self._data[name] for text in texts if (name := text.rpartition("/")[2]) in self._data}
            self._looked[symbol] = _Definition(frozenset(named), frozenset(data), text)
        return self._looked[symbol]

    def _statements(self, module: str, name: str) -> list[ast.stmt]:
        """What stands for a name: its definitions, or the statements that run whoever imports the module."""
        source = self.read(module)
        if source is None:
            return []
        return source.always if name == WHOLE else source.defined[name]

    def _run_on_import(self, module: str) -> Iterator[Symbol]:
        """Statements of the module and of the packages around it that run when it is imported."""
        parts = module.split(".")
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            source = self.read(name)
            if source is not None and source.always:
                yield name, WHOLE

    def _named(self, node: ast.AST, module: str) -> Iterator[Symbol]:
        """Definitions of ours that one node names."""
        if isinstance(node, ast.Name):
            yield from self._resolved(module, node.id)
        elif isinstance(node, ast.Attribute):
            yield from self._attribute(node, module)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield from self._of(str(node.module), alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield from self._everything(alias.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(f"{OURS}."):
            yield from self._everything(node.value)  # a module that is started by its name

    def _attribute(self, node: ast.Attribute, module: str) -> Iterator[Symbol]:
        """``alias.name`` where ``alias`` is a module of ours."""
        parts = [node.attr]
        inner: ast.expr = node.value
        while isinstance(inner, ast.Attribute):
            parts.insert(0, inner.attr)
            inner = inner.value
        source = self.read(module)
        if not isinstance(inner, ast.Name) or source is None or inner.id not in source.imported:
            return
        base, name = source.imported[inner.id]
        at = base if name == WHOLE else f"{base}.{name}"
        for part in parts:
            if self._path(at) is None:
                return
            yield from self._of(at, part)
            at = f"{at}.{part}"

    def _resolved(self, module: str, name: str) -> Iterator[Symbol]:
        source = self.read(module)
        if source is None:
            return
        if name in source.defined:
            yield module, name
        elif name in source.imported:
            base, other = source.imported[name]
            if other != WHOLE:
                yield from self._of(base, other)

    def _of(self, module: str, name: str) -> Iterator[Symbol]:
        """``from module import name``: a definition, also one passed on; of a module, what is used of it counts."""
        if self.read(module) is None:
            return
        yield from self._run_on_import(module)
        if name == WHOLE:
            yield from self._everything(module)
        elif (inner := f"{module}.{name}") and self._path(inner) is not None:
            yield from self._run_on_import(inner)
        else:
            yield from self._resolved(module, name)

    def _everything(self, module: str) -> Iterator[Symbol]:
        source = self.read(module)
        if source is not None:
            yield from ((module, name) for name in source.defined)

    def _path(self, name: str) -> Path | None:
        if name not in self._paths:
            self._paths[name] = self._located(name)
        return self._paths[name]

    def _located(self, name: str) -> Path | None:
        if name != OURS and not name.startswith(f"{OURS}."):
            return None
        path = self._package.joinpath(*name.split(".")[1:])
        for candidate in (path / "__init__.py", path.with_suffix(".py")):
            if candidate.is_file() and candidate.is_relative_to(self._package):
                return candidate
        return None


def _parsed(path: Path) -> _Module:
    """The definitions, imports and other statements at the top of a file."""
    module = _Module()
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            module.defined.setdefault(statement.name, []).append(statement)
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                module.imported[alias.asname or name] = (name, WHOLE)
        elif isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                module.imported[alias.asname or alias.name] = (str(statement.module), alias.name)
        elif (names := _assigned(statement)) is not None:
            for name in names:
                module.defined.setdefault(name, []).append(statement)
        elif not _is_text(statement) and not _never_runs(statement):
            module.always.append(statement)
    return module


def _assigned(statement: ast.stmt) -> list[str] | None:
    """Names that a statement gives a value, or None where it does more than that."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        targets = [statement.target]
    else:
        return None
    flat = [inner for target in targets for inner in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return [n.id for n in flat if isinstance(n, ast.Name)] if all(isinstance(n, ast.Name) for n in flat) else None


def _is_text(statement: ast.AST) -> bool:
    """A docstring, of a module, class, function or of the name above it."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _never_runs(statement: ast.stmt) -> bool:
    """What stands under ``if TYPE_CHECKING`` or ``if __name__ == "__main__"``."""
    return (
        isinstance(statement, ast.If)
        and not statement.orelse
        and ast.unparse(statement.test) in {"TYPE_CHECKING", "__name__ == '__main__'"}
    )


@cache
def _fields(names: tuple[str, ...], *, plain: bool) -> tuple[str, ...]:
    """Of a node's fields those that can change what happens; ``plain``: of a function or an argument."""
    left_out = {"ctx", "type_comment", "kind", *(("returns", "annotation") if plain else ())}
    return tuple(name for name in names if name not in left_out)


def _text(value: object, nodes: list[ast.AST]) -> str:
    """The same text for the same behaviour, also by the parser of another Python: empty fields are left out.

    Every node on the way is appended to ``nodes``: one walk, for a run takes this hash three times.
    """
    if isinstance(value, ast.AST):
        nodes.append(value)
        parts, plain = [], isinstance(value, (ast.FunctionDef, ast.AsyncFunctionDef, ast.arg))
        for name in _fields(value._fields, plain=plain):
            inner = getattr(value, name, None)
            if isinstance(inner, list):
                inner = [item for item in inner if not _is_text(item)]
            if inner is not None and inner != []:
                parts.append(f"{name}={_text(inner, nodes)}")
        return f"{type(value).__name__}({','.join(parts)})"
    if isinstance(value, list):
        return f"[{','.join([_text(item, nodes) for item in value])}]"
    return repr(value)
