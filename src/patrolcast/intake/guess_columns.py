"""Which column of an unknown export is which: the words that vendors use, in order of how sure they make us.

A header is reduced to its words ("Offense_Start_DateTime" -> "offense start date time") and looked up. Only headers are
compared, never contents, so a column of persons cannot slip in by looking like something else; headers that are about
persons are never proposed for anything.
"""

import re
from collections.abc import Sequence

from patrolcast.intake.persons import header_words, is_person_column


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


ROLES: dict[str, tuple[str, ...]] = {
    "occurred_at": _phrases(
        """
        occurred at, occurred from, occurred from date time, occurred from date, occurred date time, occurred date,
        occurred on date, occurred on, occurred, date occurred, date time occurred, occurrence date time, occurrence
        date, occurrence from date, occurrence start date, occurrence start, date of occurrence, first occurrence
        date, first occurrence date time, date occ, occ date, occ datetime, occur date, occur datetime, occ dt, occur
        dt, offense start date time, offense start date, offense date time, offense date, offence date, offence start
        date, incident date time, incident occurred, incident date, incident dt, incident start date, incident
        timestamp, crime date time, crime date, crime occurred date, date of incident, date of offense, date of crime,
        cmplnt fr dt, from date time, from date, date from, date time from, start date time, start date, date start,
        start time, event date time, event start date time, event date, event start, begin date time, begin date, date
        begin, earliest date, time occurred, occurred time, call date time, call date, dispatch date time, dispatch
        date, date time, date and time, timestamp, date, dttm, when
        """
    ),
    "occurred_until": _phrases(
        """
        occurred until, occurred to, occurred to date time, occurred to date, occurred through, occurrence to date,
        occurrence end date, occurrence end, occurred end date, last occurrence date, last occurrence date time, occ
        date to, occ to date, offense end date time, offense end date, offence end date, incident end date, cmplnt to
        dt, to date time, to date, date to, date time to, end date time, end date, date end, event end, latest date
        """
    ),
    "reported_at": _phrases(
        """
        reported at, reported date time, reported date, reported on, reported, report date time, report date, date
        reported, date time reported, date rptd, date of report, rpt dt, rpt date, incident reported date, incident
        reported, report taken date, received at, received date time, received date, date received, time received,
        call received date time, call received, call receive time, create date time, created at, create date, created
        date, date created, entry date time, entry date, entered date, known at
        """
    ),
    "longitude": _phrases(
        """
        longitude, lon, lng, long, longitude dd, lon dd, gps longitude, gps x, point longitude, x longitude, geo lon,
        geo longitude, intersection longitude, block longitude, wgs84 longitude, longitude wgs84, longitude x, long
        wgs84, start longitude, address longitude, location longitude, public longitude, blurred longitude, map
        longitude, x coordinate, x coord, coord x, coordinate x, x cord, x coord cd, point x, geo x, loc x, map x,
        address x, easting, x
        """
    ),
    "latitude": _phrases(
        """
        latitude, lat, latitude dd, lat dd, gps latitude, gps y, point latitude, y latitude, geo lat, geo latitude,
        intersection latitude, block latitude, wgs84 latitude, latitude wgs84, latitude y, lat wgs84, start latitude,
        address latitude, location latitude, public latitude, blurred latitude, map latitude, y coordinate, y coord,
        coord y, coordinate y, y cord, y coord cd, point y, geo y, loc y, map y, address y, northing, y
        """
    ),
    "offence": _phrases(
        """
        offence code, offense code, iucr, iucr code, nibrs code, nibrs offense code, nibrs, nibrs offense, nibrs
        class, ucr code, ucr, crm cd, crime code, pd cd, ky cd, offense id code, offence, offense, charge code,
        statute code, statute, final case type, case type, final call type, call type code, incident type code,
        incident code, event type code, nature code, call type, incident type id, event type, incident type, final
        call type description, call type description, initial call type, nature, nature of call, problem, problem
        type, type code, offense type, offence type, offense type name, crime type, primary type, primary offense,
        highest offense code, highest nibrs ucr offense description, highest offense description, offense category,
        offence category, crime category, incident category, offense description, offence description, offense parent
        group, nibrs description, crime description, crm cd desc, ofns desc, incident description, offense name,
        offense classification, crime name1, crime name, crime, text general code, call description, call group,
        category, fbi code, type, description, classification
        """
    ),
    "call_source": _phrases(
        """
        call source, source of call, call origin, origin of call, how reported, report source, call how received, how
        received, method received, received by, source, event origin, event source, initiated by, initiator, officer
        initiated, self initiated, is officer initiated, priority source, reporting method, report method, call taker
        source, contact method, intake method
        """
    ),
    "record_id": _phrases(
        """
        record id, record number, incident number, incident no, incident num, incident id, case number, case no, case
        num, case id, report number, report no, rms number, rms cdw id, dr no, dr number, go number, ccn, inc number,
        event number, event no, event id, cad event number, cad number, call number, call id, cmplnt num, complaint
        number, offense id, crime id, row id, unique id, unique key, id
        """
    ),
}
"""Role (key of [incidents.columns]) -> headers as words, the surest first."""

CLOCKS = _phrases(
    """
    time occ, occur time, occurred time, occ time, time occurred, cmplnt fr tm, incident time, crime time, time of
    day, start time, from time, offense time, event time, occurrence time, hour, time
    """
)
"""Headers of a time of day that stands apart from its date."""

DESCRIPTIONS = _phrases(
    """
    primary description, description, offense description, offence description, case desc, crm cd desc, ofns desc, pd
    desc, primary type, crime type, offense type, crime description, call type description, nibrs description,
    offense, offense name, crime name1, category, call group, text general code, nature, nature of call, call nature,
    nature of incident, incident nature, desc, descr
    """
)
"""Headers of words that explain a code to the person who decides about it."""

_DESCRIBED = re.compile(
    r"(?!.*\b(location|loc|place|premises?|address|weapon|vehicle|property|status|disposition|area|district|beat|zone|"
    r"source|priority|date|time)\b)(?=.*(offen[cs]e?\b|offns|ofns|crime|crm|ucr|nibrs|ibrs?\b|iucr|charge|statute|violation|incident|event|nature|"
    r"call type|case type|class)).*(desc|descr|descrip|description|literal)\b"
)
"""An offence word with a word for a description: vendors join any of the one to any of the other."""

_WHEN = r"(?=.*\b(date|dates|datetime|time|dt|dat|dttm|timestamp|tm)\b|.*date)"
LIKELY: dict[str, str] = {
    "occurred_at": _WHEN
    + r".*\b(occ|occur|occurred|occurrence|occu|offen[cs]e|incident|crime|event|start|from|begin|create|"
    r"created|queued|rmsoccurrence)|timecreate|occurrencedate",
    "occurred_until": _WHEN + r".*\b(to|end|through|last|until)\b",
    "reported_at": _WHEN + r".*\b(report|reported|rpt|rptd|rept|received)\b",
    "longitude": r"\b(lon|lng|long|longitude)\b|longitude|\b(map|geo|point|wgs|data) ?(lon|x)",
    "latitude": r"\b(lat|latitude)\b|latitude|\b(map|geo|point|wgs|data) ?(lat|y)",
    "offence": r"(?!.*\b(date|time|id|number|no|num|count|against|location|key|hour)\b)"
    r".*\b(offen[cs]e|crime|ucr|u?ibr|nibrs|ibrs|charge|call type|final call|type of incident|uc2)\b",
    "call_source": r"initiated|\b(call|report|event) (source|origin)\b",
    "record_id": r"\b(report|incident|case|event|cad|complaint|offen[cs]e|inci|rms|call|dc|cc|nopd)\b ?"
    r"(number|no|num|id|nbr|key|item)\b|\bccnumber\b",
}
"""Role -> pattern over words: weaker than a known header, and looked at after all of those."""


def guess_roles(headers: Sequence[str]) -> dict[str, list[str]]:
    """Role -> headers that may fill it, the surest first.

    >>> guess_roles(["ID", "Date", "IUCR", "Primary Type", "Latitude", "Longitude"])["offence"]
    ['IUCR', 'Primary Type']
    """
    texts = {header: header_words(header) for header in headers if not is_person_column(header)}
    roles: dict[str, list[str]] = {}
    for role, known in ROLES.items():
        rank = {_joined(phrase): i for i, phrase in reversed(list(enumerate(known)))}
        fits = [(rank[_joined(text)], header) for header, text in texts.items() if _joined(text) in rank]
        roles[role] = [header for _, header in sorted(fits, key=lambda fit: fit[0])]
    taken = {header for headers in roles.values() for header in headers}
    for role, pattern in LIKELY.items():
        likely = (name for name, text in texts.items() if re.match(f".*?(?:{pattern})", text))
        roles[role] += [name for name in likely if name not in taken]
    return roles


def first_known_header(headers: Sequence[str], known: Sequence[str]) -> str | None:
    """That header which stands first in ``known`` (phrases, the surest first), or None."""
    by_words = {_joined(header_words(header)): header for header in reversed(headers) if not is_person_column(header)}
    return next((by_words[_joined(phrase)] for phrase in known if _joined(phrase) in by_words), None)


def next_description(headers: Sequence[str]) -> str | None:
    """That header which is the surest to hold words about the offence codes, or None.

    >>> [next_description([name]) for name in ("Description", "UCR_DESC", "Offense Descr", "Nature", "Location Desc")]
    ['Description', 'UCR_DESC', 'Offense Descr', 'Nature', None]
    """
    known = first_known_header(headers, DESCRIPTIONS)
    likely = (name for name in headers if _DESCRIBED.match(header_words(name)) and not is_person_column(name))
    return known or next(likely, None)


def _joined(text: str) -> str:
    """Words without the spaces between them: vendors write "datetime" and "date time"."""
    return text.replace(" ", "")
