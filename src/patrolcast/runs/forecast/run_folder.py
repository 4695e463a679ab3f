"""A result as the files of a run folder: which page, table and document has which name. Renders; writes nothing.

`forecast.parquet` and `suggestions.*` hold nothing of the run's identity: records that may not reach the model change
the run's id and its row accounting, and no byte of these files.
"""

from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from patrolcast.domain.exploration import exploration_dict
from patrolcast.domain.records import NOTICE, AuditTables, GateResult, RunContext, RunResult, SourceAccount
from patrolcast.io.encode import csv_bytes, geojson_bytes, geoparquet_bytes, iso_utc, json_bytes, parquet_bytes
from patrolcast.io.store import run_store
from patrolcast.report.audit.page import audit_document, audit_page
from patrolcast.report.audit.skill_words import made_by
from patrolcast.report.rollcall.pages import roll_call_pdf
from patrolcast.report.run.admission import admission_document
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.data_page import data_page
from patrolcast.report.run.model_card import card_json
from patrolcast.report.run.model_card_markdown import card_markdown

FIRST_COLUMNS = (
    "suggestion_id", "rank", "district", "cell", "longitude", "latitude", "shift_start", "shift_end",
    "expected_incidents", "lower", "upper", "visits", "patrol_minutes", "role", "propensity", "reasons", "notice",
)  # fmt: skip
"""Columns of `suggestions.csv` that scripts rely on, in their order; others follow."""

PLACE_COLUMNS = ("cell", "district", "longitude", "latitude", "place")
"""Columns of `places.csv`: every cell of the run with what people call it."""

NO_MODEL = "no boosted trees: [model] kind is start\n"


def run_files(result: RunResult, context: RunContext, refused: pd.DataFrame) -> dict[str, bytes]:
    """Relative path -> bytes of every file of the run but the manifest."""
    table = with_local_ends(columns_in_order(result.suggestions), context.timezone)
    outlines = result.cells.set_index("cell").geometry.reindex(table["cell"])
    files = {
        "forecast.parquet": geoparquet_bytes(result.forecast),
        "suggestions.csv": csv_bytes(table),
        "suggestions.geojson": geojson_bytes(table, outlines),
        "places.csv": csv_bytes(result.cells[[*PLACE_COLUMNS]]),
        "explanations.csv": csv_bytes(result.explanations, digits=9),
        "briefing.html": briefing_page(result, context).encode(),
        "data.html": data_page(result, context).encode(),
        "rollcall.pdf": roll_call_pdf(result, context),
        "admission.json": json_bytes(admission_document(result.admission, context.screened)),
        "audit.json": json_bytes(audit_document(result, context)),
        "audit.html": audit_page(result, context).encode(),
        **audit_files(result.audited),
        "model/model.txt": (result.model_text or NO_MODEL).encode(),
        "model/matrix.parquet": parquet_bytes(result.matrix),
        "model/card.json": json_bytes(card_json(result, context)),
        "model/card.md": card_markdown(result, context).encode(),
        "quarantine/refused.csv": csv_bytes(refused),
    }
    marked = [name for name in files if context.excel_csv and name.endswith(".csv")]
    return files | {name: BOM_UTF8 + files[name] for name in marked}


def audit_files(tables: AuditTables | None) -> dict[str, bytes]:
    """What the audit of groups was computed from; none where it broke."""
    if tables is None:
        return {}
    return {
        "audit/nights.parquet": parquet_bytes(tables.nights),
        "audit/cells.parquet": parquet_bytes(tables.cells),
        "audit/residents.parquet": parquet_bytes(tables.residents),
    }


def columns_in_order(suggestions: pd.DataFrame) -> pd.DataFrame:
    """The columns that scripts rely on first, then the others."""
    more = [name for name in suggestions.columns if name not in FIRST_COLUMNS]
    return suggestions[[*FIRST_COLUMNS, *more]]


def with_local_ends(suggestions: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """With ``shift_end_local`` at the end: ISO 8601 with the offset of that moment, as the start is written."""
    ends = suggestions["shift_end"].dt.tz_convert(timezone)
    return suggestions.assign(shift_end_local=[end.isoformat(timespec="seconds") for end in ends])


def manifest_of(
    result: RunResult, context: RunContext, *, config: Mapping[str, Any], seed: int, more: Mapping[str, Any]
) -> dict[str, Any]:
    """The manifest without its ``outputs``, which the store adds.

    Parameters
    ----------
    config : the merged document, portable; holds no secret.
    more : what is known outside the pipeline: hashes of inputs, code and lock file, whether it may be published.
    """
    return {
        "manifest_version": run_store.MANIFEST_VERSION,
        "run_id": context.run_id,
        "name": context.name,
        "title": context.title,
        "timezone": context.timezone,
        "as_of": iso_utc(context.as_of),
        "newest_report": None if context.newest_report is None else iso_utc(context.newest_report),
        "expires_at": iso_utc(context.expires_at),
        "versions": context.versions,
        "config": dict(config),
        "config_sha256": context.config_sha256,
        "sources": [source_dict(source) for source in context.sources],
        "features": list(result.admission.names),
        "seed": seed,
        "training": {key: value for key, value in result.training.items() if _is_plain(value)}
        | {"made_by": made_by(result.skill, result.training)},
        "gates": [gate_dict(gate) for gate in result.gates],
        "exceptions": list(context.exceptions),
        "objectives": [asdict(objective) for objective in context.objectives],
        "notes": [*result.notes, *context.notes],
        "call_source": {
            "column": context.call_source.column,
            "known": context.call_source.known,
            "statement": context.call_source.statement,
        },
        "exploration": exploration_dict(result.exploration),
        "group_names": context.group_names.document,
        "notice": NOTICE,
        **more,
    }


def gate_dict(gate: GateResult) -> dict[str, Any]:
    """A gate as the manifest holds it."""
    return {
        "name": gate.name,
        "value": gate.value,
        "threshold": gate.threshold,
        "verdict": str(gate.verdict),
        "stops": gate.stops,
        "detail": gate.detail,
    }


def source_dict(source: SourceAccount) -> dict[str, Any]:
    """Row accounting of one source: rows_in = kept + set aside + cancelled + refused, by reason."""
    return {
        "name": source.name,
        "sha256": source.sha256,
        "bytes": source.bytes,
        "rows_in": source.rows_in,
        "kept": source.kept,
        "set_aside": dict(source.set_aside),
        "cancelled": dict(source.cancelled),
        "refused": dict(source.refused),
        "notes": list(source.notes),
        "of_incidents": source.of_incidents,
    }


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))
