"""A record: parts with sentences, labelled answers, lists and tables; a tree where a standard wants its own JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from patrolcast.report.records.cited.sources import Figure, Saying


@dataclass(frozen=True)
class Listing:
    """A table: caption, names of the columns, rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Saying, ...], ...]


@dataclass(frozen=True)
class FormField:
    """A labelled answer, as registers ask for it; ``key`` names it for machines."""

    key: str
    label: str
    answer: Saying


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it."""

    key: str
    title: str
    sentences: tuple[Saying, ...] = ()
    entries: tuple[FormField, ...] = ()
    points: tuple[Saying, ...] = ()
    grids: tuple[Listing, ...] = ()

    def sayings(self) -> Iterator[tuple[str, Saying]]:
        """Every sentence with its place."""
        yield from ((f"sentence {n}", sentence) for n, sentence in enumerate(self.sentences, 1))
        yield from ((entry.key, entry.answer) for entry in self.entries)
        yield from ((f"point {n}", point) for n, point in enumerate(self.points, 1))
        for grid in self.grids:
            for r, row in enumerate(grid.rows, 1):
                yield from ((f"table, row {r}, {name}", cell) for name, cell in zip(grid.head, row, strict=True))


@dataclass(frozen=True)
class Record:
    """One document.

    Attributes
    ----------
    key : name of its files, without ending.
    shape : whose form it follows, one sentence.
    tree : plain values with a `Saying` at each leaf that holds a figure; None where the parts are all there is.
    tree_name : file of the tree.
    """

    key: str
    title: str
    shape: str
    parts: tuple[Part, ...]
    tree: Any = None
    tree_name: str = ""

    def sayings(self) -> Iterator[tuple[str, Saying]]:
        """Every sentence of parts and tree with its place."""
        for part in self.parts:
            yield from ((f"{part.key}: {place}", saying) for place, saying in part.sayings())
        yield from leaves(self.tree)

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Every figure with its place."""
        return ((place, figure) for place, saying in self.sayings() for figure in saying.figures)


def leaves(tree: Any, at: str = "") -> Iterator[tuple[str, Saying]]:  # noqa: ANN401
    """Every sentence of a tree with its JSON pointer."""
    if isinstance(tree, Saying):
        yield at, tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(tree, list):
        for n, value in enumerate(tree):
            yield from leaves(value, f"{at}/{n}")


def plain_tree(tree: Any) -> Any:  # noqa: ANN401
    """The tree as JSON holds it: each sentence as its text."""
    if isinstance(tree, Saying):
        return tree.text
    if isinstance(tree, dict):
        return {key: plain_tree(value) for key, value in tree.items()}
    return [plain_tree(value) for value in tree] if isinstance(tree, list) else tree
