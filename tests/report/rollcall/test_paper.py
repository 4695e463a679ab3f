"""Letter where the zone table says United States, A4 where it does not."""

from __future__ import annotations

from importlib.resources import files

import pytest

from patrolcast.report.rollcall.paper import paper_size

TERRITORIES = {"US", "PR", "GU", "VI", "AS", "MP", "UM"}


def zones() -> list[tuple[str, str]]:
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return [(row[0], row[2]) for row in rows]


def test_every_zone_has_the_paper_of_its_country() -> None:
    wrong = [zone for country, zone in zones()
             if (paper_size(zone) == (612.0, 792.0)) != (country in TERRITORIES)]  # fmt: skip
    assert wrong == []
    assert len(zones()) > 400


@pytest.mark.parametrize("zone", ["US/Eastern", "US/Hawaii", "America/Indianapolis", "America/Fort_Wayne", "Navajo"])
def test_old_names_of_zones_are_known(zone: str) -> None:
    assert paper_size(zone) == (612.0, 792.0)


def test_elsewhere_the_sheet_is_210_by_297_millimetres() -> None:
    width, height = paper_size("Europe/Warsaw")
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
