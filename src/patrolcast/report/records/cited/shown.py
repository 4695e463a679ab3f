"""Are the figures that a stored file shows those that `records.json` lists? A list that is short proves nothing."""

from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any

from patrolcast.domain.errors import GovernanceError
from patrolcast.report.page import safe_text
from patrolcast.report.records.cited.sources import resolved


class _Figures(HTMLParser):
    """Collects (source, text) of every ``<data value="FILE#POINTER">`` of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[tuple[str, str]] = []
        self._source: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "data":
            self._source, self._text = dict(attrs).get("value") or "", ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "data" and self._source is not None:
            self.figures.append((self._source, self._text))
            self._source = None


def unlisted_on_page(page: str, figures: Iterable[Mapping[str, str]]) -> list[str]:
    """A line for each figure of a page that no row of ``figures`` has with this source and text.

    >>> unlisted_on_page('<data value="a.json#/n">2</data>', [{"source": "a.json", "pointer": "/n", "text": "1"}])
    ['shows 2 for a.json#/n, which records.json does not list so']
    """
    listed = {(safe_text(f"{row['source']}#{row['pointer']}"), safe_text(row["text"])) for row in figures}
    reader = _Figures()
    reader.feed(page)
    reader.close()
    strange = dict.fromkeys(shown for shown in reader.figures if shown not in listed)
    return [f"shows {text} for {source}, which records.json does not list so" for source, text in strange]


def absent_from_tree(tree: Mapping[str, Any], figures: Iterable[Mapping[str, str]]) -> list[str]:
    """A line for each figure whose place in a JSON document does not hold its text.

    A place is a pointer of a tree, or "part: key" of an entry; other places are on the page alone.
    """
    return [
        f"{row['at']} does not say {row['text']}, as records.json lists"
        for row in figures
        if (text := _text_at(tree, row["at"])) is not None and row["text"] not in text
    ]


def _text_at(tree: Mapping[str, Any], at: str) -> str | None:
    """What stands at a place; "" where a pointer leads nowhere, None where the place is none of this document."""
    if at.startswith("/"):
        try:
            return str(resolved(tree, at, file=""))
        except GovernanceError:
            return ""
    part, _, key = at.partition(": ")
    entries = tree.get(part)
    return str(entries[key]) if isinstance(entries, dict) and key in entries else None
