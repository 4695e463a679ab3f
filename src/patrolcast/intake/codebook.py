"""The codebook: the category of an offence code, and who caused the record to exist. Nothing is ever guessed.

A record's provenance comes from its call source where the export has one, else from its offence; officer-initiated
beats everything when the two disagree. A code that the codebook does not hold is refused and listed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.provenance import Provenance

COLUMNS = ("offence", "call_source", "category", "provenance", "ground")
PROVENANCES = tuple(Provenance)
UNKNOWN_CODE = -1
NO_CATEGORY = -1
_OFFICER = PROVENANCES.index(Provenance.OFFICER)
Codes = npt.NDArray[np.int8]


def normalised_code(code: str) -> str:
    """A code as it is looked up: composed (NFC), without spaces around it; leading zeros and case count."""
    return unicodedata.normalize("NFC", code).strip()


@dataclass(frozen=True)
class Codebook:
    """Offence -> (category, provenance) and call source -> provenance."""

    offences: Mapping[str, tuple[str, Provenance]]
    call_sources: Mapping[str, Provenance]

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
        names = (self.offences.get(normalised_code(code), ("", Provenance.UNKNOWN))[0] for code in codes)
        return np.fromiter((position.get(name, NO_CATEGORY) for name in names), dtype=np.int16)


def _positions(decided: Mapping[str, Provenance], codes: Sequence[str]) -> Codes:
    entries = (decided.get(normalised_code(code)) for code in codes)
    return np.fromiter((UNKNOWN_CODE if kind is None else PROVENANCES.index(kind) for kind in entries), dtype=np.int8)


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

    Raises ConfigError: a missing column, a row for neither or both, an unknown provenance, a code that is decided
    twice.
    """
    if not rows:
        raise ConfigError(file, got="no row", rule="a codebook decides at least one code", cure="patrolcast init")
    missing = [name for name in COLUMNS if name not in rows[0]]
    if missing:
        rule = f"columns: {', '.join(COLUMNS)}"
        raise ConfigError(f"{file} header", got=f"no column {missing[0]}", rule=rule, cure="add it")
    offences: dict[str, tuple[str, Provenance]] = {}
    sources: dict[str, Provenance] = {}
    for line, row in enumerate(rows, start=2):
        place = f"{file} line {line}"
        offence, source = normalised_code(row["offence"] or ""), normalised_code(row["call_source"] or "")
        if bool(offence) == bool(source):
            got = "both an offence and a call source" if offence else "neither an offence nor a call source"
            raise ConfigError(place, got=got, rule="a row decides one code", cure="one row for each")
        provenance, category = _provenance(row["provenance"], place), _category(row["category"], place)
        if not (row["ground"] or "").strip():
            rule = "each decision states its reason"
            raise ConfigError(f"{place} ground", got="nothing", rule=rule, cure="write why")
        if offence in offences or source in sources:
            raise ConfigError(place, got=f"{shown(offence or source)} again", rule="one row a code", cure="delete one")
        if offence:
            offences[offence] = (category, provenance)
        else:
            sources[source] = provenance
    return Codebook(offences, sources)


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
