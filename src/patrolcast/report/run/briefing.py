"""The briefing: one page that a shift supervisor reads, prints and reads out.

Its order is the reader's: what this is and for when, what it is not, where to go and why, then how good it is and what
it was made from. Everything on the map is also in the tables; the page works without script, without network, and
on paper.
"""

from typing import Any

import pandas as pd

from patrolcast.domain.records import NOTICE, RunContext, RunResult
from patrolcast.report import packaged, words
from patrolcast.report.audit.finding import audit_lines
from patrolcast.report.audit.inputs_and_gates import (
    admitted_groups,
    excluded_rows,
    gate_rows,
    is_publishable,
    source_accounts,
)
from patrolcast.report.audit.skill_words import interval_rows, skill_rows, skill_sentences
from patrolcast.report.page import render, script_json
from patrolcast.report.run import map_data
from patrolcast.report.run.place_rows import district_order, shifts_with_rows


def briefing_page(result: RunResult, context: RunContext) -> str:
    """The whole briefing as one HTML page without network.

    Parameters
    ----------
    result : what the run made; ``result.gates`` must hold every gate, those on the sources too.
    context : what surrounds it: name, zone, sources, validity.
    """
    style = packaged.leaflet_style() + "\n" + packaged.packaged("assets/page.css")
    script = packaged.leaflet_script() + "\n" + packaged.packaged("assets/briefing.js")
    shifts = shifts_with_rows(result, context)
    return render(
        "briefing.html",
        title=f"Patrol briefing: {context.title}",
        style=style,
        script=script,
        context=context,
        facts=_facts(result, context, shifts),
        published=is_publishable(result),
        stopped=[gate["name"] for gate in gate_rows(result.gates) if gate["stops"]],
        notice=NOTICE,
        limits=context.what_it_cannot_show,
        exploration=result.exploration,
        notes=[*result.notes, *context.notes],
        shifts=shifts,
        districts=[
            {"name": name, "heading": words.district(name)}
            for name in sorted(set(result.cells["district"]), key=district_order)
        ],
        n_suggestions=len(result.visited),
        drawn=set() if result.backdrop is None else set(result.backdrop["kind"]),
        named=any(_names(result)),
        unnamed=words.unnamed(sum(not name for name in _names(result)), len(result.cells)),
        weights=_weights(context.weights),
        latest=_latest(context),
        map=script_json(_map(result, context, shifts)),
        legend=map_data.legend(map_data.class_edges(_totals(result)["expected_incidents"].to_numpy())),
        skill_sentences=skill_sentences(result.skill, validation_shifts=result.training.get("validation_shifts")),
        skill=skill_rows(result.skill),
        intervals=interval_rows(result.intervals),
        sources=source_accounts(context.sources),
        admitted=admitted_groups(result.admission),
        excluded=excluded_rows(result.admission),
        gates=gate_rows(result.gates),
        audit_lines=audit_lines(result.disparity, result.gates),
        training=_training(result, context),
    )


def _facts(result: RunResult, context: RunContext, shifts: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    zone = context.timezone
    kept = sum(source.kept for source in context.sources if source.of_incidents)
    return [
        ("For", _window(result, shifts, zone), ""),
        ("Use until", words.moment(context.expires_at, zone), "expires"),
        ("Data up to", words.moment(context.as_of, zone), ""),
        ("Latest report", _latest(context), ""),
        ("Made from", context.call_source.incidents(words.count(kept, "incident")), ""),
        ("Run", context.run_id, "run"),
    ]


def _latest(context: RunContext) -> str:
    if context.newest_report is None:
        return "no report has a time"
    hours = (context.as_of - context.newest_report).total_seconds() / 3600
    return words.moment(context.newest_report, context.timezone) + f" ({words.age(hours)} before this was made)"


def _window(result: RunResult, shifts: list[dict[str, Any]], zone: str) -> str:
    if len(shifts) < 2:
        return str(shifts[0]["label"]) if shifts else "no shift"
    first, last = result.forecast["shift_start"].min(), result.forecast["shift_end"].max()
    return f"{words.small(len(shifts))} shifts, {words.moment(first, zone)} to {words.moment(last, zone)}"


def _weights(weights: dict[str, float]) -> str:
    """The weights that change an order, in words; an empty text where every incident counts the same.

    >>> _weights({"assault": 3.0, "vehicle_theft": 2.5, "theft": 1.0})
    'assault 3, vehicle theft 2.5, everything else 1'
    """
    stated = [f"{words.plain(name)} {weight:g}" for name, weight in sorted(weights.items()) if weight != 1]
    return ", ".join([*stated, "everything else 1"]) if stated else ""


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
                "start": shift["start"],
                "end": shift["end"],
                "values": map_data.in_letters(row, scale),
            }
            for shift, row in zip(shifts, wide.fillna(0.0).to_numpy(), strict=True)
        ],
        "expires": context.expires_at.timestamp(),
    }


def _training(result: RunResult, context: RunContext) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    if {"first_shift", "last_shift"} <= result.training.keys():
        first, last = (pd.Timestamp(str(result.training[key])) for key in ("first_shift", "last_shift"))
        facts.append(
            ("Trained on shifts", f"{words.day(first, context.timezone)} to {words.day(last, context.timezone)}")
        )
    names = {
        "incidents": "Incidents trained on",
        "rows": "Training rows (cell × shift)",
        "rounds": "Training rounds",
        "validation_shifts": "Shifts held out to check it",
    }
    for key, name in names.items():
        if key in result.training:
            facts.append((name, words.number(float(result.training[key]), digits=9)))
    facts.append(("Cells", f"{len(result.cells):,}"))
    facts += [(name, version) for name, version in sorted(context.versions.items())]
    facts.append(("Config, SHA-256", context.config_sha256))
    return facts
