"""Reads a drawn picture back: what stands where, as a browser would see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from patrolcast.report.plots.layers import kind


@dataclass(frozen=True)
class Drawn:
    """A mark, a line or a rectangle: a mark has one point, the others the two at their ends."""

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
        return {str(one.text): at for one, at in self._under(look) if one.tag == "text"}

    def lines(self, look: str) -> list[Drawn]:
        """Straight lines of a class, left or upper end first."""
        return [line(one, at) for one, at in self._under(look) if one.tag == "line"]

    def bars(self, of: str) -> list[Drawn]:
        """Intervals of a kind of mark, as "circle blue" or "square ink hollow"."""
        look = kind(of)
        return [
            line(one, at)
            for one, at in self._under("interval")
            if one.tag == "line"
            and one.get("stroke") == look["stroke"]
            and one.get("stroke-dasharray") == ",".join(str(part) for part in look["dash"])
        ]

    def marks(self, of: str, look: str = "symbol") -> list[Drawn]:
        """Marks of a kind; those of the key have their own ``look``."""
        colours = (kind(of)["fill"], kind(of)["stroke"])
        return [
            Drawn((at,))
            for one, at in self._under(look)
            if one.tag == "path" and (one.get("fill"), one.get("stroke")) == colours
        ]

    def band(self) -> Drawn:
        """The one shaded rectangle."""
        ((path, (x, y)),) = [(one, at) for one, at in self._under("band") if one.tag == "path"]
        found = re.fullmatch(r"M([-\d.]+),([-\d.]+)h([-\d.]+)v([-\d.]+)h([-\d.]+)Z", path.attrib["d"])
        assert found is not None
        left, top, width, height = (float(found[k]) for k in (1, 2, 3, 4))
        return Drawn(((x + left, y + top), (x + left + width, y + top + height)))

    def _under(self, look: str | None) -> Iterator[tuple[ET.Element, tuple[float, float]]]:
        """Elements in groups of a class, each with where it is moved to."""
        yield from _walk(self.root, (0.0, 0.0), look, inside=look is None)


def _walk(
    element: ET.Element, at: tuple[float, float], look: str | None, *, inside: bool
) -> Iterator[tuple[ET.Element, tuple[float, float]]]:
    for one in element:
        moved = re.fullmatch(r"translate\(([-\d.e]+),([-\d.e]+)\)", one.get("transform", "translate(0,0)"))
        assert moved is not None
        there = (at[0] + float(moved[1]), at[1] + float(moved[2]))
        if inside:
            yield one, there
        yield from _walk(one, there, look, inside=inside or one.get("class") == f"p-{look}")


def line(one: ET.Element, at: tuple[float, float]) -> Drawn:
    other = (at[0] + float(one.attrib["x2"]), at[1] + float(one.attrib["y2"]))
    return Drawn(tuple(sorted((at, other))))
