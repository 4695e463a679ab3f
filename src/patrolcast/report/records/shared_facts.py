"""Facts of a run that several documents state, in one wording: status, checks, rows, groups, skill, limits."""

from patrolcast.domain.trail.events import Published
from patrolcast.domain.trail.review_events import withdrawing_pause
from patrolcast.report.records.cited.record import Listing
from patrolcast.report.records.cited.sources import Saying, Sources, token

STOPPING = ("fail", "not measured")
EXCESS = "group_excess_"
PARAMETERS = "/metadata/component/modelCard/modelParameters"


def gate_at(sources: Sources, name: str) -> int | None:
    """Place of a check in the manifest; None where the run has none of that name."""
    gates = sources.value("manifest", "/gates")
    return next((n for n, gate in enumerate(gates) if gate["name"] == name), None)


def gates_named(sources: Sources, start: str) -> list[int]:
    """Places of the checks whose names start so."""
    return [n for n, gate in enumerate(sources.value("manifest", "/gates")) if gate["name"].startswith(start)]


def is_unstopped(sources: Sources) -> bool:
    """True where no check stops the run and no pause withdrew it."""
    whole = bool(sources.value("manifest", "/publishable")) and not _stopping(sources)
    return whole and _withdrawn(sources) is None


def _stopping(sources: Sources) -> list[int]:
    gates = sources.value("manifest", "/gates")
    return [n for n, gate in enumerate(gates) if gate["stops"] and gate["verdict"] in STOPPING]


def run_status(sources: Sources) -> Saying:
    """Whether the run may be used, and which checks stop it."""
    return sources.say(status_template(sources))


def status_template(sources: Sources, *, details: bool = True) -> str:
    """The same, before its figures are filled in; without ``details`` short enough for a register."""
    if stopping := _stopping(sources):
        named = "; ".join(
            f"<manifest:/gates/{n}/name|plain>: <manifest:/gates/{n}/verdict>"
            + (f", <manifest:/gates/{n}/detail>" if details else "")
            for n in stopping
        )
        return f"Run <manifest:/run_id> must not be used. These checks stopped it: {named}."
    if (paused := _withdrawn(sources)) is not None:
        return (
            "Run <manifest:/run_id> must not be used: a pause withdrew it, as "
            f"entry <trail:/{paused}/seq> of the audit trail says."
        )
    if not is_unstopped(sources):
        return "Run <manifest:/run_id> must not be used: a check that every run needs is missing."
    where = next((seq for seq, entry in _trail(sources) if entry["event"] == Published.name), None)
    until = "It may not be used after <manifest:/expires_at|moment>."
    if where is None:
        return f"No check stopped run <manifest:/run_id>. Its publication is not on the audit trail. {until}"
    return (
        "No check stopped run <manifest:/run_id>, and it was published: "
        f"entry <trail:/{where}/seq> of the audit trail says so. {until}"
    )


def _withdrawn(sources: Sources) -> str | None:
    """Number of the entry whose pause withdrew the run, where no later one shows it again."""
    entries = _trail(sources)
    at = withdrawing_pause(str(entry["event"]) for _, entry in entries)
    return None if at is None else entries[at][0]


def _trail(sources: Sources) -> list[tuple[str, dict[str, object]]]:
    return list(sources.value("trail", "").items()) if sources.has("trail") else []


def head_facts(sources: Sources) -> list[tuple[str, Saying]]:
    """What stands at the top of every page."""
    return [
        ("City", sources.say("<manifest:/title>")),
        ("Run", sources.say("<manifest:/run_id>")),
        ("Data up to", sources.say("<manifest:/as_of|moment>")),
        ("Answers for it", sources.say("<organisation:/senior_responsible_owner>")),
        ("Contact", sources.say("<organisation:/contact_email>")),
    ]


def incident_sources(sources: Sources) -> list[int]:
    """Places of the sources whose rows are incidents."""
    return [n for n, source in enumerate(sources.value("manifest", "/sources")) if source["of_incidents"]]


def what_is_counted(sources: Sources) -> str:
    """What the run counts: reports of residents only where the records say who started them."""
    return "what people report" if sources.value("manifest", "/call_source/known") else "recorded incidents"


def counted_things(sources: Sources) -> str:
    """One word for what is counted: nobody can say "report" of a record that an officer may have made."""
    return "reports" if sources.value("manifest", "/call_source/known") else "recorded incidents"


def rows_template(sources: Sources) -> str:
    """What became of the rows of incidents, all sources in one text, before its figures are filled in."""
    return " ".join(_rows_of(n) for n in incident_sources(sources))


def rows_sentences(sources: Sources) -> tuple[Saying, ...]:
    """What became of the rows of each source of incidents."""
    return tuple(sources.say(_rows_of(n)) for n in incident_sources(sources))


def _rows_of(n: int) -> str:
    return (
        f"Of <manifest:/sources/{n}/rows_in|count> rows of <manifest:/sources/{n}/name>, "
        f"<manifest:/sources/{n}/kept|count> were counted, <manifest:/sources/{n}/set_aside|total> set aside, "
        f"<manifest:/sources/{n}/cancelled|total> cancelled and <manifest:/sources/{n}/refused|total> refused."
    )


def reasons_grid(sources: Sources) -> Listing:
    """Why rows of incidents were not counted, by reason."""
    rows = []
    for n in incident_sources(sources):
        for outcome in ("set_aside", "cancelled", "refused"):
            for reason in sorted(sources.value("manifest", f"/sources/{n}/{outcome}")):
                at = f"/sources/{n}/{outcome}/{token(reason)}"
                label = outcome.replace("_", " ")
                rows.append(
                    (sources.say(f"<manifest:{at}|key>"), sources.say(label), sources.say(f"<manifest:{at}|count>"))
                )
    return Listing("Rows that were not counted", ("Reason", "What happened", "Rows"), tuple(rows))


def sources_grid(sources: Sources) -> Listing:
    """Every source with its rows and hash."""
    rows = tuple(
        (
            sources.say(f"<manifest:/sources/{n}/name>"),
            sources.say(f"<manifest:/sources/{n}/rows_in|count>"),
            sources.say(f"<manifest:/sources/{n}/kept|count>"),
            sources.say(f"<manifest:/sources/{n}/sha256>"),
        )
        for n in range(len(sources.value("manifest", "/sources")))
    )
    return Listing("Sources of the run", ("Source", "Rows in", "Rows used", "SHA-256"), rows)


def gates_grid(sources: Sources, gates: list[int] | None = None, caption: str = "Checks of the run") -> Listing:
    """Checks with verdict, value, interval, rule; one that cannot stop a publication says so."""
    chosen = range(len(sources.value("manifest", "/gates"))) if gates is None else gates
    rows = tuple(
        (
            sources.say(f"<manifest:/gates/{n}/name|plain>"),
            sources.say(f"<manifest:/gates/{n}/verdict>{'' if can_stop(sources, n) else '; it only warns'}"),
            sources.say(_value(sources, n) or "no single figure"),
            sources.say(_interval(sources, n) or "none"),
            sources.say(f"<manifest:/gates/{n}/threshold>"),
            sources.say(f"<manifest:/gates/{n}/detail>"),
        )
        for n in chosen
    )
    head = ("Check", "Verdict", "Value", "Interval", "Rule set before the run", "What it means here")
    return Listing(caption, head, rows)


def can_stop(sources: Sources, n: int) -> bool:
    """False where a check of the manifest warns at most, whatever it finds."""
    return bool(sources.value("manifest", f"/gates/{n}/stops"))


def _value(sources: Sources, n: int) -> str:
    """What a check measured, as a template; "" where it found something that is no single figure."""
    at = f"/gates/{n}"
    unmeasured = sources.value("manifest", f"{at}/verdict") == "not measured"
    return f"<manifest:{at}/value|number>" if unmeasured or sources.has("manifest", f"{at}/value") else ""


def _interval(sources: Sources, n: int) -> str:
    """The interval of a check of the manifest, as a template; it stands in the audit; "" where there is none."""
    name = sources.value("manifest", f"/gates/{n}/name")
    gates = enumerate(sources.value("audit", "/gates"))
    at = next((f"/gates/{k}" for k, gate in gates if gate["name"] == name), "/none")
    if not sources.has("audit", f"{at}/interval"):
        return ""
    return f"<audit:{at}/interval/0|number> to <audit:{at}/interval/1|number>"


def made_by_template(sources: Sources) -> str:
    """What the forecast was made from, in the run's own words: with trees, without, or by counting."""
    known = sources.has("manifest", "/training/made_by") and sources.value("manifest", "/training/made_by")
    return f"Model: <card:{PARAMETERS}/modelArchitecture>.{' <manifest:/training/made_by>' if known else ''}"


def gate_sentence(sources: Sources, name: str) -> Saying:
    """One check in a sentence; one that the run lacks is said to be missing, never passed."""
    n = gate_at(sources, name)
    called = name.replace("_", " ")
    if n is None:
        return sources.say(f"The check “{called}” is missing in run <manifest:/run_id>. That is not a pass.")
    value, interval = _value(sources, n), _interval(sources, n)
    measured = f"{value} ({interval}); " if value and interval else f"{value}; " if value else ""
    return sources.say(
        f"The check “{called}” of this run: <manifest:/gates/{n}/verdict>. Its rule: <manifest:/gates/{n}/threshold>. "
        f"Found: {measured}<manifest:/gates/{n}/detail>."
    )


def short_gate(sources: Sources, name: str, claim: str) -> Saying:
    """A claim with the verdict of the check that stands for it."""
    n = gate_at(sources, name)
    verdict = (
        f"the check says <manifest:/gates/{n}/verdict>" if n is not None else "run <manifest:/run_id> did not check it"
    )
    return sources.say(f"{claim}: {verdict}.")


def group_sentences(sources: Sources) -> tuple[Saying, ...]:
    """Patrol for each report, group by group; where nothing was compared, that is said."""
    sentences, per = [], counted_things(sources).removesuffix("s")
    for n in gates_named(sources, EXCESS):
        group = str(sources.value("manifest", f"/gates/{n}/name")).removeprefix(EXCESS)
        called = f"/group_names/{token(group)}"
        name = (
            f"<manifest:{called}>"
            if sources.has("manifest", called)
            else f"The group of <manifest:/gates/{n}/name|plain>"
        )
        if not sources.has("manifest", f"/gates/{n}/value"):
            sentences.append(sources.say(f"{name}: not measured. That is not a pass."))
            continue
        within = f" ({interval})" if (interval := _interval(sources, n)) else ""
        sentences.append(
            sources.say(
                f"{name} gets <manifest:/gates/{n}/value|number> times{within} the patrol per {per} that others get: "
                f"<manifest:/gates/{n}/verdict|finding>."
            )
        )
    if not sentences:
        return (sources.say("Run <manifest:/run_id> did not compare groups of residents. That is not a pass."),)
    return tuple(sentences)


def skill_grid(sources: Sources) -> Listing:
    """The model beside counting, by category."""
    rows = []
    for n, category in enumerate(sources.value("audit", "/calibration/by_category")):
        at = f"/calibration/by_category/{n}"
        hits = category["hits_top_5_percent"]
        by = [
            f"<audit:{at}/hits_top_5_percent/{name}|share>" if name in hits else "not measured"
            for name in ("model", "climatology")
        ]
        rows.append(
            (
                sources.say(f"<audit:{at}/category|plain>"),
                sources.say(f"<audit:{at}/incidents|count>"),
                *map(sources.say, by),
                sources.say(f"<audit:{at}/predicted_over_observed|number>"),
                sources.say(f"<audit:{at}/used|plain>"),
            )
        )
    head = (
        "Category",
        "Incidents on held-out shifts",
        "Share caught by the model",
        "Share caught by counting",
        "Predicted over observed",
        "Used",
    )
    return Listing("Share of incidents in the busiest twentieth of cells", head, tuple(rows))


def limit_points(sources: Sources) -> tuple[Saying, ...]:
    """What the run cannot show. Raises GovernanceError through the model card where there is none."""
    return tuple(sources.say(f"<audit:/limits/{n}>") for n in range(len(sources.value("audit", "/limits"))))


def left_out_points(sources: Sources) -> tuple[Saying, ...]:
    """Features that were left out, with their reason."""
    features = sources.value("admission", "/features")
    out = [n for n, feature in enumerate(features) if feature["decision"] != "admitted"]
    if not out:
        return (sources.say("All <admission:/counts/admitted|count> declared features were admitted."),)
    return tuple(
        sources.say(f"<admission:/features/{n}/name|plain> was left out: <admission:/features/{n}/reason>.")
        for n in out
    )


def trail_sentence(sources: Sources) -> Saying:
    """Where the run stands on the audit trail."""
    entries = _trail(sources)
    if not entries:
        return sources.say("No entry of the audit trail is about run <manifest:/run_id>.")
    seq = entries[-1][0]
    return sources.say(
        f"Entry <trail:/{seq}/seq> of the audit trail (<trail:/{seq}/event>, <trail:/{seq}/ts_utc>) is the latest "
        f"about run <manifest:/run_id>; its hash is <trail:/{seq}/hash>."
    )
