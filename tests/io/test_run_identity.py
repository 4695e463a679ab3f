from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.tiny_city import write_city

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import read_settings


def test_every_input_of_a_config_is_hashed_under_a_portable_name(tmp_path: Path) -> None:
    found = run_identity.input_files(read_settings(write_city(tmp_path / "here")))
    assert [(one.key, one.path) for one in found] == [
        ("area.boundary", "data/boundary.geojson"),
        ("area.districts", "data/districts.geojson"),
        ("codebook.path", "data/codebook.csv"),
        ("evidence.loop", "configs/evidence/tiny.loop.json"),
        ("incidents.path", "data/incidents.csv"),
        ("objectives", "configs/objectives.toml"),
        ("places.bars.path", "data/bars.geojson"),
        ("places.stops.path", "data/stops.geojson"),
    ]
    assert found == run_identity.input_files(read_settings(write_city(tmp_path / "there")))


def test_one_changed_byte_changes_the_hash_of_the_inputs(tmp_path: Path) -> None:
    config = read_settings(write_city(tmp_path))
    before = run_identity.inputs_sha256(config.sha256, run_identity.input_files(config), code="c", lock=None)
    path = tmp_path / "data" / "incidents.csv"
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    assert run_identity.inputs_sha256(config.sha256, run_identity.input_files(config), code="c", lock=None) != before


def test_a_missing_input_is_refused_with_its_key(tmp_path: Path) -> None:
    config = read_settings(write_city(tmp_path))
    (tmp_path / "data" / "codebook.csv").unlink()
    with pytest.raises(DataRefusedError) as error:
        run_identity.input_files(config)
    rule = "must be a readable file; check it"
    assert str(error.value) == f"[codebook.path] data/codebook.csv: got 'No such file or directory'; {rule}"


def test_the_parts_of_a_shapefile_are_hashed_with_it(tmp_path: Path) -> None:
    for end in (".shp", ".dbf", ".prj", ".txt"):
        (tmp_path / f"layer{end}").write_text(end)
    assert [path.suffix for path in run_identity._parts(tmp_path / "layer.shp")] == [".shp", ".dbf", ".prj"]


def test_code_is_hashed_by_content_and_name_and_not_by_where_it_lies(tmp_path: Path) -> None:
    hashes = set()
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.py").write_text("x = 1")
        (tmp_path / folder / "__pycache__").mkdir()
        (tmp_path / folder / "__pycache__" / "m.py").write_text(folder)
        hashes.add(run_identity.code_sha256(tmp_path / folder))
    assert len(hashes) == 1
    (tmp_path / "b" / "m.py").write_text("x = 2")
    assert run_identity.code_sha256(tmp_path / "b") not in hashes
