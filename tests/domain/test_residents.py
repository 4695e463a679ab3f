"""How much of a city its census counts are of, and what people call its groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.residents import CensusCoverage, GroupNames
from patrolcast.domain.settings.residents import Residents

HALF = CensusCoverage(36.0, 24.0, {"a": 30.0, "b": 0.0, "total": 40.0}, {"a": 40.0, "b": 0.0, "total": 60.0})


def test_the_share_is_of_those_expected() -> None:
    assert HALF.share("a") == 0.75
    assert HALF.share("a", 10.0) == 0.25
    assert HALF.share("a", 41.0) == 1.0  # a rounding error above


def test_a_group_of_nobody_misses_nobody() -> None:
    assert HALF.share("b") == 1.0


def test_a_group_that_is_not_known_is_an_error() -> None:
    with pytest.raises(KeyError):
        HALF.share("c")


def test_it_is_said_in_areas_and_residents() -> None:
    assert HALF.sentence == "24 of 36 census areas in the city have counts: 67 % of its residents, as estimated"


OTHER = 'Other "races" & <i>more</i>'
NAMED = Residents(
    path=Path("areas.geojson"),
    area_id="id",
    groups={"black": "b", "two_asian": "a", "other": "o"},
    total="all",
    vintage="2020",
    names={"black": "Black or African American", "other": OTHER},
)


def test_a_group_goes_by_its_name_and_without_one_by_its_key_in_plain_english() -> None:
    called = GroupNames.of(NAMED)
    assert called("black") == "Black or African American"
    assert called("two_asian") == "two Asian"
    assert called("everyone else") == "everyone else"
    assert GroupNames.of(None)("group_b") == "group b"


def test_a_stored_document_carries_every_name_and_an_older_one_none() -> None:
    called = GroupNames.of(NAMED)
    assert set(called.document) == {"black", "two_asian", "other"}
    assert GroupNames.stored({"group_names": called.document}) == called
    assert GroupNames.stored({}) == GroupNames()
    assert GroupNames.stored({"group_names": "edited"}) == GroupNames()


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("against other: exposure ratio 0.8", f"against {OTHER}: exposure ratio 0.8"),
        ("no patrol where black lives", "no patrol where Black or African American residents live"),
        ("minus that of black", "minus that of Black or African American"),
        ("tracks the share of two_asian", "tracks the share of two Asian residents"),
        (
            "by estimate alone: black in district 4 (few)",
            "by estimate alone: Black or African American in district 4 (few)",
        ),
        (
            "measured on 80 % of the residents of other; other was not compared",
            f"measured on 80 % of the residents of {OTHER}; {OTHER} was not compared",
        ),
        (
            "black, other, over 28 nights, on 99 % of the residents",
            f"Black or African American, {OTHER}, over 28 nights, on 99 % of the residents",
        ),
        ("is not known: black, all residents", "is not known: Black or African American, all residents"),
        ("with other trainings, on other nights", "with other trainings, on other nights"),
        ("where everyone else lives", "where everyone else lives"),
    ],
)
def test_a_sentence_of_a_check_has_names_where_it_means_a_group_and_nowhere_else(said: str, read: str) -> None:
    assert GroupNames.of(NAMED).within(said) == read
    assert GroupNames().within(said) == said
