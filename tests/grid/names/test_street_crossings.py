"""Streets of different names cross where they meet, or come within a few metres of each other."""

from __future__ import annotations

import geopandas as gpd
import shapely

from patrolcast.grid.names.street_crossings import find_crossings


def crossings(*streets: tuple[str, list[tuple[float, float]]]) -> list[tuple[str, float, float]]:
    lines = gpd.GeoDataFrame(
        {"name": [name for name, _ in streets]}, geometry=[shapely.LineString(line) for _, line in streets]
    )
    found = find_crossings(lines)
    return [(n, p.x, p.y) for n, p in zip(found["name"], found.geometry, strict=True)]


def test_two_streets_cross_once_and_are_named_in_the_order_of_the_alphabet() -> None:
    main, ash = ("Main St", [(-100.0, 0.0), (100.0, 0.0)]), ("Ash Ave", [(30.0, -50.0), (30.0, 50.0)])
    assert crossings(main, ash) == crossings(ash, main) == [("Ash Ave & Main St", 30.0, 0.0)]


def test_segments_of_one_street_are_no_crossing() -> None:
    assert crossings(("Main St", [(0.0, 0.0), (10.0, 0.0)]), ("Main St", [(10.0, 0.0), (20.0, 5.0)])) == []


def test_a_street_that_ends_just_short_of_another_still_meets_it() -> None:
    main, short = ("Main St", [(-100.0, 0.0), (100.0, 0.0)]), ("Elm St", [(0.0, 4.0), (0.0, 90.0)])
    assert crossings(main, short) == [("Elm St & Main St", 0.0, 2.0)]
    assert crossings(main, ("Elm St", [(0.0, 6.0), (0.0, 90.0)])) == []


def test_three_streets_in_one_point_are_three_crossings() -> None:
    found = crossings(
        *((n, [(-9.0 * x, -9.0 * y), (9.0 * x, 9.0 * y)]) for n, x, y in (("A", 1, 0), ("B", 0, 1), ("C", 1, 1)))
    )
    assert found == [("A & B", 0.0, 0.0), ("A & C", 0.0, 0.0), ("B & C", 0.0, 0.0)]


def test_of_a_stretch_that_two_streets_share_the_middle_is_their_crossing() -> None:
    assert crossings(("A", [(0.0, 0.0), (40.0, 0.0)]), ("B", [(20.0, 0.0), (60.0, 0.0)])) == [("A & B", 30.0, 0.0)]


def test_streets_that_never_meet_have_no_crossing() -> None:
    assert crossings(("A", [(0.0, 0.0), (40.0, 0.0)]), ("B", [(0.0, 50.0), (40.0, 50.0)])) == []
