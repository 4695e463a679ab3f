"""A back-test as a page: the finding, its picture, the same as tables, and what it cannot show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from patrolcast.domain.records import NOTICE
from patrolcast.report import packaged, words
from patrolcast.report.backtest.finding import (
    MAIN_SHARE,
    finding,
    land_name,
    main_results,
    methods_used,
    nearest,
    percent_of,
)
from patrolcast.report.backtest.plots import COUNTING, PEER, ratio_plot, reliability_plot
from patrolcast.report.page import render

LIMITS = (
    "Skill is measured on reported incidents. Where less is reported, a place that needs help counts as quiet.",
    "How the forecast is made was chosen by looking at windows like these: its figures flatter it a little, as the "
    "best peer's flatter that peer.",
    "The windows were forecast as they would have been, but nobody patrolled by these forecasts: what patrol would "
    "have changed is not in these figures.",
    "A report counts from when it came in, but as the export holds it today: what was corrected or removed since is "
    "known too early. Place layers and residents are today's as well.",
    "The interval resamples the windows of this one stretch of time; another year may differ by more than it says.",
    "Better than counting in hits says nothing about who receives the patrol: the audit of a run measures that.",
)
_NAMES = {
    "forecast": "forecast",
    "stacked_counts": "forecast without trees",
    "all_history": "counting (all history)",
    "promap": "ProMap",
    "self_exciting": "self-exciting process",
}
TIE_ORDERS = 20
"""Orders of equal cells that hits are means over, as `forecast/skill.py` has them."""
_TOLD_SHARES = (0.01, 0.02, 0.05)
_LIMIT = ("over_counting", "share_of_attainable", "share_of_attainable_gain")


def backtest_page(document: Mapping[str, Any]) -> str:
    """One self-contained page from the document of `runs/backtest/backtest`."""
    weekly = main_results(document)
    timezone = document["timezone"]
    moments = [words.moment(datetime.fromisoformat(one), timezone) for one in document["origins"]]
    return render(
        "backtest.html",
        title=f"Back-test: {document['title']}",
        style=packaged.packaged("assets/page.css"),
        document=document,
        finding=finding(document),
        methods_used=methods_used(document),
        horizon=weekly[0]["horizon"] if weekly else "",
        shares=[percent_of(weekly[0]["shares"][k]) for k in _told_at(weekly[0]["shares"])] if weekly else [],
        share=percent_of(weekly[0]["shares"][nearest(weekly[0]["shares"], MAIN_SHARE)]) if weekly else "",
        land=land_name(document),
        first=moments[0],
        last=moments[-1],
        n_origins=len(moments),
        n_trainings=len(document["trainings"]),
        picture=ratio_plot(
            _ratio_rows(weekly), title="Incidents caught / incidents caught by counting and by the best peer"
        ),
        verdicts=[_verdict_row(one) for one in weekly],
        tables=[_skill_table(one) for one in document["results"]],
        calibration=[_calibration(one) for one in weekly],
        limit=[_limit_row(one) for one in weekly if "limit" in one],
        districts=[row for one in weekly for row in _district_rows(one)],
        groups=[row for one in weekly for row in _group_rows(one)],
        tuned=[(c.replace("_", " "), _settings(s)) for c, s in document["tuned"].items()],
        peers=[(_name(name), one["source"]) for name, one in document["peers"].items()],
        notice=NOTICE,
        limits=LIMITS,
        tie_orders=TIE_ORDERS,
    )


def _ratio_rows(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for one in results:
        at = nearest(one["shares"], MAIN_SHARE)
        for key, than, kind in (("counting", "counting", COUNTING), ("best_peer", "best peer", PEER)):
            label = f"{one['category'].replace('_', ' ')} / {than}"
            rows.append({"label": label, "kind": kind, **one["against"][key][at]})
    return rows


def _verdict_row(one: Mapping[str, Any]) -> dict[str, Any]:
    cells = [[_ratio(one["against"][key][k]) for key in ("counting", "best_peer")] for k in _told_at(one["shares"])]
    at = nearest(one["shares"], MAIN_SHARE)
    others = ("counting",) if one["best_peer"] == "all_history" else ("counting", "best_peer")
    return {
        "category": one["category"].replace("_", " "),
        "incidents": f"{one['incidents']:,}",
        "windows": one["windows"],
        "best": _name(one["best_peer"]),
        "cells": [cell for pair in cells for cell in pair],
        "words": "; ".join(one["against"][other][at]["verdict"] for other in others),
    }


def _skill_table(one: Mapping[str, Any]) -> dict[str, Any]:
    order = sorted(one["methods"], key=lambda name: (name != "forecast", name != "stacked_counts"))
    rows = []
    for name in order:
        method = one["methods"][name]
        rows.append(
            {
                "name": _name(name),
                "hit": [_percent(r) for r in method["hit_rate"]],
                "pai": [_number(v) for v in method["pai"]],
                "pei": [_number(v) for v in method["pei"]],
                "rri": _number(method["rri"][nearest(one["shares"], MAIN_SHARE)]),
                "deviance": _number(method["poisson_deviance"], 4),
                "ratio": _number(method["predicted_over_observed"]),
            }
        )
    return {
        "title": f"{one['category'].replace('_', ' ')}, next {one['horizon']}",
        "note": f"{one['incidents']:,} incidents in {one['windows']} windows. {one['pei_warning']}",
        "shares": [percent_of(share) for share in one["shares"]],
        "rows": rows,
    }


def _calibration(one: Mapping[str, Any]) -> dict[str, Any]:
    told, name = one["calibration"], one["category"].replace("_", " ")
    return {
        "category": name,
        "overall": _ratio(told["overall"]),
        "coverage": _coverage(told["coverage_90"]),
        "as_stated": _coverage(told["coverage_90_as_stated"]) if one["horizon"] == "week" else "",
        "plot": reliability_plot(
            [_plotted(d) for d in told["risk_deciles"]], title=f"Expected / counted by tenth of the risk: {name}"
        ),
        "risk_deciles": [_decile(d) for d in told["risk_deciles"]],
        "deciles": [_decile(d) for d in told["deciles"]],
    }


def _coverage(one: Mapping[str, Any]) -> str:
    rests = f"{one['units']:,} sums of {one['windows']} windows in {one['cells']:,} cells"
    if one["estimate"] is None:
        return f"not measured ({rests} expect {one['expects_at_least']:g} incidents; it takes {one['needs_units']})"
    share, lower, upper = (f"{100.0 * one[name]:.0f}" for name in ("estimate", "lower", "upper"))
    return f"{share} % ({lower}-{upper}; {rests})"


def _plotted(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """A tenth as it is drawn: without its bar where there is no interval."""
    return {**one, "lower": one["ratio"], "upper": one["ratio"]} if one["lower"] is None else one


def _decile(one: Mapping[str, Any]) -> str:
    ratio = f"above {one['lower']:.2f}" if one["ratio"] is None and one["lower"] else _number(one["ratio"])
    return f"{ratio} ({int(one['observed'])})"


def _limit_row(one: Mapping[str, Any]) -> dict[str, Any]:
    at = _told_at(one["shares"])
    limit = one["limit"] or dict.fromkeys(_LIMIT, [None] * len(one["shares"]))
    return {
        "category": one["category"].replace("_", " "),
        "over": [_number(limit[_LIMIT[0]][k]) for k in at],
        "share": [_number(limit[_LIMIT[1]][k]) for k in at],
        "gain": [_number(limit[_LIMIT[2]][k]) for k in at],
    }


def _district_rows(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for name, part in (one.get("districts") or {}).items():
        at = nearest(one["shares"], MAIN_SHARE)
        against = part["against_counting"][at]
        rows.append(
            {
                "category": one["category"].replace("_", " "),
                "district": name,
                "incidents": f"{part['incidents']:,}",
                "hit": words.share(part["hit_rate"][at]) if part["hit_rate"][at] is not None else "-",
                "ratio": _ratio(against),
                "calibration": _ratio(part["calibration"]),
            }
        )
    return rows


def _group_rows(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for name, part in (one.get("groups") or {}).items():
        at = nearest(one["shares"], MAIN_SHARE)
        hit = part["hit_rate"][at]
        rows.append(
            {
                "category": one["category"].replace("_", " "),
                "group": name.replace("_", " "),
                "incidents": words.number(part["incidents"]),
                "hit": words.share(hit) if hit is not None else "-",
                "calibration": _ratio(part["calibration"]),
            }
        )
    return rows


def _settings(chosen: Mapping[str, Mapping[str, Any]]) -> str:
    told = [f"{_name(name)}: {', '.join(f'{k} {v:g}' for k, v in s.items())}" for name, s in chosen.items() if s]
    return "; ".join(told)


def _name(method: str) -> str:
    return _NAMES.get(method, method.replace("_", " "))


def _told_at(shares: Sequence[float]) -> list[int]:
    """Which of the config's shares of land are told: those nearest to 1, 2 and 5 %, each once."""
    return list(dict.fromkeys(nearest(shares, wanted) for wanted in _TOLD_SHARES))


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _percent(rate: Mapping[str, Any]) -> str:
    return "-" if rate["estimate"] is None else f"{100 * rate['estimate']:.1f}"


def _ratio(one: Mapping[str, Any]) -> str:
    ratio = one["ratio"]
    if ratio is None:
        return f"above {one['lower']:.2f}" if one["lower"] else "-"
    ends = (one["lower"], one["upper"])
    if one.get("too_few"):
        return f"{ratio:.2f} (too few)"
    return f"{ratio:.2f}" if None in ends else f"{ratio:.2f} ({ends[0]:.2f}-{ends[1]:.2f})"
