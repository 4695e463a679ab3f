"""The pages of a city beside its runs and counts: its door, tests, registers, texts, trail, comparison, outcomes."""

from collections.abc import Callable, Mapping
from math import exp
from typing import Any

from patrolcast.domain.records import NOTICE
from patrolcast.report import words
from patrolcast.report.site.allowed import MEASURES, is_listed, rounded
from patrolcast.report.site.run_page import CHECK_COLUMNS, checks_table, run_row
from patrolcast.report.site.sentences import city_sentence
from patrolcast.report.site.tables import Cell, Link, SitePage, SiteTable, shown_rows
from patrolcast.report.site.values import CitySite, StoredTest

TITLES = {"loop": "Does the forecast feed on itself? Tested in simulated cities, before use",
          "monitor": "Does patrol steer the forecast? Watched in use",
          "screen": "Does a feature stand in for a group of residents?"}  # fmt: skip
_TABLES: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "tests.html": {
        "verdicts": ("Stored tests", ("Question", "Verdict")),
        "loop": (TITLES["loop"], CHECK_COLUMNS),
        "monitor": (TITLES["monitor"], CHECK_COLUMNS),
        "screen": (TITLES["screen"], ("Feature", "Verdict", "Nearest group")),
    },
    "comparison.html": {
        "variants": ("The variants", ("Variant", "What it changes", "May be published")),
        "pairs": (
            "Differences, as ratios or shares",
            ("Variants", "Measure", "Second against first", "95 % interval", "Clear"),
        ),
    },
    "outcomes.html": {
        "measures": ("Measures, and when each was named", ("Measure", "Question", "Named on", "Named beforehand")),
        "verdicts": ("What was found", ("Measure", "Contrast", "Group", "Beside", "Verdict")),
    },
}
"""Tables of the pages whose document may be missing: key -> caption and headings."""
_NO_PASS = "Not measured is not a pass."
_UNSIGNED = "It is shown as the department stores it: no signature covers it."
_UP = (Link("All cities", "../index.html"),)
PAGES = {"tests.html": "Tests: loop, monitor, proxy screen", "comparison.html": "Comparison of variants",
         "outcomes.html": "Outcomes since adoption", "register.html": "Feedback and answers to outside findings",
         "governance.html": "Governance texts", "trail.html": "Audit trail and checkpoints",
         "counts/index.html": "Counts of reports and residents"}  # fmt: skip


def city_pages(city: CitySite) -> list[SitePage]:
    """All of them; a page is there also where it has nothing to show, so that an address never comes and goes."""
    return [
        _door(city),
        _as_far_as_read(city, "tests.html", _tests),
        _as_far_as_read(city, "comparison.html", _comparison),
        _as_far_as_read(city, "outcomes.html", _outcomes),
        _register(city),
        _governance(city),
        _trail(city),
    ]


def _as_far_as_read(city: CitySite, file: str, build: Callable[[CitySite], SitePage]) -> SitePage:
    """The page, or one that says that its document is of another form: an older version or somebody wrote it."""
    try:
        return build(city)
    except (AttributeError, LookupError, TypeError, ValueError):
        sentence = "What is stored is not of the form that this version reads, so nothing of it is shown."
        return _page(city, file, (sentence, _NO_PASS), _empty(file))


def _empty(file: str) -> list[SiteTable]:
    """The page's tables without a row, so that no file of an earlier release stays beside it and says otherwise."""
    return [_table(file, key, []) for key in _TABLES[file]]


def _table(file: str, key: str, rows: list[list[Cell]]) -> SiteTable:
    caption, head = _TABLES[file][key]
    return SiteTable(key, caption, head, shown_rows(rows))


def _door(city: CitySite) -> SitePage:
    failed = sum(run.failed for run in city.runs)
    paused = (
        f"Publication is paused since {words.moment(city.paused_since, city.timezone)}." if city.paused_since else ""
    )
    refused: list[list[Cell]] = [
        [str(start.seq), words.moment(start.at, city.timezone), start.exit_code, start.run or "none was made"]
        for start in city.refused
    ]
    head = ("Entry of the trail", "When", "Exit code", "Run")
    return SitePage(
        path=f"{city.name}/index.html",
        title=city.title,
        kind="Public audit of patrol advice",
        lead=(city_sentence(city), f"{words.count(len(city.runs), 'run is', 'runs are')} on record; {failed} failed.",
              NOTICE),
        banner=paused,
        tables=(
            SiteTable("runs", "Every run, newest first, failed ones too", ("Run", "Data up to", "What became of it"),
                      shown_rows([run_row(run, city) for run in city.runs])),
            SiteTable("refused", "Starts that were refused, newest first", head, shown_rows(refused),
                      empty="No refused start is on the audit trail."),
        ),
        links=tuple(Link(text, href) for href, text in PAGES.items()),
        back=_UP,
        notes=("What the message of a refused start said is not public: it may quote records. Exit code 20 means that "
               "a check failed; the tool's documentation explains the others.",),
    )  # fmt: skip


def _tests(city: CitySite) -> SitePage:
    evidence = city.evidence or {}
    verdicts: list[list[Cell]] = [[TITLES[kind], _verdict(evidence.get(kind))] for kind in TITLES]
    sound = {
        kind: stored.document for kind, stored in evidence.items() if stored.document is not None and not stored.fault
    }
    features: list[list[Cell]] = [
        [str(row["feature"]), str(row["verdict"]), city.called(str(row["group"]))]
        for row in sound.get("screen", {}).get("features", ())
    ]
    tables = [
        _table("tests.html", "verdicts", verdicts),
        checks_table(sound.get("loop", {}), city.called, "loop", TITLES["loop"], gates="checks"),
        checks_table(sound.get("monitor", {}), city.called, "monitor", TITLES["monitor"]),
        _table("tests.html", "screen", features),
    ]
    lead = f"{len(sound)} of 3 tests are stored and hold: made by this code, for this city, and not edited since."
    return _page(city, "tests.html", (lead,), tables)


def _verdict(test: StoredTest | None) -> str:
    if test is not None and test.fault:
        return f"NOT COUNTED: it {test.fault}"
    if test is None or test.document is None:
        return "NOT MEASURED, which is not a pass"
    return str(test.document.get("verdict", "not stated"))


def _comparison(city: CitySite) -> SitePage:
    comparison = city.comparison
    if comparison is None:
        return _page(city, "comparison.html", ("No comparison of variants is stored.",), _empty("comparison.html"))
    named = {str(measure["name"]): measure for measure in comparison["measures"]}
    variants: list[list[Cell]] = [
        [str(variant["name"]), str(variant["changes"]), "yes" if variant["publishable"] else "no"]
        for variant in comparison["variants"]
    ]
    pairs: list[list[Cell]] = [
        [f"{pair['first']} and {pair['second']}", str(named[row["measure"]]["text"]), *_difference(row, named)]
        for pair in comparison["pairs"]
        for row in pair["differences"]
        if is_listed(str(row["measure"]), MEASURES)
    ]
    return _page(
        city,
        "comparison.html",
        (f"{words.count(len(variants), 'variant')} were compared on the same nights.", _UNSIGNED),
        [_table("comparison.html", "variants", variants), _table("comparison.html", "pairs", pairs)],
    )


def _difference(row: Mapping[str, Any], measures: Mapping[str, Mapping[str, Any]]) -> list[Cell]:
    is_log = bool(measures[row["measure"]]["is_log"])
    estimate, lower, upper = (_plain(row.get(key), is_log=is_log) for key in ("estimate", "lower", "upper"))
    times = "times " if is_log else ""
    between = f"{rounded(lower)} to {rounded(upper)}" if lower is not None and upper is not None else "none"
    return [f"{times}{rounded(estimate)}", between, "yes" if row.get("supported") else "no"]


def _plain(value: object, *, is_log: bool) -> float | None:
    if not isinstance(value, int | float):
        return None
    return exp(value) if is_log and abs(value) < 20 else float(value)


def _outcomes(city: CitySite) -> SitePage:
    """Verdicts alone: sums since adoption grow from release to release, and their difference would be a small count."""
    outcomes = city.outcomes
    if city.outcomes_changed:
        sentence = "A report of outcomes is not shown: it is not what the audit trail says was made."
        return _page(city, "outcomes.html", (sentence, _NO_PASS), _empty("outcomes.html"))
    if outcomes is None:
        sentence = "No outcomes are on record: whether arrests, stops, force or complaints changed is not measured."
        return _page(city, "outcomes.html", (sentence, _NO_PASS), _empty("outcomes.html"))
    measures = [measure for measure in outcomes.get("measures", ()) if isinstance(measure, Mapping)]
    contrasts = [contrast for contrast in outcomes.get("contrasts", ()) if isinstance(contrast, Mapping)]
    named: list[list[Cell]] = [
        [str(measure["id"]), str(measure.get("question", "")), str(measure.get("named_on", "")),
         "yes" if measure.get("named_beforehand") else "NOT BEFOREHAND: chosen after data was seen"]
        for measure in measures
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [str(contrast["measure"]), str(contrast.get("kind", "")), city.called(str(contrast.get("group") or "everyone")),
         str(contrast.get("versus") or ""), str(contrast.get("verdict", "not measured"))]
        for contrast in contrasts
    ]  # fmt: skip
    lead = (
        f"{words.count(len(measures), 'measure')} of outcomes are on record. Counts and ratios are not shown here: "
        "sums that grow from release to release would show small counts by their difference."
    )
    return _page(
        city,
        "outcomes.html",
        (lead, "It is what the audit trail says was made."),
        [_table("outcomes.html", "measures", named), _table("outcomes.html", "verdicts", rows)],
    )  # fmt: skip


def _register(city: CitySite) -> SitePage:
    items: list[list[Cell]] = [
        [item.number, item.day, item.topic, item.disposition or "OPEN", item.reply] for item in city.feedback
    ]
    findings: list[list[Cell]] = [
        [finding.id, finding.by, finding.day, finding.finding,
         finding.answer.upper() if finding.answer == "open" else finding.answer,
         finding.response or "", finding.answered or ""]
        for finding in city.findings or ()
    ]  # fmt: skip
    waiting = sum(not item.disposition for item in city.feedback) + sum(
        finding.answer == "open" for finding in city.findings or ()
    )
    no_register = "" if city.findings is not None else "The department keeps no register of outside findings."
    head = ("Finding", "By", "Received", "What was found", "Answer", "Response", "Answered")
    return _page(
        city,
        "register.html",
        (f"{words.count(waiting, 'item waits', 'items wait')} for an answer.", *([no_register] if no_register else [])),
        [
            SiteTable("feedback", "What people said, item by item; their words are not public",
                      ("Item", "Received", "About", "Disposition", "Reply"), shown_rows(items)),
            SiteTable("findings", "What outsiders found, and the response", head, shown_rows(findings)),
        ],
    )  # fmt: skip


def _governance(city: CitySite) -> SitePage:
    open_ones = sum(text.state != "own words" for text in city.texts)
    rows: list[list[Cell]] = [
        [text.name, text.state if text.state == "own words" else text.state.upper(), text.sha256] for text in city.texts
    ]
    sentence = f"{len(rows) - open_ones} of {len(rows)} texts are in the department's own words."
    table = SiteTable("texts", "Texts that govern the use of the tool", ("Text", "State", "SHA-256"), shown_rows(rows))
    return _page(city, "governance.html", (sentence,), [table])


def _trail(city: CitySite) -> SitePage:
    trail = city.trail
    keys: list[list[Cell]] = [["Public key for checkpoints", key] for key in trail.keys]
    facts: list[list[Cell]] = [
        ["Entries", trail.entries],
        ["Root of the tree over them (RFC 6962, SHA-256)", trail.root],
        ["Hash of the last entry", trail.last_hash],
        ["Time of the last entry", trail.last_at],
        *keys,
    ]
    notes: list[list[Cell]] = [[Link(name, f"trail/{name}")] for name, _ in trail.notes]
    signed = (
        f"{words.count(len(notes), 'signed checkpoint is', 'signed checkpoints are')} kept here."
        if notes
        else "No signed checkpoint: no key is set, so a trail that was written anew would show only against this page."
    )
    return _page(
        city,
        "trail.html",
        (f"The audit trail has {words.count(trail.entries, 'entry', 'entries')}.", signed,
         "Keep a copy of this page: a trail from which entries were cut, or that was written anew, no longer fits it. "
         "Entries that only say that this site was published are left out behind the last other entry."),
        [
            SiteTable("head", "The trail as it stood", ("What", "Value"), shown_rows(facts)),
            SiteTable("checkpoints", "Signed checkpoints (C2SP notes)", ("File",), shown_rows(notes)),
        ],
    )  # fmt: skip


def _page(city: CitySite, file: str, lead: tuple[str, ...], tables: list[SiteTable]) -> SitePage:
    back = (*_UP, Link(city.title, "index.html"))
    return SitePage(f"{city.name}/{file}", PAGES[file], city.title, lead, tuple(tables), back=back)
