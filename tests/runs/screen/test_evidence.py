"""The stored screen binds the run: measured once, enforced always; missing, stale or failed means no publication."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.runs.peopled_city import write_peopled_city, write_residents
from tests.runs.planted import NOTHING
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.records import GateVerdict
from patrolcast.features.proxies.screen import METHOD
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.evidence import evidence_path, write_evidence
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.reproduce import reproduce_run
from patrolcast.runs.screen.evidence import EnforcedScreen, describe_stored_screen, enforce_screen, excluded_by_screen
from patrolcast.runs.screen.screen import measure_screen

DAY = date(2026, 3, 1)
PLACES_OUT = dict.fromkeys(("place_bars", "place_stops"), "not measured: the config names no residents")
FORECAST = ("forecast.parquet", "suggestions.csv", "model/model.txt")
WAIVER = """
[[waivers]]
feature = "place_canopy"
reason = "the committee accepts this layer until the next review"
owner = "office of analysis"
expires = "{expires}"
"""


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The config of a city whose screen is stored."""
    config = write_peopled_city(tmp_path_factory.mktemp("peopled"))
    config.write_text(config.read_text() + "[screen]\nsurrogates = 99\n")  # the fewest: half the time
    read = read_settings(config)
    write_evidence(read, "screen", measure_screen(read, now=NOW).document)
    return config


def enforced(config: Path, *, day: date = DAY) -> EnforcedScreen:
    read = read_settings(config)
    return enforce_screen(read, run_identity.input_files(read), day=day)


@pytest.fixture
def changing(screened: Path) -> Any:
    """The config and its evidence, put back afterwards."""
    root = screened.parent.parent
    kept = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and "runs" not in path.parts}
    yield screened
    for path, data in kept.items():
        path.write_bytes(data)


def evidence(config: Path) -> Path:
    return evidence_path(read_settings(config), "screen")


def edited(config: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(evidence(config).read_bytes())
    change(document)
    write_evidence(read_settings(config), "screen", document)


def test_a_variant_says_which_screen_binds_it_and_whether_it_is_of_its_own_cells(changing: Path) -> None:
    assert describe_stored_screen(read_settings(changing)).endswith("measured on these cells and features")
    changing.write_text(changing.read_text().replace("resolution = 9", "resolution = 8"))
    assert describe_stored_screen(read_settings(changing)) == (
        "the screen stored for tiny; the area or its cells changed since: what it kept out stays out, the rest was not "
        "measured here"
    )
    evidence(changing).unlink()
    assert (
        describe_stored_screen(read_settings(changing)) == "no stored screen: only the declared list keeps features out"
    )


def test_a_screen_by_an_earlier_method_holds_and_the_gate_warns_that_it_is_one(changing: Path) -> None:
    edited(changing, cleared)
    before = enforced(changing)
    assert (before.gate.verdict, before.gate.detail) == (GateVerdict.PASS, "1 kept out: place_canopy")
    edited(changing, lambda document: document.pop("method"))
    after = enforced(changing)
    assert after.screened_out == before.screened_out
    assert after.gate.verdict == GateVerdict.WARN
    assert after.gate.detail.endswith(f"; measured by method 1, the present one is {METHOD}: measure it anew")


def test_the_layer_that_follows_a_group_is_excluded_and_the_harmless_ones_are_not(screened: Path) -> None:
    document = json.loads(evidence(screened).read_bytes())
    verdict = {row["feature"]: row["verdict"] for row in document["features"]}
    assert verdict["place_canopy"] == "excluded"
    assert "excluded" not in {verdict["place_stops"], verdict["place_bars"]}
    assert set(document["excluded"]) == {name for name, word in verdict.items() if word == "excluded"}
    assert verdict["decayed_365d"] in {"cleared", "underpowered"}


def test_a_run_keeps_out_what_the_stored_screen_excluded_and_says_what_was_measured(screened: Path) -> None:
    run = run_once(read_settings(screened), now=NOW)
    admission = {row["name"]: row for row in json.loads((run.folder / "admission.json").read_bytes())["features"]}
    assert admission["place_canopy"]["decision"] == "excluded"
    assert admission["place_canopy"]["rule"] == "screen"
    assert admission["place_canopy"]["association"]["group"] in {"group_a", "group_b"}
    assert abs(admission["place_canopy"]["association"]["conditional_r"]) > 0.2
    assert admission["place_stops"]["association"]["verdict"] in {"cleared", "review", "underpowered"}
    assert admission["weekday"]["association"] is None
    gate = next(gate for gate in run.manifest["gates"] if gate["name"] == "proxy_screen")
    assert gate["verdict"] in {"pass", "warn"}
    assert "evidence.screen" in {file["key"] for file in run.manifest["inputs"]}
    assert reproduce_run(run.folder, config=read_settings(screened)).matches


def test_the_screen_measured_twice_is_the_same_to_the_byte(screened: Path) -> None:
    read = read_settings(screened)
    stored = evidence(screened).read_bytes()
    write_evidence(read, "screen", measure_screen(read, now=NOW).document)
    assert evidence(screened).read_bytes() == stored


def test_without_a_stored_screen_the_gate_fails(changing: Path) -> None:
    path = evidence(changing)
    data = path.read_bytes()
    path.unlink()
    screen = enforced(changing)
    path.write_bytes(data)
    assert screen.gate.verdict == GateVerdict.FAIL
    assert screen.gate.detail == "no stored screen tiny.screen.json; measure it: patrolcast screen CONFIG"
    assert screen.screened_out is None


def test_other_residents_make_it_stale_and_keep_out_what_was_out(changing: Path) -> None:
    write_residents(changing.parent.parent, permuted=True)
    screen = enforced(changing)
    assert screen.gate.verdict == GateVerdict.FAIL
    assert (
        "the stored screen tiny.screen.json is stale: the residents changed since it was measured" in screen.gate.detail
    )
    assert "place_canopy" in (screen.screened_out or {})


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('measure = "distance_m"', 'measure = "count"', "the place layers changed"),
        ("resolution = 9", "resolution = 8", "the area or its cells changed"),
        ('call_source = "source"\n', "", "how the records are read ([incidents]) changed"),
        ("training_days = 90", "training_days = 91", "[model] changed"),
        ("[screen]", "[audit]\nleast_residents = 600\n[screen]", "the least residents of a group changed"),
        ("[screen]", "[screen]\nconditional_limit = 0.25", "the limits ([screen]) changed"),
        ("[screen]", "[screen]\nseed = 8", "the limits ([screen]) changed"),
        ('group_a = "group_a", ', "", "the residents changed"),
    ],
)
def test_other_features_or_limits_make_it_stale(changing: Path, old: str, new: str, reason: str) -> None:
    changing.write_text(changing.read_text().replace(old, new))
    screen = enforced(changing)
    assert screen.gate.verdict == GateVerdict.FAIL
    assert (
        f"the stored screen tiny.screen.json is stale: {reason} since it was measured; measure it" in screen.gate.detail
    )
    assert screen.gate.value is None


def test_a_policy_that_excludes_more_needs_no_new_screen(changing: Path) -> None:
    changing.write_text(changing.read_text() + '[policy]\nexcluded_features = ["place_bars"]\n')
    assert enforced(changing).gate.verdict in {GateVerdict.PASS, GateVerdict.WARN}


def test_a_policy_that_admits_what_was_never_screened_does(changing: Path) -> None:
    edited(changing, lambda document: document.update(not_screened=["place_bars"]))
    assert "is stale: [policy] changed" in enforced(changing).gate.detail


@pytest.mark.parametrize("verdict", ["failed", "", "excellent", None])
def test_a_verdict_that_does_not_follow_is_a_contradiction(changing: Path, verdict: object) -> None:
    edited(changing, lambda document: document.update(verdict=verdict))
    screen = enforced(changing)
    assert screen.gate.verdict == GateVerdict.FAIL
    assert "the stored screen tiny.screen.json contradicts itself: its verdict is" in screen.gate.detail
    assert "place_canopy" in (screen.screened_out or {}), "what was out stays out"


def together(document: dict[str, Any]) -> None:
    """What is left gives a group away."""
    test = {"group": "group_b", "p": 0.01, "r2": 0.5}
    document["joint"].update(after=[*document["joint"]["after"], test])
    document["verdict"] = "failed"


def test_a_screen_that_failed_stops_publication(changing: Path) -> None:
    edited(changing, together)
    screen = enforced(changing)
    assert screen.gate.verdict == GateVerdict.FAIL
    assert screen.gate.detail == (
        "the stored screen failed: features still give a group away together; measure it: patrolcast screen CONFIG"
    )
    assert "place_canopy" in (screen.screened_out or {}), "what was out stays out"


def test_a_feature_measured_as_excluded_that_is_not_kept_out_is_a_contradiction_and_fails(changing: Path) -> None:
    edited(changing, lambda document: document["excluded"].pop("place_canopy"))
    screen = enforced(changing)
    assert screen.gate.verdict == GateVerdict.FAIL
    assert screen.gate.detail == (
        "the stored screen tiny.screen.json contradicts itself: place_canopy measured as excluded and not kept out; "
        "measure it: patrolcast screen CONFIG"
    )
    assert "place_canopy" not in screen.screened_in


def set_verdict(row: dict[str, Any], verdict: str) -> None:
    """Another verdict, for each group and so for the feature."""
    row["verdict"] = verdict
    for finding in row["groups"]:
        finding["verdict"] = verdict


def with_verdict(feature: str, verdict: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for row in document["features"]:
            if row["feature"] == feature:
                set_verdict(row, verdict)
        kept_out = document["excluded"]
        left = {row["verdict"] for row in document["features"] if row["feature"] not in kept_out}
        document["verdict"] = "passed" if left <= {"cleared"} else "passed with remarks"

    return change


def cleared(document: dict[str, Any]) -> None:
    for row in document["features"]:
        if row["feature"] not in document["excluded"]:
            set_verdict(row, "cleared")
            for finding in row["groups"]:
                finding.update(NOTHING)
    document["verdict"] = "passed"


def test_features_under_review_or_beyond_what_could_be_seen_are_counted_and_warned_of(changing: Path) -> None:
    edited(changing, cleared)
    clean = enforced(changing).gate
    assert (clean.verdict, clean.value, clean.detail) == (GateVerdict.PASS, 0.0, "1 kept out: place_canopy")
    for n, (feature, verdict) in enumerate((("place_bars", "review"), ("place_stops", "underpowered")), start=1):
        edited(changing, with_verdict(feature, verdict))
        gate = enforced(changing).gate
        assert (gate.verdict, gate.value) == (GateVerdict.WARN, float(n))
    assert gate.detail == (
        "1 kept out: place_canopy; 2 under review or beyond what could be seen: place_bars, place_stops"
    )
    edited(changing, with_verdict("place_canopy", "review"))
    assert "place_canopy kept out and not measured as excluded" in enforced(changing).gate.detail


def test_a_waiver_alone_is_a_warning_and_names_itself(changing: Path) -> None:
    edited(changing, cleared)
    changing.write_text(changing.read_text() + WAIVER.format(expires="2026-03-01"))
    gate = enforced(changing).gate
    assert (gate.verdict, gate.value) == (GateVerdict.WARN, 1.0)
    assert gate.detail.startswith("0 kept out; 1 admitted by waiver: place_canopy; ")


def test_the_exclusions_for_comparisons_ignore_waivers_and_staleness(changing: Path) -> None:
    changing.write_text(changing.read_text() + WAIVER.format(expires="2026-03-01"))
    edited(changing, lambda document: document.update(verdict="failed", bound_to={}))
    assert list(excluded_by_screen(read_settings(changing)) or {}) == ["place_canopy"]
    evidence(changing).unlink()
    assert excluded_by_screen(read_settings(changing)) is None


def test_each_admitted_feature_carries_its_verdict_and_reason(screened: Path) -> None:
    rows = {row["feature"]: row for row in json.loads(evidence(screened).read_bytes())["features"]}
    screen = enforced(screened)
    assert set(screen.screened_in) == set(rows) - {"place_canopy"}
    for name, note in screen.screened_in.items():
        assert note == f"screen: {rows[name]['verdict']}; {rows[name]['reason']}"
    assert set(screen.measured) == set(rows)
    assert all(screen.measured[name]["group"] == row["group"] for name, row in rows.items())


def test_other_code_that_measures_makes_it_stale_and_no_version_is_asked(changing: Path) -> None:
    edited(changing, lambda document: document.update(patrolcast="0.0.1"))
    assert enforced(changing).gate.verdict != GateVerdict.FAIL
    edited(changing, lambda document: document["bound_to"].update(code="0" * 64))
    assert "the code that measures it changed" in enforced(changing).gate.detail


def test_new_reports_do_not_make_it_stale(changing: Path) -> None:
    incidents = changing.parent.parent / "data" / "incidents.csv"
    incidents.write_text("".join(incidents.read_text().splitlines(keepends=True)[:-5]))
    assert enforced(changing).gate.verdict in {GateVerdict.PASS, GateVerdict.WARN}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"excluded": 3}', "no json"])
def test_a_damaged_file_is_no_screen(changing: Path, text: str) -> None:
    evidence(changing).write_text(text)
    assert enforced(changing).gate.verdict == GateVerdict.FAIL


def test_what_was_not_screened_together_is_said(changing: Path) -> None:
    assert "together" not in enforced(changing).gate.detail
    changing.write_text(changing.read_text() + WAIVER.format(expires="2026-03-01"))
    assert enforced(changing).gate.detail.endswith("; not screened together with the rest: place_canopy")
    edited(changing, lambda document: document["joint"].update(before=[], after=[]))
    assert "together: not measured, no feature about places" in enforced(changing).gate.detail


def test_a_waived_feature_is_admitted_with_the_waivers_words_and_only_until_it_ends(changing: Path) -> None:
    changing.write_text(changing.read_text() + WAIVER.format(expires="2026-03-01"))
    held, ended = enforced(changing), enforced(changing, day=date(2026, 3, 2))
    assert "place_canopy" not in (held.screened_out or {})
    assert held.screened_in["place_canopy"].startswith(
        "screen: waived until 2026-03-01 by office of analysis: the committee accepts"
    )
    assert held.gate.verdict == GateVerdict.WARN
    assert "place_canopy" in (ended.screened_out or {})
    assert "waivers that have ended: place_canopy" in ended.gate.detail


def test_without_residents_nothing_was_measured_and_that_is_no_pass(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    screen = enforced(config)
    assert screen.gate.verdict == GateVerdict.NOT_MEASURED
    assert screen.screened_out == PLACES_OUT
    assert all("not screened" in note for note in screen.screened_in.values())
    assert "decayed_365d" in screen.screened_in
    with pytest.raises(DataRefusedError, match=r"\[residents\]: got nothing"):
        measure_screen(read_settings(config), now=NOW)


@pytest.mark.parametrize("provenance", ["citizen", "sensor", "environment"])
def test_without_residents_a_place_layer_stays_out_whatever_provenance_it_declares(
    tmp_path: Path, provenance: str
) -> None:
    config = write_city(tmp_path)
    text = config.read_text()
    config.write_text(text.replace("[places.bars]", f'[places.bars]\nprovenance = "{provenance}"'))
    assert str(read_settings(config).settings.places["bars"].provenance) == provenance
    screen = enforced(config)
    assert screen.screened_out == PLACES_OUT
    assert not set(PLACES_OUT) & set(screen.screened_in)


def test_permuting_the_residents_changes_no_byte_of_the_forecast(changing: Path) -> None:
    before = run_once(read_settings(changing), now=NOW)
    write_residents(changing.parent.parent, permuted=True)
    after = run_once(read_settings(changing), now=NOW)
    assert after.folder != before.folder
    assert "proxy_screen" in after.stopped_by
    for name in FORECAST:
        assert (before.folder / name).read_bytes() == (after.folder / name).read_bytes(), name


def test_the_twin_that_drops_the_stored_screen_changes_the_forecast(changing: Path) -> None:
    before = run_once(read_settings(changing), now=NOW)
    edited(changing, lambda document: document["excluded"].clear())
    after = run_once(read_settings(changing), now=NOW)
    assert (before.folder / "model/model.txt").read_bytes() != (after.folder / "model/model.txt").read_bytes()


class Exploding:
    """Residents that nobody may look at."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"training looked at the residents ({name})")


def test_training_never_opens_the_residents(screened: Path) -> None:
    from dataclasses import replace

    from patrolcast.domain.records import Progress
    from patrolcast.runs.load.city import load_city
    from patrolcast.runs.pipeline.counted import build_grid, count_incidents
    from patrolcast.runs.pipeline.run import admit_features, forecast_panel
    from patrolcast.runs.pipeline.windows import plan_windows

    settings = read_settings(screened).settings
    city = load_city(settings, as_of=settings.as_of, now=NOW, progress=Progress())
    grid = build_grid(city.tables, settings)  # looks at them once, to refuse a place layer that copies their counts
    unseen = build_grid(replace(city.tables, residents=None), settings)
    assert grid.by_cell.keys() == unseen.by_cell.keys() != set()
    assert all(np.array_equal(grid.by_cell[name], unseen.by_cell[name], equal_nan=True) for name in grid.by_cell)
    assert grid.cells.equals(unseen.cells)
    tables = replace(city.tables, residents=Exploding())
    panel = count_incidents(tables, grid, settings, as_of=city.as_of)
    plan = plan_windows(panel, settings.model, as_of=city.as_of, n_slots=len(settings.shifts.starts))
    made = forecast_panel(panel, grid, plan, admit_features(settings), settings, progress=Progress())
    assert np.isfinite(made.expected).all()
    with pytest.raises(AssertionError, match="looked at the residents"):
        _ = tables.residents.geometry  # the twin: whoever does look is caught
