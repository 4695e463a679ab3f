"""The briefing: one page that a shift supervisor reads, prints and reads out.

Its order is the reader's: what this is and for when, what it is not, where to go and why, how to read it and what it
cannot show. What it was made from is on the data page (`data_page`), who receives the patrol on the audit. Everything
on the map is also in the tables; the page works without script, without network, and on paper.
"""

from typing import Any

import pandas as pd

from patrolcast.domain.records import NOTICE, RunContext, RunResult
from patrolcast.report import packaged, words
from patrolcast.report.audit.compared_words import weights_words
from patrolcast.report.audit.finding import audit_lines
from patrolcast.report.audit.inputs_and_gates import is_publishable, stopping_names, tally
from patrolcast.report.page import render, script_json
from patrolcast.report.run import map_data
from patrolcast.report.run.place_rows import district_order, shifts_with_rows
from patrolcast.report.run.run_facts import counted_incidents, latest_report


def briefing_page(result: RunResult, context: RunContext) -> str:
    """The whole briefing as one HTML page without network.

    Parameters
    ----------
    result : what the run made; ``result.gates`` must hold every gate, those on the sources too.
    context : what surrounds it: name, zone, sources, validity.
    """
    style = packaged.leaflet_style() + "\n" + packaged.packaged("assets/page.css")
    parts = ["assets/expiry.js"] if is_publishable(result) else []
    script = "\n".join([packaged.leaflet_script(), *map(packaged.packaged, [*parts, "assets/briefing.js"])])
    shifts = shifts_with_rows(result, context)
    return render(
        "briefing.html",
        title=f"Patrol briefing: {context.title}",
        style=style,
        script=script,
        context=context,
        facts=_facts(result, context, shifts),
        until=words.moment(context.expires_at, context.timezone),
        as_of=words.moment(context.as_of, context.timezone),
        ends=script_json(context.expires_at.timestamp()),
        published=is_publishable(result),
        stopped=stopping_names(result, context),
        notice=NOTICE,
        limits=context.what_it_cannot_show,
        exploration=result.exploration,
        shifts=shifts,
        districts=[
            {"name": name, "heading": words.district(name)}
            for name in sorted(set(result.cells["district"]), key=district_order)
        ],
        n_suggestions=len(result.visited),
        drawn=set() if result.backdrop is None else set(result.backdrop["kind"]),
        named=any(_names(result)),
        unnamed=words.unnamed(sum(not name for name in _names(result)), len(result.cells)),
        weights=weights_words(context.weights),
        level=_level(result),
        drawn_moments=f"{context.drawn_moments:,}" if context.drawn_moments else "",
        latest=latest_report(context),
        map=script_json(_map(result, context, shifts)),
        legend=map_data.legend(map_data.class_edges(_totals(result)["expected_incidents"].to_numpy())),
        audit_lines=audit_lines(result.disparity, result.gates, context.group_names, context.weights),
        tally=tally(result.gates),
    )


def _facts(result: RunResult, context: RunContext, shifts: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    zone = context.timezone
    until = [("Use until", words.moment(context.expires_at, zone), "expires")] if is_publishable(result) else []
    return [
        ("For", _window(result, shifts, zone), ""),
        *until,
        ("Data up to", words.moment(context.as_of, zone), ""),
        ("Latest report", latest_report(context), ""),
        ("Made from", counted_incidents(result, context), ""),
        ("Run", context.run_id, "run"),
    ]


def _window(result: RunResult, shifts: list[dict[str, Any]], zone: str) -> str:
    if len(shifts) < 2:
        return str(shifts[0]["label"]) if shifts else "no shift"
    first, last = result.forecast["shift_start"].min(), result.forecast["shift_end"].max()
    return f"{words.small(len(shifts))} shifts, {words.moment(first, zone)} to {words.moment(last, zone)}"


def _level(result: RunResult) -> str:
    """What the intervals state, e.g. "90 %"; an empty text where that is not one figure."""
    levels = {words.share(interval.level) for interval in result.intervals}
    return levels.pop() if len(levels) == 1 else ""


def _names(result: RunResult) -> list[str]:
    """What people call each cell; of a run without names, nothing."""
    return result.cells["place"].tolist() if "place" in result.cells else [""] * len(result.cells)


def _totals(result: RunResult) -> pd.DataFrame:
    return result.forecast.groupby(["shift_start", "cell"], sort=True, as_index=False)["expected_incidents"].sum()


def _map(result: RunResult, context: RunContext, shifts: list[dict[str, Any]]) -> dict[str, Any]:
    city = map_data.outline(result.cells["cell"].tolist())
    names = result.cells["district"].astype(str).tolist()
    rings = map_data.district_rings(city, names)
    order = sorted(rings, key=district_order)
    code = {name: i for i, name in enumerate(order)}
    totals = _totals(result)
    values = totals["expected_incidents"].to_numpy()
    scale = map_data.scale_of(values)
    wide = totals.pivot(index="shift_start", columns="cell", values="expected_incidents")
    wide = wide.reindex(columns=result.cells["cell"]).sort_index()
    return {
        "outline": map_data.packed_outline(city),
        "ids": result.cells["cell"].tolist(),
        "backdrop": map_data.packed_backdrop(result.backdrop),
        "names": map_data.packed_names(_names(result)),
        "district_of": [code[name] for name in names],
        "districts": [{"name": n, "label": words.district(n), "rings": rings[n]} for n in order],
        "scale": [round(end, 9) for end in scale],
        "edges": map_data.class_edges(values),
        "shifts": [
            {
                "label": shift["label"],
                "short": shift["short"],
                "start": shift["start"],
                "end": shift["end"],
                "values": map_data.in_letters(row, scale),
            }
            for shift, row in zip(shifts, wide.fillna(0.0).to_numpy(), strict=True)
        ],
    }
