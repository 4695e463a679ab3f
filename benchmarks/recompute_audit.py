"""An outsider's recomputation of the audit of groups from a run folder. Imports nothing of patrolcast: pandas only.

Run: ``python -m benchmarks.recompute_audit RUN_FOLDER``. From `audit/nights.parquet`, `audit/cells.parquet` and
`audit/residents.parquet` it computes the figures of `audit.json` again and prints each that differs by more than 1e-6.
Two parts of the intervals need the census areas themselves and are taken from `audit.json`: the census's margins of
error and where within an area people live. Not covered: the level of census areas, and the intervals of calibration.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import pandas as pd

TOLERANCE = 1e-6
T_5, T_4 = 2.570581835636314, 2.7764451051977987
"""Student's t at 97.5 % with 5 degrees of freedom (six batches) and with 4 (four trainings), from a table."""
BATCHES = 6
LEAST_RESIDENTS_A_CELL = 20.0
BY_AREA = "by area"
MEASURES = (
    "log_exposure_ratio", "log_need_ratio", "excess", "log_need_ratio_per_resident", "excess_per_resident",
)  # fmt: skip


class Folder:
    """The tables of a run folder and its audit."""

    def __init__(self, folder: Path) -> None:
        self.document: dict[str, Any] = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
        self.audit: dict[str, Any] = self.document["disparity"]
        self.nights = pd.read_parquet(folder / "audit" / "nights.parquet")
        self.cells = pd.read_parquet(folder / "audit" / "cells.parquet").set_index("cell")
        self.residents = pd.read_parquet(folder / "audit" / "residents.parquet")
        days = pd.date_range(self.audit["first_night"], self.audit["last_night"]).strftime("%Y-%m-%d")
        self.days = list(days)
        assert len(self.days) == self.audit["n_nights"], "every night of the window is audited"
        self.minutes = self.wide("minutes")
        self.need = self.wide("need")

    def wide(self, column: str) -> pd.DataFrame:
        """A column by night (rows, in order) and cell; zero where no row is."""
        table = self.nights.pivot_table(index="night", columns="cell", values=column, aggfunc="sum")
        return table.reindex(index=self.days, columns=self.cells.index).fillna(0.0)

    def people(self, group: str, spreading: str) -> pd.DataFrame:
        """Members, others and everyone by cell; zero where nobody lives."""
        own = self.residents[(self.residents["group"] == group) & (self.residents["spreading"] == spreading)]
        return own.set_index("cell")[["members", "others", "everyone"]].reindex(self.cells.index).fillna(0.0)


def nightly_ratios(minutes: pd.DataFrame, need: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Means where a member, and where one of the others, lives, by night: of minutes, need and need per resident."""
    lived_in = people["everyone"] >= LEAST_RESIDENTS_A_CELL
    rate = need.loc[:, lived_in] / people.loc[lived_in, "everyone"]
    columns = {}
    for side in ("members", "others"):
        weight = people[side]
        columns[f"minutes {side}"] = (minutes * weight).sum(axis=1) / weight.sum()
        columns[f"need {side}"] = (need * weight).sum(axis=1) / weight.sum()
        columns[f"rate {side}"] = (rate * weight[lived_in]).sum(axis=1) / weight[lived_in].sum()
    return pd.DataFrame(columns)


def log_ratios(nightly: pd.DataFrame) -> dict[str, float]:
    """The five log ratios of a set of nights; NaN where a side has nothing."""
    total = nightly.sum()

    def ratio(of: str) -> float:
        own, other = float(total[f"{of} members"]), float(total[f"{of} others"])
        return math.log(own / other) if own > 0 and other > 0 else math.nan

    exposure, need, rate = ratio("minutes"), ratio("need"), ratio("rate")
    return dict(zip(MEASURES, (exposure, need, exposure - need, rate, exposure - rate), strict=True))


def batch_half_widths(nightly: pd.DataFrame) -> dict[str, float]:
    """Half-width of each log ratio from six batches of nights; the first ones have a night more where need be."""
    size, longer = divmod(len(nightly), BATCHES)
    begins = [k * size + min(k, longer) for k in range(BATCHES + 1)]
    batches = pd.DataFrame([log_ratios(nightly.iloc[begins[k] : begins[k + 1]]) for k in range(BATCHES)])
    return {name: T_5 * float(batches[name].std(ddof=1, skipna=False)) / math.sqrt(BATCHES) for name in MEASURES}


def recompute_comparison(
    folder: Folder, stated: dict[str, Any], inside: pd.Series, *, by_district: bool = False
) -> dict[str, float]:
    """Every figure of one comparison among the cells ``inside``; ``by_district``: each cell has its district's mean."""
    group = stated["group"]
    minutes, need = folder.minutes.loc[:, inside], folder.need.loc[:, inside]
    trained = folder.cells.loc[inside, [name for name in folder.cells if name.startswith("minutes_of_training_")]]
    if by_district:
        district = folder.cells["district"]
        minutes, need = (table.T.groupby(district).transform("mean").T for table in (minutes, need))
        trained = trained.groupby(district).transform("mean")
    people = folder.people(group, BY_AREA)[inside]
    nightly = nightly_ratios(minutes, need, people)
    own, nights = log_ratios(nightly), batch_half_widths(nightly)
    found = {
        "residents": float(people["members"].sum()),
        "exposure": float(nightly["minutes members"].mean()),
        "exposure_against": float(nightly["minutes others"].mean()),
    }
    ways = [way for way in folder.residents["spreading"].unique() if way != BY_AREA]
    spread = [log_ratios(nightly_ratios(minutes, need, folder.people(group, way)[inside])) for way in ways]
    others = []
    for name in trained:
        window = nightly_ratios(trained[[name]].T, need.sum().to_frame().T.set_axis([name]), people)
        others.append(log_ratios(window))
    for name in MEASURES:
        if name not in stated["parts"]:
            continue
        parts = stated["parts"][name]
        moved = [(one[name] - own[name]) ** 2 for one in others]
        widths = {
            "nights": nights[name],
            "trainings": T_4 * math.sqrt(sum(moved) / len(moved)) if moved else None,
            "census": parts["census"],
            "within_areas": parts["within_areas"],
            "spreading": max(abs(one[name] - own[name]) for one in spread) if spread else None,
        }
        found |= {f"parts {name} {part}": width for part, width in widths.items() if _is_number(width)}
        if stated[name]["lower"] is not None:  # some other placing of residents may leave no ratio: no interval then
            found |= _interval(name, own[name], widths.values())
        if name == "excess" and stated["excess_as_counted"]["lower"] is not None:
            counted = (widths["nights"], widths["trainings"], widths["census"])
            found |= _interval("excess_as_counted", own[name], counted)
    return found


def is_beyond(folder: Folder, stated: dict[str, Any], inside: pd.Series, limit: float) -> bool | None:
    """Whether a comparison in a district lies beyond the limit (on the log scale); None where nothing is estimated.

    By its interval as counted; without one by its estimate; for certain where one side got no patrol at all.
    """
    people = folder.people(stated["group"], BY_AREA)[inside]
    nightly = nightly_ratios(folder.minutes.loc[:, inside], folder.need.loc[:, inside], people)
    own, total = log_ratios(nightly), nightly.sum()
    got = sorted((float(total["minutes members"]), float(total["minutes others"])))
    enough_nights = len(nightly) >= 2 * BATCHES
    if enough_nights and got[0] == 0 < got[1] and math.isfinite(own["log_need_ratio"]):
        return True
    figures = recompute_comparison(folder, stated, inside)
    if "excess_as_counted lower" in figures:
        return figures["excess_as_counted lower"] > limit or figures["excess_as_counted upper"] < -limit
    if not stated["parts"] and stated["excess"]["lower"] is not None:  # an interval of nights alone
        half = batch_half_widths(nightly)["excess"]
        return abs(own["excess"]) - half > limit
    if not (enough_nights and math.isfinite(own["excess"])):
        return None
    return abs(own["excess"]) > limit


def _is_number(width: float | None) -> bool:
    return width is not None and math.isfinite(width)


def _interval(name: str, estimate: float, widths: Any) -> dict[str, float]:
    half = math.sqrt(sum(width**2 for width in widths if width is not None))
    return {f"{name} estimate": estimate, f"{name} lower": estimate - half, f"{name} upper": estimate + half}


def stated_figures(comparison: dict[str, Any]) -> dict[str, float]:
    """The same figures as `audit.json` has them."""
    found = {name: comparison[name] for name in ("residents", "exposure", "exposure_against")}
    for name, parts in comparison["parts"].items():
        found |= {f"parts {name} {part}": width for part, width in parts.items() if width is not None}
        if comparison[name]["lower"] is not None:
            found |= {f"{name} {end}": comparison[name][end] for end in ("estimate", "lower", "upper")}
    if "excess" in comparison["parts"] and comparison["excess_as_counted"]["lower"] is not None:
        found |= {f"excess_as_counted {end}": comparison["excess_as_counted"][end]
                  for end in ("estimate", "lower", "upper")}  # fmt: skip
    return found


def recompute_concentration(folder: Folder) -> dict[str, float]:
    """How few cells the patrol falls on."""
    suggested = folder.minutes > 0
    total = folder.minutes.sum().sort_values()
    n = len(total)
    rank = pd.Series(range(1, n + 1), index=total.index)
    longest = run = pd.Series(0, index=suggested.columns)
    for _, night in suggested.iterrows():
        run = (run + 1) * night
        longest = longest.combine(run, max)
    by_cell = suggested.sum().sort_values(ascending=False)
    return {
        "gini": float(((2 * rank - n - 1) * total).sum() / (n * total.sum())),
        "longest_run": float(longest.max()),
        "ever_suggested": float(suggested.any().sum()),
        "nightly_cells": float(suggested.sum(axis=1).mean()),
        "top_share": float(by_cell.iloc[: folder.audit["concentration"]["top"]].sum() / by_cell.sum()),
    }


def recompute_reach(folder: Folder, group: str) -> dict[str, float]:
    """Share of reported incidents in suggested cells and shifts, of the group and of those it is compared with."""
    people = folder.people(group, BY_AREA)
    lived_in = people["everyone"] > 0
    reached, reported = folder.wide("reached").sum(), folder.wide("reported").sum()
    shares = {}
    for side, name in (("members", "share"), ("others", "share_against")):
        part = (people[side] / people["everyone"]).where(lived_in, 0.0)
        shares[name] = float((reached * part).sum() / (reported * part).sum())
    return shares


def differences(path: Path) -> list[str]:
    """Every figure of the folder's audit that does not come out again, as a line; none when all do."""
    folder = Folder(path)
    everywhere = pd.Series(data=True, index=folder.cells.index)
    checks: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
    for one in folder.audit["groups"]:
        checks.append((f"city {one['group']}", recompute_comparison(folder, one, everywhere), stated_figures(one)))
    for one in folder.audit["levels"].get("district", []):
        found = recompute_comparison(folder, one, everywhere, by_district=True)
        checks.append((f"level of districts {one['group']}", found, stated_figures(one)))
    n_beyond = n_compared = n_unknown = 0
    limit = math.log(folder.audit["in_districts"]["limit"])
    for name, comparisons in folder.audit["districts"].items():
        inside = folder.cells["district"] == name
        for one in comparisons:
            if not one["enough"]:
                continue
            if one["parts"]:
                found = recompute_comparison(folder, one, inside)
                checks.append((f"district {name} {one['group']}", found, stated_figures(one)))
            beyond = is_beyond(folder, one, inside, limit)
            n_compared += beyond is not None
            n_unknown += beyond is None
            n_beyond += bool(beyond)
    if len(folder.audit["districts"]) > 1:
        said = folder.audit["in_districts"]
        checks.append(("districts", {"beyond": n_beyond}, {"beyond": len(said["beyond"])}))
        checks.append(("districts", {"compared": n_compared}, {"compared": said["n_compared"]}))
        checks.append(("districts", {"not measured": n_unknown}, {"not measured": len(said["not_measured"])}))
    few = recompute_concentration(folder)
    checks.append(("concentration", few, {name: folder.audit["concentration"][name] for name in few}))
    for one in folder.audit["opportunity"]:
        reach = recompute_reach(folder, one["group"])
        checks.append((f"reach {one['group']}", reach, {name: one[name] for name in reach}))
    return [line for where, found, stated in checks for line in _differ(where, found, stated)]


def count_figures(path: Path) -> int:
    """How many figures of comparisons are computed again."""
    audit = json.loads((path / "audit.json").read_text(encoding="utf-8"))["disparity"]
    within = [one for comparisons in audit["districts"].values() for one in comparisons]
    return sum(len(stated_figures(one)) for one in [*audit["groups"], *within])


def _differ(where: str, found: dict[str, Any], stated: dict[str, Any]) -> list[str]:
    lines = [f"{where}: {name} is in one of the two only" for name in sorted(set(found) ^ set(stated))]
    return lines + [
        f"{where}: {name} is {stated[name]:.9g} in audit.json, {found[name]:.9g} computed again"
        for name in sorted(set(found) & set(stated))
        if not abs(found[name] - stated[name]) <= TOLERANCE * max(abs(stated[name]), 1.0)
    ]


def main() -> None:
    """Prints what differs; exit code 1 when anything does."""
    path = Path(sys.argv[1])
    lines = differences(path)
    sys.stdout.write("\n".join([*lines, f"{count_figures(path)} figures, {len(lines)} differ"]) + "\n")
    raise SystemExit(1 if lines else 0)


if __name__ == "__main__":
    main()
