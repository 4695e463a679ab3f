"""The reasons read as sentences a person would say: each phrase of the catalogue, with values that trip numbers up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings import Features, PlaceLayer
from patrolcast.features.catalogue import catalogue, is_history
from patrolcast.features.enforcement import enforcement_features
from patrolcast.forecast.explain import Setting, phrase

PLACES = {
    name: PlaceLayer(path=Path("x"), measure=measure, column="v", source="made up")  # type: ignore[arg-type]
    for name, measure in (("bars", "count"), ("schools", "distance_m"), ("vacant_homes", "value"))
}
SPECS = {one.name: one for one in catalogue(PLACES, Features(holidays="US", paydays=[1]))}
EVENING = Setting("vehicle theft", "Friday", "evenings")


def said(name: str, value: float) -> str:
    return phrase(SPECS[name], value, EVENING)


READ = [
    ("decayed_28d", 12 / 365,
     "vehicle theft reports here lately come at a rate of 12 a year (weight halves in 28 days)"),
    ("hours_of_place", 1.4, "vehicle theft reports here fall at this time of day 140 % as often as in the whole city"),
    ("any_all", 1234 / 365, "1,234 reports of all kinds a year here in the long run"),
    ("starting_level", 21 / 365, "21 vehicle theft reports a year here and nearby, recent ones counting more"),
    ("hour_of_week", 0.2, "usual for Friday evenings"),
    ("lead_days", 1.0, "1 day ahead"),
    ("holiday", 1.0, "it is a public holiday"),
    ("holiday", 0.0, "it is no public holiday"),
    ("eve_of_holiday", 1.0, "a public holiday follows"),
    ("days_after_payday", 1.0, "1 day after payday"),
    ("darkness", 0.444, "44 % of the shift is dark"),
    ("place_bars", 3.0, "bars here: 3"),
    ("place_schools", 1820.4, "schools: the nearest 1,820 metres away"),
    ("place_vacant_homes", 0.25, "vacant homes here: 0.2"),
    ("place_vacant_homes", float("nan"), "vacant homes: not known here"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "wanted"), READ)
def test_a_reason_reads_well(name: str, value: float, wanted: str) -> None:
    assert said(name, value) == wanted


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("value", [0.0, 1 / 365, 0.1, 1.0, 1.1, 11.0, 365.0, 12345.678])
def test_no_reason_shows_a_placeholder_an_exponent_or_a_wrong_number(name: str, value: float) -> None:
    text = said(name, value)
    assert not re.search(r"[{}]|\de[+-]?\d|nan|inf\b|  |_", text)
    assert not re.search(r"(?<![\d.,])1 (?:\w+ )?(?:reports|days|metres)\b", text)
    assert not re.search(r"(?:\.\d|[02-9]) (?:vehicle theft )?(?:report|day|metre)\b", text)


HISTORY = {name for name, one in SPECS.items() if one.source == "incidents"}


def test_history_is_what_the_catalogue_builds_from_incidents_and_nothing_else() -> None:
    assert {name for name, one in SPECS.items() if is_history(one)} == HISTORY
    decayed = {f"decayed_{days}d" for days in (7, 28, 91, 365)}
    assert decayed | {"hours_of_place", "any_all", "starting_level", "hour_of_week"} == HISTORY
    assert not HISTORY & {"weekday", "category", "place_bars"}


@pytest.mark.parametrize("provenance", list(Provenance))
@pytest.mark.parametrize("source", ["made up", "incidents"])
def test_a_place_layer_is_never_history_whatever_the_config_says_of_it(provenance: Provenance, source: str) -> None:
    layer = PLACES["bars"].model_copy(update={"provenance": provenance, "source": source})
    (place,) = [one for one in catalogue({"bars": layer}, Features()) if one.family == "place"]
    assert place.provenance == provenance
    assert not is_history(place)


def test_records_of_officers_are_no_history_of_reports() -> None:
    assert not any(is_history(one) for one in enforcement_features())
