"""What a reader sees of each suggestion: its rank, place, numbers and reasons in words, by shift and district.

The briefing and the roll-call sheets print the same rows, so that the paper never says otherwise than the page.
"""

from typing import Any

import pandas as pd

from patrolcast.domain.records import RunContext, RunResult
from patrolcast.report import words

_ROLES = {
    "suggested": "",
    "explored": "Explored: chosen at random among likely cells, so that the record does not only confirm itself",
}


def shifts_with_rows(result: RunResult, context: RunContext) -> list[dict[str, Any]]:
    """Every forecast shift with its suggestions by district, in time order; those without suggestions too.

    Comparison cells are left out: whoever patrols must not know which place a coin left out.

    Returns
    -------
    a dict a shift: ``id``, ``label`` (local times), ``short`` (the same for a menu), ``start`` and ``end`` (POSIX
    seconds), ``until`` (local time until which its sheet holds), ``n`` (suggestions) and ``districts``, each with
    ``name``, ``heading``, ``minutes`` and ``rows``, which hold text ready to print.
    """
    position = {cell: i for i, cell in enumerate(result.cells["cell"])}
    times = result.forecast[["shift_start", "shift_end"]].drop_duplicates().sort_values("shift_start")
    visited = result.visited
    by_shift = dict(list(visited.groupby("shift_start", sort=False)))
    shifts = []
    for i, (start, end) in enumerate(times.itertuples(index=False)):
        rows = by_shift.get(start, visited.iloc[:0])
        shifts.append(
            {
                "id": i,
                "label": words.shift(start, end, context.timezone),
                "short": words.short_shift(start, end, context.timezone),
                "start": start.timestamp(),
                "end": end.timestamp(),
                "until": words.moment(min(end, context.expires_at), context.timezone),
                "districts": _districts(rows, position),
                "n": len(rows),
            }
        )
    return shifts


def _districts(rows: pd.DataFrame, position: dict[str, int]) -> list[dict[str, Any]]:
    by_district = sorted(rows.groupby("district", sort=False), key=lambda pair: district_order(str(pair[0])))
    return [
        {
            "name": str(name),
            "heading": words.district(str(name)),
            "minutes": words.number(float(part["patrol_minutes"].sum())),
            "rows": [suggestion_row(row, position) for row in part.sort_values("rank").to_dict("records")],
        }
        for name, part in by_district
    ]


def suggestion_row(row: dict[Any, Any], position: dict[str, int]) -> dict[str, Any]:
    """One suggestion as text ready to print; ``index`` is the cell's place on the map, -1 where it has none.

    Parameters
    ----------
    row : a row of the suggestions, with the columns of `suggestions.geojson`.
    position : cell -> its place on the map.
    """
    visits = int(row["visits"])
    each = float(row["patrol_minutes"]) / visits if visits else 0.0
    expected, interval = words.with_interval(row["expected_incidents"], row["lower"], row["upper"])
    return {
        "index": position.get(row["cell"], -1),
        "rank": int(row["rank"]),
        "area": row["area"],
        "name": row.get("place") or "",
        "cell": row["cell"],
        "place": f"{row['latitude']:.4f}, {row['longitude']:.4f}",
        "expected": expected,
        "interval": interval,
        "rate": words.expected(float(row["expected_incidents"])),
        "listed": _listed(str(row["category"]), str(row["likeliest"])),
        "dose": f"{visits} × {words.number(each)} min",
        "role": _ROLES.get(str(row["role"]), words.plain(str(row["role"]))),
        "reasons": [words.sentence(part.replace(" %", "\u00a0%")) for part in str(row["reasons"]).split("; ") if part],
    }


def _listed(category: str, likeliest: str) -> str:
    """What a place is listed for: the category that weighs most, and the likeliest one where that is another.

    >>> _listed("assault", "theft"), _listed("vehicle_theft", "vehicle_theft")
    ('Listed for assault; theft is more likely', 'Listed for vehicle theft')
    """
    text = f"Listed for {words.plain(category)}"
    return text if category == likeliest else f"{text}; {words.plain(likeliest)} is more likely"


def district_order(name: str) -> tuple[int, str]:
    """Key that sorts districts as people count them: numbers by size, then names.

    >>> sorted(["10", "Central", "9"], key=district_order)
    ['9', '10', 'Central']
    """
    return (int(name), name) if name.isascii() and name.isdigit() else (10**9, name)
