"""A record in the shape of the UK's Algorithmic Transparency Recording Standard (ATRS, template of its tier two).

The standard gives labels, no machine form: the keys of the JSON, and the check of them, are ours
(`domain/governance/registers.py`).
"""

from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import FormField, Part, Record
from patrolcast.report.records.cited.sources import Sources

STANDARD = "Algorithmic Transparency Recording Standard"


def atrs_record(sources: Sources) -> Record:
    """The record. Needs organisation, legal, purpose, oversight and risks."""
    return Record(
        "atrs",
        "Algorithmic transparency record",
        f"In the shape of the {STANDARD} of the United Kingdom; the form of its JSON is ours.",
        (
            _tier_one(sources),
            _owner(sources),
            _description(sources),
            _decision(sources),
            _tool(sources),
            _data(sources),
            _risks(sources),
        ),
        tree_name="atrs.json",
    )


def _part(sources: Sources, key: str, title: str, *entries: tuple[str, str, str]) -> Part:
    return Part(key, title, entries=tuple(FormField(name, label, sources.say(text)) for name, label, text in entries))


def _tier_one(sources: Sources) -> Part:
    return _part(
        sources,
        "tier_1",
        "Summary",
        ("name", "Name", "patrolcast <manifest:/name>, run <manifest:/run_id>"),
        (
            "description",
            "Description",
            (
                f"It counts {facts.what_is_counted(sources)} and names places where more are likely: "
                "<audit:/concentration/cells_suggested|count> of <audit:/concentration/cells|count> cells. A "
                "person decides. <manifest:/notice>"
            ),
        ),
        ("problem", "Problem", "<purpose:/problem>"),
        ("rationale", "Rationale", "<purpose:/considerations>"),
        ("website", "Website", "<organisation:/website>"),
        ("contact", "Contact email", "<organisation:/contact_email>"),
        ("date", "Data up to", "<manifest:/as_of>"),
    )


def _owner(sources: Sources) -> Part:
    return _part(
        sources,
        "owner",
        "Owner and responsibility",
        ("organisation", "Organisation", "<organisation:/name>"),
        ("region", "Region", "<organisation:/region>"),
        ("team", "Team", "<organisation:/team>"),
        ("senior_responsible_owner", "Senior responsible owner", "<organisation:/senior_responsible_owner>"),
        ("supplier", "External supplier, role and access to data", "<organisation:/supplier>"),
        ("procurement", "Procurement procedure", "<organisation:/procurement>"),
        ("version", "What this record is about", "run <manifest:/run_id>, patrolcast <manifest:/versions/patrolcast>"),
    )


def _description(sources: Sources) -> Part:
    return _part(
        sources,
        "description",
        "Description and rationale",
        (
            "detailed_description",
            "Detailed description",
            (
                "Incident counts for each cell, shift and category, forecast from past incidents and "
                "<admission:/counts/admitted|count> features of time and place; <admission:/counts/excluded|count> "
                "features were left out by rule."
            ),
        ),
        (
            "scope",
            "Scope",
            (
                "<audit:/concentration/cells|count> cells and <audit:/concentration/shifts|count> shifts of "
                "<manifest:/title>, until <manifest:/expires_at|moment>."
            ),
        ),
        ("benefit", "Benefit", "<purpose:/benefits>"),
        ("previous_process", "Previous process", "<purpose:/previous_process>"),
        ("alternatives", "Alternatives considered", "<purpose:/alternatives>"),
    )


def _decision(sources: Sources) -> Part:
    return _part(
        sources,
        "decision",
        "Decision making process",
        ("process_integration", "Process integration", "<oversight:/decisions>"),
        (
            "provided_information",
            "Provided information",
            (
                "For each shift a list of places with expected incidents, an interval and reasons: "
                "<suggestions:/features|length> rows in this run."
            ),
        ),
        (
            "frequency_and_scale",
            "Frequency and scale of usage",
            (
                "Runs cover <audit:/concentration/shifts|count> shifts; this one suggests "
                "<audit:/concentration/cells_suggested|count> cells."
            ),
        ),
        (
            "human_decisions",
            "Human decisions and review",
            "<oversight:/decisions> The <oversight:/pause_owner> may stop it.",
        ),
        ("required_training", "Required training", "<oversight:/training>"),
        ("appeals_and_review", "Appeals and review", "<oversight:/appeals>"),
    )


def _tool(sources: Sources) -> Part:
    calibration = facts.gate_sentence(sources, "calibration")
    entries = (
        (
            "architecture",
            "System architecture",
            "Tables in, tables out, on the department's own machine; hash of the code <manifest:/code_sha256>.",
        ),
        ("phase", "Phase", "<purpose:/phase>"),
        ("maintenance", "Maintenance", "Trained anew for every run; next review due on <oversight:/next_review>."),
        ("model_task", "Model task", "Expected incidents for each cell, shift and category of run <manifest:/run_id>."),
        ("model_version", "Model version", "<manifest:/run_id>"),
        ("model_input", "Model input", "<manifest:/features|length> features: <manifest:/features|listed>."),
        (
            "model_output",
            "Model output",
            (
                "A mean with an interval for each of <audit:/concentration/cells|count> cells; never a "
                "probability, never about a person."
            ),
        ),
        (
            "model_architecture",
            "Model architecture",
            facts.made_by_template(sources),
        ),
    )
    part = _part(sources, "tool", "Tool specification", *entries)
    return Part(
        part.key,
        part.title,
        entries=(*part.entries, FormField("model_performance", "Model performance", calibration)),
        grids=(facts.skill_grid(sources),),
    )


def _data(sources: Sources) -> Part:
    say = sources.say
    part = _part(
        sources,
        "data",
        "Data specification",
        ("description", "Description", "Incidents of <manifest:/title>, data up to <manifest:/as_of|moment>."),
        ("modality", "Modality", "Tables and map layers: <manifest:/sources|length> sources."),
        (
            "sensitive_attributes",
            "Sensitive attributes",
            (
                "None reaches the model. Counts of residents by group are read to audit the run only: "
                "<audit:/disparity/vintage>."
            )
            if sources.has("audit", "/disparity/vintage") and sources.value("audit", "/disparity/vintage")
            else "None was read by run <manifest:/run_id>.",
        ),
        (
            "cleaning",
            "Cleaning",
            (
                "Rows are refused or set aside by stated rules, never mended in silence. "
                + " ".join(
                    f"Of <manifest:/sources/{n}/name>, <manifest:/sources/{n}/refused|total> rows were refused and "
                    f"<manifest:/sources/{n}/set_aside|total> set aside."
                    for n in facts.incident_sources(sources)
                )
            ),
        ),
        ("sharing", "Sharing agreements", "<legal:/sharing>"),
        ("access_and_storage", "Access and storage", "<legal:/access> <legal:/retention>"),
    )
    return Part(
        part.key,
        part.title,
        entries=(
            *part.entries,
            FormField(
                "quantities",
                "Quantities",
                say(facts.rows_template(sources)),
            ),
            FormField(
                "completeness", "Completeness and representativeness", facts.gate_sentence(sources, "group_audit")
            ),
        ),
        grids=(facts.sources_grid(sources),),
    )


def _risks(sources: Sources) -> Part:
    say = sources.say
    assessments = tuple(
        say(
            f"<legal:/assessments/{n}/title>, <legal:/assessments/{n}/date>: "
            f"<legal:/assessments/{n}/finding> (<legal:/assessments/{n}/link>)"
        )
        for n in range(len(sources.value("legal", "/assessments")))
    )
    joined = say(
        " ".join(
            f"<legal:/assessments/{n}/title>, <legal:/assessments/{n}/date>: <legal:/assessments/{n}/finding>"
            for n in range(len(assessments))
        )
    )
    risks = say(
        " ".join(
            f"<risks:/risks/{n}/hazard|plain>: <risks:/risks/{n}/reason>"
            for n in range(len(sources.value("risks", "/risks")))
        )
    )
    return Part(
        "risks",
        "Risks, mitigations and impact assessments",
        (facts.run_status(sources),),
        (
            FormField("impact_assessments", "Impact assessments", joined),
            FormField("risks", "Risks and mitigations", risks),
        ),
        points=assessments,
        grids=(facts.gates_grid(sources),),
    )
