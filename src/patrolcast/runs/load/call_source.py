"""Call source is a promise: what an export, a codebook or the published run once said of it is not dropped silently.

Three looks: at the config and its codebook (nothing read), at the columns that the config does not map (a sample), and
at the values that were read. Each refuses with exit code 10, because the config is wrong and not the data; the cure is
to map the column, to decide the value as the officer's, or to declare in words why there is no call source.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from patrolcast.domain.counted import counted, names_shown
from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.provenance import COUNTED, CallSource, Provenance, WordedOffence
from patrolcast.domain.settings import Settings, call_source_of
from patrolcast.intake.codebook import PROVENANCES, Codebook, row_finder
from patrolcast.intake.persons import header_words
from patrolcast.intake.raw_rows import RawTable
from patrolcast.intake.words.call_sources import (
    names_call_source,
    officers_as_citizens,
    only_value,
)
from patrolcast.intake.words.who_started import Starter, officers_values, rows_of_both
from patrolcast.intake.words.worded_offences import worded_offences
from patrolcast.io.codebook_files import KNOWN, read_codebook
from patrolcast.io.sources.export import Source
from patrolcast.io.sources.first_look import count_pairs
from patrolcast.io.store.run_store import current_run, manifest_or_none
from patrolcast.numerics.arrays import BoolArray
from patrolcast.runs.load.unread.look import FirstLook, word_books

KEY = "[incidents.columns] call_source"
DECLARE = "say why in [incidents] no_call_source"
_RULE = "who started a call decides what is counted, and is never dropped without a word"
MOST_DISAGREEING, MOST_DISAGREEING_SHARE = 20, 0.005
"""Rows, and their share of the rows of citizens, that an unmapped column may give officers: slips of the pen."""
LEAST_SHARE = 0.0005
"""Share of rows that are officer-initiated below which a column proves nothing: one row in 100,000 is no separation. A
column in which one record in 200 is an officer's falls below it once in thousands of exports of 10,000 rows."""
LEAST_ROWS = 1000
"""Rows without an officer-initiated one before a column of call sources proves nothing: where one record in 200 is
officer-initiated (the sample's share is far higher), 1,000 rows without any happen once in 150 exports."""


def require_as_published(settings: Settings, runs: Path) -> None:
    """Refuse a config that drops the call source which the published run was made with.

    Raises ConfigError.
    """
    folder = current_run(runs)
    manifest = None if folder is None else manifest_or_none(folder)
    if (
        folder is None
        or manifest is None
        or manifest.get("name") != settings.name
        or call_source_of(settings) != CallSource()
    ):
        return
    incidents = manifest.get("config", {}).get("incidents", {})
    if before := incidents.get("columns", {}).get("call_source"):
        raise ConfigError(
            KEY,
            got=f"nothing, but the published run {folder.name} reads it from the column {shown(before)}",
            rule=_RULE,
            cure=f"map it again, or {DECLARE}",
        )


def require_call_source(settings: Settings, codebook: Codebook, look: FirstLook) -> None:
    """Refuse a config that maps no call source although the codebook or the export has one, and gives no reason.

    Raises ConfigError.
    """
    if settings.incidents.columns.call_source or settings.incidents.no_call_source:
        return
    if codebook.call_sources:
        sources = list(codebook.call_sources)
        named = ", ".join(map(shown, sources[:3])) + (", ..." if len(sources) > 3 else "")
        book = settings.codebook.path.name
        raise ConfigError(
            KEY,
            got=f"nothing, but {book} decides the call sources {named}",
            rule=_RULE,
            cure=f"name the column that holds the call source, or {DECLARE}",
        )
    for file, names in look.hints.items():
        raise ConfigError(
            KEY,
            got=f"nothing, but {file} has {_columns(names)}",
            rule=_RULE,
            cure=f"map it, or {DECLARE}",
        )


def require_true_sources(
    settings: Settings, codebook: Codebook, raw: RawTable, look: FirstLook, sources: Sequence[Source]
) -> tuple[str, ...]:
    """Refuse call sources that are relabelled as citizens', and a column mapped in the place of the one that says it.

    Raises ConfigError.

    Returns
    -------
    a note on values that are decided as a citizen's although their words say, perhaps, an officer.
    """
    book, mapped = settings.codebook.path.name, settings.incidents.columns.call_source
    if raw.call_source is None or mapped is None:
        return ()
    row_of = row_finder(codebook.call_sources)
    rows = {value: row for value in raw.call_source.texts if value and (row := row_of(value)) is not None}
    rows |= {row: row for row in codebook.call_sources}
    decided = [(value, codebook.call_sources[row], codebook.source_reasons.get(row, "")) for value, row in rows.items()]
    if wrong := officers_as_citizens(decided, word_books()[1]):
        value, words = wrong[0]
        wording = "" if value == words else f" ({shown(words)})"
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise ConfigError(
            f"{book} call source {shown(value)}{wording}{more}",
            got="citizen",
            rule="a call source whose own words say that an officer started it is the officer's",
            cure=f"write officer; or, where the column says something else, leave {mapped} out and {DECLARE}",
        )
    _refuse_disagreement(mapped, codebook, sources, look)
    sure = {file: [name for name in names if names_call_source(name)] for file, names in look.hints.items()}
    others = [(file, names) for file, names in sure.items() if names]
    if others and not _officers(codebook, raw).any():
        file, names = others[0]
        raise ConfigError(
            KEY,
            got=f"{shown(mapped)}, which holds no officer-initiated record, but {file} also has {_columns(names)}",
            rule="the column that separates officers' records from reports is the call source",
            cure=f"map that one, or leave {mapped} out and {DECLARE}",
        )
    if not (perhaps := [v for v, _ in officers_as_citizens(decided, word_books()[1], starter=Starter.PERHAPS)]):
        return ()
    return (
        f"{book} decides the call source{'s' * (len(perhaps) > 1)} {names_shown(perhaps)} as a citizen's, and the "
        "words may mean an officer: ask who starts such calls; where nobody knows, decide unknown",
    )


def _refuse_disagreement(mapped: str, codebook: Codebook, sources: Sequence[Source], look: FirstLook) -> None:
    """Refuse a column beside the mapped one that gives officers' what the mapped one gives citizens.

    Raises ConfigError.
    """
    callers, row_of = word_books()[1], row_finder(codebook.call_sources)
    for source in sources:
        for name in look.hints.get(source.name, []):
            pairs = count_pairs(source, mapped, name)
            values = {value for value, _ in pairs}
            citizens = {v for v in values if codebook.call_sources.get(row_of(v) or "") == Provenance.CITIZEN}
            officers = officers_values(header_words(name), {value for _, value in pairs}, callers)
            both, n = rows_of_both(pairs, citizens, officers), sum(n for (v, _), n in pairs.items() if v in citizens)
            if both > MOST_DISAGREEING or both > MOST_DISAGREEING_SHARE * n:
                rule = f"at most {MOST_DISAGREEING} rows and {MOST_DISAGREEING_SHARE:.1%} may disagree on who started"
                raise ConfigError(
                    KEY,
                    got=f"{shown(mapped)}, which gives citizens {both:,} of {n:,} rows that {shown(name)} of "
                    f"{source.name} gives officers",
                    rule=f"{rule} a call",
                    cure=f"map {name}, or correct the export; or leave {mapped} out and {DECLARE}",
                )


def silent_sources(
    settings: Settings, codebook: Codebook, raw: RawTable, known: BoolArray, files: Sequence[str]
) -> tuple[CallSource, tuple[str, ...]]:
    """What the call source proves, and a note on each file in which it proves nothing.

    Parameters
    ----------
    known : mask of the rows that are known at the run's moment; what comes later changes nothing.
    files : their names, in order.
    """
    source = call_source_of(settings)
    if raw.call_source is None:
        return source, ()
    officers = _officers(codebook, raw)
    rows = [known & (raw.file == i) for i in range(len(files))]
    silent = [i for i, of in enumerate(rows) if of.sum() >= LEAST_ROWS and officers[of].mean() < LEAST_SHARE]
    notes = []
    for i in silent:
        only = only_value(raw.call_source.codes[rows[i]], raw.call_source.texts)
        every = "" if only is None else f" ({shown(only)} in every row)"
        notes.append(
            f"{files[i]}: the call source {shown(source.column)} marks {_marked(officers[rows[i]])} as "
            f"officer-initiated{every}: were such records taken out, or labelled as reports? Ask how the export is made"
        )
    if silent and officers[known].mean() < LEAST_SHARE:
        source = replace(source, silent=True, marked=_marked(officers[known]))
    return source, tuple(notes)


def _marked(officers: BoolArray) -> str:
    return f"only {int(officers.sum()):,} of {officers.size:,} records" if officers.any() else "no record"


def _officers(codebook: Codebook, raw: RawTable) -> BoolArray:
    if raw.call_source is None:
        return np.zeros(raw.n_rows, dtype=bool)
    by_source = codebook.source_provenance(raw.call_source.texts)[raw.call_source.codes]
    return np.asarray(by_source == PROVENANCES.index(Provenance.OFFICER))


def worded_offences_of(incidents: pd.DataFrame, codebook: Codebook, look: FirstLook) -> tuple[WordedOffence, ...]:
    """Offences that count and whose own words say that officers initiate them."""
    categories = {
        code: category for code, (category, decided) in codebook.offences.items() if category and decided in COUNTED
    }
    nibrs = {
        row["offence"]: row["ground"]
        for row in read_codebook(KNOWN / "nibrs.csv")
        if row["offence"] and row["provenance"] == Provenance.OFFICER
    }
    return worded_offences(
        incidents, codebook.reasons, look.descriptions, word_books()[0], nibrs=nibrs, counted=categories
    )


def offence_warning(offences: Sequence[WordedOffence]) -> str:
    """One line for `check`; "" where there is none."""
    if not offences:
        return ""
    named = ", ".join(
        f"{shown(offence.offence)} ({shown(offence.words)}, {counted(offence.incidents, 'incident')})"
        for offence in offences[:5]
    )
    more = f" and {len(offences) - 5} more" if len(offences) > 5 else ""
    share = sum(offence.share for offence in offences)
    return (
        f"decided as reported by citizens, but their own words say that officers initiate them: {named}{more}; "
        f"together {share:.1%} of the counted incidents; decide them as officer in the codebook, else the audit lists "
        "them"
    )


def _columns(names: Sequence[str]) -> str:
    return f"the column{'s' * (len(names) > 1)} {names_shown(list(names))}"
