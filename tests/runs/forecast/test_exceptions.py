"""What a config does otherwise than it comes stands on every page; a city that is counted in half does not pass."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from tests.report.reader import unlabelled
from tests.runs.peopled_city import write_peopled_city
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import ConfigError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.report import words
from patrolcast.runs.check.check import check_city
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.stored_runs import FinishedRun

SENTENCES = (
    "This agency set the limit of incidents that a run needs to 100; the default is 1000. That is beyond the usual "
    "range (at least 500), by a waiver until 2026-12-31 by the tests: a city made up for a test has few incidents.",
    "The check group_audit did not pass and is waived until 2026-12-31 by the test suite: a city made up for a test; "
    "nobody lives there.",
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FinishedRun]:
    config = write_city(tmp_path_factory.mktemp("exceptions"))
    return config, run_once(read_settings(config), now=NOW)


@pytest.mark.parametrize(
    "page", ["briefing.html", "data.html", "audit.html", "audit.json", "manifest.json", "model/card.json"]
)
@pytest.mark.parametrize("sentence", SENTENCES, ids=["limit", "gate"])
def test_every_page_of_a_run_says_what_is_not_as_it_comes(
    tiny: tuple[Path, FinishedRun], page: str, sentence: str
) -> None:
    """Pages call a check by its words, data by its name."""
    said = words.exception(sentence) if page.endswith(".html") else sentence
    assert said in unescape((tiny[1].folder / page).read_text(encoding="utf-8"))


def test_check_says_it_before_a_run(tiny: tuple[Path, FinishedRun]) -> None:
    lines = check_city(read_settings(tiny[0]), now=NOW).lines()
    assert f"exception: {SENTENCES[0]}" in lines
    assert (
        "exception: Should the check group_audit not pass, it is waived until 2026-12-31 by the test suite: "
        in "".join(lines)
    )


def test_the_gate_on_limits_is_waived_and_the_run_can_be_published(tiny: tuple[Path, FinishedRun]) -> None:
    gate = next(gate for gate in tiny[1].manifest["gates"] if gate["name"] == "limits_kept")
    assert (gate["verdict"], gate["value"], tiny[1].publishable) == ("waived", 2.0, True)


def test_once_the_waiver_of_a_limit_has_ended_nothing_is_published(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    text = config.read_text()
    head, tail = text.split('limit = "gates.calibration"')
    config.write_text(f'{head}limit = "gates.calibration"{tail.replace("2026-12-31", "2026-02-28", 1)}')
    run = run_once(read_settings(config), now=NOW)
    assert run.stopped_by == ["limits_kept"]


def test_a_waiver_beyond_a_year_of_the_night_is_refused_where_the_config_says_now(tmp_path: Path) -> None:
    config = write_city(tmp_path, as_of="now")
    config.write_text(config.read_text().replace('expires = "2026-12-31"', 'expires = "2029-12-31"', 1))
    with pytest.raises(ConfigError, match=r"no\. 1 expires: got '2029-12-31'; a waiver ends within a year"):
        run_once(read_settings(config), now=NOW)
    assert check_city(read_settings(config), now=NOW).exit_code == 10


def test_a_waiver_of_a_promise_is_refused_before_anything_is_computed(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    config.write_text(config.read_text().replace('gate = "group_audit"', 'gate = "policy_admission"'))
    with pytest.raises(ConfigError, match="got 'policy_admission'; can never be waived"):
        run_once(read_settings(config), now=NOW)
    assert check_city(read_settings(config), now=NOW).exit_code == 10


def count_some(config: Path, *, every: int) -> None:
    """Takes the counts of every n-th tract away, as names do that join to nothing."""
    path = config.parent.parent / "data" / "tracts.geojson"
    layer = json.loads(path.read_text())
    for feature in layer["features"][::every]:
        feature["properties"] |= {"group_a": None, "group_b": None, "total": None}
    path.write_text(json.dumps(layer))


def test_a_city_that_is_counted_in_two_thirds_is_not_measured(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    text = config.read_text()
    start = text.index('[[waivers]]\ngate = "group_audit"')
    config.write_text(text[:start] + text[text.index("expires", start) :].partition("\n")[2])
    count_some(config, every=3)
    said = "24 of 36 census areas in the city have counts: 67 % of its residents, as estimated"
    report = check_city(read_settings(config), now=NOW)
    assert f"{said}; the gate group_audit requires 95 % of every group (67 % of the least covered)" in report.warnings
    run = run_once(read_settings(config), now=NOW)
    gate = next(gate for gate in run.manifest["gates"] if gate["name"] == "group_audit")
    assert (gate["verdict"], gate["value"]) == ("fail", pytest.approx(2 / 3, abs=0.02))
    assert gate["detail"].endswith(said)
    assert "group_audit" in run.stopped_by
    for page in ("data.html", "audit.html"):
        assert said in (run.folder / page).read_text(encoding="utf-8")


def test_the_audit_sets_every_limit_beside_its_default_and_a_yardstick(tiny: tuple[Path, FinishedRun]) -> None:
    page = unescape(unlabelled((tiny[1].folder / "audit.html").read_text(encoding="utf-8")))
    excess = page[page.index("Patrol per reported incident, times that of others</th>") :].split("</tr>")[0]
    assert '<td class="num">2</td><td class="num">2</td>' in excess
    assert "at most 2; four fifths to five quarters is the usual US yardstick" in excess
    assert '<strong>100</strong></td><td class="num">1000</td><td>at least 500</td>' in page
