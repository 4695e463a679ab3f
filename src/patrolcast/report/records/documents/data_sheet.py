"""The data sheet: Croissant 1.1 with RAI fields, and the headings of Gebru et al. 2021 (doi 10.1145/3458723).

It describes the incidents that a run read; it does not carry them: single records stay with the department.
"""

from typing import Any

from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import Part, Record
from patrolcast.report.records.cited.sources import Sources, token

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {"longitude": "sc:Float", "latitude": "sc:Float"}
_ENDINGS = {
    ".gz": "application/gzip",
    ".zip": "application/zip",
    ".csv": "text/csv",
    ".parquet": "application/x-parquet",
}


def data_sheet(sources: Sources) -> Record:
    """The sheet. Needs organisation, legal and purpose."""
    return Record(
        "data_sheet",
        "Data sheet of the incidents",
        "Headings of Gebru et al.; the JSON beside it is Croissant with fields on responsible use.",
        _parts(sources),
        tree=_croissant(sources),
        tree_name="data_sheet.croissant.json",
    )


def _parts(sources: Sources) -> tuple[Part, ...]:
    say = sources.say
    return (
        Part(
            "motivation",
            "Motivation",
            (
                say(
                    "Kept by <organisation:/name> for its own work; read by run <manifest:/run_id> to "
                    f"forecast {facts.counted_things(sources)} by place and shift."
                ),
                say("<purpose:/problem>"),
            ),
        ),
        Part(
            "composition",
            "Composition",
            (*facts.rows_sentences(sources), say(_by_whom(sources))),
            grids=(facts.sources_grid(sources),),
        ),
        Part(
            "collection",
            "Collection process",
            (
                say(
                    "Kept by the agency as calls and reports come in. The newest report that run "
                    "<manifest:/run_id> knew is of <manifest:/newest_report|moment>."
                )
                if sources.has("manifest", "/newest_report")
                else say("No report of run <manifest:/run_id> has a time."),
                facts.gate_sentence(sources, "report_age"),
            ),
        ),
        Part(
            "preprocessing",
            "Preprocessing and cleaning",
            (facts.gate_sentence(sources, "refused_share"),),
            points=_notes(sources),
            grids=(facts.reasons_grid(sources),),
        ),
        Part(
            "uses",
            "Uses",
            (say("Run <manifest:/run_id> read the data to suggest places for patrol. <manifest:/notice>"),),
            points=facts.limit_points(sources),
        ),
        Part(
            "distribution",
            "Distribution",
            (
                say("Single records are not given out with run <manifest:/run_id>. <legal:/access>"),
                say("<legal:/sharing>"),
            ),
        ),
        Part(
            "maintenance",
            "Maintenance",
            (
                say("<legal:/retention>"),
                say("The config of the run keeps run folders for <manifest:/config/publish/keep_days> days.")
                if sources.has("manifest", "/config/publish/keep_days")
                else say("The config of run <manifest:/run_id> does not say how long run folders are kept."),
            ),
        ),
    )


def _by_whom(sources: Sources) -> str:
    if sources.has("manifest", "/call_source/column") and sources.value("manifest", "/call_source/known"):
        return "The column <manifest:/call_source/column> says who started a record; officers' own are set aside."
    return "Run <manifest:/run_id> does not know who started a record. <manifest:/call_source/statement>"


def _notes(sources: Sources) -> tuple[Any, ...]:
    return tuple(
        sources.say(f"<manifest:/notes/{n}|sentence>") for n in range(len(sources.value("manifest", "/notes")))
    )


def _croissant(sources: Sources) -> dict[str, Any]:
    say = sources.say
    rows = facts.incident_sources(sources)
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": say("<manifest:/name>-incidents"),
        "description": say(
            (
                "Incidents recorded in <manifest:/title>, as read by run <manifest:/run_id>. Described here, "
                "not published: single records stay with the department. "
            )
            + facts.status_template(sources)
        ),
        "license": say("<organisation:/data_licence>"),
        "url": say("<organisation:/website>"),
        "creator": {
            "@type": "sc:Organization",
            "name": say("<organisation:/name>"),
            "email": say("<organisation:/contact_email>"),
        },
        "datePublished": say("<manifest:/as_of>"),
        "version": _version(sources),
        "citeAs": say(
            "<organisation:/name>: incidents of <manifest:/title>, data up to <manifest:/as_of>, run <manifest:/run_id>"
        ),
        "isLiveDataset": True,
        "distribution": [_file(sources, n) for n in rows],
        "recordSet": [_records(sources, n) for n in rows[:1]],
        **_responsible(sources, rows),
    }


def _version(sources: Sources) -> Any:  # noqa: ANN401
    """Semantic: the day of the data as major, minor and patch, which is what changes between two sheets."""
    return sources.say("<manifest:/as_of|dotted>")


def _file(sources: Sources, n: int) -> dict[str, Any]:
    name = str(sources.value("manifest", f"/sources/{n}/name"))
    ending = name[name.rfind(".") :] if "." in name else ""
    at = f"/sources/{n}"
    return {
        "@type": "cr:FileObject",
        "@id": f"source-{n}",
        "name": sources.say(f"<manifest:{at}/name>"),
        "description": sources.say(f"<manifest:{at}/rows_in|count> rows"),
        "contentUrl": sources.say(f"<manifest:{at}/name>"),
        "contentSize": sources.say(f"<manifest:{at}/bytes|bytes>"),
        "encodingFormat": _ENDINGS.get(ending, "text/csv"),
        "sha256": sources.say(f"<manifest:{at}/sha256>"),
    }


def _records(sources: Sources, n: int) -> dict[str, Any]:
    columns = (
        sources.value("manifest", "/config/incidents/columns")
        if sources.has("manifest", "/config/incidents/columns")
        else {}
    )
    return {
        "@type": "cr:RecordSet",
        "@id": "reports",
        "name": "reports",
        "description": sources.say(
            f"The columns that were read; of <manifest:/sources/{n}/rows_in|count> rows no other column was looked at."
        ),
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"reports/{role}",
                "name": role,
                "description": f"read as {role.replace('_', ' ')}",
                "dataType": _TYPES.get(role, "sc:Text"),
                "source": {
                    "fileObject": {"@id": f"source-{n}"},
                    "extract": {"column": sources.say(f"<manifest:/config/incidents/columns/{token(role)}>")},
                },
            }
            for role in sorted(columns)
        ],
    }


def _responsible(sources: Sources, rows: list[int]) -> dict[str, Any]:
    say = sources.say
    trained = sources.has("manifest", "/training/first_shift")
    return {
        "rai:dataCollection": say(
            "Calls and reports, recorded by <organisation:/name>. "
            + " ".join(f"<manifest:/sources/{n}/rows_in|count> rows in <manifest:/sources/{n}/name>." for n in rows)
        ),
        "rai:dataCollectionType": ["Secondary Data Analysis"],
        "rai:dataCollectionTimeframe": [say("<manifest:/training/first_shift>"), say("<manifest:/as_of>")]
        if trained
        else [say("<manifest:/as_of>")],
        "rai:dataCollectionMissingData": [
            say(f"<manifest:/sources/{n}/refused|total> rows were refused") for n in rows
        ],
        "rai:dataCollectionRawData": say(
            " ".join(f"<manifest:/sources/{n}/name>: hash <manifest:/sources/{n}/sha256>." for n in rows)
        ),
        "rai:dataPreprocessingProtocol": [
            say(f"<manifest:/notes/{n}|sentence>") for n in range(len(sources.value("manifest", "/notes")))
        ],
        "rai:dataManipulationProtocol": say(" ".join((_by_whom(sources), facts.rows_template(sources)))),
        "rai:dataImputationProtocol": say(
            "No row is made up and no place is filled in. Where a time is a range, a moment within it is drawn; an "
            "hour that a clock change skips or repeats is read by a rule. What was done to times stands in the notes. "
            + facts.rows_template(sources)
        ),
        "rai:dataBiases": [say(f"<audit:/limits/{n}>") for n in range(len(sources.value("audit", "/limits")))],
        "rai:dataLimitations": [
            facts.gate_sentence(sources, "group_audit"),
            facts.gate_sentence(sources, "refused_share"),
        ],
        "rai:dataUseCases": [say("Planning discretionary patrol in <manifest:/title>. <manifest:/notice>")],
        "rai:dataSocialImpact": say("<purpose:/considerations>"),
        "rai:personalSensitiveInformation": [
            say("No column on persons is read; the columns are <manifest:/config/incidents/columns|keys>.")
            if sources.has("manifest", "/config/incidents/columns")
            else say("No column on persons is read by run <manifest:/run_id>.")
        ],
        "rai:dataReleaseMaintenancePlan": say("<legal:/retention>"),
    }
