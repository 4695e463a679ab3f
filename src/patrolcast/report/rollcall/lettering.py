"""The sheets' fonts: how wide text is, where its lines break, and what of it they cannot print.

DejaVu Sans is packaged for the letters of European languages. A letter that it does not have, or that is written from
right to left, is never dropped unseen: a box stands for it.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from patrolcast.report.packaged import packaged_bytes

PLAIN, BOLD = "patrolcast-plain", "patrolcast-bold"
BOX = "\u25af"
"""Stands for letters that the fonts do not have."""

_FILES = {PLAIN: "assets/DejaVuSans.subset.ttf", BOLD: "assets/DejaVuSans-Bold.subset.ttf"}
_MORE = "…"


@dataclass(frozen=True)
class Style:
    """How a text is set: font, size in points, colour as ``#rrggbb``, most lines before it is cut with "…"."""

    font: str
    size: float
    colour: str = "#1b1f24"
    most_lines: int = 4

    @property
    def leading(self) -> float:
        """From one baseline to the next, in points."""
        return 1.25 * self.size

    def scaled(self, by: float) -> "Style":
        """The same style, larger or smaller."""
        return Style(self.font, self.size * by, self.colour, self.most_lines)


@cache
def font_named(name: str) -> TTFont:
    """A packaged font, registered once; ``asciiReadable`` is set, not left to the reader's environment."""
    font = TTFont(name, BytesIO(packaged_bytes(_FILES[name])), asciiReadable=1)
    pdfmetrics.registerFont(font)
    return font


@lru_cache(maxsize=10_000)
def printable(text: str) -> str:
    r"""The text as the fonts can print it: on one line, without controls, a box for each run of other letters.

    >>> printable("Elm\tSt & <b>Łódź</b>"), printable("東京 Ave"), printable("\u202eevil")
    ('Elm St & <b>Łódź</b>', '▯ Ave', 'evil')
    """
    glyphs = font_named(PLAIN).face.charToGlyph
    letters: list[str] = []
    for letter in unicodedata.normalize("NFC", " ".join(text.split())):
        kind = unicodedata.category(letter)
        if kind in {"Cc", "Cf", "Cs"}:
            continue
        if ord(letter) in glyphs and unicodedata.bidirectional(letter) not in {"R", "AL", "AN"}:
            letters.append(letter)
        elif letters[-1:] != [BOX]:
            letters.append(BOX)
    return " ".join("".join(letters).split(" "))


@lru_cache(maxsize=100_000)
def width_of(text: str, style: Style) -> float:
    """Width of a printable text in points; the sheets of a night say the same again and again."""
    return float(font_named(style.font).stringWidth(text, style.size))


def lines_of(text: str, style: Style, width: float) -> list[str]:
    """A text in lines no wider than ``width`` points, at most ``style.most_lines``; a word that is wider is broken."""
    lines: list[str] = []
    for word in _pieces(printable(text), style, width):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, style) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
        if len(lines) > style.most_lines:
            return [*lines[: style.most_lines - 1], _cut(lines[style.most_lines - 1], style, width)]
    return lines


def _pieces(text: str, style: Style, width: float) -> Iterator[str]:
    for word in text.split(" "):
        if width_of(word, style) <= width:
            yield word
            continue
        part = ""
        for letter in word:
            if part and width_of(part + letter, style) > width:
                yield part
                part = ""
            part += letter
        yield part


def _cut(line: str, style: Style, width: float) -> str:
    while line and width_of(line + _MORE, style) > width:
        line = line[:-1]
    return line.rstrip() + _MORE


def fitted(text: str, style: Style, width: float, *, smallest: float) -> tuple[list[str], Style]:
    """The text on one line, set smaller where it must be, down to ``smallest`` points; then on more lines."""
    size = style.size
    while size > smallest and width_of(printable(text), style.scaled(size / style.size)) > width:
        size -= 0.5
    smaller = style.scaled(max(size, smallest) / style.size)
    return lines_of(text, smaller, width), smaller
