"""Builds the documents of a run, validates those that have a form, and writes all of them, or none."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from patrolcast.domain.errors import GovernanceError, shown
from patrolcast.domain.governance.registers import AtrsEntry, CroissantSheet, DutchEntry
from patrolcast.io.encode import json_bytes
from patrolcast.io.governance.facts import read_facts
from patrolcast.io.governance.texts import require_own_texts
from patrolcast.io.handed_out import statement
from patrolcast.io.handed_out.records_store import RECORDS, SIGNATURE, write_records
from patrolcast.io.handed_out.statement import signed_statement
from patrolcast.report.records import shared_facts
from patrolcast.report.records.catalogue import DOCUMENTS, PROFILES, needed, reading_order
from patrolcast.report.records.cited.record import Record
from patrolcast.report.records.cited.sources import Saying
from patrolcast.report.records.cited.written import index_page_of_records, record_markdown, record_page, record_tree
from patrolcast.runs.records.gather import FEEDBACK, Gathered, gather

VERSION = 1
FORMS: dict[str, type[BaseModel]] = {"atrs": AtrsEntry, "dutch_register": DutchEntry, "data_sheet": CroissantSheet}
"""Documents whose JSON has a form of ours that it must fit before it is written."""
IN_MARKDOWN = ("model_card", "data_sheet")


@dataclass(frozen=True)
class RecordsMade:
    """What was written."""

    folder: Path
    documents: tuple[str, ...]
    n_figures: int
    published: bool
    signed: bool


def make_records(run: Path, governance: Path, *, profile: str, out: Path | None = None) -> RecordsMade:
    """Writes the documents of a profile to ``out``, default ``runs/CITY/records/RUN``; all of them or none.

    Raises
    ------
    GovernanceError
        a fact or text of the department is missing, a placeholder or too long for a register; a run without limits.
    DataRefusedError
        the run was changed.
    """
    names = _wanted(profile, governance)
    gathered = gather(run, governance, needed(names))
    texts = require_own_texts(governance)
    records = [DOCUMENTS[name].build(gathered.sources) for name in names]
    files = {name: data for record in records for name, data in _written(record, gathered).items()}
    status = shared_facts.run_status(gathered.sources)
    files["index.html"] = index_page_of_records(
        [
            (record.key, record.title, DOCUMENTS[record.key].purpose, [n for n in files if _is_of(n, record)])
            for record in records
        ],
        title=gathered.sources.say("Records of <manifest:/title>").text,
        status=status,
        published=shared_facts.is_unstopped(gathered.sources),
        facts=shared_facts.head_facts(gathered.sources),
        notice=gathered.sources.say("<manifest:/notice>"),
    ).encode()
    figures = [row for record in records for row in figure_rows(record, gathered)]
    manifest = gathered.files["manifest.json"]
    document = {
        "records_version": VERSION,
        "run_id": manifest["run_id"],
        "profile": profile,
        "documents": {record.key: sorted(n for n in files if _is_of(n, record)) for record in records},
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        "texts": {state.name: state.sha256 for state in texts},
        "figures": figures,
    }
    folder, listed = out or run.parent / "records" / run.name, json_bytes(document)
    facts = {"city": str(manifest["name"]), "kind": statement.RECORDS, "run_id": str(manifest["run_id"])}
    note = signed_statement(run.parent, gathered.keys, sha256=hashlib.sha256(listed).hexdigest(), **facts)
    signature = {} if note is None else {SIGNATURE: note}
    write_records(folder, {**files, RECORDS: listed, **signature})
    return RecordsMade(folder, tuple(names), len(figures), shared_facts.is_unstopped(gathered.sources), bool(signature))


def figure_rows(record: Record, gathered: Gathered) -> list[dict[str, str]]:
    """Every figure of a document as `records.json` holds it, those of its head too."""
    figures = [(place, figure) for place, figure in record.figures()]
    figures += [("head", figure) for saying in _head(gathered) for figure in saying.figures]
    return [{"document": record.key, "at": place, **asdict(figure)} for place, figure in figures]


def _head(gathered: Gathered) -> list[Saying]:
    sources = gathered.sources
    facts = [value for _, value in shared_facts.head_facts(sources)]
    return [shared_facts.run_status(sources), sources.say("<manifest:/notice>"), *facts]


def _wanted(profile: str, governance: Path) -> list[str]:
    if profile != "custom":
        return reading_order(PROFILES[profile])
    documents = read_facts(governance, ["records"])["records"]["documents"]
    strange = next((name for name in documents if name not in DOCUMENTS), None)
    if strange is not None:
        rule = f"documents are {', '.join(DOCUMENTS)}"
        raise GovernanceError("records.toml, documents", got=shown(strange), rule=rule, cure="name one of them")
    return reading_order(tuple(documents))


def _written(record: Record, gathered: Gathered) -> dict[str, bytes]:
    sources = gathered.sources
    status, notice = shared_facts.run_status(sources), sources.say("<manifest:/notice>")
    page = record_page(
        record,
        status=status,
        published=shared_facts.is_unstopped(sources),
        facts=shared_facts.head_facts(sources),
        notice=notice,
    )
    files = {f"{record.key}.html": page.encode()}
    if record.key in IN_MARKDOWN:
        files[f"{record.key}.md"] = record_markdown(record, status=status, notice=notice).encode()
    if record.key == "feedback_register":
        files[f"{record.key}.json"] = json_bytes(gathered.files[FEEDBACK])
    if record.tree_name:
        tree = record_tree(record, status=status)
        require_form(record.key, tree)
        files[record.tree_name] = json_bytes(tree)
    return files


def require_form(key: str, tree: Mapping[str, Any]) -> None:
    """Raises GovernanceError: a register's entry lacks an answer or has one that is too long; it is never cut."""
    if key not in FORMS:
        return
    try:
        FORMS[key].model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        cure = "shorten or add what the department states in governance/"
        raise GovernanceError(f"{key}, {where}", got=shown(first["input"]), rule=first["msg"], cure=cure) from None


def _is_of(file: str, record: Record) -> bool:
    return file.split(".")[0] == record.key
