"""Offences that officers initiate by their own words: found as agencies write them; what only sounds like it is not."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from patrolcast.intake.words.offence_words import officer_words, word_book
from patrolcast.intake.words.worded_offences import with_expected, worded_offences
from patrolcast.io.codebook_files import offence_words

BOOK = word_book(offence_words())


@pytest.mark.parametrize(
    "text",
    [
        "NARC", "NARCOTICS SALE", "CDS POSS", "PCS", "POSS CONT SUB", "POSS CONT SUBST", "CONT SUBST VIOL", "UCSA",
        "VUCSA", "PWID MARIJ", "POSS MJ", "DRUG PARAPH", "Drug/Narcotic Violations", "UUW", "UUWF", "AGG UUW", "CCW",
        "FELON IN POSS FIREARM", "POSS FIREARM BY FELON", "WEAPON VIOLATION", "WEAPONS", "DWI", "DUI", "OMVWI", "OUIL",
        "DWLS", "DWLR", "UNLICENSED DRIVER", "RECKLESS DRIVING", "TRAFFIC STOP", "TRAFFIC OFFENSE", "FTA", "CAPIAS",
        "BENCH WARRANT", "WARRANT ARREST", "FUGITIVE", "PROBATION VIOL", "DISORDERLY CONDUCT", "DIS CON", "LOITERING",
        "CRIM TRESP", "TRESPASSING", "GAMBLING", "OBSTRUCTING JUSTICE", "RESIST/OBSTRUCT", "RESISTING ARREST", "CURFEW",
        "LIQUOR LAW VIOLATION", "OPEN CONTAINER", "PUBLIC INTOX", "DRUNK IN PUBLIC", "PROSTITUTION", "SOLICITING",
        "PANHANDLING", "PUBLIC PEACE VIOLATION", "PUBLIC NUISANCE", "FARE EVASION", "VAGRANCY", "FIELD INTERVIEW",
    ],
)  # fmt: skip
def test_discretionary_offences_are_found_as_agencies_write_them(text: str) -> None:
    said = officer_words([text], BOOK)
    assert said is not None
    assert said[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "DRUG STORE BURGLARY", "BURGLARY - DRUGSTORE", "ROBBERY - DRUG STORE", "THEFT OF PRESCRIPTION DRUGS",
        "ASSAULT WITH DEADLY WEAPON", "ADW", "ROBBERY - HANDGUN", "AGG ASSAULT - FIREARM", "AGGRAVATED: HANDGUN",
        "ARMED ROBBERY GUN", "ATTEMPT: ARMED-KNIFE", "BURGLARY LIQUOR STORE", "THEFT OF FIREARM", "STOLEN GUN",
        "THEFT OF TRAFFIC CONES", "DAMAGE TO TRAFFIC SIGNAL", "BURGLARY OF GAMBLING HALL", "ROBBERY DRUG RELATED",
        "MENACING WITH WEAPON", "SPEEDWAY ROBBERY", "SHOPLIFT", "CAR PROWL", "MURDER WITH A FIREARM", "STABBING KNIFE",
        "SIMPLE ASSAULT", "BATTERY - WEAPON", "CRIMINAL DAMAGE", "VEHICLE THEFT", "",
    ],
)  # fmt: skip
def test_what_only_sounds_like_one_is_not(text: str) -> None:
    assert officer_words(filter(None, [text]), BOOK) is None


def incidents(**counts: int) -> pd.DataFrame:
    """So many incidents of each code; A and B are theft, the others assault."""
    codes = [code for code, n in counts.items() for _ in range(n)]
    return pd.DataFrame({"offence": codes, "category": ["theft" if c in "AB" else "assault" for c in codes]})


def test_each_is_listed_once_with_its_words_counts_and_share_the_most_frequent_first() -> None:
    grounds = {"A": "reported by its owner", "B": "drugs in a car", "C": "fight", "D*": "public order"}
    listed = worded_offences(incidents(A=6, B=1, C=1, D9=2), grounds, {}, BOOK, nibrs={}, counted={})
    assert [(one.offence, one.category, one.words, one.incidents, one.share) for one in listed] == [
        ("D9", "assault", "public order", 2, 0.2),
        ("B", "theft", "drugs in a car", 1, 0.1),
    ]


def test_a_code_made_of_words_and_the_exports_descriptions_speak_too() -> None:
    described = {"C": Counter({"ASSAULT": 3, "WARRANT SERVED": 1})}
    listed = worded_offences(incidents(UUW=1, C=1), {}, described, BOOK, nibrs={}, counted={})
    assert [(one.offence, one.words) for one in listed] == [("C", "WARRANT SERVED"), ("UUW", "UUW")]


def test_a_nibrs_code_needs_no_words() -> None:
    nibrs = {"35A": "Drug violations"}
    listed = worded_offences(pd.DataFrame({"offence": ["35A-1", "35AB", "13A"], "category": "theft"}), {}, {}, BOOK,
                             nibrs=nibrs, counted={})  # fmt: skip
    assert [(one.offence, one.words) for one in listed] == [("35A-1", "Drug violations")]


def test_the_share_of_the_forecast_is_that_of_the_category_by_the_codes_share_of_it() -> None:
    table = incidents(A=3, B=1, C=4)
    listed = worded_offences(table, {"B": "drugs"}, {}, BOOK, nibrs={}, counted={})
    forecast = pd.DataFrame({"category": ["theft", "theft", "assault"], "expected_incidents": [0.5, 1.5, 6.0]})
    # theft is 2 of 8 expected, and B is 1 of its 4 incidents: 1/16
    assert with_expected(listed, table, forecast)[0].expected_share == pytest.approx(1 / 16)


def test_nothing_counted_lists_nothing() -> None:
    assert worded_offences(incidents(), {}, {}, BOOK, nibrs={}, counted={}) == ()


def test_a_code_of_the_codebook_without_an_incident_is_listed_and_has_no_share_of_a_forecast() -> None:
    table, reasons = incidents(A=2), {"A": "taken from a shelf", "18*": "drug sale", "19": "drug use"}
    listed = worded_offences(table, reasons, {}, BOOK, nibrs={}, counted={"A": "theft", "18*": "theft"})
    assert [(one.offence, one.incidents) for one in listed] == [("18*", 0)]
    forecast = pd.DataFrame({"category": ["theft"], "expected_incidents": [1.0]})
    assert with_expected(listed, table, forecast) == ()


def test_offences_of_equal_number_stand_in_the_order_of_their_first_incident() -> None:
    """Of one code that counts in two categories, as of any."""
    rows = [("WARRANT", "b"), ("DUI", "a"), ("WARRANT", "a"), ("THEFT", "a"), ("DUI", "a"), ("WARRANT", "c")]
    table = pd.DataFrame(rows, columns=["offence", "category"]).astype("category")
    found = worded_offences(table, {}, {}, BOOK, nibrs={}, counted={})
    assert [(o.offence, o.category, o.incidents) for o in found] == [
        ("DUI", "a", 2), ("WARRANT", "b", 1), ("WARRANT", "a", 1), ("WARRANT", "c", 1),
    ]  # fmt: skip
    assert worded_offences(table[:0], {}, {}, BOOK, nibrs={}, counted={}) == ()
