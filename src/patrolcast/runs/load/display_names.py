"""Names of places as people read them: cleaned text that is shown and never counted; names of persons are refused.

A layer of streets, crossings or neighborhoods names places. A layer of parcels names owners and single houses: shown
beside a suggestion, it would point at a home. What a column is called decides first, then what stands in it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from patrolcast.domain.errors import ProhibitedDataError, shown
from patrolcast.intake.persons import header_words, is_person_column, masked

NO_NAME = frozenset({"", "nan", "none", "null", "<null>", "<na>", "n/a", "#n/a"})
"""What programs write where there is no name, in lower case."""
LONGEST = 60
"""Letters of a name; a longer one is cut at a word. Two long streets of a US city and their "&" have about 55."""
_UNNAMED = NO_NAME | {"unnamed", "no name", "unknown", "unnamed street", "unnamed road", "tbd"}
_KEPT_CAPITALS = frozenset(["N", "S", "E", "W", "NE", "NW", "SE", "SW", "US", "II", "III", "IV", "MLK", "JFK", "FDR"])
_SMALL = frozenset(["OF", "AND", "THE", "AT", "ON", "IN"])
_MOST_MARKS = 2
_PLACE_NAME = re.compile(r"(full ?)?names?( \d+)?")
_OWNERS = "owner|ownr|occupant|tenant|taxpayer|tax payer|grantee|grantor|lessee|lessor|mortgagee|homeowner|landlord"
_ABOUT_PERSONS = re.compile(rf"\b(own|own ?\d|({_OWNERS}|resident|contact|officer|employee|commander|sergeant)s?)\b")
_NAMES_OWNERS = re.compile(rf"\b({_OWNERS})s? ?(\d|name|nm|first|last|full|mail|addr|phone)")
_MANY, _SOME = 0.3, 0.1
_LAST_FIRST = re.compile(r"[A-Za-z'’-]{2,}, ([A-Za-z'’-]{2,}( [A-Za-z]\.?)?)( (jr|sr|ii|iii)\.?)?", re.IGNORECASE)
_OF_A_DEED = re.compile(
    r"\b(et al|et ux|etux|et vir|trustees?|revocable|family trust|living trust|estate of|llc|jtrs|h/w|c/o|mrs?\.?|decd)"
    r"(\b|$)",
    re.IGNORECASE,
)
_KINDS = re.compile(
    r"\b(st|street|ave?|avenue|rd|road|dr|drive|blvd|boulevard|ln|lane|ct|court|pl|place|way|ter|terrace|pkwy|parkway|"
    r"hwy|highway|cir|circle|sq|square|park|school|library|church|hospital|station|center|centre|heights|hills?|village|"
    r"town|gardens?|plaza|mall|bridge|field|estates|grove|island|lake|creek|beach|point|ridge|woods?|manor|district)\b|&",
    re.IGNORECASE,
)
_GIVEN = frozenset(re.findall(
    "[a-z]+",
    """
    james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark
    donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary
    mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa betty margaret sandra ashley
    kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca sharon laura cynthia maria
    jose juan carlos luis miguel ana wei mohammed ahmed fatima
    """,
))  # fmt: skip
"""Given names that stood most often in US counts of names, beside a few of other languages."""
_HOUSE = re.compile(
    r"\d{1,5}[a-z]?( 1/2)? (?!(block|st|street|ave?|avenue|rd|road|dr|drive|pl|place|ct|court|ln|lane|ter)\b)\w.*",
    re.IGNORECASE,
)


def display_name(text: str) -> str:
    r"""A name as it may be shown: one line, nothing invisible, at most 60 letters; "" where there is none.

    Control characters, direction marks, private letters and piles of accents go; names in capitals only are written as
    people write them.

    >>> display_name("N ABERDEEN ST & W 79TH ST"), display_name("a\u202eb\x1b  c"), display_name("nan")
    ('N Aberdeen St & W 79th St', 'ab c', '')
    """
    composed = unicodedata.normalize("NFC", text)
    letters: list[str] = []
    marks = 0
    for letter in composed:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind[0] == "M" else 0
        if kind in {"Cc", "Zl", "Zp", "Zs"}:
            letters.append(" ")
        elif kind[0] != "C" and marks <= _MOST_MARKS:
            letters.append(letter)
    plain = " ".join("".join(letters).split()).lstrip("=+-@ ")  # no name begins as a spreadsheet's formula does
    if plain.casefold() in _UNNAMED or not any(map(str.isalnum, plain)):
        return ""
    return _cut(_as_written(plain) if plain.upper() == plain else plain)


def refuse_person_names(header: Sequence[str], column: str, names: Sequence[str], *, file: str) -> None:
    """Refuse a layer that names persons, or single houses.

    Raises ProhibitedDataError: by the header of the column, by columns of owners beside it, or by what its names look
    like; never with a name.

    Parameters
    ----------
    header : every column of the layer; only ``column`` is read.
    names : the different names in it.
    """
    words = header_words(column)
    about = is_person_column(column) and not _PLACE_NAME.fullmatch(words)
    owners = [name for name in header if _NAMES_OWNERS.search(header_words(name))]
    if about or _ABOUT_PERSONS.search(words):
        raise _refused(file, f"the column {shown(column)}, which is about persons")
    if owners:
        raise _refused(file, f"a layer with the column {shown(owners[0])}, which names owners of houses")
    if not names:
        return
    if _share_of_persons(names) > 0:
        raise _refused(file, f"names in the column {shown(column)} that look like names of persons")
    houses = sum(bool(_HOUSE.fullmatch(name)) and "&" not in name for name in names)
    if houses > len(names) / 2:
        raise _refused(file, f"addresses of houses in the column {shown(column)}")


def _refused(file: str, got: str) -> ProhibitedDataError:
    rule = "a place is called by its streets, crossings or neighborhood, never by a person or a house"
    return ProhibitedDataError(f"{file} in [[area.names]]", got=got, rule=rule, cure="name another column or layer")


def _share_of_persons(names: Sequence[str]) -> float:
    """The share of names that look like persons', where it is too large to be chance; else 0."""
    behind = Counter(match.group(1).casefold() for name in names if (match := _LAST_FIRST.fullmatch(name)))
    # "Lincoln Park, Chicago": the same word behind many commas is a city, not a given name.
    turned = behind.total() if max(behind.values(), default=0) <= behind.total() / 3 else 0
    deeds = sum(bool(_OF_A_DEED.search(name)) or masked(name) != name for name in names)
    persons = sum(_begins_as_a_person(name) for name in names)
    limits = ((turned, _MANY), (deeds, _SOME), (persons, _MANY))
    return max((n / len(names) for n, most in limits if n > most * len(names)), default=0.0)


def _begins_as_a_person(name: str) -> bool:
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return 2 <= len(words) <= 4 and bool(_GIVEN & set(words[:2])) and not _KINDS.search(name)


def _as_written(text: str) -> str:
    return " ".join(_word(word, first=not n) for n, word in enumerate(text.split(" ")))


def _word(word: str, *, first: bool) -> str:
    if word in _KEPT_CAPITALS or not word.isupper():
        return word
    if word in _SMALL and not first:
        return word.lower()
    if "/" in word:
        return "/".join(_word(part, first=True) for part in word.split("/"))
    if word[:1].isdigit():
        return word.lower()
    parts = re.split(r"([-'’(.])", word)
    joined = "".join(part.capitalize() if len(part) > 1 or n == 0 else part for n, part in enumerate(parts))
    joined = re.sub(r"(['’])S\b", r"\1s", joined)
    return f"Mc{joined[2:].capitalize()}" if joined.startswith("Mc") and len(joined) > 4 else joined


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    head = text[: LONGEST - 1]
    return (head.rpartition(" ")[0] or head).rstrip(" &,") + "…"
