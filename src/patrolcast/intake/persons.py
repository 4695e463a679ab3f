"""What is about persons: columns by their header, which are refused, and texts in a field of codes, which never travel.

Only headers are looked at; no value of such a column is ever read, so none can reach a message. Columns of places and
of records (block, station name, count of victims, description) are not about a person. A bare "address" passes when it
is not mapped: portals publish the hundred block under that name, and what is not mapped is looked at for a call source
only.
"""

import re
from collections.abc import Collection, Sequence

from patrolcast.domain.errors import ProhibitedDataError, shown
from patrolcast.intake.words.letters import latin_letters

_NOUNS = (
    "victim|vict|suspect|susp|offender|perpetrator|perp|arrestee|accused|defendant|respondent|plaintiff|petitioner|"
    "claimant|complainant|caller|informant|witness|subject|subj|person|individual|inmate|prisoner|detainee|probationer|"
    "parolee|juvenile|juv|patient|deceased|decedent|registrant|spouse|guardian|reporting (?:party|person|officer)|"
    "arresting officer|next of kin|involved party|victima|sospechoso"
)
"""Who a column can be about; in the plural it counts them."""
_ROLES = (
    "officer|ofcr|employee|owner|occupant|resident|tenant|parent|child|minor|driver|operator|contact|attorney|"
    "clerk|dispatcher|call ?taker|detective|investigator|sergeant|deputy|reporter|party|user|supervisor|manager|rp|vic|"
    "sus|wit|def|arr"
)
"""Who is named only together with a name or a number: an owner may be a portal's, a supervisor a district's."""
_NAMED = "name|id|no|num|number|nbr|first|last|middle|full|initials|address|addr|phone|signature"
_TRAIT = re.compile(
    r"\b(surname|(last|first|middle|given|family|full|nick|maiden|legal|real|preferred|printed|user) ?names?|"
    r"middle initial|[flm] ?name|maiden|alias(es)?|aka|dob|d o b|yob|birth\w*|date ?of ?birth|age|sex|gender|race|"
    r"ethnic|ethnicity|hispanic|latin[oa]|descent|nationality|religion|citizenship|immigration|marital|occupation|"
    r"employer|phone\w*|telephone|mobile|cell ?(phone|no|number)|e ?mail\w*|fax|plate|licen[cs]e|vin|ssn|nino|mrn|imei|"
    r"social security|passport|national id|driver|badge|login|username|fingerprint|dna|hair|eye colou?r|tattoos?|"
    r"mug ?shot|photo\w*|(full|street|home|residence|mailing|ip) address|house (number|no)|apartment|apt|narrative|"
    r"synopsis|remarks|comments?|case notes|free text|apellidos?|nombres?|nacimiento|telefono|correo|edad|sexo|genero|"
    r"raza|prenom|naissance|geburt\w*|geschlecht|nachname|vorname)\b"
)
_WHO = re.compile(
    rf"\b({_NOUNS})\b|\b({_ROLES}) ({_NAMED})\b|\bname of (the )?({_ROLES})\b|\bcmplnt name\b|"
    r"^names?( \d+| suffix| prefix| title| first| last)?$"
)
_LONG = "|".join(word for word in f"{_NOUNS}|{_ROLES}".split("|") if word.isalpha() and len(word) > 4)
_RUN_TOGETHER = re.compile(
    rf"(?:{_LONG})s?(?:first|last|full)?(?:name|id|no|num|number|age|sex|race|gender|dob|address|addr|phone|email)\d?"
)
_NO_PERSON = re.compile(
    rf"\b(?:(?:number|num|nbr|no|n|count|total|sum)(?: of)? (?:{_NOUNS})s?|(?:{_NOUNS})s? (?:count|cnt|total|qty)|"
    r"against (?:a )?persons?|persons? (?:crimes?|offen[cs]es?)|(?:case|report|record|incident|call) age|"
    r"sex(?:ual)? (?:offen[cs]es?|crimes?|assaults?|abuse|trafficking)|race ?(?:track|course|way))\b"
)
_ADDRESS = re.compile(r"\baddress\b(?! (x|y|lon|lat|longitude|latitude)\b)")


def header_words(header: str) -> str:
    """A header as lower-case words.

    >>> [header_words(header) for header in ("Offense_Start_DateTime", "dateOcc", "NTAName ", "Prénom")]
    ['offense start date time', 'date occ', 'nta name', 'prenom']
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", latin_letters(header))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


def is_person_column(header: str) -> bool:
    """True when a header is about a person.

    >>> [is_person_column(name) for name in ("Victim Name", "Block", "Beat Name", "officer_race", "VICTIM_COUNT")]
    [True, False, False, True, False]
    """
    text = " ".join(_NO_PERSON.sub(" ", header_words(header)).split())
    return bool(_TRAIT.search(text) or _WHO.search(text) or _RUN_TOGETHER.fullmatch(text.replace(" ", "")))


def refuse_person_columns(header: Sequence[str], mapped: Collection[str], *, file: str) -> None:
    """Refuse an export whose header names a column about persons, mapped or not.

    Raises ProhibitedDataError, naming the columns, never a value.
    """
    addresses = [name for name in mapped if _ADDRESS.search(header_words(name))]
    columns = [name for name in header if is_person_column(name) or name in addresses]
    if columns:
        named = ", ".join(shown(name) for name in columns[:10]) + (", ..." if len(columns) > 10 else "")
        raise ProhibitedDataError(
            f"{file} header",
            got=f"columns about persons: {named}",
            rule="patrolcast reads places and times, never persons",
            cure="export it without them",
        )


NO_CODE, NOT_SHOWN = "no code", "a text that is not shown"
"""What stands for a field in outputs: for an empty one, and for one whose text stays where it is."""


def quoted(text: str) -> str:
    """A text as a message holds it: escaped, in quotes; what stands for one without them."""
    return text if text in {NO_CODE, NOT_SHOWN} else shown(text)


_CODE = re.compile(r"[A-Z0-9]{1,8}([-./_:][A-Z0-9]{1,6}|\([A-Z0-9]{1,3}\)){0,3}", re.ASCII | re.IGNORECASE)
_LONGEST_CODE, _MOST_DIGITS, _MOST_LETTERS = 14, 6, 4
_TRADE = frozenset(re.findall(
    "[a-z]+",
    """
    abandoned abuse accident agg aggravated aid alarm all and animal armed arson assault attempt attempted auto
    bank battery bicycle bomb breach break breaking building burg burglary business by call carjacking check
    commercial conduct criminal crime damage dangerous deadly death disorder disorderly dispute disturbance
    domestic drug drugs dui dwelling embezzlement enter entering entry extortion family felony fire firearm
    fireworks following for forced forcible forgery found fraud from gambling general graffiti grand gun hang
    harassment hazard hit homicide house identity in incident intimidation investigation jump kidnapping knife
    larceny liquor loitering loud lost mail malicious manslaughter medical mental menacing mischief misdemeanor
    missing motor murder narcotics noise non not of offence offense officer open or order other parking parts
    patrol person petit petty pickpocket police possession property prostitution public purse rape reckless
    recovered residence residential robbery runaway self sex sexual shoplifting shooting shots simple snatching
    stalking stolen stop stray street strong suspicious theft threat threats to traffic trespass trespassing
    truancy unknown unlawful unlock up vagrancy vandalism vehicle violation violence warrant weapon weapons
    welfare with
    """,
))  # fmt: skip


def code_as_shown(text: str) -> str:
    """A code of the export as outputs may carry it: what looks like a code, or words of the trade, or neither.

    Short, of letters and digits with single marks between them, not so many digits as a telephone or a birth date has,
    and with a digit unless it is of two letters: names, addresses and sentences stay in the export.

    >>> [code_as_shown(code) for code in ("13A", "Theft from vehicle", "SMITH", "")]
    ['13A', 'Theft from vehicle', 'a text that is not shown', 'no code']
    """
    if not text:
        return NO_CODE
    digits = sum(c.isdigit() for c in text)
    letters = sum(c.isalpha() for c in text)
    short = len(text) <= _LONGEST_CODE and _CODE.fullmatch(text) is not None and not _is_date(text)
    if short and digits <= _MOST_DIGITS and letters <= (_MOST_LETTERS if digits else 2):
        return text
    words = re.findall(r"[a-z]+", text.lower()) if len(text) <= 80 and text.isascii() and not digits else []
    return text if words and set(words) <= _TRADE else NOT_SHOWN


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}", text) is not None


_PERSONAL = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{1,64}|\b\d{3}-\d{2}-\d{4}\b|\+?\b\d{10,11}\b|"
    r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b"
)
_LONGEST_DESCRIPTION = 160


def masked(text: str) -> str:
    """The beginning of a description with e-mail addresses, telephone and social security numbers masked.

    >>> masked("call 312-555-0100 now")
    'call [masked] now'
    """
    if len(text) > _LONGEST_DESCRIPTION:  # a number that the cut parts would be none any more: its word goes with it
        text = text[:_LONGEST_DESCRIPTION].rpartition(" ")[0]
    return _PERSONAL.sub("[masked]", text)


_TIME = re.compile(r"[\d\s:/.,+TZ-]*(?:(?:am|pm|[a-z]{3,9})[\d\s:/.,+-]*){0,3}", re.ASCII | re.IGNORECASE)
_WORD_OF_TIME = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|am$|pm$")
_NUMBER = re.compile(r"[-+]?[\d\s.,°º'\"′″+-]{1,30}[NSEWO]?", re.IGNORECASE)
_TELEPHONE = re.compile(
    r"\(?\+?1?[-. ]?\(?[2-9]\d\d\)?[-. ]?\d{3}[-. ]?\d{4}|\+[\d ()-]{8,}|0\d{9,10}|\d{3}-\d{2}-\d{4}"
)


def value_as_shown(text: str) -> str:
    """A time or a coordinate that could not be read, as outputs may carry it; any other text stays where it is."""
    plain = text.strip()
    if len(plain) > 40 or _TELEPHONE.fullmatch(plain):
        return NOT_SHOWN if plain else ""
    words = re.findall(r"[a-z]{2,}", plain.lower())
    is_time = _TIME.fullmatch(plain) is not None and all(_WORD_OF_TIME.match(word) for word in words)
    return plain if is_time or _NUMBER.fullmatch(plain) else NOT_SHOWN
