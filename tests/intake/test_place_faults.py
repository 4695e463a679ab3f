"""A place that cannot be used refuses its row by name; most of them refuse the file with the cure of their fault."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from tests.intake.raw_tables import LAND, raw_table

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.coordinates import check_places
from patrolcast.intake.place_faults import landing_advice, mark_places
from patrolcast.intake.row_status import RowStatus


def marked(n_wrong: int, longitude: str, latitude: str = "41.5") -> dict[str, int]:
    """Refusals of ten rows, of which the first have this place."""
    good = [f"{-87.5 - i * 1e-4:.4f}" for i in range(10 - n_wrong)]
    raw = raw_table(10, longitude=[longitude] * n_wrong + good, latitude=[latitude] * n_wrong + ["41.5"] * len(good))
    status, everything = RowStatus(10), np.ones(10, dtype=bool)
    places = check_places(raw.longitude, raw.latitude, crs="EPSG:4326", land=LAND)
    mark_places(raw, status, places, file="export.csv", counted=everything, crs="EPSG:4326", land=LAND)
    return status.count("refused", everything)


@pytest.mark.parametrize(
    ("longitude", "latitude", "rule", "cure"),
    [
        ("87.5", "41.5", "longitude or latitude without its minus", "put the minus back"),
        ("-87500000", "41500000", "degrees without their point", "divide them by 1,000,000 in the"),
        ("-8750000", "4150000", "degrees without their point", "divide them by 100,000 in the"),
        ("-875000000", "415000000", "degrees without their point", "divide them by 10,000,000 in the"),
        ("41.5", "-87.5", "longitude and latitude swapped", "exchange longitude and latitude"),
        ("272.5", "41.5", "coordinates outside their range", "subtract 360 from those above 180"),
        ("-80.0", "41.5", "outside the jurisdiction", "[incidents] crs and [area] boundary"),
        ("87°30'0\"W", "41.5", "coordinate is not a number", "these are degrees, minutes and seconds: export decimal"),
        ("-87,5", "41.5", "coordinate is not a number", "numbers are written with a point"),
    ],
)
def test_half_the_rows_are_refused_by_name_and_more_refuse_the_file_with_the_cure(
    longitude: str, latitude: str, rule: str, cure: str
) -> None:
    assert marked(5, longitude, latitude) == {rule: 5}
    with pytest.raises(DataRefusedError) as caught:
        marked(6, longitude, latitude)
    assert f"got 6 of 10 rows: {rule}" in str(caught.value)
    assert cure in str(caught.value)


def test_good_places_are_left_alone() -> None:
    assert marked(0, "") == {}


def test_a_wrong_but_valid_system_is_answered_with_where_points_landed_and_the_likeliest_systems() -> None:
    land = shapely.box(-87.94, 41.64, -87.52, 42.02)
    x, y = np.array([1156823.0, 1160000.0]), np.array([1899214.0, 1890000.0])
    said = landing_advice(x, y, crs="EPSG:2229", land=land)
    assert said.startswith("read as EPSG:2229 they lie at longitude -135.")
    assert (
        '; set [incidents] crs = "EPSG:3435"; most likely systems: EPSG:3435 (NAD83 / Illinois East (ftUS)) 100% in'
        in said
    )
    assert said.count("EPSG:") + said.count("ESRI:") == 5
