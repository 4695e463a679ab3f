"""Configs that read well but cannot be run: one line with the cure, never a traceback, never an empty forecast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.runs.tiny_city import NOW, records, write_city, write_rows

from patrolcast.domain.errors import PatrolcastError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.check.check import check_city
from patrolcast.runs.forecast.once import run_once

EMPTY = '{"type":"FeatureCollection","features":[]}'
CASES: dict[str, tuple[str, int, str]] = {
    "every feature excluded": (
        '\n[policy]\nexcluded_features = ["*"]\n', 10,
        "[policy]: got no admitted feature; at least one declared feature must be left; "
        "shorten [policy] excluded_features or excluded_provenance",
    ),
    "a budget below one visit": (
        "\n[patrol]\nminutes_per_district = 5.0\n", 10,
        "tiny.toml: [patrol]: minutes_per_district must pay for one visit of 15 minutes; "
        "docs/config.md explains each key",
    ),
    "an excluded offence that is none": (
        '\n[policy]\nexcluded_offences = ["THEFTS"]\n', 10,
        "[policy] excluded_offences: got 'THEFTS'; must be an offence of the codebook; write it as the codebook does",
    ),
    "a weight for no category": (
        "\n[patrol.weights]\narson = 1.0\n", 10,
        "[patrol] weights: got 'arson'; must be a category of the codebook; categories here: burglary, theft",
    ),
}  # fmt: skip


def refusal(config: Path) -> tuple[int, str]:
    with pytest.raises(PatrolcastError) as told:
        run_once(read_settings(config), now=NOW)
    assert "\n" not in str(told.value)
    return told.value.exit_code, str(told.value)


@pytest.mark.parametrize(("more", "code", "message"), CASES.values(), ids=CASES.keys())
def test_a_config_that_cannot_be_run_is_reported_in_one_line(
    more: str, code: int, message: str, tmp_path: Path
) -> None:
    config = write_city(tmp_path)
    config.write_text(config.read_text() + more)
    found, said = refusal(config)
    assert found == code
    assert said == message


def test_check_tells_of_a_policy_that_admits_nothing(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    more, code, message = CASES["every feature excluded"]
    config.write_text(config.read_text() + more)
    report = check_city(read_settings(config), now=NOW)
    assert (report.exit_code, report.problems) == (code, (message,))


@pytest.mark.parametrize("encoding", ["rot13", "hex", "undefined", "klingon"])
def test_a_codec_that_is_no_encoding_of_text_is_reported(encoding: str, tmp_path: Path) -> None:
    config = write_city(tmp_path)
    config.write_text(config.read_text().replace("[incidents]", f'[incidents]\nencoding = "{encoding}"'))
    assert refusal(config) == (
        10,
        f"[incidents] encoding: got '{encoding}'; must exist; write encoding = 'utf-8' or a name that Python knows",
    )


@pytest.mark.parametrize("name", ["districts", "stops", "bars"])
def test_a_layer_without_a_shape_is_refused(name: str, tmp_path: Path) -> None:
    config = write_city(tmp_path)
    (tmp_path / "data" / f"{name}.geojson").write_text(EMPTY)
    assert refusal(config) == (
        13, f"{name}.geojson: got no shape; must be a map layer; export it with its shapes"
    )  # fmt: skip


def test_a_category_that_was_not_seen_in_training_is_left_out_by_the_run_and_check_says_so(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    last = max(i for i, row in enumerate(records()) if row[5] == "BURG")
    write_rows(tmp_path / "data" / "incidents.csv",
               [row for i, row in enumerate(records()) if row[5] != "BURG" or i == last])  # fmt: skip
    note = "1 incident lies in the category burglary, which has none in the training window, and is not counted"
    assert note in check_city(read_settings(config), now=NOW).notes
    run = run_once(read_settings(config), now=NOW)
    assert note in (run.folder / "data.html").read_text(encoding="utf-8")
    gates = {gate["name"]: gate for gate in run.manifest["gates"]}
    assert gates["counts_conserved"]["verdict"] == "pass"


def test_check_says_beforehand_that_the_history_is_too_short(tmp_path: Path) -> None:
    report = check_city(read_settings(write_city(tmp_path, as_of="2025-09-01T05:00:00-05:00")), now=NOW)
    assert not report.ok
    assert report.exit_code == 13
    assert re.match(r"incidents: got \d+ days of history;", report.problems[0])


@pytest.mark.parametrize("moment", ["2020-03-01T05:00:00-06:00", "2025-09-01T05:00:00-05:00"])
def test_a_moment_before_there_is_enough_history_is_refused(moment: str, tmp_path: Path) -> None:
    code, said = refusal(write_city(tmp_path, as_of=moment))
    assert code == 13
    assert re.match(r"incidents: got (none known by as_of|\d+ days of history);", said)
