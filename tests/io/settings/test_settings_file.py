"""Config files: extends, paths that stay inside, a hash that is the same everywhere, and one line for each mistake."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.domain.errors import ConfigError
from patrolcast.io.settings.settings_file import MAX_BYTES, ConfigFile, document_sha256, read_settings

CITY = """
config_version = 1
name = "city"
title = "City"
[area]
boundary = "../data/boundary.geojson"
timezone = "America/Chicago"
[incidents]
path = "../data/incidents.csv"
[incidents.columns]
occurred_at = "when"
longitude = "lon"
latitude = "lat"
offence = "code"
[codebook]
path = "codebooks/city.csv"
"""
CURE_PATH = "write it relative to the config file, or as {data}/... below data_root"


def write(folder: Path, text: str | bytes, name: str = "city.toml") -> Path:
    path = folder / "configs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def message(path: Path) -> str:
    with pytest.raises(ConfigError) as told:
        read_settings(path)
    assert told.value.exit_code == 10
    return str(told.value)


def test_paths_are_resolved_against_the_file_and_runs_against_the_project(tmp_path: Path) -> None:
    config = read_settings(write(tmp_path, CITY))
    assert config.settings.area.boundary == tmp_path / "data" / "boundary.geojson"
    assert config.settings.codebook.path == tmp_path / "configs" / "codebooks" / "city.csv"
    assert config.settings.publish.runs == tmp_path / "runs"
    stated = read_settings(write(tmp_path, CITY + '[publish]\nruns = "nights"\n'))
    assert stated.settings.publish.runs == tmp_path / "nights"


def test_a_config_outside_a_configs_folder_is_its_own_project(tmp_path: Path) -> None:
    path = tmp_path / "town" / "city.toml"
    path.parent.mkdir()
    path.write_text(CITY)
    assert read_settings(path).settings.publish.runs == tmp_path / "town" / "runs"


def test_the_raw_document_names_no_place_of_this_machine(tmp_path: Path) -> None:
    config = read_settings(write(tmp_path, CITY))
    assert config.raw["area"]["boundary"] == "data/boundary.geojson"
    assert str(tmp_path) not in str(config.raw)


def test_the_hash_is_the_same_in_another_folder_and_with_data_elsewhere(tmp_path: Path) -> None:
    text = CITY.replace("../data/incidents.csv", "{data}/incidents.csv")
    first = read_settings(write(tmp_path / "a", 'data_root = "../data"\n' + text))
    second = read_settings(write(tmp_path / "b" / "deeper", f'data_root = "{tmp_path}/mount"\n' + text))
    assert first.settings.incidents.path != second.settings.incidents.path
    assert first.sha256 == second.sha256
    assert first.raw["incidents"]["path"] == "{data}/incidents.csv"


def test_the_hash_changes_with_any_value(tmp_path: Path) -> None:
    first = read_settings(write(tmp_path, CITY)).sha256
    assert read_settings(write(tmp_path, CITY.replace('title = "City"', 'title = "Town"'))).sha256 != first


def test_who_hears_of_a_night_is_no_part_of_a_runs_identity(tmp_path: Path) -> None:
    plain = read_settings(write(tmp_path, CITY))
    keys = 'metrics = "runs/metrics/city.prom"\nsummary_command = ["mail", "-s", "night"]\nsummary_seconds = 5.0\n'
    heard = read_settings(write(tmp_path, f"{CITY}[publish]\n{keys}"))
    assert heard.settings.publish.metrics == tmp_path / "runs" / "metrics" / "city.prom"
    assert heard.settings.publish.summary_command == ["mail", "-s", "night"]
    assert (heard.raw, heard.sha256) == (plain.raw, plain.sha256)
    kept = read_settings(write(tmp_path, f"{CITY}[publish]\n{keys}keep_days = 30\n"))
    assert kept.raw["publish"] == {"keep_days": 30}
    assert kept.sha256 != plain.sha256, "what decides a run must still be seen"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('metrics = "runs/c.txt"', "metrics: got 'c.txt'; must end in .prom; e.g. runs/metrics/mycity.prom"),
        ('metrics = "../../else/c.prom"', "metrics: got '../../else/c.prom'; must lie in the config's folder"),
        ('summary_command = "mail -s a"', "summary_command: got 'mail -s a'; must be a valid list; put it in brackets"),
        ('summary_command = ["curl", "token=abc"]', "summary_command: got an address or a text with a password"),
        ("summary_seconds = 600.0", "summary_seconds: got '600.0'; must be less than or equal to 300"),
    ],
)  # fmt: skip
def test_a_wrong_operational_key_is_reported_in_one_line(tmp_path: Path, line: str, told: str) -> None:
    said = message(write(tmp_path, f"{CITY}[publish]\n{line}\n"))
    assert said.startswith(f"city.toml: [publish] {told}")
    assert "abc" not in said


def test_a_variant_replaces_values_and_lists_and_keeps_the_rest(tmp_path: Path) -> None:
    write(tmp_path, CITY + '[shifts]\nstarts = ["06:00", "18:00"]\n[patrol.weights]\ntheft = 1.0\nrobbery = 2.0\n')
    variant = 'extends = "city.toml"\nname = "variant"\n[shifts]\nstarts = ["00:00"]\n[patrol.weights]\ntheft = 5.0\n'
    config = read_settings(write(tmp_path, variant, "variant.toml"))
    assert config.settings.name == "variant"
    assert config.settings.shifts.starts == ["00:00"]
    assert config.settings.patrol.weights == {"theft": 5.0, "robbery": 2.0}
    assert [file.name for file in config.files] == ["variant.toml", "city.toml"]


def test_paths_of_a_parent_in_another_folder_stay_its_own(tmp_path: Path) -> None:
    write(tmp_path, CITY)
    config = read_settings(write(tmp_path / "configs", 'extends = "../city.toml"\n', "variant.toml"))
    assert config.settings.codebook.path == tmp_path / "configs" / "codebooks" / "city.csv"


def test_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    write(tmp_path, 'extends = "b.toml"\n', "a.toml")
    write(tmp_path, 'extends = "a.toml"\n', "b.toml")
    assert message(tmp_path / "configs" / "a.toml") == (
        "b.toml: extends: got a.toml -> b.toml -> a.toml; files must not extend each other in a circle"
    )


def test_a_missing_parent_is_named_with_the_file_that_asks_for_it(tmp_path: Path) -> None:
    assert message(write(tmp_path, 'extends = "gone.toml"\n')) == (
        "city.toml: extends gone.toml: got no such file; must be a TOML file; "
        "check the path; `patrolcast init` drafts one"
    )


def test_a_misspelled_key_is_named_with_its_file_and_the_nearest_key(tmp_path: Path) -> None:
    write(tmp_path, CITY + "[model]\nsed = 7\n")
    told = "city.toml: [model] sed: got a key that does not exist; did you mean 'seed'?"
    assert message(tmp_path / "configs" / "city.toml") == told
    assert message(write(tmp_path, 'extends = "city.toml"\n', "variant.toml")) == told


def test_a_misspelled_section_and_a_misspelled_extends_are_named(tmp_path: Path) -> None:
    told = "city.toml: modell: got a key that does not exist; did you mean 'model'?"
    assert message(write(tmp_path, CITY + "[modell]\nseed = 7\n")) == told
    told = "city.toml: extend: got a key that does not exist; did you mean 'extends'?"
    assert message(write(tmp_path, 'extend = "b.toml"\n' + CITY)) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            CITY.replace('boundary = "../data/boundary.geojson"', "boundary = 5"),
            "city.toml: [area] boundary: got '5'; must be the path of a file, in quotes; "
            "docs/config.md explains each key",
        ),
        (
            CITY.replace('path = "../data/incidents.csv"', "path = 5"),
            "city.toml: [incidents] path: got '5'; must be the path of a file, in quotes; "
            "docs/config.md explains each key",
        ),
        (
            "as_of = 2026-06-30T05:00:00-05:00\n" + CITY,
            "city.toml: as_of: got '2026-06-30 05:00:00-05:00'; must be a valid string; put it in quotes",
        ),
        (
            CITY.replace('title = "City"\n', ""),
            "city.toml: title: got nothing; this key is required; docs/config.md explains each key",
        ),
        (
            CITY + "[gates]\nmax_refused_share = nan\n",
            "city.toml: [gates] max_refused_share: got 'nan'; must be a finite number; "
            "docs/config.md explains each key",
        ),
        (
            CITY + "[gates]\nmax_refused_share = 1.5\n",
            "city.toml: [gates] max_refused_share: got '1.5'; must be less than or equal to 1; "
            "docs/config.md explains each key",
        ),
        (
            CITY + "[gates]\ncalibration = [1.25, 0.8]\n",
            "city.toml: [gates] calibration: got '[1.25, 0.8]'; needs [low, high] with low < 1 < high; "
            "docs/config.md explains each key",
        ),
        (
            CITY.replace('name = "city"', "name = NO"),
            'city.toml line 3, column 8: got Invalid value; must be TOML; texts stand in quotes: key = "text"',
        ),
        (
            CITY + '[area]\ntimezone = "UTC"\n',
            "city.toml line 17, column 6: got Cannot declare ('area',) twice; a key or section stands only once; "
            "remove one of the two",
        ),
        (
            CITY.replace('name = "city"', 'name = "city"\nname = "town"'),
            "city.toml line 4, column 14: got Cannot overwrite a value; a key or section stands only once; "
            "remove one of the two",
        ),
        (
            CITY.replace('path = "../data/incidents.csv"', 'database = "postgres://u:secret@h/db"\ntable = "t"'),
            "city.toml: [incidents] database: String should match pattern '^[A-Z_][A-Z0-9_]*$'; "
            "docs/config.md explains each key",
        ),
        (
            CITY + '[policy]\nexcluded_provenance = ["martian"]\n',
            "city.toml: [policy] excluded_provenance: got 'martian'; must be one of citizen, officer, sensor, "
            "administrative, environment, census, unknown; docs/config.md explains each key",
        ),
        (
            'as_of = "9999-12-31T23:59:59-23:00"\n' + CITY,
            "city.toml: as_of: got '9999-12-31T23:59:59-23:00'; must lie in the years 1990 to 2100, as records do; "
            "docs/config.md explains each key",
        ),
        (
            CITY.replace("[incidents]\n", '[incidents]\nfirst_day = "2026-02-30"\n'),
            "city.toml: [incidents] first_day: got '2026-02-30'; no such day; e.g. 2026-06-30; "
            "docs/config.md explains each key",
        ),
    ],
)
def test_a_wrong_value_is_reported_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    assert message(write(tmp_path, text)) == told


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("incidents", 'time_format = ""'),
        ("incidents", "reporting_delay_hours = 1e15"),
        ("features", 'holidays = ""'),
        ("patrol", "minutes_per_district = 1e300"),
        ("publish", "expires_hours = 1e12"),
        ("publish", "keep_days = 1000000000000"),
        ("monitor", 'since = "2026-02-31"'),
        ("backtest", "area_shares = [0.0]"),
    ],
)
def test_a_value_no_run_could_use_is_refused_before_the_run(tmp_path: Path, section: str, line: str) -> None:
    header = f"[{section}]\n"
    text = CITY.replace(header, f"{header}{line}\n") if header in CITY else f"{CITY}{header}{line}\n"
    assert f"{section}" in message(write(tmp_path, text))


def test_no_file_of_records_is_reported_in_one_line(tmp_path: Path) -> None:
    said = message(write(tmp_path, CITY.replace('path = "../data/incidents.csv"', "path = []")))
    assert said.startswith("city.toml: [incidents] path: got '[]'; ")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("../../etc/passwd", "got '../../etc/passwd'; must lie in the config's folder, its parent, or data_root"),
        (
            "../../../../../../../../etc/passwd",
            "got '../../../../../../../../etc/passwd'; must lie in the config's folder, its parent, or data_root",
        ),
        ("/etc/passwd", "got '/etc/passwd'; must be a relative path"),
        ("C:\\\\data", "got 'C:\\\\data'; must be a relative path"),
        ("~/data", "got '~/data'; must be a relative path"),
        ("a\\u0000b", "got 'a\\x00b'; must be a path"),
        ("", "got ''; must be a path"),
    ],
)
def test_a_path_that_leads_away_is_refused(tmp_path: Path, value: str, told: str) -> None:
    text = CITY.replace("../data/boundary.geojson", value)
    assert message(write(tmp_path, text)) == f"city.toml: [area] boundary: {told}; {CURE_PATH}"


@pytest.mark.parametrize("value", ["https://x.org/a.csv", "http://169.254.169.254/", "file:///etc/passwd", "FILE:a"])
def test_an_address_is_no_path(tmp_path: Path, value: str) -> None:
    text = CITY.replace("../data/incidents.csv", value)
    assert message(write(tmp_path, text)) == (
        f"city.toml: [incidents] path: got '{value}'; must be a file, not an address; download it first"
    )


def test_a_link_that_leads_away_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "project", CITY)
    (tmp_path / "project" / "data").symlink_to(tmp_path)
    assert message(path) == (
        "city.toml: [area] boundary: got '../data/boundary.geojson'; must lie in the config's folder, its parent, "
        f"or data_root; {CURE_PATH}"
    )


def test_data_without_a_data_root_and_out_of_it_are_refused(tmp_path: Path) -> None:
    text = CITY.replace("../data/boundary.geojson", "{data}/b.geojson")
    assert message(write(tmp_path, text)) == (
        "city.toml: [area] boundary: got '{data}/b.geojson'; {data} needs data_root; "
        'add data_root = "..." at the top of the config'
    )
    text = 'data_root = "../../elsewhere"\n' + CITY.replace("../data/boundary.geojson", "{data}/../b.geojson")
    assert message(write(tmp_path, text)) == (
        "city.toml: [area] boundary: got '../b.geojson'; must lie in the config's folder, its parent, or data_root; "
        + CURE_PATH
    )


def test_the_root_of_the_disk_is_no_data_root(tmp_path: Path) -> None:
    assert message(write(tmp_path, 'data_root = "/"\n' + CITY)) == (
        "city.toml: data_root: got '/'; must not be the root of the disk; name the data folder"
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"# " + b"x" * MAX_BYTES, "city.toml: got more than 1,000,000 bytes; a config is small; is this a config?"),
        (b"a = 1\x00", "city.toml byte 5: got a NUL byte; a config has no NUL bytes; save it as UTF-8 text"),
        (b'title = "Z\xfcrich"', "city.toml byte 10: got byte 0xfc; must be UTF-8; save it as UTF-8"),
        (b"", "city.toml: config_version: got nothing; this key is required; docs/config.md explains each key"),
        (b"a = " + b"[" * 100_000, None),
    ],
)
def test_a_file_that_is_no_config_is_reported_in_one_line(tmp_path: Path, data: bytes, told: str | None) -> None:
    said = message(write(tmp_path, data))
    assert said == told if told is not None else "\n" not in said


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    plain = read_settings(write(tmp_path, CITY)).sha256
    assert read_settings(write(tmp_path, b"\xef\xbb\xbf" + CITY.replace("\n", "\r\n").encode())).sha256 == plain


def test_a_folder_or_nothing_in_place_of_a_config(tmp_path: Path) -> None:
    cure = "must be a TOML file; check the path; `patrolcast init` drafts one"
    assert message(tmp_path) == f"{tmp_path.name}: got a folder or device; {cure}"
    assert message(tmp_path / "x.toml") == f"x.toml: got no such file; {cure}"


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=5))
def test_the_document_hash_does_not_depend_on_the_order_of_keys(raw: dict[str, object]) -> None:
    assert (
        len({document_sha256(dict(order)) for order in itertools.islice(itertools.permutations(raw.items()), 6)}) == 1
    )


@settings(max_examples=100, deadline=None)
@given(junk=st.binary(max_size=200))
def test_no_bytes_at_all_give_anything_but_one_line(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    folder = tmp_path_factory.mktemp("junk")
    try:
        assert "\n" not in message(write(folder, junk))
    finally:
        shutil.rmtree(folder)


def test_a_config_file_is_frozen(tmp_path: Path) -> None:
    config = read_settings(write(tmp_path, CITY))
    assert isinstance(config, ConfigFile)
    with pytest.raises(AttributeError):
        config.sha256 = "x"  # type: ignore[misc]


NAMES = """
[[area.names]]
path = "../data/crossings.csv"
column = "crossing"
"""


def test_a_path_in_a_list_belongs_to_the_file_that_states_the_list(tmp_path: Path) -> None:
    write(tmp_path, CITY + NAMES)
    variant = write(tmp_path, 'extends = "../city.toml"\nname = "variant"\n', "variants/variant.toml")
    read = read_settings(variant)
    assert [layer.path for layer in read.settings.area.names] == [tmp_path / "data" / "crossings.csv"]
    assert read.raw["area"]["names"] == [{"path": "data/crossings.csv", "column": "crossing"}]


def test_a_path_in_a_list_cannot_lead_out_of_the_project_either(tmp_path: Path) -> None:
    assert message(write(tmp_path, CITY + NAMES.replace("../data", "/etc"))) == (
        f"city.toml: [area.names] path: got '/etc/crossings.csv'; must be a relative path; {CURE_PATH}"
    )


def test_an_open_question_in_a_list_is_refused(tmp_path: Path) -> None:
    assert message(write(tmp_path, CITY + NAMES.replace('"crossing"', '"TODO"'))) == (
        "city.toml: [area.names] column: got TODO; init could not decide this; write the value there"
    )
