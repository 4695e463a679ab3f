"""An export of monthly counts by area and group, checked: counts of many pass, rows about one event or person do not.

A column of a group (race, ethnicity) is refused everywhere else in patrolcast. Here it may stand once, as the mapped
group of a count; any other column is refused, mapped or not, and so is a file in which a month, area and group stand
twice, since such rows are single events with their persons' traits.
"""

import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from patrolcast.domain.errors import DataRefusedError, ProhibitedDataError, shown
from patrolcast.domain.outcomes.counts import COUNT_COLUMNS, EXPOSURES, NOT_STATED, OUTCOMES
from patrolcast.intake.operations import refuse_officer_columns
from patrolcast.intake.persons import header_words, is_person_column
from patrolcast.numerics.arrays import IntArray, ObjectArray

_MOST = 10_000_000
_LONGEST = 60
_TOTAL = re.compile(
    r"\W*(all|any|sum|overall|everyone|everybody|.*\b(sub)?totals?|(whole )?city ?(wide)?|"
    r"all (areas|beats|districts|sectors|tracts|groups|races|persons|people|others?))\W*",
    re.IGNORECASE,
)
_EMPTY = {"", "nan", "none", "null", "n/a", "na"}
_GROUP_WORD = re.compile(r"\b(race|ethnic|ethnicity|groups?|descent)\b")
_OF_OFFICERS = re.compile(r"officer|ofcr|employee|badge|name")
_MOST_GROUPS = 40
_MOST_AREAS = 5_000
_SINGLE_EVENTS = 20
"""Rows from which a file that counts one in each of them is taken for a list of events."""


def refuse_columns(header: Sequence[str], mapped: Mapping[str, str], *, file: str) -> None:
    """Refuse an export with any column but the mapped ones.

    Raises ProhibitedDataError: a column is about persons or officers. DataRefusedError: it is another, or one is
    missing.
    """
    group = mapped.get("group")
    words = "" if group is None else header_words(group)
    if group is not None and (not _GROUP_WORD.search(words) or _OF_OFFICERS.search(words)) and is_person_column(group):
        raise _about_persons(file, [group])
    others = [name for name in header if name != group]
    refuse_officer_columns(others, file=file)
    if persons := [name for name in others if is_person_column(name)]:
        raise _about_persons(file, persons)
    names = set(mapped.values())
    if missing := sorted(names - set(header)):
        cure = "say in [columns] of the measures' file what it is called"
        raise DataRefusedError(f"{file} header", got=f"no column {shown(missing[0])}", rule="is needed", cure=cure)
    if unknown := [name for name in header if name not in names]:
        rule = "a file of counts holds month, area, group, outcome and number, and nothing else"
        got = f"a column {shown(unknown[0])}"
        raise DataRefusedError(f"{file} header", got=got, rule=rule, cure="export it without that column")


def parse_counts(
    columns: Mapping[str, ObjectArray], lines: IntArray, *, file: str, outcome: str | None, before: str
) -> pd.DataFrame:
    """The counts of an export, with the columns of `OutcomeCounts`.

    Raises DataRefusedError: a value that breaks its rule, with its line. ProhibitedDataError: rows about single events.

    Parameters
    ----------
    columns : role (month, area, group, outcome, n) -> texts; without group or outcome where the file has none.
    outcome : what was counted, where no column says it.
    before : the month that is not over yet, ``2026-07``; counts of it or of later ones are no counts of a whole month.
    """
    n_rows = len(columns["month"])
    month = np.array([_month(str(text)) for text in columns["month"]], dtype=object)
    _require([text is not None for text in month], lines, file, "month", "is a month, 2026-07, or its first day")
    _require([text < before for text in month], lines, file, "month", f"was over before {before} began")
    counted = columns.get("outcome")
    kind = np.full(n_rows, outcome or "", dtype=object) if counted is None else counted
    known = {*OUTCOMES, *EXPOSURES}
    _require(
        [text in known for text in kind], lines, file, "outcome", f"is one of {', '.join((*OUTCOMES, *EXPOSURES))}"
    )
    area = _labels(columns["area"], lines, file, "area")
    group = (
        _labels(columns["group"], lines, file, "group") if "group" in columns else np.full(n_rows, NOT_STATED, object)
    )
    is_exposure = np.isin(kind.astype(str), EXPOSURES)
    _require(
        ~is_exposure | (group == NOT_STATED), lines, file, "group", f"is empty where {' or '.join(EXPOSURES)} stand"
    )
    numbers = [re.fullmatch(r"(\d{1,8})(\.0+)?", str(text).strip()) for text in columns["n"]]
    rule = f"is a whole number, 0 to {_MOST:,}"
    _require([match is not None and int(match[1]) <= _MOST for match in numbers], lines, file, "n", rule)
    n = np.array([int(match[1]) for match in numbers if match is not None], dtype=np.int64)
    if len(set(group)) > _MOST_GROUPS:
        rule = f"a column of groups has at most {_MOST_GROUPS} of them; more may be persons"
        raise ProhibitedDataError(f"{file} group", got=f"{len(set(group)):,} different values", rule=rule)
    if len(set(area)) > _MOST_AREAS:
        rule = f"a column of areas has at most {_MOST_AREAS:,} of them; more may be addresses, cases or persons"
        raise ProhibitedDataError(f"{file} area", got=f"{len(set(area)):,} different values", rule=rule)
    if (~is_exposure).sum() >= _SINGLE_EVENTS and (n[~is_exposure] == 1).all():
        got, cure = "a count of 1 in every row", "add them up over larger areas, and write rows of 0 where nothing was"
        rule = "such rows are single events, and so rows about persons"
        raise ProhibitedDataError(f"{file} n", got=got, rule=rule, cure=cure)
    table = pd.DataFrame({"outcome": kind, "month": month, "area": area, "group": group, "n": n})
    twice = table.duplicated(list(COUNT_COLUMNS[:-1])).to_numpy()
    if twice.any():
        line = int(lines[int(np.argmax(twice))])
        raise ProhibitedDataError(
            f"{file} line {line}",
            got="a month, area and group that stood before",
            rule="counts have one row for each; rows about single events are rows about persons",
            cure="add them up before you export",
        )
    return table


def _month(text: str) -> str | None:
    """The month of a text, None where it is none, or a day within one."""
    match = re.fullmatch(r"((?:19|20)\d\d-(?:0[1-9]|1[0-2]))(?:-01)?(?:[T ]00:00(?::00)?(?:\.0+)?)?", text.strip())
    return match[1] if match else None


def _labels(texts: ObjectArray, lines: IntArray, file: str, column: str) -> ObjectArray:
    plain = [_stated(str(text).strip()) for text in texts]
    fit = [len(text) <= _LONGEST and (text.isprintable() or not text) for text in plain]
    _require(fit, lines, file, column, f"is a name of at most {_LONGEST} characters")
    rule = "is one area or group; rows of totals would be counted twice"
    _require([not _TOTAL.fullmatch(text) for text in plain], lines, file, column, rule)
    return np.array(plain, dtype=object)


def _stated(text: str) -> str:
    return NOT_STATED if text.lower() in _EMPTY else text


def _require(good: Collection[object], lines: IntArray, file: str, column: str, rule: str) -> None:
    """Refuses the file at the first row that is not good; the value is not printed."""
    flags = np.array([bool(value) for value in good], dtype=bool)
    if not flags.all():
        line = int(lines[int(np.argmin(flags))])
        raise DataRefusedError(
            f"{file} line {line} {column}", rule=rule, cure="correct it in the export; nothing was taken"
        )


def _about_persons(file: str, names: Sequence[str]) -> ProhibitedDataError:
    named = ", ".join(shown(name) for name in names[:10])
    return ProhibitedDataError(
        f"{file} header",
        got=f"columns about persons: {named}",
        rule="outcomes are counts by month, area and group, never rows about persons",
        cure="export counts without them",
    )
