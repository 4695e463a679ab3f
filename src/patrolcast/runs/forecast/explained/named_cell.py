"""The cell of a run that a person means: its H3 index, what people call it, or its coordinates."""

import difflib
import re

import h3
import pandas as pd

from patrolcast.domain.errors import UsageError, shown
from patrolcast.io.store.stored_run import StoredRun

_COORDINATES = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_MOST = 4


def find_cell(run: StoredRun, text: str) -> str:
    """The H3 index of the cell that ``text`` means.

    A name need not be whole, nor in the right case: every word of it must stand in the name of one cell only. A whole
    name comes before a part of another.

    Raises UsageError: no cell of the run, or several, fit; some of them are named.

    Parameters
    ----------
    text : an H3 index, a name or a part of it, or latitude and longitude as the briefing prints them.
    """
    known = set(run.forecast["cell"])
    if text in known:
        return text
    if (point := _COORDINATES.fullmatch(text)) is not None:
        return _cell_at(float(point[1]), float(point[2]), known, text)
    places = run.places[run.places["place"] != ""] if len(run.places) else run.places
    folded = places["place"].str.casefold()
    words = text.casefold().replace(",", " ").split()
    whole = places[folded == " ".join(text.casefold().split())]
    matches = whole if len(whole) or not words else places[[_holds(name, words) for name in folded]]
    if len(matches) == 1:
        return str(matches["cell"].iloc[0])
    if len(matches):
        raise UsageError("CELL", got=shown(text), rule=f"{len(matches)} cells fit: {_listed(matches)}", cure="name one")
    near = difflib.get_close_matches(text.casefold(), folded.tolist(), n=1)
    hint = "" if not near else f", e.g. {shown(places['place'][folded == near[0]].iloc[0])}"
    rule = f"must be one of the run's {len(known)} cells: its H3 index, its place name{hint}, or latitude, longitude"
    raise UsageError("CELL", got=shown(text), rule=rule, cure="places.csv and briefing.html name them")


def _cell_at(latitude: float, longitude: float, known: set[str], text: str) -> str:
    cell = ""
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        cell = h3.latlng_to_cell(latitude, longitude, h3.get_resolution(next(iter(known))))
    if cell not in known:
        cure = "latitude comes first, as the briefing prints it"
        raise UsageError("CELL", got=shown(text), rule="must lie in a cell of the run", cure=cure)
    return cell


def _holds(name: str, words: list[str]) -> bool:
    of_name = name.replace(",", " ").split()
    return all(word in of_name for word in words)


def _listed(matches: pd.DataFrame) -> str:
    rows = [f"{shown(row.place)} ({row.cell}, district {row.district})" for row in matches.head(_MOST).itertuples()]
    return ", ".join(rows) + (", ..." if len(matches) > _MOST else "")
