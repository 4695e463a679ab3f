"""The codebook: the category of an offence code, and who caused the record to exist. Nothing is ever guessed.

A record's provenance comes from its call source where the export has one, else from its offence; officer-initiated
beats everything when the two disagree. A code that the codebook does not hold is refused and listed.

A row may decide a family of codes: ``23*`` is every code that begins with 23. The code itself beats every pattern, and
the longest pattern that fits beats the others, so no code is ever decided by two rows.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.provenance import Provenance

COLUMNS = ("offence", "call_source", "category", "provenance", "ground")
PROVENANCES = tuple(Provenance)
UNDECIDED = "TODO"
"""Begins the last column of a row that no person has decided, and nothing runs until one has."""
ANY_END = "*"
"""At the end of a code in the codebook: the row decides every code that begins so."""
UNKNOWN_CODE = -1
NO_CATEGORY = -1
_OFFICER = PROVENANCES.index(Provenance.OFFICER)
Codes = npt.NDArray[np.int8]


def normalised_code(code: str) -> str:
    """A code as it is looked up: composed (NFC), without spaces around it; leading zeros and case count."""
    return unicodedata.normalize("NFC", code).strip()


def is_pattern(code: str) -> bool:
    """True for the code of a row that decides every code that begins with what stands before its ``*``."""
    return code.endswith(ANY_END)


def row_finder(rows: Collection[str]) -> Callable[[str], str | None]:
    """A function from a code to that one of ``rows`` (codes and patterns) which decides it, or None.

    >>> row_of = row_finder(["23*", "2*", "23F"])
    >>> row_of("23F"), row_of(" 23G"), row_of("22"), row_of("9")
    ('23F', '23*', '2*', None)
    """
    begins = sorted((row.removesuffix(ANY_END) for row in rows if is_pattern(row)), key=len, reverse=True)

    def row_of(code: str) -> str | None:
        looked_up = normalised_code(code)
        if looked_up in rows:
            return looked_up
        return next((begin + ANY_END for begin in begins if looked_up.startswith(begin)), None)

    return row_of


@dataclass(frozen=True)
class Codebook:
    """Offence -> (category, provenance) and call source -> provenance; a key that ends in ``*`` is a pattern.

    ``reasons`` and ``source_reasons`` hold the reason of each decision.
    """

    offences: Mapping[str, tuple[str, Provenance]]
    call_sources: Mapping[str, Provenance]
    reasons: Mapping[str, str] = field(default_factory=dict)
    source_reasons: Mapping[str, str] = field(default_factory=dict)

    def idle_patterns(self, offences: Sequence[str], call_sources: Sequence[str]) -> list[str]:
        """Patterns that decide none of these codes, in order of name: a wrong one looks exactly like this."""
        idle: list[str] = []
        for rows, codes in ((self.offences, offences), (self.call_sources, call_sources)):
            deciding = set(map(row_finder(rows), codes))
            idle += sorted(row for row in rows if ANY_END in row and row not in deciding)
        return idle

    def look_alikes(self) -> list[tuple[str, str]]:
        """Codes that differ only by leading zeros, a trailing ``.0`` or capitals and are not decided alike, by name."""
        pairs: list[tuple[str, str]] = []
        for rows in (self.offences, self.call_sources):
            first: dict[str, str] = {}
            for code in sorted(rows):
                other = first.setdefault(_bare(code), code)
                if rows[other] != rows[code]:
                    pairs.append((other, code))
        return pairs

    @property
    def categories(self) -> tuple[str, ...]:
        """All categories, in order of name."""
        return tuple(sorted({category for category, _ in self.offences.values() if category}))

    def offence_provenance(self, codes: Sequence[str]) -> Codes:
        """Index into PROVENANCES for each code, UNKNOWN_CODE where the codebook does not hold it."""
        return _positions({code: provenance for code, (_, provenance) in self.offences.items()}, codes)

    def source_provenance(self, codes: Sequence[str]) -> Codes:
        """The same for call sources."""
        return _positions(self.call_sources, codes)

    def category_of(self, codes: Sequence[str]) -> npt.NDArray[np.int16]:
        """Index into ``categories`` for each offence code, NO_CATEGORY where it is not forecast or not known."""
        position = {name: i for i, name in enumerate(self.categories)}
        rows = map(row_finder(self.offences), codes)
        names = ("" if row is None else self.offences[row][0] for row in rows)
        return np.fromiter((position.get(name, NO_CATEGORY) for name in names), dtype=np.int16)


def _bare(code: str) -> str:
    """A code as a spreadsheet may leave it: 0310, 310 and 310.0 are alike."""
    return re.sub(r"^0+(?=.)", "", re.sub(r"(?<=\d)\.0+$", "", code.casefold()))


def _positions(decided: Mapping[str, Provenance], codes: Sequence[str]) -> Codes:
    rows = map(row_finder(decided), codes)
    return np.fromiter(
        (UNKNOWN_CODE if row is None else PROVENANCES.index(decided[row]) for row in rows), dtype=np.int8
    )


def combine_provenance(by_offence: Codes, by_source: Codes | None) -> Codes:
    """Provenance of each row: the call source decides where there is one, officer-initiated beats all, unknown stays.

    >>> citizen, officer = 0, 1
    >>> combine_provenance(np.array([0, 0, 1], np.int8), np.array([0, 1, 0], np.int8)).tolist()
    [0, 1, 1]
    """
    if by_source is None:
        return by_offence
    officer = (by_offence == _OFFICER) | (by_source == _OFFICER)
    provenance = np.where(officer, np.int8(_OFFICER), by_source)
    unknown = (by_offence == UNKNOWN_CODE) | (by_source == UNKNOWN_CODE)
    return np.where(unknown & (by_source != _OFFICER), np.int8(UNKNOWN_CODE), provenance).astype(np.int8)


def parse_codebook(rows: Sequence[Mapping[str, str | None]], *, file: str) -> Codebook:
    """A codebook from the rows of its table.

    Raises ConfigError: a missing column or two that look alike, a row that `init` left open, a row for neither or both,
    an unknown provenance, a code that is decided twice, a pattern that every code fits.
    """
    if not rows:
        raise ConfigError(file, got="no row", rule="a codebook decides at least one code", cure="patrolcast init")
    missing = [name for name in COLUMNS if name not in rows[0]]
    if missing:
        rule = f"columns: {', '.join(COLUMNS)}"
        raise ConfigError(f"{file} header", got=f"no column {missing[0]}", rule=rule, cure="add it")
    _refuse_twins(list(rows[0]), file)
    _refuse_undecided(rows, file)
    offences: dict[str, tuple[str, Provenance]] = {}
    sources: dict[str, Provenance] = {}
    reasons: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for line, row in enumerate(rows, start=2):
        place = f"{file} line {line}"
        if not any((text or "").strip() for text in row.values()):
            continue  # spreadsheets leave rows of delimiters behind
        offence, source = normalised_code(row["offence"] or ""), normalised_code(row["call_source"] or "")
        if bool(offence) == bool(source):
            got = "both an offence and a call source" if offence else "neither an offence nor a call source"
            raise ConfigError(place, got=got, rule="a row decides one code", cure="one row for each")
        if (offence or source) == ANY_END:
            rule = "a pattern begins with a part of a code: no row may decide every code"
            raise ConfigError(place, got=shown(ANY_END), rule=rule, cure="e.g. 23*")
        provenance, category = _provenance(row["provenance"], place), _category(row["category"], place)
        why = (row["ground"] or "").strip()
        if not why:
            rule = "each decision states its reason"
            raise ConfigError(f"{place} ground", got="nothing", rule=rule, cure="write why")
        if offence in offences or source in sources:
            raise ConfigError(place, got=f"{shown(offence or source)} again", rule="one row a code", cure="delete one")
        if offence:
            offences[offence] = (category, provenance)
        else:
            sources[source] = provenance
        reasons[bool(source)][offence or source] = why
    return Codebook(offences, sources, *reasons)


def _refuse_twins(header: Sequence[str], file: str) -> None:
    """Which of ``provenance`` and ``Provenance`` decides? A spreadsheet or a merge left both, and nobody knows."""
    for name in COLUMNS:
        twins = [other for other in header if other != name and _letters(other) == _letters(name)]
        if twins:
            got = f"two columns {shown(name)} and {shown(twins[0])}"
            raise ConfigError(f"{file} header", got=got, rule="one column decides", cure="delete the other")


def _letters(header: str) -> str:
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKC", header).casefold())


def is_undecided(row: Mapping[str, str | None]) -> bool:
    """True for a row that `init` wrote and no person has decided, whether or not it proposes something."""
    return re.match(r"[\W_]*to[ _-]?do\b", row.get("ground") or "", re.IGNORECASE) is not None


def _refuse_undecided(rows: Sequence[Mapping[str, str | None]], file: str) -> None:
    left = [row for row in rows if is_undecided(row)]
    if left:
        names = ", ".join(shown(row["offence"] or row["call_source"] or "?").strip("'") for row in left[:5])
        raise ConfigError(
            f"{file}: {len(left)} of {len(rows)} rows",
            got=f"{UNDECIDED} ({names}{', ...' if len(left) > 5 else ''})",
            rule="category and provenance are a person's decision",
            cure="decide them and write why; undecided codes are never counted",
        )


def _provenance(text: str | None, place: str) -> Provenance:
    name = (text or "").strip()
    if name not in set(Provenance):
        rule = f"one of {', '.join(Provenance)}"
        raise ConfigError(f"{place} provenance", got=shown(name), rule=rule, cure="decide it, and write why")
    return Provenance(name)


def _category(text: str | None, place: str) -> str:
    name = (text or "").strip()
    if name in {"", "none"}:
        return ""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        rule = "a-z, digits and _; empty: not forecast"
        raise ConfigError(f"{place} category", got=shown(name), rule=rule, cure="e.g. vehicle_theft")
    return name
