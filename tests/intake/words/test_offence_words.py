"""Proposals from words: against what people decided of three cities' codes, and on the words of other cities."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from patrolcast.intake.words.offence_words import plain_words, propose, propose_for_code, word_book
from patrolcast.io.codebook_files import KNOWN, offence_words, read_codebook

BOOK = word_book(offence_words())
SOURCES = word_book(offence_words(), "sources")


def decided(name: str) -> list[tuple[str, dict[str, str]]]:
    """Words and row of every code of a shipped codebook."""
    rows = [row for row in read_codebook(KNOWN / name) if row["offence"] and not row["ground"].startswith("as 0")]
    heads = {"nibrs.csv": r"[:.;(]"}
    texts = [re.split(heads.get(name, r"\. "), re.sub(r"^NIBRS Group [AB]\. ", "", row["ground"])) for row in rows]
    return [(text[0], row) for text, row in zip(texts, rows, strict=True)]


def said(text: str) -> str:
    """``category``, else provenance; "open" where nothing is proposed."""
    proposal = propose(text, BOOK)
    if proposal is None or not proposal.settled:
        return "open"
    return proposal.category or proposal.provenance


def agreement(name: str) -> Counter[str]:
    """How many codes of a codebook are proposed as a person decided them, otherwise, or left open."""
    counts: Counter[str] = Counter()
    for text, row in decided(name):
        proposed = said(text)
        counts["as decided" if proposed == (row["category"] or row["provenance"]) else "otherwise"] += (
            proposed != "open"
        )
        counts["open"] += proposed == "open"
    return counts


@pytest.mark.parametrize("name", ["chicago.csv", "nibrs.csv", "portland_calls.csv", "portland.csv", "sample.csv"])
def test_no_officer_initiated_code_is_ever_proposed_as_reported_by_a_citizen(name: str) -> None:
    wrong = {text: propose(text, BOOK) for text, row in decided(name) if row["provenance"] == "officer"}
    assert not [text for text, found in wrong.items() if found is not None and found.provenance == "citizen"]


@pytest.mark.parametrize(
    ("name", "as_decided", "otherwise", "left"),
    [("chicago.csv", 333, 24, 58), ("nibrs.csv", 70, 1, 14), ("portland_calls.csv", 59, 9, 18)],
)
def test_proposals_agree_with_what_people_decided_as_docs_say(
    name: str, as_decided: int, otherwise: int, left: int
) -> None:
    assert agreement(name) == {"as decided": as_decided, "otherwise": otherwise, "open": left}


OFFICER = """
RESISTING ARREST|BATTERY POLICE (SIMPLE)|CONTEMPT OF COURT|TRESPASSING|FAILURE TO DISPERSE|DANGEROUS DRUGS|Warrant
DANGEROUS WEAPONS|INTOXICATED & IMPAIRED DRIVING|PROSTITUTION & RELATED OFFENSES|LOITERING FOR DRUG PURPOSES
UNLAWFUL POSS. WEAP. ON SCHOOL|MARIJUANA, POSSESSION 4 & 5|POSSESSION OF STOLEN PROPERTY|Weapons Carrying Etc
CURFEW/LOITERING/VAGRANCY VIOLATIONS|DUI|drug-poss-paraphernalia|public-order-crimes-other|weapon-by-prev-offender-powpo
police-false-information|sex-off-fail-to-register|vehicular-eluding-no-chase|Possession of weapons|Public order|Drugs
Possession of article with blade or point|Handling stolen goods|Assault on constable|PCS PG 1
Going equipped for stealing
CARRY CONC WPN|FELON IN POSS OF F/A|VUCSA|DWLS 3|MISD WARR|TRAF STOP|FIELD INTERVIEW|BUSINESS CHK|VOP|PUB INTOX
POSS BURGLARY TOOLS|GRAFFITI TOOLS POSSESSION|POSS STOLEN VEHICLE|ABPO|ASSAULT ON POLICE|A&B ON POLICE OFFICER
METH LAB|DISCHARGING FIREARM|GIVING FALSE NAME|UNLAWFUL CAMPING|SUSPENDED LICENSE|OPEN CONTAINER|MINOR CONSUMING
"""


@pytest.mark.parametrize("text", [text for text in re.split(r"[|\n]", OFFICER) if text])
def test_officer_initiated_words_of_other_cities_are_proposed_as_that_or_left_open(text: str) -> None:
    proposal = propose(text, BOOK)
    assert proposal is None or not proposal.settled or proposal.provenance == "officer"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("VEHICLE - STOLEN", "vehicle_theft"), ("BURGLARY FROM VEHICLE", "theft"), ("theft-items-from-vehicle", "theft"),
     ("theft-of-motor-vehicle", "vehicle_theft"), ("GRAND LARCENY OF MOTOR VEHICLE", "vehicle_theft"),
     ("CRIM MISCHIEF >=100<750", "criminal_damage"), ("BURG RES", "burglary"), ("BURGLARY OF VEHICLE", "theft"),
     ("ROBBERY - CARJACKING", "robbery"), ("AGG. ASSAULT", "assault"), ("THEFT OF FIREARM", "theft"),
     ("LIQUOR STORE ROBBERY", "robbery"), ("Aggravated Assault Firearm", "assault"), ("THEFT OF IDENTITY", "citizen"),
     ("CAR BREAK IN", "theft"), ("THEFT OF LICENSE PLATE", "theft"), ("Lost Property", "administrative"),
     ("RECOVERED STOLEN VEHICLE", "administrative"), ("MOTOR VEHICLE THEFT: RECOVERED", "open"),
     ("THEFT OF DRUGS", "open"), ("Robbery; resisting arrest", "open"),
     ("BURGLARY ALARM", "administrative"), ("DOMESTIC BATTERY", "open"),
     ("LARCENY - OTHER", "theft"), ("Violence and sexual offences", "open"),
     ("SUSPICIOUS PERSON", "open"), ("HIT AND RUN", "open"), ("ASSAULT: PRO EMP", "open"), ("", "open"),
     ("Zig", "open"), ("?" * 10_000, "open")],
)  # fmt: skip
def test_what_words_say(text: str, meaning: str) -> None:
    assert said(text) == meaning


def test_abbreviations_accents_and_marks_make_no_difference() -> None:
    assert plain_words("BURG.-Résid & veh", BOOK.abbreviations) == "burglary residence and vehicle"


def test_a_reported_code_with_mostly_arrests_stays_open_and_says_why() -> None:
    few = propose_for_code({"Theft": 100}, BOOK, arrests=20)
    most = propose_for_code({"Theft": 100}, BOOK, arrests=70)
    rare = propose_for_code({"Theft": 4}, BOOK, arrests=4)
    assert few is not None
    assert (few.category, few.settled) == ("theft", True)
    assert most is not None
    assert (most.category, most.provenance, most.settled) == ("", "unknown", False)
    assert most.why.endswith("but 70 % of its records have an arrest: perhaps found by officers")
    assert rare is not None
    assert rare.settled


def test_a_code_whose_descriptions_disagree_stays_open() -> None:
    mixed = propose_for_code({"Theft": 99, "Warrant": 1}, BOOK)
    unsaid = propose_for_code({"Theft": 99, "Zig": 1}, BOOK)
    assert mixed is not None
    assert unsaid is not None
    assert not mixed.settled
    assert not unsaid.settled
    assert propose_for_code({"Zig": 1}, BOOK) is None
    assert propose_for_code({}, BOOK) is None


@pytest.mark.parametrize(
    ("text", "provenance"),
    [("ONVIEW", "officer"), ("SELF", "officer"), ("Officer Initiated", "officer"), ("911", "citizen"),
     ("Walk-in", "citizen"), ("ONLINE", "citizen"), ("ALARM", "sensor"), ("ShotSpotter", "sensor"),
     ("Traffic stop", "officer"), ("Transfer", "administrative")],
)  # fmt: skip
def test_what_a_call_source_says(text: str, provenance: str) -> None:
    proposal = propose(text, SOURCES)
    assert proposal is not None
    assert (proposal.provenance, proposal.settled) == (provenance, True)


@pytest.mark.parametrize("text", ["XFER", "9ll", "Other", "Police phone"])
def test_a_call_source_that_nobody_knows_or_that_says_two_things_stays_open(text: str) -> None:
    proposal = propose(text, SOURCES)
    assert proposal is None or not proposal.settled
