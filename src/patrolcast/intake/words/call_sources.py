"""Columns that say who started a call, mapped or not: found by their header, or by values that read so.

An export that holds such a column proves who made each record. Dropping it, mapping another in its place, or calling
an officer's value a citizen's makes officers' own records count as reports, which is the loop that this program exists
to keep open.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from patrolcast.domain.provenance import Provenance
from patrolcast.intake.persons import header_words, is_person_column
from patrolcast.intake.words.offence_words import WordBook, propose
from patrolcast.intake.words.who_started import Starter, officers_values, starter_in_reason, starter_of
from patrolcast.numerics.arrays import Int32Array

_THING = r"(?:call|report|event|incident|dispatch|complaint|record|case|cfs|cad|service|request)s?"
_NAMES = re.compile(
    rf"\b{_THING} (?:for service )?(?:source|src|origin|originator|orig|initiat\w*|channel)\b|"
    rf"\b(?:source|src|origin|originator|channel|initiator) of (?:the )?{_THING}\b|"
    r"\bhow (?:the )?(?:call |report |event |incident )?(?:was )?(?:received|reported|initiated|rcvd|recd)\b|"
    rf"\b{_THING} how (?:received|reported|rcvd|recd)\b|"
    r"\b(?:reported|received|initiated|generated|originated|recd|rcvd|rec|rptd|rpt|init) "
    r"(?:by|via|how|from|through)\b|"
    rf"\b(?:method|means|mode|manner) (?:of )?(?:received|reported|{_THING}|receipt|reporting|contact|notification)\b|"
    r"\b(?:reporting|report|rpt|contact|intake|entry|received|receiving|notification|call) "
    r"(?:method|mode|channel|means)\b|"
    r"initiat(?:ed|or|ion)|\bon ?view(?:ed)?\b|\bself ?(?:init\w*|gen\w*|dispatched)\b|"
    r"\b(?:officer|ofc|ofcr|unit|police|citizen|public|caller) (?:init\w*|gen\w*|observed|discovered)\b|\bproactive\b|"
    r"\b(?:is|by) (?:officer|ofcr?|police|self)\b|\b(?:officer|ofcr?|police|oi|ov|si) (?:flag|flg|ind|indicator|yn)\b|"
    r"\bhow (?:recd|rcvd|rptd)\b|\bcall rec (?:via|by|how)\b|\bcitizen or officer\b|\bofficer or citizen\b"
)
"""Headers that mean it whatever their values; a header of persons is never looked at."""
_MOMENT = re.compile(r"\b(?:dates?|times?|datetime|dt|dttm|tm|timestamp|day|hour|year)\b|date|timestamp|\b(?:at|on)$")
_VAGUE = re.compile(
    r"(?:source|src|origin|originator|orig|source code|source type|origin code|origin type|entry source|"
    r"(?:dispatch|call|contact|response|record|intake) (?:type|code|mode|kind|class)|method|how|channel|initiator)"
)
"""Headers that may mean it: their values decide."""
_MOST_VALUES = 60
_MOST_OF_VAGUE = 25
_READ_SO, _FEW_VALUES, _READ_SO_OF_FEW = 0.8, 12, 0.4
"""Share of the filled rows whose value must read like a call source, where the header says nothing; and of a column of
at most 12 different values in which an officer and a citizen are named."""


def names_call_source(header: str) -> bool:
    """True for a header that says who started a call.

    >>> [names_call_source(h) for h in ("CallSource", "How_Reported", "ON_VIEW", "selfInitiated", "Call Type", "beat")]
    [True, True, True, True, False, False]
    """
    words = header_words(header)
    return bool(_NAMES.search(words)) and not _MOMENT.search(words)


def call_source_columns(
    header: Sequence[str], values: Mapping[str, Mapping[str, int]], *, offences: WordBook, sources: WordBook
) -> list[str]:
    """Those columns that say, or seem to say, who started a call, in the order of the header.

    Parameters
    ----------
    header : names to look at; headers of persons are passed over.
    values : column -> value -> rows of a sample; a column that is absent is found by its header alone.
    """
    columns = []
    for name in header:
        if is_person_column(name) and not names_call_source(name):
            continue
        filled = {text.strip(): n for text, n in values.get(name, {}).items() if text.strip()}
        blanks = len(filled) < len(values.get(name, {}))
        if (
            names_call_source(name)
            or _reads_so(filled, sources, blanks=blanks)
            or _vaguely_so(name, filled, offences, sources)
        ):
            columns.append(name)
    return columns


def _reads_so(filled: Mapping[str, int], sources: WordBook, *, blanks: bool) -> bool:
    """True for values that mostly read like call sources, an officer's among them and somebody else's or nobody's."""
    if not filled or len(filled) > _MOST_VALUES:
        return False
    officers = officers_values("", filled, sources)
    if not officers:
        return False
    kinds = {text: str(Provenance.OFFICER) if text in officers else _kind(text, sources) for text in filled}
    if len(officers) == len(filled):
        return blanks
    read = sum(n for text, n in filled.items() if kinds[text]) / sum(filled.values())
    few = len(filled) <= _FEW_VALUES and Provenance.CITIZEN in kinds.values()
    others = set(kinds.values()) - {"", str(Provenance.OFFICER)}
    return bool(others) and read >= (_READ_SO_OF_FEW if few else _READ_SO)


def _vaguely_so(name: str, filled: Mapping[str, int], offences: WordBook, sources: WordBook) -> bool:
    """True for a header such as "source" with a few values that are no offences; a constant only if it reads so."""
    if not _VAGUE.fullmatch(header_words(name)) or not filled:
        return False
    if len(filled) == 1:
        return bool(_kind(next(iter(filled)), sources))
    of_offences = sum(n for text, n in filled.items() if not _kind(text, sources) and propose(text, offences))
    return len(filled) <= _MOST_OF_VAGUE and of_offences <= 0.5 * sum(filled.values())


def _kind(text: str, sources: WordBook) -> str:
    proposal = propose(text, sources)
    return "" if proposal is None else proposal.provenance


def officers_as_citizens(
    decided: Iterable[tuple[str, Provenance, str]], sources: WordBook, *, starter: Starter = Starter.OFFICER
) -> list[tuple[str, str]]:
    """Call sources that are decided as a citizen's, although their own words say officer, or perhaps an officer.

    Parameters
    ----------
    decided : value of the export or the codebook, what the codebook decides, and its reason there ("" for none).
    starter : what the words must say.

    Returns
    -------
    the value, and the words that say it: itself or its reason.
    """
    contradictions = []
    for value, provenance, reason in decided:
        if provenance != Provenance.CITIZEN:
            continue
        of_value, of_reason = starter_of(value, sources), starter_in_reason(reason, sources)
        if starter in {of_value, of_reason} and (
            starter == Starter.OFFICER or Starter.OFFICER not in {of_value, of_reason}
        ):
            contradictions.append((value, value if of_value == starter else reason))
    return contradictions


def only_value(codes: Int32Array, texts: Sequence[str]) -> str | None:
    """The one value of all filled rows; None where there are several or none.

    Parameters
    ----------
    codes : positions in ``texts``, a row each.
    """
    filled = [code for code in np.unique(codes).tolist() if texts[code]]
    return texts[filled[0]] if len(filled) == 1 else None
