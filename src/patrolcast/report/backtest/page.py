"""A back-test as a page: the finding, its picture, the same as tables, and what it cannot show."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from patrolcast.domain.comparison import TIE_ORDERS
from patrolcast.domain.records import NOTICE
from patrolcast.domain.residents import GroupNames
from patrolcast.report import packaged, words
from patrolcast.report.backtest.finding import (
    MAIN_SHARE,
    backtest_finding,
    compared_words,
    fit_beside_hits,
    land_name,
    main_results,
    methods_used,
    nearest,
    percent_of,
    where_measured,
)
from patrolcast.report.backtest.plots import COUNTING, PEER, backtest_ratio_plot, reliability_plot
from patrolcast.report.page import render

LIMITS = (
    "Only reported incidents are counted. Where people report less, a place that needs help looks quiet.",
    "The way of forecasting was chosen by looking at nights like these, so its figures are slightly generous. So are "
    "those of the best peer.",
    "Nobody patrolled by these forecasts. What patrol would have changed is not in these figures.",
    "A report counts from the time it came in, but with what the export says today: a later correction is known too "
    "early. Place layers and residents are today's too.",
    "The intervals come from this one stretch of time. Another year may differ by more than they say.",
    "Finding more incidents than counting says nothing about who gets the patrol. The audit of a run measures that.",
)
_NAMES = {
    "forecast": "forecast",
    "stacked_counts": "forecast without trees",
    "all_history": "counting (all history)",
    "promap": "ProMap",
    "self_exciting": "self-exciting process",
    "kernel_density": "smoothed recent counts",
    "smoothed_count": "smoothed counts",
    "trailing_28d": "counting 28 days",
    "trailing_91d": "counting 91 days",
    "trailing_365d": "counting 365 days",
}
_ALL_LAND = "All land: the config names no residents."
_INHABITED = "Cells where the census counts residents; the others are left out."
"""Orders of equal cells that hits are means over, as `forecast/skill.py` has them."""
_SHOWN_SHARES = (0.01, 0.02, 0.05)
_HINDSIGHT = ("over_counting", "share_of_hits", "share_of_gain")
NO_HEADROOM = "no headroom measured"
"""Of a share of the land on which hindsight finds no more, or hardly more, than counting."""


def backtest_page(document: Mapping[str, Any]) -> str:
    """One self-contained page from the document of `runs/backtest/backtest`."""
    weekly, called = main_results(document), GroupNames.stored(document)
    timezone = document["timezone"]
    moments = [words.moment(datetime.fromisoformat(origin), timezone) for origin in document["origins"]]
    return render(
        "backtest.html",
        title=f"Back-test: {document['title']}",
        style=packaged.packaged("assets/page.css"),
        document=document,
        finding=backtest_finding(document),
        where_measured=where_measured(document),
        fit=fit_beside_hits(document),
        methods_used=methods_used(document),
        as_of=words.moment(datetime.fromisoformat(document["as_of"]), timezone),
        horizon=weekly[0]["horizon"] if weekly else "",
        shares=[percent_of(weekly[0]["shares"][k]) for k in _shown_at(weekly[0]["shares"])] if weekly else [],
        share=percent_of(weekly[0]["shares"][nearest(weekly[0]["shares"], MAIN_SHARE)]) if weekly else "",
        land=land_name(document),
        area_rule=_ALL_LAND if land_name(document) == "land" else _INHABITED,
        first=moments[0],
        last=moments[-1],
        n_origins=len(moments),
        n_trainings=len(document["trainings"]),
        picture=backtest_ratio_plot(
            _ratio_rows(weekly), title="Incidents found by the forecast / by counting, and / by the best peer"
        ),
        verdicts=[_verdict_row(result) for result in weekly],
        tables=[_skill_table(result) for result in document["results"]],
        calibration=[_calibration(result) for result in weekly],
        hindsight=[_hindsight_row(result) for result in weekly if "hindsight" in result],
        districts=[row for result in weekly for row in _district_rows(result)],
        groups=[row for result in weekly for row in _group_rows(result, called)],
        tuned=[(words.plain(category), _settings(settings)) for category, settings in document["tuned"].items()],
        peers=[(_name(name), peer["source"]) for name, peer in document["peers"].items()],
        notice=NOTICE,
        call_source=document.get("call_source", ""),
        limits=LIMITS,
        tie_orders=TIE_ORDERS,
    )


def _ratio_rows(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for result in results:
        at = nearest(result["shares"], MAIN_SHARE)
        for key, than, kind in (("counting", "counting", COUNTING), ("best_peer", "best peer", PEER)):
            label = f"{words.plain(result['category'])} / {than}"
            rows.append({"label": label, "kind": kind, **result["against"][key][at]})
    return rows


def _verdict_row(result: Mapping[str, Any]) -> dict[str, Any]:
    cells = [
        [_ratio(result["against"][key][k]) for key in ("counting", "best_peer")] for k in _shown_at(result["shares"])
    ]
    at = nearest(result["shares"], MAIN_SHARE)
    others = ("counting",) if result["best_peer"] == "all_history" else ("counting", "best_peer")
    return {
        "category": words.plain(result["category"]),
        "incidents": f"{result['incidents']:,}",
        "best": _name(result["best_peer"]),
        "cells": [cell for pair in cells for cell in pair],
        "words": "; ".join(
            compared_words(
                result["against"][other][at],
                than="counting" if other == "counting" else _name(result["best_peer"]),
                windows=result["windows"],
            )
            for other in others
        ),
    }


def _skill_table(result: Mapping[str, Any]) -> dict[str, Any]:
    main = nearest(result["shares"], MAIN_SHARE)
    order = sorted(result["methods"], key=lambda name: (name != "forecast", name != "stacked_counts"))
    return {
        "title": f"{words.plain(result['category'])}, next {result['horizon']}",
        "note": f"{result['incidents']:,} incidents in {result['windows']} windows.{_pei_note(result['pei_warning'])}",
        "shares": [percent_of(share) for share in result["shares"]],
        "rows": [
            {
                "name": _name(name),
                "hit": [_percent(rate) for rate in method["hit_rate"]],
                "pai": [_number(value) for value in method["pai"]],
                "pei": [_number(value) for value in method["pei"]],
                "rri": _number(method["rri"][main]),
                "deviance": _number(method["poisson_deviance"], 4),
                "ratio": _number(method["predicted_over_observed"]),
            }
            for name, method in ((name, result["methods"][name]) for name in order)
        ],
    }


def _pei_note(warning: str) -> str:
    """Where so few incidents fall that every method can catch them all."""
    return " With so few incidents a window, PEI says little." if warning else ""


def _calibration(result: Mapping[str, Any]) -> dict[str, Any]:
    calibration, name = result["calibration"], words.plain(result["category"])
    return {
        "category": name,
        "overall": _ratio(calibration["overall"]),
        "coverage": _coverage(calibration["coverage_90"]),
        "as_stated": _coverage(calibration["coverage_90_as_stated"]) if result["horizon"] == "week" else "",
        "plot": reliability_plot(
            [_plotted(tenth) for tenth in calibration["risk_deciles"]],
            title=f"Expected / counted incidents by tenth of the forecast: {name}",
        ),
        "risk_deciles": [_decile(tenth) for tenth in calibration["risk_deciles"]],
        "deciles": [_decile(tenth) for tenth in calibration["deciles"]],
    }


def _coverage(coverage: Mapping[str, Any]) -> str:
    sums = f"{coverage['units']:,} sums over {coverage['windows']} windows in {coverage['cells']:,} cells"
    if coverage["estimate"] is None:
        few = f"{sums} expect {coverage['expects_at_least']:g} incidents or more; it takes {coverage['needs_units']}"
        return f"not checked: too few incidents ({few})"
    share, lower, upper = (f"{100.0 * coverage[name]:.0f}" for name in ("estimate", "lower", "upper"))
    return f"right in {share} % ({lower}-{upper}; {sums})"


def _plotted(tenth: Mapping[str, Any]) -> Mapping[str, Any]:
    """A tenth as it is drawn: without its bar where there is no interval."""
    return {**tenth, "lower": tenth["ratio"], "upper": tenth["ratio"]} if tenth["lower"] is None else tenth


def _decile(tenth: Mapping[str, Any]) -> str:
    ratio = f"above {tenth['lower']:.2f}" if tenth["ratio"] is None and tenth["lower"] else _number(tenth["ratio"])
    return f"{ratio} ({int(tenth['observed'])})"


def _hindsight_row(result: Mapping[str, Any]) -> dict[str, Any]:
    hindsight = result["hindsight"] or dict.fromkeys(_HINDSIGHT, [None] * len(result["shares"]))
    over, share, gain = ([hindsight[name][k] for k in _shown_at(result["shares"])] for name in _HINDSIGHT)
    return {
        "category": words.plain(result["category"]),
        "over": [_number(value) for value in over],
        "share": [_number(value) for value in share],
        "gain": [
            NO_HEADROOM if value is None and measured is not None else _number(value)
            for value, measured in zip(gain, over, strict=True)
        ],
    }


def _district_rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    at = nearest(result["shares"], MAIN_SHARE)
    return [
        {
            "category": words.plain(result["category"]),
            "district": name,
            "incidents": f"{part['incidents']:,}",
            "hit": _share(part["hit_rate"][at]),
            "ratio": _ratio(part["against_counting"][at]),
            "calibration": _ratio(part["calibration"]),
        }
        for name, part in (result.get("districts") or {}).items()
    ]


def _group_rows(result: Mapping[str, Any], called: GroupNames) -> list[dict[str, Any]]:
    at = nearest(result["shares"], MAIN_SHARE)
    return [
        {
            "category": words.plain(result["category"]),
            "group": called(name),
            "incidents": words.number(part["incidents"]),
            "hit": _share(part["hit_rate"][at]),
            "calibration": _ratio(part["calibration"]),
        }
        for name, part in (result.get("groups") or {}).items()
    ]


def _share(value: float | None) -> str:
    return "-" if value is None else words.share(value)


def _settings(chosen: Mapping[str, Mapping[str, Any]]) -> str:
    return "; ".join(
        f"{_name(method)}: {', '.join(f'{key} {value:g}' for key, value in settings.items())}"
        for method, settings in chosen.items()
        if settings
    )


def _name(method: str) -> str:
    return _NAMES.get(method, words.plain(method))


def _shown_at(shares: Sequence[float]) -> list[int]:
    """Which of the config's shares of land are shown: those nearest to 1, 2 and 5 %, each once."""
    return list(dict.fromkeys(nearest(shares, wanted) for wanted in _SHOWN_SHARES))


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _percent(rate: Mapping[str, Any]) -> str:
    return "-" if rate["estimate"] is None else f"{100 * rate['estimate']:.1f}"


def _ratio(comparison: Mapping[str, Any]) -> str:
    ratio = comparison["ratio"]
    if ratio is None:
        return f"above {comparison['lower']:.2f}" if comparison["lower"] else "-"
    ends = (comparison["lower"], comparison["upper"])
    if comparison.get("too_few"):
        return f"{ratio:.2f} (too few)"
    return f"{ratio:.2f}" if None in ends else f"{ratio:.2f} ({ends[0]:.2f}-{ends[1]:.2f})"
