"""Reads a page as a browser would, and what of it would need the network."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}
BESIDE = re.compile(r"(\.\./){0,2}([\w-]+/){0,2}[a-z]+\.(html|pdf|csv|json|geojson|parquet)(#[\w=&-]*)?")
"""What a link may name: a file of the same project, which nobody fetches before it is chosen."""


class Reader(HTMLParser):
    """What a browser would make of a page: elements with their attributes, and the text outside script and style."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self.inside: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] in {"script", "style"}:
            self.scripts.append(data)
        else:
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def needs_network(page: str) -> list[str]:
    """Everything in a page that a browser would fetch."""
    reader = Reader(page)
    fetched = [value for tag, attributes in reader.elements for key, value in attributes.items()
               if key in {"src", "href", "srcset", "poster", "action", "data", "xlink:href"} and value
               and not (tag == "a" and BESIDE.fullmatch(value))]  # fmt: skip
    style = " ".join(part for part in reader.scripts if "{" in part)
    fetched += re.findall(r"url\(\s*['\"]?(?!data:|#)([^)'\"]+)", style) + re.findall(r"@import[^;]+", style)
    return [one for one in fetched if not one.startswith("#")]


def shape(page: str) -> list[str]:
    """The elements of a page, without those that differ in number for honest reasons."""
    return sorted({f"{tag} {sorted(attributes)}" for tag, attributes in Reader(page).elements})


def unlabelled(page: str) -> str:
    """A page without the labels that its cells carry for a phone, so that a test can name the markup of a cell."""
    return re.sub(r' data-label="[^"]*"', "", page)
