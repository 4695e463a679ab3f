"""Numbers, times and shares as people read them.

Expected incidents are a mean over many shifts like this one, not the chance that something happens: they are written
as a rate ("on average 1 in about 32 such shifts"), never as a probability and never about a person.
"""

import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from patrolcast.domain.counted import counted

count = counted
"""A count with its noun: the words of `domain`, at hand where the other words are."""
MISSING = "not measured"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number(value: float | None, *, digits: int = 2) -> str:
    """A number to ``digits`` significant digits, thousands separated by commas; whole numbers stay whole.

    >>> number(0.03149), number(1234.4), number(7), number(None), number(0.0)
    ('0.031', '1,234', '7', 'not measured', '0')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    if value == int(value):
        return f"{int(value):,}"
    size = math.floor(math.log10(abs(value)))
    decimals = max(digits - 1 - size, 0)
    if decimals > 6:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{decimals}f}"


def share(value: float | None) -> str:
    """A share as a percentage; what rounds to nothing or to everything says so.

    >>> share(0.314), share(0.004), share(0.0), share(0.9999), share(None)
    ('31 %', '0.4 %', '0 %', 'more than 99.9 %', 'not measured')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    percent = 100.0 * value
    if 0 < percent < 0.05:
        return "less than 0.1 %"
    if 99.95 <= percent < 100:
        return "more than 99.9 %"
    return f"{percent:.1f} %" if 0 < percent < 9.95 or 99 < percent < 100 else f"{percent:.0f} %"


def spaced(text: str) -> str:
    """Per cent written as everywhere here, in text made by code that only computes.

    >>> spaced("6% of the rows; at most 0.5%")
    '6 % of the rows; at most 0.5 %'
    """
    return re.sub(r"(?<=\d)%(?!\w)", " %", text)


def expected(mean: float) -> str:
    """Expected incidents as a rate; a mean, not a chance.

    >>> expected(0.031), expected(0.7)
    ('on average 1 in about 32 such shifts', 'on average 7 in about 10 such shifts')
    >>> expected(0.29), expected(0.34)
    ('on average 3 in about 10 such shifts', 'on average 1 in about 3 such shifts')
    >>> expected(2.31), expected(0.0)
    ('on average about 2.3 a shift', 'none')
    """
    if mean <= 0:
        return "none"
    if mean >= 1:
        return f"on average about {number(mean)} a shift"
    tenths, one_in = round(10 * mean), round(1 / mean)
    if tenths == 10:
        return "on average about 1 a shift"
    if abs(tenths / 10 - mean) < abs(1 / one_in - mean):
        return f"on average {tenths} in about 10 such shifts"
    return f"on average 1 in about {number(one_in)} such shifts"


def with_interval(value: float | None, lower: float, upper: float, *, digits: int = 2) -> tuple[str, str]:
    """An estimate and its interval, rounded alike: what lies inside an interval is never printed outside it.

    At least ``digits`` significant digits, and as many more as keep the order of the three and part the ends.

    >>> with_interval(0.031, 0.021, 0.048), with_interval(0.03, 0.0301, 0.0304)
    (('0.031', '0.021 to 0.048'), ('0.0300', '0.0301 to 0.0304'))
    >>> with_interval(0.9496, 0.9498, 0.97), with_interval(None, 0.9, 1.2)
    (('0.9496', '0.9498 to 0.9700'), ('not measured', '0.90 to 1.2'))
    """
    middle = lower if value is None else value
    if not all(map(math.isfinite, (lower, middle, upper))):
        return number(value, digits=digits), MISSING
    for more in range(digits, 10):
        low, at, high = (number(figure, digits=more) for figure in (lower, middle, upper))
        ends = [float(text.replace(",", "")) for text in (low, at, high)]
        is_same_order = (ends[0] <= ends[1], ends[1] <= ends[2]) == (lower <= middle, middle <= upper)
        if is_same_order and (low != high or lower == upper):
            break
    return MISSING if value is None else at, f"{low} to {high}"


def small(n: int) -> str:
    """A count from 0 to 9 as a word, others in digits."""
    return _SMALL[n] if 0 <= n < len(_SMALL) else f"{n:,}"


def listed(parts: Iterable[str]) -> str:
    """A list in a sentence.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    *head, last = list(parts) or [""]
    return f"{', '.join(head)} and {last}" if head else last


_NAMED = re.compile(r"\b(check|feature) ([a-z]+(?:_[a-z0-9]+)+)")
_OF_A_PLACE = re.compile(r"\bplace_([a-z0-9]+(?:_[a-z0-9]+)*)")


def exception(sentence: str) -> str:
    """What a run does otherwise than it comes, with the check or feature called as the pages call it.

    >>> exception("The check group_audit_districts did not pass and is waived.")
    'The check “group audit districts” did not pass and is waived.'
    """
    return _NAMED.sub(lambda match: f"{match[1]} {in_quotes(match[2])}", sentence)


def features(text: str) -> str:
    """A text with features of place layers called by their layer.

    >>> features("2 kept out: place_building_age, place_tree_canopy")
    '2 kept out: building age, tree canopy'
    """
    return _OF_A_PLACE.sub(lambda match: plain(match[1]), text)


def plain(name: str) -> str:
    """A column or category name as words.

    >>> plain("vehicle_theft")
    'vehicle theft'
    """
    return name.replace("_", " ")


def in_quotes(name: str) -> str:
    """The same within a sentence, where it is no word of the sentence.

    >>> in_quotes("proxy_screen")
    '“proxy screen”'
    """
    return f"“{plain(name)}”"


def sentence(text: str) -> str:
    """The first letter raised, the rest as it is.

    >>> sentence("usual for Friday evenings")
    'Usual for Friday evenings'
    """
    return text[:1].upper() + text[1:]


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence.

    >>> first_sentence("It gets 1.5 times as much. That is all.")
    'It gets 1.5 times as much.'
    """
    return re.split(r"(?<=[.!?])\s+(?=[A-Z“])", text, maxsplit=1)[0]


def day(moment: datetime, zone: str) -> str:
    """Local date: "Tuesday 30 June 2026"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"


def calendar_day(when: date) -> str:
    """A date without its weekday: "5 August 2018"."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def calendar_month(month: str) -> str:
    """A month as people read it: "2026-07" is "July 2026"."""
    return calendar_day(date.fromisoformat(f"{month}-01")).removeprefix("1 ")


def clock(moment: datetime, zone: str) -> str:
    """Local time of day with its zone: "05:00 CDT"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {zone_name(moment, zone)}"


def moment(when: datetime, zone: str) -> str:
    """Local date and time with zone: "Tuesday 30 June 2026, 05:00 CDT"."""
    return f"{day(when, zone)}, {clock(when, zone)}"


def zone_name(when: datetime, zone: str) -> str:
    """Short name of the zone at this moment, or its offset where the zone has no name."""
    local = when.astimezone(ZoneInfo(zone))
    name = local.tzname() or ""
    if name.isalpha():
        return name
    offset = f"{local:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"


def shift(start: datetime, end: datetime, zone: str) -> str:
    """A shift by its local day and times; the zone stands twice only where the clock changes within it.

    >>> from datetime import timezone
    >>> begin = datetime(2026, 6, 30, 11, tzinfo=timezone.utc)
    >>> shift(begin, datetime(2026, 6, 30, 19, tzinfo=timezone.utc), "America/Chicago")
    'Tuesday 30 June, 06:00 to 14:00 CDT'
    >>> begin = datetime(2026, 6, 30, 5, tzinfo=timezone.utc)
    >>> shift(begin, datetime(2026, 7, 1, 5, tzinfo=timezone.utc), "America/Chicago")
    'Tuesday 30 June, 00:00 to 24:00 CDT'
    """
    local = start.astimezone(ZoneInfo(zone))
    until = end.astimezone(ZoneInfo(zone))
    names = zone_name(start, zone), zone_name(end, zone)
    first = f"{local:%H:%M}" + (f" {names[0]}" if names[0] != names[1] else "")
    last = f"{until:%H:%M}"
    if until.date() != local.date():
        last = "24:00" if last == "00:00" else f"{last} next day"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}, {first} to {last} {names[1]}"


def short_shift(start: datetime, end: datetime, zone: str) -> str:
    """A shift as a menu on a phone has room for: without its zone and "next day", which stand beside the menu.

    >>> from datetime import timezone
    >>> begin = datetime(2026, 6, 30, 11, tzinfo=timezone.utc)
    >>> short_shift(begin, datetime(2026, 6, 30, 19, tzinfo=timezone.utc), "America/Chicago")
    'Tue 30 June, 06:00 to 14:00'
    """
    day_name, _, rest = shift(start, end, zone).partition(" ")
    zones = {zone_name(moment, zone) for moment in (start, end)}
    text = f"{day_name[:3]} {rest.replace(' next day', '')}"
    return text.removesuffix(f" {zone_name(end, zone)}") if len(zones) == 1 else text


def age(hours: float) -> str:
    """A span of time, rounded as one would say it.

    >>> age(0.4), age(5.2), age(30), age(80)
    ('less than an hour', '5 hours', '30 hours', '3 days')
    """
    if hours < 1:
        return "less than an hour"
    return count(round(hours), "hour") if hours < 48 else count(round(hours / 24), "day")


def size(n_bytes: int) -> str:
    """A file size.

    >>> size(5_250_000), size(812)
    ('5.2 MB', '812 bytes')
    """
    if n_bytes < 1000:
        return count(n_bytes, "byte")
    return f"{n_bytes / 1e3:.0f} kB" if n_bytes < 1e6 else f"{n_bytes / 1e6:,.1f} MB"


def district(name: str) -> str:
    """A district as a heading.

    >>> district("4"), district("District 4"), district("Central"), district("all")
    ('District 4', 'District 4', 'Central', 'Whole area')
    """
    if name == "all":
        return "Whole area"
    return f"District {name}" if len(name) <= 3 or name.isdigit() else name


def unnamed(n: int, cells: int) -> str:
    """What a page says of cells without a name, and who adds names; "" where every cell has one.

    >>> unnamed(0, 876)
    ''
    """
    cure = "Your analyst can add names: layers of streets, crossings or neighborhoods."
    if n == cells:
        return f"Places have no names here, only codes and coordinates. {cure}"
    have = count(n, "cell has", "cells have")
    return f"{have} no name: no street or neighborhood on file lies near enough. {cure}" if n else ""
