"""Margins of error from the layer of census areas to the audit's intervals: wider in the city and in districts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.runs.compared_city import RESIDENTS, write_variants
from tests.runs.tiny_city import NOW

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.forecast.once import run_once

HEADLINE = ("log_exposure_ratio", "log_need_ratio", "excess")
MARGINS = 'margins = { group_a = "moe_a", group_b = "moe_b", total = "moe_all" }\n'
Ends = dict[str, tuple[float, float, float]]


def audited(root: Path, margin: float | None) -> dict[str, Any]:
    """The audit of groups of the tiny city, every count with the same margin; None: no margins."""
    config = write_variants(root, officers=False)["citizen_only"].parents[1] / "tiny.toml"
    if margin is not None:
        tracts = root / "data" / "tracts.geojson"
        layer = json.loads(tracts.read_text())
        for feature in layer["features"]:
            feature["properties"] |= {"moe_a": margin, "moe_b": margin, "moe_all": 1.5 * margin}
        tracts.write_text(json.dumps(layer))
        config.write_text(config.read_text().replace(RESIDENTS, RESIDENTS + MARGINS))
    folder = run_once(read_settings(config), now=NOW).folder
    found: dict[str, Any] = json.loads((folder / "audit.json").read_text())["disparity"]
    return found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return audited(tmp_path_factory.mktemp("plain") / "city", None)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return audited(tmp_path_factory.mktemp("wide") / "city", 150.0)


def ends(groups: list[dict[str, Any]], measure: str) -> Ends:
    return {one["group"]: tuple(one[measure][key] for key in ("estimate", "lower", "upper")) for one in groups}  # type: ignore[misc]


def test_margins_widen_every_headline_interval_and_leave_its_estimate(
    plain: dict[str, Any], wide: dict[str, Any]
) -> None:
    for measure in HEADLINE:
        before, after = ends(plain["groups"], measure), ends(wide["groups"], measure)
        assert set(before) == {"group_a", "group_b"}
        for group, (estimate, lower, upper) in before.items():
            assert after[group][0] == estimate
            assert after[group][1] < lower - 0.01 < upper + 0.01 < after[group][2]


def test_margins_widen_districts_and_need_per_resident_too_and_never_the_level_of_census_areas(
    plain: dict[str, Any], wide: dict[str, Any]
) -> None:
    assert wide["levels"]["census area"] == plain["levels"]["census area"]
    pairs = [(wide["groups"], plain["groups"], "log_need_ratio_per_resident")]
    pairs += [(wide["districts"][name], plain["districts"][name], "excess") for name in plain["districts"]]
    for after, before, measure in pairs:
        for group, (estimate, lower, upper) in ends(before, measure).items():
            assert ends(after, measure)[group][0] == estimate
            assert ends(after, measure)[group][1] < lower < upper < ends(after, measure)[group][2]


def test_margins_of_nothing_change_nothing(plain: dict[str, Any], tmp_path: Path) -> None:
    assert audited(tmp_path / "city", 0.0)["groups"] == plain["groups"]
