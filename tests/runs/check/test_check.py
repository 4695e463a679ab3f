"""`check` says beforehand what keeps every run of a config from being published, and nothing where nothing does."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.check.check import CheckReport, check_city

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 6, 30, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample without its stored evidence."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "configs", folder / "configs", ignore=shutil.ignore_patterns("evidence"))
    shutil.copytree(ROOT / "data" / "sample", folder / "data" / "sample")
    return folder


def checked(path: Path) -> CheckReport:
    return check_city(read_settings(path), now=NOW)


@pytest.fixture(scope="module")
def shipped() -> CheckReport:
    return checked(ROOT / "configs" / "sample.toml")


def test_a_config_with_residents_and_evidence_has_no_warning(shipped: CheckReport) -> None:
    assert shipped.warnings == ()


def test_evidence_that_is_not_there_is_named_with_its_verb_and_gate(project: Path) -> None:
    report = checked(project / "configs" / "sample.toml")
    assert report.ok
    assert report.warnings == (
        "a run can start, but is not published without the result of `patrolcast screen` (gate proxy_screen), the "
        "result of `patrolcast simulate` (gate loop_test)",
    )


def test_a_config_without_residents_says_that_too(project: Path) -> None:
    path = project / "configs" / "sample.toml"
    head, _, tail = path.read_text(encoding="utf-8").partition("[residents]")
    rest = tail[tail.index("\n[") :]
    bare = project / "configs" / "bare.toml"
    bare.write_text(head + rest, encoding="utf-8")
    [warning] = checked(bare).warnings
    assert warning.startswith(
        "a run can start, but is not published without [residents] (gate group_audit), the result"
    )


def test_shares_of_the_land_and_hours_of_patrol_are_printed(shipped: CheckReport) -> None:
    lines = shipped.lines()
    assert "patrol: 12 hours a shift (2 a district), in at most 2.7 % of the cells" in lines
    assert "districts cover 100 % of the city's land, census areas with counts 100 %" in lines


def test_moments_are_told_with_the_zone_of_the_agency_and_refused_rows_with_their_total(
    shipped: CheckReport,
) -> None:
    lines = shipped.lines()
    assert lines[1] == "as of 2026-06-30 05:00 CDT; newest report 2026-06-30 04:40 CDT"
    assert "incidents: 1,573 refused (1.5 %; the gate allows 10.0 %)" in lines
    assert "boundary.geojson: 1 row in, 1 kept" in lines
    assert any("; call sources not in the codebook: empty (116)" in line for line in lines)
    assert shipped.as_of is not None
    assert shipped.as_of.isoformat() == "2026-06-30T05:00:00-05:00"


def test_patrol_that_is_spread_over_much_of_the_city_is_a_warning(project: Path) -> None:
    path = project / "configs" / "sample.toml"
    wide = project / "configs" / "wide.toml"
    text = path.read_text(encoding="utf-8")
    assert "minutes_per_district = 120" in text
    wide.write_text(text.replace("minutes_per_district = 120", "minutes_per_district = 300"), encoding="utf-8")
    assert checked(wide).warnings[0] == (
        "6 districts get 30 hours of patrol a shift, in up to 7 % of the cells (more than 5 %): are these the agency's "
        "districts? else lower [patrol] minutes_per_district"
    )


def test_a_gap_declared_in_one_district_is_checked_as_a_run_reads_it(project: Path) -> None:
    path = project / "configs" / "sample.toml"
    gap = ('[[incidents.gaps]]\nfirst = "2026-06-01"\nlast = "2026-06-03"\ndistrict = "1"\n'
           'reason = "the server of the desk was moved"\n\n[codebook]')  # fmt: skip
    declared = project / "configs" / "declared.toml"
    text = path.read_text(encoding="utf-8").replace("[codebook]", gap, 1)
    declared.write_text(text, encoding="utf-8")
    report = checked(declared)
    assert (report.ok, report.problems) == (True, ())


def test_a_region_without_known_holidays_stops_check_as_it_stops_a_run(project: Path) -> None:
    odd = project / "configs" / "odd.toml"
    text = (project / "configs" / "sample.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("holidays")]
    at = lines.index("[features]") + 1
    odd.write_text("\n".join([*lines[:at], 'holidays = "Narnia"', *lines[at:]]), encoding="utf-8")
    report = checked(odd)
    assert report.exit_code == 10
    assert report.problems == (
        "[features] holidays: got 'Narnia'; no such region; use a country or country-region code, e.g. US or US-IL",
    )
