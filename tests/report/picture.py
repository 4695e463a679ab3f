"""Reads a drawn picture back: what stands where, as a browser would see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET


@dataclass(frozen=True)
class Drawn:
    """A mark or a bar with its classes; a mark has one point, a bar two."""

    look: str
    points: tuple[tuple[float, float], ...]

    @property
    def x(self) -> tuple[float, ...]:
        return tuple(x for x, _ in self.points)

    @property
    def y(self) -> tuple[float, ...]:
        return tuple(y for _, y in self.points)


class Picture:
    """The one SVG in a text, as drawn for a desk or for a phone; anything that is no XML fails here."""

    def __init__(self, text: str, *, phone: bool = False) -> None:
        drawn = re.findall(r"<svg.*?</svg>", str(text), flags=re.DOTALL)
        (svg,) = [one for one in drawn if one.startswith('<svg class="plot phone"') == phone]
        self.root = ET.fromstring(svg)
        _, _, self.width, self.height = (float(part) for part in self.root.attrib["viewBox"].split())

    @property
    def title(self) -> str:
        return self.root.attrib["aria-label"]

    def texts(self, look: str | None = None) -> dict[str, tuple[float, float]]:
        """Words -> where they stand; with ``look`` only those of that class."""
        return {
            str(one.text): (float(one.get("x", "nan")), float(one.get("y", "nan")))
            for one in self.root.iter("text")
            if look is None or one.get("class") == look
        }

    def lines(self, look: str) -> list[Drawn]:
        return [
            Drawn(look, tuple((float(one.attrib[f"x{k}"]), float(one.attrib[f"y{k}"])) for k in (1, 2)))
            for one in self.root.iter("line")
            if one.get("class") == look
        ]

    def marks(self, look: str) -> list[Drawn]:
        """Circles, squares and diamonds of a look."""
        circles = [
            ((float(c.attrib["cx"]), float(c.attrib["cy"])),)
            for c in self.root.iter("circle")
            if c.get("class") == look
        ]
        starts = [
            re.match(r"M([-\d.]+) ([-\d.]+)", p.attrib["d"]) for p in self.root.iter("path") if p.get("class") == look
        ]
        return [Drawn(look, points) for points in [*circles, *(((float(m[1]), float(m[2])),) for m in starts if m)]]
