"""A place layer of officers' own records is refused by what it is, as a census in other clothes is (`census_layers`).

Arrests, stops, citations and field contacts lie where officers went. As a place layer they would bring back what the
call source takes out, so no waiver and no ``provenance`` of a config admits them. A layer is refused

- whose bytes are those of a file of [incidents];
- whose name, file, source, column or columns say so (words of `io/known/officer_layers.toml`);
- of which a column says who started a call and gives some rows officers, or of which at least a twentieth of the filled
  values of a column of texts say so;
- that is of records of the police: a column of offences beside a record number or a date.

Where nothing says so, only the proxy screen and the loop test are left.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

import geopandas as gpd
import pandas as pd

from patrolcast.domain.counted import names_shown
from patrolcast.domain.errors import ProhibitedDataError, shown
from patrolcast.domain.settings import Incidents, PlaceLayer
from patrolcast.intake.persons import header_words
from patrolcast.intake.words.call_sources import call_source_columns
from patrolcast.intake.words.letters import with_digits_as_letters
from patrolcast.intake.words.who_started import officers_values
from patrolcast.io.codebook_files import officer_layer_words
from patrolcast.io.sources.columnar import is_copy_of
from patrolcast.runs.load.unread.look import word_books

_RULE = "records that officers make are for the audit only, and never reach the model, whatever is waived or declared"
_OUT = "take this layer out of [places]"
_LEAST_SAID = 0.05
"""Share of the filled values of a column that say so: below it, one park may bear an unlucky name."""
_LONGEST = 200
_STOPS = frozenset({"stop", "stops"})
"""Where buses stop; as the value of a call source it would mean an officer."""


def refuse_officer_layer(name: str, place: PlaceLayer, layer: gpd.GeoDataFrame, incidents: Incidents) -> None:
    """Refuse a place layer that holds records made by officers, or other records of the police.

    Raises ProhibitedDataError: one line that names columns, never a value of one.

    Parameters
    ----------
    layer : as it was read, with every column, used or not.
    incidents : the config's export, whose files are never a place.
    """
    what = f"[places.{name}] {place.path.name}"
    if _is_export(place, incidents):
        raise ProhibitedDataError(what, got="a file of [incidents]", rule=_RULE, cure=_OUT)
    labels = {"name": name, "path": place.path.name.split(".")[0], "column": place.column or ""}
    flagged = [f"{key} {shown(text)}" for key, text in labels.items() if names_officers_records(text)]
    if says_officers_records(place.source):
        flagged.append(f"source {shown(place.source)}")
    if flagged:
        raise ProhibitedDataError(what, got=", ".join(flagged), rule=_RULE, cure=_OUT)
    columns = [str(column) for column in layer.columns if column != layer.geometry.name]
    if flagged := [column for column in columns if names_officers_records(column)]:
        got = f"columns about officers' records: {names_shown(flagged)}"
        cure = "export the layer without these columns, if it is none"
        raise ProhibitedDataError(what, got=got, rule=_RULE, cure=cure)
    if flagged := columns_of_police_records(columns):
        got = f"records of the police: {names_shown(flagged)}"
        raise ProhibitedDataError(what, got=got, rule=_RULE, cure=_OUT)
    texts = {column: counts for column in columns if (counts := _texts(layer[column]))}
    if flagged := columns_with_officers(texts):
        got = f"values about officers' records in {names_shown(flagged)}"
        raise ProhibitedDataError(what, got=got, rule=_RULE, cure=_OUT)


def says_officers_records(text: str) -> bool:
    """True for words that say arrests, stops by officers, citations, field contacts or their kin.

    >>> [says_officers_records(text) for text in ("traffic stops, 2024", "bus stops, 2024", "police stations")]
    [True, False, False]
    """
    return any(_patterns()["said"].search(words) for words in _readings(text))


def names_officers_records(text: str) -> bool:
    """The same for a name of a layer, a file or a column, where fewer words are enough.

    >>> [names_officers_records(name) for name in ("ArrestNo", "officer_initiated", "citation", "stops", "stop_id")]
    [True, True, True, False, False]
    """
    named = _patterns()["named"]
    return says_officers_records(text) or any(named.search(words) for words in _readings(text))


def columns_of_police_records(columns: Sequence[str]) -> list[str]:
    """A column of offences with the number or the moment of a record beside it; [] where the two are not both there.

    >>> columns_of_police_records(["incident_number", "offense_code", "lon"])
    ['offense_code', 'incident_number']
    >>> columns_of_police_records(["case_id", "created_date", "request_type"])
    []
    """
    words = {column: header_words(column) for column in columns}
    rules = _patterns()
    offences = [column for column in columns if rules["offence"].search(words[column])]
    beside = [
        column for column in columns
        if column not in offences and any(rules[key].search(words[column]) for key in ("record", "moment"))
    ]  # fmt: skip
    both = [column for column in offences if rules["record"].search(words[column])]
    return [*offences, *beside] if offences and beside else both if len(offences) > len(both) > 0 else []


def columns_with_officers(texts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The columns whose values say that officers made the rows: as a call source, or by the words of the records.

    Parameters
    ----------
    texts : column -> value -> rows.
    """
    offences, callers = word_books()
    sources = call_source_columns(list(texts), texts, offences=offences, sources=callers)
    flagged = []
    for column, counts in texts.items():
        filled = {text: n for text, n in counts.items() if text and text.casefold() not in _STOPS}
        by_source = column in sources and officers_values(header_words(column), filled, callers)
        n_flagged = sum(n for text, n in filled.items() if says_officers_records(text[:_LONGEST]))
        if by_source or (n_flagged and n_flagged >= _LEAST_SAID * sum(filled.values())):
            flagged.append(column)
    return flagged


def _texts(values: pd.Series) -> Counter[str]:
    """Rows of each text of a column, "" for an empty one; nothing of numbers other than flags of 0 and 1."""
    if pd.api.types.is_numeric_dtype(values) and values.nunique() > 2:
        return Counter()
    texts = Counter(str(value).strip() for value in values.dropna())
    texts[""] += int(values.isna().sum())
    return +texts


def _readings(text: str) -> tuple[str, ...]:
    """A text as words, without the numbers beside them; and with digits that stand for letters."""
    words = header_words(text)
    plain = " ".join(re.sub(r"\b\d+|\d+\b", " ", words).split())
    return (plain, *with_digits_as_letters(words))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        key: re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in patterns))
        for key, patterns in officer_layer_words().items()
    }


def _is_export(place: PlaceLayer, incidents: Incidents) -> bool:
    paths = incidents.path if isinstance(incidents.path, list) else [incidents.path]
    return is_copy_of(place.path, [path for path in paths if path is not None])
