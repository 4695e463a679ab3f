"""`init`: look at an export nobody has described yet, and draft a config and a codebook that say what is still open.

Nothing is guessed silently. What the export answers by itself (headers that vendors use, one time format that fits, a
codebook whose codes these are) is written down; everything else stands as ``TODO`` in the draft, is listed, and is
refused by `check` until a person has decided it. Provenance above all: an unknown offence code is never made a report.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pandas as pd

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.guess_columns import CLOCKS, DESCRIPTIONS, first_known_header, guess_roles, is_person_level
from patrolcast.intake.guess_values import TimeGuess, guess_crs, guess_times
from patrolcast.io.codebook_files import read_codebooks, zone_cities
from patrolcast.io.sources.export_sample import ExportSample, count_values, nearby_layers, peek
from patrolcast.io.text_file import put_text
from patrolcast.runs.init.codebook import KnownCodebook, OffenceCount, draft_codebook, known_codebooks
from patrolcast.runs.init.config_text import config_text, nearest_zone
from patrolcast.runs.init.findings import TODO, Findings

KNOWN_CODEBOOKS = Path("configs/codebooks")
_MOST_CODES = 3000


@dataclass(frozen=True)
class DraftConfig:
    """A starter config and codebook as text, where they belong, and what a person must still decide."""

    toml_text: str
    codebook_text: str
    undecided: list[str]
    notes: list[str]
    out: Path
    codebook_out: Path


def draft_config(
    export: Path, *, out: Path = Path("configs/mycity.toml"), codebooks: Path = KNOWN_CODEBOOKS
) -> DraftConfig:
    """Draft a config and a codebook from an export.

    Parameters
    ----------
    export : CSV (gz, zip), Parquet, GeoJSON, shapefile or another layer.
    out : where the config will be written: paths in the draft are relative to it.
    codebooks : folder of codebooks whose codes are recognised.

    Raises
    ------
    DataRefusedError
        when the export cannot be read or has no rows.
    """
    sample = peek(Path(export))
    if sample.rows.empty:
        raise DataRefusedError(sample.path.name, got="no row", rule="an export has a header and rows")
    found = Findings(sample, Path(out))
    found.left_out = [name for name in sample.columns if is_person_level(name)]
    roles = guess_roles(sample.columns)
    _decide_times(found, roles)
    _decide_places(found, roles)
    found.zone = nearest_zone(found.place, zone_cities()) if found.place is not None else None
    _decide_id(found, roles)
    known = known_codebooks(read_codebooks(codebooks))
    counts = _decide_offence(found, roles, known)
    codebook = draft_codebook(counts, known, has_source="call_source" in found.columns)
    found.undecided += codebook.undecided
    found.notes += codebook.notes
    _decide_layers(found)
    found.undecided.append("[area] timezone: the agency's zone is not in the export")
    codebook_out = found.out.parent / "codebooks" / f"{found.out.stem}.csv"
    return DraftConfig(config_text(found), codebook.text, found.undecided, found.notes, found.out, codebook_out)


def write_draft(draft: DraftConfig, *, overwrite: bool = False) -> tuple[Path, Path]:
    """Write both files of a draft; the config last, so that it never names a codebook that is not there."""
    put_text(draft.codebook_out, draft.codebook_text, overwrite=overwrite)
    put_text(draft.out, draft.toml_text, overwrite=overwrite)
    return draft.out, draft.codebook_out


def _decide_times(found: Findings, roles: dict[str, list[str]]) -> None:
    rows = found.sample.rows
    guesses = {name: guess_times(rows[name]) for name in roles["occurred_at"]}
    readable = [name for name, guess in guesses.items() if guess.kind != "unknown"]
    chosen = next((name for name in readable if guesses[name].has_clock), readable[0] if readable else None)
    if chosen is None:
        tried = f" (looked at {', '.join(roles['occurred_at'])})" if roles["occurred_at"] else ""
        if roles["reported_at"]:
            tried += f"; {roles['reported_at'][0]} says when it was reported, not when it happened"
        hints = [guess.hint for guess in guesses.values() if guess.hint]
        found.undecided.append(f"[incidents.columns] occurred_at: no column of times was recognised{tried}")
        found.notes += [f"{name}: {hint}" for name, hint in zip(guesses, hints, strict=False)]
        return
    found.columns["occurred_at"], found.time = chosen, guesses[chosen]
    _note_time(found, chosen)
    for role in ("occurred_until", "reported_at"):
        for name in roles[role]:
            if _same_writing(found.time, guess_times(rows[name])):
                found.columns[role] = name
                break
            found.notes.append(f"{name}: left out as {role}: its times are written in another way than {chosen}")
    if "reported_at" not in found.columns:
        found.notes.append("no time of report was recognised: reporting_delay_hours is assumed; check that it is true")


def _note_time(found: Findings, chosen: str) -> None:
    time = found.time
    if len(time.formats) > 1:
        either = " or ".join(time.formats)
        found.undecided.append(f"[incidents] time_format: day and month of {chosen} cannot be distinguished: {either}")
    if time.share < 1.0:
        found.notes.append(
            f"{chosen}: {1 - time.share:.1%} of its different values are not written as {time.formats[0]}"
        )
    if not time.has_clock:
        clock = first_known_header([name for name in found.sample.columns if name != chosen], CLOCKS)
        hint = f"; the time of day stands apart in {clock}: join the two columns to use it" if clock else ""
        found.notes.append(f"{chosen} holds dates without a time of day: the shortest shift is a day{hint}")


def _same_writing(one: TimeGuess, other: TimeGuess) -> bool:
    return one.kind == other.kind and bool(set(one.formats) & set(other.formats) or not one.formats)


def _decide_places(found: Findings, roles: dict[str, list[str]]) -> None:
    rows = found.sample.rows
    pairs = sorted(product(range(len(roles["longitude"])), range(len(roles["latitude"]))), key=_near_the_top)[:30]
    named = [(roles["longitude"][i], roles["latitude"][j]) for i, j in pairs]
    kinds = {pair: guess_crs(rows[pair[0]], rows[pair[1]]) for pair in named if pair[0] != pair[1]}
    order = ("degrees", "swapped", "projected")
    best = min((pair for pair in kinds if kinds[pair] != "unknown"), key=lambda p: order.index(kinds[p]), default=None)
    if best is None:
        written = next((name for name in found.sample.columns if _is_point(rows[name])), None)
        hint = f"; {written} holds both in one text: export them as two columns" if written is not None else ""
        found.undecided.append(f"[incidents.columns] longitude, latitude: no pair of coordinates was recognised{hint}")
        return
    kind = kinds[best]
    x, y = (best[1], best[0]) if kind == "swapped" else best
    found.columns |= {"longitude": x, "latitude": y}
    if kind == "swapped":
        found.notes.append(f"{best[0]} and {best[1]} hold each other's values: they are exchanged in the draft")
    if kind == "projected":
        found.crs = TODO
        declared = f"; the layer declares {found.sample.crs}" if found.sample.crs else ""
        found.undecided.append(f"[incidents] crs: {x} and {y} are not degrees; name their EPSG code{declared}")
    else:
        found.place = _middle(found.sample, x, y)


def _near_the_top(pair: tuple[int, int]) -> tuple[int, int]:
    """Headers that are equally sure belong together; then the surer pair first."""
    return abs(pair[0] - pair[1]), pair[0] + pair[1]


def _is_point(values: pd.Series) -> bool:
    """True for texts like ``(41.88, -87.63)`` and ``POINT (-87.63 41.88)``."""
    texts = values.dropna().astype("string").head(50)
    return bool(len(texts)) and bool(texts.str.contains(r"\(\s*-?\d+\.\d+[ ,]+-?\d+\.\d+\s*\)").mean() > 0.5)


def _middle(sample: ExportSample, x: str, y: str) -> tuple[float, float]:
    numbers = sample.rows[[x, y]].apply(lambda column: column.astype("string").str.strip()).apply(_to_number)
    kept = numbers[(numbers != 0).all(axis=1)].dropna()
    return float(kept[x].median()), float(kept[y].median())


def _to_number(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce")


def _decide_id(found: Findings, roles: dict[str, list[str]]) -> None:
    rows = found.sample.rows
    unique = [name for name in roles["record_id"] if rows[name].nunique() > 0.9 * len(rows)]
    if unique:
        found.columns["record_id"] = unique[0]


def _decide_offence(found: Findings, roles: dict[str, list[str]], known: list[KnownCodebook]) -> list[OffenceCount]:
    """Choose the column of offence codes and count them: one that a known codebook explains, else the surest header."""
    rows = found.sample.rows
    names = [name for name in roles["offence"] if 1 < rows[name].nunique() <= _MOST_CODES]
    if not names:
        found.undecided.append("[incidents.columns] offence: no column of offence codes was recognised")
        return []
    explained = {name: max((book.share_of(rows[name]) for book in known), default=0.0) for name in names}
    chosen = next((name for name in names if explained[name] >= 0.8), names[0])
    found.columns["offence"] = chosen
    if len(names) > 1:
        found.notes.append(f"offence: {chosen} was chosen; also possible: {', '.join(n for n in names if n != chosen)}")
    source = next((name for name in roles["call_source"] if 1 <= rows[name].nunique() <= 200), None)
    if source is not None:
        found.columns["call_source"] = source
    others = [name for name in found.sample.columns if name not in found.columns.values()]
    description = first_known_header(others, DESCRIPTIONS)
    arrest = first_known_header(others, ("arrest", "arrested", "arrest made", "is arrest"))
    beside = tuple(name for name in (source, description, arrest) if name is not None)
    return _counted(count_values(found.sample, chosen, beside), source, description, arrest)


def _counted(
    counts: Counter[tuple[str, ...]], source: str | None, description: str | None, arrest: str | None
) -> list[OffenceCount]:
    out = []
    for (code, *rest), n in counts.items():
        values = iter(rest)
        texts = [next(values) if name is not None else "" for name in (source, description, arrest)]
        out.append(OffenceCount(code, texts[0], texts[1], texts[2].lower() in {"true", "1", "y", "yes", "t"}, n))
    return out


def _decide_layers(found: Findings) -> None:
    layers = nearby_layers(found.sample.path)
    found.layers = [layer.name for layer in layers]
    boundaries = [layer for layer in layers if re.search(r"bound|limits|jurisdiction", layer.name, re.IGNORECASE)]
    if len(boundaries) == 1:
        found.boundary = str(boundaries[0])
        found.notes.append(f"[area] boundary: {boundaries[0].name} lies beside the export and was taken; check it")
    else:
        found.undecided.append("[area] boundary: name a polygon layer of the jurisdiction")
