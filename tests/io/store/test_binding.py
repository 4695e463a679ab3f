"""What evidence is bound to: each part changes with what decides it, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.tiny_city import write_city

from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.binding import FILES, WORDS, bind, changed
from patrolcast.runs.monitor.evidence import BOUND as OF_MONITOR
from patrolcast.runs.screen.evidence import BOUND as OF_SCREEN
from patrolcast.runs.screen.evidence import CODE
from patrolcast.runs.simulate.evidence import BOUND as OF_LOOP

EVERY = sorted({*OF_LOOP, *OF_SCREEN, *OF_MONITOR})


@pytest.fixture
def config(tmp_path: Path) -> ConfigFile:
    return read_settings(write_city(tmp_path))


def bound(config: ConfigFile) -> dict[str, str]:
    again = read_settings(config.path)
    files = run_identity.input_files(again, sections=FILES)
    return bind(again, files, sections=EVERY, code=CODE)


def edited(config: ConfigFile, old: str, new: str) -> list[str]:
    """Parts that an edit of the config changes."""
    before, text = bound(config), config.path.read_text()
    assert old in text
    config.path.write_text(text.replace(old, new, 1))
    after = bound(config)
    return [part for part in before if before[part] != after[part]]


def test_the_same_config_is_bound_to_the_same(config: ConfigFile) -> None:
    assert bound(config) == bound(config)
    assert changed(bound(config), bound(config)) == []


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('name = "tiny"', 'name = "other"', "name"),
        ("resolution = 8", "resolution = 7", "area"),
        ('timezone = "America/Chicago"', 'timezone = "America/New_York"', "area"),
        ('call_source = "source"\n', "", "incidents"),
        ('offence = "code"', 'offence = "number"', "incidents"),
        ('time_format = "%Y-%m-%d %H:%M:%S"', 'time_format = "%Y-%d-%m %H:%M:%S"', "incidents"),
        ("[codebook]", "[codebook]\nmax_unknown_share = 0.08", "codebook"),
        ("rounds = 15", "rounds = 16", "model"),
        ('measure = "count"', 'measure = "distance_m"', "places"),
        ("[codebook]", '[shifts]\nstarts = ["07:00", "19:00"]\n[codebook]', "shifts"),
        ("[codebook]", "[features]\ndarkness = false\n[codebook]", "features"),
        ("[codebook]", '[policy]\nexcluded_features = ["any_*"]\n[codebook]', "policy"),
        ("[codebook]", "[screen]\nseed = 9\n[codebook]", "screen"),
        ("[codebook]", "[patrol]\nvisits_per_cell = 3\n[codebook]", "patrol"),
        ("[codebook]", "[loop]\nseed = 2\n[codebook]", "loop"),
        ("[codebook]", "[audit]\nleast_residents = 600\n[codebook]", "audit"),
    ],
)
def test_an_edit_changes_its_own_part_alone(config: ConfigFile, old: str, new: str, part: str) -> None:
    assert edited(config, old, new) == [part]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("threads = 1", "threads = 2"),
        ("min_incidents = 100", "min_incidents = 120"),
        ('title = "Tiny city"', 'title = "The tiny city"'),
        ('source = "made up for the test"', 'source = "made up"'),
        ("[codebook]", "[loop]\nnights = 70\n[codebook]"),
        (
            "[codebook]",
            '[[incidents.gaps]]\nfirst = "2025-12-01"\nlast = "2025-12-02"\nreason = "no feed came later"\n[codebook]',
        ),
        ("[publish]\nkeep_days = 30", "[publish]\nkeep_days = 31"),
        ("[codebook]", "[audit]\nmax_excess_ratio = 1.9\n[codebook]"),
    ],
)
def test_what_no_measurement_hangs_on_changes_nothing(config: ConfigFile, old: str, new: str) -> None:
    assert edited(config, old, new) == []


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("boundary.geojson", "area"),
        ("districts.geojson", "area"),
        ("stops.geojson", "places"),
        ("codebook.csv", "codebook"),
    ],
)
def test_a_byte_of_a_file_changes_the_part_that_reads_it(config: ConfigFile, name: str, part: str) -> None:
    before, path = bound(config), config.project / "data" / name
    path.write_bytes(path.read_bytes() + b"\n")
    after = bound(config)
    assert [key for key in before if before[key] != after[key]] == [part]


def test_a_later_export_changes_nothing(config: ConfigFile) -> None:
    before, path = bound(config), config.project / "data" / "incidents.csv"
    path.write_text(path.read_text().rpartition("C")[0])
    assert bound(config) == before


def test_a_city_that_lies_elsewhere_is_bound_to_the_same(config: ConfigFile, tmp_path: Path) -> None:
    assert bound(read_settings(write_city(tmp_path / "elsewhere"))) == bound(config)


def test_what_is_missing_in_a_binding_counts_as_changed(config: ConfigFile) -> None:
    present = bound(config)
    assert changed({}, present) == [WORDS[part] for part in present] == changed(None, present)
