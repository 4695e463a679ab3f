from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import ConfigError, DataRefusedError, UsageError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.settings.stored_config import stored_config
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.reproduce import reproduce_run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made")
    run_once(read_settings(write_city(root)), now=NOW)
    return root


@pytest.fixture
def city(made: Path, tmp_path: Path) -> Path:
    """A copy in another folder: nothing may depend on where a run was made."""
    return Path(shutil.copytree(made, tmp_path / "elsewhere", symlinks=True))


def folder_in(city: Path) -> Path:
    (folder,) = (city / "runs" / "tiny").glob("2*")
    return folder


def test_an_earlier_run_comes_out_the_same_in_another_folder(city: Path) -> None:
    found = reproduce_run(folder_in(city))
    assert found.matches
    assert found.exit_code == 0
    assert found.lines() == [f"{folder_in(city).name}: reproduced, 20 files the same byte for byte"]


def test_one_changed_byte_of_an_input_is_named(city: Path) -> None:
    path = city / "data" / "incidents.csv"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    found = reproduce_run(folder_in(city))
    assert found.inputs_changed == ("data/incidents.csv ([incidents.path]: other bytes)",)
    assert found.exit_code == 13
    assert found.lines() == [
        "input changed: data/incidents.csv ([incidents.path]: other bytes)",
        f"{folder_in(city).name}: not reproduced; not computed",
    ]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"manifest_version": 2}, "got form 2; this patrolcast reads form 1; use the patrolcast that made the run"),
        ({"inputs": None}, "got no inputs; a run is never changed; name another run"),
    ],
)
def test_a_manifest_of_a_later_form_or_with_a_part_missing_is_refused(city: Path, changed: dict, told: str) -> None:
    path = folder_in(city) / "manifest.json"
    manifest = json.loads(path.read_text()) | changed
    path.write_text(json.dumps({key: value for key, value in manifest.items() if value is not None}))
    with pytest.raises(DataRefusedError) as refused:
        reproduce_run(folder_in(city))
    assert str(refused.value) == f"run {folder_in(city).name}: manifest.json: {told}"


def test_a_moment_in_a_manifest_that_is_none_is_refused(city: Path) -> None:
    path = folder_in(city) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"as_of": "garbage"}))
    with pytest.raises(DataRefusedError, match="as_of: got 'garbage'; must be an ISO time with zone"):
        reproduce_run(folder_in(city))


def test_a_missing_input_is_named(city: Path) -> None:
    (city / "data" / "codebook.csv").unlink()
    (told,) = reproduce_run(folder_in(city)).inputs_changed
    rule = "must be a readable file; check it"
    assert told == f"[codebook.path] data/codebook.csv: got 'No such file or directory'; {rule}"


def test_a_changed_file_of_the_run_is_named(city: Path) -> None:
    page = folder_in(city) / "briefing.html"
    page.write_bytes(page.read_bytes() + b" ")
    found = reproduce_run(folder_in(city))
    assert found.touched == ("briefing.html",)
    assert found.differ == ()
    assert found.exit_code == 20


def test_a_manifest_that_lies_about_an_output_is_caught(city: Path) -> None:
    path = folder_in(city) / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["outputs"]["forecast.parquet"] = "0" * 64
    path.write_text(json.dumps(manifest))
    found = reproduce_run(folder_in(city))
    assert found.differ == ("forecast.parquet", "manifest.json")
    assert found.exit_code == 20


def test_other_code_is_said(city: Path) -> None:
    path = folder_in(city) / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["code_sha256"] = "0" * 64
    manifest["versions"]["numpy"] = "1.0"
    path.write_text(json.dumps(manifest))
    first, second = reproduce_run(folder_in(city)).made_differently
    assert first == "patrolcast's own code"
    assert second.startswith("numpy 1.0, now ")


def test_the_config_may_have_changed_since_because_the_manifest_holds_it(city: Path) -> None:
    config = city / "configs" / "tiny.toml"
    config.write_text(config.read_text().replace("rounds = 15", "rounds = 30"))
    assert reproduce_run(folder_in(city)).matches


def test_without_a_config_nearby_the_project_must_be_named(city: Path, tmp_path: Path) -> None:
    lonely = Path(shutil.copytree(folder_in(city), tmp_path / "a" / "b" / folder_in(city).name))
    with pytest.raises(UsageError) as error:
        reproduce_run(lonely)
    rule = "the run's config file says where project and data lie; name it with --config"
    assert str(error.value) == f"run {lonely.name}: got no 'configs/tiny.toml' nearby; {rule}"
    config = read_settings(city / "configs" / "tiny.toml")
    assert reproduce_run(lonely, config=config).matches
    renamed = lonely.rename(lonely.with_name("renamed"))
    assert reproduce_run(renamed, config=config).faults == (f"it is run {lonely.name} in the folder of another",)


def test_a_folder_without_a_manifest_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match=r"^run .*: manifest.json: got No such file or directory; "):
        reproduce_run(tmp_path)


def test_a_manifest_cannot_lead_out_of_the_project(city: Path) -> None:
    raw = json.loads((folder_in(city) / "manifest.json").read_bytes())["config"]
    raw["codebook"]["path"] = "../../../etc/passwd"
    with pytest.raises(ConfigError) as error:
        stored_config(raw, project=city, data_root=None)
    rule = "must lie in the project or in data_root"
    assert str(error.value) == f"manifest.json config: [codebook] path: got '../../../etc/passwd'; {rule}"
