"""The index page itself: one closed page that links to what lies beside it.

It is a photograph of a folder: true at ``written_at``. What may be used, and until when, is therefore stated as a
moment, never as "now"; the page's own script shows the banner once that moment is over, and hides what invites to use.
"""

from datetime import datetime
from typing import Any

from patrolcast.domain.records import NOTICE
from patrolcast.report import packaged, words
from patrolcast.report.index.values import CityIndex, LastStart, ListedRun, PublishedRun, StandingPause
from patrolcast.report.index.verdict_lines import check_name, evidence_lines, page_lines
from patrolcast.report.page import render, script_json

DOWNLOADS = {
    "suggestions.csv": "Suggestions (CSV, for a spreadsheet)",
    "suggestions.geojson": "Suggestions (GeoJSON, for a map)",
    "forecast.parquet": "Forecast of every cell, category and shift (GeoParquet)",
    "manifest.json": "Manifest: what the run was made from, with hashes",
    "audit.json": "Audit as data",
}
TEST_PAGES = {
    "comparison.html": "Comparison of variants",
    "backtest.html": "Back-test: what the forecast adds over counting",
    "feedback.html": "Closed-loop test in simulated cities",
    "monitor.html": "Monitor: does patrol steer the forecast in use?",
}
_REVIEWED = (("briefing.html", "briefing"), ("data.html", "data"), ("audit.html", "audit"), ("rollcall.pdf", "sheets"))
_STOPPED = (("audit.html#checks", "checks"), ("data.html", "data"))
"""A run that was stopped is there to see why: its suggestions are not linked; nor is any while the tool is paused."""


def index_page(city: CityIndex) -> str:
    """The whole index of a city as one HTML page without network."""
    run = city.published
    return render(
        "index.html",
        title=f"{city.title}: patrol suggestions",
        style=packaged.packaged("assets/page.css"),
        script=packaged.packaged("assets/expiry.js") if run is not None and not run.expired else "",
        name=city.title,
        notice=NOTICE,
        call_source=run.call_source if run is not None else "",
        exceptions=run.exceptions if run is not None else (),
        written=words.moment(city.written_at, city.timezone),
        run=None if run is None else _published(run, city),
        paused="" if city.pause is None else _paused(city.pause, city.timezone),
        why_not=_why_not(city) if run is None and city.pause is None else [],
        last=_ended(city.last_start, city.timezone),
        listed=[_row(listed, city) for listed in city.listed],
        n_more=city.n_more,
        tests=[(name, city.tests[file]) for file, name in TEST_PAGES.items() if file in city.tests],
    )


def _published(run: PublishedRun, city: CityIndex) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "expired": run.expired,
        "as_of": words.moment(run.as_of, city.timezone),
        "until": words.moment(run.expires_at, city.timezone),
        "ends": script_json(run.expires_at.timestamp()),
        "pages": page_lines(run),
        "tests": evidence_lines(run, city.tests),
        "downloads": [
            (text, f"{run.run_id}/{file}") for file, text in DOWNLOADS.items() if file in {*run.files, "manifest.json"}
        ],
    }


def _paused(pause: StandingPause, zone: str) -> str:
    return f"Paused by {pause.by} on {words.moment(pause.since, zone)}: {pause.reason}"


def _why_not(city: CityIndex) -> list[str]:
    """Why nothing is published, as far as it is known."""
    why = []
    if city.fault:
        why.append(f"What was published counts no more: {city.fault}.")
    newest = city.listed[0] if city.listed else None
    if newest is not None and newest.stopped_by:
        why.append(f"The newest run was stopped by {_names(newest)}.")
    elif newest is None:
        why.append("There is no run yet.")
    return why


def _ended(last: LastStart | None, zone: str) -> str:
    """How the last start ended, in a sentence; "" where none is known."""
    if last is None:
        return ""
    when = words.moment(last.at, zone)
    if last.exit_code is None:
        return f"The last start, on {when}, had not ended when this page was written."
    if last.exit_code == 0:
        return f"The last start, on {when}, ended well."
    return f"The last start, on {when}, ended with exit code {last.exit_code}: {last.message}."


def _row(run: ListedRun, city: CityIndex) -> dict[str, Any]:
    offered = _STOPPED if run.stopped_by or city.pause is not None else _REVIEWED
    return {
        "run_id": run.run_id,
        "as_of": _as_of(run.as_of, city.timezone),
        "outcome": _outcome_of(run, city.published),
        "bad": bool(run.fault or run.stopped_by),
        "links": [
            (name, f"{run.run_id}/{file}")
            for file, name in offered
            if not run.fault and file.partition("#")[0] in run.files
        ],
    }


def _as_of(moment: datetime | None, zone: str) -> str:
    return "not known" if moment is None else words.moment(moment, zone)


def _outcome_of(run: ListedRun, published: PublishedRun | None) -> str:
    if run.fault:
        return f"Do not use: {run.fault}"
    if run.stopped_by:
        return f"Stopped by {_names(run)}"
    return "Published, see above" if published is not None and published.run_id == run.run_id else "Passed its checks"


def _names(run: ListedRun) -> str:
    return words.listed(check_name(name, run.called) for name in run.stopped_by)
