"""The page of one run: whether it may be used, each check with its verdict, groups and objectives."""

from collections.abc import Mapping
from datetime import datetime
from math import exp
from typing import Any

from patrolcast.domain.records import NOTICE
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words
from patrolcast.report.audit.inputs_and_gates import gate_title
from patrolcast.report.index.verdict_lines import check_name
from patrolcast.report.site.allowed import figure_of, rounded
from patrolcast.report.site.tables import Cell, Link, SitePage, SiteTable, shown_rows
from patrolcast.report.site.values import IN_FORCE, PASSED, REMOVED, STOPPED, UNSOUND, CitySite, SiteRun

_VERDICTS = {
    "pass": "passed",
    "warn": "warning",
    "fail": "FAILED",
    "waived": "did not pass, waived in writing",
    "not measured": "NOT MEASURED, which is not a pass",
}
_WITHDRAWN = "NOT FOR USE: it was published, and withdrawn by a pause. "
CHECK_COLUMNS = ("Check", "Verdict", "Figure", "Rule set before", "Stops publication")
_ABOUT = (
    "The words that a check says of itself, and figures that are counts of reports, are left out: they could give away "
    "small counts. Figures are rounded to two digits.",
    "The advice names places and times; no page of this site names a place smaller than a district.",
)


def has_page(run: SiteRun) -> bool:
    """True for a run that this release can show."""
    return run.manifest is not None


def page_of_run(run: SiteRun) -> str:
    """The run's page below the city's folder."""
    return f"runs/{run.run_id}/index.html"


def run_page(run: SiteRun, city: CitySite) -> SitePage:
    """The audit of one run, also of one that failed."""
    manifest, called = run.manifest or {}, city.called
    until = datetime.fromisoformat(str(manifest["expires_at"]))
    return SitePage(
        path=f"{city.name}/{page_of_run(run)}",
        title=f"Run of {_when(run, city)}",
        kind=f"Audit of one run of {city.title}",
        lead=(_own_sentence(run, city), *_until(run, until, city), *_group_sentence(run), NOTICE),
        banner=banner(run),
        tables=(
            checks_table(manifest, called, "checks", "Every check of the run, as it was decided before the run"),
            *_group_tables(run, called),
            _objectives(manifest),
            _made_from(manifest),
        ),
        back=(Link("All cities", "../../../index.html"), Link(city.title, "../../index.html")),
        notes=_ABOUT,
    )


def outcome(run: SiteRun, city: CitySite) -> str:
    """What became of a run, as a sentence."""
    if run.state == STOPPED:
        named = words.listed(check_name(name, city.called) for name in run.stopped_by)
        return f"FAILED: not published; stopped by {named}."
    page = "its page here stays as it was" if run.has_page else "it has no page here"
    marks = f"{'FAILED. ' * run.failed}{_WITHDRAWN * run.withdrawn}"
    if run.state == UNSOUND:
        return f"{marks}NOT SOUND: its files are not what the audit trail states, or it states none; {page}."
    if run.state == REMOVED:
        return f"{marks}No longer kept by the department; {page}."
    if run.withdrawn:
        return f"{_WITHDRAWN}It had passed its checks."
    if run.state == IN_FORCE:
        return "Published: the latest run that was published."
    return "Passed its checks; it was published once." if run.was_published else "Passed its checks; not published."


def _own_sentence(run: SiteRun, city: CitySite) -> str:
    """The same on the run's own page, which may stay as it is when the run is the latest no more."""
    if run.withdrawn or not run.was_published:
        return outcome(run, city)
    return "Passed its checks and was published."


def banner(run: SiteRun) -> str:
    """What stands above the page of a run that nobody may use; empty for others."""
    if run.failed:
        return "This run failed. Nobody may use its suggestions."
    return "This run was withdrawn. Nobody may use its suggestions." if run.withdrawn else ""


def _until(run: SiteRun, until: datetime, city: CitySite) -> tuple[str, ...]:
    if run.state not in {IN_FORCE, PASSED} or run.withdrawn:
        return ()
    return (f"Its suggestions are for use until {words.moment(until, city.timezone)}, and only if it was published.",)


def checks_table(
    document: Mapping[str, Any], called: GroupNames, key: str, caption: str, *, gates: str = "gates"
) -> SiteTable:
    """Checks of a document: name, verdict, figure where one may be shown, rule, and whether it stops publication."""
    return SiteTable(
        key,
        caption,
        CHECK_COLUMNS,
        shown_rows([_check(gate, called) for gate in document.get(gates, ())]),
    )


def _check(gate: Mapping[str, Any], called: GroupNames) -> list[Cell]:
    verdict = str(gate["verdict"])
    stops = gate.get("stops", gate.get("stops_publication", False))
    return [
        gate_title(str(gate["name"]), called),
        _VERDICTS.get(verdict, verdict),
        figure_of(gate) or "not shown",
        str(gate["threshold"]),
        "yes" if stops else "no",
    ]


def _group_sentence(run: SiteRun) -> tuple[str, ...]:
    if _groups(run):
        return ()
    return ("How patrol falls on groups of residents was not measured in this run. That is not a pass.",)


def _groups(run: SiteRun) -> list[Mapping[str, Any]]:
    disparity = (run.audit or {}).get("disparity")
    return list(disparity.get("groups") or ()) if isinstance(disparity, Mapping) else []


def _group_tables(run: SiteRun, called: GroupNames) -> list[SiteTable]:
    """Patrol per reported incident of each group beside everybody else: city-wide, and in each district."""
    if not _groups(run):
        return []
    disparity = (run.audit or {})["disparity"]
    districts = disparity.get("districts") or {}
    head = ("Group", "Patrol per report, times that of others", "95 % interval", "Enough to say")
    tables = [
        SiteTable(
            "groups",
            "Patrol per reported incident where a group lives, beside everybody else, in the whole city",
            head,
            shown_rows([_group(row, called) for row in _groups(run)]),
        )
    ]
    rows = [
        [f"{words.district(str(name))}, {called(str(row['group']))}", *_group(row, called)[1:]]
        for name, groups in sorted(districts.items(), key=lambda pair: (len(str(pair[0])), str(pair[0])))
        for row in groups
    ]
    caption = "The same within each district"
    return [*tables, SiteTable("districts", caption, ("District and group", *head[1:]), shown_rows(rows))]


def _group(row: Mapping[str, Any], called: GroupNames) -> list[Cell]:
    excess = row.get("excess") or {}
    estimate, lower, upper = (_ratio(excess.get(key)) for key in ("estimate", "lower", "upper"))
    if not row.get("enough") or estimate is None:
        return [called(str(row["group"])), "not measured", "", "no: too few to tell"]
    between = f"{rounded(lower)} to {rounded(upper)}" if lower is not None and upper is not None else "none"
    return [called(str(row["group"])), rounded(estimate), between, "yes"]


def _ratio(value: object) -> float | None:
    return exp(value) if isinstance(value, int | float) and abs(value) < 20 else None


def _objectives(manifest: Mapping[str, Any]) -> SiteTable:
    rows = [
        [str(objective.get("goal", objective["id"])), str(objective["state"]), str(objective.get("measure", "")),
         str(objective.get("target", "")), str(objective.get("review", "")), str(objective.get("owner", ""))]
        for objective in manifest.get("objectives") or ()
    ]  # fmt: skip
    head = ("Objective", "State", "Measured by", "Target", "Reviewed by", "Owner")
    return SiteTable("objectives", "What the tool is for, and whether this run bears it out", head, shown_rows(rows))


def _made_from(manifest: Mapping[str, Any]) -> SiteTable:
    rows: list[list[Cell]] = [["Run", str(manifest["run_id"])], ["Data known up to", str(manifest["as_of"])]]
    hashes = (("Config", "config_sha256"), ("Code", "code_sha256"), ("Everything that decides it", "inputs_sha256"))
    rows += [[f"{name}, SHA-256", str(manifest[key])] for name, key in hashes if key in manifest]
    return SiteTable("made-from", "What identifies it", ("What", "Value"), shown_rows(rows))


def _when(run: SiteRun, city: CitySite) -> str:
    return "a moment not known" if run.as_of is None else words.moment(run.as_of, city.timezone)


def run_row(run: SiteRun, city: CitySite) -> list[Cell]:
    """A run in the city's list."""
    named: Cell = Link(run.run_id, page_of_run(run)) if has_page(run) or run.has_page else run.run_id
    return [named, _when(run, city), outcome(run, city)]
