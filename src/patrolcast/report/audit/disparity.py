"""Who receives the patrol, told to people: one finding, a picture, tables, how it was measured, what it cannot show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import exp, isfinite
from typing import Any

from patrolcast.domain.measures import Composition, DisparityAudit, GroupComparison, Interval
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.report import words
from patrolcast.report.audit.ratio_plot import ratio_plot

CANNOT_SHOW = (
    "Whether reported incidents are the true need. Where people report less, both the forecast and the need counted "
    "here are too low; the table of assumed reporting shows how much would have to be unreported to change the sign.",
    "What patrol does to the people who live there: a visit may protect or may burden, and minutes do not tell which.",
    "Whether the suggestions were followed: these are suggested minutes, not delivered ones.",
    "Anything about a person. Residents are counted by census area and spread over cells; who was met is unknown.",
    "How far off the census may be, everywhere: its margins of error, where given, widen the intervals of the "
    "city-level comparison only. Those by district, by census area and within a district, and those of comparisons of "
    "variants, take its counts as exact and are too narrow by so much.",
    "Fairness. A ratio near 1 is one measure kept; others can still be broken, and a wide interval shows nothing.",
)


def disparity_document(found: DisparityAudit | None, gates: Sequence[GateResult]) -> dict[str, Any] | None:
    """The audit of groups as JSON can hold it; NaN becomes None."""
    if found is None:
        return None
    uneven = [one.group for one in found.groups if one.parity_excluded]
    return {
        **_plain(asdict(found)),
        "parity_excluded": uneven,
        "disparity_found": list(disparities_found(found, gates)),
    }


def disparities_found(found: DisparityAudit, gates: Sequence[GateResult]) -> tuple[str, ...]:
    """Groups with a disparity: the interval of the excess excludes parity, and the limit is not shown to be kept.

    Where one side got no patrol at all and both have reports, there is no interval and none is needed.
    """
    kept = {gate.name for gate in gates if gate.verdict == GateVerdict.PASS}
    uneven = [one.group for one in found.groups if one.parity_excluded or one.without_patrol is not None]
    return tuple(name for name in uneven if f"group_excess_{name}" not in kept)


def disparity_view(found: DisparityAudit | None, gates: Sequence[GateResult]) -> dict[str, Any] | None:
    """What the page tells; None when no group was measured, and none found without patrol where others have it."""
    if found is None or not any(_answered(one) for one in found.groups):
        return None
    if (plot := ratio_plot(found.groups)) is None:
        return None  # reports so rare that not even the need has an interval: the gates tell it
    verdicts = {gate.name: str(gate.verdict) for gate in gates}
    few = found.concentration
    return {
        "finding": finding(found, gates),
        "plot": plot,
        "against": found.groups[0].against,
        "rows": [_group_row(one, verdicts, one.group in disparities_found(found, gates)) for one in found.groups],
        "levels": [
            *(_level_rows("The whole city", found.groups)),
            *(row for name, groups in found.levels.items() for row in _level_rows(f"By {name}", groups)),
            *(row for name, groups in found.districts.items() for row in _level_rows(words.district(name), groups)),
        ],
        "calibration": [
            {
                "group": words.plain(one.group),
                "own": words.number(one.ratio),
                "other": words.number(one.ratio_against),
                "ratio": format_ratio(one.log_ratio_of_ratios),
            }
            for one in found.calibration
        ],
        "opportunity": [
            {
                "group": words.plain(one.group),
                "own": words.share(one.share),
                "other": words.share(one.share_against),
                "difference": _points(one.difference),
            }
            for one in found.opportunity
        ],
        "composition": [_window(one) for one in found.composition],
        "names": [words.plain(one.group) for one in found.groups],
        "reporting": [
            {
                "group": words.plain(one.group),
                "tipping": _tipping(one.tipping_ratio, words.plain(one.group), one.against),
                "rows": [
                    {
                        "assumption": words.sentence(words.plain(row.assumption)),
                        "overlap": words.share(row.overlap),
                        "exposure": words.number(row.exposure_ratio, digits=3),
                        "excess": words.number(exp(row.excess), digits=3) if isfinite(row.excess) else "",
                    }
                    for row in one.rows
                ],
            }
            for one in found.ascertainment
        ],
        "few": {
            "gini": words.number(few.gini),
            "distinct": words.number(few.distinct_cells),
            "cells": f"{few.n_cells:,}",
            "longest": few.longest_run,
            "top": few.top,
            "share": words.share(few.top_share),
        },
        "nights": found.n_nights,
        "first": found.first_night,
        "last": found.last_night,
        "dose": found.dosage,
        "vintage": found.vintage,
        "note": next((one.excess.note for one in found.groups if one.excess.measured and one.excess.note), ""),
        "cannot": CANNOT_SHOW,
    }


def finding(found: DisparityAudit, gates: Sequence[GateResult]) -> str:
    """The one sentence that stands first; at least one group was measured, or got no patrol where others did."""
    own = {gate.name.removeprefix("group_excess_"): gate for gate in gates if gate.name.startswith("group_excess_")}
    answered = {one.group for one in found.groups if _answered(one)}
    failed = [name for name, gate in own.items() if gate.verdict == GateVerdict.FAIL]
    waived = [name for name, gate in own.items() if gate.verdict == GateVerdict.WAIVED and name in answered]
    if failed or waived:
        names = words.listed([words.plain(name) for name in (failed or waived)])
        how = "beyond the limit set before the run" if failed else "beyond the limit, by a written waiver"
        return f"Patrol is {how} for {names}: {_beyond(found, failed or waived)}."
    if any(gate.verdict == GateVerdict.WARN for gate in own.values()):
        head = "It cannot be told whether the limit set before the run is kept"
    elif unknown := [gate for name, gate in own.items() if name not in answered]:
        head = f"Of the groups that were measured none is beyond the limit; not measured: {_named(unknown)}"
    else:
        head = "No group is beyond the limit"
    return f"{head}; furthest from even: {_furthest(found)}."


def _answered(one: GroupComparison) -> bool:
    return one.excess.measured or one.without_patrol is not None


def _beyond(found: DisparityAudit, names: Sequence[str]) -> str:
    """What is known of groups beyond the limit: those without any patrol, then what is furthest from even."""
    beyond = [one for one in found.groups if one.group in names]
    sides = dict.fromkeys(words.plain(one.without_patrol) for one in beyond if one.without_patrol is not None)
    told = []
    if sides:
        where = words.listed([f"where {side} lives" for side in sides])
        told.append(f"in {found.n_nights} nights there would have been no patrol at all {where}, and reports were made")
    if any(one.excess.measured for one in beyond):
        told.append(_furthest(found))
    return "; ".join(told)


def _furthest(found: DisparityAudit) -> str:
    measured = [one for one in found.groups if one.excess.measured]
    furthest = max(measured, key=lambda one: abs(one.excess.estimate))
    return (
        f"per incident that citizens reported, the places where {words.plain(furthest.group)} lives would have "
        f"received {_with_interval(furthest.excess)} times the patrol of the places of {furthest.against}"
    )


def _named(unknown: Sequence[GateResult]) -> str:
    """Groups that were not measured; of those that stop publication, why."""
    return words.listed(
        [
            words.plain(gate.name.removeprefix("group_excess_"))
            + (" (what is seen lies beyond the limit)" if gate.stops else "")
            for gate in unknown
        ]
    )


def _with_interval(found: Interval) -> str:
    return f"{exp(found.estimate):.2f} (95 % interval {exp(found.lower):.2f} to {exp(found.upper):.2f})"


def format_ratio(found: Interval) -> str:
    """A log ratio told as a ratio with its interval.

    >>> format_ratio(Interval(0.0, -0.6931, 0.6931, 60))
    '1.00 (0.50 to 2.00)'
    """
    if not found.measured:
        return f"{words.MISSING}: {found.note}" if found.note else words.MISSING
    return f"{exp(found.estimate):.2f} ({exp(found.lower):.2f} to {exp(found.upper):.2f})"


def _group_row(one: GroupComparison, verdicts: dict[str, str], is_found: bool) -> dict[str, str]:
    return {
        "group": words.plain(one.group),
        "residents": f"{one.residents:,.0f}",
        "own": words.number(one.exposure, digits=3),
        "other": words.number(one.exposure_against, digits=3),
        "exposure": format_ratio(one.log_exposure_ratio),
        "need": format_ratio(one.log_need_ratio),
        "per_resident": format_ratio(one.log_need_ratio_per_resident) if one.excess.measured else words.MISSING,
        "parity": _parity(one, is_found),
        "excess": format_ratio(one.excess),
        "verdict": verdicts.get(f"group_excess_{one.group}", words.MISSING),
    }


def _parity(one: GroupComparison, is_found: bool) -> str:
    if not _answered(one):
        return words.MISSING
    if one.without_patrol is not None:
        return "found"
    if not one.parity_excluded:
        return "not told from even"
    return "found" if is_found else "uneven, within limit"


def _level_rows(name: str, groups: tuple[GroupComparison, ...]) -> list[dict[str, str]]:
    return [
        {
            "level": name if i == 0 else "",
            "group": words.plain(one.group),
            "exposure": format_ratio(one.log_exposure_ratio),
            "excess": format_ratio(one.excess),
        }
        for i, one in enumerate(groups)
    ]


def _window(one: Composition) -> dict[str, Any]:
    areas = f"{one.n_areas} areas" if one.n_areas else "none: areas tie"
    return {
        "window": one.window,
        "areas": areas,
        "shares": [words.share(value) if one.n_areas else "" for value in one.shares.values()],
        "whole": [words.share(value) for value in one.whole.values()],
        "groups": [words.plain(name) for name in one.shares],
    }


def _points(found: Interval) -> str:
    if not found.measured:
        return words.MISSING
    return f"{100 * found.estimate:+.1f} ({100 * found.lower:+.1f} to {100 * found.upper:+.1f}) points"


def _tipping(ratio: float | None, group: str, against: str) -> str:
    if ratio is None:
        return f"No reporting ratio from 0.2 to 5 would make patrol and need of {group} even."
    return f"Patrol and need would be even if {group} reported {ratio:.2f} times as often as {against}."


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value
