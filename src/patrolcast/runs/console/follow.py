"""How far suggestions were followed, and why not: by district and shift of the day, never by who decided.

An accept rate near 1 over many shifts is no praise: people who accept everything have stopped looking (automation bias,
Parasuraman and Manzey 2010, doi:10.1177/0018720810376055). So it raises an alarm.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from patrolcast.domain.errors import DataRefusedError, UnknownError
from patrolcast.io.encode import csv_bytes
from patrolcast.patrol.decisions import ACCEPTED, AMENDED, DECLINED, NOT_ACTIONED
from patrolcast.report import words
from patrolcast.report.run.place_rows import district_order
from patrolcast.runs.console.answers import meaning
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.review.review import Review

FINAL = (ACCEPTED, AMENDED, DECLINED, NOT_ACTIONED)
TOO_FEW = "too few to show"


@dataclass(frozen=True)
class FollowRow:
    """One district and shift of the day: final answers, and shares as text; TOO_FEW below the smallest group."""

    district: str
    shift: str
    suggestions: int
    accepted: str
    amended: str
    declined: str
    unanswered: str
    visited: str


@dataclass(frozen=True)
class Followed:
    """Follow rates of everything that was published.

    Attributes
    ----------
    rows : by district and shift of the day; a group below the smallest shows no share.
    reasons : answer, reason in words, how often, in the groups that are shown; else a total less what is shown would
        give those away that are not. A reason given less often than the smallest group is counted with others.
    alarms : a sentence for each district in which too much was accepted for too many shifts in a row.
    n : suggestions in shifts that are over; left_out : runs that cannot be read any more.
    """

    rows: tuple[FollowRow, ...]
    reasons: tuple[tuple[str, str, int], ...]
    alarms: tuple[str, ...]
    n: int
    left_out: tuple[str, ...]


def followed(
    city: ConsoleCity, review: Review, *, now: datetime, smallest: int, accept_share: float, accept_shifts: int
) -> Followed:
    """Follow rates by district and shift of the day.

    Parameters
    ----------
    smallest : a group of fewer final answers shows none of them, lest a single person be read off.
    accept_share, accept_shifts : the alarm: a larger share accepted in that many shifts in a row of a district.
    """
    table, left_out = answers_table(city, review, now=now)
    final = table[table["decision"].isin(FINAL)]
    rows = [
        _row(str(district), str(shift), part, smallest)
        for (district, shift), part in sorted(
            final.groupby(["district", "shift"]), key=lambda pair: (district_order(str(pair[0][0])), pair[0][1])
        )
    ]
    alarms = [
        f"{words.district(str(district))}: more than {words.share(accept_share)} accepted in each of the last "
        f"{accept_shifts} shifts. Ask whether suggestions are still being weighed."
        for district, part in sorted(final.groupby("district"), key=lambda pair: district_order(str(pair[0])))
        if is_alarm(part, share=accept_share, shifts=accept_shifts)
    ]
    sizes = final.groupby(["district", "shift"])["decision"].transform("size")
    reasons = _reasons(city, final[sizes >= smallest], smallest)
    return Followed(tuple(rows), tuple(reasons), tuple(alarms), len(final), tuple(left_out))


def answers_table(city: ConsoleCity, review: Review, *, now: datetime) -> tuple[pd.DataFrame, list[str]]:
    """Every suggestion that was ever published with what became of it, and runs that cannot be read any more."""
    review.close_shifts(now=now)
    tables, left_out = [], []
    for run in dict.fromkeys(publication.run for publication in review.state.publications):
        try:
            tables.append(review.open_suggestions(now=now, run=run))
        except (DataRefusedError, UnknownError, OSError):
            left_out.append(run)
    columns = ["district", "shift", "shift_start", "decision", "reason", "delivered_visits"]
    if not tables:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns}), left_out
    table = pd.concat(tables, ignore_index=True)
    table["shift"] = table["shift_start"].dt.tz_convert(city.zone).dt.strftime("%H:%M")
    return table, left_out


def is_alarm(answers: pd.DataFrame, *, share: float, shifts: int) -> bool:
    """True where more than ``share`` was accepted in each of the last ``shifts`` shifts that a person answered.

    >>> table = pd.DataFrame({"shift_start": [1, 2, 2], "decision": ["accepted", "accepted", "declined"]})
    >>> is_alarm(table, share=0.4, shifts=2), is_alarm(table, share=0.5, shifts=2)
    (True, False)
    """
    by_person = answers[answers["decision"] != NOT_ACTIONED]
    accepted = by_person.groupby("shift_start")["decision"].agg(lambda part: (part == ACCEPTED).mean()).sort_index()
    last = accepted.tail(shifts)
    return len(last) == shifts and bool((last > share).all())


def _row(district: str, shift: str, part: pd.DataFrame, smallest: int) -> FollowRow:
    n, counts = len(part), Counter(part["decision"])

    def number_of(answer: str) -> str:
        return words.share(counts[answer] / n) if n >= smallest else TOO_FEW

    agreed = part[part["decision"].isin((ACCEPTED, AMENDED))]
    visited = agreed["delivered_visits"].notna()
    visited_share = f"{words.share(float(visited.mean()))} of {len(agreed)}" if len(agreed) >= smallest else TOO_FEW
    return FollowRow(
        district=words.district(district),
        shift=shift,
        suggestions=n,
        accepted=number_of(ACCEPTED),
        amended=number_of(AMENDED),
        declined=number_of(DECLINED),
        unanswered=number_of(NOT_ACTIONED),
        visited=visited_share,
    )


def _reasons(city: ConsoleCity, final: pd.DataFrame, smallest: int) -> list[tuple[str, str, int]]:
    answered = final[final["decision"].isin((ACCEPTED, AMENDED, DECLINED))]
    counts = Counter(zip(answered["decision"], answered["reason"], strict=True))
    shown, rest = dict[tuple[str, str], int](), Counter[str]()
    for (answer, reason), n in sorted(counts.items(), key=lambda pair: (pair[1], *pair[0])):
        # Few together would be few of one reason where the list leaves no other: the least frequent join them.
        if n < smallest or 0 < rest[answer] < smallest:
            rest[answer] += n
        else:
            shown[answer, reason] = n
    settings = city.settings.decisions
    rows = [(answer, meaning(settings, answer, reason), n) for (answer, reason), n in shown.items()]
    rows += [(answer, "reasons given seldom, together", n) for answer, n in rest.items() if n]
    return sorted(rows, key=lambda row: (FINAL.index(row[0]), -row[2], row[1]))


def follow_csv(rows: Iterable[FollowRow]) -> bytes:
    """The rows as CSV, safe to open in a spreadsheet."""
    return csv_bytes(pd.DataFrame([vars(row) for row in rows], columns=list(FollowRow.__dataclass_fields__)))
