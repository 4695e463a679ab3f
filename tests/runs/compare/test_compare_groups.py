"""Groups in a comparison, from the files on: calibration, census areas, and what the census says of its own error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.runs.compared_city import RESIDENTS, write_variant, write_variants
from tests.runs.tiny_city import NOW, SIDE, SOUTH, WEST

from patrolcast.domain.comparison import Comparison, Difference
from patrolcast.domain.records import Progress
from patrolcast.runs.compare import fold_results
from patrolcast.runs.compare.compare import compare_variants
from patrolcast.runs.compare.prepare import prepare_comparison
from patrolcast.runs.compare.variants import read_variants

MARGINS = {"none": None, "zero": 0.0, "wide": 60.0}


def write_census(root: Path, margin: float | None, *, apart: bool = False, n_areas: int = 24) -> None:
    """Gives the city as many census areas, each group's count with the same margin; None: no margins.

    ``apart``: in every other quarter of the city, from the west, all are of group_a, and none in the others.
    """
    side, features = SIDE / n_areas, []
    for i in range(n_areas):
        west, east = WEST + side * i, WEST + side * (i + 1)
        ring = [[west, SOUTH], [east, SOUTH], [east, SOUTH + SIDE], [west, SOUTH + SIDE], [west, SOUTH]]
        a, b = (1000 * int(i * 4 // n_areas % 2 == 0), 0) if apart else (800 - 20 * i, 150 + 15 * i)
        facts: dict[str, object] = {"tract": str(i), "group_a": a, "group_b": b, "total": 1000}
        facts |= {} if margin is None else {"moe_a": margin, "moe_b": margin}
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "geometry": shape, "properties": facts})
    (root / "data" / "tracts.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    if margin is not None:
        city = root / "configs" / "tiny.toml"
        named = RESIDENTS + 'margins = { group_a = "moe_a", group_b = "moe_b" }\n'
        city.write_text(city.read_text().replace(RESIDENTS, named))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Comparison]:
    """The same two variants of the same city, whose census tells nothing, zero or something of its error."""
    made = {}
    for name, margin in MARGINS.items():
        root = tmp_path_factory.mktemp(name) / "city"
        variants = write_variants(root, officers=False)
        write_census(root, margin)
        two = [variants["citizen_only"], variants["coarse"]]
        made[name] = compare_variants(two, parts=root / "parts", now=NOW, n_nights=12)
    return made


def by_group(comparison: Comparison) -> dict[str, Difference]:
    """Differences of the one pair in the measures of groups."""
    [pair] = comparison.pairs
    return {one.measure: one for one in pair.differences if comparison.measure(one.measure).group}


def test_every_group_is_compared_in_exposure_reach_calibration_and_composition(found: dict[str, Comparison]) -> None:
    quantities = ("exposure", "opportunity", "calibration", "composition")
    assert set(by_group(found["none"])) == {f"log_{one}_ratio_group_{g}" for one in quantities for g in "ab"}
    for one in found["none"].variants:
        assert abs(one.measured["log_calibration_ratio_group_a"].estimate) < 0.5


def test_margins_of_the_census_widen_levels_differences_excess_and_need(found: dict[str, Comparison]) -> None:
    none, wide = found["none"], found["wide"]
    assert (none.census_margins, wide.census_margins) == (False, True)
    measured = {name: one.interval for name, one in by_group(none).items() if one.interval.measured}
    assert "log_calibration_ratio_group_a" in measured
    for name, before in measured.items():
        after = by_group(wide)[name].interval
        assert after.estimate == before.estimate
        assert after.lower < before.lower < before.upper < after.upper, name
    assert wide.need_ratio["group_a"].upper > none.need_ratio["group_a"].upper
    for plain, widened in zip(none.variants, wide.variants, strict=True):
        assert widened.excess["group_a"].upper > plain.excess["group_a"].upper
        name = "log_exposure_ratio_group_a"
        assert widened.measured[name].upper > plain.measured[name].upper
        assert widened.measured["hits"] == plain.measured["hits"]


def test_margins_of_zero_change_nothing(found: dict[str, Comparison]) -> None:
    none, zero = found["none"], found["zero"]
    assert zero.census_margins is False
    assert [one.measured for one in zero.variants] == [one.measured for one in none.variants]
    assert [one.excess for one in zero.variants] == [one.excess for one in none.variants]
    assert (zero.pairs[0].differences, zero.need_ratio) == (none.pairs[0].differences, none.need_ratio)


def test_a_city_of_few_census_areas_says_that_composition_was_not_measured(tmp_path: Path) -> None:
    variants = write_variants(tmp_path, officers=False)
    one = write_variant(variants["coarse"].parent, "one_visit", "[patrol]\nvisits_per_cell = 1\n")
    few = compare_variants([variants["citizen_only"], one], parts=tmp_path / "parts", now=NOW, n_nights=12)
    assert not [measure for measure in few.measures if "composition" in measure.name]
    assert few.notes[0] == (
        "Who lives in the most patrolled census areas was not measured: with fewer than 20 areas, the top 5 % is less "
        "than one area."
    )
    [pair] = few.pairs
    [name] = [measure.name for measure in few.measures if "calibration" in measure.name]
    by = next(one.interval for one in pair.differences if one.measure == name)
    assert by.estimate == 0.0, "two variants of one forecast err alike for every group"


def test_a_forecast_doubled_where_a_group_lives_is_found_from_the_files_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same forecast for both, but that one variant's is doubled in the quarters of group_a."""
    variants = write_variants(tmp_path, officers=False)
    write_census(tmp_path, None, apart=True)
    other = write_variant(variants["coarse"].parent, "doubled", "[patrol]\nvisits_per_cell = 1\n")
    made = fold_results._result

    def doubled(mine, prepared, fold, expected, past):
        quarter = ((prepared.shared.cells["longitude"].to_numpy() - WEST) / SIDE * 4).astype(int)
        return made(
            mine, prepared, fold, expected * (1.0 + (quarter % 2 == 0) * (mine.variant.name == "doubled")), past
        )

    monkeypatch.setattr(fold_results, "_result", doubled)
    found = compare_variants([variants["citizen_only"], other], parts=tmp_path / "parts", now=NOW, n_nights=12)
    one = by_group(found)["log_calibration_ratio_group_a"]
    assert one.supported
    assert one.interval.lower > 0.1


def test_what_a_track_expects_is_what_was_forecast_of_the_categories_that_are_judged(tmp_path: Path) -> None:
    variants = write_variants(tmp_path)
    body = "[policy]\ncomparison_only = true\ncomparison_counted = true\n"
    counted = write_variant(variants["coarse"].parent, "counted", body)
    chosen = read_variants([variants["citizen_only"], variants["coarse"], counted])
    prepared = prepare_comparison(chosen, n_nights=12, n_folds=6, now=NOW, progress=Progress())
    judged = len(prepared.shared.panel.categories)
    for one, ready in zip(chosen, prepared.ready, strict=True):
        due = fold_results.PendingFold(one, ready, 7)
        [expected] = fold_results._forecasts([due], prepared.folds[0]).values()
        track = fold_results._result(due, prepared, prepared.folds[0], expected, [])
        assert track.expected.shape == (len(prepared.folds[0].nights), len(prepared.shared.cells))
        assert track.expected.sum() == pytest.approx(expected[:judged].sum(), rel=1e-5), one.name
        assert (len(expected) > judged) == (one.name == "counted")
