"""An outsider who has the public site and nothing else: reads every channel, and solves for what is withheld.

It shares no code with the product: pages are read by `html.parser`, files by `csv` and `json`, and the programs are
written down anew, in real numbers (`linprog`) where the product's are whole ones.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
from scipy.optimize import linprog
from tests.report.reader import Reader

Place = tuple[str, str, str]
"""Month, district and category; "all" is a margin."""
Shown = dict[Place, int | None]
_ALL = {"All districts": "all", "All categories": "all"}


def read_site(root: Path, city: str) -> dict[str, Shown]:
    """Channel -> every count of reports in it; None is one that is withheld."""
    found: dict[str, Shown] = {"html": {}, "csv": {}, "json": {}, "list": {}, "bars": {}, "alt": {}, "ledger": {}}
    for page in sorted((root / city / "counts").glob("reports-*.html")):
        month = page.stem.removeprefix("reports-")
        found["html"] |= _of_grid(month, _grid_of_page(page.read_text()))
        beside = page.with_name(f"{page.stem}-table.csv")
        found["csv"] |= _of_grid(month, list(csv.reader(beside.read_text().splitlines())))
        document = json.loads(beside.with_suffix(".json").read_text())
        rows = [[("withheld" if one is None else str(one)) for one in row] for row in document["rows"]]
        found["json"] |= _of_grid(month, [document["columns"], *rows])
    listed = (root / city / "counts" / "index.html").read_text()
    for row in _grid_of_page(listed)[1:]:
        found["list"][_month(row[0]), "all", "all"] = _number(row[1])
    for name, value in re.findall(r"<title>(\w+ \d{4}): ([\d,]+|withheld)</title>", listed):
        found["bars"][_month(name), "all", "all"] = _number(value)
    for name, value in re.findall(
        r"(\w+ \d{4}): ([\d,]+|withheld)", "".join(re.findall(r'aria-label="([^"]*)"', listed))
    ):
        found["alt"][_month(name), "all", "all"] = _number(value)
    for table in json.loads((root / city / "ledger.json").read_text())["tables"]:
        if table["measure"] == "reports":
            for district, values in zip(table["rows"], table["values"], strict=True):
                for category, value in zip(table["columns"], values, strict=True):
                    found["ledger"][table["period"], district, category] = value
    return found


def as_one(channels: Mapping[str, Shown]) -> Shown:
    """All channels of a site together; a count that only one of them shows is shown."""
    found: Shown = {}
    for shown in channels.values():
        for place, value in shown.items():
            assert found.get(place) is None or value is None or found[place] == value
            found[place] = found.get(place) if value is None else value
    return found


def _grid_of_page(page: str) -> list[list[str]]:
    table = re.search(r"<table.*?</table>", page, re.DOTALL)
    if table is None:
        return []
    rows = re.findall(r"<tr.*?</tr>", table[0], re.DOTALL)
    return [[Reader(cell).words for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)] for row in rows]


def _of_grid(month: str, grid: list[list[str]]) -> Shown:
    head, *rows = grid
    return {
        (
            month,
            _ALL.get(row[0], row[0].removeprefix("District ")),
            _ALL.get(name, name.lower().replace(" ", "_")),
        ): _number(cell)
        for row in rows
        for name, cell in zip(head[1:], row[1:], strict=True)
    }


def _number(text: str) -> int | None:
    return None if text == "withheld" else int(text.replace(",", ""))


def _month(name: str) -> str:
    return f"{datetime.strptime(name, '%B %Y'):%Y-%m}"


def ranges(shown: Iterable[Shown]) -> dict[Place, tuple[float, float]]:
    """Of each count that is withheld somewhere, what an outsider finds: the least and the most that it can be.

    Several sites (releases, variants) may be given: a count of the same month, district and category is one unknown.
    """
    sites = list(shown)
    places = sorted({place for one in sites for place in one})
    atoms = sorted({place for place in places if "all" not in place[1:]})
    where = {atom: i for i, atom in enumerate(atoms)}

    def row(place: Place, of: Mapping[Place, int | None]) -> np.ndarray:
        inside = np.zeros(len(atoms))
        for atom in of:
            if (
                "all" not in atom[1:]
                and atom[0] == place[0]
                and all(w in ("all", a) for w, a in zip(place[1:], atom[1:], strict=True))
            ):
                inside[where[atom]] = 1.0
        return inside

    equations = [(row(place, one), value) for one in sites for place, value in one.items() if value is not None]
    left, right = (np.array(part) for part in zip(*equations, strict=True)) if equations else (None, None)
    found = {}
    for one in sites:
        for place in (place for place, value in one.items() if value is None):
            ends = []
            for sign in (1.0, -1.0):
                done = linprog(sign * row(place, one), A_eq=left, b_eq=right, bounds=(0, None), method="highs")
                assert done.status in (0, 3), done.message
                ends.append(sign * done.fun if done.status == 0 else sign * -np.inf)
            low, high = found.get(place, (0.0, np.inf))
            found[place] = (max(low, round(ends[0], 6)), min(high, round(ends[1], 6)))
    return found


def found_out(shown: Iterable[Shown], least: int) -> list[Place]:
    """Withheld counts of which an outsider knows that they are small, or which he knows to less than ``least``."""
    return [place for place, (low, high) in ranges(shown).items() if high < least or high - low < least]
