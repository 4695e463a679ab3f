"""What became of the suggestions on a page, in words, and what an amendment may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import h3
import numpy as np

from patrolcast.domain.settings import Decisions
from patrolcast.patrol.decisions import ACCEPTED, AMENDED, DECLINED, UNANSWERED, Change
from patrolcast.report import words
from patrolcast.report.run.map_data import unpacked_names
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.night import Shift, briefing_map
from patrolcast.runs.review.review import Review

__all__ = [
    "ACCEPTED",
    "AMENDED",
    "DECLINED",
    "Answered",
    "Change",
    "Choices",
    "answers_of",
    "choices_of",
    "meaning",
    "places",
    "way_words",
]  # fmt: skip

STATES = {
    UNANSWERED: "Not answered yet",
    ACCEPTED: "Accepted",
    AMENDED: "Amended",
    DECLINED: "Declined",
    "not_actioned": "Nobody answered",
}
_EIGHT = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_STEP_MINUTES = 30


@dataclass(frozen=True)
class Answered:
    """What stands of a suggestion, as text ready to show.

    Attributes
    ----------
    state : "unanswered" or the answer; label : the same in words.
    to : where it was moved to, "" where it stays; minutes, later : what holds instead, "" where it stays.
    visits : how many visits and minutes are on record, "" without one.
    """

    state: str
    label: str
    reason: str = ""
    by: str = ""
    minutes: str = ""
    to: str = ""
    to_cell: str = ""
    later: str = ""
    visits: str = ""

    @property
    def open(self) -> bool:
        """True while it may be answered."""
        return self.state == UNANSWERED

    @property
    def stands(self) -> bool:
        """True where somebody is to go there."""
        return self.state in (ACCEPTED, AMENDED)


def answers_of(city: ConsoleCity, review: Review, run: str, shift: Shift, *, now: datetime) -> dict[str, Answered]:
    """Suggestion -> what stands of it, for a shift of the published run.

    Raises PausedError: the tool is paused. TrailBrokenError and the like.
    """
    table = review.open_suggestions(now=now)
    rows = table[table["run_id"] == run].to_dict("records") if len(table) else []
    named = places(city, run)
    known = {str(row["suggestion_id"]): _answered(city, row, named) for row in rows}
    names = [row["suggestion"] for block in shift.districts for row in block["rows"]]
    return {name: known.get(name, Answered("over", "Withdrawn or over")) for name in names}


def _answered(city: ConsoleCity, row: Mapping[Any, Any], named: Mapping[str, str]) -> Answered:
    decision, settings = str(row["decision"]), city.settings.decisions
    moved = row["decided_cell"] not in ("", row["cell"])
    changed = decision == AMENDED and row["decided_minutes"] != row["patrol_minutes"]
    visited = not np.isnan(row["delivered_visits"])
    later = datetime.fromisoformat(row["not_before"]) if row["not_before"] else None
    return Answered(
        state=decision,
        label=STATES.get(decision, words.plain(decision)),
        reason=meaning(settings, decision, str(row["reason"])),
        by=str(row["decided_by"]),
        minutes=words.number(row["decided_minutes"]) if changed else "",
        to=way_words(str(row["decided_cell"]), str(row["cell"]), named) if moved else "",
        to_cell=str(row["decided_cell"]) if moved else "",
        later=words.clock(later, city.zone) if later else "",
        visits=_visits(row) if visited else "",
    )


def _visits(row: Mapping[Any, Any]) -> str:
    n = int(row["delivered_visits"])
    return f"{words.count(n, 'visit')}, {words.number(row['delivered_minutes'])} minutes"


def meaning(settings: Decisions, answer: str, code: str) -> str:
    """What a reason code means, by the config; the code itself where it is known no more."""
    codes = {ACCEPTED: settings.accept, AMENDED: settings.amend, DECLINED: settings.decline}.get(answer, {})
    return codes.get(code, words.plain(code))


def places(city: ConsoleCity, run: str) -> dict[str, str]:
    """Cell -> what people call it, for the cells that have a name."""
    data = briefing_map(city, run)
    return {cell: name for cell, name in zip(data["ids"], unpacked_names(data["names"]), strict=False) if name}


def way_words(cell: str, beside: str, named: Mapping[str, str]) -> str:
    """A cell by its name, or by the way to it from another.

    >>> way_words("89261124d33ffff", "89261124d33ffff", {"89261124d33ffff": "Elm & Oak"})
    'Elm & Oak (here)'
    """
    (lat, lon), (lat0, lon0) = h3.cell_to_latlng(cell), h3.cell_to_latlng(beside)
    if cell == beside:
        return f"{named.get(cell, cell)} (here)"
    angle = np.degrees(np.arctan2((lon - lon0) * np.cos(np.radians(lat0)), lat - lat0))
    way = _EIGHT[round(float(angle) / 45) % 8]
    name = named.get(cell)
    return f"{name} (to the {way})" if name else f"to the {way}, {lat:.4f}, {lon:.4f}"


@dataclass(frozen=True)
class Choices:
    """What an amendment may change: other cells and later starts, each with its words; the most minutes."""

    cells: tuple[tuple[str, str], ...]
    starts: tuple[tuple[str, str], ...]
    most_minutes: int


def choices_of(
    city: ConsoleCity, review: Review, run: str, suggestion: str, named: Mapping[str, str], *, now: datetime
) -> Choices:
    """What may be changed of one suggestion; whether it still may is asked again when it is answered."""
    offered = review.offered(run)
    offer = offered.offer(suggestion)
    cells = [(cell, way_words(cell, offer.cell, named)) for cell in sorted(offered.cells_beside(offer))]
    step, starts = timedelta(minutes=_STEP_MINUTES), []
    moment = offer.shift_start + step
    while moment + timedelta(minutes=offer.minutes) <= offer.shift_end:
        if moment > now:
            starts.append((moment.isoformat(), words.clock(moment, city.zone)))
        moment += step
    return Choices(tuple(sorted(cells, key=lambda pair: pair[1])), tuple(starts), int(offer.budget))
