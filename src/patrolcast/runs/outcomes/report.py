"""`patrolcast outcomes report`: history, counts, contrasts, findings, document, page; on the trail, then shown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import patrolcast
from patrolcast.audit.outcomes.contrasts import estimands_of, measured
from patrolcast.audit.outcomes.findings import ContrastFinding, contrast_findings, level_of_look
from patrolcast.audit.outcomes.series import Counts
from patrolcast.audit.outcomes.shown import shown_share, shown_sums
from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.outcomes.counts import merged
from patrolcast.domain.outcomes.verdicts import FELL, ROSE
from patrolcast.domain.records import NOTICE, Progress
from patrolcast.domain.settings import call_source_of
from patrolcast.domain.trail.events import OPERATOR
from patrolcast.domain.trail.outcome_events import OutcomesReported
from patrolcast.io.encode import json_bytes
from patrolcast.io.hashing import digest
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.outcomes_file import measures_path, read_measures
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.outcome_store import DOCUMENT, PAGE, outcomes_folder, read_counts
from patrolcast.io.trail.machine import account
from patrolcast.report.outcomes.finding import outcomes_finding
from patrolcast.report.outcomes.page import outcomes_page
from patrolcast.runs.outcomes.document import contrast_row, effect_row, measure_row
from patrolcast.runs.outcomes.drawn_cells import Drawn, effect_on_reports
from patrolcast.runs.outcomes.history import OutcomeHistory, declared_sha256, require_declared
from patrolcast.runs.trail.opened import opened_trail

KIND = "outcomes"


@dataclass(frozen=True)
class OutcomesReport:
    """A report: what outcomes.json holds, the finding as the page opens with it, and the paths written."""

    document: dict[str, Any]
    finding: str
    paths: tuple[Path, ...]


def write_outcomes(
    config: ConfigFile,
    *,
    now: datetime,
    as_of: str | None = None,
    runs: Path | None = None,
    progress: Progress | None = None,
) -> OutcomesReport:
    """Measures what was named on the counts that were taken in, and shows it.

    Raises GovernanceError: the measures are not on the trail as they are now. DataRefusedError: nothing was taken in,
    or what was taken in is not what the trail says. TrailBrokenError and the like: then nothing is shown.

    Parameters
    ----------
    as_of : as for a forecast; for reported incidents in the drawn places.
    """
    progress, settings = progress or Progress(), config.settings
    declared, _ = read_measures(config)
    city_runs, history = settings.city_runs(runs), OutcomeHistory()
    folder = outcomes_folder(city_runs)
    with opened_trail(
        city_runs, settings.name, settings.trail.copies, account(OPERATOR), on_entry=history.learn
    ) as trail:
        require_declared(history, declared, measures_path(config))
        hashes = history.counts()
        if not hashes:
            cure = "run `patrolcast outcomes import CONFIG FILE`"
            raise DataRefusedError("outcomes", got="no counts", rule="a report needs them", cure=cure)
        with progress.stage("counts"):
            counts = Counts(merged([read_counts(folder, sha256) for sha256 in hashes]), declared)
        table = counts.counts.table
        data_sha256 = digest("outcome counts", table.to_numpy(object).tolist())
        look = history.look(data_sha256)
        with progress.stage("contrasts"):
            beforehand, dropped = history.beforehand(declared), history.dropped_contrasts(declared)
            rows = verdicts_of(counts, beforehand=beforehand, look=look, dropped=dropped)
        drawn = effect_on_reports(
            settings,
            city_runs=city_runs,
            as_of=as_of,
            now=now,
            look=lambda sha256: history.look(sha256, at="drawn_sha256"),
            pauses=history.pauses,
            progress=progress,
        )
        document = _document(config, history, counts, rows, drawn, beforehand=beforehand, look=look, dropped=dropped)
        finding = outcomes_finding(document)
        document["finding"] = finding
        page = outcomes_page(document, title=settings.title).encode()
        data = json_bytes(document)
        through = max(str(month) for month in table["month"])
        sentences = tuple(_sentence(row) for row in rows if row.verdict in (ROSE, FELL))
        measures = declared_sha256(declared)
        shas = [hashlib.sha256(part).hexdigest() for part in (data, page)]
        trail.append(
            OutcomesReported(
                data_sha256, measures, look, through, shas[0], shas[1], sentences, drawn.sha256, drawn.look
            )
        )
        paths = (write_file(folder / DOCUMENT, data), write_file(folder / PAGE, page))
    return OutcomesReport(document, finding, paths)


def verdicts_of(counts: Counts, *, beforehand: set[str], look: int, dropped: int = 0) -> list[ContrastFinding]:
    """Every contrast that the measures ask for, with its verdict; pure, and what the simulations of its errors call."""
    contrasts = [
        measured(counts, estimand) for measure in counts.declared.measures for estimand in estimands_of(counts, measure)
    ]
    return contrast_findings(contrasts, beforehand=beforehand, look=look, dropped=dropped)


def _document(
    config: ConfigFile,
    history: OutcomeHistory,
    counts: Counts,
    rows: list[ContrastFinding],
    drawn: Drawn,
    *,
    beforehand: set[str],
    look: int,
    dropped: int,
) -> dict[str, Any]:
    declared, named = counts.declared, history.named()
    n_named = _n(rows, beforehand) + dropped
    shown = shown_sums(counts, [row.contrast for row in rows])
    outcomes = sorted({measure.outcome for measure in declared.measures})
    covered = {}
    for outcome in outcomes:
        months, share = counts.months(outcome), shown_share(counts, outcome)
        covered[outcome] = {
            "first": months.names[0] if months.names else None,
            "last": months.names[-1] if months.names else None,
            "months_before": int((~months.after).sum()),
            "months_after": int(months.after.sum()),
            "months_missing": months.missing,
            "share_of_other_or_no_group": share,
        }
    return {
        "kind": KIND,
        "name": config.settings.name,
        "patrolcast": patrolcast.__version__,
        "notice": NOTICE,
        "call_source": call_source_of(config.settings).statement,
        "adopted": declared.adopted,
        "owner": declared.owner,
        "reference": declared.reference,
        "residents_source": declared.residents_source,
        "suggested_areas": len(declared.suggested_areas),
        "look": {"number": look, "level": level_of_look(look), "contrasts_named_beforehand": n_named},
        "imports": [
            # Without the hash: of few small counts, whoever tries them all finds those that make it.
            {"entry": entry.seq, "day": entry.ts_utc[:10], "rows": entry.body["rows"]}
            for entry in history.imported
        ],
        "measures": [measure_row(measure, named, declared, beforehand) for measure in declared.measures],
        "withdrawn": [
            {"id": gone.id, "named_on": gone.day, "entry": gone.entry} for gone in history.withdrawn(declared)
        ],
        "covered": covered,
        "contrasts": [contrast_row(row, sums) for row, sums in zip(rows, shown, strict=True)],
        "reported_crime": effect_row(drawn, level=level_of_look(max(drawn.look, 1))),
    }


def _n(rows: list[ContrastFinding], beforehand: set[str]) -> int:
    return sum(1 for row in rows if row.contrast.estimand.measure.id in beforehand)


def _sentence(row: ContrastFinding) -> str:
    estimand = row.contrast.estimand
    versus = f" against {estimand.versus}" if estimand.versus else ""
    return f"{estimand.measure.id}, {estimand.kind}, {estimand.group}{versus}: {row.verdict}"
