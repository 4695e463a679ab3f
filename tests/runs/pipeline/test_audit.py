"""The audit of groups inside a run: it finds what was planted, is silent where nothing was, and steers nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.cities import as_of, segregated_city, two_district_city, uniform_city
from tests.runs.audited_city import FILE, city_settings, run_city, verdicts
from tests.runs.tiny_city import NOW, plant_loop_test, write_city

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.records import GateVerdict, RunResult, publishable
from patrolcast.domain.residents import CensusCoverage
from patrolcast.domain.tables import CityTables
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.report.audit.disparity import disparities_found
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.pipeline import audit

DAYS = 150
STOPS = {GateVerdict.FAIL, GateVerdict.NOT_MEASURED}


def unfair_city(seed: int, *, ratio: float = 3.0, **more: int) -> CityTables:
    """The east, where group b lives, has ``ratio`` times the need and, under one budget, nearly all the patrol."""
    tables, _ = two_district_city(seed, ratio=ratio, **more)
    return replace(tables, districts=None)


@pytest.fixture(scope="module")
def unfair() -> CityTables:
    """Twice the need: an excess of 2.6 to 3.1 in eight seeds; three times the need lies on the limit of 2 by chance."""
    return unfair_city(1, ratio=2.0, n_rings=6, days=DAYS)


@pytest.fixture(scope="module")
def run(unfair: CityTables) -> RunResult:
    return run_city(unfair, as_of(DAYS))


def test_a_planted_disparity_fails_and_stops_publication(run: RunResult) -> None:
    assert verdicts(run)["group_excess_group_b"] == GateVerdict.FAIL
    assert not publishable(run.gates, required=frozenset())
    found = next(one for one in run.disparity.groups if one.group == "group_b")
    assert found.log_exposure_ratio.estimate > found.log_need_ratio.estimate > log(1.3)
    assert found.excess.estimate > log(2)
    assert found.excess.lower > log(1.5), "28 nights; the interval holds the error of the start's own fit, too"


def counted_whole(tables: CityTables) -> CensusCoverage:
    """Every resident lies in an area with counts."""
    assert tables.residents is not None
    people = {name: float(tables.residents[name].sum()) for name in ("group_a", "group_b", "total")}
    return CensusCoverage(len(tables.residents), len(tables.residents), people, people)


def test_a_city_where_nothing_is_planted_passes() -> None:
    tables, _ = uniform_city(1, n_rings=6, days=DAYS)
    found = verdicts(run_city(replace(tables, coverage=counted_whole(tables)), as_of(DAYS)))
    assert found["group_audit"] == GateVerdict.PASS
    assert not [name for name, verdict in found.items() if verdict in STOPS]


def test_permuting_the_groups_changes_no_byte_of_forecast_and_suggestions(unfair: CityTables, run: RunResult) -> None:
    residents = unfair.residents.copy()
    order = np.random.default_rng(0).permutation(len(residents))
    for name in ("group_a", "group_b"):
        residents[name] = residents[name].to_numpy()[order]
    other = run_city(replace(unfair, residents=residents), as_of(DAYS))
    pd.testing.assert_frame_equal(other.forecast, run.forecast, check_exact=True)
    pd.testing.assert_frame_equal(other.suggestions, run.suggestions, check_exact=True)
    assert other.disparity.groups != run.disparity.groups


def test_rotating_the_labels_of_groups_rotates_the_audit(unfair: CityTables, run: RunResult) -> None:
    swapped = unfair.residents.rename(columns={"group_a": "group_b", "group_b": "group_a"})
    other = {one.group: one for one in run_city(replace(unfair, residents=swapped), as_of(DAYS)).disparity.groups}
    before = {one.group: one for one in run.disparity.groups}
    for name, mirrored in (("group_a", "group_b"), ("group_b", "group_a")):
        assert other[name].excess == before[mirrored].excess
        assert other[name].exposure == before[mirrored].exposure


def test_without_residents_every_group_is_not_measured_and_nothing_is_published(unfair: CityTables) -> None:
    found = run_city(replace(unfair, residents=None), as_of(DAYS))
    names = ("group_audit", "group_excess_group_a", "group_excess_group_b")
    assert {verdicts(found)[name] for name in names} == {GateVerdict.NOT_MEASURED}
    assert not publishable(found.gates, required=frozenset())
    assert found.disparity.concentration.longest_run > 0


def declared(first: str, last: str, **more: str) -> dict[str, object]:
    gap = {"first": first, "last": last, "reason": "the server of the desk was moved", **more}
    columns = {"occurred_at": "a", "longitude": "b", "latitude": "c", "offence": "d"}
    return {"path": FILE, "columns": columns, "gaps": [gap]}


def test_a_gap_declared_where_one_group_lives_cannot_take_its_reports_out_of_the_audit_and_pass() -> None:
    """Reports that are left out while the patrol stays would lower the need of whoever lives there."""
    tables, _ = two_district_city(1, n_rings=6, days=DAYS)
    tables = replace(tables, coverage=counted_whole(tables))
    whole = run_city(tables, as_of(DAYS)).disparity
    last = date.fromisoformat(whole.last_night)
    gap = declared(f"{last - timedelta(days=20)}", f"{last}", district="east")
    found = run_city(tables, as_of(DAYS), incidents=gap)
    assert whole.left_out == ""
    assert verdicts(found)["group_audit"] == GateVerdict.FAIL
    [stopped] = [gate for gate in found.gates if gate.name == "group_audit"]
    assert "records are missing" in stopped.detail
    shares = found.disparity.measured_shares
    assert shares["group_b"] < shares["group_a"] < 0.95
    nights = found.audited.nights.merge(found.cells[["cell", "district"]], on="cell")
    missing = nights[(nights["district"] == "east") & (nights["night"] > f"{last - timedelta(days=21)}")]
    assert missing.empty, "neither minutes nor reports"


def test_a_window_of_which_most_nights_have_no_records_is_not_measured(unfair: CityTables, run: RunResult) -> None:
    last = date.fromisoformat(run.disparity.last_night)
    found = run_city(unfair, as_of(DAYS), incidents=declared(f"{last - timedelta(days=16)}", f"{last}"))
    assert verdicts(found)["group_audit"] == GateVerdict.NOT_MEASURED
    assert "less than half of the nights" in found.disparity.why_not
    assert found.disparity.groups == ()


def test_an_audit_that_breaks_is_a_failed_gate_and_not_an_exception(
    unfair: CityTables, run: RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(audit, "compare_groups", broken)
    found = run_city(unfair, as_of(DAYS))
    assert found.disparity is None
    assert verdicts(found)["group_audit"] == GateVerdict.FAIL
    pd.testing.assert_frame_equal(found.suggestions, run.suggestions, check_exact=True)


def test_levels_districts_and_windows_are_measured(run: RunResult) -> None:
    found = run.disparity
    assert set(found.levels) == {"district", "census area"}
    assert set(found.districts) == {"all"} or len(found.districts) == 1
    assert [one.window for one in found.composition] == ["top 5 %", "median", "bottom 5 %"]
    assert found.composition[0].shares["group_b"] > found.composition[0].whole["group_b"]
    assert [one.group for one in found.ascertainment] == ["group_a", "group_b"]
    assert {row.assumption for row in found.ascertainment[0].rows} >= {"all report alike"}


def test_within_one_district_nothing_differs_at_the_level_of_the_district(run: RunResult) -> None:
    for one in run.disparity.levels["district"]:
        assert exp(one.log_exposure_ratio.estimate) == pytest.approx(1.0)


def test_a_reference_that_is_no_group_and_a_survey_of_no_category_are_errors(unfair: CityTables) -> None:
    with pytest.raises(ConfigError) as error:
        run_city(unfair, as_of(DAYS), audit={"reference": "group_x"})
    assert str(error.value) == "[audit] reference: got 'group_x'; must be a group; groups here: group_a, group_b"
    with pytest.raises(ConfigError, match="must be a category of the codebook"):
        run_city(unfair, as_of(DAYS), audit={"survey_reporting": {"piracy": 0.5}})


def test_a_survey_of_reporting_by_category_is_a_row_of_its_own(unfair: CityTables) -> None:
    audit = {"survey_reporting": {"burglary": 0.5, "theft": 0.3}, "survey_source": "made up"}
    found = run_city(unfair, as_of(DAYS), audit=audit).disparity.ascertainment[0]
    assert found.rows[-1].assumption == "each category at its survey rate (made up)"
    assert 0.0 < found.rows[-1].overlap < 1.0


def test_the_limits_are_part_of_the_settings_before_anything_is_measured() -> None:
    assert city_settings().audit.max_excess_ratio == 2.0


def test_a_residents_file_that_is_gone_leaves_every_group_not_measured(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    named = """
[residents]
path = "../data/gone.geojson"
area_id = "tract"
total = "total"
vintage = "made up"
groups = { group_a = "a", group_b = "b" }
"""
    config.write_text(config.read_text().split("[[waivers]]\ngate")[0] + named)
    plant_loop_test(config)
    finished = run_once(read_settings(config), now=NOW)
    found = {gate["name"]: gate["verdict"] for gate in finished.manifest["gates"]}
    names = ("group_audit", "group_excess_group_a", "group_excess_group_b")
    assert {found[name] for name in names} == {"not measured"}
    assert not finished.publishable
    assert finished.stopped_by == ["group_audit", "proxy_screen"]
    assert (finished.folder / "audit.html").is_file()


@pytest.mark.long
def test_no_gate_fails_in_twenty_uniform_cities() -> None:
    """A few cells chosen among equals are uneven patrol indeed: parity is excluded in most, the limit of 2 in none."""
    found = 0
    for seed in range(20):
        tables, _ = uniform_city(seed)
        result = run_city(replace(tables, coverage=counted_whole(tables)), as_of(200))
        assert not [name for name, verdict in verdicts(result).items() if verdict in STOPS], seed
        found += bool(disparities_found(result.disparity, result.gates))
    assert found <= 4


@pytest.mark.long
def test_a_planted_disparity_at_the_limit_is_found_in_twenty_of_twenty_cities() -> None:
    """Found: the interval excludes parity and the limit is not shown to be kept.

    Three times the need ends in an excess of about 2.3, so close above the limit of 2 that the interval of 28 nights
    tells them apart in some cities (FAIL) and not in others (WARN). What it may never be is a pass.
    """
    for seed in range(20):
        result = run_city(unfair_city(seed), as_of(200))
        assert "group_b" in disparities_found(result.disparity, result.gates), seed
        assert verdicts(result)["group_excess_group_b"] in {GateVerdict.FAIL, GateVerdict.WARN}, seed


@pytest.mark.long
def test_a_planted_disparity_well_above_the_limit_stops_publication_in_twenty_of_twenty_cities() -> None:
    """Twice the need ends in an excess of about 2.8: the same patrol, and less need that would account for it."""
    for seed in range(20):
        result = run_city(unfair_city(seed, ratio=2.0), as_of(200))
        assert verdicts(result)["group_excess_group_b"] == GateVerdict.FAIL, seed
        assert not publishable(result.gates, required=frozenset()), seed


@pytest.mark.long
def test_perfect_ranking_in_a_segregated_city_still_amplifies() -> None:
    tables, _ = segregated_city(1, rho=0.5)
    found = next(one for one in run_city(tables, as_of(200)).disparity.groups if one.group == "group_b")
    assert found.counted.lower > 0.0, "more patrol than need, beyond what nights explain"
    assert found.log_exposure_ratio.estimate > found.log_need_ratio.estimate > 0.0
