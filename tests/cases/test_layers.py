"""Map layers as they come: rows without a shape, layers that do not fit each other, files that are something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cases.conftest import check, incidents

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("name", ["null_gpkg", "null_geojson", "null_csv"])
def test_incidents_without_a_shape_are_refused_rows_in_every_format(case: Callable[[str], Path], name: str) -> None:
    answer = check(case("23-layers-with-null-shapes") / "configs" / f"{name}.toml")
    source = incidents(answer)
    assert (source["rows_in"], source["kept"], source["refused"]) == (4000, 2793, {"no location": 1207})
    assert "30.2% of the incidents' rows are refused; the gate allows 10.0%" in answer["warnings"]


def test_multipoints_of_one_point_are_points(case: Callable[[str], Path]) -> None:
    source = incidents(check(case("23-layers-with-null-shapes") / "configs" / "multi_gpkg.toml"))
    assert (source["rows_in"], source["kept"], source["refused"]) == (2793, 2793, {})


def test_points_at_zero_are_refused_rows(case: Callable[[str], Path]) -> None:
    source = incidents(check(case("23-layers-with-null-shapes") / "configs" / "zero_geojson.toml"))
    assert (source["rows_in"], source["kept"], source["refused"]) == (4000, 2793, {"coordinates (0, 0)": 1207})
