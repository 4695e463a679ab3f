"""`init`: look at an export nobody has described yet, and draft a config and a codebook that say what is still open.

Nothing is guessed silently. What the export answers by itself (headers that vendors use, one time format that fits, a
codebook whose codes these are) is written down; everything else stands as ``TODO`` in the draft, is listed, and is
refused by `check` until a person has decided it. Provenance above all: an unknown offence code is never made a report.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from patrolcast.domain.errors import CannotWriteError, DataRefusedError, shown
from patrolcast.intake.codebook import COLUMNS
from patrolcast.intake.corrections.likely import find_cancelled_values, looks_like_counts
from patrolcast.intake.guess_columns import CLOCKS, first_known_header, guess_roles
from patrolcast.intake.guess_values import TimeGuess, guess_times
from patrolcast.intake.persons import refuse_person_columns
from patrolcast.intake.words.offence_words import word_book
from patrolcast.io.codebook_files import KNOWN, offence_words, read_codebooks
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.objectives_file import draft_text
from patrolcast.io.sources.byte_stream import is_there
from patrolcast.io.sources.export_sample import detect_export, sample_rows
from patrolcast.report import words
from patrolcast.runs.init.codebook import draft_codebook
from patrolcast.runs.init.config_text import Findings, config_text
from patrolcast.runs.init.known_codes import known_codebooks
from patrolcast.runs.init.nearby import layers_beside
from patrolcast.runs.init.nearby_names import names_beside
from patrolcast.runs.init.offence_column import decide_offence
from patrolcast.runs.init.places import decide_places, decide_zone, sampled_points
from patrolcast.runs.init.report_delay import drafted_first_day, report_delays
from patrolcast.runs.init.spellings import spelt_out
from patrolcast.runs.init.versions import last_change, n_repeated

_UNIQUE, _SEVERAL_ROWS = 0.9, 0.3
"""Shares of different record numbers: of one row a number, and of a few rows a number."""


@dataclass(frozen=True)
class DraftedCity:
    """A starter config, codebook and objectives as text, where they belong, and what a person must still decide."""

    config_text: str
    codebook_text: str
    undecided: list[str]
    notes: list[str]
    config: Path
    codebook: Path
    objectives_text: str
    objectives: Path


def require_free(out: Path, *, overwrite: bool) -> None:
    """Raises CannotWriteError: a file that a draft would replace is there, and nobody said that it may be."""
    for path in (out, codebook_path(out), objectives_path(out)):
        if is_there(path) and not overwrite:
            raise CannotWriteError(f"{path}: already exists; give another --out, or add --force to replace it")


def init_city(
    export: Path, *, out: Path, overwrite: bool = False, offence: str | None = None, more: str = ""
) -> DraftedCity:
    """Draft a config, a codebook and objectives from an export and write them: what ``patrolcast init`` does.

    Parameters
    ----------
    export : CSV (gz, zip), Parquet, GeoJSON, shapefile or another layer.
    out : the config to write, whatever it is called; its codebook goes to ``codebooks/<its stem>.csv`` beside it, its
        objectives to ``objectives/<its stem>.toml``.
    offence : the column of offence codes, where a person names it; else it is looked for.
    more : written behind the drafted config.

    Raises
    ------
    CannotWriteError, NotPermittedError
        one of them exists and ``overwrite`` is False, or the folder cannot be written.
    DataRefusedError, ProhibitedDataError
        what `check` would refuse of the export, in the same words.
    """
    require_free(out, overwrite=overwrite)
    draft = draft_city(export, out=out, offence=offence)
    draft = replace(draft, config_text=draft.config_text + more)
    # The config last: it never names a file that is not there.
    write_file(draft.codebook, draft.codebook_text.encode())
    write_file(draft.objectives, draft.objectives_text.encode())
    write_file(draft.config, draft.config_text.encode())
    return draft


def draft_city(export: Path, *, out: Path, offence: str | None = None) -> DraftedCity:
    """The draft that `init_city` writes; paths in it are relative to ``out``."""
    detected = detect_export(export)
    refuse_person_columns(detected.source.header, (), file=detected.source.name)
    rows = sample_rows(detected)
    if rows.empty:
        raise DataRefusedError(export.name, got="no row", rule="an export has a header and rows")
    findings = Findings(detected, rows, out)
    roles = guess_roles(findings.columns_of_export)
    if offence is not None:
        roles["offence"] = [_named(findings, offence)]
    _decide_times(findings, roles)
    decide_places(findings, roles)
    _decide_id(findings, roles)
    known = known_codebooks(read_codebooks([KNOWN], columns=frozenset(COLUMNS)))
    words = spelt_out(offence_words())
    books = word_book(words), word_book(words, "sources")
    codebook = draft_codebook(
        decide_offence(findings, roles, known, books),
        known,
        offences=books[0],
        sources=books[1],
        has_source="call_source" in findings.columns,
    )
    findings.undecided += codebook.undecided
    findings.notes += codebook.notes
    points = sampled_points(findings)
    _decide_corrections(findings)
    _decide_layers(findings, points)
    decide_zone(findings, points)
    findings.delays = report_delays(rows, findings.columns, findings.time, codebook.text)
    findings.first_day = drafted_first_day(rows, findings.columns, findings.time)
    text = config_text(findings, codebook=codebook_path(out), objectives=objectives_path(out))
    aims = draft_text(out.stem)
    return DraftedCity(
        text, codebook.text, findings.undecided, findings.notes, out, codebook_path(out), aims, objectives_path(out)
    )


def _named(findings: Findings, column: str) -> str:
    """A column that a person named; refused where the export has none of that name."""
    if column not in findings.columns_of_export:
        had = ", ".join(findings.columns_of_export)
        file = findings.export.path.name
        raise DataRefusedError(
            file, got=f"no column {shown(column)}", rule="must be in its header", cure=f"name one of {had}"
        )
    return column


def codebook_path(config: Path) -> Path:
    """Where the codebook of a drafted config goes."""
    return config.parent / "codebooks" / f"{config.stem}.csv"


def objectives_path(config: Path) -> Path:
    """Where the objectives of a drafted config go."""
    return config.parent / "objectives" / f"{config.stem}.toml"


def _decide_times(findings: Findings, roles: dict[str, list[str]]) -> None:
    rows = findings.rows
    guesses = {name: guess_times(rows[name]) for name in roles["occurred_at"]}
    readable = [name for name, guess in guesses.items() if guess.kind != "unknown"]
    chosen = next((name for name in readable if guesses[name].has_clock), readable[0] if readable else None)
    if chosen is None:
        tried = f" (looked at {', '.join(roles['occurred_at'])})" if roles["occurred_at"] else ""
        if roles["reported_at"]:
            tried += f"; {roles['reported_at'][0]} says when it was reported, not when it happened"
        hints = [guess.hint for guess in guesses.values() if guess.hint]
        findings.undecided.append(f"[incidents.columns] occurred_at: no column of times was recognised{tried}")
        findings.notes += [f"{name}: {hint}" for name, hint in zip(guesses, hints, strict=False)]
        return
    findings.columns["occurred_at"], findings.time = chosen, guesses[chosen]
    _note_time(findings, chosen)
    for role in ("occurred_until", "reported_at"):
        for name in roles[role]:
            if _same_writing(findings.time, guess_times(rows[name])):
                findings.columns[role] = name
                break
            findings.notes.append(f"{name}: left out as {role}: its times are written in another way than {chosen}")
    if "reported_at" not in findings.columns:
        findings.notes.append("no time of report was recognised: reporting_delay_hours is assumed; check it")


def _note_time(findings: Findings, chosen: str) -> None:
    time = findings.time
    if len(time.formats) > 1:
        either = " or ".join(time.formats)
        findings.undecided.append(
            f"[incidents] time_format: day and month of {chosen} cannot be distinguished: {either}"
        )
    if time.share < 1.0:
        findings.notes.append(
            f"{chosen}: {words.share(1 - time.share)} of its different values are not written as {time.formats[0]}"
        )
    if not time.has_clock:
        clock = first_known_header([name for name in findings.columns_of_export if name != chosen], CLOCKS)
        apart = f"; the time of day stands apart in {clock}: join the two columns to use it" if clock else ""
        findings.notes.append(f"{chosen} holds dates without a time of day: the shortest shift is a day{apart}")


def _same_writing(first: TimeGuess, second: TimeGuess) -> bool:
    return first.kind == second.kind and bool(set(first.formats) & set(second.formats) or not first.formats)


def _decide_id(findings: Findings, roles: dict[str, list[str]]) -> None:
    rows = findings.rows
    different = {name: rows[name].nunique() / len(rows) for name in roles["record_id"]}
    unique = [name for name, share in different.items() if share > _UNIQUE]
    # Numbers that come again are numbers of incidents with several rows: unmapped, each row would count as one more.
    candidates = unique or [name for name, share in different.items() if share > _SEVERAL_ROWS]
    if not candidates:
        return
    findings.columns["record_id"] = candidates[0]
    if repeated := n_repeated(rows, candidates[0]):
        numbers = f"{candidates[0]}: {repeated:,} numbers stand in more than one row"
        free = [name for name in findings.columns_of_export if name not in findings.columns.values()]
        changed = last_change(rows, free, lambda values: _same_writing(findings.time, guess_times(values)))
        if changed is not None:
            findings.columns["updated_at"] = changed
            findings.notes.append(f"{numbers}: taken for versions of one record, the newest by {changed} counts")
        else:
            findings.notes.append(f"{numbers}: say with record_means what they are (docs/corrections.md)")


def _decide_corrections(findings: Findings) -> None:
    """Columns whose values take reports back or cancel them: drafted, and named for a person to check."""
    free = [name for name in findings.columns_of_export if name not in findings.columns.values()]
    counts = [name for name in free if looks_like_counts(findings.rows[name])]
    if counts:
        findings.columns["count"] = counts[0]
        findings.notes.append(f"count: {counts[0]} holds numbers below 0: taken for reports that are taken back")
    for name in free:
        if name not in counts and (values := find_cancelled_values(name, findings.rows[name])):
            findings.columns["status"], findings.cancelled_values = name, values
            findings.notes.append(f"status: {name} says {', '.join(values)}: taken for reports that count zero")
            break


def _decide_layers(findings: Findings, points: np.ndarray) -> None:
    findings.nearby = layers_beside(findings.export.path, points)
    findings.notes += findings.nearby.notes
    findings.names = names_beside(findings.export.path, points)
    findings.notes += findings.names.notes
    if not findings.nearby.boundary:
        findings.undecided.append("[area] boundary: name a polygon layer of the jurisdiction")
